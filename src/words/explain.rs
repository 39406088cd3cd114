//! The map of the embeddings, and the most similar of all characters.

use super::Name;

area! {
    Explain {
        more,
        map,
        map_lead,
        map_flat,
        map_comes,
        map_beyond,
        map_without(count: usize),
        map_of(count: usize, names: Name),
        kept(both: f32, across: f32, up: f32),
        embedding(kept: &str, numbers: u32, views: &str),
        by_views(views: u32),
        nearest,
        nearest_lead,
        fetching(done: usize, all: usize),
        embedding_all(done: usize, all: &str, left: &str),
        left(seconds: f64),
        comparing,
        number(number: &str),
        closest(number: &str, alphabet: Name, similarity: f32, among: &str),
        look,
        embedded,
        outdated,
        no_drawing,
        cancelled,
        changed,
        no_omniglot,
    }
}
