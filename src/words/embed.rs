//! The document that other pages embed, opened by itself.

area! {
    Embedding {
        lead,
        open,
    }
}
