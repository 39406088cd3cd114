//! The cells of a contact sheet while a person looks them over: what is shown of them, and what is added.
//!
//! Refuses to know how cells are found, which the reader of paper does.

use std::fmt::Write;

use twinglyph_core::own::OwnClass;
use twinglyph_paper::contact::Segment;
use twinglyph_paper::message::Grid;

use super::import::LeftOut;
use crate::words::words;

/// The lines of a grid as the path of an SVG, in pixels of the sheet.
#[must_use]
pub(crate) fn path(lines: &[Segment]) -> String {
    let mut path = String::new();
    for Segment { from, to } in lines {
        // Text takes whatever is written.
        let _ = write!(
            path,
            "M{:.1} {:.1}L{:.1} {:.1}",
            from[0], from[1], to[0], to[1]
        );
    }
    path
}

/// Rows that become a character.
#[must_use]
pub(crate) fn count(grid: &Grid) -> usize {
    let rows = grid.examples.iter();
    rows.filter(|examples| !examples.is_empty()).count()
}

/// A character for each row with ink, and the rows without any.
#[must_use]
pub(crate) fn classes(grid: Grid) -> (Vec<OwnClass>, LeftOut) {
    let mut left_out = LeftOut::default();
    let mut classes = Vec::new();
    for (row, examples) in grid.examples.into_iter().enumerate() {
        if examples.is_empty() {
            left_out.add(&words().import.row(row + 1), words().import.blank_row);
        } else {
            classes.push(OwnClass::new("", examples));
        }
    }
    (classes, left_out)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use twinglyph_core::Bitmap;

    fn grid(counts: &[usize]) -> Grid {
        let drawing = Bitmap::from_fn(|row, column| row == 50 && (20..80).contains(&column));
        let line = Segment {
            from: [0.0, 1.25],
            to: [300.0, 9.0],
        };
        Grid {
            width: 300,
            height: 200,
            rows: counts.len(),
            columns: 3,
            lines: vec![line; 2],
            is_sure: true,
            inked: counts.iter().sum(),
            examples: counts
                .iter()
                .map(|&count| vec![drawing.clone(); count])
                .collect(),
        }
    }

    #[test]
    fn every_row_is_a_character_or_left_out() {
        let grid = grid(&[3, 0, 1]);
        assert_eq!(count(&grid), 2);
        let (classes, left_out) = classes(grid);
        let counts: Vec<usize> = classes.iter().map(|one| one.examples.len()).collect();
        assert_eq!(counts, [3, 1]);
        let said = left_out.sentence().unwrap();
        assert!(said.contains("row 2 (there is no ink in it)"), "{said}");
    }

    #[test]
    fn every_line_is_drawn() {
        let path = path(&grid(&[1]).lines);
        assert_eq!(path, "M0.0 1.2L300.0 9.0".repeat(2));
    }
}
