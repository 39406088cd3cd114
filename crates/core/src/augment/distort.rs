//! Distorted bitmaps, to measure how a network bears other hands and pens.

use crate::Bitmap;
use crate::bitmap::SIDE;

/// What is done to a drawing, about the middle of its sheet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Distortion {
    /// Clockwise, degrees.
    pub rotation_degrees: f32,
    /// Of the drawing; 0.5 is half as large. Not positive or no number: as 1.
    pub scale: f32,
    /// To the right, pixels.
    pub shift_x: f32,
    /// Downwards, pixels.
    pub shift_y: f32,
    /// Pixels added to the width of every stroke, after all the rest; negative takes away. At
    /// most 20 either way.
    pub thickness_px: i32,
}

impl Distortion {
    /// Nothing is done.
    pub const NONE: Self = Self {
        rotation_degrees: 0.0,
        scale: 1.0,
        shift_x: 0.0,
        shift_y: 0.0,
        thickness_px: 0,
    };
}

/// The drawing, scaled, rotated, shifted, then thickened. What leaves the sheet is lost.
#[must_use]
pub fn distort_bitmap(bitmap: &Bitmap, distortion: &Distortion) -> Bitmap {
    let angle = distortion.rotation_degrees.to_radians();
    let scale = if distortion.scale > 0.0 {
        distortion.scale
    } else {
        1.0
    };
    let (sine, cosine) = (libm::sinf(angle) / scale, libm::cosf(angle) / scale);
    let middle = (SIDE - 1) as f32 / 2.0;
    let moved = Bitmap::from_fn(|row, column| {
        let x = column as f32 - middle - distortion.shift_x;
        let y = row as f32 - middle - distortion.shift_y;
        coverage(
            bitmap,
            middle + cosine * x + sine * y,
            middle - sine * x + cosine * y,
        ) > 0.5
    });
    thicken(&moved, distortion.thickness_px)
}

/// Ink at a place between pixels, bilinear, from 0 to 1.
pub(super) fn coverage(bitmap: &Bitmap, x: f32, y: f32) -> f32 {
    let side = SIDE as f32;
    // Also false for what is no number.
    if !(x > -1.0 && y > -1.0 && x < side && y < side) {
        return 0.0;
    }
    let (left, top) = (x.floor(), y.floor());
    let (fx, fy) = (x - left, y - top);
    let ink = |dx: usize, dy: usize| {
        // One more than the coordinate, so that -1 is a number too.
        let (column, row) = ((left + 1.0) as usize + dx, (top + 1.0) as usize + dy);
        let inside = column > 0 && row > 0 && bitmap.get(row - 1, column - 1);
        f32::from(u8::from(inside))
    };
    (1.0 - fy) * ((1.0 - fx) * ink(0, 0) + fx * ink(1, 0))
        + fy * ((1.0 - fx) * ink(0, 1) + fx * ink(1, 1))
}

/// Adds `pixels` to the width of every stroke: ink spreads over a disc of `pixels + 1` pixels
/// across. Where that is even, the disc's middle lies between pixels.
fn thicken(bitmap: &Bitmap, pixels: i32) -> Bitmap {
    let pixels = pixels.clamp(-20, 20);
    if pixels == 0 {
        return bitmap.clone();
    }
    let across = pixels.abs();
    let middle = (across % 2) as f32 / 2.0;
    let radius = (across + 1) as f32 / 2.0;
    let disc: Vec<(isize, isize)> = (-across..=across)
        .flat_map(|dy| (-across..=across).map(move |dx| (dy, dx)))
        .filter(|&(dy, dx)| {
            let (y, x) = (dy as f32 - middle, dx as f32 - middle);
            y * y + x * x <= radius * radius
        })
        .map(|(dy, dx)| (dy as isize, dx as isize))
        .collect();
    // A thinner stroke is a thicker paper. Beyond the sheet there is neither.
    let spreads = pixels > 0;
    Bitmap::from_fn(|row, column| {
        let touched = disc.iter().any(|&(dy, dx)| {
            match (row.checked_add_signed(dy), column.checked_add_signed(dx)) {
                (Some(row), Some(column)) if row < SIDE && column < SIDE => {
                    bitmap.get(row, column) == spreads
                }
                _ => false,
            }
        });
        touched == spreads
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{any, proptest};

    fn bar() -> Bitmap {
        Bitmap::from_fn(|row, column| (50..55).contains(&row) && (20..80).contains(&column))
    }

    fn height(bitmap: &Bitmap, column: usize) -> usize {
        (0..SIDE).filter(|&row| bitmap.get(row, column)).count()
    }

    #[test]
    fn nothing_done_changes_nothing() {
        assert_eq!(distort_bitmap(&bar(), &Distortion::NONE), bar());
    }

    #[test]
    fn thickness_is_in_pixels() {
        for thickness_px in -4..6 {
            let distortion = Distortion {
                thickness_px,
                ..Distortion::NONE
            };
            let got = height(&distort_bitmap(&bar(), &distortion), 50);
            assert_eq!(got as i32, 5 + thickness_px);
        }
    }

    #[test]
    fn a_quarter_turn_is_exact_and_clockwise() {
        let corner = Bitmap::from_fn(|row, column| row < 10 && column < 30);
        let turned = Bitmap::from_fn(|row, column| row < 30 && column >= 95);
        let distortion = Distortion {
            rotation_degrees: 90.0,
            ..Distortion::NONE
        };
        assert_eq!(distort_bitmap(&corner, &distortion), turned);
    }

    #[test]
    fn shift_and_scale_move_the_ink() {
        let distortion = Distortion {
            shift_x: 7.0,
            shift_y: -3.0,
            ..Distortion::NONE
        };
        let moved =
            Bitmap::from_fn(|row, column| (47..52).contains(&row) && (27..87).contains(&column));
        assert_eq!(distort_bitmap(&bar(), &distortion), moved);
        let halved = Distortion {
            scale: 0.5,
            ..Distortion::NONE
        };
        let width =
            (0..SIDE).filter(|&column| height(&distort_bitmap(&bar(), &halved), column) > 0);
        assert!((29..=31).contains(&width.count()));
    }

    proptest! {
        #[test]
        fn any_numbers_are_borne(rotation_degrees: f32, scale: f32, shift_x: f32, shift_y: f32, thickness_px in any::<i32>()) {
            let _ = distort_bitmap(&bar(), &Distortion { rotation_degrees, scale, shift_x, shift_y, thickness_px });
        }
    }
}
