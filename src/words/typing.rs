//! Writing with characters of one's own.

use super::Name;

area! {
    Typing {
        copied: "Copied.", "コピーしました。";
        no_copy:
            "This browser doesn't allow copying; select the text.",
            "このブラウザーではコピーできません。文字列を選択してください。";
        writing: "Writing", "文字入力";
        space: "Space", "空白";
        back: "Take back", "一字消す";
        copy: "Copy", "コピー";
        how:
            "Draw, then choose a match to write it. If the best match is wrong, choose the right one: the drawing becomes one more example of it.",
            "文字を描き、候補を選ぶと入力されます。最初の候補が違っていたら、正しい候補を選んでください。描いた文字がその文字の新しい例になります。";
        noted(name: Name):
            |name| format!("Added as another example of {name}."),
            |name| format!("{name}の例として追加しました。");
        no_room:
            "This browser has no room to keep the example.",
            "このブラウザーには例を保存する空きがありません。";
        unnoted:
            "Taken back. The drawing is no longer an example of it.",
            "取り消しました。描いた文字は、例からも取り除きました。";
    }
}
