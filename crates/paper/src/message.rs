//! What the page and the program that reads paper say to each other.
//!
//! The page's pictures and the straightened paper go beside these messages, as the browser's own objects.

use serde::{Deserialize, Serialize};
use twinglyph_core::Bitmap;

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

/// What the page asks about the picture that was read last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ask {
    /// These characters as one.
    Join(Vec<Character>),
    /// This character as several.
    Split(Character),
}

/// The program's answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// To a picture.
    Page(Page),
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
}

impl Reader {
    /// Reads a picture: a printed sheet by its cells, any other by its ink.
    pub fn read(&mut self, picture: &Picture) -> Answer {
        match form::read(picture) {
            Ok(form) => self.take_form(form),
            Err(FormError::NoForm) => self.take(cut::cut(picture)),
        }
    }

    fn take_form(&mut self, form: Form) -> Answer {
        self.cut = None;
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
        (self.cut, self.form) = (None, None);
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

    /// Joins or splits on the picture that was read last.
    pub fn ask(&mut self, ask: Ask) -> Answer {
        let Some(cut) = &mut self.cut else {
            return Answer::Refused(Fault::Lost);
        };
        let characters = match ask {
            Ask::Join(characters) => match cut.join(&characters) {
                Some(joined) => vec![joined],
                None => characters,
            },
            Ask::Split(character) => cut.split(&character),
        };
        Answer::Instead(drawn(cut, characters))
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
