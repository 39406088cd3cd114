//! Names for invented scripts.

use crate::rng::Rng;

const ONSETS: [&str; 18] = [
    "b", "d", "dr", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "sh", "t", "th", "v", "z",
];
const VOWELS: [&str; 7] = ["a", "e", "i", "o", "u", "ai", "ei"];
const ENDINGS: [&str; 8] = ["", "n", "r", "sh", "l", "th", "ri", "ka"];

/// Two or three syllables with a capital, as `Velushan`.
pub(super) fn sample(rng: &mut Rng) -> String {
    let mut name = String::new();
    for _ in 0..2 + rng.index(2) {
        name.push_str(ONSETS[rng.index(ONSETS.len())]);
        name.push_str(VOWELS[rng.index(VOWELS.len())]);
    }
    name.push_str(ENDINGS[rng.index(ENDINGS.len())]);
    let mut letters = name.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => name,
    }
}
