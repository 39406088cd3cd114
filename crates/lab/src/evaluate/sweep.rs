//! `lab evaluate --sweep`: accuracy against N, of the network, of both baselines and of chance.

use std::error::Error;

use crate::measure::{Gallery, MeasureError};
use crate::progress::progress;
use serde_json::{Value, json};
use twinglyph_core::baseline::Baseline;
use twinglyph_core::rng::Rng;
use twinglyph_core::score::Interval;
use twinglyph_core::sweep::{self, Group, MIXED, WAYS};
use twinglyph_core::trial::DrawingRef;
use twinglyph_core::{Alphabet, Bitmap};

use super::report::{Answers, Report, ends};

/// Who answers, in the order of the table's columns.
const SCORERS: [&str; 3] = ["network", "pixels", "hausdorff"];

/// Both sweeps, within alphabets and across them, printed and as JSON.
///
/// # Errors
/// When the alphabets are too small, or the device fails.
pub(super) fn run(
    scorer: super::Scorer<'_>,
    report: &Report<'_>,
    seed: u64,
) -> Result<Value, Box<dyn Error>> {
    let alphabets = report.alphabets;
    let kinds = [
        ("within", sweep::within(alphabets, &mut Rng::new(seed))?),
        ("across", sweep::across(alphabets, &mut Rng::new(seed))?),
    ];
    let mut value = serde_json::Map::new();
    for (kind, groups) in kinds {
        if groups.is_empty() {
            println!("{kind} alphabets: none, with fewer than {MIXED} characters together");
            value.insert(kind.to_owned(), json!([]));
            continue;
        }
        let drawings = groups
            .iter()
            .flat_map(|group| group.support.iter().chain(&group.queries));
        let drawings: Vec<DrawingRef> = drawings.copied().collect();
        let gallery = Gallery::embed(scorer, alphabets, drawings, progress("embedding"))?;
        let mut rows = vec![vec![report.answers(); SCORERS.len()]; WAYS.len()];
        let mut told = progress(kind);
        for (done, group) in groups.iter().enumerate() {
            let scores = scores(&gallery, group, alphabets)?;
            for (row, ways) in rows.iter_mut().zip(WAYS) {
                for (answers, scores) in row.iter_mut().zip(&scores) {
                    // A smaller alphabet has no such trials.
                    let choices = group.choices(scores, ways).unwrap_or_default();
                    for (query, choice) in group.queries.iter().zip(choices) {
                        answers.add(query.alphabet, choice == 0);
                    }
                }
            }
            told(done + 1, groups.len());
        }
        value.insert(kind.to_owned(), table(kind, &rows));
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

fn table(kind: &str, rows: &[Vec<Answers>]) -> Value {
    println!("{kind} alphabets: right answers, and the network's 95 % intervals");
    println!(
        "{:>4} {:>7} {:>9} {:>9} {:>9} {:>9}   {:<18} over alphabets",
        "N", "trials", SCORERS[0], SCORERS[1], SCORERS[2], "chance", "over trials"
    );
    let mut values = Vec::new();
    for (row, ways) in rows.iter().zip(WAYS) {
        let Some(network) = row.first().filter(|network| network.total().trials() > 0) else {
            continue;
        };
        let trials = network.total().trials();
        let mut line = format!("{ways:>4} {trials:>7}");
        let mut value = json!({"ways": ways, "trials": trials});
        for (answers, scorer) in row.iter().zip(SCORERS) {
            let total = answers.total();
            line += &format!(" {:>7.2} %", total.accuracy() * 100.0);
            value[format!("{scorer}_errors")] = json!(total.errors());
            value[format!("{scorer}_wilson")] = json!(ends(total.error_interval()));
            value[format!("{scorer}_bootstrap")] = json!(answers.bootstrap().map(ends));
        }
        let right = |errors: Interval| {
            format!(
                "{:.2} to {:.2} %",
                100.0 - errors.high * 100.0,
                100.0 - errors.low * 100.0
            )
        };
        println!(
            "{line} {:>7.2} %   {:<18} {}",
            100.0 / ways as f64,
            right(network.total().error_interval()),
            network.bootstrap().map_or(String::new(), right)
        );
        values.push(value);
    }
    Value::Array(values)
}
