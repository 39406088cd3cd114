//! Drawings of Omniglot from the repository's shards.

use std::fs;
use std::path::Path;

use twinglyph_core::Bitmap;
use twinglyph_core::bitmap::SIDE;
use twinglyph_core::rng::Rng;
use twinglyph_core::shard::{self, Manifest};

use super::params::Pieces;

/// How many alphabets are read.
const ALPHABETS: usize = 8;

/// Drawings, and of how many pieces each is.
pub(crate) struct Source(Vec<(Bitmap, usize)>);

impl Source {
    /// One drawer's drawings of some alphabets.
    pub(crate) fn read() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/omniglot");
        let manifest = Manifest::parse(&fs::read(folder.join("manifest.json")).unwrap()).unwrap();
        let step = manifest.alphabets().len() / ALPHABETS;
        let mut drawings = Vec::new();
        for entry in manifest.alphabets().iter().step_by(step.max(1)) {
            let alphabet =
                shard::decode(entry, &fs::read(folder.join(&entry.file)).unwrap()).unwrap();
            for character in 0..alphabet.characters() {
                for drawer in [1, 7, 13] {
                    let drawing = alphabet.drawing(character, drawer).unwrap();
                    // A drawing that is nearly a dot or a line can't be told apart from its parts.
                    if drawing.ink_count() > 120 {
                        drawings.push((drawing.clone(), pieces(drawing).len()));
                    }
                }
            }
        }
        Self(drawings)
    }

    /// So many drawings, at random.
    pub(crate) fn take(&self, count: usize, pieces: Pieces, rng: &mut Rng) -> Vec<Bitmap> {
        let fits = |&&(_, found): &&(Bitmap, usize)| match pieces {
            Pieces::Any => true,
            Pieces::One => found == 1,
            Pieces::Several => found > 1,
        };
        let all: Vec<_> = self.0.iter().filter(fits).collect();
        (0..count)
            .map(|_| all[rng.index(all.len())].0.clone())
            .collect()
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
