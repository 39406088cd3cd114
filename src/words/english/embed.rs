//! [`crate::words::embed`] in English.

use crate::words::embed::Embedding;

impl Embedding {
    pub(in crate::words) const ENGLISH: Self = Self {
        lead: "This is the recogniser of Twinglyph for other pages to embed. ",
        open: "Open Twinglyph itself.",
    };
}
