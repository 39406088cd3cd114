//! Pen strokes of Omniglot's drawings, for tests that draw as its drawers did: the official strokes
//! where the archives are, else the thinned drawings of the repository's shards.

use std::fmt::Display;
use std::path::{Path, PathBuf};

use twinglyph_core::alphabet::DRAWERS;
use twinglyph_core::omniglot::{self, Pen, STROKES, StrokeDrawing, VARIABLE, find_archives};
use twinglyph_core::shard::{self, Manifest};
use twinglyph_core::{Alphabet, Bitmap, thinning};
use xtask::workspace::Workspace;

use crate::{Error, Result};

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

/// Strokes of the drawing at this place of its alphabet, without times.
fn strokes(alphabet: &str, at: usize, drawing: &Bitmap) -> StrokeDrawing {
    let strokes = thinning::strokes(drawing).strokes.into_iter();
    let pen = strokes.map(|stroke| stroke.points.iter().map(|at| [at.x, at.y, 0.0]).collect());
    StrokeDrawing {
        alphabet: alphabet.to_owned(),
        // A shard has at most 256 characters by at most 64 drawers.
        character: (at / DRAWERS) as u16,
        drawer: (at % DRAWERS) as u8,
        // Shards don't keep the numbers of the official files.
        number: 0,
        pen: Pen(pen.collect()),
    }
}

/// An alphabet of the repository's shards.
///
/// # Errors
/// When there is none of this name, or its file is missing or damaged.
pub fn alphabet(name: &str) -> Result<Alphabet> {
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
    use twinglyph_core::ink::{self, rasterise};

    /// Five drawings of each alphabet that a replay draws, by different drawers. Not of others: no pen
    /// of one width draws the filled dots of Braille.
    fn samples() -> Vec<Bitmap> {
        let of = |name: &str| {
            let alphabet = alphabet(name).unwrap();
            let drawing = |at: usize| alphabet.drawing(at * 3, at * 4 + 1).unwrap().clone();
            (0..5).map(drawing).collect::<Vec<_>>()
        };
        ALPHABETS.into_iter().flat_map(of).collect()
    }

    #[test]
    fn the_strokes_draw_the_drawing_again() {
        let overlap = |drawing: &Bitmap| {
            let drawn = rasterise(&thinning::strokes(drawing), ink::Pen::OMNIGLOT);
            let both = drawing
                .ink()
                .filter(|&(row, column)| drawn.get(row, column));
            let both = both.count();
            let either = drawing.ink_count() as usize + drawn.ink_count() as usize - both;
            both as f64 / either as f64
        };
        let overlaps: Vec<f64> = samples().iter().map(overlap).collect();
        let mean = overlaps.iter().sum::<f64>() / overlaps.len() as f64;
        let least = overlaps.iter().copied().fold(1.0, f64::min);
        println!("intersection over union: mean {mean:.4}, least {least:.4}");
        assert_eq!(overlaps.len(), 40);
        assert!(mean > 0.9, "mean {mean:.4}");
        assert!(least > 0.75, "least {least:.4}");
    }

    #[test]
    fn the_strokes_cover_the_skeleton() {
        let (mut all, mut covered) = (0, 0);
        for drawing in samples() {
            let drawn = rasterise(&thinning::strokes(&drawing), ink::Pen::OMNIGLOT);
            for (row, column) in thinning::skeleton(&drawing).ink() {
                all += 1;
                covered += usize::from(drawn.get(row, column));
            }
        }
        println!("drawn again: {covered} of {all} pixels of skeletons");
        assert!(covered * 1000 >= all * 995, "{covered} of {all}");
    }

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
