//! `compact` against PyTorch: the embeddings and scores that the reference implementation gave.
//!
//! `fixtures/compact-golden-synthetic.safetensors` holds eight bitmaps drawn by formula and what
//! PyTorch 2.15 made of them in f32 with the reference weights; those weights are read from
//! `WEIGHTS_DIR` or the folder `weights` beside Omniglot's archives, else from the file that is packed for
//! shipping, whose kernels are f16: then the tolerance is that of f16.

#![allow(clippy::unwrap_used)]

use std::path::Path;

use burn::tensor::{Device, Tensor, TensorData};
use safetensors::SafeTensors;
use twinglyph_core::Bitmap;
use twinglyph_nn_burn::{Embedding, Twin, weights};

/// The network and how far it may be from the reference: f16 kernels are off by 2e-3 on the scores.
struct Reference {
    twin: Twin,
    tolerance: f32,
}

include!("../../core/tests/fixtures/omniglot.rs");
include!("../../core/tests/fixtures/reference.rs");

fn reference() -> Reference {
    let device = Device::flex();
    let (bytes, tolerance) = match reference_file("compact.safetensors") {
        Some(bytes) => (bytes, 1e-4),
        None => {
            let trained = Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("../../docs/training/compact-f16.safetensors");
            (std::fs::read(trained).unwrap(), 1e-2)
        }
    };
    Reference {
        twin: weights::read(&bytes, &device).unwrap().0,
        tolerance,
    }
}

fn floats(file: &SafeTensors<'_>, name: &str) -> (Vec<usize>, Vec<f32>) {
    let view = file.tensor(name).unwrap();
    let values = view
        .data()
        .chunks_exact(4)
        .map(|b| f32::from_le_bytes(b.try_into().unwrap()));
    (view.shape().to_vec(), values.collect())
}

#[track_caller]
fn assert_close(found: &[f32], expected: &[f32], tolerance: f32, what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    let scale = expected.iter().fold(1e-6f32, |scale, x| scale.max(x.abs()));
    let worst = found
        .iter()
        .zip(expected)
        .map(|(a, b)| (a - b).abs())
        .fold(0f32, f32::max)
        / scale;
    println!("{what}: largest difference {worst:.1e} of the largest value");
    assert!(worst < tolerance, "{what}: {worst:e}");
}

fn check(embedding: &Embedding, file: &SafeTensors<'_>, set: &str, tolerance: f32) {
    let global = embedding
        .global
        .clone()
        .into_data()
        .try_to_vec::<f32>()
        .unwrap();
    assert_close(
        &global,
        &floats(file, &format!("{set}.global")).1,
        tolerance,
        "global",
    );
    let local = embedding
        .local
        .clone()
        .unwrap()
        .into_data()
        .try_to_vec::<f32>()
        .unwrap();
    assert_close(
        &local,
        &floats(file, &format!("{set}.local")).1,
        tolerance,
        "local",
    );
}

/// The eight bitmaps, their canonical forms, and what PyTorch made of them by `compact`.
const SYNTHETIC: &[u8] = include_bytes!("fixtures/compact-golden-synthetic.safetensors");

/// What this network makes of the eight bitmaps, against what PyTorch's did.
fn check_synthetic(twin: &Twin, golden: &[u8], tolerance: f32) {
    let drawings = SafeTensors::deserialize(SYNTHETIC).unwrap();
    let golden = SafeTensors::deserialize(golden).unwrap();
    let pixels = drawings.tensor("synthetic.bitmap").unwrap();
    let bitmaps: Vec<Bitmap> = pixels
        .data()
        .chunks_exact(105 * 105)
        .map(|pixels| Bitmap::from_fn(|row, column| pixels[row * 105 + column] == 1))
        .collect();
    let images = twin.batch(&bitmaps, &Device::flex());
    let input = images.clone().into_data().try_to_vec::<f32>().unwrap();
    let expected = floats(&drawings, "synthetic.input").1;
    assert_close(&input, &expected, 1e-4, "canonical form");
    let embedding = twin.embed(images);
    check(&embedding, &golden, "synthetic", tolerance);
    let scores = twin.score(&embedding, &embedding).into_data();
    let scores = scores.try_to_vec::<f32>().unwrap();
    let expected = floats(&golden, "synthetic.score").1;
    assert_close(&scores, &expected, tolerance, "score");
}

#[test]
fn synthetic_drawings_embed_and_score_as_in_pytorch() {
    let Reference { twin, tolerance } = reference();
    check_synthetic(&twin, SYNTHETIC, tolerance);
    check_synthetic(&twin.folded(), SYNTHETIC, tolerance);
}

#[test]
fn deep_embeds_and_scores_as_in_pytorch() {
    // Its golden numbers come from the file that is packed for shipping, with its f16 kernels.
    let trained = include_bytes!("../../../docs/training/deep-f16.safetensors");
    let twin = weights::read(trained, &Device::flex()).unwrap().0;
    let golden = include_bytes!("fixtures/deep-golden-synthetic.safetensors");
    check_synthetic(&twin, golden, 1e-4);
    check_synthetic(&twin.folded(), golden, 1e-4);
}

#[test]
fn run_01_of_the_official_trials_scores_as_in_pytorch() {
    // Its file stays outside the repository.
    let Some(bytes) = reference_file("compact-golden-run01.safetensors") else {
        return left_out(
            "run_01_of_the_official_trials_scores_as_in_pytorch",
            "PyTorch's outputs (WEIGHTS_DIR)",
        );
    };
    let Reference { twin, tolerance } = reference();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let device = Device::flex();
    let embed = |set: &str| {
        let (shape, values) = floats(&file, &format!("{set}.input"));
        let images = Tensor::<4>::from_data(TensorData::new(values, shape), &device);
        let embedding = twin.embed(images);
        check(&embedding, &file, set, tolerance);
        embedding
    };
    let (query, support) = (embed("query"), embed("support"));
    let scores = twin
        .score(&query, &support)
        .into_data()
        .try_to_vec::<f32>()
        .unwrap();
    assert_close(&scores, &floats(&file, "score").1, tolerance, "score");
}
