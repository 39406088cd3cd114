//! A set as a file: format 2, which is written, and format 1, which is read (docs/formats/set.md).

use std::collections::BTreeMap;

use super::runs::write_runs;
use super::{
    Example, MAX_BYTES, MAX_CLASSES, MAX_DRAWINGS, MAX_EXAMPLES, MAX_POINTS, OwnClass, OwnSet,
    OwnSetError, is_name,
};
use crate::Bitmap;
use crate::shard::Digest;
use crate::sketch::Sketch;

/// A version of the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// Pixels only, no drawers: read, and written by none.
    One,
    /// Strokes or pixels, and who drew them.
    Two,
}

impl Version {
    /// First bytes of a file: the format's name and version.
    const fn magic(self) -> &'static [u8; 8] {
        match self {
            Self::One => b"twinset1",
            Self::Two => b"twinset2",
        }
    }

    /// Bytes of the body's SHA-256 behind the magic: so many find what a transfer damages.
    const fn digest(self) -> usize {
        match self {
            Self::One => 32,
            Self::Two => 8,
        }
    }

    /// Bytes before the body.
    #[must_use]
    pub const fn head(self) -> usize {
        8 + self.digest()
    }

    /// The file of a body: what comes behind the digest.
    #[must_use]
    pub fn file(self, body: &[u8]) -> Vec<u8> {
        let digest = Digest::of(body).bytes();
        [self.magic(), &digest[..self.digest()], body].concat()
    }
}

/// Behind the number of examples of a class, doubled: some of them are kept as pixels.
const WITH_PIXELS: usize = 1;

impl OwnSet {
    /// The file, of format 2.
    ///
    /// # Errors
    /// When the set is outside the format's limits.
    pub fn encode(&self) -> Result<Vec<u8>, OwnSetError> {
        let mut body = Vec::new();
        write_name(&mut body, &self.name)?;
        let drawers = self.drawers();
        write_number(&mut body, drawers.len());
        for drawer in &drawers {
            write_name(&mut body, drawer)?;
        }
        // Whoever is not among them has no name.
        let places = (1..).zip(drawers).map(|(at, drawer)| (drawer, at));
        let places: BTreeMap<&str, usize> = places.collect();
        check("classes", self.classes.len(), MAX_CLASSES)?;
        write_number(&mut body, self.classes.len());
        let examples = self.examples();
        check("examples", examples.iter().sum(), MAX_DRAWINGS)?;
        let mut points = 0;
        for class in &self.classes {
            write_name(&mut body, &class.name)?;
            let count = class.examples.len();
            check("examples of a class", count, MAX_EXAMPLES)?;
            let with_pixels = class.examples.iter().any(|one| one.sketch().is_none());
            write_number(
                &mut body,
                count * 2 + if with_pixels { WITH_PIXELS } else { 0 },
            );
            for example in &class.examples {
                if !places.is_empty() {
                    let drawer = places.get(example.drawer.as_str());
                    write_number(&mut body, drawer.copied().unwrap_or_default());
                }
                if with_pixels {
                    body.push(u8::from(example.sketch().is_none()));
                }
                match example.sketch() {
                    Some(sketch) => {
                        points += sketch.points();
                        sketch.write(&mut body);
                    }
                    None => write_runs(&mut body, example.drawing()),
                }
            }
        }
        check("points", points, MAX_POINTS)?;
        let file = Version::Two.file(&body);
        check_size(file.len())?;
        Ok(file)
    }

    /// The set in a file's bytes, of either format.
    ///
    /// # Errors
    /// When the bytes are not exactly one whole set.
    pub fn decode(bytes: &[u8]) -> Result<Self, OwnSetError> {
        check_size(bytes.len())?;
        let (version, rest) = version(bytes)?;
        let (digest, body) = rest
            .split_at_checked(version.digest())
            .ok_or(OwnSetError::Damaged)?;
        if !Digest::of(body).bytes().starts_with(digest) {
            return Err(OwnSetError::Damaged);
        }
        let mut reader = Reader(body);
        let set = reader.set(version)?;
        if reader.0.is_empty() {
            Ok(set)
        } else {
            Err(OwnSetError::Damaged)
        }
    }
}

/// The version of a file, and what is behind its magic.
fn version(bytes: &[u8]) -> Result<(Version, &[u8]), OwnSetError> {
    let (magic, rest) = bytes.split_first_chunk::<8>().ok_or(OwnSetError::Magic)?;
    let known = [Version::One, Version::Two].into_iter();
    let found = known.into_iter().find(|version| version.magic() == magic);
    let is_same_kind = magic[..7] == Version::Two.magic()[..7];
    match found {
        Some(version) => Ok((version, rest)),
        None if is_same_kind => Err(OwnSetError::Version),
        None => Err(OwnSetError::Magic),
    }
}

fn check_size(bytes: usize) -> Result<(), OwnSetError> {
    if bytes > MAX_BYTES {
        return Err(OwnSetError::Large(bytes));
    }
    Ok(())
}

/// Unsigned LEB128.
pub(super) fn write_number(bytes: &mut Vec<u8>, mut value: usize) {
    while value >= 128 {
        bytes.push((value & 127) as u8 | 128);
        value >>= 7;
    }
    bytes.push(value as u8);
}

fn check(what: &'static str, found: usize, most: usize) -> Result<(), OwnSetError> {
    if found > most {
        return Err(OwnSetError::Count {
            what,
            found: found as u64,
            most,
        });
    }
    Ok(())
}

fn write_name(bytes: &mut Vec<u8>, name: &str) -> Result<(), OwnSetError> {
    if !is_name(name) {
        return Err(OwnSetError::Name(name.into()));
    }
    write_number(bytes, name.len());
    bytes.extend_from_slice(name.as_bytes());
    Ok(())
}

/// What is left of a file's body.
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl Reader<'_> {
    // Inlined at each of its uses it would be a large part of what the page loads first; so would the next ones.
    #[inline(never)]
    pub(super) fn number(&mut self) -> Result<u64, OwnSetError> {
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

    #[inline(never)]
    fn count(&mut self, what: &'static str, most: usize) -> Result<usize, OwnSetError> {
        let found = self.number()?;
        usize::try_from(found)
            .ok()
            .filter(|&count| count <= most)
            .ok_or(OwnSetError::Count { what, found, most })
    }

    #[inline(never)]
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
            Err(OwnSetError::Name(name.into()))
        }
    }

    /// What a body holds.
    fn set(&mut self, version: Version) -> Result<OwnSet, OwnSetError> {
        let name = self.name()?;
        let count = match version {
            Version::One => 0,
            Version::Two => self.count("drawers", MAX_DRAWINGS)?,
        };
        // Memory is taken as names and classes come: a count alone is no reason for any.
        let drawers = (0..count)
            .map(|_| self.name())
            .collect::<Result<Vec<_>, _>>()?;
        let count = self.count("classes", MAX_CLASSES)?;
        let mut classes = Vec::new();
        let (mut examples, mut points) = (0, 0);
        for _ in 0..count {
            let class = match version {
                Version::One => self.first_class()?,
                Version::Two => self.class(&drawers, &mut points)?,
            };
            examples += class.examples.len();
            check("examples", examples, MAX_DRAWINGS)?;
            classes.push(class);
        }
        Ok(OwnSet { name, classes })
    }

    /// A class of the first format.
    fn first_class(&mut self) -> Result<OwnClass, OwnSetError> {
        let name = self.name()?;
        let count = self.count("examples of a class", MAX_EXAMPLES)?;
        let drawings = (0..count).map(|_| self.runs());
        let drawings: Vec<Bitmap> = drawings.collect::<Result<_, _>>()?;
        Ok(OwnClass::new(&name, drawings))
    }

    /// A class by these drawers; counts the points of its strokes.
    fn class(&mut self, drawers: &[String], points: &mut usize) -> Result<OwnClass, OwnSetError> {
        let name = self.name()?;
        let number = self.number()? as usize;
        let (count, with_pixels) = (number / 2, number % 2 == WITH_PIXELS);
        check("examples of a class", count, MAX_EXAMPLES)?;
        let mut examples = Vec::new();
        for _ in 0..count {
            let drawer = match drawers {
                [] => "",
                _ => match self.count("drawers", drawers.len())? {
                    0 => "",
                    at => &drawers[at - 1],
                },
            };
            let is_pixels = with_pixels && self.count("kinds", 1)? == 1;
            let example: Example = if is_pixels {
                self.runs()?.into()
            } else {
                let (sketch, rest) = Sketch::read(self.0).ok_or(OwnSetError::Damaged)?;
                self.0 = rest;
                *points += sketch.points();
                check("points", *points, MAX_POINTS)?;
                sketch.into()
            };
            examples.push(example.by(drawer));
        }
        Ok(OwnClass { name, examples })
    }
}
