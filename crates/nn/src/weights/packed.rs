//! Matrices and kernels as whole numbers of few bits, each row with a scale of its own.
//!
//! A row is what makes one output: `[out, ...]` has `out` rows. Value = (number - 2^(bits - 1)) * the row's
//! scale. A row's numbers lie one behind the other from the lowest bit of its first byte on, and each row
//! begins with a byte: the tensor is U8, `[out, bytes a row]`, and its scales are `rows::scales_of` its
//! name. Bits and true shape stand in the header's entry `X.packed` of a tensor `X`. Knows no files.

use std::ops::RangeInclusive;

/// Bits of a number that can be read and written.
pub const BITS: RangeInclusive<u32> = 3..=8;

/// Behind a tensor's name, the name of its entry in the header.
const SUFFIX: &str = ".packed";

/// Numbers that take whole bytes together: as many bytes as each has bits.
const GROUP: usize = 8;

/// How a tensor is packed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Packing {
    /// Of a number.
    bits: u32,
    /// Of the values: `[out, ...]`.
    pub(super) shape: Vec<usize>,
}

/// The name of a packed tensor's entry in the header.
pub(super) fn entry_of(name: &str) -> String {
    format!("{name}{SUFFIX}")
}

/// Is this the name of such an entry?
pub(super) fn is_entry(name: &str) -> bool {
    name.ends_with(SUFFIX)
}

impl Packing {
    /// Of values of this shape in numbers of so many bits.
    pub(super) fn new(bits: u32, shape: &[usize]) -> Self {
        Self {
            bits: bits.clamp(*BITS.start(), *BITS.end()),
            shape: shape.to_vec(),
        }
    }

    /// From its entry: bits and shape, as `5 64 128 3 3`. `None` where these are not numbers, the bits not in
    /// [`BITS`], or the shape without rows.
    pub(super) fn parse(entry: &str) -> Option<Self> {
        let mut numbers = entry.split(' ').map(str::parse);
        let bits = numbers.next()?.ok()?;
        let bits = u32::try_from(bits).ok()?;
        let mut shape = Vec::new();
        for number in numbers {
            shape.push(number.ok()?);
        }
        (BITS.contains(&bits) && !shape.is_empty()).then_some(Self { bits, shape })
    }

    /// What [`Packing::parse`] reads.
    pub(super) fn entry(&self) -> String {
        let shape = self.shape.iter().map(|size| format!(" {size}"));
        self.bits.to_string() + &shape.collect::<String>()
    }

    /// The shape of the bytes, `[out, bytes a row]`; `None` where it is beyond any memory.
    pub(super) fn stored(&self) -> Option<[usize; 2]> {
        let (&rows, row) = self.shape.split_first()?;
        let length = row
            .iter()
            .try_fold(1usize, |all, &size| all.checked_mul(size))?;
        let bytes = length.checked_mul(self.bits as usize)?.div_ceil(8);
        bytes.checked_mul(rows).map(|_| [rows, bytes])
    }

    /// Numbers of a row.
    fn length(&self) -> usize {
        self.shape.iter().skip(1).product()
    }

    /// The values of whole rows, given as bytes, with their scales.
    pub(super) fn restored(&self, bytes: &[u8], scales: &[f32]) -> Vec<f32> {
        let length = self.length();
        let mut values = vec![0.0; length * scales.len()];
        let of_row = (bytes.len() / scales.len().max(1)).max(1);
        let rows = bytes.chunks_exact(of_row).zip(scales);
        for ((row, &scale), values) in rows.zip(values.chunks_exact_mut(length.max(1))) {
            restore(self.bits, row, scale, values);
        }
        values
    }

    /// The bytes of values of this shape, and their rows' scales: of each row the one by which its squared
    /// error is least, of those that were tried.
    pub(super) fn quantised(&self, values: &[f32]) -> (Vec<u8>, Vec<f32>) {
        let rows = values.chunks_exact(self.length().max(1));
        let mut bytes = Vec::new();
        let mut scales = Vec::new();
        for row in rows {
            let scale = best_scale(row, self.bits);
            for group in row.chunks(GROUP) {
                let mut word = 0u64;
                for (at, &value) in group.iter().enumerate() {
                    let number = nearest(value, scale, self.bits) + half(self.bits);
                    word |= (number as u64) << (at as u32 * self.bits);
                }
                let taken = (group.len() * self.bits as usize).div_ceil(8);
                bytes.extend(&word.to_le_bytes()[..taken]);
            }
            scales.push(scale);
        }
        (bytes, scales)
    }
}

/// What is taken from a number: of as many bits, half of them are below 0.
fn half(bits: u32) -> f32 {
    (1u32 << (bits - 1)) as f32
}

/// Restores one row. A function of its own, as `halves::restore` is.
#[inline(never)]
fn restore(bits: u32, row: &[u8], scale: f32, values: &mut [f32]) {
    let (mask, half) = ((1 << bits) - 1, 1 << (bits - 1));
    let mut rest = row;
    for values in values.chunks_mut(GROUP) {
        // What is behind the group does no harm, and eight bytes are one load.
        let word = match rest.first_chunk() {
            Some(&bytes) => u64::from_le_bytes(bytes),
            None => rest
                .iter()
                .rev()
                .fold(0, |word, &byte| word << 8 | u64::from(byte)),
        };
        for (at, value) in (0..).zip(values) {
            let number = (word >> (at * bits)) as i32 & mask;
            *value = (number - half) as f32 * scale;
        }
        rest = rest.get(bits as usize..).unwrap_or_default();
    }
}

/// The number, from -2^(bits - 1) on, whose value is the nearest.
fn nearest(value: f32, scale: f32, bits: u32) -> f32 {
    let half = half(bits);
    match scale > 0.0 {
        true => (value / scale).round().clamp(-half, half - 1.0),
        // A row of zeros.
        false => 0.0,
    }
}

/// Shares of the plain scale, by which the largest magnitude is just reached, that are tried: rows are
/// bell-shaped, and finer steps for the many are worth that the few largest are cut.
const SHARES: u32 = 64;

/// The scale of a row by which the sum of its squared errors is least, of those that are tried; never worse
/// than the plain one.
fn best_scale(row: &[f32], bits: u32) -> f32 {
    let largest = row
        .iter()
        .fold(0f32, |largest, value| largest.max(value.abs()));
    let plain = largest / (half(bits) - 1.0);
    let mut best = (squared_error(row, plain, bits), plain);
    for share in SHARES / 4..=SHARES {
        let scale = plain * (share as f32 / SHARES as f32);
        let fitted = fitted_scale(row, scale, bits);
        for scale in [scale, fitted] {
            let error = squared_error(row, scale, bits);
            if error < best.0 {
                best = (error, scale);
            }
        }
    }
    best.1
}

/// Of the numbers that a scale gives a row, the scale that fits them best, by least squares.
fn fitted_scale(row: &[f32], scale: f32, bits: u32) -> f32 {
    let (mut products, mut squares) = (0f64, 0f64);
    for &value in row {
        let number = f64::from(nearest(value, scale, bits));
        products += number * f64::from(value);
        squares += number * number;
    }
    match squares > 0.0 {
        true => (products / squares) as f32,
        false => scale,
    }
}

fn squared_error(row: &[f32], scale: f32, bits: u32) -> f64 {
    let error = |&value: &f32| f64::from(value - nearest(value, scale, bits) * scale).powi(2);
    row.iter().map(error).sum()
}

#[cfg(all(test, not(target_family = "wasm")))]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Rows of a length, and bits.
    fn some() -> impl Strategy<Value = (Packing, Vec<f32>)> {
        (BITS, 1usize..5, 1usize..40).prop_flat_map(|(bits, rows, length)| {
            let values = prop::collection::vec(-1e4f32..1e4, rows * length);
            values.prop_map(move |values| (Packing::new(bits, &[rows, length]), values))
        })
    }

    proptest! {
        #[test]
        fn no_value_between_the_ends_is_off_by_more_than_half_its_rows_scale((packing, values) in some()) {
            let (bytes, scales) = packing.quantised(&values);
            let [rows, of_row] = packing.stored().unwrap();
            prop_assert_eq!((bytes.len(), scales.len()), (rows * of_row, rows));
            let back = packing.restored(&bytes, &scales);
            prop_assert_eq!(back.len(), values.len());
            let (length, half) = (packing.length(), half(packing.bits));
            for (at, (value, back)) in values.iter().zip(&back).enumerate() {
                let scale = scales[at / length];
                let nearest = value.clamp(-half * scale, (half - 1.0) * scale);
                // A thousandth for the rounding of f32.
                prop_assert!((nearest - back).abs() <= scale * 0.501, "{value} {back} {scale}");
            }
        }

        #[test]
        fn the_squared_error_is_not_above_that_of_plain_rounding((packing, values) in some()) {
            for row in values.chunks_exact(packing.length()) {
                let largest = row.iter().fold(0f32, |largest, value| largest.max(value.abs()));
                let plain = largest / (half(packing.bits) - 1.0);
                let error = |scale| squared_error(row, scale, packing.bits);
                prop_assert!(error(best_scale(row, packing.bits)) <= error(plain));
            }
        }

        #[test]
        fn all_bytes_are_numbers(
            packing in some().prop_map(|(packing, _)| packing),
            bytes in prop::collection::vec(any::<u8>(), 4 * 40),
        ) {
            let [rows, of_row] = packing.stored().unwrap();
            let (bytes, scales) = (&bytes[..rows * of_row], vec![0.5; rows]);
            let values = packing.restored(bytes, &scales);
            prop_assert_eq!(values.len(), rows * packing.length());
            let bits = packing.bits as usize;
            for (at, value) in values.iter().enumerate() {
                let (row, first) = (at / packing.length() * of_row, at % packing.length() * bits);
                let bit = |bit: usize| u32::from(bytes[row + bit / 8] >> (bit % 8) & 1);
                let number: u32 = (0..bits).map(|place| bit(first + place) << place).sum();
                prop_assert_eq!(*value, (number as f32 - half(packing.bits)) * 0.5);
            }
        }

        #[test]
        fn any_entry_is_read_or_refused(entry in "[0-9 .-]{0,30}", any: String) {
            for entry in [&entry, &any] {
                if let Some(packing) = Packing::parse(entry) {
                    prop_assert!(BITS.contains(&packing.bits));
                    let _ = packing.stored();
                    prop_assert_eq!(Packing::parse(&packing.entry()), Some(packing));
                }
            }
        }
    }

    #[test]
    fn a_row_of_zeros_stays_one_and_whole_steps_come_back_exactly() {
        let packing = Packing::new(5, &[2, 3]);
        let values = [0.0, 0.0, 0.0, -15.0, 8.0, 1.0];
        let (bytes, scales) = packing.quantised(&values);
        assert_eq!(scales, [0.0, 1.0]);
        // 15 bits in two bytes a row: 16, 16, 16, and 1, 24, 17.
        assert_eq!(bytes, [0x10, 0x42, 0x01, 0x47]);
        assert_eq!(packing.restored(&bytes, &scales), values);
    }

    #[test]
    fn entries_that_no_tensor_can_have_are_refused() {
        assert_eq!(Packing::parse("5 64 3 3").unwrap().shape, [64, 3, 3]);
        for entry in [
            "", "5", "2 64 3", "9 64 3", "5 64  3", "5 -1 3", "5,64,3", "five 64",
        ] {
            assert_eq!(Packing::parse(entry), None, "{entry}");
        }
        let vast = format!("5 {0} {0} {0}", usize::MAX);
        assert_eq!(Packing::parse(&vast).unwrap().stored(), None);
    }
}
