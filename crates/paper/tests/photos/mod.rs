//! Photos of paper with characters, made up from real drawings, and what is found on them.

mod camera;
mod list;
mod measure;
mod noise;
mod page;
mod params;
mod pen;
mod source;
mod vary;

use std::time::{Duration, Instant};

#[allow(unused_imports)]
pub(crate) use list::{Kind, kinds};
#[allow(unused_imports)]
pub(crate) use measure::{RIGHT, Score, Shape, score};
#[allow(unused_imports)]
pub(crate) use params::{PLAIN, Params, Pieces, Table};
#[allow(unused_imports)]
pub(crate) use source::{Source, pieces};
#[allow(unused_imports)]
pub(crate) use vary::varied;

use twinglyph_core::Bitmap;
use twinglyph_core::rng::Rng;
use twinglyph_paper::{Picture, cut};

/// Pixels of the page a pixel of the photo.
const OVERSAMPLED: f64 = 1.2;

/// A character on a photo.
#[derive(Clone, PartialEq)]
pub(crate) struct Written {
    /// As the pen draws it.
    pub(crate) drawing: Bitmap,
    /// The corners around its ink, clockwise from the upper left one.
    #[allow(dead_code)]
    pub(crate) quad: camera::Quad,
}

/// A photo, and what is written on it in reading order. The same for the same seed.
pub(crate) fn photo(params: &Params, source: &Source, seed: u64) -> (Picture, Vec<Written>) {
    let mut rng = Rng::new(seed);
    let drawings = source.take(params.count, params.pieces, &mut rng);
    let view = camera::View::new(params);
    let page = page::Page::new(params, &drawings, view.scale * OVERSAMPLED, &mut rng);
    let picture = view.take(&page, params, &mut rng);
    let places = page.areas.iter().map(|&area| view.quad(area));
    let written = drawings
        .into_iter()
        .zip(places)
        .map(|(drawing, quad)| Written {
            drawing: pen::drawn(&pen::Lines::new(&drawing)),
            quad,
        });
    (picture, written.collect())
}

/// Cuts a photo and compares the characters with the written ones. How long cutting took, too.
pub(crate) fn measure(picture: &Picture, written: &[Written]) -> (Score, Duration) {
    let start = Instant::now();
    let cut = cut(picture);
    let took = start.elapsed();
    let found: Vec<Shape> = cut
        .iter()
        .flat_map(|cut| {
            let drawings = cut
                .characters()
                .iter()
                .filter_map(|one| cut.drawing(&one.pieces));
            drawings
                .map(|drawing| Shape::new(&drawing))
                .collect::<Vec<_>>()
        })
        .collect();
    let written: Vec<Shape> = written.iter().map(|one| Shape::new(&one.drawing)).collect();
    (score(&written, &found), took)
}
