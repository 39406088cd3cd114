//! `lab evaluate --shots`: what more examples of each class bring.
//!
//! Within-alphabet trials whose classes have more examples, each by another drawer: a class's score is the
//! mean of its examples' scores, as the page takes it (`SetSupport`). One example a class is the trial
//! as it is without this measure.

use std::error::Error;

use crate::measure::Gallery;
use crate::progress::progress;
use serde_json::{Value, json};
use twinglyph_core::Alphabet;
use twinglyph_core::rng::Rng;
use twinglyph_core::score::best;
use twinglyph_core::trial::{DrawingRef, Trial};

use super::args::Shots;
use super::plan::Wide;
use super::report::Report;
use crate::usage::Usage;

/// Numbers of examples that are measured where none are named.
const USUAL: [usize; 5] = [1, 2, 3, 5, 10];

/// The numbers of examples that there are drawers for beside the query's: of the usual ones those that are possible.
///
/// # Errors
/// With the range, where another one is not possible.
pub(super) fn possible(shots: &Shots, alphabets: &[Alphabet], wide: &Wide) -> Result<Shots, Usage> {
    let asked = wide.places.iter().filter_map(|&at| alphabets.get(at));
    let drawers = asked.map(Alphabet::drawers).min().unwrap_or(0);
    let most = drawers.saturating_sub(1);
    match shots.0.iter().find(|&&shots| shots > most) {
        None => Ok(shots.clone()),
        Some(_) if shots.0 == USUAL && most > 0 => {
            let possible = USUAL.into_iter().filter(|&shots| shots <= most);
            Ok(Shots(possible.collect()))
        }
        Some(shots) => Err(Usage(format!(
            "there are no {shots} examples of each class: of {drawers} drawers one draws the query, so --shots goes \
             from 1 to {most}"
        ))),
    }
}

/// The support set of a trial with as many examples as any row has: class by class, the trial's own
/// example first. Fewer where the alphabet has fewer drawers.
fn examples(
    alphabets: &[Alphabet],
    trial: &Trial,
    most: usize,
    rng: &mut Rng,
) -> Vec<Vec<DrawingRef>> {
    let classes = trial.support.iter().map(|&own| {
        let drawers = alphabets.get(own.alphabet).map_or(0, Alphabet::drawers);
        let order = rng.choose(drawers, drawers);
        let others = order.into_iter().filter(|&drawer| {
            // The query's hand is in no example of any class.
            drawer != own.drawer && drawer != trial.query.drawer
        });
        let others = others.map(|drawer| DrawingRef { drawer, ..own });
        std::iter::once(own).chain(others).take(most).collect()
    });
    classes.collect()
}

/// Answers the trials once for every number of examples, printed and as JSON.
///
/// # Errors
/// When a drawing is not in the alphabets, or the device fails.
pub(super) fn run(
    scorer: super::Scorer<'_>,
    report: &Report<'_>,
    trials: &[Trial],
    (shots, seed): (&Shots, u64),
) -> Result<Value, Box<dyn Error>> {
    let (alphabets, Shots(shots)) = (report.alphabets, shots);
    let most = shots.last().copied().unwrap_or(1);
    let mut rng = Rng::new(seed);
    let sets: Vec<Vec<Vec<DrawingRef>>> = trials
        .iter()
        .map(|trial| examples(alphabets, trial, most, &mut rng))
        .collect();
    let queries = trials.iter().map(|trial| trial.query);
    let drawings = queries.chain(sets.iter().flatten().flatten().copied());
    let gallery = Gallery::embed(scorer, alphabets, drawings, progress("embedding"))?;
    let mut rows = vec![report.answers(); shots.len()];
    let mut told = progress("shots");
    for (done, (trial, classes)) in trials.iter().zip(&sets).enumerate() {
        let all: Vec<DrawingRef> = classes.iter().flatten().copied().collect();
        let scores = gallery.scores(&[trial.query], &all)?;
        let scores = scores.first().map_or(&[][..], Vec::as_slice);
        for (row, &shots) in rows.iter_mut().zip(shots) {
            let choice = best(&means(scores, classes, shots));
            row.add(trial.query.alphabet, choice == trial.answer);
        }
        told(done + 1, trials.len());
    }
    let mut value = serde_json::Map::new();
    for (shots, row) in shots.iter().zip(&rows) {
        let row = report.rate(&format!("{shots} of each class"), row);
        value.insert(shots.to_string(), row);
    }
    Ok(json!(value))
}

/// Each class's mean over its first examples, of the scores of all examples class by class.
fn means(scores: &[f32], classes: &[Vec<DrawingRef>], shots: usize) -> Vec<f32> {
    let mut rest = scores;
    let mean = |class: &Vec<DrawingRef>| {
        let (own, others) = rest.split_at(class.len().min(rest.len()));
        rest = others;
        let first = &own[..shots.min(own.len())];
        first.iter().sum::<f32>() / first.len().max(1) as f32
    };
    classes.iter().map(mean).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use twinglyph_core::{Bitmap, Set, trial};

    #[test]
    fn examples_are_by_other_hands_than_the_query() {
        let drawings = (0..30 * 20).map(|_| Bitmap::blank()).collect();
        let alphabet = Alphabet::new("Test", Set::Invented, 20, drawings).unwrap();
        let alphabets = [alphabet];
        let mut rng = Rng::new(1);
        let trial = trial::within(&alphabets, 20, &mut rng).unwrap();
        let sets = examples(&alphabets, &trial, 10, &mut rng);
        assert_eq!(sets.len(), 20);
        for (class, own) in sets.iter().zip(&trial.support) {
            assert_eq!((class.len(), class[0]), (10, *own));
            let mut drawers: Vec<usize> = class.iter().map(|example| example.drawer).collect();
            assert!(!drawers.contains(&trial.query.drawer));
            drawers.sort_unstable();
            drawers.dedup();
            assert_eq!(drawers.len(), 10);
        }
    }

    #[test]
    fn means_are_of_the_first_examples() {
        let at = DrawingRef {
            alphabet: 0,
            character: 0,
            drawer: 0,
        };
        let classes = [vec![at; 3], vec![at; 1]];
        assert_eq!(means(&[1.0, 3.0, 8.0, 5.0], &classes, 2), [2.0, 5.0]);
        assert_eq!(means(&[1.0, 3.0, 8.0, 5.0], &classes, 1), [1.0, 5.0]);
    }
}
