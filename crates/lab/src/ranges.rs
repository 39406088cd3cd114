//! Ranges of arguments: what is out of one is refused, and told which it is.

use clap::builder::RangedI64ValueParser;

/// Most runs of one command that differ in their seeds.
pub(crate) const MOST_SEEDS: u32 = 1000;

/// A whole number from `least` to `most`.
pub(crate) fn whole(least: u32, most: u32) -> RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(i64::from(least)..=i64::from(most))
}

/// The decay of a moving average.
///
/// # Errors
/// When it is no number from 0 to below 1.
pub(crate) fn decay(text: &str) -> Result<f32, String> {
    match text.parse::<f32>() {
        Ok(decay) if (0.0..1.0).contains(&decay) => Ok(decay),
        _ => Err("a decay is a number from 0 to below 1, as 0.998".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decay_is_below_1_as_it_is_computed_with() {
        assert_eq!(decay("0"), Ok(0.0));
        assert_eq!(decay("0.998"), Ok(0.998));
        for text in ["1", "-0.1", "0.9999999999", "NaN", "inf", "", "half"] {
            assert!(decay(text).is_err(), "{text}");
        }
    }
}
