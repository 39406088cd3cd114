//! The page `#/draw` but for its answer: the pad, its tools, what the network sees.

use super::Name;

area! {
    Draw {
        title:
            "Draw a character: one example is enough.",
            "描いてみてください。お手本は一つで足ります。";
        undo_key: "Undo (Ctrl+Z)", "元に戻す（Ctrl+Z）";
        redo_key: "Redo (Ctrl+Shift+Z)", "やり直す（Ctrl+Shift+Z）";
        clear_key: "Clear (Escape)", "消去（Esc）";
        pen: "Width of the pen", "ペンの太さ";
        example(name: Name):
            |name| format!("{name}, by another hand. Draw over it."),
            |name| format!("別の人が描いた{name}です。上から描いてみてください。");
        invite:
            "Draw one of the characters, in your own hand.",
            "いずれかの文字を、自分の手で描いてみてください。";
        yours:
            "Yours. It stays in this browser.",
            "あなたの描いた文字です。このブラウザーの外には出ません。";
        one_of: "Draw one of these:", "この中から描く：";
        show_example: "Show an example", "例を見る";
        another_example: "Another example", "別の例";
        pad:
            "Drawing pad. Draw a character here with mouse, finger or pen. \
                Control Z takes a stroke back, Escape clears.",
            "用紙。マウス、指、ペンでここに文字を描きます。Ctrl+Zで一画戻し、Escで消去します。";
        as_drawn: "as drawn", "描いたまま";
        scaled: "centred and scaled", "中央に置き、大きさを揃えたもの";
        pixels(side: usize, how: &str):
            |side, how| format!("{side} by {side} pixels, {how}"),
            |side, how| format!("{side}×{side}画素、{how}");
        as_seen: "The drawing as the network sees it", "ネットワークから見た、描いた文字";
        sees: "What the network sees", "ネットワークの見え方";
    }
}
