//! Blocks of layers that `compact` is built of. They know no file and no task.

use burn::module::{Module, Param};
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::{BatchNorm, BatchNormConfig, Initializer, PaddingConfig2d};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor};

/// A convolution without bias whose weights start Kaiming-normal by fan-out, as before a norm
/// followed by a relu (docs/recipe.md, item 2).
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

/// The convolution with the norm behind it as it infers, as one convolution with a bias: a norm takes four launches.
fn folded(conv: &Conv2d, norm: &BatchNorm) -> Conv2d {
    let scale = norm.gamma.val()
        / norm
            .running_var
            .value_sync()
            .add_scalar(norm.epsilon)
            .sqrt();
    let bias = norm.beta.val() - norm.running_mean.value_sync() * scale.clone();
    let mut conv = conv.clone();
    let weight = conv.weight.val();
    let [out, input, height, width] = weight.dims();
    let weight = weight * scale.reshape([out, 1, 1, 1]);
    // A kernel's channels beside each other, as a GPU's convolutions take them: else each of them copies it first.
    let weight = weight
        .permute([0, 2, 3, 1])
        .reshape([out * height * width * input])
        .reshape([out, height, width, input])
        .permute([0, 3, 1, 2]);
    conv.weight = Param::from_tensor(weight);
    conv.bias = Some(Param::from_tensor(bias));
    conv
}

/// Norm, addition of `added`, relu: `[batch, channels, h, w]` to the same. A convolution with a bias holds its norm.
fn norm_relu(
    (conv, norm): (&Conv2d, &BatchNorm),
    maps: Tensor<4>,
    added: Option<Tensor<4>>,
) -> Tensor<4> {
    let maps = conv.forward(maps);
    if conv.bias.is_some() {
        return match added {
            Some(added) => by_pixel(maps, |maps| (maps + pixels(added)).clamp_min(0.0)),
            None => by_pixel(maps, |maps| maps.clamp_min(0.0)),
        };
    }
    // The CPU device keeps a channel's pixels together, where a norm wants them. A GPU's
    // convolutions keep a pixel's channels together: there the norm would copy the maps twice
    // forward and twice back, and relu would turn them round for the next convolution.
    #[cfg(any(feature = "cpu", not(target_family = "wasm")))]
    if maps.device() == Device::flex() {
        return norm_relu_by_channel(norm, maps, added);
    }
    norm_relu_by_pixel(norm, maps, added)
}

#[cfg(any(feature = "cpu", not(target_family = "wasm")))]
fn norm_relu_by_channel(norm: &BatchNorm, maps: Tensor<4>, added: Option<Tensor<4>>) -> Tensor<4> {
    let maps = norm.forward(maps);
    relu(match added {
        Some(added) => maps + added,
        None => maps,
    })
}

/// The same numbers from `[batch * h * w, channels]`, which is how a GPU's maps lie in memory.
fn norm_relu_by_pixel(norm: &BatchNorm, maps: Tensor<4>, added: Option<Tensor<4>>) -> Tensor<4> {
    by_pixel(maps, |maps| {
        let maps = norm.forward(maps);
        relu(match added {
            Some(added) => maps + pixels(added),
            None => maps,
        })
    })
}

/// `[batch, channels, h, w] -> [batch * h * w, channels]`.
fn pixels(maps: Tensor<4>) -> Tensor<2> {
    let [batch, channels, height, width] = maps.dims();
    maps.permute([0, 2, 3, 1])
        .reshape([batch * height * width, channels])
}

/// Maps pixel by pixel, `[batch * h * w, channels]`.
fn by_pixel(maps: Tensor<4>, map: impl FnOnce(Tensor<2>) -> Tensor<2>) -> Tensor<4> {
    let [batch, channels, height, width] = maps.dims();
    map(pixels(maps))
        .reshape([batch, height, width, channels])
        .permute([0, 3, 1, 2])
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
        norm_relu((&self.conv, &self.norm), images, None)
    }

    /// The same block for inference only: its norm is folded into its convolution.
    #[must_use]
    pub fn folded(&self) -> Self {
        Self {
            conv: folded(&self.conv, &self.norm),
            norm: self.norm.clone(),
        }
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
        let inner = norm_relu((&self.conv_a, &self.norm_a), images.clone(), None);
        norm_relu((&self.conv_b, &self.norm_b), inner, Some(images))
    }

    /// The same block for inference only: its norms are folded into its convolutions.
    #[must_use]
    pub fn folded(&self) -> Self {
        Self {
            conv_a: folded(&self.conv_a, &self.norm_a),
            norm_a: self.norm_a.clone(),
            conv_b: folded(&self.conv_b, &self.norm_b),
            norm_b: self.norm_b.clone(),
        }
    }
}

#[cfg(all(test, feature = "train"))]
#[allow(clippy::unwrap_used)]
mod tests {
    use burn::module::Module as _;
    use burn::tensor::TensorData;
    use twinglyph_core::rng::Rng;

    use super::*;

    /// Output, running mean, and the gradients of maps, addend and scale.
    fn run(
        norm_relu: fn(&BatchNorm, Tensor<4>, Option<Tensor<4>>) -> Tensor<4>,
        with: bool,
    ) -> Vec<Vec<f32>> {
        const SHAPE: [usize; 4] = [3, 5, 4, 2];
        let device = Device::flex().autodiff();
        let mut rng = Rng::new(5);
        let mut random = |mean: f32| {
            let values: Vec<f32> = (0..SHAPE.iter().product())
                .map(|_| mean + rng.normal())
                .collect();
            Tensor::<4>::from_data(TensorData::new(values, SHAPE), &device).require_grad()
        };
        let (maps, added, weights) = (random(2.0), random(0.0), random(0.0));
        let norm: BatchNorm = BatchNormConfig::new(SHAPE[1]).init(&device).train();
        let output = norm_relu(&norm, maps.clone(), with.then(|| added.clone()));
        let mut gradients = (output.clone() * weights.detach()).sum().backward();
        let numbers = |tensor: Tensor<4>| tensor.into_data().try_to_vec::<f32>().unwrap();
        let mut found = vec![
            numbers(output.inner()),
            numbers(maps.grad_remove(&mut gradients).unwrap()),
        ];
        if with {
            found.push(numbers(added.grad_remove(&mut gradients).unwrap()));
        }
        let scale = norm.gamma.val().grad_remove(&mut gradients).unwrap();
        for vector in [scale, norm.running_mean.value_sync().inner()] {
            found.push(vector.into_data().try_to_vec::<f32>().unwrap());
        }
        found
    }

    #[test]
    fn a_norm_by_pixel_is_the_norm_by_channel() {
        for with in [false, true] {
            let expected = run(norm_relu_by_channel, with);
            let found = run(norm_relu_by_pixel, with);
            assert_eq!(expected.len(), if with { 5 } else { 4 });
            for (expected, found) in expected.iter().zip(&found) {
                assert_eq!(expected.len(), found.len());
                // Sums are taken in another order.
                for (a, b) in expected.iter().zip(found) {
                    assert!((a - b).abs() < 1e-5 * a.abs().max(1.0), "{a} {b}");
                }
            }
        }
    }

    #[test]
    fn the_cpu_knows_itself_with_and_without_gradients() {
        assert_eq!(Device::flex().autodiff(), Device::flex());
    }
}
