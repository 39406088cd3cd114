//! Drawings of Omniglot from the repository's shards.

use std::fs;
use std::path::Path;

use twinglyph_core::bitmap::SIDE;
use twinglyph_core::rng::Rng;
use twinglyph_core::shard::{self, Manifest};
use twinglyph_core::{Alphabet, Bitmap, invented};

use super::params::Pieces;

/// Its characters are dots on a grid, far apart: without the grid nobody can tell where one ends.
const NO_STROKES: &str = "Braille";

/// A piece of less than this part of a drawing's ink is a dot or an accent.
const DOT: usize = 7;

struct Entry {
    drawing: Bitmap,
    alphabet: usize,
    /// Pixels of each piece.
    pieces: Vec<usize>,
}

/// Drawings of all alphabets.
pub(crate) struct Source {
    names: Vec<String>,
    entries: Vec<Entry>,
}

impl Source {
    /// Some drawers' drawings of each alphabet.
    pub(crate) fn read() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/omniglot");
        let manifest = Manifest::parse(&fs::read(folder.join("manifest.json")).unwrap()).unwrap();
        let (mut names, mut entries) = (Vec::new(), Vec::new());
        for entry in manifest.alphabets() {
            let file = fs::read(folder.join(&entry.file)).unwrap();
            let alphabet = shard::decode(entry, &file).unwrap();
            if entry.name != NO_STROKES {
                add(&mut entries, &alphabet, names.len());
            }
            names.push(entry.name.clone());
        }
        Self { names, entries }
    }

    /// Drawings of invented scripts.
    #[allow(dead_code)]
    pub(crate) fn invented() -> Self {
        let (mut names, mut entries) = (Vec::new(), Vec::new());
        for seed in 0..3 {
            let alphabet = invented::alphabet(seed);
            add(&mut entries, &alphabet, names.len());
            names.push(alphabet.name().to_owned());
        }
        Self { names, entries }
    }

    /// So many drawings, at random.
    pub(crate) fn take(&self, count: usize, wanted: Pieces, rng: &mut Rng) -> Vec<Bitmap> {
        let fits = |entry: &&Entry| {
            let pieces = &entry.pieces;
            let ink: usize = pieces.iter().sum();
            match wanted {
                Pieces::Any => true,
                Pieces::One => pieces.len() == 1,
                Pieces::Several => pieces.len() > 1,
                Pieces::Many => pieces.len() > 2,
                Pieces::Dotted => pieces.len() > 1 && pieces.iter().any(|piece| piece * DOT < ink),
                Pieces::Of(name) => self.names[entry.alphabet] == name,
            }
        };
        let all: Vec<_> = self.entries.iter().filter(fits).collect();
        (0..count)
            .map(|_| all[rng.index(all.len())].drawing.clone())
            .collect()
    }
}

/// Adds some drawers' drawings of an alphabet.
fn add(entries: &mut Vec<Entry>, alphabet: &Alphabet, place: usize) {
    for character in 0..alphabet.characters() {
        for drawer in [1, 7, 13] {
            let drawing = alphabet.drawing(character, drawer).unwrap();
            // A drawing that is nearly a dot or a line can't be told apart from its parts.
            if drawing.ink_count() > 120 {
                entries.push(Entry {
                    drawing: drawing.clone(),
                    alphabet: place,
                    pieces: pieces(drawing).iter().map(Vec::len).collect(),
                });
            }
        }
    }
}

/// Connected pieces of ink, over corners too; rows and columns.
pub(crate) fn pieces(drawing: &Bitmap) -> Vec<Vec<(usize, usize)>> {
    let mut left = drawing.clone();
    let mut all = Vec::new();
    for start in drawing.ink() {
        if !left.get(start.0, start.1) {
            continue;
        }
        left.set(start.0, start.1, false);
        let mut piece = vec![start];
        let mut at = 0;
        while let Some(&(row, column)) = piece.get(at) {
            at += 1;
            for y in row.saturating_sub(1)..(row + 2).min(SIDE) {
                for x in column.saturating_sub(1)..(column + 2).min(SIDE) {
                    if left.get(y, x) {
                        left.set(y, x, false);
                        piece.push((y, x));
                    }
                }
            }
        }
        all.push(piece);
    }
    all
}
