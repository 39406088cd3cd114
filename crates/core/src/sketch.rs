//! A drawing as strokes on a grid, in some 22 bytes: what sets and addresses keep of a person's hand.
//!
//! Strokes become the lines between pixels of the sheet that take the fewest bits (as Imai and Iri 1988 find the
//! fewest points), and are written as differences. Pressure and time are not kept. Refuses to know sets and pads.

mod bits;

use crate::Bitmap;
use crate::bitmap::SIDE;
use crate::ink::{Ink, Pen, Point, Stroke, rasterise};

/// Farthest that a point of the pen's way lies from its sketch, pixels of the sheet.
pub const TOLERANCE: f32 = 1.5;

/// Points that lie nearer to the last one than this, in pixels, are not looked at: a slow pen leaves many.
const NEAR: f32 = 0.25;

/// Most points that one line leaves out. It bounds the time for a slow pen: 250 points are 62 pixels at least.
const LONGEST: usize = 250;

/// Most points of a sketch: drawings of Omniglot have 14 in the mean and 57 at most. What needs more is
/// kept as pixels.
pub const MAX_POINTS: usize = 400;

/// Coordinates of points: the sheet, and what a pen may leave it by.
const PLACES: std::ops::RangeInclusive<i32> = -20..=(SIDE as i32 + 20);

/// Where the first difference begins: the middle of the sheet.
const MIDDLE: [i32; 2] = [52, 52];

/// Order of the code of differences: half of them are below 6 pixels.
const STEP: u32 = 3;

/// Order of the code of counts of points: most strokes have two or three.
const COUNT: u32 = 0;

/// A drawing as strokes on a grid. It has a stroke at least, and each has a point at least.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Sketch {
    /// Column and row of each point, in pixels of the sheet.
    strokes: Vec<Vec<[i32; 2]>>,
}

impl Sketch {
    /// The sketch of an ink; `None` where nothing is drawn, or more than [`MAX_POINTS`] are needed. Ink that lies on
    /// the grid already, as that of a sketch does, is taken as it is.
    #[must_use]
    pub fn of(ink: &Ink) -> Option<Self> {
        let strokes = ink.strokes.iter().map(|stroke| {
            let points = stroke.points.iter();
            let points = points.filter(|point| point.x.is_finite() && point.y.is_finite());
            points.map(|point| [point.x, point.y]).collect::<Vec<_>>()
        });
        let strokes: Vec<Vec<[f32; 2]>> = strokes.filter(|stroke| !stroke.is_empty()).collect();
        let on_grid = |at: &f32| at.fract() == 0.0 && PLACES.contains(&(*at as i32));
        let is_sketch = strokes.iter().flatten().flatten().all(on_grid);
        let sketched = strokes.iter().map(|stroke| {
            if is_sketch {
                let mut points: Vec<_> = stroke.iter().copied().map(on_sheet).collect();
                points.dedup();
                points
            } else {
                simplified(stroke)
            }
        });
        let strokes: Vec<_> = sketched.collect();
        let points = strokes.iter().map(Vec::len).sum::<usize>();
        (1..=MAX_POINTS)
            .contains(&points)
            .then_some(Self { strokes })
    }

    /// Its strokes for a pen, without pressure and times.
    #[must_use]
    pub fn ink(&self) -> Ink {
        let stroke = |points: &Vec<[i32; 2]>| Stroke {
            points: points
                .iter()
                .map(|&[x, y]| Point::at(x as f32, y as f32))
                .collect(),
        };
        Ink {
            strokes: self.strokes.iter().map(stroke).collect(),
        }
    }

    /// What Omniglot's pen leaves of it.
    #[must_use]
    pub fn bitmap(&self) -> Bitmap {
        rasterise(&self.ink(), Pen::OMNIGLOT)
    }

    /// Number of points of all strokes.
    #[must_use]
    pub fn points(&self) -> usize {
        self.strokes.iter().map(Vec::len).sum()
    }

    /// Writes it behind other bytes (docs/formats/set.md).
    pub fn write(&self, bytes: &mut Vec<u8>) {
        let mut writer = bits::Writer::default();
        // It has one at least.
        writer.number(self.strokes.len() as u32 - 1, COUNT);
        let mut last = MIDDLE;
        for stroke in &self.strokes {
            writer.number(stroke.len() as u32 - 1, COUNT);
            for &point in stroke {
                for axis in [0, 1] {
                    writer.signed(point[axis] - last[axis], STEP);
                }
                last = point;
            }
        }
        bytes.extend(writer.finish());
    }

    /// Reads one, and gives what is behind it; `None` where the bytes begin with none.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let mut reader = bits::Reader::new(bytes);
        let count = reader.number(COUNT)? as usize + 1;
        let mut strokes = Vec::new();
        let mut points = 0;
        let mut last = MIDDLE;
        for _ in 0..count {
            let length = reader.number(COUNT)? as usize + 1;
            points += length;
            if points > MAX_POINTS {
                return None;
            }
            let mut stroke = Vec::with_capacity(length);
            for _ in 0..length {
                for at in &mut last {
                    *at += reader.signed(STEP)?;
                    if !PLACES.contains(at) {
                        return None;
                    }
                }
                stroke.push(last);
            }
            strokes.push(stroke);
        }
        Some((Self { strokes }, reader.rest()?))
    }

    /// The sketch as text for an address ([`crate::base64url`]).
    #[must_use]
    pub fn to_address(&self) -> String {
        let mut bytes = Vec::new();
        self.write(&mut bytes);
        crate::base64url::encode(&bytes)
    }

    /// The sketch in an address's text; `None` where it is not exactly one.
    #[must_use]
    pub fn from_address(text: &str) -> Option<Self> {
        let bytes = crate::base64url::decode(text)?;
        let (sketch, rest) = Self::read(&bytes)?;
        rest.is_empty().then_some(sketch)
    }
}

/// The pixel of the sheet that is nearest to a point.
fn on_sheet(point: [f32; 2]) -> [i32; 2] {
    point.map(|at| (at.round() as i32).clamp(*PLACES.start(), *PLACES.end()))
}

/// The pixels between which lines pass every point of a way within [`TOLERANCE`], and that take the fewest bits; of
/// several the nearest. The first and the last are those of the way. They are the shortest path from its first point to
/// its last, where a step from one to another is as long as its code and there is one only where nothing between them
/// is too far from the line.
fn simplified(way: &[[f32; 2]]) -> Vec<[i32; 2]> {
    let mut points: Vec<[f32; 2]> = Vec::new();
    for (at, &point) in way.iter().enumerate() {
        let is_near = |last: &[f32; 2]| distance_squared(point, *last, *last) < NEAR * NEAR;
        let is_last = at + 1 == way.len();
        if is_last || !points.last().is_some_and(is_near) {
            points.push(point);
        }
    }
    let pixels: Vec<[i32; 2]> = points.iter().copied().map(on_sheet).collect();
    let corners: Vec<[f32; 2]> = pixels.iter().map(|at| at.map(|at| at as f32)).collect();
    // A point that is not looked at is near one that is.
    let bound = (TOLERANCE - NEAR) * (TOLERANCE - NEAR);
    // Of the best way to each point its bits, its distances from the pen's, and the point before.
    let mut best = vec![(u32::MAX, 0.0, 0); points.len()];
    if let Some(first) = best.first_mut() {
        first.0 = 0;
    }
    for from in 0..points.len() {
        for to in from + 1..points.len().min(from + 1 + LONGEST) {
            let between = points[from + 1..to].iter();
            let away = between.map(|&point| distance_squared(point, corners[from], corners[to]));
            // A pen outside of the sheet is at its edge, however far that is; the next point is always in reach.
            let sum = away
                .map(|away| (away <= bound).then_some(away))
                .sum::<Option<f32>>();
            let Some(away) = sum else { continue };
            let steps = [0, 1].map(|axis| pixels[to][axis] - pixels[from][axis]);
            let bits = best[from].0
                + steps
                    .map(|step| bits::signed_length(step, STEP))
                    .iter()
                    .sum::<u32>();
            let away = best[from].1 + away;
            if (bits, away) < (best[to].0, best[to].1) {
                best[to] = (bits, away, from);
            }
        }
    }
    let Some(mut at) = points.len().checked_sub(1) else {
        return Vec::new();
    };
    let mut kept = vec![pixels[at]];
    while at > 0 {
        at = best[at].2;
        kept.push(pixels[at]);
    }
    kept.reverse();
    kept.dedup();
    kept
}

/// The square of a point's distance from a line between two.
fn distance_squared(point: [f32; 2], from: [f32; 2], to: [f32; 2]) -> f32 {
    let minus = |a: [f32; 2], b: [f32; 2]| [a[0] - b[0], a[1] - b[1]];
    let dot = |a: [f32; 2], b: [f32; 2]| a[0] * b[0] + a[1] * b[1];
    let (way, off) = (minus(to, from), minus(point, from));
    let length = dot(way, way);
    let along = if length > 0.0 {
        (dot(off, way) / length).clamp(0.0, 1.0)
    } else {
        0.0
    };
    let away = [off[0] - along * way[0], off[1] - along * way[1]];
    dot(away, away)
}

#[cfg(test)]
#[path = "sketch/tests.rs"]
mod tests;
