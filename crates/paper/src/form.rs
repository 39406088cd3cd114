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

use crate::cut::Bounds;
use crate::picture::{Gray, Picture};

/// A page as it was filled in.
#[derive(Clone, Debug)]
pub struct Form {
    /// What the page is, where its code could be read: without it cells have no names, and empty ones
    /// behind the last are among them.
    pub page: Option<Page>,
    /// The page, straightened.
    pub paper: Gray,
    /// The cells in order.
    pub cells: Vec<Cell>,
}

/// A cell of a page.
#[derive(Clone, Debug)]
pub struct Cell {
    /// Its place on [`Form::paper`].
    pub bounds: Bounds,
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
    /// It shows no page with corner marks.
    #[error(
        "this photo shows no printed sheet; take one of the whole page, with all of its corners"
    )]
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
        .map(|at| (at, sheet.page.as_ref().and_then(|page| page.names.get(at))))
        .zip(contents)
        .zip(&framed)
        .map(|(((at, name), content), &framed)| Cell {
            bounds: bounds(layout.cell(at)),
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
        paper: straightened(&photo, layout, &|place| bend.of(&sheet.view, place)),
        page: sheet.page,
        cells,
    })
}

/// Pixels of the straightened page in a millimetre: a cell has a hundred a side.
const PIXELS: f64 = 4.0;

fn bounds(area: Area) -> Bounds {
    let pixel = |at: f64| (at * PIXELS).round().max(0.0) as usize;
    Bounds {
        left: pixel(area.x),
        top: pixel(area.y),
        right: pixel(area.x + area.width),
        bottom: pixel(area.y + area.height),
    }
}

/// The page as it lies on the photo, `of` giving the place of a millimetre.
fn straightened(photo: &Gray, layout: Layout, of: &impl Fn([f64; 2]) -> [f64; 2]) -> Gray {
    let [width, height] = layout.paper().size().map(|side| (side * PIXELS) as usize);
    let pixels = (0..width * height).map(|at| {
        let place = [at % width, at / width].map(|at| (at as f64 + 0.5) / PIXELS);
        projection::sample(photo, of(place)) as u8
    });
    Gray {
        width,
        height,
        pixels: pixels.collect(),
    }
}

#[cfg(test)]
mod tests;
