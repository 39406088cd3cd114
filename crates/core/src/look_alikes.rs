//! Look-alikes: classes of a support set whose own examples the network hardly tells apart. A drawing of one is often
//! taken for the other.
//!
//! Refuses to know where scores come from; higher is more alike.

use serde::{Deserialize, Serialize};

use crate::score::Calibration;

/// Similarity of two classes' examples from which they are look-alikes: the highest, in steps of 0.05, that names at
/// least half of the confusions within the background alphabets (`lab evaluate --fit-look-alikes`).
pub const ALIKE: f32 = 0.9;

/// Most examples of a support set that are compared with each other.
pub const MOST: usize = 128;

/// Two look-alikes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LookAlikes {
    /// Both classes by their places in the support set, the first before the second.
    pub classes: [u32; 2],
    /// How similar, 0 to 1.
    pub similarity: f32,
}

/// The look-alikes of a support set whose classes have so many examples, most similar first, equal ones in their order.
/// `scores` has each example with each, row by row, class by class. Two classes have the mean score of their examples,
/// as in a ranking. None where the numbers don't fit, and where there are more than [`MOST`] examples.
#[must_use]
pub fn look_alikes(shots: &[usize], scores: &[f32], calibration: Calibration) -> Vec<LookAlikes> {
    let examples: usize = shots.iter().sum();
    if examples > MOST || scores.len() != examples * examples {
        return Vec::new();
    }
    let starts = shots.iter().scan(0, |next, &shots| {
        let start = *next;
        *next += shots;
        Some(start..*next)
    });
    let classes: Vec<_> = starts.collect();
    let mut found = Vec::new();
    for (second, columns) in classes.iter().enumerate() {
        for (first, rows) in classes[..second].iter().enumerate() {
            let row = |row: usize| &scores[row * examples..][columns.clone()];
            let sum: f32 = rows.clone().flat_map(row).sum();
            let count = rows.len() * columns.len();
            let similarity = calibration.similarity(sum / count as f32);
            // A class without an example is like none.
            if count > 0 && similarity >= ALIKE {
                found.push(LookAlikes {
                    classes: [first as u32, second as u32],
                    similarity,
                });
            }
        }
    }
    found.sort_by(|a, b| {
        let order = b.similarity.total_cmp(&a.similarity);
        order.then(a.classes.cmp(&b.classes))
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Classes of these pairs and how similar each is.
    fn found(shots: &[usize], scores: &[f32]) -> Vec<[u32; 2]> {
        let found = look_alikes(shots, scores, Calibration::IDENTITY);
        found.iter().map(|one| one.classes).collect()
    }

    #[test]
    fn those_that_score_high_with_each_other_are_named_best_first() {
        let mut scores = vec![-9.0; 16];
        for (first, second, score) in [(0, 2, 3.0), (1, 3, 7.0)] {
            scores[first * 4 + second] = score;
            scores[second * 4 + first] = score;
        }
        // Each is like itself, which is no news.
        (0..4).for_each(|at| scores[at * 5] = 20.0);
        assert_eq!(found(&[1; 4], &scores), [[1, 3], [0, 2]]);
        assert_eq!(found(&[1; 4], &[-9.0; 16]), [[0; 2]; 0]);
        let pair = look_alikes(&[1; 4], &scores, Calibration::IDENTITY)[1];
        assert!((pair.similarity - 0.952_574).abs() < 1e-5);
    }

    #[test]
    fn a_second_example_that_differs_ends_it() {
        let one = [9.0, 4.0, 4.0, 9.0];
        assert_eq!(found(&[1, 1], &one), [[0, 1]]);
        // The second class has another example, which is unlike the first class.
        let two = [9.0, 4.0, -20.0, 4.0, 9.0, 3.0, -20.0, 3.0, 9.0];
        assert_eq!(found(&[1, 2], &two), [[0; 2]; 0]);
        // A class whose examples are gone is like none.
        assert_eq!(found(&[1, 0, 1], &one), [[0, 2]]);
    }

    #[test]
    fn numbers_that_do_not_fit_name_none() {
        assert_eq!(found(&[1, 1], &[9.0; 3]), [[0; 2]; 0]);
        assert_eq!(found(&[], &[]), [[0; 2]; 0]);
        let many = MOST + 1;
        assert_eq!(found(&vec![1; many], &vec![9.0; many * many]), [[0; 2]; 0]);
        assert_eq!(found(&[1, 1], &[f32::NAN; 4]), [[0; 2]; 0]);
    }
}
