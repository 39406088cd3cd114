//! Early exit: one view of a drawing is enough where its best class is far ahead of the second.
//!
//! Refuses to know networks and drawings: it says by scores whether further views are worth their time.

use crate::score::Calibration;

/// The rule of a network that is capable of several views, fitted on background alphabets by
/// `lab evaluate --fit-exit`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EarlyExit {
    /// Least [`margin()`] by one view at which no further views are looked at.
    pub margin: f32,
    /// Similarity from the scores of one view; that of the weights file is for the scores of all views.
    pub calibration: Calibration,
}

impl EarlyExit {
    /// Is one view enough, by which the classes have these scores? Never of fewer than two classes.
    #[must_use]
    pub fn exits(self, scores: &[f32]) -> bool {
        margin(scores).is_some_and(|margin| margin >= self.margin)
    }
}

/// How far the best class's score is ahead of the second's, 0 or more; `None` of fewer than two classes, and
/// where a score is no number.
#[must_use]
pub fn margin(scores: &[f32]) -> Option<f32> {
    let (mut best, mut second) = (f32::NEG_INFINITY, f32::NEG_INFINITY);
    for &score in scores {
        if score.is_nan() {
            return None;
        }
        if score > best {
            (best, second) = (score, best);
        } else {
            second = second.max(score);
        }
    }
    let margin = best - second;
    (scores.len() > 1 && !margin.is_nan()).then_some(margin)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rule(margin: f32) -> EarlyExit {
        EarlyExit {
            margin,
            calibration: Calibration::IDENTITY,
        }
    }

    #[test]
    fn margins_are_between_the_best_two_classes() {
        for (scores, expected) in [
            (&[][..], None),
            (&[3.0], None),
            (&[3.0, 1.0], Some(2.0)),
            (&[1.0, 3.0], Some(2.0)),
            (&[2.0, 2.0], Some(0.0)),
            (&[-7.0, -1.0, -9.0, -3.5], Some(2.5)),
            (&[f32::NEG_INFINITY, 1.0], Some(f32::INFINITY)),
            (&[f32::INFINITY, f32::INFINITY], None),
            (&[1.0, f32::NAN, 9.0], None),
        ] {
            assert_eq!(margin(scores), expected, "{scores:?}");
        }
    }

    #[test]
    fn one_view_is_enough_from_the_margin_on() {
        for (scores, expected) in [
            (&[5.0, 1.0, 0.0][..], true),
            (&[4.0, 0.0], true),
            (&[3.9, 0.0], false),
            (&[0.0, 0.0], false),
            // Nothing is ahead of anything.
            (&[9.0], false),
            (&[], false),
            (&[f32::NAN, 0.0], false),
        ] {
            assert_eq!(rule(4.0).exits(scores), expected, "{scores:?}");
        }
    }

    proptest! {
        /// A smaller margin never has fewer views, nor has a stricter rule.
        #[test]
        fn a_smaller_margin_has_no_fewer_views(
            scores in prop::collection::vec(-40.0f32..40.0, 0..30),
            least in 0.0f32..12.0,
            nearer in 0.0f32..20.0,
            stricter in 0.0f32..20.0,
        ) {
            let exits = rule(least).exits(&scores);
            prop_assert!(exits || !rule(least + stricter).exits(&scores));
            // The best class comes nearer to the second, as far as that.
            let mut nearest = scores.clone();
            if let Some(gap) = margin(&scores) {
                let best = crate::score::best(&scores);
                nearest[best] -= nearer.min(gap);
            }
            prop_assert!(exits || !rule(least).exits(&nearest));
        }

        /// Neither the order of the classes nor those behind the second change anything.
        #[test]
        fn only_the_best_two_classes_count(
            mut scores in prop::collection::vec(-40.0f32..40.0, 2..30),
            turn in 0usize..30,
        ) {
            let found = margin(&scores).unwrap();
            let turn = turn % scores.len();
            scores.rotate_left(turn);
            prop_assert_eq!(margin(&scores), Some(found));
            scores.sort_by(|a, b| b.total_cmp(a));
            prop_assert_eq!(margin(&scores[..2]), Some(found));
        }
    }
}
