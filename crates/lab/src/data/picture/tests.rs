#![allow(clippy::unwrap_used)]

use super::*;
use image::{ImageFormat, Luma, LumaA, Rgba, RgbaImage};
use proptest::prelude::*;
use twinglyph_core::ink::{self, Ink, Pen, Point, Stroke};

use crate::source;

fn file(image: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.into().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn png(image: impl Into<DynamicImage>) -> Vec<u8> {
    file(image, ImageFormat::Png)
}

/// A picture of a drawing: each of its pixels so many wide, with a margin of paper around, in these tones.
fn picture(drawing: &Bitmap, scale: u32, margin: u32, [ink, paper]: [u8; 2]) -> GrayImage {
    let side = SIDE as u32 * scale + 2 * margin;
    let place = |at: u32| (at.wrapping_sub(margin) / scale) as usize;
    GrayImage::from_fn(side, side, |x, y| {
        Luma([if drawing.get(place(y), place(x)) {
            ink
        } else {
            paper
        }])
    })
}

/// A drawing of strokes within the sheet, by Omniglot's pen.
fn drawings() -> impl Strategy<Value = Bitmap> {
    let point = (15f32..90.0, 15f32..90.0).prop_map(|(x, y)| Point::at(x, y));
    let stroke = prop::collection::vec(point, 2..5).prop_map(|points| Stroke { points });
    let strokes = prop::collection::vec(stroke, 1..4);
    strokes.prop_map(|strokes| ink::rasterise(&Ink { strokes }, Pen::OMNIGLOT))
}

/// How much two drawings have in common in their canonical form, from 0 to 1.
fn alike(one: &Bitmap, other: &Bitmap) -> f32 {
    let [one, other] = [one, other].map(twinglyph_core::canonical::canonical);
    let both: f32 = one.iter().zip(&other).map(|(a, b)| a.min(*b)).sum();
    let either: f32 = one.iter().zip(&other).map(|(a, b)| a.max(*b)).sum();
    both / either
}

#[test]
fn omniglots_drawings_come_bit_for_bit() {
    let omniglot = source::load(None).unwrap();
    let alphabets = omniglot.background.iter().chain(&omniglot.evaluation);
    for drawing in alphabets.flat_map(|alphabet| alphabet.drawings()) {
        let pixels = picture(drawing, 1, 0, [0, 255]).into_raw();
        let gray = Gray {
            width: SIDE,
            height: SIDE,
            pixels,
        };
        assert_eq!(super::drawing(&gray).unwrap(), *drawing);
    }
    // The same through files, of some.
    for alphabet in &omniglot.evaluation[..2] {
        for drawing in &alphabet.drawings()[..40] {
            let bytes = png(picture(drawing, 1, 0, [0, 255]));
            assert_eq!(decode(&bytes).unwrap(), *drawing);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn tones_and_transparency_do_not_matter(
        drawing in drawings(), ink in 0u8..100, paper in 156u8..=255, scale in 1u32..3,
    ) {
        let expected = decode(&png(picture(&drawing, scale, 0, [0, 255]))).unwrap();
        for tones in [[ink, paper], [paper, ink]] {
            let found = decode(&png(picture(&drawing, scale, 0, tones))).unwrap();
            prop_assert_eq!(&found, &expected);
        }
        let through = picture(&drawing, scale, 0, [255, 0]);
        for tone in [0, 255] {
            // Nothing but ink is opaque; what colour the rest would have does not matter.
            let seen = RgbaImage::from_fn(through.width(), through.height(), |x, y| {
                let opaque = through.get_pixel(x, y).0[0];
                let tone = if opaque > 0 { tone } else { 255 - tone };
                Rgba([tone, tone, tone, opaque])
            });
            prop_assert_eq!(&decode(&png(seen)).unwrap(), &expected);
        }
        if scale == 1 {
            prop_assert_eq!(expected, drawing);
        }
    }

    #[test]
    fn size_and_margins_keep_the_drawing(
        drawing in drawings(), scale in 1u32..7, margin in 1u32..120,
    ) {
        let found = decode(&png(picture(&drawing, scale, margin, [0, 255]))).unwrap();
        // In the middle of the sheet, as large as people draw.
        let sides = |drawing: &Bitmap| {
            let (rows, columns): (Vec<usize>, Vec<usize>) = drawing.ink().unzip();
            [rows, columns].map(|along| (*along.iter().min().unwrap(), *along.iter().max().unwrap()))
        };
        // A dot or a scribble of a few pens' width becomes another one where it is enlarged and thinned.
        if sides(&drawing).iter().all(|(low, high)| high - low < 50) {
            return Ok(());
        }
        for (low, high) in sides(&found) {
            prop_assert!((low + high).abs_diff(SIDE - 1) <= 10, "{low} {high}");
            prop_assert!(high - low <= 76, "{low} {high}");
        }
        prop_assert!(alike(&found, &drawing) > 0.4, "{}", alike(&found, &drawing));
    }

    #[test]
    fn inverted_pictures_of_any_shades_are_the_same(
        shades in prop::collection::vec(any::<u8>(), 1..200), width in 1usize..20, scale in 1usize..3,
    ) {
        let width = width.min(shades.len());
        let height = shades.len() / width;
        let at = |at: usize| shades[at / scale / (width * scale) * width + at % (width * scale) / scale];
        let pixels: Vec<u8> = (0..width * height * scale * scale).map(at).collect();
        let inverted = pixels.iter().map(|shade| 255 - shade).collect();
        let [one, other] = [pixels, inverted].map(|pixels| Gray {
            width: width * scale,
            height: height * scale,
            pixels,
        });
        // What is as much light as dark has no paper.
        prop_assume!(is_paper_dark(&one) != is_paper_dark(&other));
        prop_assert_eq!(super::drawing(&one), super::drawing(&other));
    }

    #[test]
    fn any_bytes_are_borne(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(decode(&bytes).is_err());
        // With a beginning that says something of them.
        let begun = [&b"\x89PNG\r\n\x1a\n"[..], b"GIF89a", b"\xff\xd8\xff", b"BM", b"RIFFaaaaWEBP"];
        for begin in begun {
            prop_assert!(decode(&[begin, &bytes].concat()).is_err());
        }
    }
}

#[test]
fn all_formats_are_read() {
    let drawing = &source::load(None).unwrap().evaluation[0].drawings()[0].clone();
    let image = DynamicImage::from(picture(drawing, 2, 0, [10, 240]));
    let expected = decode(&png(image.clone())).unwrap();
    for format in [ImageFormat::Gif, ImageFormat::Bmp, ImageFormat::WebP] {
        let bytes = file(image.to_rgb8(), format);
        assert_eq!(decode(&bytes).unwrap(), expected, "{format:?}");
    }
    // It has shades.
    let jpeg = decode(&file(image.to_rgb8(), ImageFormat::Jpeg)).unwrap();
    assert!(alike(&jpeg, &expected) > 0.8);
    let deep = decode(&png(image.to_luma16())).unwrap();
    assert_eq!(deep, expected);
}

#[test]
fn what_is_no_drawing_is_refused_with_the_reason() {
    let told = |bytes: &[u8]| decode(bytes).unwrap_err().to_string();
    assert!(told(b"").starts_with("is no PNG"));
    assert!(told(b"II*\0rest of a TIFF").starts_with("is no PNG"));
    let blank = png(GrayImage::from_pixel(30, 20, Luma([250])));
    assert!(told(&blank).starts_with("is blank"));
    let clear = png(DynamicImage::from(image::GrayAlphaImage::from_pixel(
        30,
        20,
        LumaA([9, 0]),
    )));
    assert!(told(&clear).starts_with("is blank"));
    assert!(told(&blank[..blank.len() - 20]).starts_with("is damaged"));
    // 60,000 x 60,000 white pixels, of which there are none in the file.
    let mut bomb = blank.clone();
    bomb[16..24].copy_from_slice(&[0, 0, 234, 96, 0, 0, 234, 96]);
    let crc = crc(&bomb[12..29]).to_be_bytes();
    bomb[29..33].copy_from_slice(&crc);
    assert!(
        told(&bomb).starts_with("has 60000x60000 pixels"),
        "{}",
        told(&bomb)
    );
}

/// The check sum of a PNG's chunk (ISO 3309).
fn crc(bytes: &[u8]) -> u32 {
    let rest = bytes.iter().fold(u32::MAX, |rest, &byte| {
        (0..8).fold(rest ^ u32::from(byte), |rest, _| {
            rest >> 1 ^ if rest & 1 == 1 { 0xedb8_8320 } else { 0 }
        })
    });
    !rest
}
