//! Trials and training with the person's own set.

area! {
    Own {
        trials_take,
        training_takes,
        draw_second(why: &str, so_far: &str),
        none_has,
        one_has,
        halves(least: usize, found: usize),
        learnable(characters: usize, all: usize, examples: usize),
        none_learnable(all: usize),
        no_mix,
        teach_more,
        run_changed,
        trials_changed,
    }
}
