//! The answer: what the drawing is most like, and what is waited for.

area! {
    Answer {
        matches,
        all(count: usize),
        similar_before,
        similar_after,
        none,
        best_overlaid,
        centred,
        draw_first,
        not_running,
        draw_already(loading: &str),
        comparing,
        loading,
        loading_engine(bytes: &str),
        loading_network(bytes: &str),
        trying_devices(done: u64, total: u64),
        reading_support(done: u64, total: u64),
        comparing_drawings(done: u64, total: u64),
        bytes(done: f64, total: f64),
    }
}
