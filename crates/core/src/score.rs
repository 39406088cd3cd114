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

    /// Temperatures that a weights file may hold.
    pub const TEMPERATURES: (f32, f32) = (0.001, 1_000.0);

    /// Offsets that a weights file may hold.
    pub const OFFSETS: (f32, f32) = (-1_000.0, 1_000.0);

    /// A score as a number from 0 to 1, where 0.5 is as likely the same character as another one,
    /// on balanced pairs.
    #[must_use]
    pub fn similarity(self, score: f32) -> f32 {
        let logit = score / self.temperature + self.offset;
        1.0 / (1.0 + libm::expf(-logit))
    }

    /// The calibration under which similarity says best of these balanced pairs which are the same character: logistic
    /// regression by Newton's method, with steps that are halved until the likelihood rises. Its targets are Platt's
    /// (*Probabilistic Outputs for Support Vector Machines*, 1999, 2.2), so that pairs that are told apart without an
    /// error have one too. `None` where a higher score doesn't mean more alike, and where scores hardly differ.
    #[must_use]
    pub fn fit(pairs: impl IntoIterator<Item = (f32, bool)>) -> Option<Self> {
        let pairs: Vec<(f64, bool)> = pairs
            .into_iter()
            .map(|(score, same)| (f64::from(score), same))
            .collect();
        let count = pairs.len().max(1) as f64;
        let scores = || pairs.iter().map(|(score, _)| score);
        let mean = scores().sum::<f64>() / count;
        let spread = scores().map(|score| (score - mean) * (score - mean));
        let spread = libm::sqrt(spread.sum::<f64>() / count);
        let alike = pairs.iter().filter(|(_, same)| *same).count() as f64;
        let [high, low] = [(alike + 1.0) / (alike + 2.0), 1.0 / (count - alike + 2.0)];
        let pairs: Vec<(f64, f64)> = pairs
            .iter()
            .map(|(score, same)| ((score - mean) / spread, if *same { high } else { low }))
            .collect();
        // The negative logarithm of the likelihood.
        let cost = |slope: f64, intercept: f64| {
            let of = |&(score, target): &(f64, f64)| {
                let logit = slope * score + intercept;
                logit.max(0.0) + libm::log1p(libm::exp(-logit.abs())) - target * logit
            };
            pairs.iter().map(of).sum::<f64>()
        };
        let (mut slope, mut intercept) = (0.0, 0.0);
        let mut reached = cost(slope, intercept);
        for _ in 0..MOST_NEWTON_STEPS {
            let (mut g0, mut g1, mut h00, mut h01, mut h11) = (0.0, 0.0, 1e-9, 0.0, 1e-9);
            for &(score, target) in &pairs {
                let p = 1.0 / (1.0 + libm::exp(-(slope * score + intercept)));
                let (error, weight) = (p - target, p * (1.0 - p));
                g0 += error;
                g1 += error * score;
                h00 += weight;
                h01 += weight * score;
                h11 += weight * score * score;
            }
            let determinant = h00 * h11 - h01 * h01;
            let step_0 = (h11 * g0 - h01 * g1) / determinant;
            let step_1 = (h00 * g1 - h01 * g0) / determinant;
            let better = (0..MOST_HALVINGS)
                .map(|power| libm::exp2(-f64::from(power)))
                .map(|part| (slope - part * step_1, intercept - part * step_0))
                .find(|&(slope, intercept)| cost(slope, intercept) < reached);
            let Some(better) = better else { break };
            (slope, intercept) = better;
            reached = cost(slope, intercept);
        }
        let fitted = Self {
            temperature: (spread / slope) as f32,
            offset: (intercept - slope * mean / spread) as f32,
        };
        let is_within = |(low, high), value| low <= value && value <= high;
        let is_sound = is_within(Self::TEMPERATURES, fitted.temperature)
            && is_within(Self::OFFSETS, fitted.offset);
        is_sound.then_some(fitted)
    }
}

/// Steps of the fit; it needs about eight.
const MOST_NEWTON_STEPS: u32 = 50;

/// Halvings of a step before none is better.
const MOST_HALVINGS: u32 = 30;

/// How likely it is, from 0 to 1, that a drawing is of none of the classes it was compared with,
/// where this is as likely beforehand as that it is of one of them, each alike. 0.5 without any.
///
/// On balanced pairs a similarity `p` says that the drawings are `p / (1 - p)` times as likely to
/// be of the same character as of two. One of the classes is then the drawing's as many times more
/// likely than none of them as the mean of these odds, by Bayes' rule, if the comparisons are taken
/// one by one.
#[must_use]
pub fn none_of_these(similarities: &[f32]) -> f64 {
    if similarities.is_empty() {
        return 0.5;
    }
    let odds = similarities.iter().map(|&similarity| odds(similarity, 1.0));
    1.0 / (1.0 + odds.sum::<f64>() / similarities.len() as f64)
}

/// What there is to say of a drawing beside its ranking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is probably of one of the classes.
    Member,
    /// It is like none of them, but a little like the first, and far more so than like the second: the first is a guess.
    Guess,
    /// It is probably of none of them.
    Stranger,
}

/// From which value of [`none_of_these`] on a drawing is like none of the classes.
const NONE: f64 = 0.9;

/// How many times the second's odds those of the first must be for a guess. With it, [`NONE`] and [`LEAST`], at most
/// 5 % of the right answers to each kind of sloppy drawing of background alphabets are taken for strangers
/// (`lab evaluate --robustness`).
const AHEAD: f64 = 1.6;

/// Least similarity of a guess: what is alike at all.
const LEAST: f64 = 0.05;

/// What there is to say of a drawing with these similarities to the classes.
#[must_use]
pub fn standing(similarities: &[f32]) -> Standing {
    if none_of_these(similarities) < NONE || similarities.is_empty() {
        return Standing::Member;
    }
    let odds = similarities
        .iter()
        .map(|&similarity| odds(similarity, MOST_SIMILAR));
    let (first, second) = odds.fold((0.0, 0.0), |(first, second), odds| match odds > first {
        true => (odds, first),
        false => (first, f64::max(second, odds)),
    });
    match similarities.len() > 1 && first >= AHEAD * second && first >= LEAST / (1.0 - LEAST) {
        true => Standing::Guess,
        false => Standing::Stranger,
    }
}

/// How many times the second's odds those of the first are at most for close candidates: a difference of 2 of score
/// ([`crate::close_calls::MARGIN`]) at the default network's temperature.
const CLOSE: f64 = 4.4;

/// Are the best two classes, of these similarities, close candidates?
#[must_use]
pub fn are_close(first: f32, second: f32) -> bool {
    odds(first, MOST_SIMILAR) < CLOSE * odds(second, MOST_SIMILAR)
}

/// How likely it is, from 0 to 1, that a drawing is of the class that it is most like, beforehand and by the
/// same rule as in [`none_of_these`]. 0 without any class.
#[must_use]
pub fn certainty(similarities: &[f32]) -> f64 {
    let odds = similarities
        .iter()
        .map(|&similarity| odds(similarity, MOST_SIMILAR));
    let (best, sum) = odds.fold((0.0, 0.0), |(best, sum), odds| {
        (f64::max(best, odds), sum + odds)
    });
    best / (sum + similarities.len().max(1) as f64)
}

/// Similarities above this weigh as this: a similarity that was rounded to 1 would have no finite odds.
const MOST_SIMILAR: f64 = 1.0 - 1e-7;

/// How many times as likely a similarity, cut to `most`, makes the same character as another one.
fn odds(similarity: f32, most: f64) -> f64 {
    let similarity = f64::from(similarity).clamp(0.0, most);
    similarity / (1.0 - similarity)
}

/// Ranges of similarity, all of the same width, that a [`Reliability`] looks at.
pub const BINS: usize = 10;

/// Pairs whose similarities lie in one range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bin {
    /// Their mean similarity.
    pub mean: f64,
    /// How many there are; one that is of two characters counts as an error.
    pub same: Tally,
}

/// How far similarities can be taken at their word.
#[derive(Clone, Debug, PartialEq)]
pub struct Reliability {
    /// Ranges that have pairs, the least alike first.
    pub bins: Vec<Bin>,
    /// Mean distance, over all pairs, between their range's mean similarity and its part of same
    /// pairs (the expected calibration error); 0 without pairs.
    pub expected_error: f64,
}

impl Reliability {
    /// Of similarities from 0 to 1 (what is no number counts as 0), each of a pair that is of the
    /// same character or not.
    #[must_use]
    pub fn new(pairs: &[(f32, bool)]) -> Self {
        let mut bins = [(0.0f64, Tally::default()); BINS];
        for &(similarity, same) in pairs {
            let known = if similarity.is_nan() { 0.0 } else { similarity };
            let similarity = f64::from(known.clamp(0.0, 1.0));
            let (sum, tally) = &mut bins[((similarity * BINS as f64) as usize).min(BINS - 1)];
            *sum += similarity;
            tally.add(same);
        }
        let bins = bins.into_iter().filter(|(_, tally)| tally.trials() > 0);
        let bins: Vec<Bin> = bins
            .map(|(sum, same)| Bin {
                mean: sum / f64::from(same.trials()),
                same,
            })
            .collect();
        let off = |bin: &Bin| (bin.mean - bin.same.accuracy()).abs() * f64::from(bin.same.trials());
        let expected_error = bins.iter().map(off).sum::<f64>() / pairs.len().max(1) as f64;
        Self {
            bins,
            expected_error,
        }
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
            // Where there is no error, or nothing else, the formula's end is 0 or 1 but for rounding.
            low: if self.errors == 0 { 0.0 } else { centre - half },
            high: if self.errors == self.trials {
                1.0
            } else {
                centre + half
            },
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

    #[test]
    fn what_is_like_none_is_a_guess_where_the_first_is_far_ahead() {
        let of = |first: f32, second: f32| {
            let mut similarities = vec![0.001; 18];
            similarities.extend([second, first]);
            standing(&similarities)
        };
        assert_eq!(of(0.9, 0.3), Standing::Member);
        assert_eq!(of(0.3, 0.05), Standing::Guess);
        assert_eq!(of(0.3, 0.25), Standing::Stranger);
        assert_eq!(of(0.04, 0.001), Standing::Stranger);
        assert_eq!(standing(&[0.05]), Standing::Stranger);
        assert_eq!(standing(&[0.0, 0.0]), Standing::Stranger);
        assert_eq!(standing(&[]), Standing::Member);
        assert_eq!(standing(&[f32::NAN, 0.0]), Standing::Stranger);
    }

    #[test]
    fn none_of_these_weighs_the_odds() {
        // Ten classes at odds of 1 to 9, one at 9: a mean of (9 + 10 / 9) / 11.
        let mut similarities = vec![0.1; 10];
        similarities.push(0.9);
        let odds = (9.0 + 10.0 / 9.0) / 11.0;
        assert!((none_of_these(&similarities) - 1.0 / (1.0 + odds)).abs() < 1e-6);
        assert_eq!(none_of_these(&[]), 0.5);
        assert_eq!(none_of_these(&[0.0, 0.0]), 1.0);
        assert_eq!(none_of_these(&[1.0, 0.2]), 0.0);
    }

    #[test]
    fn certainty_is_the_part_of_the_best_class() {
        // Odds of 9, 1 and 1/3, and as many classes for none of them.
        let expected = 9.0 / (9.0 + 1.0 + 1.0 / 3.0 + 3.0);
        assert!((certainty(&[0.5, 0.9, 0.25]) - expected).abs() < 1e-6);
        assert_eq!(certainty(&[]), 0.0);
        assert!(certainty(&[1.0, 0.1]) > 0.999);
        // Two that can't be told apart.
        assert!((certainty(&[1.0, 1.0]) - 0.5).abs() < 1e-3);
    }

    #[test]
    fn ranges_stand_against_what_came_of_them() {
        // Six pairs said to be 0.25 alike, of which three are the same, and two certain ones.
        let mut pairs = vec![(0.25, true); 3];
        pairs.extend([(0.25, false); 3]);
        pairs.extend([(1.0, true), (f32::NAN, false)]);
        let reliability = Reliability::new(&pairs);
        let found: Vec<(f64, f64)> = reliability
            .bins
            .iter()
            .map(|bin| (bin.mean, bin.same.accuracy()))
            .collect();
        assert_eq!(found, [(0.0, 0.0), (0.25, 0.5), (1.0, 1.0)]);
        assert!((reliability.expected_error - 6.0 * 0.25 / 8.0).abs() < 1e-12);
        assert_eq!(Reliability::new(&[]).expected_error, 0.0);
    }

    proptest! {
        /// A class more alike makes none less likely; and it stays a probability.
        #[test]
        fn more_alike_is_less_likely_none(mut similarities in prop::collection::vec(0.0f32..=1.0, 1..60), more in 0.0f32..=1.0) {
            let before = none_of_these(&similarities);
            prop_assert!((0.0..=1.0).contains(&before));
            similarities[0] = similarities[0].max(more);
            prop_assert!(none_of_these(&similarities) <= before + 1e-12);
            let certain = certainty(&similarities);
            prop_assert!((0.0..=1.0).contains(&certain));
            prop_assert!(certain + none_of_these(&similarities) <= 1.0 + 1e-4);
        }

        /// Whatever the scores, a fit is the maximum: there the likelihood has no slope.
        #[test]
        fn a_fit_has_converged(
            pairs in prop::collection::vec((-1.0f32..1.0, any::<bool>()), 4..80),
            unit in -3i32..4,
            far in 1.0f32..1e4,
        ) {
            // Some far from the others, in any unit.
            let unit = 10f32.powi(unit);
            let scores = pairs.iter().enumerate().map(|(at, &(score, same))| {
                (unit * if at % 7 == 3 { far * score } else { score }, same)
            });
            let scores: Vec<(f32, bool)> = scores.collect();
            let Some(found) = Calibration::fit(scores.clone()) else { return Ok(()) };
            let same = scores.iter().filter(|(_, same)| *same).count() as f32;
            let [high, low] = [(same + 1.0) / (same + 2.0), 1.0 / (scores.len() as f32 - same + 2.0)];
            let errors = scores.iter().map(|&(score, same)| {
                (score, found.similarity(score) - if same { high } else { low })
            });
            let most = scores.iter().fold(0f32, |most, (score, _)| most.max(score.abs()));
            let slope = errors.clone().map(|(_, error)| error).sum::<f32>();
            let by_score = errors.map(|(score, error)| score / most * error).sum::<f32>();
            prop_assert!(slope.abs().max(by_score.abs()) < 1e-3 * scores.len() as f32, "{found:?}");
        }

        #[test]
        fn the_interval_holds_the_rate(trials in 1u32..100_000, part in 0.0f64..=1.0) {
            let tally = Tally::new((f64::from(trials) * part) as u32, trials).unwrap();
            let Interval { low, high } = tally.error_interval();
            prop_assert!(low >= 0.0 && high <= 1.0);
            prop_assert!(low <= tally.error_rate() + 1e-12 && tally.error_rate() <= high + 1e-12);
        }
    }

    #[test]
    fn the_fit_finds_the_line_that_made_the_data() {
        // Of a network that has learned little the scores are large and overlap.
        for (range, temperature, offset) in [
            ((-30.0, 0.0), 2.5, 5.0),
            ((-300.0, -100.0), 20.0, 9.0),
            ((0.0, 1.0), 0.2, -2.0),
        ] {
            let mut rng = crate::rng::Rng::new(3);
            let scores: Vec<f32> = (0..40_000).map(|_| rng.uniform(range.0, range.1)).collect();
            let same: Vec<bool> = scores
                .iter()
                .map(|score| rng.unit() < 1.0 / (1.0 + (-(score / temperature + offset)).exp()))
                .collect();
            let found = Calibration::fit(scores.into_iter().zip(same)).unwrap();
            assert!(
                (found.temperature / temperature - 1.0).abs() < 0.05,
                "{found:?}"
            );
            assert!((found.offset - offset).abs() < 0.3, "{found:?}");
        }
    }

    #[test]
    fn few_pairs_without_an_error_have_a_calibration_and_senseless_ones_have_none() {
        let apart = [(3.0, true), (2.5, true), (1.0, false), (0.5, false)];
        let found = Calibration::fit(apart).unwrap();
        assert!(found.similarity(3.0) > 0.6 && found.similarity(0.5) < 0.4);
        let turned = apart.map(|(score, same)| (-score, same));
        assert_eq!(Calibration::fit(turned), None);
        assert_eq!(Calibration::fit([(1.0, true), (1.0, false)]), None);
        assert_eq!(Calibration::fit([]), None);
        assert_eq!(Calibration::fit([(f32::NAN, true), (1.0, false)]), None);
    }
}
