//! [`crate::words::embed`] in Japanese.

use crate::words::embed::Embedding;

impl Embedding {
    pub(in crate::words) const JAPANESE: Self = Self {
        lead: "これは、ほかのページに埋め込むためのTwinglyphの認識エンジンです。",
        open: "Twinglyph本体を開く",
    };
}
