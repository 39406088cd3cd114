//! [`crate::words::draw`] in English.

use crate::words::draw::Draw;

impl Draw {
    pub(in crate::words) const ENGLISH: Self = Self {
        title: "Draw a character",
        undo_key: "Undo (Ctrl+Z)",
        redo_key: "Redo (Ctrl+Shift+Z)",
        clear_key: "Clear (Escape)",
        pen: "Width of the pen",
        example: |name| format!("An example: {name}, by another hand. Draw over it."),
        invite: "Draw one of the characters, in your own hand.",
        yours: "Yours. It stays in this browser.",
        show_example: "Show an example",
        another_example: "Another example",
        pad: "Drawing pad. Draw a character here with mouse, finger or pen. \
            Control Z takes a stroke back, Escape clears.",
        as_drawn: "as drawn",
        scaled: "centred and scaled",
        pixels: |side, how| format!("{side} by {side} pixels, {how}"),
        as_seen: "The drawing as the network sees it",
        sees: "What the network sees",
    };
}
