//! The tensors of a network: names and shapes in the weights file, places in memory, first values.

use core::ops::Range;

use super::{Head, LOCAL, Plan, SCORE, Spec};

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

/// What a fresh network's numbers are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Initial {
    Constant(f32),
    Normal {
        mean: f32,
        deviation: f32,
    },
    /// From minus the bound to the bound.
    Uniform(f32),
}

/// A tensor of the file.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) name: String,
    /// In the file.
    pub(crate) shape: Vec<usize>,
    pub(crate) order: Order,
    /// Where it lies among the trained parameters, or among the statistics. A first layer's weights
    /// have zeros behind them, up to whole vectors.
    pub(crate) range: Range<usize>,
    /// A norm's running statistic, which is not trained.
    pub(crate) statistic: bool,
    pub(crate) initial: Initial,
}

/// Values of a line of a processor's cache.
const SIDE_BY_SIDE: usize = 16;

impl Entry {
    /// Values in the file.
    pub(crate) fn count(&self) -> usize {
        self.shape.iter().product()
    }

    /// Calls `take` with where each value lies in the file and where it lies within the range. Some rows side
    /// by side, which are neighbours here, and counted, not divided: a million values are read while a person
    /// waits for the first ranking.
    pub(crate) fn places(&self, mut take: impl FnMut(usize, usize)) {
        let (out, channels, places) = match (self.order, self.shape.as_slice()) {
            (Order::Conv, &[out, input, height, width]) => (out, input, height * width),
            (Order::Linear { places }, &[out, values]) => (out, values / places, places),
            _ => return (0..self.count()).for_each(|at| take(at, at)),
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
    /// The dense layer's weights, which lie behind all other parameters; empty without one.
    pub(crate) dense: Range<usize>,
    /// Values of the statistics.
    pub(crate) statistics: usize,
}

/// Koch's section 3.2: biases, and weights of dense layers and of the head.
const BIAS: Initial = Initial::Normal {
    mean: 0.5,
    deviation: 0.01,
};
const DENSE: Initial = normal(0.2);

const fn normal(deviation: f32) -> Initial {
    Initial::Normal {
        mean: 0.0,
        deviation,
    }
}

impl Tensors {
    /// Of a checked spec and its plan. Convolutions before norms start Kaiming-normal by fan-out, those with
    /// biases and all behind them as Koch's; the embeddings and the head of `compact`'s form as the recipe
    /// says.
    pub(crate) fn new(spec: &Spec, plan: &Plan) -> Self {
        let mut tensors = Self::default();
        let mut channels = 1;
        for (layer, planned) in spec.layers.iter().zip(&plan.layers) {
            let shape = [layer.channels, channels, layer.kernel, layer.kernel];
            let len = planned.geometry.depth() * layer.channels;
            let fan_out = layer.channels * layer.kernel * layer.kernel;
            let initial = match layer.norm {
                Some(_) => normal((2.0 / fan_out as f32).sqrt()),
                None => normal(0.01),
            };
            tensors.add((&layer.name, "weight"), &shape, (Order::Conv, len), initial);
            match &layer.norm {
                Some(norm) => tensors.add_norm(norm, layer.channels),
                None => tensors.add_vector((&layer.name, "bias"), layer.channels, BIAS),
            }
            channels = layer.channels;
        }
        let of_recipe = |depth: usize| Initial::Uniform(1.0 / (depth as f32).sqrt());
        if let Some(dense) = &plan.dense {
            let (depth, out) = (dense.inputs, dense.outputs);
            let order = Order::Linear {
                places: dense.places,
            };
            let [weight, bias] = match spec.head {
                Head::WeightedL1 => [DENSE, BIAS],
                Head::GlobalLocal(_) => [of_recipe(depth); 2],
            };
            let of = (dense.name.as_str(), "weight");
            tensors.add(of, &[out, depth], (order, depth * out), weight);
            tensors.add_vector((&dense.name, "bias"), out, bias);
        }
        if let Some(local) = &plan.local {
            let (depth, out) = (local.geometry.depth(), local.geometry.out);
            let (shape, order) = ([out, depth, 1, 1], (Order::Conv, depth * out));
            tensors.add((LOCAL, "weight"), &shape, order, of_recipe(depth));
            tensors.add_vector((LOCAL, "bias"), out, of_recipe(depth));
        }
        let components = plan.components();
        let head: &[(&str, usize, Initial)] = match spec.head {
            Head::WeightedL1 => &[("weight", components, DENSE), ("bias", 1, BIAS)],
            Head::GlobalLocal(_) => &[
                ("bias", 1, Initial::Constant(4.0)),
                ("global_weight", components, Initial::Constant(0.125)),
                ("local_offset", 9, Initial::Constant(0.0)),
                ("local_weight", 1, Initial::Constant(1.0)),
            ],
        };
        for &(name, len, initial) in head {
            tensors.add_vector((SCORE, name), len, initial);
        }
        tensors.put_last();
        tensors
    }

    /// Moves the dense layer's weights behind all other parameters.
    fn put_last(&mut self) {
        let is_dense = |entry: &&mut Entry| matches!(entry.order, Order::Linear { .. });
        let Some(dense) = self.entries.iter_mut().find(is_dense) else {
            self.dense = self.parameters..self.parameters;
            return;
        };
        let Range { start, end } = dense.range.clone();
        let len = end - start;
        dense.range = self.parameters - len..self.parameters;
        self.dense = dense.range.clone();
        for entry in self.entries.iter_mut().filter(|entry| !entry.statistic) {
            let linear = matches!(entry.order, Order::Linear { .. });
            if !linear && entry.range.start >= end {
                entry.range = entry.range.start - len..entry.range.end - len;
            }
        }
    }

    /// A batch norm's, one number a channel.
    fn add_norm(&mut self, owner: &str, channels: usize) {
        for (name, statistic, value) in [
            ("weight", false, 1.0),
            ("bias", false, 0.0),
            ("running_mean", true, 0.0),
            ("running_var", true, 1.0),
        ] {
            self.add_vector((owner, name), channels, Initial::Constant(value));
            if statistic {
                self.mark_statistic();
            }
        }
    }

    fn add_vector(&mut self, of: (&str, &str), len: usize, initial: Initial) {
        self.add(of, &[len], (Order::Same, len), initial);
    }

    fn add(
        &mut self,
        (owner, name): (&str, &str),
        shape: &[usize],
        (order, len): (Order, usize),
        initial: Initial,
    ) {
        self.entries.push(Entry {
            name: format!("{owner}.{name}"),
            shape: shape.to_vec(),
            order,
            range: self.parameters..self.parameters + len,
            statistic: false,
            initial,
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
