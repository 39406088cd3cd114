//! A person's own support set: classes with names and one example or more of each, as a file or
//! whole in an address.
//!
//! The format is described field by field in docs/formats/set.md. Knows bytes and drawings; refuses to
//! know where a set is kept and how it was drawn.

mod alphabet;
mod file;
mod merge;
mod runs;

use std::collections::HashSet;

use crate::base64url;
use crate::ink::{Ink, Pen, rasterise};
use crate::sketch::Sketch;
use crate::{Bitmap, Foreign};

pub use file::Version;
pub use merge::Merged;

/// Most bytes of a file: 100 examples of 100 classes at 400 bytes each, what a busy drawing takes.
pub const MAX_BYTES: usize = 4 << 20;

/// Most classes: no more than the map of the embeddings can show ([`crate::pca::MOST_POINTS`]).
pub const MAX_CLASSES: usize = 2_000;

/// Most examples of a class.
pub const MAX_EXAMPLES: usize = 100;

/// Most examples of a set. A blank drawing is one byte of a file and 1,379 of memory, so a file's
/// length alone bounds nothing: this is 14 MB.
pub const MAX_DRAWINGS: usize = 10_000;

/// Most characters of a name.
pub const MAX_NAME: usize = 60;

/// Most points of all drawings of a set that are kept as strokes: 25 of each of [`MAX_DRAWINGS`]. It bounds the
/// time that reading a file takes.
pub const MAX_POINTS: usize = 250_000;

/// One drawing of a class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    drawing: Bitmap,
    sketch: Option<Sketch>,
    /// Who drew it; empty where nobody said.
    pub drawer: String,
}

impl Example {
    /// A person's strokes. They are simplified at once, so that what is kept is what is compared with; too many for
    /// a sketch are kept as the pixels that Omniglot's pen leaves.
    #[must_use]
    pub fn drawn(ink: &Ink) -> Self {
        match Sketch::of(ink) {
            Some(sketch) => sketch.into(),
            None => rasterise(ink, Pen::OMNIGLOT).into(),
        }
    }

    /// Its pixels; of strokes those that Omniglot's pen leaves.
    #[must_use]
    pub fn drawing(&self) -> &Bitmap {
        &self.drawing
    }

    /// Its strokes, where they are known.
    #[must_use]
    pub fn sketch(&self) -> Option<&Sketch> {
        self.sketch.as_ref()
    }

    /// The same drawing by this drawer.
    #[must_use]
    pub fn by(self, drawer: &str) -> Self {
        Self {
            drawer: drawer.to_owned(),
            ..self
        }
    }
}

impl From<Bitmap> for Example {
    fn from(drawing: Bitmap) -> Self {
        Self {
            drawing,
            sketch: None,
            drawer: String::new(),
        }
    }
}

impl From<Sketch> for Example {
    fn from(sketch: Sketch) -> Self {
        Self {
            drawing: sketch.bitmap(),
            sketch: Some(sketch),
            drawer: String::new(),
        }
    }
}

/// A class of a person's own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnClass {
    /// In any script.
    pub name: String,
    /// Its drawings.
    pub examples: Vec<Example>,
}

impl OwnClass {
    /// A class with these examples.
    #[must_use]
    pub fn new<E: Into<Example>>(name: &str, examples: impl IntoIterator<Item = E>) -> Self {
        Self {
            name: name.to_owned(),
            examples: examples.into_iter().map(Into::into).collect(),
        }
    }

    /// The pixels of its examples.
    pub fn drawings(&self) -> impl Iterator<Item = &Bitmap> + '_ {
        self.examples.iter().map(Example::drawing)
    }
}

/// A support set of a person's own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnSet {
    /// For people.
    pub name: String,
    /// In the person's order.
    pub classes: Vec<OwnClass>,
}

/// Why bytes are no set, or a set can't be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OwnSetError {
    /// Another kind of file.
    #[error("this is no support set of Twinglyph")]
    Magic,
    /// A file of a later version of this format.
    #[error("this support set was made by a later version of Twinglyph; load the page again")]
    Version,
    /// Bytes are missing or changed.
    #[error("this support set is damaged: get it once more from where it came")]
    Damaged,
    /// Too large.
    #[error("this support set has {0} bytes, more than the {MAX_BYTES} that are allowed")]
    Large(usize),
    /// A count outside the limits.
    #[error("a support set has at most {most} {what}, not {found}")]
    Count {
        /// What is counted.
        what: &'static str,
        /// How many there are.
        found: u64,
        /// How many there may be.
        most: usize,
    },
    /// A name that can't be shown.
    #[error(
        "{0} is no name: names have at most {MAX_NAME} characters, none of them a control character"
    )]
    Name(Foreign),
    /// An address that holds no set.
    #[error("this address holds no support set: part of it is missing, or was changed")]
    Address,
}

/// Is it a name for a set or a class? An empty one is: a person may not have named it yet.
#[must_use]
pub fn is_name(name: &str) -> bool {
    name.chars().count() <= MAX_NAME && !name.chars().any(char::is_control)
}

impl OwnSet {
    /// Who drew its examples, each once, as they first come; whoever has no name is left out.
    #[must_use]
    pub fn drawers(&self) -> Vec<&str> {
        let mut found = HashSet::new();
        let examples = self.classes.iter().flat_map(|class| &class.examples);
        examples
            .map(|example| example.drawer.as_str())
            .filter(|drawer| !drawer.is_empty() && found.insert(*drawer))
            .collect()
    }

    /// The file as text for an address ([`base64url`]).
    ///
    /// # Errors
    /// As [`OwnSet::encode`].
    pub fn to_address(&self) -> Result<String, OwnSetError> {
        Ok(base64url::encode(&self.encode()?))
    }

    /// The set in an address's text.
    ///
    /// # Errors
    /// When the text is no such base64, or its bytes are no set.
    pub fn from_address(text: &str) -> Result<Self, OwnSetError> {
        if text.len() > MAX_BYTES {
            return Err(OwnSetError::Large(text.len()));
        }
        Self::decode(&base64url::decode(text).ok_or(OwnSetError::Address)?)
    }
}

#[cfg(test)]
#[path = "own/tests.rs"]
mod tests;
