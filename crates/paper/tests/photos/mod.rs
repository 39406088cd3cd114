//! Photos of paper with characters, made up from real drawings, and what is found on them.

mod camera;
mod measure;
mod page;
mod params;
mod source;

#[allow(unused_imports)]
pub(crate) use measure::{RIGHT, Score, Shape, score};
#[allow(unused_imports)]
pub(crate) use params::{Kind, PLAIN, Params, Pieces, kinds};
#[allow(unused_imports)]
pub(crate) use source::{Source, pieces};

use twinglyph_core::Bitmap;
use twinglyph_core::rng::Rng;
use twinglyph_paper::{Picture, cut};

/// A photo, and what is written on it in reading order. The same for the same seed.
pub(crate) fn photo(params: &Params, source: &Source, seed: u64) -> (Picture, Vec<Bitmap>) {
    let mut rng = Rng::new(seed);
    let written = source.take(params.count, params.pieces, &mut rng);
    let view = camera::View::new(params);
    let page = page::Page::new(params, &written, view.scale * 1.2, &mut rng);
    (view.take(&page, params, &mut rng), written)
}

/// Cuts a photo and compares the characters with the written ones.
pub(crate) fn measure(params: &Params, source: &Source, seed: u64) -> Score {
    let (picture, written) = photo(params, source, seed);
    let found: Vec<Shape> = match cut(&picture) {
        Ok(cut) => {
            let drawings = cut
                .characters()
                .iter()
                .filter_map(|one| cut.drawing(&one.pieces));
            drawings.map(|drawing| Shape::new(&drawing)).collect()
        }
        Err(_) => Vec::new(),
    };
    let written: Vec<Shape> = written.iter().map(Shape::new).collect();
    score(&written, &found)
}
