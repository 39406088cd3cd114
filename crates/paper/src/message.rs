//! What the page and the program that reads paper say to each other.
//!
//! The page's pictures and the straightened paper go beside these messages, as the browser's own objects.

use serde::{Deserialize, Serialize};
use twinglyph_core::Bitmap;
use twinglyph_core::own::MAX_CLASSES;
use twinglyph_core::protocol::MAX_SHOTS;

use crate::contact::{ContactError, Lit, Said, Segment};
use crate::cut::{self, Character, Cut};
use crate::form::{self, Form, FormError};
use crate::picture::{Gray, Picture};
use crate::scan::ScanError;

/// A character with its drawing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawn {
    /// Its place and its pieces; a character without pieces can't be joined or split.
    pub character: Character,
    /// As it is compared.
    pub drawing: Bitmap,
    /// What the sheet calls it; empty where it says nothing.
    pub name: String,
}

/// A picture that was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// Width of the straightened paper, pixels.
    pub width: u32,
    /// Its height, pixels.
    pub height: u32,
    /// Its characters, in reading order.
    pub characters: Vec<Drawn>,
    /// Is it a printed sheet whose code can't be read? Then its cells have lost their names.
    pub lost_names: bool,
}

/// The cells of a contact sheet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Grid {
    /// Width of the sheet, pixels: the lines are in them.
    pub width: u32,
    /// Its height, pixels.
    pub height: u32,
    /// Rows of cells, 1 to [`MAX_CLASSES`].
    pub rows: usize,
    /// Cells of a row, from 1 on.
    pub columns: usize,
    /// The sides of the cells.
    pub lines: Vec<Segment>,
    /// Could the sheet not as well be cut otherwise?
    pub is_sure: bool,
    /// Cells with ink.
    pub inked: usize,
    /// For each row the drawings of its cells with ink, from the left: [`MAX_SHOTS`] at most, as many
    /// examples as a character can have.
    pub examples: Vec<Vec<Bitmap>>,
}

/// What the page asks about the picture that was read last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ask {
    /// These characters as one.
    Join(Vec<Character>),
    /// This character as several.
    Split(Character),
    /// The cells of a contact sheet, of which a person says so much.
    Cells(Said),
}

/// The program's answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// To a picture.
    Page(Page),
    /// To [`Ask::Cells`].
    Grid(Grid),
    /// To an [`Ask`]: what stands in place of the characters that were named. The same ones where they
    /// can't be joined or split.
    Instead(Vec<Drawn>),
    /// The picture gives nothing.
    Refused(Fault),
}

/// Why a picture gives nothing, or can't be asked about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Fault {
    /// The pixels hold no characters.
    #[error(transparent)]
    Scan(#[from] ScanError),
    /// The cells of a contact sheet are not found.
    #[error(transparent)]
    Contact(#[from] ContactError),
    /// A contact sheet has more rows than a set has characters.
    #[error("this sheet has more than {MAX_CLASSES} rows")]
    Rows,
    /// It is a printed sheet, and nothing is written on it.
    #[error("nothing is written in the cells of this sheet")]
    Empty,
    /// Nothing was read, or the message makes no sense.
    #[error("there is no such picture; read it again")]
    Lost,
}

/// The program's memory: the picture that was read last.
#[derive(Debug, Default)]
pub struct Reader {
    cut: Option<Cut>,
    /// A printed sheet, straightened.
    form: Option<Gray>,
    sheet: Option<Sheet>,
}

/// A contact sheet.
#[derive(Debug)]
struct Sheet {
    picture: Gray,
    /// Its light; none until it is first asked about.
    lit: Option<Lit>,
}

impl Sheet {
    fn cells(&mut self, said: Said) -> Result<Grid, Fault> {
        let lit = match &mut self.lit {
            Some(lit) => lit,
            none => none.insert(Lit::new(&self.picture)?),
        };
        let placed = lit.find(&self.picture, said)?;
        if placed.rows() > MAX_CLASSES {
            return Err(Fault::Rows);
        }
        let mut inked = 0;
        let row = |row: usize| {
            let mut drawings: Vec<Bitmap> = placed.row(row).into_iter().flatten().collect();
            inked += drawings.len();
            drawings.truncate(MAX_SHOTS);
            drawings
        };
        let examples = (0..placed.rows()).map(row).collect();
        Ok(Grid {
            // Sheets are of `contact::MAX_PIXELS` at most.
            width: self.picture.width as u32,
            height: self.picture.height as u32,
            rows: placed.rows(),
            columns: placed.columns(),
            lines: placed.lines().to_vec(),
            is_sure: placed.is_sure(),
            inked,
            examples,
        })
    }
}

impl Reader {
    /// Reads a picture: a printed sheet by its cells, any other by its ink.
    pub fn read(&mut self, picture: &Picture) -> Answer {
        match form::read(picture) {
            Ok(form) => self.take_form(form),
            Err(FormError::NoForm) => self.take(cut::cut(picture)),
        }
    }

    /// Begins a contact sheet of rows of so many pixels; [`Reader::add_rows`] gives them.
    pub fn begin_sheet(&mut self, width: usize) {
        *self = Self::default();
        self.sheet = Some(Sheet {
            picture: Gray {
                width,
                height: 0,
                pixels: Vec::new(),
            },
            lit: None,
        });
    }

    /// The next rows of the contact sheet. A part that is no picture of its width takes the sheet away.
    pub fn add_rows(&mut self, rows: &Result<Picture, ScanError>) {
        let Some(sheet) = &mut self.sheet else { return };
        match rows {
            Ok(rows) if rows.width() == sheet.picture.width => {
                sheet.picture.pixels.extend(rows.brightness().pixels);
                sheet.picture.height += rows.height();
                sheet.lit = None;
            }
            _ => self.sheet = None,
        }
    }

    fn take_form(&mut self, form: Form) -> Answer {
        (self.cut, self.sheet) = (None, None);
        let filled = form.cells.into_iter().filter_map(|cell| {
            Some(Drawn {
                character: Character {
                    pieces: Vec::new(),
                    bounds: cell.bounds,
                    is_sure: cell.is_sure,
                },
                drawing: cell.drawing?,
                name: cell.name.map(|name| name.to_string()).unwrap_or_default(),
            })
        });
        let page = Page {
            width: form.paper.width as u32,
            height: form.paper.height as u32,
            characters: filled.collect(),
            lost_names: form.page.is_none(),
        };
        self.form = Some(form.paper);
        if page.characters.is_empty() {
            return Answer::Refused(Fault::Empty);
        }
        Answer::Page(page)
    }

    /// Keeps what was found on a picture, and says it.
    pub fn take(&mut self, found: Result<Cut, ScanError>) -> Answer {
        *self = Self::default();
        let cut = match found {
            Ok(cut) => cut,
            Err(error) => return Answer::Refused(error.into()),
        };
        let page = Page {
            // Pictures are of `MAX_PIXELS` at most.
            width: cut.page().width as u32,
            height: cut.page().height as u32,
            characters: drawn(&cut, cut.characters().to_vec()),
            lost_names: false,
        };
        self.cut = Some(cut);
        Answer::Page(page)
    }

    /// The straightened paper of the picture that was read last.
    #[must_use]
    pub fn paper(&self) -> Option<&Gray> {
        self.form.as_ref().or(self.cut.as_ref().map(Cut::page))
    }

    /// Joins or splits on the picture that was read last, or finds its cells.
    pub fn ask(&mut self, ask: Ask) -> Answer {
        match (ask, &mut self.cut, &mut self.sheet) {
            (Ask::Join(characters), Some(cut), _) => {
                let joined = cut.join(&characters).map(|joined| vec![joined]);
                Answer::Instead(drawn(cut, joined.unwrap_or(characters)))
            }
            (Ask::Split(character), Some(cut), _) => {
                let parts = cut.split(&character);
                Answer::Instead(drawn(cut, parts))
            }
            (Ask::Cells(said), _, Some(sheet)) => match sheet.cells(said) {
                Ok(grid) => Answer::Grid(grid),
                Err(fault) => Answer::Refused(fault),
            },
            _ => Answer::Refused(Fault::Lost),
        }
    }
}

/// Characters that draw something, with what they draw.
fn drawn(cut: &Cut, characters: Vec<Character>) -> Vec<Drawn> {
    let with_drawing = |character: Character| {
        let drawing = cut.drawing(&character.pieces)?;
        Some(Drawn {
            character,
            drawing,
            name: String::new(),
        })
    };
    characters.into_iter().filter_map(with_drawing).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::picture::Picture;
    use twinglyph_core::bitmap::SIDE;
    use twinglyph_core::protocol::{decode, encode};

    /// White paper with a black bar.
    fn paper() -> Picture {
        let ink = |at: usize| (40..60).contains(&(at % 200)) && (30..70).contains(&(at / 200));
        let rgba = (0..200 * 100).flat_map(|at| {
            let light = if ink(at) { 0 } else { 255 };
            [light, light, light, 255]
        });
        Picture::new(200, 100, rgba.collect()).unwrap()
    }

    #[test]
    fn messages_come_as_they_went() {
        let mut reader = Reader::default();
        let answer = reader.take(crate::cut(&paper()));
        let bytes = encode(&answer).unwrap();
        assert_eq!(decode::<Answer>(&bytes).unwrap(), answer);
        let Answer::Page(page) = answer else {
            panic!("{answer:?}");
        };
        assert_eq!(page.characters.len(), 1);
        let character = page.characters[0].character.clone();
        for ask in [Ask::Join(vec![character.clone()]), Ask::Split(character)] {
            let bytes = encode(&ask).unwrap();
            let Answer::Instead(instead) = reader.ask(decode(&bytes).unwrap()) else {
                panic!("{ask:?}");
            };
            assert!(!instead.is_empty());
        }
    }

    /// A sheet of 2 x 3 cells of the app's own size with a bar in each but the last, as two strips.
    fn strips() -> [Result<Picture, ScanError>; 2] {
        let strip = |row: usize, columns: usize| {
            let rgba = (0..SIDE * 3 * SIDE).flat_map(|at| {
                let (x, y) = (at % (3 * SIDE), at / (3 * SIDE));
                let is_bar = (20..80).contains(&(x % SIDE)) && (30 + row..40).contains(&y);
                let light = if is_bar && x / SIDE < columns { 0 } else { 255 };
                [light, light, light, 255]
            });
            Picture::new(3 * SIDE, SIDE, rgba.collect())
        };
        [strip(0, 3), strip(1, 2)]
    }

    fn said(rows: usize, columns: usize) -> Ask {
        Ask::Cells(Said {
            rows: Some(rows),
            columns: Some(columns),
        })
    }

    #[test]
    fn a_contact_sheet_is_asked_again_until_its_cells_are_right() {
        let mut reader = Reader::default();
        reader.begin_sheet(3 * SIDE);
        for strip in strips() {
            reader.add_rows(&strip);
        }
        let wrong = reader.ask(said(2, 5));
        assert!(
            matches!(
                wrong,
                Answer::Refused(Fault::Contact(ContactError::Crossed { .. }))
            ),
            "{wrong:?}"
        );
        assert_eq!(decode::<Answer>(&encode(&wrong).unwrap()).unwrap(), wrong);
        let answer = reader.ask(decode(&encode(&said(2, 3)).unwrap()).unwrap());
        assert_eq!(decode::<Answer>(&encode(&answer).unwrap()).unwrap(), answer);
        let Answer::Grid(grid) = answer else {
            panic!("{answer:?}");
        };
        let side = SIDE as u32;
        assert_eq!((grid.width, grid.height), (3 * side, 2 * side));
        assert_eq!((grid.rows, grid.columns, grid.inked), (2, 3, 5));
        let counts: Vec<usize> = grid.examples.iter().map(Vec::len).collect();
        assert_eq!((counts, grid.lines.len()), (vec![3, 2], 3 + 4));
        assert_eq!(
            reader.ask(Ask::Join(Vec::new())),
            Answer::Refused(Fault::Lost)
        );
    }

    #[test]
    fn a_row_has_no_more_examples_than_a_character_can_have() {
        let columns = MAX_SHOTS + 3;
        let rgba = (0..SIDE * columns * SIDE).flat_map(|at| {
            let light = if (20..80).contains(&(at % SIDE)) && at / (columns * SIDE) == 50 {
                0
            } else {
                255
            };
            [light, light, light, 255]
        });
        let mut reader = Reader::default();
        reader.begin_sheet(columns * SIDE);
        reader.add_rows(&Picture::new(columns * SIDE, SIDE, rgba.collect()));
        let Answer::Grid(grid) = reader.ask(Ask::Cells(Said::default())) else {
            panic!("no cells");
        };
        assert_eq!((grid.inked, grid.examples[0].len()), (columns, MAX_SHOTS));
    }

    #[test]
    fn a_sheet_without_its_rows_or_replaced_is_no_sheet() {
        let mut reader = Reader::default();
        let lost = Answer::Refused(Fault::Lost);
        assert_eq!(reader.ask(said(1, 1)), lost);
        reader.begin_sheet(3 * SIDE);
        let empty = Answer::Refused(Fault::Contact(ContactError::Size));
        assert_eq!(reader.ask(said(1, 1)), empty);
        reader.add_rows(&Err(ScanError::Size));
        assert_eq!(reader.ask(said(1, 1)), lost);
        reader.begin_sheet(SIDE);
        for strip in strips() {
            reader.add_rows(&strip);
        }
        assert_eq!(reader.ask(said(2, 3)), lost);
        reader.begin_sheet(3 * SIDE);
        reader.take(crate::cut(&paper()));
        assert_eq!(reader.ask(said(2, 3)), lost);
    }

    #[test]
    fn a_refused_picture_takes_the_last_one_away() {
        let mut reader = Reader::default();
        assert!(matches!(reader.take(crate::cut(&paper())), Answer::Page(_)));
        let refused = reader.take(Err(ScanError::Blank));
        assert_eq!(refused, Answer::Refused(Fault::Scan(ScanError::Blank)));
        assert_eq!(
            reader.ask(Ask::Join(Vec::new())),
            Answer::Refused(Fault::Lost)
        );
        assert!(reader.paper().is_none());
    }
}
