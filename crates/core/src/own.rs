//! A person's own support set: classes with names and one example or more of each, as a file or
//! whole in an address.
//!
//! The format is described field by field in docs/formats/set.md. Knows bytes and drawings; refuses to
//! know where a set is kept and how it was drawn.

mod alphabet;

use std::fmt::Write as _;

use crate::Bitmap;
use crate::bitmap::SIDE;
use crate::shard::Digest;

/// First bytes of a file: the format's name and version.
pub const MAGIC: &[u8; 8] = b"twinset1";

/// Bytes before what the digest is of: [`MAGIC`] and the digest.
pub const HEAD: usize = 40;

/// Most bytes of a file: 100 examples of 100 classes at 400 bytes each, what a busy drawing takes.
pub const MAX_BYTES: usize = 4 << 20;

/// Most classes: as many as a support set of the page can have a name each for.
pub const MAX_CLASSES: usize = 1_000;

/// Most examples of a class.
pub const MAX_EXAMPLES: usize = 100;

/// Most examples of a set. A blank drawing is one byte of a file and 1,379 of memory, so a file's
/// length alone bounds nothing: this is 14 MB.
pub const MAX_DRAWINGS: usize = 10_000;

/// Most characters of a name.
pub const MAX_NAME: usize = 60;

/// A class of a person's own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnClass {
    /// In any script.
    pub name: String,
    /// Its drawings.
    pub examples: Vec<Bitmap>,
}

/// A support set of a person's own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnSet {
    /// For people.
    pub name: String,
    /// In the person's order.
    pub classes: Vec<OwnClass>,
}

/// Why bytes are no set, or a set can't be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OwnSetError {
    /// Another kind of file.
    #[error("this is no support set of Twinglyph")]
    Magic,
    /// A file of a later version of this format.
    #[error("this support set was made by a later version of Twinglyph; load the page again")]
    Version,
    /// Bytes are missing or changed.
    #[error("this support set is damaged: get it once more from where it came")]
    Damaged,
    /// Too large.
    #[error("this support set has {0} bytes, more than the {MAX_BYTES} that are allowed")]
    Large(usize),
    /// A count outside the limits.
    #[error("a support set has at most {most} {what}, not {found}")]
    Count {
        /// What is counted.
        what: &'static str,
        /// How many there are.
        found: u64,
        /// How many there may be.
        most: usize,
    },
    /// A name that can't be shown; isolated in the sentence, as it may run from right to left.
    #[error(
        "\u{2068}{0:?}\u{2069} is no name: names have at most {MAX_NAME} characters, none of them a control character"
    )]
    Name(String),
    /// An address that holds no set.
    #[error("this address holds no support set: part of it is missing, or was changed")]
    Address,
}

/// Is it a name for a set or a class? An empty one is: a person may not have named it yet.
#[must_use]
pub fn is_name(name: &str) -> bool {
    name.chars().count() <= MAX_NAME && !name.chars().any(char::is_control)
}

impl OwnSet {
    /// The file.
    ///
    /// # Errors
    /// When the set is outside the format's limits.
    pub fn encode(&self) -> Result<Vec<u8>, OwnSetError> {
        let mut body = Vec::new();
        write_name(&mut body, &self.name)?;
        write_count(&mut body, self.classes.len(), "classes", MAX_CLASSES)?;
        check_drawings(self.classes.iter().map(|class| class.examples.len()).sum())?;
        for class in &self.classes {
            write_name(&mut body, &class.name)?;
            write_count(
                &mut body,
                class.examples.len(),
                "examples of a class",
                MAX_EXAMPLES,
            )?;
            for example in &class.examples {
                write_runs(&mut body, example);
            }
        }
        let file = Self::with_head(&body);
        if file.len() > MAX_BYTES {
            return Err(OwnSetError::Large(file.len()));
        }
        Ok(file)
    }

    /// The set in a file's bytes.
    ///
    /// # Errors
    /// When the bytes are not exactly one whole set.
    pub fn decode(bytes: &[u8]) -> Result<Self, OwnSetError> {
        if bytes.len() > MAX_BYTES {
            return Err(OwnSetError::Large(bytes.len()));
        }
        let Some((magic, rest)) = bytes.split_first_chunk::<8>() else {
            return Err(OwnSetError::Magic);
        };
        if magic != MAGIC {
            let same_kind = magic[..7] == MAGIC[..7];
            return Err(if same_kind {
                OwnSetError::Version
            } else {
                OwnSetError::Magic
            });
        }
        let Some((digest, body)) = rest.split_first_chunk::<32>() else {
            return Err(OwnSetError::Damaged);
        };
        if Digest::of(body).bytes() != *digest {
            return Err(OwnSetError::Damaged);
        }
        let mut reader = Reader(body);
        let name = reader.name()?;
        let count = reader.count("classes", MAX_CLASSES)?;
        // Memory is taken as classes come: a count alone is no reason for any.
        let mut classes = Vec::new();
        let mut drawings = 0;
        for _ in 0..count {
            let name = reader.name()?;
            let count = reader.count("examples of a class", MAX_EXAMPLES)?;
            drawings += count;
            check_drawings(drawings)?;
            let examples = (0..count).map(|_| reader.runs());
            let examples = examples.collect::<Result<_, _>>()?;
            classes.push(OwnClass { name, examples });
        }
        if reader.0.is_empty() {
            Ok(Self { name, classes })
        } else {
            Err(OwnSetError::Damaged)
        }
    }

    /// The file of a body: what comes behind the digest.
    #[must_use]
    pub fn with_head(body: &[u8]) -> Vec<u8> {
        let mut file = MAGIC.to_vec();
        file.extend_from_slice(&Digest::of(body).bytes());
        file.extend_from_slice(body);
        file
    }

    /// The file as text for an address: base64 of RFC 4648, section 5, without padding.
    ///
    /// # Errors
    /// As [`OwnSet::encode`].
    pub fn to_address(&self) -> Result<String, OwnSetError> {
        let file = self.encode()?;
        let mut text = String::with_capacity(file.len().div_ceil(3) * 4);
        for group in file.chunks(3) {
            let bits = group
                .iter()
                .fold(0u32, |bits, &byte| bits << 8 | u32::from(byte))
                << (8 * (3 - group.len()));
            for digit in 0..=group.len() {
                text.push(char::from(DIGITS[(bits >> (18 - 6 * digit)) as usize & 63]));
            }
        }
        Ok(text)
    }

    /// The set in an address's text.
    ///
    /// # Errors
    /// When the text is no such base64, or its bytes are no set.
    pub fn from_address(text: &str) -> Result<Self, OwnSetError> {
        if text.len() > MAX_BYTES {
            return Err(OwnSetError::Large(text.len()));
        }
        let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
        for group in text.as_bytes().chunks(4) {
            let mut bits = 0u32;
            for &digit in group {
                bits = bits << 6 | u32::from(value(digit).ok_or(OwnSetError::Address)?);
            }
            bits <<= 6 * (4 - group.len());
            let whole = &bits.to_be_bytes()[1..];
            let (given, rest) = whole.split_at(group.len() - 1);
            if group.len() == 1 || rest.iter().any(|&byte| byte != 0) {
                return Err(OwnSetError::Address);
            }
            bytes.extend_from_slice(given);
        }
        Self::decode(&bytes)
    }
}

/// RFC 4648, table 2.
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The place of a letter in [`DIGITS`].
fn value(digit: u8) -> Option<u8> {
    match digit {
        b'A'..=b'Z' => Some(digit - b'A'),
        b'a'..=b'z' => Some(digit - b'a' + 26),
        b'0'..=b'9' => Some(digit - b'0' + 52),
        b'-' => Some(62),
        b'_' => Some(63),
        _ => None,
    }
}

/// Unsigned LEB128.
fn write_number(bytes: &mut Vec<u8>, mut value: usize) {
    while value >= 128 {
        bytes.push((value & 127) as u8 | 128);
        value >>= 7;
    }
    bytes.push(value as u8);
}

fn write_count(
    bytes: &mut Vec<u8>,
    count: usize,
    what: &'static str,
    most: usize,
) -> Result<(), OwnSetError> {
    if count > most {
        return Err(OwnSetError::Count {
            what,
            found: count as u64,
            most,
        });
    }
    write_number(bytes, count);
    Ok(())
}

fn check_drawings(found: usize) -> Result<(), OwnSetError> {
    if found > MAX_DRAWINGS {
        return Err(OwnSetError::Count {
            what: "examples",
            found: found as u64,
            most: MAX_DRAWINGS,
        });
    }
    Ok(())
}

fn write_name(bytes: &mut Vec<u8>, name: &str) -> Result<(), OwnSetError> {
    if !is_name(name) {
        return Err(OwnSetError::Name(name.to_owned()));
    }
    write_number(bytes, name.len());
    bytes.extend_from_slice(name.as_bytes());
    Ok(())
}

/// Lengths of runs of pixels that are like those above them, and that differ, in turn, until the last
/// that differs; before them their number. Strokes are mostly steep, so this has fewer runs than the ink
/// itself.
fn write_runs(bytes: &mut Vec<u8>, drawing: &Bitmap) {
    let mut runs = Vec::new();
    let (mut kind, mut length) = (false, 0usize);
    let mut above = 0;
    for row in 0..SIDE {
        let pixels = drawing.row(row);
        // The next pixel is the highest bit.
        let mut differs = (pixels ^ above) << (u128::BITS as usize - SIDE);
        above = pixels;
        let mut left = SIDE;
        loop {
            let other = if kind { !differs } else { differs };
            let run = left.min(other.leading_zeros() as usize);
            length += run;
            left -= run;
            if left == 0 {
                break;
            }
            runs.push(length);
            (kind, length) = (!kind, 0);
            differs <<= run;
        }
    }
    if kind {
        runs.push(length);
    }
    write_number(bytes, runs.len());
    for run in runs {
        write_number(bytes, run);
    }
}

/// What is left of a file's body.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn number(&mut self) -> Result<u64, OwnSetError> {
        let mut value = 0;
        for shift in (0..28).step_by(7) {
            let (&byte, rest) = self.0.split_first().ok_or(OwnSetError::Damaged)?;
            self.0 = rest;
            value |= u64::from(byte & 127) << shift;
            if byte < 128 {
                return Ok(value);
            }
        }
        Err(OwnSetError::Damaged)
    }

    fn count(&mut self, what: &'static str, most: usize) -> Result<usize, OwnSetError> {
        let found = self.number()?;
        usize::try_from(found)
            .ok()
            .filter(|&count| count <= most)
            .ok_or(OwnSetError::Count { what, found, most })
    }

    fn name(&mut self) -> Result<String, OwnSetError> {
        let length = self.number()? as usize;
        let (text, rest) = self
            .0
            .split_at_checked(length)
            .ok_or(OwnSetError::Damaged)?;
        self.0 = rest;
        let name = std::str::from_utf8(text).map_err(|_| OwnSetError::Damaged)?;
        if is_name(name) {
            Ok(name.to_owned())
        } else {
            let mut shown = String::new();
            for letter in name.chars().take(MAX_NAME) {
                // Writing to a string can't fail.
                let _ = write!(shown, "{}", letter.escape_debug());
            }
            Err(OwnSetError::Name(shown))
        }
    }

    fn runs(&mut self) -> Result<Bitmap, OwnSetError> {
        let count = self.number()?;
        // For each row the pixels that differ from those above them.
        let mut rows = [0u128; SIDE];
        let (mut at, mut kind) = (0usize, false);
        for run in 0..count {
            let length = self.number()? as usize;
            // Only the first run may be empty: else a drawing could be written in two ways.
            if at + length > SIDE * SIDE || length == 0 && run > 0 {
                return Err(OwnSetError::Damaged);
            }
            let end = at + length;
            while at < end {
                let column = at % SIDE;
                let part = (end - at).min(SIDE - column);
                if kind && let Some(row) = rows.get_mut(at / SIDE) {
                    *row |= ((1 << part) - 1) << (SIDE - column - part);
                }
                at += part;
            }
            kind = !kind;
        }
        let mut above = 0;
        Ok(Bitmap::from_rows(rows.map(|differs| {
            above ^= differs;
            above
        })))
    }
}

#[cfg(test)]
#[path = "own/tests.rs"]
mod tests;
