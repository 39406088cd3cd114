//! Close calls: trials in which the default network's best two classes are within [`MARGIN`] of score, the same for
//! everyone.
//!
//! The list names trials by numbers of a seed, so it holds no pixels and needs no network. `lab close-calls` makes it:
//! of [`DRAWN`] 20-way trials within the evaluation alphabets, it keeps the close ones.

mod table;

use crate::Alphabet;
use crate::rng::Rng;
use crate::trial::{SampleError, Trial, within};

/// Two classes whose scores differ by less than this are close candidates.
pub const MARGIN: f32 = 2.0;

/// Classes of each trial.
pub const WAYS: usize = 20;

/// Trials that were drawn for the list.
pub const DRAWN: u16 = 4_000;

/// Decides the trials that were drawn.
const SEED: u64 = 2;

/// Wrong answers of the default network to the trials of the list.
pub const NETWORK_ERRORS: u32 = table::NETWORK_ERRORS;

/// A trial of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CloseCall {
    /// Name of its alphabet, of the evaluation set.
    pub alphabet: &'static str,
    /// Its number among the trials that were drawn.
    number: u16,
}

impl CloseCall {
    /// The trial, of which drawings are in this alphabet, that of [`CloseCall::alphabet`].
    ///
    /// # Errors
    /// When the alphabet has fewer than 2 characters or drawers.
    pub fn trial(self, alphabet: &Alphabet) -> Result<Trial, SampleError> {
        let mut rng = stream(self.number);
        // It chose the alphabet.
        rng.bits();
        within(&[alphabet], WAYS, &mut rng)
    }
}

/// How many trials the list has.
#[must_use]
pub fn count() -> usize {
    table::TABLE.iter().map(|row| row.1.len()).sum()
}

/// The alphabets of the list, by name.
pub fn alphabets() -> impl Iterator<Item = &'static str> {
    table::TABLE.iter().map(|row| row.0)
}

/// The trial at a place of the list.
#[must_use]
pub fn at(place: usize) -> Option<CloseCall> {
    let of = |row: &&'static (&str, &[u16])| {
        let (alphabet, numbers) = **row;
        numbers
            .iter()
            .map(move |&number| CloseCall { alphabet, number })
    };
    table::TABLE.iter().flat_map(|row| of(&row)).nth(place)
}

/// So many different trials of the list, by this seed.
#[must_use]
pub fn some(seed: u64, trials: usize) -> Vec<CloseCall> {
    let places = Rng::new(seed).choose(count(), trials);
    places.into_iter().filter_map(at).collect()
}

/// The trial of this number among those that are drawn for the list, within one of these alphabets.
///
/// # Errors
/// When its alphabet has fewer than 2 characters or drawers, and without alphabets.
pub fn drawn(number: u16, alphabets: &[Alphabet]) -> Result<Trial, SampleError> {
    let home = alphabet_of(number, alphabets.len());
    let alphabet = alphabets.get(home).ok_or(SampleError::NoAlphabet)?;
    let mut trial = CloseCall {
        alphabet: "",
        number,
    }
    .trial(alphabet)?;
    for drawing in trial.support.iter_mut().chain([&mut trial.query]) {
        drawing.alphabet = home;
    }
    Ok(trial)
}

/// Which of so many alphabets a trial is within.
fn alphabet_of(number: u16, alphabets: usize) -> usize {
    stream(number).index(alphabets)
}

fn stream(number: u16) -> Rng {
    Rng::stream(SEED, number.into())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::trial::tests::alphabets as blank;

    #[test]
    fn a_seed_gives_different_trials_the_same_each_time() {
        assert!(count() >= 400, "{}", count());
        for seed in 0..20 {
            let trials = some(seed, 20);
            assert_eq!(trials, some(seed, 20));
            let different: HashSet<u16> = trials.iter().map(|one| one.number).collect();
            assert_eq!(different.len(), 20, "{seed}");
        }
        assert_ne!(some(1, 20), some(2, 20));
    }

    #[test]
    fn every_trial_was_drawn_within_its_alphabet() {
        let names: Vec<&str> = alphabets().collect();
        assert_eq!(names.len(), 20);
        assert!(names.is_sorted());
        let mut numbers = HashSet::new();
        for place in 0..count() {
            let one = at(place).unwrap();
            assert!(one.number < DRAWN && numbers.insert(one.number));
            let alphabet = alphabet_of(one.number, names.len());
            assert_eq!(names[alphabet], one.alphabet, "{one:?}");
        }
        assert_eq!(at(count()), None);
        assert!(NETWORK_ERRORS as usize * 2 < count());
    }

    #[test]
    fn trials_are_20_way_where_the_alphabet_is_large_enough() {
        let alphabet = &blank(&[26], 20)[0];
        let one = at(0).unwrap();
        let trial = one.trial(alphabet).unwrap();
        assert_eq!(trial.support.len(), WAYS);
        assert_eq!(one.trial(alphabet).unwrap(), trial);
        let same = drawn(one.number, &blank(&[26, 26], 20)).unwrap();
        let characters = |trial: &Trial| {
            trial
                .support
                .iter()
                .map(|at| at.character)
                .collect::<Vec<_>>()
        };
        assert_eq!(characters(&same), characters(&trial));
        assert!(drawn(one.number, &[]).is_err());
        assert!(one.trial(&blank(&[1], 20)[0]).is_err());
    }
}
