//! The golden query: two drawings by formula that every device must embed and score alike.
//!
//! On wasm a shader that fails validation gives wrong numbers and no error (cubecl#1641); so no
//! result of a device is shown before its golden numbers agree with the CPU's.

use burn::tensor::{Device, Transaction};
use twinglyph_core::{Bitmap, Views, bitmap};
use twinglyph_model::{Embedding, Twin};

/// Largest relative difference that passes. f32 sums of 2,304 terms in another order differ by
/// some 1e-6; a wrong kernel by 1e-1 and more.
pub(crate) const TOLERANCE: f32 = 1e-3;

/// A ring with a bar across it, and a zigzag: curves, straight lines, corners and blank corners.
fn drawings() -> [Bitmap; 2] {
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

/// The golden numbers of a network on its device: embeddings and scores of the two drawings.
///
/// # Errors
/// What the device said when it could not compute or read.
pub(crate) async fn numbers(twin: &Twin, device: &Device) -> Result<Vec<f32>, String> {
    read(twin, twin.embed(twin.batch(&drawings(), device))).await
}

async fn read(twin: &Twin, embedding: Embedding) -> Result<Vec<f32>, String> {
    let scores = twin.score(&embedding, &embedding);
    let mut transaction = Transaction::default()
        .register(embedding.global)
        .register(scores);
    if let Some(local) = embedding.local {
        transaction = transaction.register(local);
    }
    let data = transaction
        .execute_async()
        .await
        .map_err(|error| error.to_string())?;
    let mut numbers = Vec::new();
    for tensor in data {
        numbers.extend(
            tensor
                .try_to_vec::<f32>()
                .map_err(|error| format!("{error:?}"))?,
        );
    }
    Ok(numbers)
}

/// The same numbers, of drawings embedded by hand.
///
/// # Errors
/// What the device said when it could not compute or read.
pub(crate) async fn numbers_by_hand(twin: &Twin, device: &Device) -> Result<Vec<f32>, String> {
    let embedding = twin.embed_views(&drawings(), Views::One, device);
    read(twin, embedding).await
}

/// The largest difference of two such lists relative to the larger of 1 and the expected
/// number; infinite where they differ in length or hold no number.
pub(crate) fn deviation(found: &[f32], expected: &[f32]) -> f32 {
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

/// Sums that stand for a list of golden numbers.
pub(crate) const SUMS: usize = 8;

/// The numbers in eight sums with signs without a pattern. A wrong kernel is off by 1e-1 and more in
/// many numbers; a few of them, or one that is off by some 1e-2, show in a sum by [`TOLERANCE`].
pub(crate) fn sums(numbers: &[f32]) -> [f32; SUMS] {
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
