//! The characters on a photo of paper, in reading order.

use serde::{Deserialize, Serialize};
use twinglyph_core::Bitmap;
use twinglyph_core::bitmap::SIDE;

use crate::components::{Piece, clean, strokes};
use crate::group::{characters, specks, union};
use crate::light::Ink;
use crate::picture::{Gray, Picture};
use crate::scan::{MAX_GLYPHS, ScanError, drawing_of};
use crate::sheet::Sheet;
use crate::{holes, light, lines, sheet, turn};

/// Most pieces that are put together.
const MAX_PIECES: usize = 1000;

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
    pieces: Vec<Piece>,
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
        let pieces: Option<Vec<&Piece>> = pieces
            .iter()
            .map(|&at| self.pieces.get(at as usize))
            .collect();
        let pieces = pieces?;
        let whole = pieces.iter().map(|piece| piece.bounds).reduce(union)?;
        let (width, height) = (whole.right - whole.left, whole.bottom - whole.top);
        if (self.page.width, self.page.height) == (SIDE, SIDE) {
            let mut drawing = Bitmap::blank();
            for &(x, y) in pieces.iter().flat_map(|piece| &piece.pixels) {
                drawing.set(y.into(), x.into(), true);
            }
            return Some(drawing);
        }
        let mut mask = vec![false; width * height];
        for &(x, y) in pieces.iter().flat_map(|piece| &piece.pixels) {
            mask[(usize::from(y) - whole.top) * width + usize::from(x) - whole.left] = true;
        }
        drawing_of(width, height, &mask)
    }

    /// Several characters as one. `None` of none.
    #[must_use]
    pub fn join(&self, characters: &[Character]) -> Option<Character> {
        let bounds = characters.iter().map(|one| one.bounds).reduce(union)?;
        let mut pieces: Vec<u32> = characters
            .iter()
            .flat_map(|one| one.pieces.iter().copied())
            .collect();
        pieces.sort_unstable();
        pieces.dedup();
        Some(Character {
            pieces,
            bounds,
            is_sure: true,
        })
    }

    /// A character as two, at its widest gap or, where it is one piece, at its thinnest place.
    /// Itself alone where it can't be split.
    pub fn split(&mut self, character: &Character) -> Vec<Character> {
        let whole = vec![character.clone()];
        let known = |&at: &u32| self.pieces.get(at as usize).map(|piece| (at, piece.bounds));
        let mut parts: Vec<(u32, Bounds)> = character.pieces.iter().filter_map(known).collect();
        if let [(at, _)] = parts[..] {
            return self.halved(at).unwrap_or(whole);
        }
        parts.sort_by_key(|part| part.1.left);
        // Where the widest gap is, from the left; below 0 where columns overlap.
        let mut best: Option<(isize, usize)> = None;
        let mut reached = 0;
        for (place, (_, bounds)) in parts.iter().enumerate() {
            let gap = bounds.left as isize - reached as isize;
            if place > 0 && best.is_none_or(|best| gap > best.0) {
                best = Some((gap, place));
            }
            reached = reached.max(bounds.right);
        }
        let Some((_, place)) = best else {
            return whole;
        };
        let (one, other) = parts.split_at(place);
        [one, other].into_iter().filter_map(character_of).collect()
    }

    /// A piece cut at the column of least ink, near its middle.
    fn halved(&mut self, at: u32) -> Option<Vec<Character>> {
        let piece = self.pieces.get(at as usize)?;
        let (left, width) = (piece.bounds.left, piece.width());
        if width < 4 {
            return None;
        }
        let mut counts = vec![0usize; width];
        for &(x, _) in &piece.pixels {
            counts[usize::from(x) - left] += 1;
        }
        let inner = width / 4..width - width / 4;
        let column = inner.min_by_key(|&x| (counts[x], x.abs_diff(width / 2)))?;
        let (one, other): (Vec<_>, Vec<_>) = piece
            .pixels
            .iter()
            .partition(|at| usize::from(at.0) < left + column);
        let first = self.pieces.len() as u32;
        let (one, other) = (Piece::new(one)?, Piece::new(other)?);
        let halves = [(first, one.bounds), (first + 1, other.bounds)];
        self.pieces.extend([one, other]);
        Some(
            halves
                .iter()
                .filter_map(|half| character_of(&[*half]))
                .collect(),
        )
    }
}

fn character_of(parts: &[(u32, Bounds)]) -> Option<Character> {
    Some(Character {
        bounds: parts.iter().map(|part| part.1).reduce(union)?,
        pieces: parts.iter().map(|part| part.0).collect(),
        is_sure: true,
    })
}

/// Finds the characters on a photo. A picture of a sheet's size is one character as it is.
///
/// # Errors
/// When there is no ink that stands out from its paper, or more pieces than characters.
pub fn cut(picture: &Picture) -> Result<Cut, ScanError> {
    let seen = light::brightness(picture);
    if (seen.width, seen.height) == (SIDE, SIDE) {
        return sheet_of_one(seen);
    }
    if seen.width.max(seen.height) > usize::from(u16::MAX) {
        return Err(ScanError::Size);
    }
    let mut sheet = sheet::straightened(picture, seen);
    let mut found = read(&sheet)?;
    if !sheet.is_found
        && let Some(degrees) = turn::degrees(&found)
    {
        sheet = sheet.turned(degrees);
        found = read(&sheet)?;
    }
    let (page, pieces) = (sheet.page, found.pieces);
    if pieces.is_empty() {
        return Err(ScanError::Blank);
    }
    if pieces.len() > MAX_PIECES {
        return Err(ScanError::Pieces);
    }
    let (characters, pieces) = without_specks(characters(&pieces), pieces);
    if characters.len() > MAX_GLYPHS {
        return Err(ScanError::Pieces);
    }
    Ok(Cut {
        page,
        characters,
        pieces,
    })
}

/// Characters and their pieces without those that are specks.
fn without_specks(characters: Vec<Character>, pieces: Vec<Piece>) -> (Vec<Character>, Vec<Piece>) {
    let is_speck = specks(&characters);
    if !is_speck.contains(&true) {
        return (characters, pieces);
    }
    let mut pieces: Vec<Option<Piece>> = pieces.into_iter().map(Some).collect();
    let mut kept = Vec::new();
    let mut characters: Vec<Character> = characters
        .into_iter()
        .zip(is_speck)
        .filter_map(|(one, is_speck)| (!is_speck).then_some(one))
        .collect();
    for at in characters.iter_mut().flat_map(|one| &mut one.pieces) {
        if let Some(piece) = pieces.get_mut(*at as usize).and_then(Option::take) {
            *at = kept.len() as u32;
            kept.push(piece);
        }
    }
    (characters, kept)
}

/// What is read on a sheet.
pub(crate) struct Read {
    /// Its ink without lines.
    pub(crate) ink: Ink,
    /// Which pixels were ink, lines too.
    pub(crate) with_lines: Vec<bool>,
    pub(crate) pieces: Vec<Piece>,
}

fn read(sheet: &Sheet) -> Result<Read, ScanError> {
    let mut ink = light::ink(&sheet.page)?;
    let with_lines = ink.mask.clone();
    lines::remove(&mut ink);
    let mut pieces = strokes(&mut ink);
    pieces.retain(|piece| !sheet.is_cut_off(&piece.pixels));
    let mut pieces = clean(pieces, ink.width, ink.height, ink.grain);
    holes::remove(&mut pieces, ink.width, ink.height);
    Ok(Read {
        ink,
        with_lines,
        pieces,
    })
}

fn sheet_of_one(page: Gray) -> Result<Cut, ScanError> {
    let drawing = crate::scan::Gray::new(SIDE, SIDE, &page.pixels)?.drawing()?;
    let pixels = drawing
        .ink()
        .map(|(row, column)| (column as u16, row as u16));
    let piece = Piece::new(pixels.collect()).ok_or(ScanError::Blank)?;
    Ok(Cut {
        page,
        characters: character_of(&[(0, piece.bounds)]).into_iter().collect(),
        pieces: vec![piece],
    })
}

#[cfg(test)]
mod tests;
