//! The document that other pages embed, opened by itself; and the app in a frame of another site's page.

area! {
    Embedding {
        lead:
            "This is Twinglyph's recogniser, for other pages to embed. ",
            "これは、ほかのページに埋め込むためのTwinglyphの認識エンジンです。";
        refused:
            "Another site shows this page within its own. Twinglyph does nothing here, so that nobody presses what they don't see. ",
            "このページは、ほかのサイトの中に表示されています。見えないものを押してしまわないように、Twinglyphはここでは動きません。";
        open: "Open Twinglyph itself.", "Twinglyph本体を開く";
    }
}
