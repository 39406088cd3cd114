//! Pictures whose characters' places are known: a row of a contact sheet, a picture of one character.
//! Refuses to know which sheet a row is of.

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
    /// The drawings of one row of a contact sheet: so many cells of one width, side by side; `None`
    /// for a cell without ink. Cells of a sheet's size are taken as they are, of others what is drawn
    /// is laid in the middle of a sheet, with strokes of a pen's width.
    ///
    /// # Errors
    /// When the width is no multiple of `columns`, or 0 of them are asked for.
    pub fn cells(&self, columns: usize) -> Result<Vec<Option<Bitmap>>, ScanError> {
        if columns == 0 || !self.width.is_multiple_of(columns) {
            return Err(ScanError::Size);
        }
        // One brightness of ink for the row: in a blank cell alone, grain would be ink.
        let ink = match self.ink() {
            Ok(ink) => ink,
            Err(ScanError::Blank) => return Ok(vec![None; columns]),
            Err(other) => return Err(other),
        };
        let width = self.width / columns;
        let cell = |at: usize| {
            let inked = |row: usize, column: usize| ink[row * self.width + at * width + column];
            if (width, self.height) == (SIDE, SIDE) {
                return Some(Bitmap::from_fn(inked)).filter(|drawing| !drawing.is_blank());
            }
            let places = (0..self.height).flat_map(|row| (0..width).map(move |x| (row, x)));
            let own: Vec<bool> = places.map(|(row, x)| inked(row, x)).collect();
            // Only its size is asked for: what is ink is known.
            let alone = Gray {
                width,
                height: self.height,
                pixels: &[],
            };
            alone.drawing_of(&own)
        };
        Ok((0..columns).map(cell).collect())
    }

    /// The one drawing of a picture: all that is ink on it, however many pieces it falls into.
    ///
    /// # Errors
    /// When nothing is.
    pub fn drawing(&self) -> Result<Bitmap, ScanError> {
        let only = self.cells(1)?.pop().flatten();
        only.ok_or(ScanError::Blank)
    }

    /// All pieces but dirt, on a sheet.
    fn drawing_of(&self, ink: &[bool]) -> Option<Bitmap> {
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
    use twinglyph_core::invented;

    /// A row of drawings, each cell `scale` times as large as a sheet; 0 is blank.
    fn row(drawings: &[Bitmap], scale: usize) -> (usize, usize, Vec<u8>) {
        let (width, height) = (drawings.len() * SIDE * scale, SIDE * scale);
        let pixel = |at: usize| {
            let (y, x) = (at / width / scale, at % width / scale);
            let ink = drawings[x / SIDE].get(y, x % SIDE);
            if ink { 20 } else { 240 }
        };
        (width, height, (0..width * height).map(pixel).collect())
    }

    fn drawings() -> Vec<Bitmap> {
        let alphabet = invented::alphabet(2);
        let drawn = (0..4).filter_map(|drawer| alphabet.drawing(3, drawer).cloned());
        drawn.chain([Bitmap::blank()]).collect()
    }

    #[test]
    fn a_row_of_the_apps_own_sheets_comes_back_bit_for_bit() {
        let drawings = drawings();
        let (width, height, pixels) = row(&drawings, 1);
        let cells = Gray::new(width, height, &pixels).unwrap().cells(5).unwrap();
        let expected: Vec<Option<Bitmap>> = drawings
            .into_iter()
            .map(|one| (!one.is_blank()).then_some(one))
            .collect();
        assert_eq!(cells, expected);
    }

    #[test]
    fn larger_cells_give_the_drawing_in_the_middle_of_a_sheet() {
        let drawings = drawings();
        let (width, height, pixels) = row(&drawings, 2);
        let cells = Gray::new(width, height, &pixels).unwrap().cells(5).unwrap();
        assert_eq!(cells.iter().filter(|cell| cell.is_some()).count(), 4);
        assert!(cells[4].is_none());
        for cell in cells.iter().flatten() {
            let middle = |of: fn((usize, usize)) -> usize| {
                let low = cell.ink().map(of).min().unwrap();
                let high = cell.ink().map(of).max().unwrap();
                usize::midpoint(low, high)
            };
            assert!((50..=55).contains(&middle(|at| at.0)));
            assert!((50..=55).contains(&middle(|at| at.1)));
        }
    }

    #[test]
    fn what_is_no_row_is_refused_and_a_blank_one_is_empty() {
        let pixels = [200; 60];
        let gray = Gray::new(12, 5, &pixels).unwrap();
        assert_eq!(gray.cells(5), Err(ScanError::Size));
        assert_eq!(gray.cells(0), Err(ScanError::Size));
        assert_eq!(gray.cells(3), Ok(vec![None; 3]));
        assert_eq!(gray.drawing(), Err(ScanError::Blank));
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
            pixels in prop::collection::vec(any::<u8>(), 1..400), columns in 0usize..9,
        ) {
            for width in [1, 7, pixels.len()] {
                let used = pixels.len() / width * width;
                if let Ok(gray) = Gray::new(width, used / width, &pixels[..used]) {
                    let cells = gray.cells(columns);
                    prop_assert!(cells.is_err() || cells.is_ok_and(|cells| cells.len() == columns));
                }
            }
        }
    }
}
