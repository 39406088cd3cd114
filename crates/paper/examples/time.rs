//! Prints how long cutting a made-up photo of 4 megapixels takes.

use std::time::Instant;
use twinglyph_paper::{Picture, cut};

fn main() {
    let (width, height) = (2300, 1730);
    let inked = |x: usize, y: usize| {
        let (u, v) = (x % 200, y % 200);
        (40..150).contains(&u) && v.abs_diff(100) < 4
            || (30..160).contains(&v) && u.abs_diff(90) < 4
    };
    let pixel = |at: usize| {
        let (x, y) = (at % width, at / width);
        let light = if inked(x, y) || y % 70 < 2 {
            90
        } else {
            230 - (x / 40) as u8
        };
        [light, light, light, 255]
    };
    let rgba = (0..width * height).flat_map(pixel).collect();
    let Ok(picture) = Picture::new(width, height, rgba) else {
        return;
    };
    let start = Instant::now();
    let found = cut(&picture).map(|cut| cut.characters().len());
    println!("{found:?} in {:?}", start.elapsed());
}
