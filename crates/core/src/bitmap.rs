//! The 105x105 one-bit image that every drawing of Omniglot is.
//!
//! Knows pixels only: not where an image came from, nor what it shows.

use serde::{Deserialize, Serialize};

/// Width and height of a drawing in pixels, as Omniglot's images have it.
pub const SIDE: usize = 105;

/// Bytes of a packed bitmap: 105 x 105 bits, the last byte padded with zeros.
pub const PACKED_BYTES: usize = (SIDE * SIDE).div_ceil(8);

/// Bytes in which a row lies, wherever in the first of them it begins.
const ROW_BYTES: usize = 14;

/// The bits of a row.
const ROW: u128 = (1 << SIDE) - 1;

/// The first of the bytes in which a row lies, and the number of bits behind it in the last one.
fn place(row: usize) -> (usize, usize) {
    let at = row * SIDE;
    (at / 8, 8 * ROW_BYTES - SIDE - at % 8)
}

/// A drawing: 105x105 pixels, each ink or paper.
///
/// Packed row by row without gaps between rows, most significant bit first; bit 1 is ink.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Vec<u8>", into = "Vec<u8>")]
pub struct Bitmap {
    bits: Box<[u8; PACKED_BYTES]>,
}

/// Why bytes are not a bitmap.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BitmapError {
    /// The number of bytes is wrong.
    #[error("a bitmap is {PACKED_BYTES} bytes, not {0}")]
    Length(usize),
    /// Bits behind the last pixel are set.
    #[error("the bits behind a bitmap's last pixel must be zero")]
    Padding,
}

impl Bitmap {
    /// A sheet of blank paper.
    #[must_use]
    pub fn blank() -> Self {
        Self {
            bits: Box::new([0; PACKED_BYTES]),
        }
    }

    /// A bitmap from a function of row and column that tells where ink is.
    #[must_use]
    pub fn from_fn(mut ink: impl FnMut(usize, usize) -> bool) -> Self {
        let mut bitmap = Self::blank();
        for row in 0..SIDE {
            for column in 0..SIDE {
                if ink(row, column) {
                    bitmap.set(row, column, true);
                }
            }
        }
        bitmap
    }

    /// Is there ink at this row and column? Outside the sheet there is none.
    #[must_use]
    pub fn get(&self, row: usize, column: usize) -> bool {
        if row >= SIDE || column >= SIDE {
            return false;
        }
        let at = row * SIDE + column;
        self.bits[at / 8] & (0x80 >> (at % 8)) != 0
    }

    /// Puts ink or paper at this row and column; outside the sheet nothing happens.
    pub fn set(&mut self, row: usize, column: usize, ink: bool) {
        if row >= SIDE || column >= SIDE {
            return;
        }
        let at = row * SIDE + column;
        let mask = 0x80 >> (at % 8);
        if ink {
            self.bits[at / 8] |= mask;
        } else {
            self.bits[at / 8] &= !mask;
        }
    }

    /// Number of ink pixels.
    #[must_use]
    pub fn ink_count(&self) -> u32 {
        self.bits.iter().map(|byte| byte.count_ones()).sum()
    }

    /// Is there no ink at all?
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.bits.iter().all(|&byte| byte == 0)
    }

    /// Row and column of every ink pixel, row by row.
    pub fn ink(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.bits.iter().enumerate().flat_map(|(byte_at, &byte)| {
            (0..8usize)
                .filter(move |bit| byte & (0x80 >> bit) != 0)
                .map(move |bit| {
                    let at = byte_at * 8 + bit;
                    (at / SIDE, at % SIDE)
                })
        })
    }

    /// The pixels of a row, ink as 1: the first column is bit 104, the last one bit 0.
    pub(crate) fn row(&self, row: usize) -> u128 {
        let (first, behind) = place(row);
        let bytes = self.bits.iter().skip(first).take(ROW_BYTES);
        let bits = bytes.fold(0u128, |bits, &byte| bits << 8 | u128::from(byte));
        bits >> behind & ROW
    }

    /// A bitmap from its rows, each as [`Bitmap::row`] gives it.
    pub(crate) fn from_rows(rows: impl IntoIterator<Item = u128>) -> Self {
        let mut bitmap = Self::blank();
        for (row, pixels) in rows.into_iter().take(SIDE).enumerate() {
            let (first, behind) = place(row);
            let bytes = ((pixels & ROW) << behind).to_be_bytes();
            let bits = bitmap.bits.iter_mut().skip(first);
            for (bits, byte) in bits.zip(&bytes[bytes.len() - ROW_BYTES..]) {
                *bits |= byte;
            }
        }
        bitmap
    }

    /// The packed bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; PACKED_BYTES] {
        &self.bits
    }

    /// A bitmap from its packed bytes.
    ///
    /// # Errors
    /// When the length is wrong or padding bits are set.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BitmapError> {
        let bits: [u8; PACKED_BYTES] = bytes
            .try_into()
            .map_err(|_| BitmapError::Length(bytes.len()))?;
        let padding_bits = PACKED_BYTES * 8 - SIDE * SIDE;
        let padding_mask = (1u16 << padding_bits) as u8 - 1;
        if bits[PACKED_BYTES - 1] & padding_mask != 0 {
            return Err(BitmapError::Padding);
        }
        Ok(Self {
            bits: Box::new(bits),
        })
    }
}

impl Default for Bitmap {
    fn default() -> Self {
        Self::blank()
    }
}

impl TryFrom<Vec<u8>> for Bitmap {
    type Error = BitmapError;
    fn try_from(bytes: Vec<u8>) -> Result<Self, BitmapError> {
        Self::from_bytes(&bytes)
    }
}

impl From<Bitmap> for Vec<u8> {
    fn from(bitmap: Bitmap) -> Self {
        bitmap.bits.to_vec()
    }
}

impl std::fmt::Debug for Bitmap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Bitmap({} px of ink)", self.ink_count())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn pixels_survive_packing(pixels in prop::collection::vec((0..SIDE, 0..SIDE), 0..200)) {
            let mut bitmap = Bitmap::blank();
            for &(row, column) in &pixels {
                bitmap.set(row, column, true);
            }
            let again = Bitmap::from_bytes(bitmap.as_bytes()).unwrap();
            prop_assert_eq!(&again, &bitmap);
            let mut expected = pixels.clone();
            expected.sort_unstable();
            expected.dedup();
            prop_assert_eq!(again.ink().collect::<Vec<_>>(), expected);
            for row in 0..SIDE {
                let pixels = (0..SIDE).fold(0, |bits, at| bits << 1 | u128::from(bitmap.get(row, at)));
                prop_assert_eq!(bitmap.row(row), pixels);
            }
            let rows = (0..SIDE).map(|row| bitmap.row(row));
            prop_assert_eq!(&Bitmap::from_rows(rows), &bitmap);
        }
    }

    #[test]
    fn wrong_bytes_are_refused() {
        assert_eq!(Bitmap::from_bytes(&[0; 3]), Err(BitmapError::Length(3)));
        assert_eq!(
            Bitmap::from_bytes(&[0xff; PACKED_BYTES]),
            Err(BitmapError::Padding)
        );
    }
}
