//! A picture file as a drawing in Omniglot's form: 105x105 pixels, ink or paper.
//!
//! Files are read as the page reads them (`twinglyph_paper`), so that both make the same drawing of a picture. One
//! thing is stricter: a picture of two tones is taken pixel by pixel, so that Omniglot's own come out bit for bit.
//! Refuses to know folders and what the drawings are for.

use std::fs;
use std::io::{self, Cursor};
use std::path::Path;

use image::imageops::thumbnail;
use image::metadata::Orientation;
use image::{DynamicImage, GrayImage, ImageDecoder, ImageError, ImageReader, Limits};
use twinglyph_core::Bitmap;
use twinglyph_core::bitmap::SIDE;
use twinglyph_paper::scan::{self, MAX_PIXELS, ScanError};
use twinglyph_paper::{Gray, Picture};

/// Most bytes of a file: a phone's photos have 3 to 12 MB.
const MAX_BYTES: u64 = 16_000_000;

/// Most pixels of a picture: 100 MB as it is decoded.
const MAX_OPENED: u64 = 25_000_000;

/// Most bytes that a decoder may take: [`MAX_OPENED`] pixels of 16 bits a colour, and opacity.
const MAX_DECODER_BYTES: u64 = 8 * MAX_OPENED;

/// Longer side of a picture (pixels) from which on it is made smaller: four sheets.
const LONGEST: usize = 4 * SIDE;

/// Why a file gives no drawing: a clause that stands behind the file's name.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PictureError {
    /// It can't be read.
    #[error("{0}")]
    File(#[from] io::Error),
    /// A pipe or a device, which may never end.
    #[error("is no regular file")]
    Special,
    /// Too many bytes.
    #[error("has {0} bytes, more than the {MAX_BYTES} a picture may have")]
    Bytes(u64),
    /// Not a format that is read.
    #[error("is no PNG, JPEG, GIF, BMP or WebP picture")]
    Kind,
    /// Too many pixels, whatever the file's length.
    #[error("has {0}x{1} pixels, more than the {MAX_OPENED} a picture may have")]
    Pixels(u32, u32),
    /// Its bytes are damaged.
    #[error("is damaged ({0})")]
    Damaged(ImageError),
    /// Nothing is drawn on it.
    #[error("{}", match .0 { ScanError::Blank => "is blank: no ink stands out from its paper".to_owned(), other => other.to_string() })]
    Form(#[from] ScanError),
}

/// Is the file by its name a picture of a format that is read?
pub(crate) fn is_picture(path: &Path) -> bool {
    has_extension(path, &["png", "jpg", "jpeg", "gif", "bmp", "webp"])
}

/// Is the file by its name a picture of a format that is not read?
pub(crate) fn is_other_picture(path: &Path) -> bool {
    let others = [
        "tif", "tiff", "svg", "heic", "heif", "avif", "pbm", "pgm", "ppm", "jp2", "jxl",
    ];
    has_extension(path, &others)
}

fn has_extension(path: &Path, extensions: &[&str]) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|own| extensions.iter().any(|one| own.eq_ignore_ascii_case(one)))
}

/// The drawing in a file; what the file is, its first bytes say.
///
/// # Errors
/// When it can't be read, is too large or no picture, or nothing is drawn on it.
pub(crate) fn read(path: &Path) -> Result<Bitmap, PictureError> {
    let found = fs::metadata(path)?;
    if !found.is_file() {
        return Err(PictureError::Special);
    }
    if found.len() > MAX_BYTES {
        return Err(PictureError::Bytes(found.len()));
    }
    decode(&fs::read(path)?)
}

/// The drawings in many files, each by its own, on all cores.
pub(crate) fn read_all(paths: &[&Path]) -> Vec<Result<Bitmap, PictureError>> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let each = paths.len().div_ceil(cores).max(1);
    std::thread::scope(|scope| {
        let read_part = |part: &[&Path]| part.iter().map(|path| read(path)).collect();
        let parts = paths.chunks(each);
        let threads: Vec<_> = parts
            .map(|part| scope.spawn(move || -> Vec<_> { read_part(part) }))
            .collect();
        let read = threads.into_iter().map(|thread| match thread.join() {
            Ok(read) => read,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        read.flatten().collect()
    })
}

/// The drawing in a file's bytes.
fn decode(bytes: &[u8]) -> Result<Bitmap, PictureError> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format()?;
    if reader.format().is_none() {
        return Err(PictureError::Kind);
    }
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_DECODER_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(unreadable)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_OPENED {
        return Err(PictureError::Pixels(width, height));
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut image = DynamicImage::from_decoder(decoder).map_err(unreadable)?;
    image.apply_orientation(orientation);
    Ok(drawing(&shrunk(gray(image)?))?)
}

fn unreadable(error: ImageError) -> PictureError {
    match error {
        ImageError::Unsupported(_) => PictureError::Kind,
        other => PictureError::Damaged(other),
    }
}

/// Shades of grey; what can be seen through is paper.
fn gray(image: DynamicImage) -> Result<Gray, ScanError> {
    let pixels = |image: &DynamicImage| f64::from(image.width()) * f64::from(image.height());
    let over = pixels(&image) / MAX_PIXELS as f64;
    let image = if over > 1.0 {
        let fitting = |side: u32| ((f64::from(side) / over.sqrt()) as u32).max(1);
        image.thumbnail_exact(fitting(image.width()), fitting(image.height()))
    } else {
        image
    };
    let (width, height) = (image.width() as usize, image.height() as usize);
    Ok(Picture::new(width, height, image.into_rgba8().into_raw())?.brightness())
}

/// The picture, made smaller where its longer side is above [`LONGEST`].
fn shrunk(gray: Gray) -> Gray {
    let longer = gray.width.max(gray.height);
    if longer <= LONGEST {
        return gray;
    }
    let side = |side: usize| (side * LONGEST).div_ceil(longer);
    let (width, height) = (side(gray.width), side(gray.height));
    let whole = GrayImage::from_raw(gray.width as u32, gray.height as u32, gray.pixels);
    let pixels = whole.map(|whole| thumbnail(&whole, width as u32, height as u32).into_raw());
    Gray {
        width,
        height,
        pixels: pixels.unwrap_or_default(),
    }
}

/// The one drawing of a picture. Its border says whether the paper is light or dark.
fn drawing(gray: &Gray) -> Result<Bitmap, ScanError> {
    let (width, height) = (gray.width, gray.height);
    let picture = scan::Gray::new(width, height, &gray.pixels)?;
    let dark = is_paper_dark(gray);
    let Some(darker) = darker_of_two(&gray.pixels) else {
        return picture.drawing_on(dark);
    };
    let ink: Vec<bool> = gray
        .pixels
        .iter()
        .map(|&pixel| (pixel == darker) != dark)
        .collect();
    let drawing = if (width, height) == (SIDE, SIDE) {
        Some(Bitmap::from_fn(|row, column| ink[row * SIDE + column]))
    } else {
        scan::drawing_of(width, height, &ink)
    };
    drawing.ok_or(ScanError::Blank)
}

/// The darker tone of a picture that has two; `None` of any other.
fn darker_of_two(pixels: &[u8]) -> Option<u8> {
    let low = *pixels.iter().min()?;
    let high = *pixels.iter().max()?;
    let two = pixels.iter().all(|&pixel| pixel == low || pixel == high);
    (two && low != high).then_some(low)
}

/// Is more of the border dark than light, against the mean of all pixels? Where that is even, of the whole picture.
fn is_paper_dark(gray: &Gray) -> bool {
    let (width, height) = (gray.width, gray.height);
    let sum: u64 = gray.pixels.iter().map(|&pixel| u64::from(pixel)).sum();
    let count = gray.pixels.len() as u64;
    // Above 0 where more is light.
    let lightness = |pixels: &mut dyn Iterator<Item = u8>| -> i64 {
        pixels
            .map(|pixel| (u64::from(pixel) * count).cmp(&sum) as i64)
            .sum()
    };
    let is_border = |at: usize| {
        let (x, y) = (at % width, at / width);
        x == 0 || y == 0 || x + 1 == width || y + 1 == height
    };
    let all = || gray.pixels.iter().copied();
    let mut border = all().enumerate().filter(|&(at, _)| is_border(at));
    match lightness(&mut border.by_ref().map(|(_, pixel)| pixel)) {
        0 => lightness(&mut all()) < 0,
        border => border < 0,
    }
}

#[cfg(test)]
#[path = "picture/tests.rs"]
mod tests;
