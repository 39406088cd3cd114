//! The archives of pen strokes: how the images of some alphabets were drawn.

use std::collections::BTreeMap;

use crate::Foreign;

use super::OmniglotError;
use super::archive::{Archive, Place};
use crate::alphabet::DRAWERS;

/// What the messages call such an archive; there are two official ones.
const ARCHIVE: &str = "strokes_background_small.zip";

/// Most bytes of one file; the official ones have at most 11,101.
const MAX_FILE_BYTES: usize = 64 * 1024;

/// The pen's way: stroke by stroke, point by point `[x, y, t]`.
///
/// `x` to the right and `y` down, in pixels of the 105x105 image as the official files have
/// them; `t` in milliseconds since the first point. `t` goes back a little in 16 places of the
/// official files.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pen(pub Vec<Vec<[f32; 3]>>);

/// One drawing's strokes, and which drawing it is.
#[derive(Clone, Debug, PartialEq)]
pub struct StrokeDrawing {
    /// Name of the alphabet, of the background set.
    pub alphabet: String,
    /// Character, from 0.
    pub character: u16,
    /// Drawer, from 0.
    pub drawer: u8,
    /// The number in the file's name, the same in the image's.
    pub number: u16,
    /// The strokes.
    pub pen: Pen,
}

/// The drawings of an archive of strokes, by alphabet, character and drawer.
///
/// # Errors
/// When an entry is not such a drawing, or when a character lacks drawings.
pub fn strokes(zip: &[u8]) -> Result<Vec<StrokeDrawing>, OmniglotError> {
    let mut found = BTreeMap::new();
    Archive::open(ARCHIVE, zip)?.each_file(MAX_FILE_BYTES, |path, bytes| {
        let unknown = || {
            "does not belong there: strokes are \
             strokes_background_small1/ALPHABET/characterNN/IIII_DD.txt"
                .to_owned()
        };
        let (root, _) = path.split_once('/').ok_or_else(unknown)?;
        if !root.starts_with("strokes_background") {
            return Err(unknown());
        }
        let place = Place::parse(path, root, "txt").ok_or_else(unknown)?;
        let drawing = StrokeDrawing {
            alphabet: place.alphabet.to_owned(),
            character: place.character,
            drawer: place.drawer,
            number: place.number,
            pen: parse(bytes)?,
        };
        let key = (drawing.alphabet.clone(), drawing.character, drawing.drawer);
        match found.insert(key, drawing) {
            None => Ok(()),
            Some(_) => Err("is this drawer's second drawing of the character".to_owned()),
        }
    })?;

    let drawings: Vec<StrokeDrawing> = found.into_values().collect();
    for character in
        drawings.chunk_by(|a, b| a.alphabet == b.alphabet && a.character == b.character)
    {
        if let (Some(first), true) = (character.first(), character.len() != DRAWERS) {
            return Err(OmniglotError::Missing {
                archive: ARCHIVE,
                entry: format!(
                    "a drawing of the {DRAWERS} of {}/character{:02}",
                    first.alphabet,
                    first.character + 1
                ),
            });
        }
    }
    Ok(drawings)
}

/// Reads one file: `START`, then a line `x,y,t` a point, `y` up, and `BREAK` behind each stroke.
fn parse(bytes: &[u8]) -> Result<Pen, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "is no text".to_owned())?;
    let mut lines = text.lines();
    if lines.next() != Some("START") {
        return Err("does not begin with START".to_owned());
    }
    let mut strokes = Vec::new();
    let mut stroke = Vec::new();
    for line in lines {
        if line != "BREAK" {
            let point = point(line)
                .ok_or_else(|| format!("has the line {}, not x,y,t", Foreign::from(line)))?;
            stroke.push(point);
        } else if stroke.is_empty() {
            return Err("has a stroke without points".to_owned());
        } else {
            strokes.push(std::mem::take(&mut stroke));
        }
    }
    if strokes.is_empty() || !stroke.is_empty() {
        return Err("does not end with BREAK".to_owned());
    }
    Ok(Pen(strokes))
}

/// The point in a line, `y` turned down.
fn point(line: &str) -> Option<[f32; 3]> {
    let mut numbers = line.split(',').map(|number| number.parse::<f32>().ok());
    let (x, y, t) = (numbers.next()??, numbers.next()??, numbers.next()??);
    let good = numbers.next().is_none() && x.is_finite() && y.is_finite() && t.is_finite();
    good.then_some([x, -y, t])
}
