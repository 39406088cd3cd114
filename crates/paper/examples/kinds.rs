//! Prints how many characters are found on photos of every kind.
//!
//! `kinds [--photos N] [--first N] [--vary] [--only TEXT] [--pictures DIR]`: photos a kind (2), the number of
//! the first (0, the tests' own), each with its kind's parameters a little off, only kinds whose name has one of
//! the texts (between commas), and a folder for contact sheets of all kinds (kinds-1.png ...) or, with `--only`,
//! for their photos and the pages that are cut out of them.
#![allow(clippy::unwrap_used)]

#[path = "../tests/photos/mod.rs"]
mod photos;

use std::path::Path;
use std::time::Duration;

use image::imageops::{FilterType, overlay, resize};
use image::{Rgba, RgbaImage};
use photos::{Kind, Score, Source, kinds, measure, photo, varied};
use twinglyph_paper::{Cut, cut};

/// Width and height of a photo on the contact sheet, pixels.
const THUMB: [u32; 2] = [480, 360];

/// Photos in a row of the contact sheet.
const COLUMNS: usize = 4;

/// Rows of a contact sheet.
const ROWS: usize = 4;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let option = |name: &str| {
        let at = words.iter().position(|word| word == name)?;
        words.get(at + 1).cloned()
    };
    let photos: u64 = option("--photos").map_or(2, |word| word.parse().unwrap());
    let first: u64 = option("--first").map_or(0, |word| word.parse().unwrap());
    let vary = words.iter().any(|word| word == "--vary");
    let only = option("--only");
    let source = Source::read();
    let kinds: Vec<(u64, Kind)> = (0..)
        .zip(kinds())
        .filter(|(_, kind)| {
            only.as_ref()
                .is_none_or(|only| only.split(',').any(|only| kind.name.contains(only)))
        })
        .collect();
    println!(
        "{:<30} {:>6} {:>10} {:>6} {:>7} {:>10} {:>5}",
        "kind", "photos", "characters", "found", "right %", "invented %", "ms"
    );
    let line = |name: &str, photos: u64, score: &Score, took: Duration| {
        println!(
            "{name:<30} {photos:>6} {:>10} {:>6} {:>7.1} {:>10.1} {:>5.0}",
            score.written,
            score.found,
            score.right_percent(),
            score.invented_percent(),
            took.as_secs_f64() * 1000.0 / photos.max(1) as f64,
        );
    };
    let (mut all, mut all_took, mut mean) = (Score::default(), Duration::ZERO, 0.0);
    let mut thumbs = Vec::new();
    for (place, kind) in &kinds {
        let (mut sum, mut sum_took) = (Score::default(), Duration::ZERO);
        for number in first..first + photos {
            let seed = place + 1000 * number;
            let params = if vary {
                varied(&kind.params, seed)
            } else {
                kind.params
            };
            let (picture, written) = photo(&params, &source, seed);
            let (score, took) = measure(&picture, &written);
            sum.and(score);
            sum_took += took;
            let Some(folder) = option("--pictures") else {
                continue;
            };
            let rgba = picture.pixels().flatten().collect();
            let [width, height] = [picture.width(), picture.height()].map(|side| side as u32);
            let image = RgbaImage::from_raw(width, height, rgba).unwrap();
            if only.is_some() {
                let file = |what: &str| {
                    let right = format!("{} of {}", score.right, score.written);
                    Path::new(&folder).join(format!("{} {number}{what}, {right}.png", kind.name))
                };
                image.save(file("")).unwrap();
                if let Ok(cut) = cut(&picture) {
                    boxed(&cut).save(file(" cut")).unwrap();
                }
            } else if number == first {
                let fit = (f64::from(THUMB[0]) / f64::from(width))
                    .min(f64::from(THUMB[1]) / f64::from(height));
                let [width, height] = [width, height].map(|side| (f64::from(side) * fit) as u32);
                thumbs.push(resize(&image, width, height, FilterType::Triangle));
            }
        }
        line(kind.name, photos, &sum, sum_took);
        mean += sum.right_percent() / kinds.len() as f64;
        all.and(sum);
        all_took += sum_took;
    }
    line("all", photos * kinds.len() as u64, &all, all_took);
    println!(
        "{:<30} {:>6} {:>10} {:>6} {mean:>7.1}",
        "mean of the kinds", "", "", ""
    );
    if let (Some(folder), None) = (option("--pictures"), only) {
        for (number, thumbs) in (1..).zip(thumbs.chunks(COLUMNS * ROWS)) {
            let file = format!("kinds-{number}.png");
            sheet(thumbs).save(Path::new(&folder).join(file)).unwrap();
        }
    }
}

/// The page with a box around each character, from red (the first read) to blue (the last).
fn boxed(cut: &Cut) -> RgbaImage {
    let page = cut.page();
    let mut image = RgbaImage::from_fn(page.width as u32, page.height as u32, |x, y| {
        let light = page.pixels[y as usize * page.width + x as usize];
        Rgba([light, light, light, 255])
    });
    let count = cut.characters().len().max(2) - 1;
    for (at, one) in cut.characters().iter().enumerate() {
        let blue = (255 * at / count) as u8;
        let b = one.bounds;
        for x in b.left..b.right {
            for y in b.top..b.bottom {
                let edge = x < b.left + 2 || x + 2 >= b.right || y < b.top + 2 || y + 2 >= b.bottom;
                if edge {
                    image.put_pixel(x as u32, y as u32, Rgba([255 - blue, 0, blue, 255]));
                }
            }
        }
    }
    image
}

/// A contact sheet, in the order of the kinds.
fn sheet(thumbs: &[RgbaImage]) -> RgbaImage {
    let rows = thumbs.len().div_ceil(COLUMNS) as u32;
    let [width, height] = THUMB.map(|side| side + 8);
    let mut sheet = RgbaImage::new(width * COLUMNS as u32, height * rows);
    for (at, thumb) in thumbs.iter().enumerate() {
        let [x, y] = [at % COLUMNS, at / COLUMNS].map(|at| at as i64);
        overlay(
            &mut sheet,
            thumb,
            x * i64::from(width),
            y * i64::from(height),
        );
    }
    sheet
}
