//! `conv4`, the usual small network of few-shot papers, as a twin that judges pairs.
//!
//! Four blocks of 3x3 convolutions with 64 channels, batch norm, relu and 2x2 max pool bring 28x28
//! pixels to 64 values; Koch's head compares them. 112,193 parameters, 10 M multiply-adds an image.
//! It is made of `twinglyph-nn-burn`'s blocks, as the app's networks are. It knows no browser.

use burn::module::{Module, Param};
use burn::nn::PaddingConfig2d;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::pool::MaxPool2dConfig;
use burn::tensor::activation::{log_sigmoid, relu};
use burn::tensor::{Device, Tensor, TensorData};
use twinglyph_core::rng::Rng;
use twinglyph_nn::{ConvLayer, TensorMap};
use twinglyph_nn_burn::head::KochHead;
use twinglyph_nn_burn::layers::ConvNorm;

/// Width and height of its images.
pub const SIDE: usize = 28;

/// Channels of every block, and values of an embedding.
pub const CHANNELS: usize = 64;

/// The network. Field names are the names of the problem's file.
#[derive(Module, Debug)]
pub struct Conv4 {
    /// 28x28 -> 14x14.
    pub block1: ConvNorm,
    /// 14x14 -> 7x7.
    pub block2: ConvNorm,
    /// 7x7 -> 3x3.
    pub block3: ConvNorm,
    /// 3x3 -> 1x1.
    pub block4: ConvNorm,
    /// The logit of a pair.
    pub score: KochHead,
}

impl Conv4 {
    /// The network with weights that this seed decides, the same on every device: convolutions as
    /// He et al. (2015) start them by fan-out, the head as Koch's.
    #[must_use]
    pub fn new(seed: u64, device: &Device) -> Self {
        let mut rng = Rng::new(seed);
        let mut block = |inputs: usize| {
            let mut block = ConvNorm::new([inputs, CHANNELS], 3, 1, device);
            let deviation = (2.0 / (9.0 * CHANNELS as f32)).sqrt();
            let values: Vec<f32> = (0..CHANNELS * inputs * 9)
                .map(|_| deviation * rng.normal())
                .collect();
            block.conv.weight =
                Param::from_data(TensorData::new(values, [CHANNELS, inputs, 3, 3]), device);
            block
        };
        let (block1, block2) = (block(1), block(CHANNELS));
        let (block3, block4) = (block(CHANNELS), block(CHANNELS));
        let weights: Vec<f32> = (0..CHANNELS).map(|_| 0.2 * rng.normal()).collect();
        let score = KochHead {
            weight: Param::from_data(TensorData::new(weights, [CHANNELS]), device),
            bias: Param::from_data(TensorData::new(vec![0.5f32], [1]), device),
        };
        Self {
            block1,
            block2,
            block3,
            block4,
            score,
        }
    }

    /// `[batch, 1, 28, 28] -> [batch, 64]`.
    #[must_use]
    pub fn embed(&self, images: Tensor<4>) -> Tensor<2> {
        let batch = images.dims()[0];
        let pool = MaxPool2dConfig::new([2, 2]).with_strides([2, 2]).init();
        let mut maps = images;
        for block in [&self.block1, &self.block2, &self.block3, &self.block4] {
            maps = pool.forward(block.forward(maps));
        }
        maps.reshape([batch, CHANNELS])
    }

    /// Cross-entropy of verification of pairs: image i of the first half with image i of the
    /// second. `signs: [pairs]` is 1 where a pair is the same character, else -1.
    #[must_use]
    pub fn loss(&self, images: Tensor<4>, signs: Tensor<1>) -> Tensor<1> {
        let [pairs] = signs.dims();
        let embedding = self.embed(images);
        let first = embedding.clone().narrow(0, 0, pairs);
        let second = embedding.narrow(0, pairs, pairs);
        let weight = self.score.weight.val().reshape([1, CHANNELS]);
        let logits =
            (first - second).abs().mul(weight).sum_dim(1) + self.score.bias.val().reshape([1, 1]);
        log_sigmoid(logits.reshape([pairs]).mul(signs)).mean().neg()
    }
}

/// Added to a norm's variance, as Burn and PyTorch do.
const EPSILON: f32 = 1e-5;

/// The network for inference, as convolutions of which each has the norm behind it, by its running statistics,
/// in its own numbers; `None` where the tensors are another's.
#[must_use]
pub fn folded(tensors: &TensorMap) -> Option<Vec<ConvLayer>> {
    let layer = |at: usize| {
        let inputs = if at == 1 { 1 } else { CHANNELS };
        let values = |name: &str, count: usize| {
            let tensor = tensors.get(&format!("block{at}.{name}"))?;
            (tensor.values.len() == count).then_some(tensor.values.as_slice())
        };
        let kernels = values("conv.weight", CHANNELS * inputs * 9)?;
        let scale = values("norm.weight", CHANNELS)?;
        let shift = values("norm.bias", CHANNELS)?;
        let mean = values("norm.running_mean", CHANNELS)?;
        let variance = values("norm.running_var", CHANNELS)?;
        let factors: Vec<f32> = scale
            .iter()
            .zip(variance)
            .map(|(scale, variance)| scale / (variance + EPSILON).sqrt())
            .collect();
        Some(ConvLayer {
            weights: kernels
                .chunks_exact(inputs * 9)
                .zip(&factors)
                .flat_map(|(kernel, factor)| kernel.iter().map(move |weight| weight * factor))
                .collect(),
            bias: (0..CHANNELS)
                .map(|channel| shift[channel] - mean[channel] * factors[channel])
                .collect(),
            side: 3,
            padding: 1,
            pool: true,
        })
    };
    (1..=4).map(layer).collect()
}

/// The same on Burn.
#[derive(Debug)]
pub struct Folded {
    blocks: Vec<Conv2d>,
}

impl Folded {
    /// The network of [`folded`] convolutions.
    #[must_use]
    pub fn new(layers: Vec<ConvLayer>, device: &Device) -> Self {
        let block = |layer: ConvLayer| {
            let inputs = layer.weights.len() / (9 * CHANNELS);
            let mut conv = Conv2dConfig::new([inputs, CHANNELS], [3, 3])
                .with_padding(PaddingConfig2d::Explicit(1, 1, 1, 1))
                .init(device);
            let shape = [CHANNELS, inputs, 3, 3];
            conv.weight = Param::from_data(TensorData::new(layer.weights, shape), device);
            let bias = TensorData::new(layer.bias, [CHANNELS]);
            conv.bias = Some(Param::from_data(bias, device));
            conv
        };
        Self {
            blocks: layers.into_iter().map(block).collect(),
        }
    }

    /// `[batch, 1, 28, 28] -> [batch, 64]`.
    #[must_use]
    pub fn embed(&self, images: Tensor<4>) -> Tensor<2> {
        let batch = images.dims()[0];
        let pool = MaxPool2dConfig::new([2, 2]).with_strides([2, 2]).init();
        let mut maps = images;
        for conv in &self.blocks {
            // The largest of four is the same whether the relu comes first, and there are fewer then.
            maps = relu(pool.forward(conv.forward(maps)));
        }
        maps.reshape([batch, CHANNELS])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_has_the_parameters_that_it_is_known_for() {
        let network = Conv4::new(1, &Device::flex());
        // Convolutions, norms' scales and shifts, head; running statistics are none.
        let expected = 64 * 9 + 3 * 64 * 64 * 9 + 4 * 2 * 64 + 65;
        let statistics = 4 * 2 * 64;
        let counted = network.num_params();
        assert!(
            counted == expected || counted == expected + statistics,
            "{counted}"
        );
    }

    #[test]
    fn a_seed_is_one_network() {
        let device = Device::flex();
        let weights = |seed| {
            let network = Conv4::new(seed, &device);
            network.block3.conv.weight.val().into_data()
        };
        assert_eq!(weights(1), weights(1));
        assert_ne!(weights(1), weights(2));
    }
}
