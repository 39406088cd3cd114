//! Two ways to recognise a character without learning: nearest neighbour on pixels, and the
//! modified Hausdorff distance.
//!
//! Their errors on the official trials are known (324 and 155 of 400), so they check the data and
//! the way of counting. Refuses to know networks.

use crate::bitmap::SIDE;
use crate::runs::Run;
use crate::score::{Tally, best};
use crate::{Alphabet, Bitmap};

/// A way to tell how unlike two drawings are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Baseline {
    /// Number of pixels that differ.
    Pixels,
    /// [`hausdorff`].
    Hausdorff,
}

/// A drawing that a run names is not among the alphabets.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{alphabet}/character{:02} by drawer {} is missing; load the whole evaluation set", character + 1, drawer + 1)]
pub struct MissingDrawing {
    alphabet: &'static str,
    character: u16,
    drawer: u8,
}

impl Baseline {
    /// Scores of each query with each example, query by query: the distance negated, so that
    /// higher is more alike; minus infinity where a drawing is blank and the distance infinite.
    #[must_use]
    pub fn scores(self, queries: &[&Bitmap], support: &[&Bitmap]) -> Vec<Vec<f32>> {
        match self {
            Self::Pixels => table(queries, support, |a, b| -(pixels(a, b) as f32)),
            Self::Hausdorff => {
                let shapes = |drawings: &[&Bitmap]| -> Vec<Shape> {
                    drawings.iter().map(|bitmap| Shape::new(bitmap)).collect()
                };
                table(&shapes(queries), &shapes(support), |a, b| {
                    -(a.distance(b) as f32)
                })
            }
        }
    }

    /// Errors on the runs' trials; of equal classes the first is the answer.
    ///
    /// # Errors
    /// When the alphabets lack a drawing.
    pub fn measure(self, runs: &[Run], alphabets: &[Alphabet]) -> Result<Tally, MissingDrawing> {
        let find = |drawing: crate::runs::DrawingRef| {
            drawing.find(alphabets).ok_or(MissingDrawing {
                alphabet: drawing.alphabet,
                character: drawing.character,
                drawer: drawing.drawer,
            })
        };
        let mut tally = Tally::default();
        for run in runs {
            let support = run.support.iter().copied().map(find);
            let support = support.collect::<Result<Vec<_>, _>>()?;
            let queries = run.queries.iter().map(|query| find(query.drawing));
            let scores = self.scores(&queries.collect::<Result<Vec<_>, _>>()?, &support);
            for (query, scores) in run.queries.iter().zip(scores) {
                tally.add(best(&scores) == query.answer);
            }
        }
        Ok(tally)
    }
}

/// A score for each query and example, query by query.
fn table<T>(queries: &[T], support: &[T], score: impl Fn(&T, &T) -> f32) -> Vec<Vec<f32>> {
    queries
        .iter()
        .map(|query| support.iter().map(|one| score(query, one)).collect())
        .collect()
}

/// Number of pixels that differ.
#[must_use]
pub fn pixels(a: &Bitmap, b: &Bitmap) -> u32 {
    let bytes = a.as_bytes().iter().zip(b.as_bytes());
    bytes.map(|(x, y)| (x ^ y).count_ones()).sum()
}

/// The modified Hausdorff distance of two drawings' ink, in pixels (Dubuisson and Jain 1994), as
/// Omniglot's demonstration has it: each ink is centred on its mean; of the two mean distances
/// from a pixel of one to the nearest of the other, the larger. Infinite where one is blank.
#[must_use]
pub fn hausdorff(a: &Bitmap, b: &Bitmap) -> f64 {
    Shape::new(a).distance(&Shape::new(b))
}

/// A drawing's ink, prepared for distances.
struct Shape {
    ink: Vec<(usize, usize)>,
    /// Mean row and column of the ink.
    mean: (f64, f64),
    /// For each row and column the column of the last ink at or left of it in that row, or
    /// [`NONE`].
    left: Box<[[u8; SIDE]; SIDE]>,
    /// The same to the right.
    right: Box<[[u8; SIDE]; SIDE]>,
}

/// No ink there.
const NONE: u8 = u8::MAX;

impl Shape {
    fn new(bitmap: &Bitmap) -> Self {
        let ink: Vec<(usize, usize)> = bitmap.ink().collect();
        let count = ink.len() as f64;
        let sum = ink
            .iter()
            .fold((0, 0), |sum, &(row, column)| (sum.0 + row, sum.1 + column));
        let mut left = Box::new([[NONE; SIDE]; SIDE]);
        let mut right = left.clone();
        for (row, (left, right)) in left.iter_mut().zip(right.iter_mut()).enumerate() {
            let mut last = NONE;
            for (column, to) in left.iter_mut().enumerate() {
                if bitmap.get(row, column) {
                    last = column as u8;
                }
                *to = last;
            }
            last = NONE;
            for (column, to) in right.iter_mut().enumerate().rev() {
                if bitmap.get(row, column) {
                    last = column as u8;
                }
                *to = last;
            }
        }
        Self {
            ink,
            mean: (sum.0 as f64 / count, sum.1 as f64 / count),
            left,
            right,
        }
    }

    /// [`hausdorff`] of two shapes.
    fn distance(&self, other: &Self) -> f64 {
        if self.ink.is_empty() || other.ink.is_empty() {
            return f64::INFINITY;
        }
        self.mean_nearest(other).max(other.mean_nearest(self))
    }

    /// Mean distance from a pixel of this ink to the nearest of the other.
    fn mean_nearest(&self, other: &Self) -> f64 {
        let shift = (other.mean.0 - self.mean.0, other.mean.1 - self.mean.1);
        let distances = self
            .ink
            .iter()
            .map(|&(row, column)| other.nearest_ink(row as f64 + shift.0, column as f64 + shift.1));
        distances.sum::<f64>() / self.ink.len() as f64
    }

    /// Distance from a point to the nearest ink. Rows are searched from the point's own outwards,
    /// until a row alone is farther than what is found.
    fn nearest_ink(&self, row: f64, column: f64) -> f64 {
        let last = (SIDE - 1) as f64;
        let start = row.floor().clamp(0.0, last) as usize;
        let at = column.floor().clamp(0.0, last) as usize;
        let mut best = f64::INFINITY;
        let mut search = |rows: &mut dyn Iterator<Item = usize>| {
            for y in rows {
                let down = (y as f64 - row) * (y as f64 - row);
                // From the start on, a row farther away is farther from the point.
                if down >= best {
                    break;
                }
                let next = self.right[y].get(at + 1).copied().unwrap_or(NONE);
                for x in [self.left[y][at], next] {
                    if x != NONE {
                        let across = f64::from(x) - column;
                        best = best.min(down + across * across);
                    }
                }
            }
        };
        search(&mut (0..=start).rev());
        search(&mut (start + 1..SIDE));
        best.sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The distance by its definition, pair by pair.
    fn by_pairs(a: &Bitmap, b: &Bitmap) -> f64 {
        let centred = |bitmap: &Bitmap| {
            let ink: Vec<(f64, f64)> = bitmap.ink().map(|(y, x)| (y as f64, x as f64)).collect();
            let count = ink.len() as f64;
            let (y, x) = ink.iter().fold((0.0, 0.0), |s, p| (s.0 + p.0, s.1 + p.1));
            let shifted = ink.iter().map(|p| (p.0 - y / count, p.1 - x / count));
            shifted.collect::<Vec<_>>()
        };
        let (a, b) = (centred(a), centred(b));
        let mean = |from: &[(f64, f64)], to: &[(f64, f64)]| {
            let nearest = |p: &(f64, f64)| {
                let square = |q: &(f64, f64)| (p.0 - q.0).powi(2) + (p.1 - q.1).powi(2);
                to.iter().map(square).fold(f64::INFINITY, f64::min).sqrt()
            };
            from.iter().map(nearest).sum::<f64>() / from.len() as f64
        };
        mean(&a, &b).max(mean(&b, &a))
    }

    fn drawing() -> impl Strategy<Value = Bitmap> {
        prop::collection::vec((0..SIDE, 0..SIDE), 1..60).prop_map(|ink| {
            let mut bitmap = Bitmap::blank();
            for (row, column) in ink {
                bitmap.set(row, column, true);
            }
            bitmap
        })
    }

    proptest! {
        #[test]
        fn the_search_finds_what_all_pairs_give(a in drawing(), b in drawing()) {
            prop_assert!((hausdorff(&a, &b) - by_pairs(&a, &b)).abs() < 1e-9);
        }
    }

    #[test]
    fn a_shifted_drawing_is_at_no_distance() {
        let bar = |at| Bitmap::from_fn(|row, column| (at..at + 3).contains(&row) && column > 80);
        assert_eq!(hausdorff(&bar(4), &bar(60)), 0.0);
        assert_eq!(pixels(&bar(4), &bar(60)), 2 * 3 * 24);
        assert_eq!(hausdorff(&bar(4), &Bitmap::blank()), f64::INFINITY);
    }
}
