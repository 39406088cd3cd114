//! Numbers of a JSON file, read to the last bit.
//!
//! `serde_json` reads numbers of more than 15 digits a bit off now and then, and computed rates have 17. Its feature
//! `float_roundtrip` would add a second reader of numbers to page and engine; Rust's own, which both have, reads the
//! number's text here. Refuses to know what the numbers are of.

use core::str::FromStr;
use serde::de::{Deserialize, Deserializer, Error};
use serde_json::value::RawValue;

/// A number, from JSON or from a format that keeps its bits.
struct Exact<T>(T);

impl<'de, T> Deserialize<'de> for Exact<T>
where
    T: Deserialize<'de> + FromStr,
{
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        if !from.is_human_readable() {
            return T::deserialize(from).map(Self);
        }
        let text = Box::<RawValue>::deserialize(from)?;
        let number = text.get().parse().map(Self);
        number.map_err(|_| D::Error::custom("a number was expected"))
    }
}

/// For `#[serde(deserialize_with)]`.
///
/// # Errors
/// When there is no number.
pub(crate) fn number<'de, D, T>(from: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + FromStr,
{
    Exact::deserialize(from).map(|Exact(number)| number)
}

/// As [`number`], of two in a list.
///
/// # Errors
/// When there are no two numbers.
pub(crate) fn pair<'de, D, T>(from: D) -> Result<[T; 2], D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + FromStr,
{
    <[Exact<T>; 2]>::deserialize(from).map(|pair| pair.map(|Exact(number)| number))
}
