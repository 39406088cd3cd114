//! What is written into the cells of a page. Refuses to know their names and how the page was found.

use twinglyph_core::Bitmap;

use super::layout::{CELL, Layout};
use super::projection::{Point, sample};
use crate::picture::Gray;
use crate::scan;

/// From a frame's outer edge to what is read, mm.
const INSET: f64 = 1.3;
/// Side of what is read, mm.
const SIDE: f64 = CELL - 2.0 * INSET;
/// Sides of a cell's picture, pixels.
const PIXELS: std::ops::RangeInclusive<usize> = 80..=320;
/// Least ink is darker than paper, as a part of the paper's brightness.
const LEAST: f32 = 0.09;
/// How many times darker than grain ink is.
const GRAIN: f32 = 4.5;
/// Least piece of ink, square mm: less than a dot of a pen.
const DOT: f64 = 0.12;

/// What a cell holds.
#[derive(Clone, Debug)]
pub(super) struct Content {
    /// Nothing where the cell was left empty.
    pub(super) drawing: Option<Bitmap>,
    pub(super) is_sure: bool,
}

/// A cell's picture: brightness as a part of the paper's.
struct Patch {
    side: usize,
    values: Vec<f32>,
    /// Pixels of the photo a pixel of the patch, at most 1.
    coarse: f32,
}

/// What is in each cell; `of` says where the photo shows a place of the page.
pub(super) fn read(
    photo: &Gray,
    of: &impl Fn(Point) -> Point,
    layout: Layout,
    cells: usize,
) -> Vec<Content> {
    let patches: Vec<Patch> = (0..cells)
        .map(|cell| patch(photo, of, layout, cell))
        .collect();
    // Most of all cells' area is paper, so the median of their grain is paper's.
    let mut grains: Vec<f32> = patches.iter().map(grain).collect();
    let middle = grains.len() / 2;
    let grain = match grains.get(middle) {
        Some(_) => *grains.select_nth_unstable_by(middle, f32::total_cmp).1,
        None => 0.0,
    };
    patches.iter().map(|patch| content(patch, grain)).collect()
}

fn patch(photo: &Gray, of: &impl Fn(Point) -> Point, layout: Layout, cell: usize) -> Patch {
    let area = layout.cell(cell);
    let corner = [area.x + INSET, area.y + INSET];
    let ends = [corner, [corner[0] + SIDE, corner[1] + SIDE]].map(of);
    let diagonal = (ends[1][0] - ends[0][0]).hypot(ends[1][1] - ends[0][1]);
    let seen = if diagonal.is_finite() {
        diagonal / std::f64::consts::SQRT_2
    } else {
        0.0
    };
    // Finer than the photo: thresholds between pixels keep the shape of thin strokes.
    let side = ((seen * 1.6) as usize).clamp(*PIXELS.start(), *PIXELS.end());
    let step = SIDE / side as f64;
    let raw: Vec<f32> = (0..side * side)
        .map(|at| {
            let (row, column) = ((at / side) as f64 + 0.5, (at % side) as f64 + 0.5);
            sample(
                photo,
                of([corner[0] + column * step, corner[1] + row * step]),
            )
            .max(1.0)
        })
        .collect();
    let around = side / 4;
    let all = scan::Sums::of(side, side, |at| Some(raw[at]));
    let paper = scan::Sums::of(side, side, |at| {
        let mean = all.mean(at % side, at / side, around);
        Some(raw[at]).filter(|&value| value >= mean * 0.97)
    });
    let values = (0..raw.len()).map(|at| {
        let paper = paper.mean(at % side, at / side, around);
        raw[at] / paper.max(1.0)
    });
    Patch {
        side,
        values: values.collect(),
        coarse: (seen / side as f64).min(1.0) as f32,
    }
}

/// The spread of paper's brightness: the median of how far values are from their row's neighbours.
fn grain(patch: &Patch) -> f32 {
    // A whole pixel of the photo apart.
    let apart = (1.0 / patch.coarse.max(0.2)).ceil() as usize;
    let rows = patch.values.chunks_exact(patch.side);
    let mut steps: Vec<f32> = rows
        .flat_map(|row| {
            row.iter()
                .zip(row.iter().skip(apart))
                .map(|(a, b)| (a - b).abs())
        })
        .collect();
    let middle = steps.len() / 2;
    if steps.is_empty() {
        return 0.0;
    }
    // Of a normal distribution; a difference of two is the root of two wider.
    *steps.select_nth_unstable_by(middle, f32::total_cmp).1 * 1.483 / std::f32::consts::SQRT_2
}

fn content(patch: &Patch, grain: f32) -> Content {
    let empty = Content {
        drawing: None,
        is_sure: true,
    };
    let side = patch.side;
    let certain = 1.0 - LEAST.max(GRAIN * grain);
    let mut strong: Vec<f32> = patch
        .values
        .iter()
        .copied()
        .filter(|&value| value < certain)
        .collect();
    let dot = (DOT / (SIDE / side as f64).powi(2)).max(3.0) as usize;
    if strong.len() < dot {
        return empty;
    }
    // Ink is as dark as the darker part of what is certain; its edge lies halfway.
    let part = strong.len() / 4;
    let ink = *strong.select_nth_unstable_by(part, f32::total_cmp).1;
    let threshold = f32::midpoint(1.0, ink).max(certain);
    let inked: Vec<bool> = patch
        .values
        .iter()
        .map(|&value| value < threshold)
        .collect();
    let mut kept = vec![false; inked.len()];
    let (mut total, mut crosses) = (0, false);
    let mut largest = 0;
    let pieces = scan::regions(side, &inked);
    // A piece must be certain somewhere, and no speck, and not only at the frame.
    let rim = (side as f64 * 0.045) as usize;
    for piece in &pieces {
        let count = piece
            .iter()
            .filter(|&&at| patch.values[at] < certain)
            .count();
        let depth = piece.iter().map(|&at| {
            let (x, y) = (at % side, at / side);
            x.min(y).min(side - 1 - x).min(side - 1 - y)
        });
        let (near, deep) = depth.fold((side, 0), |(near, deep), depth| {
            (near.min(depth), deep.max(depth))
        });
        if count < dot.div_ceil(2) || piece.len() < dot || near == 0 && deep <= rim {
            continue;
        }
        crosses |= near == 0;
        total += piece.len();
        largest = largest.max(piece.len());
        piece.iter().for_each(|&at| kept[at] = true);
    }
    if total == 0 {
        return empty;
    }
    let drawing = scan::drawing_of(side, side, &kept);
    let clear = 1.0 - ink > 1.6 * LEAST.max(GRAIN * grain);
    Content {
        is_sure: drawing.is_some() && clear && !crosses && largest >= 2 * dot,
        drawing,
    }
}
