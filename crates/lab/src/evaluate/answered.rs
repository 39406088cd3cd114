//! Answers trials one by one: by the network that is measured, and by another one beside it.

use std::error::Error;

use serde_json::{Map, Value, json};
use twinglyph_core::Views;
use twinglyph_core::score::best;

use super::exit::{Exits, Ranker, Scored};
use super::plan::{Measure, RUNS};
use super::report::Report;
use crate::measure::Gallery;
use crate::progress::progress;

/// What a trial was answered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Answer {
    /// Class that was chosen.
    pub(super) choice: usize,
    /// Score of the right class.
    pub(super) right_score: f32,
    /// The highest score among the other classes.
    pub(super) other_score: f32,
    /// Similarity of the chosen class.
    pub(super) similarity: f32,
}

impl Answer {
    fn of(scored: &Scored, answer: usize) -> Self {
        let (scores, calibration) = scored.ranked();
        let choice = best(scores);
        let score = |class: usize| scores.get(class).copied().unwrap_or(f32::NEG_INFINITY);
        let others = scores.iter().enumerate().filter(|&(at, _)| at != answer);
        Self {
            choice,
            right_score: score(answer),
            other_score: others
                .map(|(_, &other)| other)
                .fold(f32::NEG_INFINITY, f32::max),
            similarity: calibration.similarity(score(choice)),
        }
    }
}

/// Who answers.
pub(super) struct Answerers<'a> {
    pub(super) ranker: Ranker<'a>,
    /// Views of each drawing, all of them.
    pub(super) views: Views,
    /// Another network to compare with.
    pub(super) other: Option<Gallery<'a>>,
}

/// Answers all trials of these measures, prints their rates and adds them to `results`; gives the answers, measure by
/// measure.
///
/// # Errors
/// When a drawing was not embedded.
pub(super) fn run(
    answerers: &Answerers<'_>,
    measures: &[Measure],
    report: &Report<'_>,
    results: &mut Map<String, Value>,
) -> Result<Vec<Vec<Answer>>, Box<dyn Error>> {
    let mut given = Vec::with_capacity(measures.len());
    for measure in measures {
        let mut answers = report.answers();
        let mut both = Both::default();
        let mut all = Vec::with_capacity(measure.trials.len());
        let mut told = progress(measure.name);
        let mut exits = Exits::default();
        for (done, trial) in measure.trials.iter().enumerate() {
            let scored = answerers.ranker.scored(trial)?;
            let own = Answer::of(&scored, trial.answer);
            all.push(own);
            answers.add(trial.query.alphabet, own.choice == trial.answer);
            exits.add(&scored, trial.answer);
            if let Some(other) = &answerers.other {
                both.add(own.choice, other.choose(trial)?, trial.answer);
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
            let choices: Vec<usize> = all.iter().map(|answer| answer.choice).collect();
            value["choices"] = json!(choices);
        }
        results.insert(measure.name.to_owned(), value);
        given.push(all);
    }
    Ok(given)
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
