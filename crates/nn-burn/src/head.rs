//! Scores of pairs from their embeddings: Koch's head, and `compact`'s, which generalises it.
//!
//! A score is a logit: higher is more alike. What it means as a similarity is in the weights
//! file's temperature and offset, not here.

use burn::module::{Module, Param};
use burn::nn::Initializer;
use burn::tensor::{Device, Tensor};

use crate::matching;

/// The weighted L1 distance of every pair: `[queries, n]`, `[supports, n]`, `[n]` to
/// `[queries, supports]`.
fn weighted_l1(query: Tensor<2>, support: Tensor<2>, weights: Tensor<1>) -> Tensor<2> {
    let [queries, components] = query.dims();
    let [supports, _] = support.dims();
    let difference =
        query.reshape([queries, 1, components]) - support.reshape([1, supports, components]);
    difference
        .abs()
        .mul(weights.reshape([1, 1, components]))
        .sum_dim(2)
        .reshape([queries, supports])
}

/// What a score is the sum of, for one pair.
#[derive(Clone, Debug)]
pub struct Terms {
    /// `[1]`.
    pub bias: Tensor<1>,
    /// One a component of the global embedding.
    pub global: Tensor<1>,
    /// One a place of the query, and one a place of the support image, where the head matches
    /// locally: `[36]` each.
    pub local: Option<(Tensor<1>, Tensor<1>)>,
}

/// Koch's head: `w . |a - b| + bias`; the paper's sigmoid around it is the similarity.
#[derive(Module, Debug)]
pub struct KochHead {
    /// `w`, one weight a component of the embedding. Trained freely, it becomes negative.
    pub weight: Param<Tensor<1>>,
    /// The bias, `[1]`.
    pub bias: Param<Tensor<1>>,
}

impl KochHead {
    /// A head as the paper starts it: weights N(0, 0.2), bias N(0.5, 0.01) (section 3.2).
    #[must_use]
    pub fn new(components: usize, device: &Device) -> Self {
        Self {
            weight: Initializer::Normal {
                mean: 0.0,
                std: 0.2,
            }
            .init([components], device),
            bias: Initializer::Normal {
                mean: 0.5,
                std: 0.01,
            }
            .init([1], device),
        }
    }

    /// `[queries, n]`, `[supports, n]` -> `[queries, supports]`.
    #[must_use]
    pub fn forward(&self, query: Tensor<2>, support: Tensor<2>) -> Tensor<2> {
        weighted_l1(query, support, self.weight.val()) + self.bias.val().reshape([1, 1])
    }

    /// The terms of the score of `[1, n]` with `[1, n]`.
    #[must_use]
    pub fn terms(&self, query: Tensor<2>, support: Tensor<2>) -> Terms {
        let weight = self.weight.val();
        let [components] = weight.dims();
        let difference = (query - support).abs().reshape([components]);
        Terms {
            bias: self.bias.val(),
            global: difference.mul(weight),
            local: None,
        }
    }
}

/// `compact`'s head: `b - sum_i w_i |g_q - g_k|_i - gamma (m(q,k) + m(k,q)) / 2`.
#[derive(Module, Debug)]
pub struct GlobalLocalHead {
    /// `w`, `[256]`.
    pub global_weight: Param<Tensor<1>>,
    /// `b`, `[1]`.
    pub bias: Param<Tensor<1>>,
    /// `gamma`, `[1]`.
    pub local_weight: Param<Tensor<1>>,
    /// `beta`, `[9]`, row by row from (-1, -1) to (1, 1).
    pub local_offset: Param<Tensor<1>>,
}

impl GlobalLocalHead {
    /// A head as docs/recipe.md starts it: w = 0.125, b = 4, gamma = 1, beta = 0.
    #[must_use]
    pub fn new(components: usize, device: &Device) -> Self {
        let constant = |value, length| Initializer::Constant { value }.init([length], device);
        Self {
            global_weight: constant(0.125, components),
            bias: constant(4.0, 1),
            local_weight: constant(1.0, 1),
            local_offset: constant(0.0, matching::NEIGHBOURS),
        }
    }

    /// Global embeddings `[queries, 256]` and `[supports, 256]`, local ones `[queries, 36, 64]`
    /// and `[supports, 36, 64]`, to scores `[queries, supports]`. Without local ones the drawings
    /// are compared globally.
    #[must_use]
    pub fn forward(
        &self,
        (query, support): (Tensor<2>, Tensor<2>),
        local: Option<(Tensor<3>, Tensor<3>)>,
    ) -> Tensor<2> {
        let bias = self.bias.val().reshape([1, 1]);
        let global = bias - weighted_l1(query, support, self.global_weight.val());
        match local {
            None => global,
            Some((query, support)) => {
                let distance = matching::distance(query, support, self.local_offset.val());
                global - distance.mul(self.local_weight.val().reshape([1, 1]))
            }
        }
    }

    /// The terms of the score of one query, `[1, 256]` and `[1, 36, 64]`, with one support image.
    #[must_use]
    pub fn terms(
        &self,
        (query, support): (Tensor<2>, Tensor<2>),
        local: Option<(Tensor<3>, Tensor<3>)>,
    ) -> Terms {
        let weight = self.global_weight.val();
        let [components] = weight.dims();
        let difference = (query - support).abs().reshape([components]);
        let local = local.map(|(query, support)| {
            let (from_query, from_support) =
                matching::place_distances(query, support, self.local_offset.val());
            let part = |distances: Tensor<4>| {
                let distances = distances.reshape([matching::PLACES]);
                distances.mul(self.local_weight.val()).mul_scalar(-0.5)
            };
            (part(from_query), part(from_support))
        });
        Terms {
            bias: self.bias.val(),
            global: difference.mul(weight).neg(),
            local,
        }
    }
}
