//! What was taken for what in trials.

use super::Name;

area! {
    Confusion {
        by_network,
        by_person,
        official,
        none,
        all_right(all: usize),
        wrong(wrong: usize, all: usize, pairs: usize, shown: &str),
        first(count: usize),
        pair(right: Name, chosen: Name, count: usize),
        pair_trials(right: Name, chosen: Name, count: usize),
        right_trials(right: Name, count: usize),
        cell(count: usize, right: Name, chosen: Name),
        cell_right(count: usize, right: Name),
        matrix(alphabet: Name),
        matrix_how(alphabet: Name),
    }
}
