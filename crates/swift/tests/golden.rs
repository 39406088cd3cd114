//! The shipped weights give the embeddings and scores that their training gave.

use half::f16;
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use twinglyph_swift::{Architecture, Network, Precision, Tensor, TensorMap};

const WEIGHTS: &[u8] = include_bytes!("../../../assets/models/compact.safetensors");
const GOLDEN: &[u8] =
    include_bytes!("../../model/tests/fixtures/compact-golden-synthetic.safetensors");

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

fn shipped() -> TensorMap {
    let file = SafeTensors::deserialize(WEIGHTS).expect("weights");
    let tensors = file.tensors().into_iter().map(|(name, view)| {
        let tensor = Tensor {
            shape: view.shape().to_vec(),
            values: values(&view),
        };
        (name, tensor)
    });
    tensors.collect()
}

fn farthest(got: &[f32], expected: &[f32]) -> f32 {
    assert_eq!(got.len(), expected.len());
    let differences = got.iter().zip(expected).map(|(a, b)| (a - b).abs());
    differences.fold(0.0, f32::max)
}

#[test]
fn the_shipped_weights_are_reproduced() {
    let golden = SafeTensors::deserialize(GOLDEN).expect("golden numbers");
    let read = |name: &str| values(&golden.tensor(&format!("synthetic.{name}")).expect(name));
    let tensors = shipped();
    let network = Network::from_tensors(Architecture::default(), &tensors).expect("compact");
    // The golden numbers were made with the weights before they were rounded to f16: that is the
    // tolerance of f32; bf16 has 8 bits.
    for (precision, tolerance) in [(Precision::F32, 1.0), (Precision::Bf16, 10.0)] {
        let embedding = network.embed(&read("input"), precision);
        let scores = network.score(&embedding, &embedding);
        let errors = [
            farthest(&embedding.global, &read("global")),
            farthest(&embedding.local, &read("local")),
            farthest(&scores, &read("score")),
        ];
        println!("{precision:?}: {errors:?}");
        assert!(errors[0] < 2e-3 * tolerance && errors[1] < 3e-3 * tolerance, "{errors:?}");
        assert!(errors[2] < 2e-2 * tolerance, "{errors:?}");
    }
    assert_eq!(network.to_tensors(), tensors);
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
