//! When a drawing that was read is the one that was drawn.

use twinglyph_core::Bitmap;
use twinglyph_core::canonical::{SIDE, canonical, window};

/// Pixels of the canonical form by which strokes may lie beside each other, and no ink farther than.
const NEAR: f32 = 2.0;
const FAR: f32 = 3.7;

/// The same in pixels of a sheet, for dots, which the canonical form magnifies.
const NEAR_ON_SHEET: f32 = 1.2;
const FAR_ON_SHEET: f32 = 2.2;

/// Part of the ink that must be near the other's.
const PART: f32 = 0.95;

/// Is it the same drawing, with nothing missing and nothing more? A piece of a line or of a neighbour's
/// stroke moves the canonical form, or is ink far from the drawing's.
pub(crate) fn is_right(found: Option<&Bitmap>, drawn: Option<&Bitmap>) -> bool {
    match (found, drawn) {
        (None, None) => true,
        (Some(found), Some(drawn)) => {
            let magnified = SIDE as f32 / (2.0 * window(drawn).half);
            let limits = [
                NEAR.max(NEAR_ON_SHEET * magnified),
                FAR.max(FAR_ON_SHEET * magnified),
            ];
            let [found, drawn] = [found, drawn].map(ink);
            covers(&found, &drawn, limits) && covers(&drawn, &found, limits)
        }
        _ => false,
    }
}

fn ink(drawing: &Bitmap) -> Vec<(f32, f32)> {
    let form = canonical(drawing);
    let most = form.iter().copied().fold(0.0, f32::max);
    let inked = form
        .iter()
        .enumerate()
        .filter(|(_, value)| **value > 0.4 * most);
    inked
        .map(|(at, _)| ((at % SIDE) as f32, (at / SIDE) as f32))
        .collect()
}

/// Is all of the ink of one near that of the other?
fn covers(one: &[(f32, f32)], other: &[(f32, f32)], [most, farthest]: [f32; 2]) -> bool {
    let distance = |&(x, y): &(f32, f32)| {
        let each = other.iter().map(|(a, b)| (a - x).powi(2) + (b - y).powi(2));
        each.fold(f32::INFINITY, f32::min).sqrt()
    };
    let distances: Vec<f32> = one.iter().map(distance).collect();
    let near = distances.iter().filter(|&&far| far <= most).count();
    near as f32 >= PART * one.len() as f32 && distances.iter().all(|&far| far <= farthest)
}
