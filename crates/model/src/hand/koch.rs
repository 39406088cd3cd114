//! Koch's network by hand: its convolutions, and its dense layer where the file has it in 8 bits.
//!
//! A dense layer of other numbers stays the library's: in f32 it would lie in memory twice, 151 MB
//! each. Refuses to know the head.

use burn::tensor::{Device, Tensor, TensorData};
use twinglyph_core::Architecture;
use twinglyph_nn::weights;
use twinglyph_nn::{Chain, Link, Rows8};

use crate::koch::{COMPONENTS, FLAT, Koch};

/// The convolutions in their order, with what is pooled.
const CONVOLUTIONS: [(&str, bool); 4] = [
    ("conv1", true),
    ("conv2", true),
    ("conv3", true),
    ("conv4", false),
];

/// The convolutions by hand, and perhaps the dense layer.
pub(super) struct Chained {
    chain: Chain,
    whole: bool,
}

impl Chained {
    /// The network of a weights file; `None` where it is not Koch's.
    pub(super) fn read(file: &[u8]) -> Option<Self> {
        let tensor = |owner: &str, name: &str| weights::tensor(file, &format!("{owner}.{name}"));
        let links = CONVOLUTIONS.map(|(name, pool)| {
            let (shape, weights) = tensor(name, "weight").ok()?;
            Some(Link {
                weights,
                bias: tensor(name, "bias").ok()?.1,
                side: *shape.last()?,
                padding: 0,
                pool,
            })
        });
        let links = links.into_iter().collect::<Option<Vec<_>>>()?;
        let rows = weights::rows_of(file, "dense.weight").ok()?;
        let whole = rows.is_some();
        let dense = match rows {
            Some((numbers, scales)) => {
                let bias = tensor("dense", "bias").ok()?.1;
                Some((Rows8 { numbers, scales }, bias))
            }
            None => None,
        };
        let side = Architecture::Koch.input_side();
        let chain = Chain::new(side, links, dense).ok()?;
        Some(Self { chain, whole })
    }

    /// Images `[n, 105, 105]` to embeddings, where the dense layer is by hand.
    pub(super) fn embed_whole(&mut self, images: &[f32]) -> Option<Vec<f32>> {
        self.whole.then(|| self.chain.embed(images))
    }

    /// Images `[n, 105, 105]` to embeddings `[n, 4096]`.
    pub(super) fn embed(&mut self, network: &Koch, images: &[f32], device: &Device) -> Tensor<2> {
        let side = Architecture::Koch.input_side();
        let count = images.len() / (side * side);
        let values = self.chain.embed(images);
        let width = if self.whole { COMPONENTS } else { FLAT };
        let values = Tensor::from_data(TensorData::new(values, [count, width]), device);
        if self.whole {
            values
        } else {
            network.embed_flat(values)
        }
    }
}
