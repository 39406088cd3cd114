//! The support set: which characters of which alphabet, by which drawer.
//!
//! A choice and an alphabet give the set; the same choice gives the same set. It knows nothing of
//! how the set is shown or who compares with it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use twinglyph_core::alphabet::character_id;
use twinglyph_core::rng::Rng;
use twinglyph_core::{Alphabet, Bitmap};

/// Seed of the characters chosen for a set; any number would do, this one is the page's own.
const SEED: u64 = 0x0074_7769_6e67_6c79;

/// How many classes a support set has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Ways {
    /// Five characters.
    Five,
    /// Twenty, as in the published trials.
    #[default]
    Twenty,
    /// Every character of the alphabet.
    Whole,
}

impl Ways {
    /// All of them, smallest first.
    pub(crate) const ALL: [Self; 3] = [Self::Five, Self::Twenty, Self::Whole];

    /// Number of classes out of an alphabet of so many characters.
    #[must_use]
    pub(crate) fn of(self, characters: usize) -> usize {
        match self {
            Self::Five => characters.min(5),
            Self::Twenty => characters.min(20),
            Self::Whole => characters,
        }
    }

    /// The word used as a form value.
    #[must_use]
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Five => "five",
            Self::Twenty => "twenty",
            Self::Whole => "whole",
        }
    }
}

/// What a person chose.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Choice {
    /// The alphabet's name.
    pub(crate) alphabet: String,
    /// The drawer of the examples, from 0.
    pub(crate) drawer: usize,
    /// How many classes.
    pub(crate) ways: Ways,
    /// How often it was shuffled; 0 is the set that the page opens with.
    pub(crate) shuffle: u32,
}

/// One class: a character and its one example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Class {
    /// The character's number in its alphabet, from 0.
    pub(crate) character: usize,
    /// Its name, as `Korean/character07`.
    pub(crate) id: String,
    /// The example.
    pub(crate) example: Bitmap,
}

/// The classes that a drawing is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SupportSet {
    /// Rankings name it.
    pub(crate) id: u32,
    /// Whose choice it is.
    pub(crate) choice: Choice,
    /// The classes, in the order of the alphabet.
    pub(crate) classes: Vec<Class>,
}

impl SupportSet {
    /// The set that a choice makes of an alphabet. A drawer that the alphabet lacks becomes its
    /// last one.
    #[must_use]
    pub(crate) fn new(id: u32, choice: &Choice, alphabet: &Alphabet) -> Self {
        let drawer = choice.drawer.min(alphabet.drawers().saturating_sub(1));
        let ways = choice.ways.of(alphabet.characters());
        let mut characters =
            Rng::stream(SEED, u64::from(choice.shuffle)).choose(alphabet.characters(), ways);
        characters.sort_unstable();
        let classes = characters
            .into_iter()
            .filter_map(|character| {
                Some(Class {
                    character,
                    id: character_id(alphabet.name(), character),
                    example: alphabet.drawing(character, drawer)?.clone(),
                })
            })
            .collect();
        Self {
            id,
            choice: Choice {
                alphabet: alphabet.name().to_owned(),
                drawer,
                ..choice.clone()
            },
            classes,
        }
    }

    /// The classes as the worker takes them: one example each.
    #[must_use]
    pub(crate) fn examples(&self) -> Arc<Vec<Vec<Bitmap>>> {
        Arc::new(
            self.classes
                .iter()
                .map(|class| vec![class.example.clone()])
                .collect(),
        )
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use twinglyph_core::Set;

    /// An alphabet each of whose drawings differs from the others.
    fn alphabet(characters: usize, drawers: usize) -> Alphabet {
        let drawings = (0..characters * drawers)
            .map(|n| Bitmap::from_fn(|row, column| row * 105 + column <= n))
            .collect();
        Alphabet::new("Test", Set::Invented, drawers, drawings).unwrap()
    }

    fn ways() -> impl Strategy<Value = Ways> {
        prop::sample::select(Ways::ALL.to_vec())
    }

    proptest! {
        #[test]
        fn classes_differ_and_come_in_order(
            characters in 1usize..60, drawer in 0usize..30, shuffle in any::<u32>(), ways in ways(),
        ) {
            let alphabet = alphabet(characters, 20);
            let choice = Choice { alphabet: "Test".to_owned(), drawer, ways, shuffle };
            let set = SupportSet::new(1, &choice, &alphabet);
            prop_assert_eq!(set.classes.len(), ways.of(characters));
            prop_assert!(set.classes.windows(2).all(|pair| pair[0].character < pair[1].character));
            for class in &set.classes {
                let drawing = alphabet.drawing(class.character, drawer.min(19)).unwrap();
                prop_assert_eq!(&class.example, drawing);
            }
            prop_assert_eq!(SupportSet::new(1, &choice, &alphabet), set);
        }
    }

    #[test]
    fn a_shuffle_brings_other_characters() {
        let alphabet = alphabet(40, 2);
        let mut choice = Choice {
            alphabet: "Test".to_owned(),
            ..Choice::default()
        };
        let before = SupportSet::new(1, &choice, &alphabet);
        choice.shuffle += 1;
        assert_ne!(
            SupportSet::new(1, &choice, &alphabet).classes,
            before.classes
        );
    }
}
