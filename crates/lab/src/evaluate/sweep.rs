//! `lab evaluate --sweep`: accuracy against N, of the network, of both baselines and of chance.

use std::error::Error;

use crate::measure::{Gallery, MeasureError};
use crate::progress::progress;
use serde_json::{Value, json};
use twinglyph_core::baseline::Baseline;
use twinglyph_core::rng::Rng;
use twinglyph_core::score::Tally;
use twinglyph_core::sweep::{self, Group, WAYS};
use twinglyph_core::trial::DrawingRef;
use twinglyph_core::{Alphabet, Bitmap};

/// Who answers, in the order of the table's columns.
const SCORERS: [&str; 3] = ["network", "pixels", "hausdorff"];

/// Both sweeps, within alphabets and across them, printed and as JSON.
///
/// # Errors
/// When the alphabets are too small, or the device fails.
pub(super) fn run(
    scorer: super::Scorer<'_>,
    alphabets: &[Alphabet],
    seed: u64,
) -> Result<Value, Box<dyn Error>> {
    let kinds = [
        ("within", sweep::within(alphabets, &mut Rng::new(seed))?),
        ("across", sweep::across(alphabets, &mut Rng::new(seed))?),
    ];
    let mut value = serde_json::Map::new();
    for (kind, groups) in kinds {
        let drawings = groups
            .iter()
            .flat_map(|group| group.support.iter().chain(&group.queries));
        let drawings: Vec<DrawingRef> = drawings.copied().collect();
        let gallery = Gallery::embed(scorer, alphabets, drawings, progress("embedding"))?;
        let mut tallies = [[Tally::default(); SCORERS.len()]; WAYS.len()];
        let mut told = progress(kind);
        for (done, group) in groups.iter().enumerate() {
            let scores = scores(&gallery, group, alphabets)?;
            for (row, ways) in tallies.iter_mut().zip(WAYS) {
                for (tally, scores) in row.iter_mut().zip(&scores) {
                    // A smaller alphabet has no such trials.
                    if let Some(own) = group.tally(scores, ways) {
                        tally.merge(own);
                    }
                }
            }
            told(done + 1, groups.len());
        }
        value.insert(kind.to_owned(), table(kind, &tallies));
    }
    Ok(Value::Object(value))
}

/// Scores of a group's queries with its examples, by each scorer.
fn scores(
    gallery: &Gallery<'_>,
    group: &Group,
    alphabets: &[Alphabet],
) -> Result<[Vec<Vec<f32>>; SCORERS.len()], Box<dyn Error>> {
    let bitmaps = |drawings: &[DrawingRef]| -> Result<Vec<Bitmap>, MeasureError> {
        let find = |at: &DrawingRef| {
            at.of(alphabets)
                .cloned()
                .ok_or_else(|| MeasureError::Drawing(format!("{at:?}")))
        };
        drawings.iter().map(find).collect()
    };
    let (queries, support) = (bitmaps(&group.queries)?, bitmaps(&group.support)?);
    let queries: Vec<&Bitmap> = queries.iter().collect();
    let support: Vec<&Bitmap> = support.iter().collect();
    Ok([
        gallery.scores(&group.queries, &group.support)?,
        Baseline::Pixels.scores(&queries, &support),
        Baseline::Hausdorff.scores(&queries, &support),
    ])
}

fn table(kind: &str, tallies: &[[Tally; SCORERS.len()]]) -> Value {
    println!("{kind} alphabets: right answers");
    println!(
        "{:>4} {:>7} {:>9} {:>9} {:>9} {:>9}",
        "N", "trials", SCORERS[0], SCORERS[1], SCORERS[2], "chance"
    );
    let mut rows = Vec::new();
    for (row, ways) in tallies.iter().zip(WAYS) {
        let trials = row[0].trials();
        if trials == 0 {
            continue;
        }
        print!("{ways:>4} {trials:>7}");
        let mut value = json!({"ways": ways, "trials": trials});
        for (tally, scorer) in row.iter().zip(SCORERS) {
            print!(" {:>7.2} %", tally.accuracy() * 100.0);
            value[format!("{scorer}_errors")] = json!(tally.errors());
        }
        println!(" {:>7.2} %", 100.0 / ways as f64);
        rows.push(value);
    }
    Value::Array(rows)
}
