//! Sheets to print, filled in by hand, and read back from a photo.
//!
//! [`pages`] lays names out on pages, [`Page::svg`] draws one, [`read`] reads a photo of one: it finds the
//! four corner marks, reads the code of the page, and takes the drawing out of each cell. A name is given
//! only where the code's checksum agrees, so a cell is never named wrongly.

mod bend;
mod cells;
mod code;
mod layout;
mod marks;
mod page;
mod projection;
mod reed_solomon;
mod sheet;
mod strip;
mod svg;

use twinglyph_core::Bitmap;

pub use layout::{Area, Layout, Paper};
pub use page::{MAX_CELLS, MAX_NAME, Name, Names, Page, PageError, most_cells, pages};
pub use svg::Labels;

use crate::picture::Picture;

/// A page as it was filled in.
#[derive(Clone, Debug)]
pub struct Form {
    /// What the page is, where its code could be read: without it cells have no names, and empty ones
    /// behind the last are among them.
    pub page: Option<Page>,
    /// The cells in order.
    pub cells: Vec<Cell>,
}

/// A cell of a page.
#[derive(Clone, Debug)]
pub struct Cell {
    /// What it is for; `None` of a blank cell, and where the code can't be read.
    pub name: Option<Name>,
    /// What is written into it, in the middle of a sheet, with strokes of a pen's width; `None` where it was
    /// left empty.
    pub drawing: Option<Bitmap>,
    /// Is the drawing whole, and dark enough to be told from paper?
    pub is_sure: bool,
}

/// Why a photo gives no form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// It shows no page with four corner marks.
    #[error("this photo shows no printed sheet with all of its four corner marks")]
    NoForm,
}

/// Reads a photo of a page.
///
/// # Errors
/// When it shows none.
pub fn read(picture: &Picture) -> Result<Form, FormError> {
    let photo = picture.brightness();
    let sheet = sheet::find(&photo).ok_or(FormError::NoForm)?;
    let layout = sheet.layout;
    let count = match &sheet.page {
        Some(page) => page.names.len(),
        None => layout.capacity(),
    };
    let (bend, framed) = bend::Bend::new(&photo, &sheet.view, layout, count, sheet.rounds);
    let contents = cells::read(&photo, &|place| bend.of(&sheet.view, place), layout, count);
    let mut cells: Vec<Cell> = (0..count)
        .map(|at| sheet.page.as_ref().and_then(|page| page.names.get(at)))
        .zip(contents)
        .zip(&framed)
        .map(|((name, content), &framed)| Cell {
            name,
            drawing: content.drawing,
            is_sure: content.is_sure && framed,
        })
        .collect();
    if sheet.page.is_none() {
        // Frames say how many cells there are.
        let last = framed.iter().rposition(|&framed| framed);
        cells.truncate(last.map_or(0, |last| last + 1));
    }
    Ok(Form {
        page: sheet.page,
        cells,
    })
}

#[cfg(test)]
mod tests;
