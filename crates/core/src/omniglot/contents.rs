//! What Omniglot contains: its 50 alphabets by name, with their numbers of characters.
//!
//! Knows no pixels. Downloads and shards are checked by this table rather than by an archive's
//! digest, since an archive that was packed anew has the same content.

use super::OmniglotError;
use crate::alphabet::DRAWERS;
use crate::{Alphabet, Set};

/// One alphabet of Omniglot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contents {
    /// Its name, as the archives spell it.
    pub name: &'static str,
    /// Its part of the data.
    pub set: Set,
    /// Number of characters, each with 20 drawings.
    pub characters: usize,
}

/// The 30 background alphabets (964 characters), then the 20 evaluation alphabets (659), each
/// part in the order of names. Counted in the official archives.
pub const CONTENTS: [Contents; 50] = [
    background("Alphabet_of_the_Magi", 20),
    background("Anglo-Saxon_Futhorc", 29),
    background("Arcadian", 26),
    background("Armenian", 41),
    background("Asomtavruli_(Georgian)", 40),
    background("Balinese", 24),
    background("Bengali", 46),
    background("Blackfoot_(Canadian_Aboriginal_Syllabics)", 14),
    background("Braille", 26),
    background("Burmese_(Myanmar)", 34),
    background("Cyrillic", 33),
    background("Early_Aramaic", 22),
    background("Futurama", 26),
    background("Grantha", 43),
    background("Greek", 24),
    background("Gujarati", 48),
    background("Hebrew", 22),
    background("Inuktitut_(Canadian_Aboriginal_Syllabics)", 16),
    background("Japanese_(hiragana)", 52),
    background("Japanese_(katakana)", 47),
    background("Korean", 40),
    background("Latin", 26),
    background("Malay_(Jawi_-_Arabic)", 40),
    background("Mkhedruli_(Georgian)", 41),
    background("N_Ko", 33),
    background("Ojibwe_(Canadian_Aboriginal_Syllabics)", 14),
    background("Sanskrit", 42),
    background("Syriac_(Estrangelo)", 23),
    background("Tagalog", 17),
    background("Tifinagh", 55),
    evaluation("Angelic", 20),
    evaluation("Atemayar_Qelisayer", 26),
    evaluation("Atlantean", 26),
    evaluation("Aurek-Besh", 26),
    evaluation("Avesta", 26),
    evaluation("Ge_ez", 26),
    evaluation("Glagolitic", 45),
    evaluation("Gurmukhi", 45),
    evaluation("Kannada", 41),
    evaluation("Keble", 26),
    evaluation("Malayalam", 47),
    evaluation("Manipuri", 40),
    evaluation("Mongolian", 30),
    evaluation("Old_Church_Slavonic_(Cyrillic)", 45),
    evaluation("Oriya", 46),
    evaluation("Sylheti", 28),
    evaluation("Syriac_(Serto)", 23),
    evaluation("Tengwar", 25),
    evaluation("Tibetan", 42),
    evaluation("ULOG", 26),
];

/// A background alphabet.
const fn background(name: &'static str, characters: usize) -> Contents {
    Contents {
        name,
        set: Set::Background,
        characters,
    }
}

/// An evaluation alphabet.
const fn evaluation(name: &'static str, characters: usize) -> Contents {
    Contents {
        name,
        set: Set::Evaluation,
        characters,
    }
}

/// Are these exactly the alphabets of this set, in the order of names?
///
/// # Errors
/// When one is missing, unknown, misplaced or of another size.
pub fn check_contents(set: Set, alphabets: &[Alphabet]) -> Result<(), OmniglotError> {
    let odd = |problem| OmniglotError::Contents {
        set: set.as_str(),
        problem,
    };
    let expected = CONTENTS.iter().filter(|contents| contents.set == set);
    for (at, contents) in expected.clone().enumerate() {
        let Some(alphabet) = alphabets.get(at) else {
            return Err(odd(format!("alphabet {} is missing", contents.name)));
        };
        if alphabet.name() != contents.name {
            return Err(odd(format!(
                "alphabet {} is missing or out of order: {} is in its place",
                contents.name,
                alphabet.name()
            )));
        }
        let size = (alphabet.characters(), alphabet.drawers());
        if size != (contents.characters, DRAWERS) || alphabet.set() != set {
            return Err(odd(format!(
                "alphabet {} has {} characters by {} drawers, not {} by {DRAWERS}",
                contents.name, size.0, size.1, contents.characters
            )));
        }
    }
    match alphabets.get(expected.count()) {
        None => Ok(()),
        Some(extra) => Err(odd(format!("alphabet {} is unknown", extra.name()))),
    }
}
