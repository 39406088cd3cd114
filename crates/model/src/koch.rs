//! The network of the paper: Koch, Zemel and Salakhutdinov, *Siamese Neural Networks for
//! One-shot Image Recognition* (2015), figure 4.
//!
//! 38,947,648 parameters in the twin and 4,097 in the head: 38,951,745.

use burn::module::Module;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::pool::{MaxPool2d, MaxPool2dConfig};
use burn::nn::{Initializer, Linear, LinearConfig};
use burn::tensor::activation::{relu, sigmoid};
use burn::tensor::{Device, Tensor};

use crate::fourier;
use crate::head::KochHead;

/// Components of the embedding.
pub const COMPONENTS: usize = 4096;

/// Values that the last convolution leaves: 256 channels at 6x6.
pub(crate) const FLAT: usize = 256 * 6 * 6;

/// The network. Field names are the names of the weights file.
#[derive(Module, Debug)]
pub struct Koch {
    /// 64@10x10: 105x105 -> 96x96, pooled to 48x48.
    pub conv1: Conv2d,
    /// 128@7x7: 48x48 -> 42x42, pooled to 21x21.
    pub conv2: Conv2d,
    /// 128@4x4: 21x21 -> 18x18, pooled to 9x9.
    pub conv3: Conv2d,
    /// 256@4x4: 9x9 -> 6x6.
    pub conv4: Conv2d,
    /// 9216 -> 4096.
    pub dense: Linear,
    /// The score of pairs.
    pub score: KochHead,
    pool: MaxPool2d,
}

/// Weights N(0, 0.01), biases N(0.5, 0.01): the paper's section 3.2.
fn conv(channels: [usize; 2], side: usize, device: &Device) -> Conv2d {
    let mut conv = Conv2dConfig::new(channels, [side, side])
        .with_initializer(Initializer::Normal {
            mean: 0.0,
            std: 0.01,
        })
        .init(device);
    conv.bias = Some(paper_bias(channels[1], device));
    conv
}

fn paper_bias(length: usize, device: &Device) -> burn::module::Param<Tensor<1>> {
    Initializer::Normal {
        mean: 0.5,
        std: 0.01,
    }
    .init([length], device)
}

/// Images from which the second layer is faster by spectra on the CPU, where its kernels are
/// transformed once a batch: 158 ms against the library's 37 for one image, 291 against 288 for 8,
/// 403 against 711 for 20, 1,054 against 2,198 for 64 (two Zen 3 cores, medians of 7). Between 8
/// and 20 this is a guess. The third layer gains a third at most, and only from 20 on.
const SPECTRAL_FROM: usize = 12;

/// Do spectra pay for these maps? Not with gradients, which their rounding puts off by up to 4.4e-4
/// of themselves (the library's convolutions stay below 1e-4), and on a GPU nobody has measured.
fn spectra_pay(maps: &Tensor<4>) -> bool {
    let device = maps.device();
    maps.dims()[0] >= SPECTRAL_FROM && !device.is_autodiff() && device == Device::flex()
}

/// What the layer makes of the maps, the faster way.
fn convolved(conv: &Conv2d, maps: Tensor<4>) -> Tensor<4> {
    if !spectra_pay(&maps) {
        return conv.forward(maps);
    }
    let maps = fourier::convolve(maps, conv.weight.val());
    match &conv.bias {
        Some(bias) => maps + bias.val().reshape([1, -1, 1, 1]),
        None => maps,
    }
}

impl Koch {
    /// A network with fresh weights as the paper starts it; `device`'s seed decides them.
    #[must_use]
    pub fn new(device: &Device) -> Self {
        let mut dense = LinearConfig::new(FLAT, COMPONENTS)
            .with_initializer(Initializer::Normal {
                mean: 0.0,
                std: 0.2,
            })
            .init(device);
        dense.bias = Some(paper_bias(COMPONENTS, device));
        Self {
            conv1: conv([1, 64], 10, device),
            conv2: conv([64, 128], 7, device),
            conv3: conv([128, 128], 4, device),
            conv4: conv([128, 256], 4, device),
            dense,
            score: KochHead::new(COMPONENTS, device),
            pool: MaxPool2dConfig::new([2, 2]).with_strides([2, 2]).init(),
        }
    }

    /// Plain drawings `[batch, 1, 105, 105]`, ink = 1, to embeddings `[batch, 4096]`, each
    /// component 0 to 1.
    #[must_use]
    pub fn embed(&self, images: Tensor<4>) -> Tensor<2> {
        self.embed_seen(images, &mut |_, _| ())
    }

    /// As [`Koch::embed`]; `see` is shown the maps of each convolution, pooled where they are, with
    /// its name.
    pub fn embed_seen(
        &self,
        images: Tensor<4>,
        see: &mut impl FnMut(&'static str, &Tensor<4>),
    ) -> Tensor<2> {
        let batch = images.dims()[0];
        let mut seen = |name, maps: Tensor<4>| {
            see(name, &maps);
            maps
        };
        // The largest of four is the same whether the relu comes first, and there are fewer then.
        let pooled = |maps| relu(self.pool.forward(maps));
        let maps = seen("conv1", pooled(self.conv1.forward(images)));
        let maps = seen("conv2", pooled(convolved(&self.conv2, maps)));
        let maps = seen("conv3", pooled(self.conv3.forward(maps)));
        let maps = seen("conv4", relu(self.conv4.forward(maps)));
        self.embed_flat(maps.reshape([batch, FLAT]))
    }

    /// What the last convolution leaves, `[batch, 9216]`, to embeddings `[batch, 4096]`.
    pub(crate) fn embed_flat(&self, maps: Tensor<2>) -> Tensor<2> {
        sigmoid(self.dense.forward(maps))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Distribution;

    #[test]
    fn a_large_batch_passes_the_second_layer_by_spectra_to_the_same_maps() {
        let device = Device::flex();
        let conv = Koch::new(&device).conv2;
        let shape = [SPECTRAL_FROM, 64, 48, 48];
        let maps = Tensor::<4>::random(shape, Distribution::Uniform(0.0, 1.0), &device);
        assert!(spectra_pay(&maps));
        let expected = conv.forward(maps.clone());
        let far = convolved(&conv, maps) - expected;
        let far = far.abs().max().into_scalar::<f32>();
        assert!(far < 1e-5, "{far}");
    }

    #[test]
    fn few_images_and_training_keep_the_librarys_convolution() {
        let device = Device::flex();
        let few = Tensor::<4>::zeros([SPECTRAL_FROM - 1, 1, 1, 1], &device);
        assert!(!spectra_pay(&few));
        #[cfg(feature = "train")]
        {
            let device = device.autodiff();
            let many = Tensor::<4>::zeros([SPECTRAL_FROM, 1, 1, 1], &device);
            assert!(!spectra_pay(&many));
        }
    }
}
