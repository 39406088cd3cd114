//! [`crate::words::confusion`] in English.

use super::many;
use crate::words::confusion::Confusion;

impl Confusion {
    pub(in crate::words) const ENGLISH: Self = Self {
        by_network: "What the network took for what",
        by_person: "What you took for what",
        official: "What was taken for what",
        none: "No trial is answered yet.",
        all_right: |all| match all {
            1 => "Nothing so far: the only answer was right.".to_owned(),
            _ => format!("Nothing so far: all of {all} answers were right."),
        },
        wrong: |wrong, all, pairs, shown| {
            let (all, pairs) = (many(all, "answer"), many(pairs, "pair"));
            format!(
                "Wrong: {wrong} of {all}, {pairs} of characters. Open one to see its drawings.{shown}"
            )
        },
        first: |count| format!(" The first {count} are here."),
        pair: |right, chosen, count| {
            let times = if count == 1 {
                "once".to_owned()
            } else {
                format!("{count} times")
            };
            format!("{right} taken for {chosen}, {times}")
        },
        pair_trials: |right, chosen, count| {
            let trials = many(count, "trial");
            format!("{right} taken for {chosen}: {trials}")
        },
        right_trials: |right, count| {
            let trials = many(count, "trial");
            format!("{right} recognised: {trials}")
        },
        cell: |count, right, chosen| format!("{count}: {right} taken for {chosen}"),
        cell_right: |count, right| format!("{count}: {right} recognised"),
        matrix: |alphabet| format!("Matrix of {alphabet}"),
        matrix_how: |alphabet| {
            format!(
                "{alphabet}: rows are what was asked, columns what was chosen; the diagonal was right."
            )
        },
    };
}
