//! A zip archive in memory, its entries one after the other.
//!
//! Knows names, sizes and PNGs of one drawing; refuses to know what the entries mean.

use std::io::{Cursor, Read as _};

use png::{BitDepth, ColorType, Limits, Transformations};
use zip::ZipArchive;

use super::OmniglotError;
use crate::Bitmap;
use crate::bitmap::SIDE;

/// Bytes of the record that ends a zip archive, without its comment.
const END_BYTES: usize = 22;

/// What the PNG decoder may allocate for a drawing; it needs 11 kB and the zlib window.
const DECODER_BYTES: usize = 512 * 1024;

/// An archive and its official name.
pub(super) struct Archive<'a> {
    name: &'static str,
    zip: ZipArchive<Cursor<&'a [u8]>>,
}

impl<'a> Archive<'a> {
    /// Opens the archive in these bytes.
    pub(super) fn open(name: &'static str, bytes: &'a [u8]) -> Result<Self, OmniglotError> {
        let unreadable = |reason: String| OmniglotError::Archive {
            archive: name,
            reason,
        };
        let zip =
            ZipArchive::new(Cursor::new(bytes)).map_err(|error| unreadable(error.to_string()))?;
        let listed = listed_entries(bytes).ok_or_else(|| unreadable("it has no end".to_owned()))?;
        // The reader keeps the last of several entries of one name, in silence.
        if listed != zip.len() {
            return Err(unreadable(format!(
                "it lists {listed} entries under {} names",
                zip.len()
            )));
        }
        Ok(Self { name, zip })
    }

    /// Gives path and bytes of every entry that is a file and not macOS's own to `visit`, whose
    /// `Err` says what is wrong with the entry. An entry of more than `most` bytes is an error
    /// before memory is taken for it.
    pub(super) fn each_file(
        &mut self,
        most: usize,
        mut visit: impl FnMut(&str, &[u8]) -> Result<(), String>,
    ) -> Result<(), OmniglotError> {
        let archive = self.name;
        let mut bytes = Vec::with_capacity(most + 1);
        for at in 0..self.zip.len() {
            let mut file = self
                .zip
                .by_index(at)
                .map_err(|error| OmniglotError::Archive {
                    archive,
                    reason: error.to_string(),
                })?;
            let path = file.name().to_owned();
            if file.is_dir() || is_junk(&path) {
                continue;
            }
            let odd = |problem| OmniglotError::Entry {
                archive,
                entry: path.clone(),
                problem,
            };
            bytes.clear();
            // The size in the directory may be a lie: what is unpacked is counted.
            let unpacked = file
                .by_ref()
                .take(most as u64 + 1)
                .read_to_end(&mut bytes)
                .map_err(|error| odd(format!("can't be unpacked ({error})")))?;
            if unpacked > most {
                return Err(odd(format!("unpacks to more than {most} bytes")));
            }
            visit(&path, &bytes).map_err(odd)?;
        }
        Ok(())
    }
}

/// Did macOS add this on its own?
fn is_junk(path: &str) -> bool {
    path.split('/')
        .any(|part| part == "__MACOSX" || part == ".DS_Store")
}

/// Number of entries by the record that ends the archive (PKWARE's APPNOTE 6.3, section 4.3.16).
fn listed_entries(bytes: &[u8]) -> Option<usize> {
    let last = bytes.len().checked_sub(END_BYTES)?;
    // A comment behind the record has at most 65,535 bytes.
    (last.saturating_sub(0xffff)..=last).rev().find_map(|at| {
        let record = bytes.get(at..at + END_BYTES)?;
        let comment = usize::from(u16::from_le_bytes([record[20], record[21]]));
        let ends = record.starts_with(b"PK\x05\x06") && at + END_BYTES + comment == bytes.len();
        ends.then(|| usize::from(u16::from_le_bytes([record[10], record[11]])))
    })
}

/// The drawing in a PNG: 105x105, grayscale, every pixel either black, which is ink, or white.
pub(super) fn drawing(png: &[u8]) -> Result<Bitmap, String> {
    let unreadable = |error: png::DecodingError| format!("is no readable PNG ({error})");
    let limits = Limits {
        bytes: DECODER_BYTES,
    };
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(png), limits);
    decoder.set_transformations(Transformations::EXPAND);
    let info = decoder.read_header_info().map_err(unreadable)?;
    if (info.width, info.height) != (SIDE as u32, SIDE as u32) {
        return Err(format!(
            "has {}x{} pixels, not {SIDE}x{SIDE}",
            info.width, info.height
        ));
    }
    let mut reader = decoder.read_info().map_err(unreadable)?;
    if reader.output_color_type() != (ColorType::Grayscale, BitDepth::Eight) {
        return Err("is not black and white".to_owned());
    }
    let mut gray = [0u8; SIDE * SIDE];
    reader.next_frame(&mut gray).map_err(unreadable)?;
    reader.finish().map_err(unreadable)?;
    if gray.iter().any(|&value| value != 0 && value != 255) {
        return Err("is not black and white".to_owned());
    }
    Ok(Bitmap::from_fn(|row, column| {
        gray.get(row * SIDE + column) == Some(&0)
    }))
}

/// The number written with exactly `digits` digits in `text`.
pub(super) fn number(text: &str, digits: usize) -> Option<u16> {
    let all_digits = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    all_digits.then(|| text.parse().ok()).flatten()
}

/// Character and drawer, from 0, and the file's number in `ALPHABET/characterNN/IIII_DD.EXT`.
pub(super) struct Place<'a> {
    pub(super) alphabet: &'a str,
    pub(super) character: u16,
    pub(super) drawer: u8,
    pub(super) number: u16,
}

impl<'a> Place<'a> {
    /// The place in a path `ROOT/ALPHABET/characterNN/IIII_DD.EXT`.
    pub(super) fn parse(path: &'a str, root: &str, extension: &str) -> Option<Self> {
        let rest = path.strip_prefix(root)?.strip_prefix('/')?;
        let mut parts = rest.split('/');
        let (alphabet, folder, file) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() || !crate::shard::is_name(alphabet) {
            return None;
        }
        let character = number(folder.strip_prefix("character")?, 2)?.checked_sub(1)?;
        let stem = file.strip_suffix(extension)?.strip_suffix('.')?;
        let (image, drawer) = stem.split_once('_')?;
        let drawer = u8::try_from(number(drawer, 2)?.checked_sub(1)?).ok()?;
        (usize::from(drawer) < crate::alphabet::DRAWERS).then_some(Self {
            alphabet,
            character,
            drawer,
            number: number(image, 4)?,
        })
    }
}
