//! The most similar of all characters: what is looked through, how far it is, what was found.
//!
//! One example of every character stands in the worker's gallery in one order; the worker says which
//! places are nearest by one view, and the best of them are compared once more by all views. It knows
//! no worker and no clock.

use std::sync::Arc;

use twinglyph_core::alphabet::character_id;
use twinglyph_core::protocol::Match;
use twinglyph_core::score::Calibration;
use twinglyph_core::{Alphabet, Bitmap};

/// Drawings that are sent to the gallery at once. A ranking may have to wait until one such part is
/// embedded, so a part is small.
pub(crate) const PART: usize = 16;

/// Those of the nearest by one view that are looked at by all.
pub(crate) const CANDIDATES: usize = 24;

/// Those that are shown.
pub(crate) const SHOWN: usize = 10;

/// One drawing of a character.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Example {
    /// The character's name, as `Korean/character07`.
    pub(crate) id: String,
    /// Its alphabet's.
    pub(crate) alphabet: String,
    /// The drawing.
    pub(crate) drawing: Bitmap,
}

/// Every character of an alphabet by its first drawer.
pub(crate) fn examples(alphabet: &Alphabet) -> impl Iterator<Item = Example> + '_ {
    (0..alphabet.characters()).filter_map(|character| {
        Some(Example {
            id: character_id(alphabet.name(), character),
            alphabet: alphabet.name().to_owned(),
            drawing: alphabet.drawing(character, 0)?.clone(),
        })
    })
}

/// The examples of these places of the gallery that are worth comparing by all views, best first.
#[must_use]
pub(crate) fn candidates(examples: &[Example], matches: &[Match]) -> Vec<Example> {
    let places = matches.iter().take(CANDIDATES);
    let found = places.filter_map(|one| examples.get(one.class as usize));
    found.cloned().collect()
}

/// A character that was found.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Found {
    /// The character's example.
    pub(crate) example: Example,
    /// How similar, 0 to 1.
    pub(crate) similarity: f32,
}

/// The best of these examples by their scores, best first; equal ones stay in their order.
#[must_use]
pub(crate) fn best(examples: Vec<Example>, scores: &[f32], by: Calibration) -> Vec<Found> {
    let mut scored: Vec<(f32, Example)> = scores.iter().copied().zip(examples).collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    let best = scored.into_iter().take(SHOWN);
    best.map(|(score, example)| Found {
        example,
        similarity: by.similarity(score),
    })
    .collect()
}

/// How far a search is.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Search {
    /// Nothing was asked.
    #[default]
    Idle,
    /// Alphabets are fetched: so many of so many.
    Fetching(usize, usize),
    /// Their characters are embedded: so many of so many, and the milliseconds that are left, once
    /// they are known.
    Embedding(usize, usize, Option<f64>),
    /// The drawing is compared.
    Comparing,
    /// What was found, among so many.
    Done(Arc<Vec<Found>>, usize),
    /// It was cancelled, or can't be done; one sentence.
    Ended(String),
}

impl Search {
    /// Is it on its way?
    #[must_use]
    pub(crate) fn is_underway(&self) -> bool {
        matches!(
            self,
            Self::Fetching(..) | Self::Embedding(..) | Self::Comparing
        )
    }

    /// What was found.
    #[must_use]
    pub(crate) fn found(&self) -> &[Found] {
        match self {
            Self::Done(found, _) => found,
            _ => &[],
        }
    }

    /// Parts done and in all.
    #[must_use]
    pub(crate) fn parts(&self) -> (usize, usize) {
        match self {
            Self::Fetching(done, all) | Self::Embedding(done, all, _) => (*done, *all),
            Self::Comparing | Self::Done(..) => (1, 1),
            Self::Idle | Self::Ended(_) => (0, 1),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use twinglyph_core::Set;

    fn alphabet(name: &str, characters: usize) -> Alphabet {
        let drawings =
            (0..characters * 2).map(|at| Bitmap::from_fn(|row, column| row == at && column == 3));
        Alphabet::new(name, Set::Background, 2, drawings.collect()).unwrap()
    }

    fn found(places: &[u32]) -> Vec<Match> {
        let matches = places.iter().map(|&class| Match {
            class,
            score: 0.0,
            similarity: 0.5,
        });
        matches.collect()
    }

    #[test]
    fn each_character_has_one_example() {
        let alphabet = alphabet("Korean", 3);
        let all: Vec<Example> = examples(&alphabet).collect();
        assert_eq!(all.len(), 3);
        assert_eq!(all[2].id, "Korean/character03");
        assert_eq!(Some(&all[2].drawing), alphabet.drawing(2, 0));
    }

    #[test]
    fn the_second_comparison_decides() {
        let all: Vec<Example> = [alphabet("Korean", 20), alphabet("Oriya", 20)]
            .iter()
            .flat_map(examples)
            .collect();
        // A place beyond the gallery is nobody's.
        let near = candidates(&all, &found(&[25, 3, 99, 0]));
        let ids: Vec<&str> = near.iter().map(|one| one.id.as_str()).collect();
        assert_eq!(
            ids,
            [
                "Oriya/character06",
                "Korean/character04",
                "Korean/character01"
            ]
        );
        let best = best(near, &[-1.0, 2.0, -1.0], Calibration::IDENTITY);
        let ids: Vec<&str> = best.iter().map(|one| one.example.id.as_str()).collect();
        assert_eq!(
            ids,
            [
                "Korean/character04",
                "Oriya/character06",
                "Korean/character01"
            ]
        );
        assert!(best[0].similarity > 0.8 && best[1].similarity < 0.3);
    }

    #[test]
    fn no_more_are_looked_at_and_shown_than_that() {
        let all: Vec<Example> = examples(&alphabet("Korean", 40)).collect();
        let places: Vec<u32> = (0..32).collect();
        let near = candidates(&all, &found(&places));
        assert_eq!(near.len(), CANDIDATES);
        let scores = vec![0.0; CANDIDATES];
        assert_eq!(best(near, &scores, Calibration::IDENTITY).len(), SHOWN);
    }

    #[test]
    fn a_search_is_underway_until_it_ends() {
        assert!(Search::Fetching(1, 50).is_underway());
        assert!(!Search::Ended("Given up.".to_owned()).is_underway());
        assert!(!Search::Done(Arc::default(), 1623).is_underway());
        assert_eq!(Search::Embedding(3, 9, None).parts(), (3, 9));
    }
}
