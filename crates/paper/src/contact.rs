//! Contact sheets: one picture of equal cells, a row a character, a column an example.
//!
//! The light, the turn and the lines of a sheet are taken out; then its cells are where its lines are, or
//! where cuts meet the least ink. Refuses to know file formats and who is meant by a row.

mod cells;
mod gaps;
mod grid;
mod light;
mod lines;
mod turn;

use std::fmt;

use serde::{Deserialize, Serialize};
use twinglyph_core::Bitmap;
use twinglyph_core::bitmap::SIDE;

use crate::picture::Gray;
use cells::Cells;
use grid::Found;
use light::Light;

/// Most pixels of a picture.
pub const MAX_PIXELS: usize = 25_000_000;

/// Pixels that a larger picture is made smaller to: twenty rows of twenty cells of a hundred.
const WORKING: usize = 4_000_000;

/// Least side of a cell in pixels: smaller ones hold no character.
const LEAST_CELL: f32 = 8.0;

/// Part of the drawings that may be cut where cells are sure, and where they are cells at all.
const FEW_CUT: f32 = 0.03;
const MOST_CUT: f32 = 0.25;

/// How many cells a person says there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// Rows; none where the sheet is to show it.
    pub rows: Option<usize>,
    /// Cells of a row; none where the sheet is to show it.
    pub columns: Option<usize>,
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        numbers(f, self.rows, self.columns)
    }
}

fn numbers(f: &mut fmt::Formatter<'_>, rows: Option<usize>, columns: Option<usize>) -> fmt::Result {
    let plural = |count: usize| if count == 1 { "" } else { "s" };
    match (rows, columns) {
        (Some(rows), Some(columns)) => write!(f, "{rows} x {columns} cells"),
        (Some(rows), None) => write!(f, "{rows} row{}", plural(rows)),
        (None, Some(columns)) => write!(f, "{columns} column{}", plural(columns)),
        (None, None) => write!(f, "no numbers"),
    }
}

/// Numbers of rows and columns in words.
struct Seen(Option<usize>, Option<usize>);

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        numbers(f, self.0, self.1)
    }
}

/// Why a picture gives no cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum ContactError {
    /// Its pixels are not as many as its sides say, or too many.
    #[error("this picture can't be read: it has no pixels, or more than {MAX_PIXELS}")]
    Size,
    /// Nothing is dark against its surroundings.
    #[error("there is no ink on this sheet that stands out from its paper")]
    Blank,
    /// Nobody said how many cells there are, and the sheet does not show it.
    #[error("neither lines nor clear gaps show the cells; say how many rows and columns there are")]
    Unsaid {
        /// Rows as far as they are known.
        rows: Option<usize>,
        /// Columns as far as they are known.
        columns: Option<usize>,
    },
    /// The lines make other cells than was said.
    #[error(
        "you said {said}, but the lines show {}; correct the numbers or leave them empty",
        Seen(*rows, *columns)
    )]
    Lines {
        /// What was said.
        said: Said,
        /// Rows that the lines make.
        rows: Option<usize>,
        /// Columns that the lines make.
        columns: Option<usize>,
    },
    /// The cuts would go through drawings.
    #[error(
        "cut into {rows} x {columns} cells, {cut} of {drawings} drawings would be cut through; \
         correct the numbers"
    )]
    Crossed {
        /// Rows as said or found.
        rows: usize,
        /// Columns as said or found.
        columns: usize,
        /// Drawings that are cut.
        cut: usize,
        /// Cells with ink.
        drawings: usize,
    },
    /// Cells too small to hold anything.
    #[error(
        "the cells would have less than 8 pixels; take a larger picture, or say smaller numbers"
    )]
    Small,
}

/// A line of a grid on the picture, for showing.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Segment {
    /// One end, pixels from the left and from the top.
    pub from: [f32; 2],
    /// The other end.
    pub to: [f32; 2],
}

/// Width and height at which a sheet of these sides is read, pixels: cells of 105 x 105 pixels as they are,
/// others at no more than the reader needs. None for more than [`MAX_PIXELS`] pixels, and for none.
#[must_use]
pub fn reading_size(width: usize, height: usize) -> Option<(usize, usize)> {
    let count = width.checked_mul(height)?;
    if count == 0 || count > MAX_PIXELS {
        return None;
    }
    let is_own = width.is_multiple_of(SIDE) && height.is_multiple_of(SIDE);
    let scale = (WORKING as f64 / count as f64).sqrt();
    if is_own || scale >= 1.0 {
        return Some((width, height));
    }
    let [width, height] = [width, height].map(|side| ((side as f64 * scale) as usize).max(1));
    Some((width, height))
}

/// Rows of a sheet of this width that are read at once: all of a sheet at another size than its own.
#[must_use]
pub fn strip(width: usize) -> usize {
    (WORKING / width.max(1)).max(1)
}

/// What a contact sheet holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    /// A drawing for each cell, row by row; none where there is no ink.
    pub cells: Vec<Option<Bitmap>>,
    /// Rows.
    pub rows: usize,
    /// Cells of a row.
    pub columns: usize,
    /// The sides of the cells on the picture.
    pub lines: Vec<Segment>,
    /// Could it not as well be cut otherwise?
    pub is_sure: bool,
}

/// The cells of a picture of at most [`MAX_PIXELS`]. A picture of cells of exactly 105 x 105 pixels gives
/// them as they are, where no lines say otherwise; of others each drawing is laid in the middle of a sheet.
///
/// # Errors
/// When there is no ink, when what was said does not fit the sheet, or when nothing was said and the sheet
/// does not show its cells.
pub fn read(picture: &Gray, said: Said) -> Result<Sheet, ContactError> {
    let lit = Lit::new(picture)?;
    let placed = lit.find(picture, said)?;
    let cells = (0..placed.rows()).flat_map(|row| placed.row(row)).collect();
    Ok(placed.sheet(cells))
}

/// A sheet whose light is taken out: the first of three steps, for callers that must not pause long.
#[derive(Clone, Debug)]
pub struct Lit {
    light: Light,
    map: light::Map,
    /// Pixels of the picture along one of the map.
    scale: [f32; 2],
}

impl Lit {
    /// Takes the light out.
    ///
    /// # Errors
    /// [`ContactError::Size`] when the pixels are not `width * height`, none, or more than
    /// [`MAX_PIXELS`].
    pub fn new(picture: &Gray) -> Result<Self, ContactError> {
        let count = picture.width.checked_mul(picture.height);
        let fits =
            |&count: &usize| count > 0 && count <= MAX_PIXELS && count == picture.pixels.len();
        let count = count.filter(fits).ok_or(ContactError::Size)?;
        let shrink = (WORKING as f32 / count as f32).sqrt().min(1.0);
        let [width, height] =
            [picture.width, picture.height].map(|side| ((side as f32 * shrink) as usize).max(1));
        let smaller;
        let working = if shrink < 1.0 {
            smaller = light::resized(picture, width, height);
            &smaller
        } else {
            picture
        };
        let light = Light::of(working);
        Ok(Self {
            map: light.map(working),
            light,
            scale: [
                picture.width as f32 / width as f32,
                picture.height as f32 / height as f32,
            ],
        })
    }

    /// Finds the cells: the second step. `picture` is the one that the light was taken out of.
    ///
    /// # Errors
    /// As [`read`].
    pub fn find(&self, picture: &Gray, said: Said) -> Result<Placed, ContactError> {
        let small = |count: Option<usize>, side: usize| {
            count.is_some_and(|count| count == 0 || (side as f32) < LEAST_CELL * count as f32)
        };
        if small(said.rows, picture.height) || small(said.columns, picture.width) {
            return Err(ContactError::Small);
        }
        let own = own(picture).filter(|&(rows, columns)| {
            let fits = |said: Option<usize>, own: usize| said.is_none_or(|said| said == own);
            fits(said.rows, rows) && fits(said.columns, columns)
        });
        if let Some((rows, columns)) = own
            && let Some(exact) = Exact::of_two_shades(picture)
        {
            return Ok(Placed::exact(exact, rows, columns));
        }
        // Cells of a sheet's size need no telling.
        let told = own.map_or(said, |(rows, columns)| Said {
            rows: Some(rows),
            columns: Some(columns),
        });
        let found = match grid::find(&self.map, self.light.grain, told) {
            // The lines know better than the picture's size.
            Err(ContactError::Lines { .. } | ContactError::Crossed { .. }) if told != said => {
                grid::find(&self.map, self.light.grain, said)?
            }
            other => other?,
        };
        let counts = (found.rows.count(), found.columns.count());
        if own == Some(counts) && found.is_whole {
            let dark = self.light.map(picture);
            let ink = dark.dark.iter().map(|&dark| dark >= found.threshold);
            let exact = Exact {
                width: picture.width,
                ink: ink.collect(),
            };
            return Ok(Placed::exact(exact, counts.0, counts.1));
        }
        Placed::found(found, self.scale)
    }
}

/// Rows and columns of a picture whose sides are cells of a sheet's size.
fn own(picture: &Gray) -> Option<(usize, usize)> {
    let cells = |side: usize| side.is_multiple_of(SIDE).then_some(side / SIDE);
    Some((cells(picture.height)?, cells(picture.width)?))
}

/// A picture whose pixels are ink or paper as they are.
#[derive(Clone, Debug)]
struct Exact {
    width: usize,
    ink: Vec<bool>,
}

impl Exact {
    /// Of a picture that is black and white only; ink is what there is less of.
    fn of_two_shades(picture: &Gray) -> Option<Self> {
        let is_shade = |&pixel: &u8| pixel == 0 || pixel == 255;
        if !picture.pixels.iter().all(is_shade) {
            return None;
        }
        let black = picture.pixels.iter().filter(|&&pixel| pixel == 0).count();
        let ink = if black * 2 <= picture.pixels.len() {
            0
        } else {
            255
        };
        Some(Self {
            width: picture.width,
            ink: picture.pixels.iter().map(|&pixel| pixel == ink).collect(),
        })
    }

    fn cell(&self, row: usize, column: usize) -> Option<Bitmap> {
        let drawing = Bitmap::from_fn(|y, x| {
            let at = (row * SIDE + y) * self.width + column * SIDE + x;
            self.ink.get(at).copied().unwrap_or(false)
        });
        (!drawing.is_blank()).then_some(drawing)
    }
}

/// A sheet whose cells are found; [`Placed::row`] is the third step.
#[derive(Clone, Debug)]
pub struct Placed {
    source: Source,
    rows: usize,
    columns: usize,
    lines: Vec<Segment>,
    is_sure: bool,
}

#[derive(Clone, Debug)]
enum Source {
    Exact(Exact),
    Cells(Cells),
}

impl Placed {
    fn exact(exact: Exact, rows: usize, columns: usize) -> Self {
        let [width, height] = [columns, rows].map(|count| (count * SIDE) as f32);
        let down = (0..=columns).map(|at| {
            let x = (at * SIDE) as f32;
            Segment {
                from: [x, 0.0],
                to: [x, height],
            }
        });
        let across = (0..=rows).map(|at| {
            let y = (at * SIDE) as f32;
            Segment {
                from: [0.0, y],
                to: [width, y],
            }
        });
        Self {
            source: Source::Exact(exact),
            rows,
            columns,
            lines: across.chain(down).collect(),
            is_sure: true,
        }
    }

    fn found(found: Found, scale: [f32; 2]) -> Result<Self, ContactError> {
        let (rows, columns) = (found.rows.count(), found.columns.count());
        let ends = |cuts: &[f32]| {
            let first = cuts.first().copied().unwrap_or(0.0);
            (first, cuts.last().copied().unwrap_or(first))
        };
        let (top, bottom) = ends(&found.rows.cuts);
        let (left, right) = ends(&found.columns.cuts);
        let cell = [
            (right - left) / columns as f32,
            (bottom - top) / rows as f32,
        ];
        if !cell.iter().all(|&side| side >= LEAST_CELL) {
            return Err(ContactError::Small);
        }
        let at = |x: f32, y: f32| {
            let [x, y] = found.turn.back(x, y);
            [x * scale[0], y * scale[1]]
        };
        let across = found.rows.cuts.iter().map(|&y| Segment {
            from: at(left, y),
            to: at(right, y),
        });
        let down = found.columns.cuts.iter().map(|&x| Segment {
            from: at(x, top),
            to: at(x, bottom),
        });
        let lines = across.chain(down).collect();
        let cells = Cells::of(&found);
        let drawings = cells.ink.iter().filter(|ink| !ink.is_empty()).count();
        if drawings == 0 {
            return Err(ContactError::Blank);
        }
        let cut = cells.cut as f32 / drawings as f32;
        if cut > MOST_CUT {
            return Err(ContactError::Crossed {
                rows,
                columns,
                cut: cells.cut.min(drawings),
                drawings,
            });
        }
        Ok(Self {
            rows,
            columns,
            lines,
            is_sure: found.rows.is_sure && found.columns.is_sure && cut <= FEW_CUT,
            source: Source::Cells(cells),
        })
    }

    /// Rows of the sheet.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Cells of a row.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The sides of the cells on the picture, pixels.
    #[must_use]
    pub fn lines(&self) -> &[Segment] {
        &self.lines
    }

    /// Could the sheet not as well be cut otherwise?
    #[must_use]
    pub fn is_sure(&self) -> bool {
        self.is_sure
    }

    /// The drawings of a row, from the left; none where there is no ink, and in rows that there are not.
    #[must_use]
    pub fn row(&self, row: usize) -> Vec<Option<Bitmap>> {
        let cell = |column: usize| match &self.source {
            Source::Exact(exact) => exact.cell(row, column),
            Source::Cells(cells) => cells.drawing(row * self.columns + column),
        };
        (0..self.columns).map(cell).collect()
    }

    /// All of it, with the drawings of all rows.
    #[must_use]
    pub fn sheet(self, cells: Vec<Option<Bitmap>>) -> Sheet {
        Sheet {
            cells,
            rows: self.rows,
            columns: self.columns,
            lines: self.lines,
            is_sure: self.is_sure,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn own_sheets_are_read_as_they_are_and_others_no_larger_than_needed() {
        assert_eq!(reading_size(2_100, 105 * 55), Some((2_100, 5_775)));
        assert_eq!(reading_size(1_240, 1_754), Some((1_240, 1_754)));
        assert_eq!(reading_size(4_200, 5_940), Some((1_681, 2_378)));
        assert_eq!(reading_size(25_000_000, 1), Some((10_000_000, 1)));
        assert_eq!(reading_size(5_000, 5_001), None);
        assert_eq!(reading_size(usize::MAX, 2), None);
        assert_eq!(reading_size(0, 9), None);
    }

    proptest! {
        #[test]
        fn sheets_keep_their_shape(width in 1usize..5_000, height in 1usize..5_000) {
            let (to_width, to_height) = reading_size(width, height).unwrap();
            prop_assert!(to_width > 0 && to_height > 0 && to_width <= width && to_height <= height);
            let scales = [to_width as f64 / width as f64, to_height as f64 / height as f64];
            let least = 1.0 / width.min(height) as f64;
            prop_assert!((scales[0] - scales[1]).abs() <= least);
            // Rows that are read at once are of one scale.
            prop_assert!((to_width, to_height) == (width, height) || strip(to_width) >= to_height);
        }
    }
}
