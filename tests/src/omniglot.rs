//! Pen strokes of Omniglot's drawings, for tests that draw as its drawers did: the official strokes
//! where the archives are, else the thinned drawings of the repository's shards.

use std::fmt::Display;
use std::path::{Path, PathBuf};

use twinglyph_core::alphabet::DRAWERS;
use twinglyph_core::omniglot::{self, STROKES, StrokeDrawing, VARIABLE, find_archives};
use twinglyph_core::shard::{self, Manifest};
use twinglyph_core::{Alphabet, Bitmap};
use xtask::workspace::Workspace;

use crate::{Error, Result, thinning};

/// The alphabets of the two archives of strokes. A replay takes the same ones from the shards, so
/// that it draws the same characters by the same drawers.
pub(crate) const ALPHABETS: [&str; 8] = [
    "Balinese",
    "Early_Aramaic",
    "Greek",
    "Japanese_(katakana)",
    "Korean",
    "Latin",
    "Sanskrit",
    "Tagalog",
];

/// Every drawing of the alphabets with official strokes. Prints where the strokes come from.
///
/// # Errors
/// When `OMNIGLOT_DIR` names a folder without the archives, or a file is missing or damaged.
pub fn drawings() -> Result<Vec<StrokeDrawing>> {
    let checkout = Workspace::find().root().to_owned();
    let variable = std::env::var_os(VARIABLE);
    let found = find_archives(variable.as_deref(), &checkout, &STROKES, Path::is_file);
    match found.map_err(|error| Error::Setting(error.to_string()))? {
        Some(folder) => {
            println!("strokes to replay: official, {}", folder.display());
            official(&folder)
        }
        None => {
            println!("strokes to replay: thinned from the shards; no archives (OMNIGLOT_DIR) here");
            thinned(&ALPHABETS)
        }
    }
}

/// The official strokes of the archives in this folder.
fn official(folder: &Path) -> Result<Vec<StrokeDrawing>> {
    let mut all = Vec::new();
    for name in STROKES {
        let path = folder.join(name);
        all.extend(omniglot::strokes(&read(&path)?).map_err(trouble(&path))?);
    }
    Ok(all)
}

/// Strokes of every drawing of these alphabets, by thinning.
fn thinned(alphabets: &[&str]) -> Result<Vec<StrokeDrawing>> {
    let mut all = Vec::new();
    for name in alphabets {
        let alphabet = alphabet(name)?;
        for (at, drawing) in alphabet.drawings().iter().enumerate() {
            all.push(strokes(name, at, drawing));
        }
    }
    Ok(all)
}

/// Strokes of the drawing at this place of its alphabet.
fn strokes(alphabet: &str, at: usize, drawing: &Bitmap) -> StrokeDrawing {
    StrokeDrawing {
        alphabet: alphabet.to_owned(),
        // A shard has at most 256 characters by at most 64 drawers.
        character: (at / DRAWERS) as u16,
        drawer: (at % DRAWERS) as u8,
        // Shards don't keep the numbers of the official files.
        number: 0,
        pen: thinning::strokes(drawing),
    }
}

/// An alphabet of the repository's shards.
pub(crate) fn alphabet(name: &str) -> Result<Alphabet> {
    let folder = Workspace::find().root().join("assets/omniglot");
    let list = folder.join(Manifest::FILE);
    let manifest = Manifest::parse(&read(&list)?).map_err(trouble(&list))?;
    let entry = manifest
        .alphabet(name)
        .ok_or_else(|| trouble(&list)(format!("no alphabet {name}")))?;
    let file = folder.join(&entry.file);
    shard::decode(entry, &read(&file)?).map_err(trouble(&file))
}

fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(trouble(path))
}

/// Something wrong with this file.
fn trouble<E: Display>(path: &Path) -> impl Fn(E) -> Error + use<E> {
    let path: PathBuf = path.to_owned();
    move |what| Error::Setting(format!("{}: {what}", path.display()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// As many as the two archives have, which `crates/core/tests/ink_official.rs` counts.
    #[test]
    fn the_shards_give_strokes_of_every_drawing() {
        let drawings = thinned(&ALPHABETS).unwrap();
        assert_eq!(drawings.len(), 4840);
        let last = drawings.last().unwrap();
        assert_eq!((last.character, last.drawer), (16, 19));
        let drawn =
            |d: &StrokeDrawing| !d.pen.0.is_empty() && d.pen.0.iter().all(|s| !s.is_empty());
        assert!(drawings.iter().all(drawn));
    }
}
