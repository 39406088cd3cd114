//! `lab evaluate --none`: is a character outside the support set recognised as such, and at what
//! cost?
//!
//! Each trial is asked twice, with one class fewer than it has: without the query's own class, to
//! which "none of these" is the answer, and with it but without another one, to which it is an
//! error.

use std::error::Error;

use serde_json::{Value, json};
use twinglyph_core::score::{best, none_of_these};
use twinglyph_core::trial::Trial;
use twinglyph_core::verification::Roc;

use super::exit::Ranker;
use super::report::Report;
use super::told::Told;

/// Parts of the queries inside the set that may be taken for strangers.
const COSTS: [f64; 4] = [0.01, 0.05, 0.1, 0.2];

/// Answers the trials, printed and as JSON.
///
/// # Errors
/// When a drawing was not embedded, or the device fails.
pub(super) fn run(
    ranker: &Ranker<'_>,
    report: &Report<'_>,
    trials: &[Trial],
) -> Result<Value, Box<dyn Error>> {
    let (mut strangers, mut members, mut answers) =
        (report.answers(), report.answers(), report.answers());
    let (mut likely, mut outside) = (Vec::new(), Vec::new());
    let (mut told_outside, mut told_right) = (Told::default(), Told::default());
    for trial in trials.iter().filter(|trial| trial.support.len() > 1) {
        let scored = ranker.scored(trial)?;
        let (own, home) = (trial.answer, trial.query.alphabet);
        let other = (own + 1) % trial.support.len();
        // Also, whether the best of the others is the query's own class.
        let without = |left_out: usize| -> (f64, bool) {
            let scored = scored.without(left_out);
            let (scores, calibration) = scored.ranked();
            let is_own = own != left_out && best(scores) == own - usize::from(own > left_out);
            let alike: Vec<f32> = scores.iter().map(|&s| calibration.similarity(s)).collect();
            (none_of_these(&alike), is_own)
        };
        let (none, _) = without(own);
        strangers.add(home, none > 0.5);
        let foreign = scored.without(own);
        told_outside.add(foreign.ranked().0, foreign.ranked().1);
        likely.push(none as f32);
        outside.push(true);
        let (none, is_own) = without(other);
        members.add(home, none <= 0.5);
        answers.add(home, none <= 0.5 && is_own);
        if is_own {
            let familiar = scored.without(other);
            told_right.add(familiar.ranked().0, familiar.ranked().1);
        }
        likely.push(none as f32);
        outside.push(false);
    }
    let strangers = report.rate("outside: not recognised", &strangers);
    let members = report.rate("inside: taken for outside", &members);
    let answers = report.rate("inside: that or wrong", &answers);
    println!("What the page says:");
    let told_outside = told_outside.print("outside");
    let told_right = told_right.print("inside, right answers");
    let roc = Roc::new(&likely, &outside);
    let mut at_cost = Vec::new();
    if let Some(roc) = &roc {
        println!(
            "  area under the curve of telling them apart {:.4}",
            roc.area
        );
        for cost in COSTS {
            // The curve starts at no cost, so there is always a point.
            let within = roc.points.iter().rfind(|p| p.false_positives <= cost);
            let Some(point) = within else { continue };
            println!(
                "  above {:.3}: {:.2} % of those outside recognised, {:.2} % of those inside taken for such",
                point.threshold,
                point.true_positives * 100.0,
                point.false_positives * 100.0
            );
            at_cost.push(json!({
                "none_at_least": point.threshold,
                "outside_recognised": point.true_positives,
                "inside_taken": point.false_positives,
            }));
        }
    }
    Ok(json!({
        "outside": strangers,
        "inside": members,
        "inside_right": answers,
        "told": {"outside": told_outside, "right": told_right},
        "area": roc.map(|roc| roc.area),
        "at_cost": at_cost,
    }))
}
