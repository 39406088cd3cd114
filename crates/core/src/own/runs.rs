//! A drawing's pixels in a file: runs of those that are like the ones above them, and of those that differ.

use super::OwnSetError;
use super::file::{Reader, write_number};
use crate::Bitmap;
use crate::bitmap::SIDE;

/// Lengths of runs of pixels that are like those above them, and that differ, in turn, until the last
/// that differs; before them their number. Strokes are mostly steep, so this has fewer runs than the ink
/// itself.
pub(super) fn write_runs(bytes: &mut Vec<u8>, drawing: &Bitmap) {
    let mut runs = Vec::new();
    let (mut kind, mut length) = (false, 0usize);
    let mut above = 0;
    for row in 0..SIDE {
        let pixels = drawing.row(row);
        // The next pixel is the highest bit.
        let mut differs = (pixels ^ above) << (u128::BITS as usize - SIDE);
        above = pixels;
        let mut left = SIDE;
        loop {
            let other = if kind { !differs } else { differs };
            let run = left.min(other.leading_zeros() as usize);
            length += run;
            left -= run;
            if left == 0 {
                break;
            }
            runs.push(length);
            (kind, length) = (!kind, 0);
            differs <<= run;
        }
    }
    if kind {
        runs.push(length);
    }
    write_number(bytes, runs.len());
    for run in runs {
        write_number(bytes, run);
    }
}

impl Reader<'_> {
    /// The pixels that [`write_runs`] wrote.
    pub(super) fn runs(&mut self) -> Result<Bitmap, OwnSetError> {
        let count = self.number()?;
        // For each row the pixels that differ from those above them.
        let mut rows = [0u128; SIDE];
        let (mut at, mut kind) = (0usize, false);
        for run in 0..count {
            let length = self.number()? as usize;
            // Only the first run may be empty: else a drawing could be written in two ways.
            if at + length > SIDE * SIDE || length == 0 && run > 0 {
                return Err(OwnSetError::Damaged);
            }
            let end = at + length;
            while at < end {
                let column = at % SIDE;
                let part = (end - at).min(SIDE - column);
                if kind && let Some(row) = rows.get_mut(at / SIDE) {
                    *row |= ((1 << part) - 1) << (SIDE - column - part);
                }
                at += part;
            }
            kind = !kind;
        }
        let mut above = 0;
        Ok(Bitmap::from_rows(rows.map(|differs| {
            above ^= differs;
            above
        })))
    }
}
