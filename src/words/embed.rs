//! The document that other pages embed, opened by itself.

area! {
    Embedding {
        lead:
            "This is the recogniser of Twinglyph for other pages to embed. ",
            "これは、ほかのページに埋め込むためのTwinglyphの認識エンジンです。";
        open: "Open Twinglyph itself.", "Twinglyph本体を開く";
    }
}
