//! [`crate::words::bench`] in English.

use crate::words::bench::Bench;

impl Bench {
    pub(in crate::words) const ENGLISH: Self = Self {
        model_changed: |before, now| format!("The model was changed from {before} to {now}."),
        no_evaluation: "The evaluation alphabets are not here: this copy of the page comes without Omniglot.",
        fetching: |done, all| format!("Fetching the alphabets: {done} of {all}."),
        part_left: |done, all, seconds| format!("Part {done} of {all}, about {seconds:.0} s left."),
        part: |done, all| format!("Part {done} of {all}."),
        paused: |done, all| format!("Paused after part {done} of {all}."),
        done: |seconds| format!("Done in {seconds:.1} s."),
        ended: |reason, done, all| format!("{reason} {done} of {all} parts were done."),
        cancelled: "Cancelled.",
        parts_done: "Parts done",
        as_svg: "Save as SVG",
        as_png: "Save as PNG",
        table: "The numbers as a table",
    };
}
