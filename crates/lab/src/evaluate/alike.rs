//! `lab evaluate --look-alikes` and `--fit-look-alikes`: how many confusions are between classes whose own examples look
//! alike to the network, and how many pairs it would name (`core::look_alikes`).
//!
//! A support set is by one drawer. Confusions are the wrong answers of trials within alphabets; pairs are counted in
//! the whole alphabets.

use std::collections::BTreeMap;
use std::error::Error;

use serde_json::{Value, json};
use twinglyph_core::score::{Calibration, best};
use twinglyph_core::trial::DrawingRef;

use super::args::Args;
use super::plan::Wide;
use super::report::Report;
use crate::measure::{Gallery, MeasureError};
use crate::progress::progress;

/// Similarities that are tried are multiples of this.
const STEP: f64 = 0.05;

/// Part of the confusions that the fitted similarity names.
const NAMED: f64 = 0.5;

/// What a similarity would bring.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
struct Row {
    from: f64,
    /// Pairs in an alphabet by one drawer, mean.
    pairs: f64,
    /// Alphabets by one drawer without any, part.
    without: f64,
    /// Confusions between the classes of a pair, part.
    confusions: f64,
}

/// Similarities of examples by one drawer, character by character with each.
type Similarities = BTreeMap<(usize, usize), Vec<f32>>;

/// Prints what each similarity would bring, and which one names so many of the confusions.
///
/// # Errors
/// When no alphabet has N characters, or the device fails.
pub(super) fn run(
    scorer: super::Scorer<'_>,
    report: &Report<'_>,
    args: &Args,
    calibration: Calibration,
) -> Result<Value, Box<dyn Error>> {
    let alphabets = report.alphabets;
    let wide = Wide::of(alphabets, args.ways())?;
    let trials = wide.trials(alphabets, args)?;
    let every = || {
        alphabets.iter().enumerate().flat_map(|(alphabet, one)| {
            (0..one.characters()).flat_map(move |character| {
                (0..one.drawers()).map(move |drawer| DrawingRef {
                    alphabet,
                    character,
                    drawer,
                })
            })
        })
    };
    let gallery = Gallery::embed(scorer, alphabets, every(), progress("embedding"))?;
    let mut own = Similarities::new();
    let mut told = progress("examples");
    for (alphabet, one) in alphabets.iter().enumerate() {
        for drawer in 0..one.drawers() {
            let drawing = |character| DrawingRef {
                alphabet,
                character,
                drawer,
            };
            let set: Vec<DrawingRef> = (0..one.characters()).map(drawing).collect();
            let scores = gallery.scores(&set, &set)?.into_iter().flatten();
            let similar = scores.map(|score| calibration.similarity(score));
            own.insert((alphabet, drawer), similar.collect());
        }
        told(alphabet + 1, alphabets.len());
    }
    let mut confused = Vec::new();
    let mut told = progress("trials");
    for (done, trial) in trials.iter().enumerate() {
        let scores = gallery.scores(&[trial.query], &trial.support)?;
        let choice = best(scores.first().map_or(&[][..], Vec::as_slice));
        if choice != trial.answer {
            let [right, chosen] = [trial.answer, choice].map(|at| trial.support[at]);
            let similar = own.get(&(right.alphabet, right.drawer));
            let place = right.character * alphabets[right.alphabet].characters();
            let similar = similar.and_then(|all| all.get(place + chosen.character));
            confused.push(
                similar
                    .copied()
                    .ok_or_else(|| MeasureError::Drawing(format!("{right:?}")))?,
            );
        }
        told(done + 1, trials.len());
    }
    let pairs: Vec<Vec<f32>> = own
        .iter()
        .map(|(&(alphabet, _), all)| above_diagonal(all, alphabets[alphabet].characters()))
        .collect();
    let steps = (1..20).map(|step| f64::from(step) * STEP);
    let rows: Vec<Row> = steps.map(|from| row(from, &pairs, &confused)).collect();
    report.head(&format!(
        "look-alikes, {} confusions of {} trials {}",
        confused.len(),
        trials.len(),
        wide.title()
    ));
    println!(
        "{:>6} {:>18} {:>10} {:>12}",
        "from", "pairs an alphabet", "without", "confusions"
    );
    for row in &rows {
        println!(
            "{:>6.2} {:>18.2} {:>8.1} % {:>10.1} %",
            row.from,
            row.pairs,
            row.without * 100.0,
            row.confusions * 100.0
        );
    }
    let fitted = fitted(&rows);
    if let Some(fitted) = fitted {
        println!("half of the confusions are named from {fitted:.2}");
    }
    Ok(json!({"rows": rows, "fitted": fitted, "confusions": confused.len()}))
}

/// The numbers of each two different ones, of a square of numbers.
fn above_diagonal(square: &[f32], side: usize) -> Vec<f32> {
    let pairs =
        (0..side).flat_map(|first| (first + 1..side).map(move |second| first * side + second));
    pairs.filter_map(|at| square.get(at).copied()).collect()
}

fn row(from: f64, pairs: &[Vec<f32>], confused: &[f32]) -> Row {
    let named = |all: &[f32]| all.iter().filter(|&&one| f64::from(one) >= from).count();
    let sets = pairs.len().max(1) as f64;
    let counts = pairs.iter().map(|all| named(all));
    Row {
        from,
        pairs: counts.clone().sum::<usize>() as f64 / sets,
        without: counts.filter(|&count| count == 0).count() as f64 / sets,
        confusions: named(confused) as f64 / confused.len().max(1) as f64,
    }
}

/// The highest similarity that names enough of the confusions.
fn fitted(rows: &[Row]) -> Option<f64> {
    let enough = rows.iter().filter(|row| row.confusions >= NAMED);
    enough.map(|row| row.from).reduce(f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lower_similarity_names_more() {
        // Two alphabets of three characters; the second has one pair.
        let pairs = [vec![0.1, 0.1, 0.1], vec![0.7, 0.3, 0.1]];
        let confused = [0.7, 0.7, 0.3, 0.05];
        let rows: Vec<Row> = [0.2, 0.5, 0.9]
            .map(|from| row(from, &pairs, &confused))
            .to_vec();
        let found: Vec<(f64, f64, f64)> = rows
            .iter()
            .map(|row| (row.pairs, row.without, row.confusions))
            .collect();
        assert_eq!(found, [(1.0, 0.5, 0.75), (0.5, 0.5, 0.5), (0.0, 1.0, 0.0)]);
        assert_eq!(fitted(&rows), Some(0.5));
        assert_eq!(fitted(&rows[2..]), None);
    }

    #[test]
    fn each_two_characters_are_a_pair_once() {
        let square = [9.0, 1.0, 2.0, 1.0, 9.0, 3.0, 2.0, 3.0, 9.0];
        assert_eq!(above_diagonal(&square, 3), [1.0, 2.0, 3.0]);
        assert_eq!(above_diagonal(&[9.0], 1), [0.0; 0]);
    }
}
