//! How far a measure is; a plot and its table.

use super::Name;

area! {
    Bench {
        model_changed(before: Name, now: Name),
        no_evaluation,
        fetching(done: usize, all: usize),
        part_left(done: usize, all: usize, seconds: f64),
        part(done: usize, all: usize),
        paused(done: usize, all: usize),
        done(seconds: f64),
        ended(reason: &str, done: usize, all: usize),
        cancelled,
        parts_done,
        as_svg,
        as_png,
        table,
    }
}
