//! Ranges of arguments: what is out of one is refused, and told which it is.

use clap::builder::RangedI64ValueParser;

/// Most runs of one command that differ in their seeds.
pub(crate) const MOST_SEEDS: u32 = 1000;

/// A whole number from `least` to `most`.
pub(crate) fn whole(least: u32, most: u32) -> RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(i64::from(least)..=i64::from(most))
}
