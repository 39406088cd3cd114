//! [`crate::words::typing`] in Japanese.

use crate::words::typing::Typing;

impl Typing {
    pub(in crate::words) const JAPANESE: Self = Self {
        copied: "コピーしました。",
        no_copy: "このブラウザーではコピーできません。文字列を選択してください。",
        writing: "文字入力",
        space: "空白",
        back: "一字消す",
        copy: "コピー",
        how: "文字を描き、候補を選んで入力します。別の候補が正しければそれを選んでください。描いた文字がその文字の新しい例になります。",
        noted: |name| format!("{name}の例として追加しました。"),
        no_room: "このブラウザーには例を保存する空きがありません。",
        unnoted: "取り消しました。描いた文字は、その例からも取り除きました。",
    };
}
