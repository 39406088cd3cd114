//! The document that other pages embed, opened by itself.

area! {
    Embedding {
        lead:
            "This is Twinglyph's recogniser, for other pages to embed. ",
            "これは、ほかのページに埋め込むためのTwinglyphの認識エンジンです。";
        open: "Open Twinglyph itself.", "Twinglyph本体を開く";
    }
}
