//! Drawings whose places are known: one on a picture of its own, one in a cell of a contact sheet.
//! Refuses to know where the cells of a sheet are.

use super::{DIRT, Gray, Piece, STROKE, ScanError, stroke_width, with_pen};
use twinglyph_core::Bitmap;
use twinglyph_core::bitmap::SIDE;

/// Longer side of a dot, pixels of a sheet: a dot stays a dot, what is larger is a character.
const DOT: f32 = 16.0;

/// Width of a blot's stroke, as a part of its longer side: a disk has 0.39. Thinned, it would be another.
const BLOT: f32 = 0.3;

/// Longer sides of characters as they are drawn in a cell, pixels of a sheet: smaller ones are made larger,
/// so that they keep their shape.
const DRAWN: std::ops::RangeInclusive<f32> = 60.0..=104.0;

/// Width of a stroke, pixels of a sheet, from which on it is a marker's and is thinned.
const MARKER: f32 = 8.0;

/// What is drawn in a cell, in the middle of a sheet: `ink` is that of a part of the cell, of these sides;
/// `cell` is the cell's shorter side. None where there is no ink.
pub(crate) fn drawing_in_cell(
    (width, height): (usize, usize),
    ink: &[bool],
    cell: f32,
) -> Option<Bitmap> {
    (ink.len() == width * height).then_some(())?;
    // Only its size is asked for: what is ink is known.
    let alone = Gray {
        width,
        height,
        pixels: &[],
    };
    let whole = alone.whole(ink)?;
    let own = whole.side() as f32 * SIDE as f32 / cell.max(1.0);
    let on_sheet = own / whole.side() as f32;
    let is_dot = own < DOT || whole.stroke() > BLOT * whole.side() as f32;
    let drawn = if is_dot {
        alone.laid(ink, &whole, own.clamp(3.0, *DRAWN.end()))
    } else if whole.stroke() * on_sheet > MARKER {
        alone.sheet(ink, &whole)
    } else {
        let drawn = alone.laid(ink, &whole, own.clamp(*DRAWN.start(), *DRAWN.end()));
        let is_fine = stroke_width(&drawn) < *STROKE.start();
        if is_fine { with_pen(drawn) } else { drawn }
    };
    (!drawn.is_blank()).then_some(drawn)
}

impl Gray<'_> {
    /// The one drawing of a picture: all that is ink on it, however many pieces it falls into, in the middle
    /// of a sheet. A picture of a sheet's size is taken as it is.
    ///
    /// # Errors
    /// When nothing is.
    pub fn drawing(&self) -> Result<Bitmap, ScanError> {
        self.drawing_on(self.is_light_on_dark())
    }

    /// [`Gray::drawing`] where it is known whether the paper is `dark`, with light ink, or light.
    ///
    /// # Errors
    /// When nothing is ink.
    pub fn drawing_on(&self, dark: bool) -> Result<Bitmap, ScanError> {
        let ink = self.ink(dark)?;
        let drawn = if (self.width, self.height) == (SIDE, SIDE) {
            let drawing = Bitmap::from_fn(|row, column| ink[row * SIDE + column]);
            (!drawing.is_blank()).then_some(drawing)
        } else {
            self.drawing_of(&ink)
        };
        drawn.ok_or(ScanError::Blank)
    }

    /// All pieces but dirt, on a sheet.
    pub(super) fn drawing_of(&self, ink: &[bool]) -> Option<Bitmap> {
        let whole = self.whole(ink)?;
        Some(self.sheet(ink, &whole)).filter(|drawing| !drawing.is_blank())
    }

    /// All pieces but dirt.
    fn whole(&self, ink: &[bool]) -> Option<Piece> {
        let pieces = self.pieces(ink);
        let largest = pieces.iter().map(|piece| piece.ink).max()?;
        let clean = |piece: &&Piece| piece.ink as f32 >= (DIRT * largest as f32).max(2.0);
        let whole = pieces.iter().filter(clean).copied();
        whole.reduce(|mut whole, piece| {
            whole.join(&piece);
            whole
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn paper_without_ink_has_no_drawing() {
        let pixels = [200; 60];
        let gray = Gray::new(12, 5, &pixels).unwrap();
        assert_eq!(gray.drawing(), Err(ScanError::Blank));
        assert_eq!(drawing_in_cell((3, 2), &[false; 6], 50.0), None);
        assert_eq!(drawing_in_cell((3, 2), &[true; 5], 50.0), None);
    }

    #[test]
    fn a_dot_in_a_cell_stays_a_dot() {
        let dot = drawing_in_cell((8, 8), &[true; 64], 105.0).unwrap();
        // Its edges fall into the middle of pixels.
        assert!((49..=81).contains(&dot.ink_count()), "{dot:?}");
        let large = drawing_in_cell((80, 80), &[true; 6400], 1_050.0).unwrap();
        assert!((49..=81).contains(&large.ink_count()), "{large:?}");
    }

    #[test]
    fn one_picture_is_one_drawing_in_however_many_pieces() {
        // A dot far above a bar: `glyphs` takes them for two characters.
        let ink = |x: usize, y: usize| {
            (95..105).contains(&x) && (10..20).contains(&y)
                || (90..110).contains(&x) && (120..190).contains(&y)
        };
        let pixels: Vec<u8> = (0..200 * 200)
            .map(|at| if ink(at % 200, at / 200) { 10 } else { 235 })
            .collect();
        let gray = Gray::new(200, 200, &pixels).unwrap();
        assert_eq!(gray.glyphs().unwrap().len(), 2);
        let drawing = gray.drawing().unwrap();
        let rows: Vec<usize> = drawing.ink().map(|at| at.0).collect();
        assert!(rows.iter().min() < Some(&25) && rows.iter().max() > Some(&80));
    }

    proptest! {
        #[test]
        fn any_picture_is_borne(
            pixels in prop::collection::vec(any::<u8>(), 1..400),
        ) {
            for width in [1, 7, pixels.len()] {
                let used = pixels.len() / width * width;
                if let Ok(gray) = Gray::new(width, used / width, &pixels[..used]) {
                    let drawing = gray.drawing();
                    prop_assert!(drawing.is_err() || drawing.is_ok_and(|one| !one.is_blank()));
                }
            }
        }
    }
}
