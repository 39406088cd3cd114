//! Rasterised pen strokes against the official images of the same drawings.
#![cfg(not(target_family = "wasm"))]
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use twinglyph_core::ink::{Ink, Pen, Point, Stroke, rasterise};
use twinglyph_core::omniglot::{self, STROKES};
use twinglyph_core::{Bitmap, Set};

include!("fixtures/omniglot.rs");
include!("fixtures/shards.rs");

fn overlap(a: &Bitmap, b: &Bitmap) -> f64 {
    let bytes = a.as_bytes().iter().zip(b.as_bytes());
    let (both, either) = bytes.fold((0u32, 0u32), |(both, either), (a, b)| {
        (both + (a & b).count_ones(), either + (a | b).count_ones())
    });
    f64::from(both) / f64::from(either.max(1))
}

#[test]
fn strokes_become_the_official_images() {
    let Some(folder) = archives(&STROKES) else {
        return left_out(
            "strokes_become_the_official_images",
            "the archives (OMNIGLOT_DIR)",
        );
    };
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    let alphabets = shards(|entry| entry.set == Set::Background);
    // Two alphabets are in both archives, with the same strokes.
    let mut overlaps: BTreeMap<(String, u16, u8), f64> = BTreeMap::new();
    for part in STROKES {
        for drawing in omniglot::strokes(&read(part)).unwrap() {
            let strokes = drawing.pen.0.iter().map(|stroke| Stroke {
                points: stroke
                    .iter()
                    .map(|&[x, y, t]| Point {
                        t,
                        ..Point::at(x, y)
                    })
                    .collect(),
            });
            let ours = rasterise(
                &Ink {
                    strokes: strokes.collect(),
                },
                Pen::OMNIGLOT,
            );
            let alphabet = alphabets
                .iter()
                .find(|a| a.name() == drawing.alphabet)
                .unwrap();
            let official = alphabet
                .drawing(drawing.character.into(), drawing.drawer.into())
                .unwrap();
            let key = (drawing.alphabet, drawing.character, drawing.drawer);
            overlaps.insert(key, overlap(&ours, official));
        }
    }
    let mean = overlaps.values().sum::<f64>() / overlaps.len() as f64;
    let mut by_alphabet: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for ((alphabet, ..), &overlap) in &overlaps {
        by_alphabet.entry(alphabet).or_default().push(overlap);
    }
    for (alphabet, overlaps) in by_alphabet {
        let mean = overlaps.iter().sum::<f64>() / overlaps.len() as f64;
        println!("{alphabet}: {mean:.4} over {}", overlaps.len());
    }
    println!("all: {mean:.4} over {}", overlaps.len());
    assert_eq!(overlaps.len(), 4840);
    assert!(mean >= 0.934, "mean intersection over union {mean:.4}");
}
