//! Text written with the person's own characters: what was written, and which drawings became examples
//! by that.
//!
//! Kept as text across a reload; anything unreadable counts as nothing written.

use serde::{Deserialize, Serialize};
use twinglyph_core::Bitmap;

use super::custom_set::print;

/// Most pieces that are kept: pages of text.
const MOST: usize = 10_000;

/// A character or a space.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Piece {
    text: String,
    /// The fingerprint of the drawing that became an example of it.
    example: Option<u32>,
}

/// What was written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Written(Vec<Piece>);

impl Written {
    /// What was kept.
    #[must_use]
    pub(crate) fn read(text: Option<&str>) -> Self {
        let kept = text.and_then(|text| serde_json::from_str(text).ok());
        kept.filter(|Self(pieces)| pieces.len() <= MOST)
            .unwrap_or_default()
    }

    /// The text to keep.
    #[must_use]
    pub(crate) fn write(&self) -> Option<String> {
        serde_json::to_string(self).ok()
    }

    /// Is there none?
    #[must_use]
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of it.
    #[must_use]
    pub(crate) fn text(&self) -> String {
        self.0.iter().map(|piece| piece.text.as_str()).collect()
    }

    /// Writes more; `example` is the drawing that became an example of it.
    pub(crate) fn push(&mut self, text: &str, example: Option<&Bitmap>) {
        if self.0.len() < MOST {
            self.0.push(Piece {
                text: text.to_owned(),
                example: example.map(print),
            });
        }
    }

    /// Takes the last piece back, and gives what tells the drawing that became an example by it.
    pub(crate) fn pop(&mut self) -> Option<impl Fn(&Bitmap) -> bool + use<>> {
        let example = self.0.pop()?.example?;
        Some(move |drawing: &Bitmap| print(drawing) == example)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_taken_back_names_its_example_also_after_a_reload() {
        let dot = |at: usize| Bitmap::from_fn(move |row, column| row == at && column == 1);
        let mut written = Written::default();
        written.push("あ", Some(&dot(1)));
        written.push(" ", None);
        let mut written = Written::read(written.write().as_deref());
        assert_eq!(written.text(), "あ ");
        assert!(written.pop().is_none());
        let is_it = written.pop().unwrap();
        assert!(is_it(&dot(1)) && !is_it(&dot(2)));
        assert!(written.is_empty() && written.pop().is_none());
    }

    proptest! {
        #[test]
        fn any_text_is_borne(text in ".*") {
            let _ = Written::read(Some(&text));
        }
    }
}
