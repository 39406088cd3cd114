//! Drawers: how one hand turns a character into ink.
//!
//! A hand has habits that all its drawings share (slant, size, proportions, how much it trembles
//! and rounds corners, which strokes it draws first or backwards) and luck that each drawing has
//! anew. The amounts make nearest-neighbour recognition of canonical forms within an alphabet err about as often as on
//! Omniglot.

use super::path::Path;
use crate::bitmap::SIDE;
use crate::ink::{Ink, NOMINAL_PRESSURE, Point, Stroke};
use crate::rng::Rng;

/// Pixels between points, before the hand's wobble: what a mouse gives at a calm pace.
const STEP: f32 = 1.0;

/// Milliseconds a hand takes to the next stroke.
const LIFT: f32 = 150.0;

#[derive(Clone, Copy, Debug)]
pub(super) struct Hand {
    /// Sideways per unit of height.
    slant: f32,
    /// Radians.
    rotation: f32,
    /// Height of its characters, pixels.
    size: f32,
    /// Width to height is multiplied by this.
    widening: f32,
    /// Standard deviation of where knots land, in heights.
    carelessness: f32,
    /// Standard deviation of each stroke's own scale and rotation, as a share and in radians, and
    /// of its place, in heights (half of it).
    looseness: f32,
    /// Standard deviation of how strongly arcs are bent, as a share.
    bending: f32,
    /// Amplitude of the tremor, pixels.
    tremor: f32,
    /// Times the corners are smoothed.
    rounding: usize,
    /// Milliseconds a pixel.
    pace: f32,
    /// How likely a stroke is drawn backwards, and two are drawn in the other order.
    contrary: f32,
}

impl Hand {
    pub(super) fn sample(rng: &mut Rng) -> Self {
        Self {
            slant: 0.1 * rng.normal(),
            rotation: 0.05 * rng.normal(),
            size: rng.uniform(48.0, 82.0),
            widening: libm::expf(0.12 * rng.normal()),
            carelessness: rng.uniform(0.02, 0.07),
            looseness: rng.uniform(0.02, 0.1),
            bending: rng.uniform(0.1, 0.3),
            tremor: rng.uniform(0.1, 0.6),
            rounding: 1 + rng.index(10),
            pace: rng.uniform(4.0, 14.0),
            contrary: rng.uniform(0.0, 0.3),
        }
    }

    /// A drawing of a character, somewhere near the middle of the sheet.
    pub(super) fn draw(&self, character: &[Path], rng: &mut Rng) -> Ink {
        let size = self.size * (1.0 + 0.06 * rng.normal());
        let slant = self.slant + 0.04 * rng.normal();
        let rotation = self.rotation + 0.03 * rng.normal();
        let (sine, cosine) = (libm::sinf(rotation), libm::cosf(rotation));
        let width = size * self.widening;
        // Scaled, slanted (the top to the right), then rotated.
        let matrix = [
            [cosine * width, -cosine * slant * size - sine * size],
            [sine * width, -sine * slant * size + cosine * size],
        ];
        let middle = (SIDE - 1) as f32 / 2.0;
        let reach = (SIDE as f32 - self.size) / 4.0;
        let shift = [
            middle + rng.uniform(-reach, reach),
            middle + rng.uniform(-reach, reach),
        ];
        let mut paths: Vec<Path> = character
            .iter()
            .map(|path| self.retell(path, rng).map(matrix, shift))
            .collect();
        for at in 1..paths.len() {
            if rng.unit() < self.contrary {
                paths.swap(at - 1, at);
            }
        }
        let mut strokes: Vec<Vec<[f32; 2]>> = paths
            .iter()
            .map(|path| {
                let mut points = path.points(STEP);
                self.smooth(&mut points);
                self.shake(&mut points, rng);
                points
            })
            .collect();
        keep_on_sheet(&mut strokes);
        let mut clock = 0.0;
        let strokes = strokes.iter().map(|points| {
            let stroke = self.timed(points, clock);
            clock = stroke.points.last().map_or(clock, |point| point.t) + LIFT;
            stroke
        });
        Ink {
            strokes: strokes.collect(),
        }
    }

    /// The path as this hand means it this time, in the character's own coordinates.
    fn retell(&self, path: &Path, rng: &mut Rng) -> Path {
        let mut told = self.loosen(path, rng);
        let mut miss = |[x, y]: [f32; 2]| {
            [
                x + self.carelessness * rng.normal(),
                y + self.carelessness * rng.normal(),
            ]
        };
        told.start = miss(told.start);
        for leg in &mut told.legs {
            leg.to = miss(leg.to);
        }
        for leg in &mut told.legs {
            // Straight lines sag a little too.
            leg.bulge =
                leg.bulge * (1.0 + self.bending * rng.normal()) + 0.2 * self.bending * rng.normal();
        }
        if rng.unit() < self.contrary {
            told = told.reversed();
        }
        told
    }

    /// The path a little turned, stretched and moved about its start: where a stroke begins is
    /// what a hand aims at.
    fn loosen(&self, path: &Path, rng: &mut Rng) -> Path {
        let mut loose = || self.looseness * rng.normal();
        let (turn, wide, high) = (loose(), 1.0 + loose(), 1.0 + loose());
        let moved = [0.5 * loose(), 0.5 * loose()];
        let (sine, cosine) = (libm::sinf(turn), libm::cosf(turn));
        let matrix = [[cosine * wide, -sine * high], [sine * wide, cosine * high]];
        let [x, y] = path.start;
        let start = [
            matrix[0][0] * x + matrix[0][1] * y,
            matrix[1][0] * x + matrix[1][1] * y,
        ];
        path.map(matrix, [x - start[0] + moved[0], y - start[1] + moved[1]])
    }

    /// Rounds corners: every point moves halfway to the middle of its neighbours.
    fn smooth(&self, points: &mut [[f32; 2]]) {
        for _ in 0..self.rounding {
            let mut before = points.first().copied().unwrap_or_default();
            for at in 1..points.len().saturating_sub(1) {
                let (here, after) = (points[at], points[at + 1]);
                for axis in 0..2 {
                    points[at][axis] = 0.25 * before[axis] + 0.5 * here[axis] + 0.25 * after[axis];
                }
                before = here;
            }
        }
    }

    /// Adds a slow wander and a quicker tremor, as sums of sines along the stroke.
    fn shake(&self, points: &mut [[f32; 2]], rng: &mut Rng) {
        for axis in 0..2 {
            for wavelength in [70.0, 30.0, 14.0] {
                let turn = core::f32::consts::TAU / (wavelength * rng.uniform(0.8, 1.25));
                let phase = core::f32::consts::TAU * rng.unit();
                // Slow waves are higher: hands drift more than they shake.
                let height = self.tremor * rng.normal() * wavelength / 30.0;
                for (at, point) in points.iter_mut().enumerate() {
                    point[axis] += height * libm::sinf(phase + turn * STEP * at as f32);
                }
            }
        }
    }

    fn timed(&self, points: &[[f32; 2]], begin: f32) -> Stroke {
        let points = points.iter().enumerate().map(|(at, &[x, y])| Point {
            x,
            y,
            t: begin + self.pace * STEP * at as f32,
            pressure: NOMINAL_PRESSURE,
        });
        Stroke {
            points: points.collect(),
        }
    }
}

/// Moves the drawing, and shrinks it where that is not enough, so that the whole pen stays on the
/// sheet, as a person does without a thought.
fn keep_on_sheet(strokes: &mut [Vec<[f32; 2]>]) {
    /// Half the pen.
    const MARGIN: f32 = 3.0;
    let limit = (SIDE - 1) as f32 - MARGIN;
    let all = || strokes.iter().flatten();
    let spans: [[f32; 2]; 2] = std::array::from_fn(|axis| {
        let low = all().fold(f32::INFINITY, |low, point| low.min(point[axis]));
        let high = all().fold(f32::NEG_INFINITY, |high, point| high.max(point[axis]));
        [low, high]
    });
    let longest = spans
        .iter()
        .fold(0.0f32, |longest, [low, high]| longest.max(high - low));
    let scale = ((limit - MARGIN) / longest.max(1.0)).min(1.0);
    for (axis, [low, high]) in spans.into_iter().enumerate() {
        let middle = (low + high) / 2.0;
        let half = (high - low) / 2.0 * scale;
        let settled = middle.max(MARGIN + half).min(limit - half);
        for point in strokes.iter_mut().flatten() {
            point[axis] = settled + scale * (point[axis] - middle);
        }
    }
}

/// Height of a character in print, in pixels: about Omniglot's.
pub(super) const PRINT_HEIGHT: f32 = 70.0;

/// A character in print: on the middle of the sheet, as the script means it.
pub(super) fn print(character: &[Path]) -> Ink {
    let middle = (SIDE - 1) as f32 / 2.0;
    let strokes = character.iter().map(|path| {
        let placed = path.map([[PRINT_HEIGHT, 0.0], [0.0, PRINT_HEIGHT]], [middle, middle]);
        let points = placed.points(STEP);
        Stroke {
            points: points.iter().map(|&[x, y]| Point::at(x, y)).collect(),
        }
    });
    Ink {
        strokes: strokes.collect(),
    }
}
