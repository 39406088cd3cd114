//! What a network is, as data: its layers and the head that compares two embeddings.
//!
//! Layers follow one another: each is a convolution with a batch norm or a bias, perhaps an earlier
//! layer's map added, a relu, and perhaps 2x2 max pooling. A dense layer may follow. Everything else is
//! derived: names and shapes of tensors, the layer table, memory and both ways of an executor. Knows no
//! numbers.

mod architecture;
mod entries;
mod networks;
mod plan;
mod table;

pub use architecture::{Architecture, INPUT_SIDE, Stage};
pub(crate) use entries::{Entry, Initial, Tensors};
pub(crate) use plan::{Plan, Planned};
pub(crate) use table::part;
pub use table::{Row, TensorShape};

use serde::{Deserialize, Serialize};

use crate::head::PLACES;
use crate::kernels::LANES;

/// Largest number of channels, and of an input's width and height.
const MOST: usize = 1024;

/// Most components of a dense layer.
const MOST_COMPONENTS: usize = 8192;

/// Most values of a last map that is the embedding.
const MOST_VALUES: usize = 16384;

/// A network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// Width and height of an image of one channel.
    pub input_side: usize,
    /// In their order; each reads the map of the one before it.
    pub layers: Vec<Layer>,
    /// Turns the last map into the global embedding. Without one the last map is the embedding, channel by
    /// channel.
    pub dense: Option<Dense>,
    /// Compares two embeddings.
    pub head: Head,
}

/// A convolution and what follows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layer {
    /// Owner of the convolution's tensors: `weight` is `name.weight`. What stands before a dot is the part
    /// that a training may freeze.
    pub name: String,
    /// Channels of its map, a multiple of 16.
    pub channels: usize,
    /// Width and height of the kernel.
    pub kernel: usize,
    /// Pixels from one application of the kernel to the next.
    pub stride: usize,
    /// Zeros around the map that it reads, fewer than the kernel is wide.
    pub padding: usize,
    /// Owner of the batch norm's tensors; a convolution without one has a bias.
    pub norm: Option<String>,
    /// Number of the earlier layer whose map is added before the relu.
    pub skip: Option<usize>,
    /// Does the largest of each 2x2 pixels stay? A last odd row and column does not.
    pub pool: bool,
}

/// A linear layer with a sigmoid over the last map, flattened channel by channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dense {
    /// Owner of its tensors.
    pub name: String,
    /// Components of the global embedding, a multiple of 16.
    pub components: usize,
}

/// The logit of a pair of embeddings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Head {
    /// Koch's: `bias + sum_i weight_i |a - b|_i`.
    WeightedL1,
    /// `compact`'s: the weighted distance of global embeddings, and matching of local ones.
    GlobalLocal(Local),
}

/// The local embedding: a 1x1 convolution with a bias over a map of 6x6 pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Local {
    /// Number of the layer whose map it reads.
    pub layer: usize,
    /// Channels, a multiple of 16.
    pub channels: usize,
}

/// A network that can't be computed here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the network's {part} can't be computed here: {rule}")]
pub struct SpecError {
    /// The layer, or another part.
    pub part: String,
    /// The rule that it breaks.
    pub rule: &'static str,
}

impl From<twinglyph_core::Architecture> for Spec {
    fn from(architecture: twinglyph_core::Architecture) -> Self {
        match architecture {
            twinglyph_core::Architecture::Compact => Architecture::default().into(),
            twinglyph_core::Architecture::Deep => Architecture::deep().into(),
            twinglyph_core::Architecture::Koch => Self::koch(),
        }
    }
}

impl Spec {
    /// Checks that the network can be computed here.
    ///
    /// # Errors
    /// When a layer does not fit the one before it, or sizes are beyond what the kernels take.
    pub fn check(&self) -> Result<(), SpecError> {
        let all = |part: &str, rule, holds: bool| match holds {
            true => Ok(()),
            false => Err(SpecError {
                part: part.to_owned(),
                rule,
            }),
        };
        let multiple =
            |value: usize, most| (LANES..=most).contains(&value) && value.is_multiple_of(LANES);
        let sides = (1..=MOST).contains(&self.input_side);
        all("input", "its width must be from 1 to 1024", sides)?;
        all(
            "layers",
            "there must be one at least",
            !self.layers.is_empty(),
        )?;
        let mut names: Vec<&str> = Vec::new();
        // Width and channels of each layer's map.
        let mut maps: Vec<(usize, usize)> = Vec::new();
        let mut side = self.input_side;
        for layer in &self.layers {
            let check = |rule, holds| all(&layer.name, rule, holds);
            names.push(&layer.name);
            names.extend(layer.norm.as_deref());
            check(
                "its channels must be a multiple of 16 from 16 to 1024",
                multiple(layer.channels, MOST),
            )?;
            let kernel = layer.kernel > layer.padding && layer.kernel <= side + 2 * layer.padding;
            check(
                "its kernel must be larger than its padding, and fit the map that it reads",
                kernel,
            )?;
            check(
                "its stride must be from 1 to the kernel's width",
                (1..=layer.kernel).contains(&layer.stride),
            )?;
            side = (side + 2 * layer.padding - layer.kernel) / layer.stride + 1;
            if let Some(skip) = layer.skip {
                let same = maps.get(skip) == Some(&(side, layer.channels));
                check(
                    "the map that it adds must be an earlier layer's of the same shape, and not be pooled",
                    same && !layer.pool,
                )?;
            }
            side = if layer.pool { side / 2 } else { side };
            check("its map must have a pixel", side > 0)?;
            maps.push((side, layer.channels));
        }
        if let Some(dense) = &self.dense {
            names.push(&dense.name);
            all(
                &dense.name,
                "its components must be a multiple of 16 from 16 to 8192",
                multiple(dense.components, MOST_COMPONENTS),
            )?;
        } else {
            let values = maps
                .last()
                .map_or(0, |(side, channels)| side * side * channels);
            let rule = "without a dense layer the last map must have at most 16384 values";
            all("embedding", rule, values <= MOST_VALUES)?;
        }
        if let Head::GlobalLocal(local) = &self.head {
            names.push(LOCAL);
            let of_places = |(side, _): &(usize, usize)| side * side == PLACES;
            all(
                LOCAL,
                "it must read the 6x6 pixels of a layer's map",
                maps.get(local.layer).is_some_and(of_places),
            )?;
            all(
                LOCAL,
                "its channels must be a multiple of 16 from 16 to 1024",
                multiple(local.channels, MOST),
            )?;
        }
        names.push(SCORE);
        let is_twice = |at: &usize| names[..*at].contains(&names[*at]);
        let twice = (0..names.len()).find(is_twice).map(|at| names[at]);
        let named = names.iter().all(|name| !name.is_empty());
        all(
            twice.unwrap_or("names"),
            "each owner of tensors must have a name of its own",
            twice.is_none() && named,
        )
    }
}

/// Owner of the local embedding's tensors.
pub const LOCAL: &str = "local";

/// Owner of the head's tensors.
pub const SCORE: &str = "score";

#[cfg(test)]
mod expected;
#[cfg(test)]
mod tests;
