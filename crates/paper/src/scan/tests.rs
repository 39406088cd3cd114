#![allow(clippy::unwrap_used)]

use super::*;
use proptest::prelude::*;
use twinglyph_core::invented;
use twinglyph_core::rng::Rng;

/// Paper with drawings on it, `places` in pixels of it and each `scale` times a sheet, in light that
/// falls from one corner, with a camera's grain.
fn photo(
    size: [usize; 2],
    drawings: &[Bitmap],
    places: &[[usize; 2]],
    scale: f32,
    light: bool,
) -> Vec<u8> {
    let mut rng = Rng::new(4);
    let [width, height] = size;
    let mut pixels = Vec::with_capacity(width * height);
    for y in 0..height {
        for x in 0..width {
            let shade = 110.0 + 120.0 * (x + y) as f32 / (width + height) as f32;
            let inked = drawings.iter().zip(places).any(|(drawing, &[left, top])| {
                let at = |at: usize, from: usize| {
                    let place = (at as f32 - from as f32) / scale;
                    (0.0..SIDE as f32)
                        .contains(&place)
                        .then_some(place as usize)
                };
                match (at(y, top), at(x, left)) {
                    (Some(row), Some(column)) => drawing.get(row, column),
                    _ => false,
                }
            });
            let value = if inked { shade * 0.45 } else { shade } + 4.0 * rng.normal();
            let value = value.clamp(0.0, 255.0) as u8;
            pixels.push(if light { 255 - value } else { value });
        }
    }
    pixels
}

/// How much two drawings have in common in their canonical form, from 0 to 1.
fn alike(one: &Bitmap, other: &Bitmap) -> f32 {
    let [one, other] = [one, other].map(twinglyph_core::canonical::canonical);
    let both: f32 = one.iter().zip(&other).map(|(a, b)| a.min(*b)).sum();
    let either: f32 = one.iter().zip(&other).map(|(a, b)| a.max(*b)).sum();
    both / either
}

fn characters(count: usize) -> Vec<Bitmap> {
    let alphabet = invented::alphabet(3);
    (0..count)
        .map(|character| alphabet.drawing(character, 0).unwrap().clone())
        .collect()
}

#[test]
fn characters_of_a_photo_come_line_by_line() {
    let drawings = characters(6);
    let places = [
        [40, 30],
        [380, 60],
        [720, 20],
        [30, 430],
        [370, 400],
        [700, 460],
    ];
    for light in [false, true] {
        let pixels = photo([1000, 760], &drawings, &places, 2.3, light);
        let found = Gray::new(1000, 760, &pixels).unwrap().glyphs().unwrap();
        assert_eq!(found.len(), 6);
        for (at, (found, drawn)) in found.iter().zip(&drawings).enumerate() {
            let likeness = alike(found, drawn);
            assert!(likeness > 0.6, "{at}: {likeness}");
            // More alike than any other.
            for (other, drawing) in drawings.iter().enumerate() {
                assert!(
                    other == at || alike(found, drawing) < likeness,
                    "{at} {other}"
                );
            }
        }
    }
}

#[test]
fn strokes_become_as_wide_as_a_pen() {
    for width in [1usize, 4, 12, 40] {
        let pixels: Vec<u8> = (0..400 * 400)
            .map(|at| {
                let (y, x): (usize, usize) = (at / 400, at % 400);
                let bar = x.abs_diff(200) * 2 < width && (40..360).contains(&y);
                let beam = y.abs_diff(120) * 2 < width && (60..340).contains(&x);
                if bar || beam { 20 } else { 240 }
            })
            .collect();
        let found = Gray::new(400, 400, &pixels).unwrap().glyphs().unwrap();
        assert_eq!(found.len(), 1, "{width}");
        let stroke = stroke_width(&found[0]);
        assert!(
            (1.0..=STROKE.end() + 1.0).contains(&stroke),
            "{width}: {stroke}"
        );
    }
}

#[test]
fn a_picture_of_a_sheet_is_the_sheet() {
    let drawing = &characters(1)[0];
    let pixels: Vec<u8> = (0..SIDE * SIDE)
        .map(|at| {
            if drawing.get(at / SIDE, at % SIDE) {
                0
            } else {
                255
            }
        })
        .collect();
    let found = Gray::new(SIDE, SIDE, &pixels).unwrap().glyphs();
    assert_eq!(found, Ok(vec![drawing.clone()]));
}

#[test]
fn paper_without_ink_is_blank() {
    let paper = photo([300, 200], &[], &[], 1.0, false);
    let found = Gray::new(300, 200, &paper).unwrap().glyphs();
    assert_eq!(found, Err(ScanError::Blank));
    assert_eq!(Gray::new(300, 0, &[]).err(), Some(ScanError::Size));
    assert_eq!(
        Gray::new(300, 200, &paper[1..]).err(),
        Some(ScanError::Size)
    );
    assert_eq!(
        Gray::new(usize::MAX, 2, &paper).err(),
        Some(ScanError::Size)
    );
}

proptest! {
    #[test]
    fn any_picture_gives_sheets_with_ink_or_says_why_not(
        width in 1usize..60, height in 1usize..60, seed in any::<u64>(), shades in 1u32..256,
    ) {
        let mut rng = Rng::new(seed);
        let pixels: Vec<u8> = (0..width * height)
            .map(|_| ((rng.unit() * shades as f32) as u32 * 255 / shades) as u8)
            .collect();
        if let Ok(glyphs) = Gray::new(width, height, &pixels).unwrap().glyphs() {
            prop_assert!(!glyphs.is_empty() && glyphs.len() <= MAX_GLYPHS);
        }
    }
}
