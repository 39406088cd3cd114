//! From scores to answers: the choice among classes, the similarity, counted errors, and how far
//! the count can be trusted.
//!
//! Refuses to know where scores come from; higher is more alike.

use serde::{Deserialize, Serialize};

/// The index of the highest score, the first of equals; 0 of none.
#[must_use]
pub fn best(scores: &[f32]) -> usize {
    let mut best = 0;
    for (index, score) in scores.iter().enumerate() {
        if score.total_cmp(&scores[best]).is_gt() {
            best = index;
        }
    }
    best
}

/// How a network's score becomes a similarity: `sigmoid(score / temperature + offset)`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// `T` > 0.
    pub temperature: f32,
    /// `c`.
    pub offset: f32,
}

impl Calibration {
    /// The head as it is: the paper's sigmoid.
    pub const IDENTITY: Self = Self {
        temperature: 1.0,
        offset: 0.0,
    };

    /// A score as a number from 0 to 1, where 0.5 is as likely the same character as another one,
    /// on balanced pairs.
    #[must_use]
    pub fn similarity(self, score: f32) -> f32 {
        let logit = score / self.temperature + self.offset;
        1.0 / (1.0 + libm::expf(-logit))
    }
}

/// Errors among trials that are taken as independent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Trials with a wrong answer; never more than `trials`.
    errors: u32,
    /// All trials.
    trials: u32,
}

/// More errors than trials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{errors} errors in {trials} trials can't be: count each trial once")]
pub struct TallyError {
    errors: u32,
    trials: u32,
}

/// A range of rates, each from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

/// The 97.5th percentile of the standard normal distribution.
const Z: f64 = 1.959_963_984_540_054;

impl Tally {
    /// A count of errors in a number of trials.
    ///
    /// # Errors
    /// When there are more errors than trials.
    pub fn new(errors: u32, trials: u32) -> Result<Self, TallyError> {
        if errors > trials {
            return Err(TallyError { errors, trials });
        }
        Ok(Self { errors, trials })
    }

    /// Adds one trial.
    pub fn add(&mut self, right: bool) {
        self.trials += 1;
        self.errors += u32::from(!right);
    }

    /// Adds the trials of another tally.
    pub fn merge(&mut self, other: Self) {
        self.trials += other.trials;
        self.errors += other.errors;
    }

    /// Number of wrong answers.
    #[must_use]
    pub fn errors(&self) -> u32 {
        self.errors
    }

    /// Number of trials.
    #[must_use]
    pub fn trials(&self) -> u32 {
        self.trials
    }

    /// Errors over trials, 0 to 1; not a number without trials.
    #[must_use]
    pub fn error_rate(&self) -> f64 {
        f64::from(self.errors) / f64::from(self.trials)
    }

    /// Right answers over trials, 0 to 1; not a number without trials.
    #[must_use]
    pub fn accuracy(&self) -> f64 {
        1.0 - self.error_rate()
    }

    /// The 95 % interval of the error rate by Wilson's score (J. Am. Stat. Assoc. 22, 1927);
    /// 0 to 1 without trials.
    #[must_use]
    pub fn error_interval(&self) -> Interval {
        if self.trials == 0 {
            return Interval {
                low: 0.0,
                high: 1.0,
            };
        }
        let n = f64::from(self.trials);
        let rate = self.error_rate();
        let scale = 1.0 / (1.0 + Z * Z / n);
        let centre = (rate + Z * Z / (2.0 * n)) * scale;
        let half = Z * (rate * (1.0 - rate) / n + Z * Z / (4.0 * n * n)).sqrt() * scale;
        Interval {
            low: (centre - half).max(0.0),
            high: (centre + half).min(1.0),
        }
    }

    /// The 95 % interval of the accuracy, by the same rule.
    #[must_use]
    pub fn accuracy_interval(&self) -> Interval {
        let Interval { low, high } = self.error_interval();
        Interval {
            low: 1.0 - high,
            high: 1.0 - low,
        }
    }
}

impl FromIterator<bool> for Tally {
    /// Counts answers, each right or not.
    fn from_iter<I: IntoIterator<Item = bool>>(answers: I) -> Self {
        let mut tally = Self::default();
        answers.into_iter().for_each(|right| tally.add(right));
        tally
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Both ends in per mille, rounded.
    fn per_mille(interval: Interval) -> (i64, i64) {
        let round = |rate: f64| (rate * 1000.0).round() as i64;
        (round(interval.low), round(interval.high))
    }

    #[test]
    fn known_intervals() {
        // Koch's 92.0 % of 400, as docs quote it; and two of the project's own readings.
        let koch = Tally::new(32, 400).unwrap();
        assert_eq!(per_mille(koch.accuracy_interval()), (889, 943));
        let two = Tally::new(2, 400).unwrap();
        assert_eq!(per_mille(two.error_interval()), (1, 18));
        let four = Tally::new(4, 400).unwrap();
        assert_eq!(per_mille(four.error_interval()), (4, 25));
        // Without errors the upper end is z^2 / (n + z^2).
        let none = Tally::new(0, 10).unwrap();
        assert_eq!(per_mille(none.error_interval()), (0, 278));
    }

    #[test]
    fn the_first_of_equal_scores_is_chosen() {
        assert_eq!(best(&[1.0, 3.0, 3.0, 2.0]), 1);
        assert_eq!(best(&[f32::NEG_INFINITY, -2.0]), 1);
        assert_eq!(best(&[]), 0);
    }

    #[test]
    fn answers_are_counted() {
        let mut tally: Tally = [true, false, true, true].into_iter().collect();
        tally.merge(Tally::new(1, 4).unwrap());
        assert_eq!((tally.errors(), tally.trials()), (2, 8));
        assert_eq!(tally.accuracy(), 0.75);
        assert!(Tally::new(5, 4).is_err());
    }

    proptest! {
        #[test]
        fn the_interval_holds_the_rate(trials in 1u32..100_000, part in 0.0f64..=1.0) {
            let tally = Tally::new((f64::from(trials) * part) as u32, trials).unwrap();
            let Interval { low, high } = tally.error_interval();
            prop_assert!(low >= 0.0 && high <= 1.0);
            prop_assert!(low <= tally.error_rate() + 1e-12 && tally.error_rate() <= high + 1e-12);
        }
    }
}
