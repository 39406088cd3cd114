//! What a network is made of: widths and depths, and from them its layers and tensors.
//!
//! The form is that of `compact`: a stem, three halvings, residual blocks between them, a global
//! embedding at the end and a local one of 6x6 places. Knows names and shapes, no numbers.

use core::ops::Range;

use serde::{Deserialize, Serialize};

use crate::conv::Geometry;
use crate::plane::Shape;

/// Width and height of an input image.
pub const INPUT_SIDE: usize = 48;

/// Width and height of the stem's kernel.
pub(crate) const STEM_SIDE: usize = 5;

/// Values of a patch of the stem, rounded up to whole tiles.
pub(crate) const STEM_DEPTH: usize = 32;

/// A width and the residual blocks that have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// Channels, a multiple of 16.
    pub channels: usize,
    /// Residual blocks, each of two 3x3 convolutions.
    pub blocks: usize,
}

/// Widths and depths of a network; the default is `compact`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Architecture {
    /// At 24x24, 12x12, 6x6 and 3x3 pixels; a 5x5 convolution leads into the first and a 3x3 one
    /// into each other, all of stride 2.
    pub stages: [Stage; 4],
    /// Components of the global embedding, a multiple of 16.
    pub global: usize,
    /// Channels of the local embedding, a multiple of 16.
    pub local: usize,
}

/// A network that can't be computed here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the architecture's {0} are not a multiple of 16 from 16 to 1024")]
pub struct ArchitectureError(&'static str);

impl Default for Architecture {
    fn default() -> Self {
        let stage = |channels, blocks| Stage { channels, blocks };
        Self {
            stages: [stage(32, 0), stage(64, 1), stage(128, 1), stage(256, 0)],
            global: 256,
            local: 64,
        }
    }
}

impl Architecture {
    /// Multiply-adds of an image, those of pairs not counted.
    #[must_use]
    pub fn multiply_adds(&self) -> usize {
        let plan = Plan::new(self);
        let of = |geometry: &Geometry, depth: usize| {
            depth * geometry.out * geometry.output().side * geometry.output().side
        };
        let trunk = plan
            .layers
            .iter()
            .map(|layer| match layer.geometry.input.border {
                0 if layer.input == 0 => of(&layer.geometry, STEM_SIDE * STEM_SIDE),
                _ => of(&layer.geometry, layer.geometry.depth()),
            });
        trunk.sum::<usize>()
            + of(&plan.global, plan.global.depth())
            + of(&plan.local, plan.local.depth())
    }

    /// Trained parameters.
    #[must_use]
    pub fn parameters(&self) -> usize {
        let tensors = Tensors::new(&Plan::new(self));
        let sizes = tensors.entries.iter().filter(|entry| !entry.statistic);
        sizes
            .map(|entry| entry.shape.iter().product::<usize>())
            .sum()
    }

    pub(crate) fn check(&self) -> Result<(), ArchitectureError> {
        let fits = |value: usize| (16..=1024).contains(&value) && value.is_multiple_of(16);
        if !self.stages.iter().all(|stage| fits(stage.channels)) {
            return Err(ArchitectureError("channels"));
        }
        if !fits(self.global) {
            return Err(ArchitectureError("global components"));
        }
        if !fits(self.local) {
            return Err(ArchitectureError("local channels"));
        }
        Ok(())
    }
}

/// A convolution without bias, its norm, what is added behind it, and a relu.
#[derive(Clone, Debug)]
pub(crate) struct Layer {
    /// Name of the convolution.
    pub(crate) conv: String,
    /// Name of the norm.
    pub(crate) norm: String,
    pub(crate) geometry: Geometry,
    /// Activation that it reads; it makes the one after its own number.
    pub(crate) input: usize,
    /// Activation that is added.
    pub(crate) skip: Option<usize>,
}

/// The layers of a network in their order, and the maps between them.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) layers: Vec<Layer>,
    /// Map 0 holds the stem's patches, map `i + 1` the result of layer `i`.
    pub(crate) activations: Vec<Shape>,
    /// The linear layer behind the last map, as a convolution of one pixel.
    pub(crate) global: Geometry,
    /// The 1x1 convolution behind map `local_input`.
    pub(crate) local: Geometry,
    pub(crate) local_input: usize,
}

impl Plan {
    pub(crate) fn new(architecture: &Architecture) -> Self {
        let blocks: usize = architecture.stages.iter().map(|stage| stage.blocks).sum();
        let count = architecture.stages.len() + 2 * blocks;
        let patches = Shape {
            side: INPUT_SIDE / 2,
            channels: STEM_DEPTH,
            border: 0,
        };
        let mut activations = vec![patches];
        let mut layers: Vec<Layer> = Vec::new();
        let mut local_input = 0;
        let mut add = |conv: String, norm: String, out, side, stride, skip: Option<usize>| {
            let input = activations.len() - 1;
            let geometry = Geometry {
                input: activations[input],
                out,
                side,
                stride,
            };
            layers.push(Layer {
                conv,
                norm,
                geometry,
                input,
                skip,
            });
            activations.push(Shape {
                side: geometry.output().side,
                channels: out,
                // 3x3 convolutions read all maps but the last.
                border: usize::from(layers.len() < count),
            });
            layers.len()
        };
        for (at, stage) in architecture.stages.iter().enumerate() {
            let (name, side, stride) = match at {
                0 => ("stem".to_owned(), 1, 1),
                _ => (format!("down{at}"), 3, 2),
            };
            let (conv, norm) = (format!("{name}.conv"), format!("{name}.norm"));
            let mut last = add(conv, norm, stage.channels, side, stride, None);
            for block in 0..stage.blocks {
                let name = match block {
                    0 => format!("res{at}"),
                    _ => format!("res{at}_{}", block + 1),
                };
                for (half, skip) in [("a", None), ("b", Some(last))] {
                    let (conv, norm) =
                        (format!("{name}.conv_{half}"), format!("{name}.norm_{half}"));
                    last = add(conv, norm, stage.channels, 3, 1, skip);
                }
            }
            if at == 2 {
                local_input = last;
            }
        }
        let end = activations[activations.len() - 1];
        let flat = Shape {
            side: 1,
            channels: end.values(),
            border: 0,
        };
        let one = |input, out| Geometry {
            input,
            out,
            side: 1,
            stride: 1,
        };
        Self {
            global: one(flat, architecture.global),
            local: one(activations[local_input], architecture.local),
            layers,
            activations,
            local_input,
        }
    }
}

/// How a tensor's values lie here, against the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// As in the file.
    Same,
    /// `[out, in, side, side]` in the file, `[side, side, in, out]` here.
    Conv,
    /// `[out, channels * places]` in the file, `[places * channels, out]` here.
    Linear {
        /// Pixels of the map before it was flattened.
        places: usize,
    },
}

/// A tensor of the file.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) name: String,
    /// In the file.
    pub(crate) shape: Vec<usize>,
    pub(crate) order: Order,
    /// Where it lies among the trained parameters, or among the statistics. The stem's weights
    /// have zeros behind them, up to whole tiles.
    pub(crate) range: Range<usize>,
    /// A norm's running statistic, which is not trained.
    pub(crate) statistic: bool,
}

/// Values of a line of a processor's cache.
const SIDE_BY_SIDE: usize = 16;

impl Entry {
    /// Calls `take` with where each value lies in the file and where it lies within the range. Some rows side
    /// by side, which are neighbours here, and counted, not divided: a million values are read while a person
    /// waits for the first ranking.
    pub(crate) fn places(&self, mut take: impl FnMut(usize, usize)) {
        let (out, channels, places) = match (self.order, self.shape.as_slice()) {
            (Order::Conv, &[out, input, height, width]) => (out, input, height * width),
            (Order::Linear { places }, &[out, values]) => (out, values / places, places),
            _ => return (0..self.shape.iter().product()).for_each(|at| take(at, at)),
        };
        for first in (0..out).step_by(SIDE_BY_SIDE) {
            let rows = first..out.min(first + SIDE_BY_SIDE);
            side_by_side(rows, (out, channels, places), &mut take);
        }
    }

    /// Does weight decay move it? Only matrices and kernels.
    pub(crate) fn decays(&self) -> bool {
        self.shape.len() > 1
    }
}

/// Some rows of [`Entry::places`]. A function of its own, as `winograd::transform` is.
#[inline(never)]
fn side_by_side(
    rows: Range<usize>,
    (out, channels, places): (usize, usize, usize),
    take: &mut impl FnMut(usize, usize),
) {
    for channel in 0..channels {
        for place in 0..places {
            let from = channel * places + place;
            let to = (place * channels + channel) * out;
            for row in rows.clone() {
                take(row * channels * places + from, to + row);
            }
        }
    }
}

/// All tensors of a network.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tensors {
    pub(crate) entries: Vec<Entry>,
    /// Values of the trained parameters here.
    pub(crate) parameters: usize,
    /// Values of the statistics.
    pub(crate) statistics: usize,
}

impl Tensors {
    pub(crate) fn new(plan: &Plan) -> Self {
        let mut tensors = Self::default();
        for layer in &plan.layers {
            let Geometry {
                input, out, side, ..
            } = layer.geometry;
            let (channels, side) = match layer.input {
                0 => (1, STEM_SIDE),
                _ => (input.channels, side),
            };
            let shape = [out, channels, side, side];
            tensors.add(
                &layer.conv,
                "weight",
                &shape,
                Order::Conv,
                layer.geometry.depth() * out,
            );
            tensors.add_norm(&layer.norm, out);
        }
        let Geometry { input, out, .. } = plan.global;
        let end = plan.activations[plan.activations.len() - 1].side;
        let order = Order::Linear { places: end * end };
        let depth = input.channels;
        tensors.add("global", "weight", &[out, depth], order, depth * out);
        tensors.add("global", "bias", &[out], Order::Same, out);
        let Geometry {
            input, out: local, ..
        } = plan.local;
        let depth = input.channels;
        tensors.add(
            "local",
            "weight",
            &[local, depth, 1, 1],
            Order::Conv,
            depth * local,
        );
        tensors.add("local", "bias", &[local], Order::Same, local);
        for (name, len) in [
            ("bias", 1),
            ("global_weight", out),
            ("local_offset", 9),
            ("local_weight", 1),
        ] {
            tensors.add("score", name, &[len], Order::Same, len);
        }
        tensors
    }

    /// A batch norm's, one number a channel.
    pub(crate) fn add_norm(&mut self, owner: &str, channels: usize) {
        for (name, statistic) in [
            ("weight", false),
            ("bias", false),
            ("running_mean", true),
            ("running_var", true),
        ] {
            self.add(owner, name, &[channels], Order::Same, channels);
            if statistic {
                self.mark_statistic();
            }
        }
    }

    pub(crate) fn add(
        &mut self,
        owner: &str,
        name: &str,
        shape: &[usize],
        order: Order,
        len: usize,
    ) {
        self.entries.push(Entry {
            name: format!("{owner}.{name}"),
            shape: shape.to_vec(),
            order,
            range: self.parameters..self.parameters + len,
            statistic: false,
        });
        self.parameters += len;
    }

    /// Makes the last tensor a statistic.
    fn mark_statistic(&mut self) {
        if let Some(last) = self.entries.last_mut() {
            let len = last.range.len();
            self.parameters -= len;
            last.statistic = true;
            last.range = self.statistics..self.statistics + len;
            self.statistics += len;
        }
    }

    /// Where the tensor `owner.name` lies; nowhere for one that the network doesn't have.
    pub(crate) fn range(&self, owner: &str, name: &str) -> Range<usize> {
        let is = |entry: &&Entry| {
            entry
                .name
                .strip_prefix(owner)
                .and_then(|rest| rest.strip_prefix('.'))
                == Some(name)
        };
        self.entries
            .iter()
            .find(is)
            .map_or(0..0, |entry| entry.range.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compact_has_its_size() {
        let compact = Architecture::default();
        assert_eq!(compact.parameters(), 1_356_843);
        assert_eq!(compact.multiply_adds() / 100_000, 305);
    }
}
