//! `lab evaluate --verification`: same character or not?

use serde_json::{Value, json};
use twinglyph_core::score::Calibration;
use twinglyph_core::trial::Pair;
use twinglyph_core::verification::Roc;

use super::report::Report;

/// Errors at a similarity of 0.5, errors at the best threshold, area under the ROC curve: printed and as JSON.
pub(super) fn run(
    report: &Report<'_>,
    (scores, pairs): (&[f32], &[Pair]),
    calibration: Calibration,
) -> Value {
    let mut answers = report.answers();
    for (&score, pair) in scores.iter().zip(pairs) {
        let same = calibration.similarity(score) > 0.5;
        answers.add(pair.first.alphabet, same == pair.same);
    }
    let mut value = report.rate("verification at 0.5", &answers);
    let same: Vec<bool> = pairs.iter().map(|pair| pair.same).collect();
    if let Some(roc) = Roc::new(scores, &same) {
        println!(
            "  best threshold: {:.2} % errors; area under the ROC curve {:.4}",
            roc.best_error_rate * 100.0,
            roc.area
        );
        value["best_error_rate"] = json!(roc.best_error_rate);
        value["area"] = json!(roc.area);
    }
    value
}
