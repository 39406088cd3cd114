//! An alphabet: characters, each drawn once by every drawer.
//!
//! Omniglot's 50 alphabets, the invented ones and a person's own have this one form. Knows
//! nothing of files: [`crate::shard`] reads and writes alphabets, [`crate::invented`] makes them.

use serde::{Deserialize, Serialize};

use crate::Bitmap;

/// Drawers of every Omniglot alphabet.
pub const DRAWERS: usize = 20;

/// Which part of the data an alphabet belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Set {
    /// Omniglot's 30 alphabets to learn from.
    Background,
    /// Omniglot's 20 alphabets to be measured on.
    Evaluation,
    /// Generated from a seed; nobody has seen it before.
    Invented,
    /// A person's own set (`crate::own`); it has one alphabet, and no shard.
    Own,
}

impl Set {
    /// The word used in manifests and on the page.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Background => "background",
            Self::Evaluation => "evaluation",
            Self::Invented => "invented",
            Self::Own => "own",
        }
    }
}

/// An alphabet with all its drawings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alphabet {
    name: String,
    set: Set,
    characters: usize,
    drawers: usize,
    /// Character by character, within one drawer by drawer.
    drawings: Vec<Bitmap>,
}

/// The number of drawings is not characters times drawers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("alphabet {name} has {drawings} drawings, not a positive multiple of {drawers} drawers")]
pub struct AlphabetError {
    name: String,
    drawings: usize,
    drawers: usize,
}

impl Alphabet {
    /// An alphabet from its drawings, character by character, within one drawer by drawer.
    ///
    /// # Errors
    /// When there are none, or their number is not a multiple of `drawers`.
    pub fn new(
        name: impl Into<String>,
        set: Set,
        drawers: usize,
        drawings: Vec<Bitmap>,
    ) -> Result<Self, AlphabetError> {
        let name = name.into();
        if drawers == 0 || drawings.is_empty() || !drawings.len().is_multiple_of(drawers) {
            return Err(AlphabetError {
                name,
                drawings: drawings.len(),
                drawers,
            });
        }
        Ok(Self {
            name,
            set,
            characters: drawings.len() / drawers,
            drawers,
            drawings,
        })
    }

    /// An alphabet of these numbers of characters and drawers (at least one each), from a
    /// function of both.
    #[must_use]
    pub fn from_fn(
        name: impl Into<String>,
        set: Set,
        characters: usize,
        drawers: usize,
        mut drawing: impl FnMut(usize, usize) -> Bitmap,
    ) -> Self {
        let (characters, drawers) = (characters.max(1), drawers.max(1));
        let drawings = (0..characters * drawers)
            .map(|at| drawing(at / drawers, at % drawers))
            .collect();
        Self {
            name: name.into(),
            set,
            characters,
            drawers,
            drawings,
        }
    }

    /// Its name as Omniglot spells it, as `Japanese_(katakana)`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its part of the data.
    #[must_use]
    pub fn set(&self) -> Set {
        self.set
    }

    /// Number of characters.
    #[must_use]
    pub fn characters(&self) -> usize {
        self.characters
    }

    /// Number of drawers.
    #[must_use]
    pub fn drawers(&self) -> usize {
        self.drawers
    }

    /// The drawing of a character by a drawer, both from 0.
    #[must_use]
    pub fn drawing(&self, character: usize, drawer: usize) -> Option<&Bitmap> {
        if character >= self.characters || drawer >= self.drawers {
            return None;
        }
        self.drawings.get(character * self.drawers + drawer)
    }

    /// Every drawing, character by character, within one drawer by drawer.
    #[must_use]
    pub fn drawings(&self) -> &[Bitmap] {
        &self.drawings
    }
}

/// How a character is called everywhere: `Korean/character07` for character 6 (from 0), after
/// Omniglot's folders.
#[must_use]
pub fn character_id(alphabet: &str, character: usize) -> String {
    format!("{alphabet}/character{:02}", character + 1)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn drawings_are_found_by_character_and_drawer() {
        let mark = |n| Bitmap::from_fn(|row, column| row * 105 + column <= n);
        let alphabet = Alphabet::new("Test", Set::Invented, 2, (0..6).map(mark).collect()).unwrap();
        assert_eq!(alphabet.characters(), 3);
        assert_eq!(alphabet.drawing(2, 1), Some(&mark(5)));
        assert_eq!(alphabet.drawing(3, 0), None);
        assert_eq!(alphabet.drawing(0, 2), None);
    }

    #[test]
    fn a_missing_drawing_is_an_error() {
        assert!(Alphabet::new("Test", Set::Invented, 2, vec![Bitmap::blank(); 3]).is_err());
        assert!(Alphabet::new("Test", Set::Invented, 2, vec![]).is_err());
    }

    #[test]
    fn ids_follow_omniglots_folders() {
        assert_eq!(character_id("Korean", 6), "Korean/character07");
    }
}
