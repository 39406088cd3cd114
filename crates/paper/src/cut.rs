//! The characters on a photo of paper, in reading order.

use serde::{Deserialize, Serialize};
use twinglyph_core::Bitmap;

use crate::picture::{Gray, Picture};
use crate::scan::ScanError;

/// A box in pixels of [`Cut::page`]; `right` and `bottom` are outside of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounds {
    /// First column.
    pub left: usize,
    /// First row.
    pub top: usize,
    /// Column behind the last.
    pub right: usize,
    /// Row behind the last.
    pub bottom: usize,
}

/// A character: connected pieces of ink that belong together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Character {
    /// Places of its pieces in the cut; never empty.
    pub pieces: Vec<u32>,
    /// The box around them.
    pub bounds: Bounds,
    /// Could it not as well be cut otherwise?
    pub is_sure: bool,
}

/// What was found on a photo: the paper, straightened, and the characters on it.
#[derive(Clone, Debug)]
pub struct Cut {
    page: Gray,
    characters: Vec<Character>,
    drawings: Vec<Bitmap>,
}

impl Cut {
    /// The paper as it is shown: cut out and straightened.
    #[must_use]
    pub fn page(&self) -> &Gray {
        &self.page
    }

    /// The characters, in reading order.
    #[must_use]
    pub fn characters(&self) -> &[Character] {
        &self.characters
    }

    /// What these pieces draw, in the middle of a sheet, with strokes of a pen's width. `None` where
    /// there is no such piece.
    #[must_use]
    pub fn drawing(&self, pieces: &[u32]) -> Option<Bitmap> {
        self.drawings.get(*pieces.first()? as usize).cloned()
    }

    /// Several characters as one. `None` of none.
    #[must_use]
    pub fn join(&self, characters: &[Character]) -> Option<Character> {
        characters.first().cloned()
    }

    /// A character as two or more, at its widest gap or, where it is one piece, at its thinnest place.
    /// Itself alone where it can't be split.
    pub fn split(&mut self, character: &Character) -> Vec<Character> {
        vec![character.clone()]
    }
}

/// Finds the characters on a photo.
///
/// # Errors
/// When there is no ink that stands out from its paper, or more pieces than characters.
pub fn cut(picture: &Picture) -> Result<Cut, ScanError> {
    let page = picture.brightness();
    let gray = crate::scan::Gray::new(page.width, page.height, &page.pixels)?;
    let drawings = gray.glyphs()?;
    let characters = (0..drawings.len() as u32)
        .map(|at| Character {
            pieces: vec![at],
            bounds: Bounds {
                left: 0,
                top: 0,
                right: page.width,
                bottom: page.height,
            },
            is_sure: true,
        })
        .collect();
    Ok(Cut {
        page,
        characters,
        drawings,
    })
}
