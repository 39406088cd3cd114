//! The self-test: two drawings by formula that every device must embed and score alike.

use twinglyph_core::{Bitmap, Views, bitmap};

use crate::{Twin, Values};

/// Largest relative difference that passes: f32 sums of 2,304 terms in another order differ by some 1e-6, a wrong
/// kernel by 1e-1 and more.
pub const TOLERANCE: f32 = 1e-3;

/// A ring with a bar across it, and a zigzag: curves, straight lines, corners and blank corners.
#[must_use]
pub fn drawings() -> [Bitmap; 2] {
    let middle = bitmap::SIDE as f32 / 2.0;
    let ring = Bitmap::from_fn(|row, column| {
        let (y, x) = (row as f32 - middle, column as f32 - middle);
        let radius = (x * x + y * y).sqrt();
        (30.0..34.0).contains(&radius) || (x - y).abs() < 2.5 && radius < 34.0
    });
    let zigzag = Bitmap::from_fn(|row, column| {
        let phase = row % 40;
        let at = if phase < 20 {
            20 + 3 * phase
        } else {
            20 + 3 * (40 - phase)
        };
        (15..90).contains(&row) && column.abs_diff(at) < 3
    });
    [ring, zigzag]
}

/// The self-test numbers of a network: of both drawings, embedded apart, which changes no number; the
/// whole drawings', the scores, the places'. `timed` is called for each embedding.
pub fn numbers(network: &Twin, mut timed: impl FnMut(&mut dyn FnMut())) -> Vec<f32> {
    let mut embedded = Vec::new();
    for drawing in drawings() {
        timed(&mut || embedded.push(network.embed([&drawing], Views::One)));
    }
    let both = Values::concat(&embedded);
    both.map(|both| numbers_of(network, &both))
        .unwrap_or_default()
}

/// The self-test numbers of a network from the embeddings of [`drawings`] by one view, on any device.
#[must_use]
pub fn numbers_of(network: &Twin, both: &Values) -> Vec<f32> {
    let scores = network.scores(both, both);
    both.global().chain(scores).chain(both.local()).collect()
}

/// The largest difference of two such lists relative to the larger of 1 and the expected
/// number; infinite where they differ in length or hold no number.
pub fn deviation(found: &[f32], expected: &[f32]) -> f32 {
    if found.len() != expected.len() {
        return f32::INFINITY;
    }
    found
        .iter()
        .zip(expected)
        .fold(0.0, |worst, (&found, &expected)| {
            let difference = (found - expected).abs() / expected.abs().max(1.0);
            if difference.is_nan() {
                f32::INFINITY
            } else {
                worst.max(difference)
            }
        })
}

/// Sums that stand for a list of self-test numbers.
pub const SUMS: usize = 8;

/// The numbers in eight sums with signs without a pattern. A wrong kernel is off by 1e-1 and more in
/// many numbers; a few of them, or one that is off by some 1e-2, show in a sum by [`TOLERANCE`].
pub fn sums(numbers: &[f32]) -> [f32; SUMS] {
    let mut sums = [0.0f64; SUMS];
    for (at, &number) in numbers.iter().enumerate() {
        // Knuth's multiplicative hash (The Art of Computer Programming, 6.4).
        let odd = (at as u32).wrapping_mul(2_654_435_769) >> 31 == 1;
        sums[at % SUMS] += f64::from(if odd { -number } else { number });
    }
    sums.map(|sum| sum as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_numbers_are_told_from_right_ones() {
        assert!(deviation(&[1.0, 20.0], &[1.000_01, 20.000_1]) < TOLERANCE);
        assert!(deviation(&[1.0, 20.0], &[1.0, 21.0]) > TOLERANCE);
        assert!(deviation(&[f32::NAN, 20.0], &[1.0, 20.0]) > TOLERANCE);
        assert!(deviation(&[0.0; 2], &[0.5, 0.5]) > TOLERANCE);
        assert!(deviation(&[1.0], &[1.0, 1.0]) > TOLERANCE);
    }

    #[test]
    fn sums_tell_one_wrong_number_of_many() {
        let right: Vec<f32> = (0..600).map(|at| (at as f32 * 0.7).sin()).collect();
        for at in 0..right.len() {
            let mut wrong = right.clone();
            wrong[at] += 0.02;
            assert!(deviation(&sums(&wrong), &sums(&right)) > TOLERANCE, "{at}");
        }
        assert!(deviation(&sums(&[f32::NAN; 9]), &sums(&right)) > TOLERANCE);
    }
}
