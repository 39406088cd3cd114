//! The canonical form against the golden inputs of the built-in weights.
#![cfg(not(target_family = "wasm"))]
#![allow(clippy::unwrap_used)]

use safetensors::SafeTensors;
use twinglyph_core::Bitmap;
use twinglyph_core::canonical::{PIXELS, canonical};
use twinglyph_core::runs::{self, DrawingRef};

include!("fixtures/omniglot.rs");
include!("fixtures/reference.rs");
include!("fixtures/shards.rs");

/// Bitmaps drawn by formula and what the training code made of them.
const SYNTHETIC: &[u8] = include_bytes!("fixtures/compact-golden-synthetic.safetensors");

fn floats(tensors: &SafeTensors<'_>, name: &str) -> Vec<f32> {
    let data = tensors.tensor(name).unwrap();
    let bytes = data.data().chunks_exact(4);
    bytes
        .map(|four| f32::from_le_bytes(four.try_into().unwrap()))
        .collect()
}

fn compare(bitmaps: &[Bitmap], golden: &[f32]) {
    assert_eq!(golden.len(), bitmaps.len() * PIXELS);
    for (at, (bitmap, golden)) in bitmaps.iter().zip(golden.chunks(PIXELS)).enumerate() {
        let ours = canonical(bitmap);
        let worst = ours
            .iter()
            .zip(golden)
            .map(|(a, b)| (a - b).abs())
            .fold(0.0, f32::max);
        assert!(worst < 1e-5, "image {at} differs by {worst}");
    }
}

#[test]
fn synthetic_inputs_are_reproduced() {
    let tensors = SafeTensors::deserialize(SYNTHETIC).unwrap();
    let sheets = tensors.tensor("synthetic.bitmap").unwrap();
    let bitmaps: Vec<Bitmap> = sheets
        .data()
        .chunks(105 * 105)
        .map(|sheet| Bitmap::from_fn(|row, column| sheet[row * 105 + column] == 1))
        .collect();
    compare(&bitmaps, &floats(&tensors, "synthetic.input"));
}

/// The inputs of run 01, in the order of its files. Their file stays outside the repository.
#[test]
fn the_inputs_of_run_01_are_reproduced() {
    let Some(golden) = reference_file("compact-golden-run01.safetensors") else {
        return left_out(
            "the_inputs_of_run_01_are_reproduced",
            "PyTorch's outputs (WEIGHTS_DIR)",
        );
    };
    let tensors = SafeTensors::deserialize(&golden).unwrap();
    let run = &runs::official()[0];
    let alphabets = shards(|entry| entry.name == run.support[0].alphabet);
    let bitmap = |drawing: &DrawingRef| drawing.find(&alphabets).unwrap().clone();
    let support: Vec<Bitmap> = run.support.iter().map(bitmap).collect();
    let queries: Vec<Bitmap> = run.queries.iter().map(|q| bitmap(&q.drawing)).collect();
    compare(&support, &floats(&tensors, "support.input"));
    compare(&queries, &floats(&tensors, "query.input"));
}
