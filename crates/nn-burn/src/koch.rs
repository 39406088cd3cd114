//! The network of the paper: Koch, Zemel and Salakhutdinov, *Siamese Neural Networks for
//! One-shot Image Recognition* (2015), figure 4.

use burn::module::Module;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::pool::{MaxPool2d, MaxPool2dConfig};
use burn::nn::{Initializer, Linear, LinearConfig};
use burn::tensor::activation::{relu, sigmoid};
use burn::tensor::{Device, Tensor};

use crate::head::KochHead;

/// Components of the embedding.
pub const COMPONENTS: usize = 4096;

/// Values that the last convolution leaves: 256 channels at 6x6.
const FLAT: usize = 256 * 6 * 6;

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
        let maps = seen("conv2", pooled(self.conv2.forward(maps)));
        let maps = seen("conv3", pooled(self.conv3.forward(maps)));
        let maps = seen("conv4", relu(self.conv4.forward(maps)));
        sigmoid(self.dense.forward(maps.reshape([batch, FLAT])))
    }
}
