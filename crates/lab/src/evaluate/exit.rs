//! `lab evaluate --views as-needed` and `--fit-exit`: one view of a drawing where its best class is far ahead, all
//! views elsewhere.
//!
//! The rule is fitted on background alphabets only. Drawings are queries and examples by turns, so all are embedded
//! by one view and by all; what a ranking would have embedded is counted.

use std::error::Error;

use serde_json::{Value, json};
use twinglyph_core::early_exit::{EarlyExit, margin};
use twinglyph_core::rng::Rng;
use twinglyph_core::score::{Calibration, Tally, best};
use twinglyph_core::trial::{self, Pair, Trial};
use twinglyph_core::{Alphabet, Views};

use super::args::Args;
use super::plan::{Wide, sampled};
use super::{Scorer, gallery};
use crate::export;
use crate::measure::{Gallery, MeasureError};
use crate::progress::progress;

/// Who answers trials: by all views always, or with an early exit.
pub(super) struct Ranker<'a> {
    all: (Gallery<'a>, Calibration),
    first: Option<(Gallery<'a>, EarlyExit)>,
}

/// The scores of a trial's classes: by all views, and by one with the rule where there is an early exit.
pub(super) struct Scored {
    all: (Vec<f32>, Calibration),
    first: Option<(Vec<f32>, EarlyExit)>,
}

/// How similarity follows from scores.
#[derive(Clone, Copy)]
pub(super) struct Rules {
    /// From those of all views.
    pub(super) all: Calibration,
    /// Where one view may be enough: when, and from those of one.
    pub(super) early: Option<EarlyExit>,
}

impl<'a> Ranker<'a> {
    /// Embeds the drawings of these trials and pairs.
    ///
    /// # Errors
    /// When there is no drawing, one is not in the alphabets, or the device fails.
    pub(super) fn embed<'t>(
        scorer: Scorer<'a>,
        alphabets: &[Alphabet],
        (trials, pairs): (impl Iterator<Item = &'t Trial> + Clone, &[Pair]),
        rules: Rules,
    ) -> Result<Self, MeasureError> {
        let first = match rules.early {
            Some(rule) => {
                let once = (scorer.0, Views::One);
                Some((gallery(once, alphabets, trials.clone(), &[])?, rule))
            }
            None => None,
        };
        let all = gallery(scorer, alphabets, trials, pairs)?;
        Ok(Self {
            all: (all, rules.all),
            first,
        })
    }

    /// May one view be enough?
    pub(super) fn has_early_exit(&self) -> bool {
        self.first.is_some()
    }

    /// The scores of verification pairs by all views: of two drawings nothing is ahead of anything.
    ///
    /// # Errors
    /// When a drawing was not embedded.
    pub(super) fn verify(&self, pairs: &[Pair]) -> Result<Vec<f32>, MeasureError> {
        self.all.0.verify(pairs)
    }

    /// The scores of a trial's classes.
    ///
    /// # Errors
    /// When a drawing was not embedded.
    pub(super) fn scored(&self, trial: &Trial) -> Result<Scored, MeasureError> {
        let (all, calibration) = &self.all;
        let first = match &self.first {
            Some((first, rule)) => Some((scores(first, trial)?, *rule)),
            None => None,
        };
        Ok(Scored {
            all: (scores(all, trial)?, *calibration),
            first,
        })
    }
}

fn scores(gallery: &Gallery<'_>, trial: &Trial) -> Result<Vec<f32>, MeasureError> {
    let scores = gallery.scores(&[trial.query], &trial.support)?;
    Ok(scores.into_iter().next().unwrap_or_default())
}

impl Scored {
    /// The same with one class fewer.
    pub(super) fn without(&self, class: usize) -> Self {
        let others = |scores: &[f32]| {
            let others = scores.iter().enumerate().filter(|&(at, _)| at != class);
            others.map(|(_, &score)| score).collect()
        };
        Self {
            all: (others(&self.all.0), self.all.1),
            first: self.first.as_ref().map(|(s, rule)| (others(s), *rule)),
        }
    }

    /// Is one view enough?
    pub(super) fn exits(&self) -> bool {
        let first = self.first.as_ref();
        first.is_some_and(|(scores, rule)| rule.exits(scores))
    }

    /// The scores that the ranking goes by, and how similarities follow from them.
    pub(super) fn ranked(&self) -> (&[f32], Calibration) {
        match &self.first {
            Some((scores, rule)) if self.exits() => (scores, rule.calibration),
            _ => (&self.all.0, self.all.1),
        }
    }
}

/// What became of trials with an early exit.
#[derive(Default)]
pub(super) struct Exits {
    /// Errors by all views always.
    all: Tally,
    /// Errors among the trials for which one view was enough.
    first: Tally,
}

impl Exits {
    /// Counts a trial.
    pub(super) fn add(&mut self, scored: &Scored, answer: usize) {
        self.all.add(best(&scored.all.0) == answer);
        if scored.exits() {
            self.first.add(best(scored.ranked().0) == answer);
        }
    }

    /// Printed and as JSON.
    pub(super) fn told(&self, views: Views) -> Value {
        let enough = f64::from(self.first.trials()) / f64::from(self.all.trials().max(1));
        let images = images(enough, views);
        println!(
            "  one view is enough for {:.2} %, of which {} are errors; {images:.2} images embedded a ranking",
            enough * 100.0,
            self.first.errors()
        );
        println!(
            "  by {} views always: {} errors, {:.2} %",
            views.count(),
            self.all.errors(),
            self.all.error_rate() * 100.0
        );
        json!({
            "enough": self.first.trials(),
            "enough_errors": self.first.errors(),
            "images": images,
            "always_errors": self.all.errors(),
        })
    }
}

/// Images embedded a ranking, where one view is enough for this part of the drawings.
fn images(enough: f64, views: Views) -> f64 {
    1.0 + (1.0 - enough) * views.count() as f64
}

/// What was seen of a trial.
#[derive(Clone, Copy)]
struct Seen {
    /// By one view.
    margin: f32,
    /// Do all views choose another class?
    overturned: bool,
    /// Is one view right?
    first: bool,
    /// Are all?
    all: bool,
}

/// The fitted margin, as a multiple of the widest that all views overturned: the network has learned from the
/// alphabets that it is fitted on, and is less sure of others.
const SAFETY: f32 = 1.5;

/// Fitted margins are multiples of this, and so are the rows of the table.
const STEP: f32 = 0.25;

/// Rows of the table are so many steps apart, and so many in number.
const ROWS: (usize, usize) = (4, 11);

/// The margin from which one view is enough: [`SAFETY`] times the widest one that all views overturned, rounded up.
fn fitted(seen: &[Seen]) -> f32 {
    let overturned = seen.iter().filter(|trial| trial.overturned);
    let widest = overturned.map(|trial| trial.margin).fold(0.0, f32::max);
    (widest * SAFETY / STEP).ceil() * STEP
}

/// Fits the rule on all these alphabets, and prints it as `twinglyph_nn::builtin_models` has it. Alphabets with fewer
/// than N characters are asked with all that they have.
///
/// # Errors
/// When the network has one view, no alphabet has N characters, or the device fails.
pub(super) fn fit(
    (network, views): Scorer<'_>,
    alphabets: &[Alphabet],
    args: &Args,
) -> Result<Value, Box<dyn Error>> {
    if views == Views::One {
        return Err("this network has one view of a drawing, which is always enough".into());
    }
    let ways = Wide::of(alphabets, args.ways())?.ways;
    let trials = sampled(args, ways, |rng| trial::within(alphabets, ways, rng))?;
    let pairs = trial::pairs(alphabets, export::PAIRS, &mut Rng::new(export::SEED))?;
    let by_one = gallery((network, Views::One), alphabets, &trials, &pairs)?;
    let by_all = gallery((network, views), alphabets, &trials, &[])?;
    let same: Vec<bool> = pairs.iter().map(|pair| pair.same).collect();
    let Calibration {
        temperature,
        offset,
    } = Calibration::fit(by_one.verify(&pairs)?.into_iter().zip(same))
        .ok_or("the network tells no drawings apart")?;
    let mut seen = Vec::with_capacity(trials.len());
    let mut told = progress("trials");
    for (done, trial) in trials.iter().enumerate() {
        let [first, all] = [scores(&by_one, trial)?, scores(&by_all, trial)?];
        let [one, several] = [best(&first), best(&all)];
        seen.push(Seen {
            margin: margin(&first).unwrap_or(0.0),
            overturned: one != several,
            first: one == trial.answer,
            all: several == trial.answer,
        });
        told(done + 1, trials.len());
    }
    let margin = fitted(&seen);
    table(&seen, views);
    println!("EarlyExit {{");
    println!("    margin: {margin:?},");
    println!("    calibration: Calibration {{");
    println!("        temperature: {},", literal(temperature));
    println!("        offset: {},", literal(offset));
    println!("    }},");
    println!("}}");
    Ok(json!({"margin": margin, "temperature": temperature, "offset": offset}))
}

/// A number as the repository's code has it: decimals by threes.
fn literal(number: f32) -> String {
    let text = format!("{number:?}");
    let Some((whole, decimals)) = text.split_once('.') else {
        return text;
    };
    let mut grouped = format!("{whole}.");
    for (at, digit) in decimals.chars().enumerate() {
        if at > 0 && at.is_multiple_of(3) {
            grouped.push('_');
        }
        grouped.push(digit);
    }
    grouped
}

/// What each margin would bring.
fn table(seen: &[Seen], views: Views) {
    println!(
        "{:>8} {:>9} {:>8} {:>11} {:>8} {:>8}",
        "margin", "enough", "errors", "overturned", "all", "images"
    );
    let (apart, rows) = ROWS;
    for row in 0..rows {
        let least = (row * apart) as f32 * STEP;
        let enough = || seen.iter().filter(move |trial| trial.margin >= least);
        let part = enough().count() as f64 / seen.len().max(1) as f64;
        let right = seen.iter().filter(|trial| match trial.margin >= least {
            true => trial.first,
            false => trial.all,
        });
        println!(
            "{least:>8.2} {:>7.2} % {:>8} {:>11} {:>8} {:>8.2}",
            part * 100.0,
            enough().filter(|trial| !trial.first).count(),
            enough().filter(|trial| trial.overturned).count(),
            seen.len() - right.count(),
            images(part, views)
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(margin: f32, overturned: bool) -> Seen {
        Seen {
            margin,
            overturned,
            first: !overturned,
            all: true,
        }
    }

    #[test]
    fn the_fitted_margin_lies_beyond_what_was_overturned() {
        assert_eq!(fitted(&[]), 0.0);
        assert_eq!(fitted(&[seen(9.0, false)]), 0.0);
        let trials = [seen(2.6, true), seen(1.0, true), seen(9.0, false)];
        // 2.6 and half as much again, to the next quarter.
        assert_eq!(fitted(&trials), 4.0);
    }

    fn scored(first: &[f32], all: &[f32]) -> Scored {
        let rule = EarlyExit {
            margin: 4.0,
            calibration: Calibration {
                temperature: 2.0,
                offset: 1.0,
            },
        };
        Scored {
            all: (all.to_vec(), Calibration::IDENTITY),
            first: Some((first.to_vec(), rule)),
        }
    }

    #[test]
    fn a_ranking_goes_by_the_views_that_are_enough() {
        let clear = scored(&[5.0, 0.0, 0.5], &[1.0, 2.0, 3.0]);
        assert_eq!(clear.ranked().0, [5.0, 0.0, 0.5]);
        assert_eq!(clear.ranked().1.temperature, 2.0);
        let unclear = scored(&[5.0, 2.0, 0.5], &[1.0, 2.0, 3.0]);
        assert_eq!(
            unclear.ranked(),
            (&[1.0, 2.0, 3.0][..], Calibration::IDENTITY)
        );
        // Without the second class the best is far ahead.
        assert_eq!(unclear.without(1).ranked().0, [5.0, 0.5]);
        let mut exits = Exits::default();
        exits.add(&clear, 0);
        exits.add(&unclear, 2);
        assert_eq!((exits.first.trials(), exits.first.errors()), (1, 0));
        assert_eq!((exits.all.trials(), exits.all.errors()), (2, 1));
    }

    #[test]
    fn numbers_can_be_put_into_the_code() {
        assert_eq!(literal(1.427_734_7), "1.427_734_7");
        assert_eq!(literal(-12.5), "-12.5");
        assert_eq!(literal(3.0), "3.0");
    }

    #[test]
    fn images_are_one_and_all_views_of_those_that_need_them() {
        assert_eq!(images(1.0, Views::Eight), 1.0);
        assert_eq!(images(0.75, Views::Eight), 3.0);
        assert_eq!(images(0.0, Views::Eight), 9.0);
    }
}
