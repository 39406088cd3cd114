//! The program.

use js_sys::{Uint8Array, Uint8ClampedArray};
use twinglyph_core::protocol::{decode, encode};
use twinglyph_paper::Picture;
use twinglyph_paper::contact::{reading_size, strip};
use twinglyph_paper::message::{Answer, Fault, Reader};
use twinglyph_paper::sides::{HEAD, is_enormous, sides};
use wasm_bindgen::prelude::*;

/// Reads pictures, and answers about the last one. Messages are `twinglyph_paper::message`'s.
#[wasm_bindgen]
#[derive(Default)]
pub struct Program {
    reader: Reader,
}

#[wasm_bindgen]
impl Program {
    /// One that has read nothing.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many bytes of a file [`Program::refuses`] wants.
    pub fn head() -> u32 {
        HEAD as u32
    }

    /// Is the picture of a file with this head too large to be decoded? Where the head does not say, no.
    pub fn refuses(head: &[u8]) -> bool {
        sides(head).is_some_and(is_enormous)
    }

    /// As [`Program::refuses`], for a contact sheet.
    pub fn refuses_sheet(head: &[u8]) -> bool {
        sides(head).is_some_and(|(width, height)| sheet_sides(width, height).is_empty())
    }

    /// Width and height at which a contact sheet of these sides is read, pixels; nothing where it is too
    /// large.
    pub fn sheet_sides(width: u32, height: u32) -> Vec<u32> {
        sheet_sides(width, height)
    }

    /// Rows of a contact sheet of this width that are given to [`Program::add_rows`] at once.
    pub fn strip(width: u32) -> u32 {
        strip(width as usize) as u32
    }

    /// Begins a contact sheet of rows of so many pixels.
    pub fn begin_sheet(&mut self, width: u32) {
        self.reader.begin_sheet(width as usize);
    }

    /// The next rows of the contact sheet: red, green, blue and opacity.
    pub fn add_rows(&mut self, width: u32, height: u32, pixels: Vec<u8>) {
        let rows = Picture::new(width as usize, height as usize, pixels);
        self.reader.add_rows(&rows);
    }

    /// Reads a picture of red, green, blue and opacity, row by row.
    pub fn read(&mut self, width: u32, height: u32, pixels: Vec<u8>) -> Uint8Array {
        let picture = Picture::new(width as usize, height as usize, pixels);
        bytes(&match picture {
            Ok(picture) => self.reader.read(&picture),
            Err(error) => self.reader.take(Err(error)),
        })
    }

    /// Width of [`Program::page`], pixels; 0 where there is none.
    pub fn width(&self) -> u32 {
        self.reader.paper().map_or(0, |paper| paper.width as u32)
    }

    /// The straightened paper of the picture that was read last, as a canvas takes it.
    pub fn page(&self) -> Uint8ClampedArray {
        let paper = self.reader.paper();
        let shades = paper.map_or(&[][..], |paper| &paper.pixels);
        let pixels: Vec<u8> = shades
            .iter()
            .flat_map(|&shade| [shade, shade, shade, 255])
            .collect();
        Uint8ClampedArray::from(pixels.as_slice())
    }

    /// Joins or splits on the picture that was read last, or finds the cells of the contact sheet.
    pub fn ask(&mut self, message: &[u8]) -> Uint8Array {
        bytes(&match decode(message) {
            Ok(ask) => self.reader.ask(ask),
            Err(_) => Answer::Refused(Fault::Lost),
        })
    }
}

fn sheet_sides(width: u32, height: u32) -> Vec<u32> {
    let sides = reading_size(width as usize, height as usize);
    // No side is longer than the picture's.
    sides.map_or_else(Vec::new, |(width, height)| {
        vec![width as u32, height as u32]
    })
}

fn bytes(answer: &Answer) -> Uint8Array {
    // No answer is known that can't be written; the page takes an empty one for a broken program.
    Uint8Array::from(encode(answer).unwrap_or_default().as_slice())
}
