//! Pictures of wrong trials: query, right class and chosen class side by side, and all of them in one overview.
//!
//! Refuses to know trials and files.

use image::{Rgb, RgbImage};
use twinglyph_core::Bitmap;
use twinglyph_core::bitmap::SIDE;

/// Pixels between drawings, and around them.
const GAP: u32 = 6;

/// Width of a frame, pixels.
const FRAME: u32 = 2;

/// Pictures in a row of the overview.
const COLUMNS: u32 = 4;

/// Frames of the query, of the right class's example, and of the chosen class's.
const FRAMES: [Rgb<u8>; 3] = [Rgb([120, 120, 120]), Rgb([0, 140, 60]), Rgb([200, 40, 40])];

const PAPER: Rgb<u8> = Rgb([255, 255, 255]);
const INK: Rgb<u8> = Rgb([0, 0, 0]);

/// Width and height of a picture of three drawings.
const SIZE: (u32, u32) = (
    3 * (SIDE as u32 + 2 * FRAME) + 4 * GAP,
    SIDE as u32 + 2 * FRAME + 2 * GAP,
);

/// Rows of the digits 0 to 9, three pixels wide, the left one the highest bit.
const DIGITS: [[u8; 5]; 10] = [
    [7, 5, 5, 5, 7],
    [2, 6, 2, 2, 7],
    [7, 1, 7, 4, 7],
    [7, 1, 3, 1, 7],
    [5, 5, 7, 1, 1],
    [7, 4, 7, 1, 7],
    [7, 4, 7, 5, 7],
    [7, 1, 2, 2, 2],
    [7, 5, 7, 5, 7],
    [7, 5, 7, 1, 7],
];

/// Pixels of the overview to a pixel of a digit.
const ZOOM: u32 = 2;

/// Height of the line with a picture's number.
const CAPTION: u32 = 5 * ZOOM + GAP;

/// Query, right class's and chosen class's example side by side; a drawing that is missing is blank.
pub(super) fn three(drawings: [Option<&Bitmap>; 3]) -> RgbImage {
    let mut image = RgbImage::from_pixel(SIZE.0, SIZE.1, PAPER);
    let framed = SIDE as u32 + 2 * FRAME;
    for (at, (drawing, frame)) in (0..).zip(drawings.into_iter().zip(FRAMES)) {
        let left = GAP + at * (framed + GAP);
        for y in 0..framed {
            for x in 0..framed {
                let inside = |at: u32| at.checked_sub(FRAME).filter(|&at| at < SIDE as u32);
                let colour = match (inside(y), inside(x)) {
                    (Some(row), Some(column)) => {
                        let ink = |drawing: &Bitmap| drawing.get(row as usize, column as usize);
                        if drawing.is_some_and(ink) { INK } else { PAPER }
                    }
                    _ => frame,
                };
                image.put_pixel(left + x, GAP + y, colour);
            }
        }
    }
    image
}

/// All pictures with their numbers above them, row by row; one blank pixel without any.
pub(super) fn overview(pictures: &[(usize, RgbImage)]) -> RgbImage {
    let count = u32::try_from(pictures.len()).unwrap_or(u32::MAX);
    let columns = COLUMNS.min(count);
    let (width, height) = (SIZE.0, SIZE.1 + CAPTION);
    let rows = count.div_ceil(COLUMNS);
    let mut image = RgbImage::from_pixel((columns * width).max(1), (rows * height).max(1), PAPER);
    for (at, (number, picture)) in (0..).zip(pictures) {
        let (left, top) = (at % COLUMNS * width, at / COLUMNS * height);
        write_number(&mut image, *number, (left + GAP, top + GAP));
        for (x, y, colour) in picture.enumerate_pixels() {
            image.put_pixel(left + x, top + CAPTION + y, *colour);
        }
    }
    image
}

/// Writes a number; what lies outside of the picture is left out.
fn write_number(image: &mut RgbImage, number: usize, (left, top): (u32, u32)) {
    for (place, digit) in (0..).zip(number.to_string().bytes()) {
        let rows = DIGITS[usize::from(digit - b'0') % DIGITS.len()];
        for (row, bits) in (0..).zip(rows) {
            for column in (0..3).filter(|column| bits >> (2 - column) & 1 == 1) {
                for dot in 0..ZOOM * ZOOM {
                    let x = left + (place * 4 + column) * ZOOM + dot % ZOOM;
                    let y = top + row * ZOOM + dot / ZOOM;
                    if let Some(pixel) = image.get_pixel_mut_checked(x, y) {
                        *pixel = INK;
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_drawings_stand_side_by_side() {
        let dot = Bitmap::from_fn(|row, column| (row, column) == (0, SIDE - 1));
        let image = three([Some(&dot), None, Some(&dot)]);
        let framed = SIDE as u32 + 2 * FRAME;
        let ink: Vec<(u32, u32)> = image
            .enumerate_pixels()
            .filter(|(.., colour)| **colour == INK)
            .map(|(x, y, _)| (x, y))
            .collect();
        let first = GAP + FRAME + SIDE as u32 - 1;
        let row = GAP + FRAME;
        assert_eq!(ink, [(first, row), (first + 2 * (framed + GAP), row)]);
        assert_eq!(image.get_pixel(GAP, GAP), &FRAMES[0]);
        assert_eq!(image.get_pixel(GAP + framed + GAP, GAP), &FRAMES[1]);
    }

    #[test]
    fn an_overview_holds_every_picture() {
        let picture = || three([None; 3]);
        let pictures: Vec<(usize, RgbImage)> = (0..5).map(|at| (at * 999, picture())).collect();
        let image = overview(&pictures);
        assert_eq!(image.dimensions(), (4 * SIZE.0, 2 * (SIZE.1 + CAPTION)));
        assert_eq!(overview(&pictures[..1]).dimensions().0, SIZE.0);
        assert_eq!(overview(&[]).dimensions(), (1, 1));
    }
}
