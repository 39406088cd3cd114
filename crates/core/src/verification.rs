//! Same or different? How well one score tells pairs of the same character from others.
//!
//! The receiver operating characteristic: for every threshold, the part of the same pairs that
//! it accepts against the part of the different ones that it accepts wrongly. Refuses to know
//! where pairs and scores come from.

/// One threshold: pairs that score as high or higher are called the same.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// The lowest score that is called the same; infinite for the threshold that accepts none.
    pub threshold: f32,
    /// Part of the different pairs that are called the same.
    pub false_positives: f64,
    /// Part of the same pairs that are called the same.
    pub true_positives: f64,
}

/// The curve over all thresholds.
#[derive(Clone, Debug, PartialEq)]
pub struct Roc {
    /// From (0, 0), strictest first, to (1, 1); one a score that occurs.
    pub points: Vec<Point>,
    /// The area under the curve: how often a same pair scores higher than a different one, equal
    /// scores counted half.
    pub area: f64,
    /// Errors over pairs at the best threshold.
    pub best_error_rate: f64,
}

impl Roc {
    /// The curve of these scores, each of a pair that is the same character or not; `None` where
    /// one kind of pairs is missing, as without pairs.
    #[must_use]
    pub fn new(scores: &[f32], same: &[bool]) -> Option<Self> {
        let mut pairs: Vec<(f32, bool)> =
            scores.iter().copied().zip(same.iter().copied()).collect();
        let positives = pairs.iter().filter(|(_, same)| *same).count();
        let negatives = pairs.len() - positives;
        if positives == 0 || negatives == 0 {
            return None;
        }
        pairs.sort_by(|a, b| b.0.total_cmp(&a.0));
        let part = |count: usize, of: usize| count as f64 / of as f64;
        let mut points = vec![Point {
            threshold: f32::INFINITY,
            false_positives: 0.0,
            true_positives: 0.0,
        }];
        let (mut accepted, mut wrongly) = (0usize, 0usize);
        let mut fewest = positives;
        // Twice the area, in pairs of a same and a different pair.
        let mut area = 0usize;
        for equal in pairs.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
            let right = equal.iter().filter(|(_, same)| *same).count();
            let wrong = equal.len() - right;
            area += wrong * (2 * accepted + right);
            accepted += right;
            wrongly += wrong;
            fewest = fewest.min(positives - accepted + wrongly);
            points.push(Point {
                threshold: equal[0].0,
                false_positives: part(wrongly, negatives),
                true_positives: part(accepted, positives),
            });
        }
        Some(Self {
            points,
            area: area as f64 / (2 * positives * negatives) as f64,
            best_error_rate: part(fewest, positives + negatives),
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_curve_by_hand() {
        // Ranked: same 0.9, different 0.7, same and different 0.5, different 0.1.
        let roc = Roc::new(
            &[0.9, 0.5, 0.7, 0.5, 0.1],
            &[true, true, false, false, false],
        )
        .unwrap();
        let at: Vec<(f64, f64)> = roc
            .points
            .iter()
            .map(|point| (point.false_positives * 3.0, point.true_positives * 2.0))
            .collect();
        assert_eq!(
            at,
            [(0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (2.0, 2.0), (3.0, 2.0)]
        );
        // Of six comparisons the same pair wins four and draws one.
        assert!((roc.area - 4.5 / 6.0).abs() < 1e-12);
        assert!((roc.best_error_rate - 0.2).abs() < 1e-12);
    }

    #[test]
    fn one_kind_of_pairs_alone_has_no_curve() {
        assert_eq!(Roc::new(&[], &[]), None);
        assert_eq!(Roc::new(&[1.0, 2.0], &[true, true]), None);
    }

    proptest! {
        /// The area is what counting all comparisons gives, and swapping the labels mirrors it.
        #[test]
        fn the_area_counts_comparisons(pairs in prop::collection::vec((0u8..12, any::<bool>()), 2..80)) {
            let scores: Vec<f32> = pairs.iter().map(|(score, _)| f32::from(*score)).collect();
            let same: Vec<bool> = pairs.iter().map(|(_, same)| *same).collect();
            let Some(roc) = Roc::new(&scores, &same) else { return Ok(()); };
            let (mut won, mut all) = (0.0, 0.0);
            for (a, _) in pairs.iter().filter(|(_, same)| *same) {
                for (b, _) in pairs.iter().filter(|(_, same)| !*same) {
                    all += 1.0;
                    won += if a > b { 1.0 } else if a == b { 0.5 } else { 0.0 };
                }
            }
            prop_assert!((roc.area - won / all).abs() < 1e-12);
            let swapped: Vec<bool> = same.iter().map(|same| !same).collect();
            prop_assert!((Roc::new(&scores, &swapped).unwrap().area - (1.0 - roc.area)).abs() < 1e-12);
            prop_assert!(roc.points.is_sorted_by(|a, b| a.false_positives <= b.false_positives
                && a.true_positives <= b.true_positives));
            let last = roc.points.last().unwrap();
            prop_assert_eq!((last.false_positives, last.true_positives), (1.0, 1.0));
        }
    }
}
