//! Matrices and kernels as whole numbers of 8 bits, each row with a scale of its own.
//!
//! A row is what makes one output: `[out, ...]` has `out` rows. Value = number * the row's scale, and
//! the scale is the row's largest magnitude / 127, so that no value is off by more than half of it.
//! In the file the scales of `dense.weight` are the f32 tensor `dense.weight.row_scale`, `[out]`.
//! Knows no files.

/// Behind a tensor's name, the name of its scales.
const SUFFIX: &str = ".row_scale";

/// Largest number of a row; -128 is not used, so that the range is the same both ways.
const LARGEST: f32 = 127.0;

/// The name of the scales of a tensor.
#[must_use]
pub fn scales_of(name: &str) -> String {
    format!("{name}{SUFFIX}")
}

/// The name of the tensor whose scales these are, where the name is one of scales.
pub(super) fn scaled_by(name: &str) -> Option<&str> {
    name.strip_suffix(SUFFIX)
}

/// Numbers and scales of `rows` rows of equal length.
#[must_use]
pub fn quantised(values: &[f32], rows: usize) -> (Vec<i8>, Vec<f32>) {
    let length = (values.len() / rows.max(1)).max(1);
    let mut numbers = Vec::with_capacity(values.len());
    let mut scales = Vec::with_capacity(rows);
    for row in values.chunks_exact(length) {
        let largest = row
            .iter()
            .fold(0f32, |largest, value| largest.max(value.abs()));
        let scale = largest / LARGEST;
        // A row of zeros has no scale to divide by.
        let inverse = if scale > 0.0 { 1.0 / scale } else { 0.0 };
        let number = |value: &f32| (value * inverse).round().clamp(-LARGEST, LARGEST) as i8;
        numbers.extend(row.iter().map(number));
        scales.push(scale);
    }
    (numbers, scales)
}

/// The values of numbers, given as bytes, and their rows' scales.
pub(super) fn restored(numbers: &[u8], scales: &[f32]) -> Vec<f32> {
    let length = (numbers.len() / scales.len().max(1)).max(1);
    let rows = numbers.chunks_exact(length).zip(scales);
    rows.flat_map(|(row, &scale)| {
        row.iter()
            .map(move |&number| f32::from(number.cast_signed()) * scale)
    })
    .collect()
}

#[cfg(all(test, not(target_family = "wasm")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bytes(numbers: &[i8]) -> Vec<u8> {
        numbers
            .iter()
            .map(|number| number.cast_unsigned())
            .collect()
    }

    proptest! {
        #[test]
        fn no_value_is_off_by_more_than_half_its_rows_scale(
            rows in 1usize..5,
            values in prop::collection::vec(-1e4f32..1e4, 12 * 5),
        ) {
            let values = &values[..12 * rows];
            let (numbers, scales) = quantised(values, rows);
            prop_assert_eq!(scales.len(), rows);
            let back = restored(&bytes(&numbers), &scales);
            for (at, (value, back)) in values.iter().zip(&back).enumerate() {
                // A thousandth for the rounding of f32.
                prop_assert!((value - back).abs() <= scales[at / 12] * 0.501);
            }
        }
    }

    #[test]
    fn a_row_of_zeros_stays_one_and_whole_steps_come_back_exactly() {
        let values = [0.0, 0.0, 0.0, -127.0, 64.0, 1.0];
        let (numbers, scales) = quantised(&values, 2);
        assert_eq!(scales, [0.0, 1.0]);
        assert_eq!(restored(&bytes(&numbers), &scales), values);
    }
}
