//! Blocks of layers that `compact` is built of. They know no file and no task.

use burn::module::Module;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::{BatchNorm, BatchNormConfig, Initializer, PaddingConfig2d};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor};

/// A convolution without bias whose weights start Kaiming-normal by fan-out, as before a norm
/// followed by a relu (recipe.md, item 2).
#[must_use]
pub fn conv_before_norm(
    channels: [usize; 2],
    side: usize,
    stride: usize,
    device: &Device,
) -> Conv2d {
    Conv2dConfig::new(channels, [side, side])
        .with_stride([stride, stride])
        .with_padding(PaddingConfig2d::Explicit(
            side / 2,
            side / 2,
            side / 2,
            side / 2,
        ))
        .with_bias(false)
        .with_initializer(Initializer::KaimingNormal {
            gain: core::f64::consts::SQRT_2,
            fan_out_only: true,
        })
        .init(device)
}

/// Convolution, batch norm, relu.
#[derive(Module, Debug)]
pub struct ConvNorm {
    /// The convolution, without bias.
    pub conv: Conv2d,
    /// The norm behind it.
    pub norm: BatchNorm,
}

impl ConvNorm {
    /// A new block; `side` is the kernel's width and height, the padding keeps `side / 2` pixels.
    #[must_use]
    pub fn new(channels: [usize; 2], side: usize, stride: usize, device: &Device) -> Self {
        Self {
            conv: conv_before_norm(channels, side, stride, device),
            norm: BatchNormConfig::new(channels[1]).init(device),
        }
    }

    /// `[batch, in, h, w] -> [batch, out, h / stride, w / stride]` (rounded up).
    #[must_use]
    pub fn forward(&self, images: Tensor<4>) -> Tensor<4> {
        relu(self.norm.forward(self.conv.forward(images)))
    }
}

/// Two 3x3 convolutions with norms; relu between them and after the addition.
#[derive(Module, Debug)]
pub struct Residual {
    /// First convolution.
    pub conv_a: Conv2d,
    /// Its norm.
    pub norm_a: BatchNorm,
    /// Second convolution.
    pub conv_b: Conv2d,
    /// Its norm.
    pub norm_b: BatchNorm,
}

impl Residual {
    /// A new block of that many channels.
    #[must_use]
    pub fn new(channels: usize, device: &Device) -> Self {
        let conv = || conv_before_norm([channels, channels], 3, 1, device);
        let norm = || BatchNormConfig::new(channels).init(device);
        Self {
            conv_a: conv(),
            norm_a: norm(),
            conv_b: conv(),
            norm_b: norm(),
        }
    }

    /// `[batch, channels, h, w] -> [batch, channels, h, w]`.
    #[must_use]
    pub fn forward(&self, images: Tensor<4>) -> Tensor<4> {
        let inner = relu(self.norm_a.forward(self.conv_a.forward(images.clone())));
        relu(self.norm_b.forward(self.conv_b.forward(inner)) + images)
    }
}
