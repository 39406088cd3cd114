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
/// Widest stroke, mm.
const STROKE: f64 = 4.0;
/// Side of a pixel that the paper's brightness is taken from, mm.
const COARSE: f64 = 0.4;
/// How far around a cell its paper is looked at, mm: in a corner, a shadow is as narrow as a stroke.
const AROUND: f64 = 4.0;
/// Least ink is darker than paper, as a part of the paper's brightness.
const LEAST: f32 = 0.09;
/// How many times darker than grain ink is.
const GRAIN: f32 = 4.5;
/// Half of a square that grain is smoothed over, mm.
const SMOOTH: f64 = 0.12;
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
    /// By how much more ink is darker than paper there.
    doubt: Vec<f32>,
}

/// What is in each cell; `of` says where the photo shows a place of the page.
pub(super) fn read(
    photo: &Gray,
    of: &impl Fn(Point) -> Point,
    layout: Layout,
    cells: usize,
) -> Vec<Content> {
    (0..cells)
        .map(|cell| content(&patch(photo, of, layout, cell)))
        .collect()
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
    // A whole pixel of the photo apart, or more where pixels were mixed.
    let apart = (side as f64 / seen.max(1.0)).ceil() as usize;
    let mut raw = raw;
    let mut grain = grain(side, &raw, apart);
    let mut sorted = raw.clone();
    let bright = *sorted
        .select_nth_unstable_by(raw.len() * 3 / 4, f32::total_cmp)
        .1;
    if GRAIN * grain > LEAST * bright {
        // Grain that could be taken for ink is smoothed over less than a stroke's width.
        let reach = (SMOOTH / step).round().max(1.0) as usize;
        raw = smooth(side, &smooth(side, &raw, reach), reach);
        grain = self::grain(side, &raw, apart + 2 * reach + 1);
    }
    let paper = paper(photo, of, corner, &raw);
    let values = raw
        .iter()
        .zip(&paper)
        .map(|(raw, paper)| raw / paper)
        .collect();
    let doubt = paper
        .iter()
        .map(|paper| LEAST.max(GRAIN * grain / paper))
        .collect();
    Patch {
        side,
        values,
        doubt,
    }
}

/// The mean of a square around each pixel.
fn smooth(side: usize, values: &[f32], reach: usize) -> Vec<f32> {
    let sums = scan::Sums::of(side, side, |at| Some(values[at]));
    (0..values.len())
        .map(|at| sums.mean(at % side, at / side, reach))
        .collect()
}

/// Brightness of the paper under each pixel of a cell that is read from this corner on: what is darker over
/// less than [`STROKE`] is ink and left out, so that edges of shadows stay where they are.
fn paper(photo: &Gray, of: &impl Fn(Point) -> Point, corner: Point, raw: &[f32]) -> Vec<f32> {
    let side = raw.len().isqrt();
    let wide = SIDE + 2.0 * AROUND;
    let coarse = (wide / COARSE) as usize;
    let step = wide / coarse as f64;
    let means: Vec<f32> = (0..coarse * coarse)
        .map(|at| {
            let (row, column) = ((at / coarse) as f64, (at % coarse) as f64);
            let sum: f32 = [[0.25, 0.25], [0.75, 0.25], [0.25, 0.75], [0.75, 0.75]]
                .iter()
                .map(|[x, y]| {
                    let place = [
                        corner[0] - AROUND + (column + x) * step,
                        corner[1] - AROUND + (row + y) * step,
                    ];
                    sample(photo, of(place))
                })
                .sum();
            sum / 4.0
        })
        .collect();
    let reach = (STROKE / step / 2.0).round() as usize;
    let closed = extreme(
        coarse,
        &extreme(coarse, &means, reach, f32::max),
        reach,
        f32::min,
    );
    // The darker of what is near: between light and shadow there is no ink.
    let closed = extreme(coarse, &closed, 1, f32::min);
    let of = |at: usize| {
        let at = AROUND + (at as f64 + 0.5) * SIDE / side as f64;
        ((at / step) as usize).min(coarse - 1)
    };
    let mut paper: Vec<f32> = (0..raw.len())
        .map(|at| closed[of(at / side) * coarse + of(at % side)].max(1.0))
        .collect();
    // The closing prefers light grain: most of a cell is paper.
    let mut ratios: Vec<f32> = raw
        .iter()
        .zip(&paper)
        .map(|(raw, paper)| raw / paper)
        .collect();
    let middle = ratios.len() / 2;
    let ratio = *ratios.select_nth_unstable_by(middle, f32::total_cmp).1;
    paper
        .iter_mut()
        .for_each(|value| *value *= ratio.clamp(0.8, 1.25));
    paper
}

/// The most extreme of the values up to `reach` away, in both directions.
fn extreme(side: usize, values: &[f32], reach: usize, of: fn(f32, f32) -> f32) -> Vec<f32> {
    let near = |at: usize| at.saturating_sub(reach)..(at + reach + 1).min(side);
    let pass = |values: &[f32], upright: bool| -> Vec<f32> {
        (0..values.len())
            .map(|at| {
                let (row, column) = (at / side, at % side);
                if upright {
                    near(row)
                        .map(|row| values[row * side + column])
                        .fold(values[at], of)
                } else {
                    near(column)
                        .map(|column| values[row * side + column])
                        .fold(values[at], of)
                }
            })
            .collect()
    };
    pass(&pass(values, false), true)
}

/// The spread of paper's brightness (standard deviation), by how far pixels are from those `apart` to the
/// right.
fn grain(side: usize, values: &[f32], apart: usize) -> f32 {
    let mut steps: Vec<f32> = values
        .chunks_exact(side)
        .flat_map(|row| {
            row.iter()
                .zip(row.iter().skip(apart))
                .map(|(a, b)| (a - b).abs())
        })
        .collect();
    if steps.is_empty() {
        return 0.0;
    }
    // A third rather than a half: ink may cover much of a cell. Of a normal distribution, a third are less
    // than 0.43 deviations from its middle, and a difference of two is the root of two wider.
    let third = steps.len() / 3;
    *steps.select_nth_unstable_by(third, f32::total_cmp).1 / (0.4307 * std::f32::consts::SQRT_2)
}

fn content(patch: &Patch) -> Content {
    let empty = Content {
        drawing: None,
        is_sure: true,
    };
    let side = patch.side;
    let certain = |at: usize| patch.values[at] < 1.0 - patch.doubt[at];
    let mut strong: Vec<f32> = (0..patch.values.len())
        .filter(|&at| certain(at))
        .map(|at| patch.values[at])
        .collect();
    let dot = (DOT / (SIDE / side as f64).powi(2)).max(3.0) as usize;
    if strong.len() < dot {
        return empty;
    }
    // Ink is as dark as the darker part of what is certain; its edge lies halfway.
    let part = strong.len() / 4;
    let ink = *strong.select_nth_unstable_by(part, f32::total_cmp).1;
    let threshold = f32::midpoint(1.0, ink);
    let inked: Vec<bool> = (0..patch.values.len())
        .map(|at| patch.values[at] < threshold || certain(at))
        .collect();
    let mut kept = vec![false; inked.len()];
    let (mut total, mut crosses) = (0, false);
    let mut largest = 0;
    let pieces = scan::regions(side, &inked);
    // A piece must be certain somewhere, and no speck, and not only at the frame.
    let rim = (side as f64 * 0.045) as usize;
    for piece in &pieces {
        let count = piece.iter().filter(|&&at| certain(at)).count();
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
    let doubt = patch.doubt.iter().sum::<f32>() / patch.doubt.len() as f32;
    let clear = 1.0 - ink > 1.6 * doubt;
    Content {
        is_sure: drawing.is_some() && clear && !crosses && largest >= 2 * dot,
        drawing,
    }
}
