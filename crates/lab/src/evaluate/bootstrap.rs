//! How far a rate would be another one on other alphabets: a bootstrap over alphabets.
//!
//! Trials of one alphabet are not independent: they share its characters, of which some are hard to tell apart. Wilson's
//! interval over trials takes them so, and says only what other trials within the same alphabets would give. Here whole
//! alphabets are drawn with replacement, as many as there are, and the rate is taken over the trials of those (Efron and
//! Tibshirani, *An Introduction to the Bootstrap*, 1993, 8.3 and 13.3: the percentile interval of clusters). Refuses to
//! know where rates come from.

use twinglyph_core::rng::Rng;
use twinglyph_core::score::Interval;

/// Draws of all alphabets. The interval's ends then move by less than a twentieth of its width from seed to seed.
const RESAMPLES: usize = 10_000;

/// Seed of the draws, apart from those of trials: the same answers have the same interval.
const SEED: u64 = 95;

/// Part of the draws beyond each end of a 95 % interval.
const TAIL: f64 = 0.025;

/// The 95 % interval of errors over trials, from errors and trials of each alphabet; `None` of fewer than two that have
/// trials, as from one alphabet nothing follows about others.
pub(super) fn interval(alphabets: &[(f64, f64)]) -> Option<Interval> {
    let alphabets: Vec<(f64, f64)> = alphabets
        .iter()
        .copied()
        .filter(|(_, trials)| *trials > 0.0)
        .collect();
    if alphabets.len() < 2 {
        return None;
    }
    let mut rng = Rng::new(SEED);
    let mut rates: Vec<f64> = (0..RESAMPLES)
        .map(|_| {
            let (mut errors, mut trials) = (0.0, 0.0);
            for _ in 0..alphabets.len() {
                let own = alphabets[rng.index(alphabets.len())];
                errors += own.0;
                trials += own.1;
            }
            errors / trials
        })
        .collect();
    rates.sort_by(f64::total_cmp);
    let beyond = (TAIL * RESAMPLES as f64) as usize;
    Some(Interval {
        low: rates[beyond],
        high: rates[RESAMPLES - 1 - beyond],
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::{prop, prop_assert, prop_assert_eq, proptest};

    #[test]
    fn alphabets_all_right_or_all_wrong_give_the_binomial_interval() {
        // Of 20 alphabets half are wrong: the number of wrong ones among 20 draws is binomial. P(X <= 5) = 0.0207 and
        // P(X <= 6) = 0.0577, so the 2.5th percentile is 6 of 20; the 97.5th is 14, as the distribution is symmetric.
        let alphabets: Vec<(f64, f64)> =
            (0..20).map(|at| (f64::from(at % 2) * 50.0, 50.0)).collect();
        let Interval { low, high } = interval(&alphabets).unwrap();
        assert!(
            (low - 0.3).abs() < 1e-12 && (high - 0.7).abs() < 1e-12,
            "{low} {high}"
        );
    }

    #[test]
    fn it_is_near_that_of_normal_means() {
        // Rates 0.00 to 0.38 of 20 alphabets: mean 0.19, standard deviation 0.11533; of the mean of 20 it is 0.025788,
        // so the interval is about 0.19 +- 1.96 * 0.025788.
        let alphabets: Vec<(f64, f64)> = (0..20).map(|at| (f64::from(at) * 2.0, 100.0)).collect();
        let Interval { low, high } = interval(&alphabets).unwrap();
        assert!(
            (low - 0.1395).abs() < 0.003 && (high - 0.2405).abs() < 0.003,
            "{low} {high}"
        );
    }

    #[test]
    fn one_alphabet_says_nothing_of_others() {
        assert_eq!(interval(&[]), None);
        assert_eq!(interval(&[(3.0, 100.0)]), None);
        assert_eq!(interval(&[(3.0, 100.0), (0.0, 0.0)]), None);
    }

    proptest! {
        #![proptest_config(prop::test_runner::Config::with_cases(32))]
        #[test]
        fn the_interval_lies_between_the_extremes_and_has_no_chance_of_its_own(
            parts in prop::collection::vec((0u32..=40, 40u32..80), 2..25),
        ) {
            let parts: Vec<(f64, f64)> =
                parts.into_iter().map(|(errors, trials)| (errors.into(), trials.into())).collect();
            let rates = || parts.iter().map(|(errors, trials)| errors / trials);
            let (least, most) = (rates().fold(1.0, f64::min), rates().fold(0.0, f64::max));
            let Interval { low, high } = interval(&parts).unwrap();
            prop_assert!(least - 1e-12 <= low && low <= high && high <= most + 1e-12);
            prop_assert_eq!(interval(&parts), Some(Interval { low, high }));
            // The rate of all alphabets lies within, but for few and skewed ones.
            if parts.len() >= 6 {
                let sums = parts.iter().fold((0.0, 0.0), |sum, own| (sum.0 + own.0, sum.1 + own.1));
                let rate = sums.0 / sums.1;
                prop_assert!(low - 1e-12 <= rate && rate <= high + 1e-12, "{} {} {}", low, rate, high);
            }
            // As many alphabets of the same rates again tell more.
            let twice: Vec<(f64, f64)> = [&parts[..], &parts[..], &parts[..], &parts[..]].concat();
            let more = interval(&twice).unwrap();
            prop_assert!(more.high - more.low <= high - low + 1e-12);
        }
    }
}
