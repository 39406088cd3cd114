//! Makes the pictures of docs/photos.md: for each rule a good photo beside a bad one.
//!
//! `tips DIR`: writes photo-1.jpg to photo-4.jpg, and the good photo alone as photo.jpg. The characters are of
//! invented scripts.
#![allow(dead_code, clippy::unwrap_used)]

#[path = "../tests/photos/mod.rs"]
mod photos;

use std::path::Path;

use image::imageops::{FilterType, overlay, resize};
use image::{Rgb, RgbImage};
use photos::{PLAIN, Params, Source, Table, photo};
use twinglyph_paper::Picture;

/// Width and height of a photo, pixels.
const SIDES: [u32; 2] = [360, 270];

/// Between the two photos.
const GAP: u32 = 12;

/// Width of the line below a photo that says which one it is.
const LINE: u32 = 6;

const GOOD: Rgb<u8> = Rgb([46, 125, 50]);
const BAD: Rgb<u8> = Rgb([176, 40, 24]);

/// Seed of all photos: the same characters stand on each.
const SEED: u64 = 3;

/// A sheet on a dark table.
const SHEET: Params = Params {
    table: Table::Plain([0.3, 0.26, 0.22]),
    fill: 0.85,
    width: 1.2,
    ..PLAIN
};

/// The good photo and the bad one of each rule.
const PAIRS: [[Params; 2]; 4] = [
    [
        SHEET,
        Params {
            table: Table::Plain([0.95, 0.95, 0.94]),
            fill: 1.2,
            shift: [0.22, 0.16],
            ..SHEET
        },
    ],
    [
        SHEET,
        Params {
            ink: [0.87, 0.87, 0.87],
            width: 0.5,
            grain: 0.5,
            ..SHEET
        },
    ],
    [
        SHEET,
        Params {
            gap: [0.02, 0.02],
            size: 27.0,
            jitter: 0.12,
            ..SHEET
        },
    ],
    [
        SHEET,
        Params {
            tilt: [34.0, 12.0],
            blur: 3.0,
            shake: 9.0,
            fill: 0.6,
            ..SHEET
        },
    ],
];

fn main() {
    let folder = std::env::args().nth(1).unwrap();
    let source = Source::invented();
    for (number, pair) in (1..).zip(PAIRS) {
        let mut picture = RgbImage::from_pixel(2 * SIDES[0] + GAP, SIDES[1] + LINE, Rgb([255; 3]));
        for (place, (params, colour)) in (0..).zip(pair.iter().zip([GOOD, BAD])) {
            let left = place * (SIDES[0] + GAP);
            for x in left..left + SIDES[0] {
                for y in SIDES[1]..SIDES[1] + LINE {
                    picture.put_pixel(x, y, colour);
                }
            }
            let taken = photo(params, &source, SEED).0;
            let taken = whole(&taken);
            let small = resize(&taken, SIDES[0], SIDES[1], FilterType::Triangle);
            overlay(&mut picture, &small, i64::from(left), 0);
        }
        if number == 1 {
            whole(&photo(&pair[0], &source, SEED).0)
                .save(Path::new(&folder).join("photo.jpg"))
                .unwrap();
        }
        let file = Path::new(&folder).join(format!("photo-{number}.jpg"));
        picture.save(file).unwrap();
    }
}

fn whole(picture: &Picture) -> RgbImage {
    let rgb = picture
        .pixels()
        .flat_map(|[r, g, b, _]| [r, g, b])
        .collect();
    let [width, height] = [picture.width(), picture.height()].map(|side| side as u32);
    RgbImage::from_raw(width, height, rgb).unwrap()
}
