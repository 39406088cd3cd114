//! [`crate::words::typing`] in English.

use crate::words::typing::Typing;

impl Typing {
    pub(in crate::words) const ENGLISH: Self = Self {
        copied: "Copied.",
        no_copy: "This browser lets nothing be copied; select the text.",
        writing: "Writing",
        space: "Space",
        back: "Take back",
        copy: "Copy",
        how: "Draw, and write what it is. If another match was meant, write that: the drawing becomes one more example of it.",
        noted: |name| format!("Noted as another example of {name}."),
        no_room: "This browser has no room to keep the example.",
        unnoted: "Taken back, and the drawing is no example of it any more.",
    };
}
