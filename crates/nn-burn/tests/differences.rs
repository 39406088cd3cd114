//! Gradients of every kind of layer and of both losses against central differences.
//!
//! The differences are of the layer's plain definition in f64 (`plain`), so they are good to nine
//! digits, and what is left is Burn's f32. Layers are small here and on their own; `gradients.rs`
//! has whole networks. Every leaf of a layer is looked at: its inputs and its parameters.

#![cfg(feature = "train")]
#![allow(clippy::unwrap_used)]

mod plain;

use burn::module::{Param, ParamId};
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::pool::MaxPool2dConfig;
use burn::nn::{BatchNorm, LinearConfig};
use burn::tensor::activation::{relu, sigmoid};
use burn::tensor::{Device, Tensor, TensorData};
use plain::Array;
use twinglyph_core::rng::Rng;
use twinglyph_nn_burn::head::{GlobalLocalHead, KochHead};
use twinglyph_nn_burn::layers::{ConvNorm, Residual};
use twinglyph_nn_burn::matching;
use twinglyph_nn_burn::train::{episode_loss, pair_loss};

/// A gradient may be off by this part of itself, or of the root mean square of its leaf's where
/// that is larger. f32's rounding through a few sums is up to 2e-6.
const TOLERANCE: f64 = 1e-5;

/// Half a step of the differences: in f64 its square and the rounding of what it divides are both
/// about 1e-10.
const STEP: f64 = 1e-5;

/// Numbers of a leaf that are looked at, spread over it.
const LOOKS: usize = 48;

/// An input or a parameter: name, shape, and the spread of its numbers.
type Leaf<'a> = (&'a str, &'a [usize], f32);

/// A leaf as a tensor of its own rank.
struct Leaves(Vec<(Vec<usize>, Tensor<1>)>);

impl Leaves {
    fn get<const D: usize>(&self, leaf: usize) -> Tensor<D> {
        let (shape, flat) = &self.0[leaf];
        let shape: [usize; D] = shape.as_slice().try_into().unwrap();
        flat.clone().reshape(shape)
    }

    /// As a layer's parameter; its gradient goes to the leaf.
    fn param<const D: usize>(&self, leaf: usize) -> Param<Tensor<D>> {
        Param::initialized(ParamId::new(), self.get(leaf))
    }

    fn fill_conv(&self, conv: &mut Conv2d, weight: usize) {
        conv.weight = self.param(weight);
    }

    fn fill_norm(&self, norm: &mut BatchNorm, weight: usize) {
        norm.gamma = self.param(weight);
        norm.beta = self.param(weight + 1);
    }
}

fn numbers(tensor: Tensor<1>) -> Vec<f32> {
    tensor.into_data().try_to_vec::<f32>().unwrap()
}

/// Compares a layer on Burn with its definition: the sum of its outputs, each with a weight of its
/// own, and the derivative of that sum by every leaf.
#[track_caller]
fn check<const D: usize>(
    what: &str,
    leaves: &[Leaf<'_>],
    layer: impl Fn(&Leaves, &Device) -> Tensor<D>,
    definition: impl Fn(&[Array]) -> Array,
) {
    let device = Device::flex().autodiff();
    let mut rng = Rng::new(7);
    let mut random = |count: usize, spread: f32| -> Vec<f32> {
        (0..count).map(|_| spread * rng.normal()).collect()
    };
    let mut arrays = Vec::new();
    let mut tensors = Vec::new();
    for &(_, shape, spread) in leaves {
        let values = random(shape.iter().product(), spread);
        let data = TensorData::new(values.clone(), [values.len()]);
        let tensor = Tensor::<1>::from_data(data, &device).require_grad();
        tensors.push((shape.to_vec(), tensor));
        arrays.push(Array {
            shape: shape.to_vec(),
            values: values.into_iter().map(f64::from).collect(),
        });
    }

    let leaf_tensors = Leaves(tensors);
    let output = layer(&leaf_tensors, &device);
    let shape = output.dims();
    let weights = random(shape.iter().product(), 1.0);
    let weighing =
        Tensor::<1>::from_data(TensorData::new(weights.clone(), [weights.len()]), &device);
    let sum = output.reshape([weights.len()]).mul(weighing).sum();
    let mut gradients = sum.backward();
    let value = f64::from(numbers(sum.inner())[0]);

    let defined = |arrays: &[Array]| -> f64 {
        let output = definition(arrays);
        assert_eq!(output.shape, shape, "{what}");
        let terms = output.values.iter().zip(&weights);
        terms
            .map(|(value, &weight)| value * f64::from(weight))
            .sum()
    };
    let expected = defined(&arrays);
    let off = (value - expected).abs() / expected.abs().max(1.0);
    assert!(off < TOLERANCE, "{what}: {value} {expected}");

    for (leaf, (name, _, _)) in leaves.iter().enumerate() {
        let found = leaf_tensors.0[leaf].1.grad_remove(&mut gradients);
        let found = found.unwrap_or_else(|| panic!("{what}: {name} has no gradient"));
        let found = numbers(found);
        let count = found.len();
        let looks: Vec<usize> = (0..count).step_by(count.div_ceil(LOOKS)).collect();
        let differences: Vec<f64> = looks
            .iter()
            .map(|&at| {
                let mut moved = arrays.clone();
                moved[leaf].values[at] += STEP;
                let up = defined(&moved);
                moved[leaf].values[at] -= 2.0 * STEP;
                (up - defined(&moved)) / (2.0 * STEP)
            })
            .collect();
        let mean_square =
            differences.iter().map(|value| value * value).sum::<f64>() / looks.len() as f64;
        assert!(mean_square > 0.0, "{what}: {name} has no influence");
        let mut worst = 0f64;
        for (&at, &difference) in looks.iter().zip(&differences) {
            let scale = difference.abs().max(mean_square.sqrt());
            let off = (f64::from(found[at]) - difference).abs() / scale;
            assert!(
                off < TOLERANCE,
                "{what}: the gradient by {name}, number {at}, is {}, the difference {difference}",
                found[at]
            );
            worst = worst.max(off);
        }
        println!("{what}: {name} is off by up to {worst:.1e}");
    }
}

/// A layer of `in` to `out` channels, `side` wide.
fn conv_norm(channels: [usize; 2], side: usize, stride: usize, pixels: usize) {
    check(
        &format!("conv {side}x{side}, stride {stride}, with norm"),
        &[
            ("input", &[3, channels[0], pixels, pixels], 1.0),
            ("kernel", &[channels[1], channels[0], side, side], 0.5),
            ("norm.weight", &[channels[1]], 1.0),
            ("norm.bias", &[channels[1]], 0.5),
        ],
        |leaves, device| {
            let mut layer = ConvNorm::new(channels, side, stride, device);
            leaves.fill_conv(&mut layer.conv, 1);
            leaves.fill_norm(&mut layer.norm, 2);
            layer.forward(leaves.get(0))
        },
        |leaves| {
            let maps = plain::conv(&leaves[0], &leaves[1], None, stride, side / 2);
            plain::relu(&plain::norm(&maps, &leaves[2], &leaves[3]))
        },
    );
}

#[test]
fn a_convolution_with_its_norm() {
    conv_norm([2, 3], 3, 1, 5);
}

#[test]
fn a_strided_convolution_with_its_norm() {
    conv_norm([1, 4], 5, 2, 8);
    conv_norm([3, 4], 3, 2, 6);
    conv_norm([2, 3], 3, 2, 5);
}

#[test]
fn a_residual_block() {
    let kernel: &[usize] = &[4, 4, 3, 3];
    check(
        "residual",
        &[
            ("input", &[3, 4, 5, 5], 1.0),
            ("conv_a", kernel, 0.3),
            ("norm_a.weight", &[4], 1.0),
            ("norm_a.bias", &[4], 0.5),
            ("conv_b", kernel, 0.3),
            ("norm_b.weight", &[4], 1.0),
            ("norm_b.bias", &[4], 0.5),
        ],
        |leaves, device| {
            let mut layer = Residual::new(4, device);
            leaves.fill_conv(&mut layer.conv_a, 1);
            leaves.fill_norm(&mut layer.norm_a, 2);
            leaves.fill_conv(&mut layer.conv_b, 4);
            leaves.fill_norm(&mut layer.norm_b, 5);
            layer.forward(leaves.get(0))
        },
        |leaves| {
            let inner = plain::conv(&leaves[0], &leaves[1], None, 1, 1);
            let inner = plain::relu(&plain::norm(&inner, &leaves[2], &leaves[3]));
            let inner = plain::conv(&inner, &leaves[4], None, 1, 1);
            let inner = plain::norm(&inner, &leaves[5], &leaves[6]);
            plain::relu(&inner.plus(&leaves[0]))
        },
    );
}

/// As the local embedding of `compact`.
#[test]
fn a_convolution_of_one_pixel() {
    check(
        "conv 1x1",
        &[
            ("input", &[2, 5, 4, 4], 1.0),
            ("kernel", &[3, 5, 1, 1], 0.5),
            ("bias", &[3], 0.5),
        ],
        |leaves, device| {
            let mut layer = Conv2dConfig::new([5, 3], [1, 1]).init(device);
            leaves.fill_conv(&mut layer, 1);
            layer.bias = Some(leaves.param(2));
            layer.forward(leaves.get::<4>(0))
        },
        |leaves| plain::conv(&leaves[0], &leaves[1], Some(&leaves[2]), 1, 0),
    );
}

/// As the layers of `koch`: no padding, a bias, relu, the largest of four pixels.
#[test]
fn a_pooled_convolution() {
    check(
        "conv 4x4, pooled",
        &[
            ("input", &[2, 3, 9, 9], 1.0),
            ("kernel", &[4, 3, 4, 4], 0.3),
            ("bias", &[4], 0.5),
        ],
        |leaves, device| {
            let mut layer = Conv2dConfig::new([3, 4], [4, 4]).init(device);
            leaves.fill_conv(&mut layer, 1);
            layer.bias = Some(leaves.param(2));
            let pool = MaxPool2dConfig::new([2, 2]).with_strides([2, 2]).init();
            pool.forward(relu(layer.forward(leaves.get::<4>(0))))
        },
        |leaves| {
            let maps = plain::conv(&leaves[0], &leaves[1], Some(&leaves[2]), 1, 0);
            plain::pool(&plain::relu(&maps))
        },
    );
}

#[test]
fn a_linear_layer_with_its_sigmoid() {
    check(
        "linear",
        &[
            ("input", &[3, 20], 1.0),
            ("weight", &[20, 7], 0.3),
            ("bias", &[7], 0.5),
        ],
        |leaves, device| {
            let mut layer = LinearConfig::new(20, 7).init(device);
            layer.weight = leaves.param(1);
            layer.bias = Some(leaves.param(2));
            sigmoid(layer.forward(leaves.get::<2>(0)))
        },
        |leaves| plain::sigmoid(&plain::linear(&leaves[0], &leaves[1], &leaves[2])),
    );
}

#[test]
fn kochs_score() {
    check(
        "Koch's head",
        &[
            ("query", &[2, 16], 0.5),
            ("support", &[3, 16], 0.5),
            ("weight", &[16], 0.5),
            ("bias", &[1], 0.5),
        ],
        |leaves, device| {
            let mut head = KochHead::new(16, device);
            head.weight = leaves.param(2);
            head.bias = leaves.param(3);
            head.forward(leaves.get(0), leaves.get(1))
        },
        |leaves| {
            let bias = leaves[3].values[0];
            plain::weighted_l1(&leaves[0], &leaves[1], &leaves[2]).map(|far| bias + far)
        },
    );
}

#[test]
fn local_matching() {
    check(
        "matching",
        &[
            ("query", &[2, 36, 8], 0.5),
            ("support", &[3, 36, 8], 0.5),
            ("offsets", &[9], 0.5),
        ],
        |leaves, _| matching::distance(leaves.get(0), leaves.get(1), leaves.get(2)),
        |leaves| plain::matching(&leaves[0], &leaves[1], &leaves[2]),
    );
}

#[test]
fn compacts_score() {
    let global: [Leaf<'_>; 4] = [
        ("global query", &[2, 16], 0.5),
        ("global support", &[3, 16], 0.5),
        ("global_weight", &[16], 0.5),
        ("bias", &[1], 0.5),
    ];
    let head = |leaves: &Leaves, device: &Device| {
        let mut head = GlobalLocalHead::new(16, device);
        head.global_weight = leaves.param(2);
        head.bias = leaves.param(3);
        head
    };
    let far = |leaves: &[Array]| {
        let bias = leaves[3].values[0];
        plain::weighted_l1(&leaves[0], &leaves[1], &leaves[2]).map(|far| bias - far)
    };
    check(
        "compact's head, globally",
        &global,
        |leaves, device| head(leaves, device).forward((leaves.get(0), leaves.get(1)), None),
        far,
    );
    let local: [Leaf<'_>; 4] = [
        ("local query", &[2, 36, 4], 0.5),
        ("local support", &[3, 36, 4], 0.5),
        ("local_weight", &[1], 1.0),
        ("local_offset", &[9], 0.5),
    ];
    check(
        "compact's head",
        &[global, local].concat(),
        |leaves, device| {
            let mut head = head(leaves, device);
            head.local_weight = leaves.param(6);
            head.local_offset = leaves.param(7);
            let local = (leaves.get(4), leaves.get(5));
            head.forward((leaves.get(0), leaves.get(1)), Some(local))
        },
        |leaves| {
            let gamma = leaves[6].values[0];
            let near = plain::matching(&leaves[4], &leaves[5], &leaves[7]);
            far(leaves).plus(&near.map(|near| -gamma * near))
        },
    );
}

fn single(value: f64) -> Array {
    Array {
        shape: vec![1],
        values: vec![value],
    }
}

#[test]
fn both_losses() {
    // Scores of trained networks are some units apart.
    let scores: &[Leaf<'_>] = &[("scores", &[5, 5], 2.0)];
    check(
        "episode loss",
        scores,
        |leaves, _| episode_loss(leaves.get(0)),
        |leaves| single(plain::episode(&leaves[0])),
    );
    check(
        "pair loss",
        scores,
        |leaves, _| pair_loss(leaves.get(0)),
        |leaves| single(plain::pairs(&leaves[0])),
    );
    check(
        "pair loss of one",
        &[("scores", &[1, 1], 2.0)],
        |leaves, _| pair_loss(leaves.get(0)),
        |leaves| single(plain::pairs(&leaves[0])),
    );
}
