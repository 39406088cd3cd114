//! Prints how many characters are found on photos of every kind. The first argument is the number of photos
//! a kind; with a folder as the second, the photos are written there as PNG.
#![allow(clippy::unwrap_used)]

#[path = "../tests/photos/mod.rs"]
mod photos;

use std::path::Path;

use photos::{Score, Source, kinds, measure, photo};

fn main() {
    let mut words = std::env::args().skip(1);
    let seeds: u64 = words.next().and_then(|word| word.parse().ok()).unwrap_or(2);
    let folder = words.next();
    let source = Source::read();
    println!(
        "{:<34} {:>10} {:>7} {:>10}",
        "kind", "characters", "right %", "invented %"
    );
    let line = |name: &str, score: &Score| {
        let (right, invented) = (score.right_percent(), score.invented_percent());
        println!(
            "{name:<34} {:>10} {right:>7.1} {invented:>10.1}",
            score.written
        );
    };
    let (mut all, mut mean) = (Score::default(), 0.0);
    let kinds = kinds();
    for (place, kind) in (0..).zip(&kinds) {
        let mut sum = Score::default();
        for seed in 0..seeds {
            let seed = place + 1000 * seed;
            sum.and(measure(&kind.params, &source, seed));
        }
        line(kind.name, &sum);
        mean += sum.right_percent() / kinds.len() as f64;
        all.and(sum);
        if let Some(folder) = &folder {
            let (picture, _) = photo(&kind.params, &source, place);
            let rgba = picture.pixels().flatten().collect();
            let (width, height) = (picture.width() as u32, picture.height() as u32);
            let image = image::RgbaImage::from_raw(width, height, rgba).unwrap();
            image
                .save(Path::new(folder).join(format!("{}.png", kind.name)))
                .unwrap();
        }
    }
    line("all", &all);
    println!("{:<34} {:>10} {mean:>7.1}", "mean of the kinds", "");
}
