//! The support set: which characters of which alphabet, by which drawer, or of the person's own set.
//!
//! A choice and an alphabet give the set; the same choice gives the same set. It knows nothing of
//! how the set is shown or who compares with it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use twinglyph_core::alphabet::character_id;
use twinglyph_core::own::OwnSet;
use twinglyph_core::protocol::MAX_SHOTS;
use twinglyph_core::rng::Rng;
use twinglyph_core::{Alphabet, Bitmap};

use super::custom_set_editor::label;
use super::library::plain_character;

/// The choice of the person's own set, where others have an alphabet's name: all of those begin with a
/// capital letter.
pub(crate) const OWN: &str = "own";

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

/// One class: a character and its example, or its examples.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Class {
    /// The character's number in its alphabet, from 0.
    pub(crate) character: usize,
    /// Its name, as `Korean/character07`; of the person's own, what they call it.
    pub(crate) id: String,
    /// Its name for people.
    pub(crate) name: String,
    /// The example that is shown.
    pub(crate) example: Bitmap,
    /// The others; a drawing's score is the mean of the scores with all of them.
    pub(crate) more: Vec<Bitmap>,
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
                let id = character_id(alphabet.name(), character);
                Some(Class {
                    character,
                    name: plain_character(&id),
                    id,
                    example: alphabet.drawing(character, drawer)?.clone(),
                    more: Vec::new(),
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

    /// The set that a choice makes of the person's own characters: those with an example, of each the
    /// last ones, as many as the worker takes.
    #[must_use]
    pub(crate) fn own(id: u32, choice: &Choice, own: &OwnSet) -> Self {
        let drawn: Vec<Class> = own
            .classes
            .iter()
            .enumerate()
            .filter_map(|(character, class)| {
                let first = class.examples.len().saturating_sub(MAX_SHOTS);
                let mut drawings = class.drawings().skip(first).cloned();
                let example = drawings.next()?;
                let name = label(class, character);
                Some(Class {
                    character,
                    id: name.clone(),
                    name,
                    example,
                    more: drawings.collect(),
                })
            })
            .collect();
        let ways = choice.ways.of(drawn.len());
        let mut chosen = Rng::stream(SEED, u64::from(choice.shuffle)).choose(drawn.len(), ways);
        chosen.sort_unstable();
        Self {
            id,
            choice: Choice {
                alphabet: OWN.to_owned(),
                ..choice.clone()
            },
            classes: chosen.into_iter().map(|at| drawn[at].clone()).collect(),
        }
    }

    /// The classes as the worker takes them: their examples.
    #[must_use]
    pub(crate) fn examples(&self) -> Arc<Vec<Vec<Bitmap>>> {
        Arc::new(
            self.classes
                .iter()
                .map(|class| {
                    let more = class.more.iter().cloned();
                    std::iter::once(class.example.clone()).chain(more).collect()
                })
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
    use twinglyph_core::own::OwnClass;

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
    fn own_characters_are_those_with_an_example() {
        let dot = |at: usize| Bitmap::from_fn(|row, column| row == at && column == 1);
        let class = |name: &str, examples: Vec<Bitmap>| OwnClass::new(name, examples);
        let own = OwnSet {
            name: String::new(),
            classes: vec![
                class("あ", vec![dot(1), dot(2)]),
                class("none", Vec::new()),
                class("", (0..MAX_SHOTS + 3).map(dot).collect()),
            ],
        };
        let choice = Choice {
            ways: Ways::Whole,
            ..Choice::default()
        };
        let set = SupportSet::own(3, &choice, &own);
        let names: Vec<&str> = set
            .classes
            .iter()
            .map(|class| class.name.as_str())
            .collect();
        assert_eq!(names, ["あ", "character 3"]);
        assert_eq!(set.choice.alphabet, OWN);
        let examples = set.examples();
        assert_eq!(examples[0], [dot(1), dot(2)]);
        // The last ones.
        assert_eq!(examples[1].len(), MAX_SHOTS);
        assert_eq!(examples[1][0], dot(3));
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
