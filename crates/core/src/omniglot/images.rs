//! The two image archives: background and evaluation set.

use std::collections::BTreeMap;

use super::archive::{Archive, Place, drawing};
use super::{IMAGES, OmniglotError, check_contents};
use crate::alphabet::DRAWERS;
use crate::{Alphabet, Bitmap, Set};

/// Most bytes of one image; the official ones have at most 522.
const MAX_IMAGE_BYTES: usize = 8 * 1024;

/// The 30 alphabets of `images_background.zip`, in the order of their names.
///
/// # Errors
/// When the archive is not exactly the official content.
pub fn background(zip: &[u8]) -> Result<Vec<Alphabet>, OmniglotError> {
    let alphabets = images("images_background", IMAGES[0], Set::Background, zip)?;
    check_contents(Set::Background, &alphabets)?;
    Ok(alphabets)
}

/// The 20 alphabets of `images_evaluation.zip`, in the order of their names.
///
/// # Errors
/// When the archive is not exactly the official content.
pub fn evaluation(zip: &[u8]) -> Result<Vec<Alphabet>, OmniglotError> {
    let alphabets = images("images_evaluation", IMAGES[1], Set::Evaluation, zip)?;
    check_contents(Set::Evaluation, &alphabets)?;
    Ok(alphabets)
}

/// The 20 drawings of a character, as far as they are found.
type Row = [Option<Bitmap>; DRAWERS];

/// The alphabets in an archive of images.
fn images(
    root: &str,
    archive: &'static str,
    set: Set,
    zip: &[u8],
) -> Result<Vec<Alphabet>, OmniglotError> {
    let mut found: BTreeMap<String, BTreeMap<u16, Row>> = BTreeMap::new();
    Archive::open(archive, zip)?.each_file(MAX_IMAGE_BYTES, |path, bytes| {
        let place = Place::parse(path, root, "png").ok_or_else(|| {
            format!("does not belong there: images are {root}/ALPHABET/characterNN/IIII_DD.png")
        })?;
        let rows = match found.get_mut(place.alphabet) {
            Some(rows) => rows,
            None => found.entry(place.alphabet.to_owned()).or_default(),
        };
        let row = rows.entry(place.character).or_default();
        let cell = row
            .get_mut(usize::from(place.drawer))
            .ok_or("is of an unknown drawer")?;
        match cell.replace(drawing(bytes)?) {
            None => Ok(()),
            Some(_) => Err("is this drawer's second drawing of the character".to_owned()),
        }
    })?;

    found
        .into_iter()
        .map(|(name, rows)| {
            let drawings = complete(&name, rows).map_err(|entry| OmniglotError::Missing {
                archive,
                entry: format!("{root}/{entry}"),
            })?;
            Alphabet::new(name, set, DRAWERS, drawings).map_err(|error| OmniglotError::Contents {
                set: set.as_str(),
                problem: error.to_string(),
            })
        })
        .collect()
}

/// All drawings of an alphabet in order, or the path of the first that is missing.
fn complete(alphabet: &str, rows: BTreeMap<u16, Row>) -> Result<Vec<Bitmap>, String> {
    let mut drawings = Vec::with_capacity(rows.len() * DRAWERS);
    for (expected, (character, row)) in (0u16..).zip(rows) {
        if character != expected {
            return Err(format!("{alphabet}/character{:02}", expected + 1));
        }
        for (drawer, drawing) in (1..).zip(row) {
            drawings.push(drawing.ok_or_else(|| {
                format!(
                    "{alphabet}/character{:02}/..._{drawer:02}.png",
                    character + 1
                )
            })?);
        }
    }
    Ok(drawings)
}
