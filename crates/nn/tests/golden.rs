//! The trained weights give the embeddings and scores that their training gave.

use half::f16;
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use twinglyph_nn::{Architecture, Network, Precision, Prepared, Tensor, TensorMap};

const TRAINED: &[u8] = include_bytes!("../../../docs/training/compact-f16.safetensors");
const GOLDEN: &[u8] =
    include_bytes!("../../nn-burn/tests/fixtures/compact-golden-synthetic.safetensors");

fn values(view: &TensorView<'_>) -> Vec<f32> {
    match view.dtype() {
        Dtype::F16 => view
            .data()
            .chunks_exact(2)
            .map(|bytes| f16::from_le_bytes([bytes[0], bytes[1]]).to_f32())
            .collect(),
        _ => view
            .data()
            .chunks_exact(4)
            .map(|bytes| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
            .collect(),
    }
}

fn read(bytes: &[u8]) -> TensorMap {
    let file = SafeTensors::deserialize(bytes).expect("weights");
    let tensors = file.tensors().into_iter().map(|(name, view)| {
        let tensor = Tensor {
            shape: view.shape().to_vec(),
            values: values(&view),
        };
        (name, tensor)
    });
    tensors.collect()
}

/// The largest difference as a share of the largest value.
fn difference(got: &[f32], expected: &[f32]) -> f32 {
    assert_eq!(got.len(), expected.len());
    let differences = got.iter().zip(expected).map(|(a, b)| (a - b).abs());
    let largest = expected
        .iter()
        .fold(0f32, |largest, value| largest.max(value.abs()));
    differences.fold(0.0, f32::max) / largest
}

fn check(weights: &[u8], tolerances: &[(Precision, f32)]) {
    let golden = SafeTensors::deserialize(GOLDEN).expect("golden numbers");
    let of = |name: &str| values(&golden.tensor(&format!("synthetic.{name}")).expect(name));
    let tensors = read(weights);
    let network = Network::from_tensors(Architecture::default(), &tensors).expect("compact");
    assert_eq!(network.to_tensors(), tensors);
    for (precision, tolerance) in tolerances {
        let embedding = network.embed(&of("input"), *precision);
        let scores = network.score(&embedding, &Prepared::new(&embedding));
        let differences = [
            difference(&embedding.global, &of("global")),
            difference(&embedding.local, &of("local")),
            difference(&scores, &of("score")),
        ];
        println!("{precision:?}: {differences:?}");
        let largest = differences.into_iter().fold(0.0, f32::max);
        assert!(largest < *tolerance, "{precision:?}: {differences:?}");
    }
}

#[test]
fn the_trained_weights_are_reproduced() {
    // The golden numbers were made with the weights before their kernels were rounded to f16.
    check(TRAINED, &[(Precision::F32, 1e-2), (Precision::Bf16, 5e-2)]);
}

#[test]
fn weights_of_full_precision_are_reproduced() {
    let file = "../../../shared/weights/compact.safetensors";
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    match std::fs::read(&path) {
        Ok(weights) => check(&weights, &[(Precision::F32, 1e-4)]),
        Err(_) => eprintln!("not checked: no {}", path.display()),
    }
}

#[test]
fn an_odd_number_of_images_is_embedded_one_by_one() {
    let network = Network::new(Architecture::default(), 0).expect("compact");
    let golden = SafeTensors::deserialize(GOLDEN).expect("golden numbers");
    let images = values(&golden.tensor("synthetic.input").expect("input"));
    let pixels = 48 * 48;
    let three = network.embed(&images[..3 * pixels], Precision::Bf16);
    assert_eq!(three.images, 3);
    let last = network.embed(&images[2 * pixels..3 * pixels], Precision::Bf16);
    assert_eq!(last.global, three.global[2 * 256..]);
    assert_eq!(last.local, three.local[2 * 36 * 64..]);
    assert_eq!(network.embed(&[], Precision::F32).images, 0);
}
