//! Writing with characters of one's own.

use super::Name;

area! {
    Typing {
        copied: "Copied.", "コピーしました。";
        no_copy:
            "This browser lets nothing be copied; select the text.",
            "このブラウザーではコピーできません。文字列を選択してください。";
        writing: "Writing", "文字入力";
        space: "Space", "空白";
        back: "Take back", "一字消す";
        copy: "Copy", "コピー";
        how:
            "Draw, and write what it is. If another match was meant, write that: the drawing becomes one more example of it.",
            "文字を描き、候補を選んで入力します。別の候補が正しければそれを選んでください。描いた文字がその文字の新しい例になります。";
        noted(name: Name):
            |name| format!("Noted as another example of {name}."),
            |name| format!("{name}の例として追加しました。");
        no_room:
            "This browser has no room to keep the example.",
            "このブラウザーには例を保存する空きがありません。";
        unnoted:
            "Taken back, and the drawing is no example of it any more.",
            "取り消しました。描いた文字は、その例からも取り除きました。";
    }
}
