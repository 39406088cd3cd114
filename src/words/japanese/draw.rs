//! [`crate::words::draw`] in Japanese.

use crate::words::draw::Draw;

impl Draw {
    pub(in crate::words) const JAPANESE: Self = Self {
        title: "文字を描く",
        undo_key: "元に戻す（Ctrl+Z）",
        redo_key: "やり直す（Ctrl+Shift+Z）",
        clear_key: "消去（Esc）",
        pen: "ペンの太さ",
        example: |name| format!("例：別の人が描いた{name}です。上からなぞって描いてみてください。"),
        invite: "いずれかの文字を、自分の手で描いてみてください。",
        yours: "あなたの描いた文字です。このブラウザーの外には出ません。",
        show_example: "例を見る",
        another_example: "別の例",
        pad: "用紙。マウス、指、ペンでここに文字を描きます。Ctrl+Zで一画戻し、Escで消去します。",
        as_drawn: "描いたまま",
        scaled: "中央に置き、大きさを揃えたもの",
        pixels: |side, how| format!("{side}×{side}画素、{how}"),
        as_seen: "ネットワークから見た、描いた文字",
        sees: "ネットワークの見え方",
    };
}
