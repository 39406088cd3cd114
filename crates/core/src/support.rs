//! Support sets: checked, and ranked by the scores of their examples. Refuses to know what embeds and scores
//! them.

use crate::Bitmap;
use crate::protocol::{MAX_CLASSES, MAX_SHOTS, Match};
use crate::score::Calibration;

/// Why a support set can't be used: a clause, as "it has no class".
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the support set can't be used: {0}")]
pub struct SupportError(pub &'static str);

/// The classes of a support set, each with one or more examples.
#[derive(Clone)]
pub struct Support {
    /// Id chosen by the page.
    pub set: u32,
    /// Examples of each class, one after another.
    drawings: Vec<Bitmap>,
    /// Number of examples of each class.
    shots: Vec<usize>,
}

impl Support {
    /// A support set from the page's words.
    ///
    /// # Errors
    /// When it is empty, too large, or a class has no example.
    pub fn new(set: u32, classes: Vec<Vec<Bitmap>>) -> Result<Self, SupportError> {
        let shots: Vec<usize> = classes.iter().map(Vec::len).collect();
        if shots.is_empty() {
            return Err(SupportError("it has no class"));
        }
        if shots.len() > MAX_CLASSES {
            return Err(SupportError("it has more than 4,096 classes"));
        }
        if shots.contains(&0) {
            return Err(SupportError("a class of it has no example"));
        }
        if shots.iter().any(|&shots| shots > MAX_SHOTS) {
            return Err(SupportError("a class of it has more than 20 examples"));
        }
        Ok(Self {
            set,
            drawings: classes.into_iter().flatten().collect(),
            shots,
        })
    }

    /// Number of classes.
    pub fn classes(&self) -> usize {
        self.shots.len()
    }

    /// Number of examples of each class.
    pub fn shots(&self) -> &[usize] {
        &self.shots
    }

    /// The examples in parts of so many, class by class.
    pub fn parts(&self, at_once: usize) -> impl Iterator<Item = &[Bitmap]> {
        self.drawings.chunks(at_once)
    }

    /// Number of examples of all classes.
    pub fn examples(&self) -> usize {
        self.drawings.len()
    }

    /// The mean of each class's examples, from rows of so many numbers an example.
    pub fn means(&self, numbers: &[f32], columns: usize) -> Vec<Vec<f32>> {
        let mut rows = numbers.chunks_exact(columns.max(1));
        let means = self.shots.iter().map(|&shots| {
            let mut mean = vec![0.0; columns];
            for row in rows.by_ref().take(shots) {
                for (sum, value) in mean.iter_mut().zip(row) {
                    *sum += value / shots as f32;
                }
            }
            mean
        });
        means.collect()
    }

    /// The ranking of all classes from the scores of their examples: the score of a class is
    /// the mean of its examples' scores.
    pub fn rank(&self, scores: &[f32], calibration: Calibration) -> Vec<Match> {
        let mut rest = scores;
        let mut matches: Vec<Match> = Vec::with_capacity(self.shots.len());
        for (class, &shots) in self.shots.iter().enumerate() {
            let (own, others) = rest.split_at(shots.min(rest.len()));
            rest = others;
            let score = own.iter().sum::<f32>() / shots as f32;
            let similarity = calibration.similarity(score);
            matches.push(Match {
                class: class as u32,
                score,
                similarity,
            });
        }
        best_first(&mut matches);
        matches
    }
}

/// Sorts matches by their scores; equal ones stay in their order.
pub fn best_first(matches: &mut [Match]) {
    matches.sort_by(|a, b| b.score.total_cmp(&a.score));
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_class_of_several_examples_has_their_mean_score() {
        let classes = vec![
            vec![Bitmap::blank(); 2],
            vec![Bitmap::blank()],
            vec![Bitmap::blank()],
        ];
        let support = Support::new(1, classes).unwrap();
        let ranking = support.rank(&[-1.0, -3.0, -1.5, -2.0], Calibration::IDENTITY);
        let order: Vec<(u32, f32)> = ranking.iter().map(|m| (m.class, m.score)).collect();
        assert_eq!(order, [(1, -1.5), (0, -2.0), (2, -2.0)]);
        assert!(
            ranking
                .iter()
                .all(|m| (m.similarity - 1.0 / (1.0 + (-m.score).exp())).abs() < 1e-6)
        );
    }

    #[test]
    fn a_class_lies_in_the_middle_of_its_examples() {
        let classes = vec![vec![Bitmap::blank(); 2], vec![Bitmap::blank()]];
        let support = Support::new(1, classes).unwrap();
        let numbers = [1.0, 2.0, 3.0, 6.0, 5.0, 7.0];
        assert_eq!(support.means(&numbers, 2), [[2.0, 4.0], [5.0, 7.0]]);
    }

    #[test]
    fn senseless_support_sets_are_refused() {
        assert!(Support::new(1, vec![]).is_err());
        assert!(Support::new(1, vec![vec![]]).is_err());
        assert!(Support::new(1, vec![vec![Bitmap::blank(); 21]]).is_err());
        assert!(Support::new(1, vec![vec![Bitmap::blank()]; 4097]).is_err());
    }
}
