//! What was taken for what in trials.

area! {
    Confusion {
        by_network,
        by_person,
        official,
        none,
        all_right(all: usize),
        wrong(wrong: usize, all: usize, pairs: usize, shown: &str),
        first(count: usize),
        pair(right: &str, chosen: &str, count: usize),
        pair_trials(right: &str, chosen: &str, count: usize),
        right_trials(right: &str, count: usize),
        cell(count: usize, right: &str, chosen: &str),
        cell_right(count: usize, right: &str),
        matrix(alphabet: &str),
        matrix_how(alphabet: &str),
    }
}
