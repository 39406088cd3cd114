//! `lab evaluate --robustness`: errors where the queries come from other hands and pens.
//!
//! The support set stays as it was drawn; each query is redrawn by one distortion after another.
//! What is done to a drawing depends on the seed and the drawing alone, so every network answers
//! the same trials.

use std::collections::BTreeSet;
use std::error::Error;

use crate::measure::Gallery;
use crate::progress::progress;
use serde_json::{Value, json};
use twinglyph_core::score::{Calibration, best};
use twinglyph_core::trial::{DrawingRef, Trial};
use twinglyph_core::{Alphabet, Bitmap};

use super::redraw::HANDS;
use super::report::Report;
use super::told::Told;

/// Answers the trials once for every row, printed and as JSON.
///
/// # Errors
/// When a drawing is not in the alphabets, or the device fails.
pub(super) fn run(
    scorer: super::Scorer<'_>,
    report: &Report<'_>,
    trials: &[Trial],
    (seed, calibration): (u64, Calibration),
) -> Result<Value, Box<dyn Error>> {
    let alphabets = report.alphabets;
    let all = redrawn(alphabets, trials, seed);
    // The query of a trial, by each hand in turn.
    let queries = |trial: &Trial| {
        (1..=HANDS.len()).map({
            let query = trial.query;
            move |hand| DrawingRef {
                alphabet: query.alphabet + hand * alphabets.len(),
                ..query
            }
        })
    };
    let drawings = trials
        .iter()
        .flat_map(|trial| trial.support.iter().copied().chain(queries(trial)));
    let gallery = Gallery::embed(scorer, &all, drawings, progress("embedding"))?;
    let mut rows = vec![report.answers(); HANDS.len()];
    let mut told = [Told::default(); HANDS.len()];
    for trial in trials {
        let queries: Vec<DrawingRef> = queries(trial).collect();
        let scores = gallery.scores(&queries, &trial.support)?;
        for ((row, told), scores) in rows.iter_mut().zip(&mut told).zip(&scores) {
            let is_right = best(scores) == trial.answer;
            row.add(trial.query.alphabet, is_right);
            if is_right {
                told.add(scores, calibration);
            }
        }
    }
    let mut value = serde_json::Map::new();
    for ((_, name, title), row) in HANDS.into_iter().zip(&rows) {
        value.insert(name.to_owned(), report.rate(title, row));
    }
    println!("What the page says beside right answers:");
    for ((_, name, title), told) in HANDS.into_iter().zip(told) {
        value[name]["right"] = told.print(title);
    }
    Ok(json!(value))
}

/// The alphabets, and after them the same alphabets by each of [`HANDS`], in which only what the
/// trials ask for is drawn.
fn redrawn(alphabets: &[Alphabet], trials: &[Trial], seed: u64) -> Vec<Alphabet> {
    let asked: BTreeSet<DrawingRef> = trials.iter().map(|trial| trial.query).collect();
    let mut all = alphabets.to_vec();
    for (hand, ..) in HANDS {
        all.extend(alphabets.iter().enumerate().map(|(index, alphabet)| {
            let draw = |character, drawer| {
                let at = DrawingRef {
                    alphabet: index,
                    character,
                    drawer,
                };
                let asked = asked.contains(&at).then(|| at.of(alphabets)).flatten();
                asked.map_or_else(Bitmap::blank, |bitmap| hand.redraw(bitmap, at, seed))
            };
            let (characters, drawers) = (alphabet.characters(), alphabet.drawers());
            Alphabet::from_fn(alphabet.name(), alphabet.set(), characters, drawers, draw)
        }));
    }
    all
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::evaluate::redraw::Hand;
    use twinglyph_core::Set;
    use twinglyph_core::rng::Rng;

    #[test]
    fn what_is_asked_for_is_redrawn_and_always_alike() {
        let bar = |character: usize, _: usize| {
            Bitmap::from_fn(|row, column| {
                (40..44).contains(&row) && (20..60 + character).contains(&column)
            })
        };
        let alphabets = [Alphabet::from_fn("Bars", Set::Evaluation, 3, 2, bar)];
        let trial = twinglyph_core::trial::within(&alphabets, 3, &mut Rng::new(1)).unwrap();
        let all = redrawn(&alphabets, std::slice::from_ref(&trial), 7);
        let again = redrawn(&alphabets, std::slice::from_ref(&trial), 7);
        assert_eq!(all[0], alphabets[0]);
        let own = trial.query.of(&alphabets).unwrap();
        for (row, (hand, name, _)) in HANDS.into_iter().enumerate() {
            let at = DrawingRef {
                alphabet: row + 1,
                ..trial.query
            };
            assert_eq!(at.of(&all), at.of(&again), "{name}");
            // The bar is 4 pixels thick: the thinnest pen leaves one of them.
            assert!(!at.of(&all).unwrap().is_blank(), "{name}");
            assert_eq!(
                at.of(&all) == Some(own),
                matches!(hand, Hand::Own),
                "{name}"
            );
            let drawn = all[row + 1].drawings().iter().filter(|b| !b.is_blank());
            assert_eq!(drawn.count(), 1, "{name}");
        }
    }
}
