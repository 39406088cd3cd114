//! How far a page that isn't flat departs from one that is, by the frames of its cells. Refuses to know
//! what is in the cells.

use super::layout::Layout;
use super::projection::{Point, Projection, sample, solve};
use super::svg::FRAME;
use crate::picture::Gray;

/// Farthest that a frame is looked for, mm.
const FAR: f64 = 3.0;
/// From one place that is tried to the next, mm.
const STEP: f64 = 0.2;
/// Factors that change less are found, mm.
const SETTLED: f64 = 0.1;
/// Least that a frame is darker than the paper beside it, as a part of the paper's brightness.
const LEAST: f64 = 0.04;

/// Where the frames of cells lie beside their places on a flat page, as polynomials of the place.
#[derive(Clone, Debug)]
pub(super) struct Bend {
    factors: [[f64; 6]; 2],
    size: [f64; 2],
}

/// A frame: its cell's place, how far beside its place it lies, and how much darker than paper it is.
#[derive(Clone, Copy, Debug)]
struct Frame {
    middle: Point,
    shift: [f64; 2],
    dark: [f64; 2],
}

impl Bend {
    /// The bend of a page with so many cells, and for each whether its frame is seen.
    pub(super) fn new(
        photo: &Gray,
        view: &Projection,
        layout: Layout,
        cells: usize,
        rounds: usize,
    ) -> (Self, Vec<bool>) {
        let mut bend = Self {
            factors: [[0.0; 6]; 2],
            size: layout.paper().size(),
        };
        let mut seen = vec![false; cells];
        // What was out of reach is nearer then.
        for _ in 0..rounds {
            let frames: Vec<Frame> = (0..cells)
                .map(|cell| frame(photo, &|place| bend.of(view, place), layout, cell))
                .collect();
            let moved = (0..2)
                .map(|axis| bend.fit(&frames, axis))
                .fold(0.0, f64::max);
            for (seen, frame) in seen.iter_mut().zip(&frames) {
                *seen = frame.dark.iter().all(|&dark| dark >= LEAST);
            }
            if moved < SETTLED {
                break;
            }
        }
        (bend, seen)
    }

    /// Where the photo shows a place of the page.
    pub(super) fn of(&self, view: &Projection, place: Point) -> Point {
        let terms = self.terms(place);
        let shift = self.factors.map(|factors| dot(&factors, &terms));
        view.of([place[0] + shift[0], place[1] + shift[1]])
    }

    fn terms(&self, [x, y]: Point) -> [f64; 6] {
        let (x, y) = (x / self.size[0] * 2.0 - 1.0, y / self.size[1] * 2.0 - 1.0);
        [1.0, x, y, x * x, x * y, y * y]
    }

    /// Adds what the frames say, most of which are seen right: weights fall with the distance to the others.
    /// Gives by how much that changes a factor at most, mm.
    fn fit(&mut self, frames: &[Frame], axis: usize) -> f64 {
        let used: Vec<&Frame> = frames
            .iter()
            .filter(|frame| frame.dark[axis] >= LEAST)
            .collect();
        let mut weights: Vec<f64> = used.iter().map(|frame| frame.dark[axis].min(0.3)).collect();
        let mut factors = [0.0; 6];
        for _ in 0..4 {
            // Weakly held to no bend: few cells don't say how a whole page is bent.
            let mut rows = [[0.0; 7]; 6];
            for (at, row) in rows.iter_mut().enumerate() {
                row[at] = if at < 1 { 0.02 } else { 0.2 };
            }
            for (frame, weight) in used.iter().zip(&weights) {
                let terms = self.terms(frame.middle);
                for (row, term) in rows.iter_mut().zip(terms) {
                    for (value, other) in row.iter_mut().zip(terms) {
                        *value += weight * term * other;
                    }
                    row[6] += weight * term * frame.shift[axis];
                }
            }
            let Some(solved) = solve(rows) else {
                return 0.0;
            };
            factors = solved;
            for (frame, weight) in used.iter().zip(&mut weights) {
                let left = frame.shift[axis] - dot(&factors, &self.terms(frame.middle));
                *weight = frame.dark[axis].min(0.3) / (1.0 + (left / 0.8).powi(2)).powi(2);
            }
        }
        for (factor, by) in self.factors[axis].iter_mut().zip(factors) {
            *factor += by;
        }
        factors.iter().fold(0.0, |most, by| most.max(by.abs()))
    }
}

fn dot(one: &[f64; 6], other: &[f64; 6]) -> f64 {
    one.iter().zip(other).map(|(a, b)| a * b).sum()
}

/// Looks for a cell's frame: its upright lines and its level ones.
fn frame(photo: &Gray, of: &impl Fn(Point) -> Point, layout: Layout, cell: usize) -> Frame {
    const PLACES: usize = 32;
    let area = layout.cell(cell);
    let steps = (FAR / STEP) as i32;
    // Mean brightness of both lines of a direction, by how far they are moved.
    let profile = |upright: bool| -> Vec<f64> {
        // A millimetre farther: lines are compared with the paper beside them.
        let edge = (1.2 / STEP) as i32;
        (-steps - edge..=steps + edge)
            .map(|step| {
                let shift = f64::from(step) * STEP;
                let mut sum = 0.0;
                for side in [FRAME / 2.0, area.width - FRAME / 2.0] {
                    for at in 0..PLACES {
                        let along = area.width * (at as f64 + 0.5) / PLACES as f64;
                        let place = if upright {
                            [area.x + side + shift, area.y + along]
                        } else {
                            [area.x + along, area.y + side + shift]
                        };
                        sum += f64::from(sample(photo, of(place)));
                    }
                }
                sum / (2 * PLACES) as f64
            })
            .collect()
    };
    let (mut shift, mut dark) = ([0.0; 2], [0.0; 2]);
    for (axis, upright) in [(0, true), (1, false)] {
        let profile = profile(upright);
        let beside = (1.0 / STEP) as usize;
        let mut best = (f64::MIN, 0.0);
        let first = (1.2 / STEP) as usize;
        for at in first..profile.len() - first {
            let paper = f64::midpoint(profile[at - beside], profile[at + beside]).max(1.0);
            let line = (profile[at - 1] + 2.0 * profile[at] + profile[at + 1]) / 4.0;
            let moved = (at as f64 - (profile.len() / 2) as f64) * STEP;
            let dark = (paper - line) / paper - 0.004 * moved.abs();
            if dark > best.0 {
                best = (dark, moved);
            }
        }
        (dark[axis], shift[axis]) = best;
    }
    Frame {
        middle: area.middle(),
        shift,
        dark,
    }
}
