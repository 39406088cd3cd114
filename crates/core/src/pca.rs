//! Principal components: points of many dimensions as a map of two.
//!
//! [`Pca::fit`] finds the two axes along which points differ most; others can be projected on them
//! later, so a map stays as it is while a new point moves on it. The axes come from the Gram matrix
//! of the points, which is small where there are few points of many dimensions, by block iteration
//! with a Rayleigh-Ritz step. Everything is `f64` sums, products and square roots from a fixed start,
//! so the same points give the same map everywhere. Refuses to know what the points are.

use crate::rng::Rng;

/// Axes of a map.
pub const AXES: usize = 2;

/// Most points of one map: their Gram matrix takes 32 MB.
pub const MOST_POINTS: usize = 2048;

/// Vectors that are iterated together. The error of the first two falls by the ratio of the ninth
/// eigenvalue to the second each time, so that a second and a third that are almost equal don't
/// make it slow.
const BLOCK: usize = 8;

/// Iterations at most: enough for a ratio of 0.9 to take an error to 1e-14.
const ITERATIONS: usize = 300;

/// The iteration ends when no eigenvalue that is asked for moves by more than this part of all
/// variance.
const STILL: f64 = 1e-14;

/// An axis with less than this part of all variance is rounding, and none.
const NOTHING: f64 = 1e-12;

/// Points whose variance is less than this part of their squared size are equal but for the rounding
/// of their mean: the next number of `f32` is 1e-7 away.
const EQUAL: f64 = 1e-24;

/// Seed of the vectors that the iteration starts from; any number would do.
const SEED: u64 = 0x7063_6131;

/// Points that can't be mapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PcaError {
    /// There is none.
    #[error("there is no point to map")]
    Empty,
    /// More than [`MOST_POINTS`].
    #[error("{0} points are more than can be mapped")]
    TooMany(usize),
    /// Points of different numbers of dimensions.
    #[error("points of different dimensions have no common map")]
    Ragged,
    /// A coordinate is infinite or no number.
    #[error("a point's coordinate is not a finite number")]
    NotFinite,
}

/// The axes of a map, and the points that made it.
#[derive(Clone, Debug, PartialEq)]
pub struct Pca {
    mean: Vec<f64>,
    /// Unit vectors at right angles; all zeros where the points don't differ that way.
    axes: [Vec<f64>; AXES],
    points: Vec<[f64; AXES]>,
    shares: [f64; AXES],
}

impl Pca {
    /// The map of these points, in the first axis the way in which they differ most. On each axis
    /// the point that is farthest from the middle, the first of equal ones, is on the positive side.
    ///
    /// # Errors
    /// When there are no points or too many, they differ in dimensions, or one is not finite.
    pub fn fit<P: AsRef<[f32]>>(points: &[P]) -> Result<Self, PcaError> {
        let first = points.first().ok_or(PcaError::Empty)?.as_ref();
        if points.len() > MOST_POINTS {
            return Err(PcaError::TooMany(points.len()));
        }
        let dimensions = first.len();
        for point in points {
            checked(point.as_ref(), dimensions)?;
        }
        let mut mean = vec![0.0; dimensions];
        for point in points {
            for (sum, &value) in mean.iter_mut().zip(point.as_ref()) {
                *sum += f64::from(value);
            }
        }
        mean.iter_mut().for_each(|sum| *sum /= points.len() as f64);
        let centred: Vec<Vec<f64>> = points
            .iter()
            .map(|point| from_mean(point.as_ref(), &mean))
            .collect();
        let gram: Vec<Vec<f64>> = centred
            .iter()
            .map(|one| centred.iter().map(|other| dot(one, other)).collect())
            .collect();
        let variance: f64 = gram.iter().enumerate().map(|(at, row)| row[at]).sum();
        let mut map = Self {
            axes: [vec![0.0; dimensions], vec![0.0; dimensions]],
            points: vec![[0.0; AXES]; points.len()],
            shares: [0.0; AXES],
            mean,
        };
        let values = points.iter().flat_map(AsRef::as_ref);
        let size: f64 = values
            .map(|&value| f64::from(value) * f64::from(value))
            .sum();
        if variance <= EQUAL * size {
            return Ok(map);
        }
        for (at, (eigenvalue, vector)) in leading(&gram, variance).into_iter().enumerate() {
            if eigenvalue <= NOTHING * variance {
                break;
            }
            let length = eigenvalue.sqrt();
            let sign = sign(&vector);
            for (share, point) in vector.iter().zip(&centred) {
                for (axis, value) in map.axes[at].iter_mut().zip(point) {
                    *axis += sign * share * value / length;
                }
            }
            map.shares[at] = eigenvalue / variance;
        }
        for (place, point) in map.points.iter_mut().zip(&centred) {
            *place = [dot(&map.axes[0], point), dot(&map.axes[1], point)];
        }
        Ok(map)
    }

    /// Where the points are that made the map.
    #[must_use]
    pub fn points(&self) -> &[[f64; AXES]] {
        &self.points
    }

    /// The share of the points' variance that each axis shows, 0 to 1; 0 where they don't differ.
    #[must_use]
    pub fn shares(&self) -> [f64; AXES] {
        self.shares
    }

    /// Where another point is on the map.
    ///
    /// # Errors
    /// When it has other dimensions, or is not finite.
    pub fn project(&self, point: &[f32]) -> Result<[f64; AXES], PcaError> {
        checked(point, self.mean.len())?;
        let point = from_mean(point, &self.mean);
        Ok([dot(&self.axes[0], &point), dot(&self.axes[1], &point)])
    }
}

fn checked(point: &[f32], dimensions: usize) -> Result<(), PcaError> {
    if point.len() != dimensions {
        return Err(PcaError::Ragged);
    }
    if point.iter().any(|value| !value.is_finite()) {
        return Err(PcaError::NotFinite);
    }
    Ok(())
}

fn from_mean(point: &[f32], mean: &[f64]) -> Vec<f64> {
    let both = point.iter().zip(mean);
    both.map(|(&value, mean)| f64::from(value) - mean).collect()
}

fn dot(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(a, b)| a * b).sum()
}

/// 1 or -1, so that a vector's largest component, the first of those as large, becomes positive.
fn sign(vector: &[f64]) -> f64 {
    let mut largest = 0.0f64;
    for &value in vector {
        // What differs by rounding is as large.
        if value.abs() > largest.abs() * (1.0 + 1e-9) {
            largest = value;
        }
    }
    if largest < 0.0 { -1.0 } else { 1.0 }
}

/// The largest eigenvalues of a symmetric matrix without negative ones, at most [`AXES`], with their
/// unit vectors, largest first.
fn leading(matrix: &[Vec<f64>], trace: f64) -> Vec<(f64, Vec<f64>)> {
    let mut rng = Rng::new(SEED);
    let mut block: Vec<Vec<f64>> = (0..BLOCK.min(matrix.len()))
        .map(|_| {
            let values = (0..matrix.len()).map(|_| f64::from(rng.unit()) - 0.5);
            values.collect()
        })
        .collect();
    orthonormalise(&mut block);
    let mut values = vec![0.0; block.len()];
    for _ in 0..ITERATIONS {
        let images: Vec<Vec<f64>> = block
            .iter()
            .map(|vector| matrix.iter().map(|row| dot(row, vector)).collect())
            .collect();
        // Within the block the eigenvectors are found exactly.
        let small: Vec<Vec<f64>> = block
            .iter()
            .map(|vector| images.iter().map(|image| dot(vector, image)).collect())
            .collect();
        let (ritz, turns) = jacobi(small);
        let moved = ritz.iter().zip(&values).take(AXES);
        let moved = moved.map(|(now, before)| (now - before).abs());
        let still = moved.fold(0.0, f64::max) <= STILL * trace;
        values = ritz;
        let turned = |vectors: &[Vec<f64>]| -> Vec<Vec<f64>> {
            let turn = |turn: &Vec<f64>| {
                (0..matrix.len())
                    .map(|at| turn.iter().zip(vectors).map(|(part, v)| part * v[at]).sum())
                    .collect()
            };
            turns.iter().map(turn).collect()
        };
        if still {
            block = turned(&block);
            break;
        }
        block = turned(&images);
        orthonormalise(&mut block);
    }
    values.into_iter().zip(block).take(AXES).collect()
}

/// Makes vectors unit vectors at right angles, each in turn to those before it; one that lies among
/// those before becomes zero.
fn orthonormalise(vectors: &mut [Vec<f64>]) {
    for at in 0..vectors.len() {
        let (before, rest) = vectors.split_at_mut(at);
        let Some(vector) = rest.first_mut() else {
            return;
        };
        let size = dot(vector, vector).sqrt();
        // Twice, as once leaves what rounding made.
        for _ in 0..2 {
            for other in before.iter() {
                let along = dot(vector, other);
                for (value, part) in vector.iter_mut().zip(other) {
                    *value -= along * part;
                }
            }
        }
        let length = dot(vector, vector).sqrt();
        let scale = if length > size * 1e-13 {
            length.recip()
        } else {
            0.0
        };
        vector.iter_mut().for_each(|value| *value *= scale);
    }
}

/// Eigenvalues of a small symmetric matrix, largest first, and their unit vectors, by Jacobi's
/// rotations.
fn jacobi(mut matrix: Vec<Vec<f64>>) -> (Vec<f64>, Vec<Vec<f64>>) {
    /// Sweeps at most: it converges quadratically, and eight rows need about six.
    const SWEEPS: usize = 30;
    let size = matrix.len();
    // Row by row the eigenvectors.
    let mut vectors: Vec<Vec<f64>> = (0..size)
        .map(|row| {
            (0..size)
                .map(|column| f64::from(u8::from(row == column)))
                .collect()
        })
        .collect();
    for _ in 0..SWEEPS {
        let mut turned = false;
        for p in 0..size {
            for q in p + 1..size {
                let off = matrix[p][q];
                if off == 0.0 || off.abs() <= 1e-17 * (matrix[p][p].abs() + matrix[q][q].abs()) {
                    continue;
                }
                turned = true;
                let theta = (matrix[q][q] - matrix[p][p]) / (2.0 * off);
                let tangent = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
                let cosine = (tangent * tangent + 1.0).sqrt().recip();
                let sine = tangent * cosine;
                let rotate = |one: &mut f64, other: &mut f64| {
                    let (a, b) = (*one, *other);
                    *one = cosine * a - sine * b;
                    *other = sine * a + cosine * b;
                };
                let rows = |rows: &mut [Vec<f64>]| {
                    let (before, after) = rows.split_at_mut(q);
                    for (one, other) in before[p].iter_mut().zip(&mut after[0]) {
                        rotate(one, other);
                    }
                };
                rows(&mut matrix);
                rows(&mut vectors);
                for row in &mut matrix {
                    let (before, after) = row.split_at_mut(q);
                    rotate(&mut before[p], &mut after[0]);
                }
            }
        }
        if !turned {
            break;
        }
    }
    let mut pairs: Vec<(f64, Vec<f64>)> = Vec::new();
    for (at, vector) in vectors.into_iter().enumerate() {
        let value = matrix[at][at];
        let place = pairs.iter().position(|(other, _)| *other < value);
        pairs.insert(place.unwrap_or(pairs.len()), (value, vector));
    }
    pairs.into_iter().unzip()
}

#[cfg(test)]
#[path = "pca/tests.rs"]
mod tests;
