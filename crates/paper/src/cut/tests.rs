#![allow(clippy::unwrap_used)]

use super::*;
use proptest::prelude::*;
use twinglyph_core::invented;
use twinglyph_core::rng::Rng;

/// Light of the paper at a column and a row.
type Paper = dyn Fn(usize, usize) -> f32;

/// Drawings in rows of `columns`, `scale` times a sheet, one every `pitch` sheets; `paper` gives a
/// pixel's light without ink, of which ink leaves the part `tone`.
fn photo(
    count: usize,
    columns: usize,
    pitch: f32,
    tone: f32,
    paper: impl Fn(usize, usize) -> f32,
) -> Picture {
    let alphabet = invented::alphabet(3);
    let drawings: Vec<Bitmap> = (0..count)
        .map(|at| alphabet.drawing(at % 20, at / 20 % 20).unwrap().clone())
        .collect();
    let (width, height) = (1400, 1000);
    let cell = 1200.0 / columns as f32;
    let scale = cell / pitch / SIDE as f32;
    let mut rng = Rng::new(4);
    let mut rgba = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let (u, v) = ((x as f32 - 100.0) / cell, (y as f32 - 80.0) / cell);
            let at = v as usize * columns + u as usize;
            let inside = |at: f32| (at.fract() * cell / scale) as usize;
            let inked = u >= 0.0
                && v >= 0.0
                && u < columns as f32
                && at < count
                && inside(u) < SIDE
                && inside(v) < SIDE
                && drawings[at].get(inside(v), inside(u));
            let light = paper(x, y) * if inked { tone } else { 1.0 } + 3.0 * rng.normal();
            let light = light.clamp(0.0, 255.0) as u8;
            rgba.extend([light, light, light, 255]);
        }
    }
    Picture::new(width, height, rgba).unwrap()
}

fn found(picture: &Picture) -> usize {
    cut(picture).map_or(0, |cut| cut.characters().len())
}

#[test]
fn characters_are_found_in_many_kinds_of_light_and_on_many_papers() {
    let line = |at: usize| at % 60 < 3;
    let kinds: [(&str, f32, Box<Paper>); 8] = [
        ("plain", 0.3, Box::new(|_, _| 235.0)),
        ("pencil", 0.74, Box::new(|_, _| 240.0)),
        ("dim", 0.3, Box::new(|_, _| 70.0)),
        ("soft", 0.3, Box::new(|x, y| 110.0 + (x + y) as f32 / 20.0)),
        (
            "hard",
            0.3,
            Box::new(|x, y| if x + y / 3 > 800 { 130.0 } else { 230.0 }),
        ),
        (
            "ruled",
            0.3,
            Box::new(move |_, y| if line(y) { 180.0 } else { 235.0 }),
        ),
        (
            "squared",
            0.3,
            Box::new(move |x, y| if line(x) || line(y) { 170.0 } else { 235.0 }),
        ),
        (
            "dark lines",
            0.3,
            Box::new(move |x, y| if line(y + x / 20) { 90.0 } else { 235.0 }),
        ),
    ];
    let mut all = (0, 0);
    for (name, tone, paper) in &kinds {
        for (count, columns) in [(6, 3), (20, 6), (60, 10)] {
            let found = found(&photo(count, columns, 1.05, *tone, paper));
            println!("{name} {count}: {found}");
            all = (all.0 + found.abs_diff(count), all.1 + count);
        }
    }
    assert!(all.0 * 10 < all.1, "{all:?}");
}

#[test]
fn a_sheet_on_a_dark_table_is_cut_out() {
    let on = |x: usize, y: usize| (60..1330).contains(&(x + y / 20)) && (40..960).contains(&y);
    let picture = photo(12, 5, 1.3, 0.3, |x, y| if on(x, y) { 230.0 } else { 50.0 });
    let cut = cut(&picture).unwrap();
    assert!(cut.page().width < 1320 && cut.page().height < 940);
    assert!(
        cut.characters().len().abs_diff(12) <= 1,
        "{}",
        cut.characters().len()
    );
}

#[test]
fn a_shadow_on_the_sheet_does_not_hide_a_part_of_it() {
    let on = |x: usize, y: usize| (60..1330).contains(&(x + y / 20)) && (40..960).contains(&y);
    let shade = |x: usize, y: usize| if x + y / 3 > 800 { 140.0 } else { 230.0 };
    let picture = photo(
        12,
        5,
        1.3,
        0.3,
        |x, y| if on(x, y) { shade(x, y) } else { 40.0 },
    );
    let cut = cut(&picture).unwrap();
    assert!(cut.page().width > 1200 && cut.page().width < 1320);
    assert!(
        cut.characters().len().abs_diff(12) <= 1,
        "{}",
        cut.characters().len()
    );
}

#[test]
fn a_picture_of_a_sheet_stays_as_it_is() {
    let drawing = invented::alphabet(3).drawing(1, 0).unwrap().clone();
    let light = |at: usize| {
        if drawing.get(at / SIDE, at % SIDE) {
            0
        } else {
            255
        }
    };
    let rgba = (0..SIDE * SIDE).flat_map(|at| [light(at), light(at), light(at), 255]);
    let cut = cut(&Picture::new(SIDE, SIDE, rgba.collect()).unwrap()).unwrap();
    assert_eq!(cut.drawing(&cut.characters()[0].pieces), Some(drawing));
}

#[test]
fn opacity_carries_ink_of_any_colour() {
    for colour in [0, 255] {
        let inked = |x: usize, y: usize| x.abs_diff(150) < 6 && y.abs_diff(100) < 50;
        let pixel = |at: usize| {
            let opaque = if inked(at % 300, at / 300) { 255 } else { 0 };
            [colour, colour, colour, opaque]
        };
        let picture = Picture::new(300, 200, (0..300 * 200).flat_map(pixel).collect()).unwrap();
        assert_eq!(found(&picture), 1);
    }
}

#[test]
fn light_ink_on_dark_paper_is_found() {
    let picture = photo(12, 5, 1.3, 5.0, |_, _| 40.0);
    assert!(found(&picture).abs_diff(12) <= 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_picture_gives_drawings_with_ink_or_says_why_not(
        width in 1usize..330, height in 1usize..330, seed in any::<u64>(), shades in 1u32..256,
        coarse in 1usize..30,
    ) {
        let mut rng = Rng::new(seed);
        let cells: Vec<u8> = (0..400 * 400)
            .map(|_| ((rng.unit() * shades as f32) as u32 * 255 / shades) as u8)
            .collect();
        let value = |at: usize| cells[at / width / coarse * 400 + at % width / coarse];
        let rgba = (0..width * height).flat_map(|at| [value(at), value(at), value(at), 255]);
        let picture = Picture::new(width, height, rgba.collect()).unwrap();
        if let Ok(mut cut) = cut(&picture) {
            let all = cut.characters().to_vec();
            prop_assert!(!all.is_empty() && all.len() <= MAX_GLYPHS);
            let mut pieces: Vec<u32> = all.iter().flat_map(|one| one.pieces.clone()).collect();
            pieces.sort_unstable();
            prop_assert_eq!(pieces, (0..cut.pieces.len() as u32).collect::<Vec<_>>());
            for one in &all {
                let drawing = cut.drawing(&one.pieces);
                prop_assert!(drawing.is_some_and(|drawing| !drawing.is_blank()));
                let size = |cut: &Cut, all: &[Character]| -> usize {
                    let pieces = all.iter().flat_map(|one| &one.pieces);
                    pieces.map(|&at| cut.pieces[at as usize].pixels.len()).sum()
                };
                let before = size(&cut, std::slice::from_ref(one));
                let parts = cut.split(one);
                prop_assert_eq!(size(&cut, &parts), before);
                let again = cut.join(&parts).unwrap();
                prop_assert_eq!(again.bounds, one.bounds);
            }
        }
    }
}
