//! Shards: one contact-sheet PNG an alphabet, and the manifest that lists them.
//!
//! Knows bytes, not files: the lab writes them to disk, the page fetches them. The format is
//! written down field by field in `docs/formats/shard.md`.
//!
//! A sheet is a grayscale PNG of 1 bit per pixel, not interlaced, ink 0 (black) and paper 1
//! (white): one row of 105x105 cells a character, one column a drawer, no gaps. It is believed
//! only where its length and SHA-256 are the manifest's.

mod manifest;

use std::io::Cursor;

use png::{BitDepth, ColorType, DeflateCompression, Filter, Limits, Transformations};

#[cfg(not(target_family = "wasm"))]
pub(crate) use manifest::is_name;
pub use manifest::{Digest, Entry, MAX_ALPHABETS, MAX_MANIFEST_BYTES, Manifest, ManifestError};

use crate::alphabet::AlphabetError;
use crate::bitmap::{PACKED_BYTES, SIDE};
use crate::{Alphabet, Bitmap};

/// Most characters of an alphabet: a contact sheet then unpacks to at most 1.1 MB. Omniglot's
/// largest alphabet has 55.
pub const MAX_CHARACTERS: usize = 256;

/// Most drawers of an alphabet; Omniglot has 20.
pub const MAX_DRAWERS: usize = 64;

/// Most bytes of a shard: twice Omniglot's largest, Oriya's.
pub const MAX_SHARD_BYTES: usize = 512 * 1024;

/// What the PNG decoder may allocate: the zlib window and a few rows, far below this.
const DECODER_BYTES: usize = 4 * 1024 * 1024;

/// The uppermost 105 of 128 bits.
const CELL_MASK: u128 = !0 << (128 - SIDE);

/// Why an alphabet can't be written as a shard or a shard can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShardError {
    /// The manifest's entry itself is not acceptable.
    #[error(transparent)]
    Entry(#[from] ManifestError),
    /// The number of bytes is not the manifest's.
    #[error(
        "shard {file} has {found} bytes where the manifest says {expected}; make the shards again with `lab shards --force`"
    )]
    Length {
        /// The shard's file name.
        file: String,
        /// Bytes by the manifest.
        expected: usize,
        /// Bytes that are there.
        found: usize,
    },
    /// The bytes are not those the manifest describes.
    #[error(
        "shard {file} is damaged: its SHA-256 is not the manifest's; make the shards again with `lab shards --force`"
    )]
    Digest {
        /// The shard's file name.
        file: String,
    },
    /// The bytes are no PNG that can be read.
    #[error(
        "shard {file} is no readable PNG ({reason}); make the shards again with `lab shards --force`"
    )]
    Png {
        /// The shard's file name.
        file: String,
        /// The decoder's words.
        reason: String,
    },
    /// The picture is not the sheet that the manifest describes.
    #[error(
        "shard {file} is {found} where the manifest asks for {expected}; make the shards again with `lab shards --force`"
    )]
    Sheet {
        /// The shard's file name.
        file: String,
        /// The picture that the manifest describes.
        expected: String,
        /// The picture that is there.
        found: String,
    },
    /// The drawings don't make an alphabet.
    #[error(transparent)]
    Alphabet(#[from] AlphabetError),
    /// The encoded sheet is too large to be a shard.
    #[error(
        "alphabet {name} takes {bytes} bytes as a shard, more than the {MAX_SHARD_BYTES} allowed; split it"
    )]
    TooLarge {
        /// The alphabet's name.
        name: String,
        /// Bytes of its sheet.
        bytes: usize,
    },
}

/// The contact sheet of an alphabet as a PNG.
///
/// # Errors
/// When the alphabet's name or size is outside the format's limits.
pub fn encode(alphabet: &Alphabet) -> Result<Vec<u8>, ShardError> {
    manifest::check_shape(alphabet.name(), alphabet.characters(), alphabet.drawers())?;
    let (width, height) = sheet_size(alphabet.characters(), alphabet.drawers());
    let file = || manifest::file_name(alphabet.name());
    let unwritten = |error: png::EncodingError| ShardError::Png {
        file: file(),
        reason: error.to_string(),
    };

    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::One);
    encoder.set_deflate_compression(DeflateCompression::Level(9));
    // All 50 alphabets in MB: Up 4.95, none 4.98, Paeth 5.26, Sub 6.13, Avg 7.83 (the others act
    // on the byte to the left, eight pixels away).
    encoder.set_filter(Filter::Up);
    let mut writer = encoder.write_header().map_err(unwritten)?;
    writer
        .write_image_data(&pack_sheet(alphabet))
        .map_err(unwritten)?;
    writer.finish().map_err(unwritten)?;

    if bytes.len() > MAX_SHARD_BYTES {
        return Err(ShardError::TooLarge {
            name: alphabet.name().to_owned(),
            bytes: bytes.len(),
        });
    }
    Ok(bytes)
}

/// The alphabet in a shard.
///
/// Length and digest are checked before the PNG is looked at, and the PNG's header before memory
/// is taken for its pixels.
///
/// # Errors
/// When the bytes are not exactly those that the entry describes, or not such a sheet.
pub fn decode(entry: &Entry, bytes: &[u8]) -> Result<Alphabet, ShardError> {
    entry.check()?;
    let file = || entry.file.clone();
    if bytes.len() != entry.bytes {
        return Err(ShardError::Length {
            file: file(),
            expected: entry.bytes,
            found: bytes.len(),
        });
    }
    if Digest::of(bytes) != entry.sha256 {
        return Err(ShardError::Digest { file: file() });
    }
    let unreadable = |error: png::DecodingError| ShardError::Png {
        file: file(),
        reason: error.to_string(),
    };

    let limits = Limits {
        bytes: DECODER_BYTES,
    };
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), limits);
    decoder.set_transformations(Transformations::IDENTITY);
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    check_header(entry, decoder.read_header_info().map_err(unreadable)?)?;
    let mut reader = decoder.read_info().map_err(unreadable)?;

    let mut cells = Vec::with_capacity(entry.characters * entry.drawers);
    let mut band = vec![[0u8; PACKED_BYTES]; entry.drawers];
    for _character in 0..entry.characters {
        band.fill([0; PACKED_BYTES]);
        for row in 0..SIDE {
            let line = reader.next_row().map_err(unreadable)?;
            let line = line.ok_or_else(|| ShardError::Png {
                file: file(),
                reason: "rows are missing".to_owned(),
            })?;
            for (drawer, cell) in band.iter_mut().enumerate() {
                let ink = !read_bits(line.data(), drawer * SIDE) & CELL_MASK;
                write_bits(cell, row * SIDE, ink);
            }
        }
        for cell in &band {
            cells.push(Bitmap::from_bytes(cell).map_err(|error| ShardError::Png {
                file: file(),
                reason: error.to_string(),
            })?);
        }
    }
    reader.finish().map_err(unreadable)?;
    Ok(Alphabet::new(
        entry.name.clone(),
        entry.set,
        entry.drawers,
        cells,
    )?)
}

/// Width and height of a sheet in pixels.
fn sheet_size(characters: usize, drawers: usize) -> (u32, u32) {
    ((drawers * SIDE) as u32, (characters * SIDE) as u32)
}

/// Is the picture the one that the entry asks for?
fn check_header(entry: &Entry, info: &png::Info<'_>) -> Result<(), ShardError> {
    let (width, height) = sheet_size(entry.characters, entry.drawers);
    let describe = |width, height, color: ColorType, depth: BitDepth, interlaced: bool| {
        format!(
            "a PNG of {width}x{height} px, {color:?} of {} bit{}",
            depth as u8,
            if interlaced { ", interlaced" } else { "" }
        )
    };
    let expected = describe(width, height, ColorType::Grayscale, BitDepth::One, false);
    let found = describe(
        info.width,
        info.height,
        info.color_type,
        info.bit_depth,
        info.interlaced,
    );
    if found == expected {
        return Ok(());
    }
    Err(ShardError::Sheet {
        file: entry.file.clone(),
        expected,
        found,
    })
}

/// The sheet's rows, each padded with zeros to whole bytes, as a PNG of 1 bit a pixel has them.
fn pack_sheet(alphabet: &Alphabet) -> Vec<u8> {
    let row_bytes = (alphabet.drawers() * SIDE).div_ceil(8);
    let mut sheet = Vec::with_capacity(row_bytes * alphabet.characters() * SIDE);
    let mut line = vec![0u8; row_bytes];
    for band in alphabet.drawings().chunks(alphabet.drawers()) {
        for row in 0..SIDE {
            line.fill(0);
            for (drawer, drawing) in band.iter().enumerate() {
                let paper = !read_bits(drawing.as_bytes(), row * SIDE) & CELL_MASK;
                write_bits(&mut line, drawer * SIDE, paper);
            }
            sheet.extend_from_slice(&line);
        }
    }
    sheet
}

/// The 105 bits from bit `at` on, uppermost; bits behind the end are 0, bits behind the 105th
/// are anything.
fn read_bits(bytes: &[u8], at: usize) -> u128 {
    let rest = bytes.get(at / 8..).unwrap_or_default();
    // All but the last cells of a line have 16 bytes: one load rather than a loop.
    let span = rest.first_chunk().copied().unwrap_or_else(|| {
        let mut span = [0u8; 16];
        for (to, from) in span.iter_mut().zip(rest) {
            *to = *from;
        }
        span
    });
    u128::from_be_bytes(span) << (at % 8)
}

/// Sets the bits from bit `at` on that are set in the uppermost 105 of `bits`; bits behind the
/// end are dropped.
fn write_bits(bytes: &mut [u8], at: usize, bits: u128) {
    let bits = bits >> (at % 8);
    let rest = bytes.get_mut(at / 8..).unwrap_or_default();
    if let Some(span) = rest.first_chunk_mut::<16>() {
        *span = (u128::from_be_bytes(*span) | bits).to_be_bytes();
    } else {
        for (to, from) in rest.iter_mut().zip(bits.to_be_bytes()) {
            *to |= from;
        }
    }
}
