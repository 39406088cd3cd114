//! Answers trials one by one: by the network that is measured, and by another one beside it.

use std::error::Error;

use serde_json::{Map, Value, json};
use twinglyph_core::Views;
use twinglyph_core::score::best;

use super::exit::{Exits, Ranker};
use super::plan::{Measure, RUNS};
use super::report::Report;
use crate::measure::Gallery;
use crate::progress::progress;

/// Who answers.
pub(super) struct Answerers<'a> {
    pub(super) ranker: Ranker<'a>,
    /// Views of each drawing, all of them.
    pub(super) views: Views,
    /// Another network to compare with.
    pub(super) other: Option<Gallery<'a>>,
}

/// Answers all trials of these measures, prints their rates and adds them to `results`.
///
/// # Errors
/// When a drawing was not embedded.
pub(super) fn run(
    answerers: &Answerers<'_>,
    measures: &[Measure],
    report: &Report<'_>,
    results: &mut Map<String, Value>,
) -> Result<(), Box<dyn Error>> {
    for measure in measures {
        let mut answers = report.answers();
        let mut both = Both::default();
        let mut choices = Vec::with_capacity(measure.trials.len());
        let mut told = progress(measure.name);
        let mut exits = Exits::default();
        for (done, trial) in measure.trials.iter().enumerate() {
            let scored = answerers.ranker.scored(trial)?;
            let choice = best(scored.ranked().0);
            choices.push(choice);
            answers.add(trial.query.alphabet, choice == trial.answer);
            exits.add(&scored, trial.answer);
            if let Some(other) = &answerers.other {
                both.add(choice, other.choose(trial)?, trial.answer);
            }
            told(done + 1, measure.trials.len());
        }
        let mut value = report.rate(&measure.title, &answers);
        let ways = measure
            .trials
            .first()
            .map_or(0, |trial| trial.support.len());
        report.left_out(&measure.left_out, ways, &mut value);
        if answerers.other.is_some() {
            both.print();
            value["against"] = json!(both);
        }
        if answerers.ranker.has_early_exit() {
            value["as_needed"] = exits.told(answerers.views);
        }
        if measure.name == RUNS {
            value["choices"] = json!(choices);
        }
        results.insert(measure.name.to_owned(), value);
    }
    Ok(())
}

/// Two networks on the same trials.
#[derive(Default, serde::Serialize)]
struct Both {
    /// Trials that only the network that is measured gets right.
    only_this: u32,
    /// Those that only the one it is compared with gets right.
    only_that: u32,
    /// Trials in which they choose differently.
    different: u32,
}

impl Both {
    fn add(&mut self, this: usize, that: usize, answer: usize) {
        self.only_this += u32::from(this == answer && that != answer);
        self.only_that += u32::from(this != answer && that == answer);
        self.different += u32::from(this != that);
    }

    fn print(&self) {
        let Self {
            only_this,
            only_that,
            different,
        } = self;
        println!(
            "  right only here: {only_this}; only there: {only_that}; other choice: {different}"
        );
    }
}
