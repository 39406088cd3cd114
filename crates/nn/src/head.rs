//! The score of pairs of embeddings, and its gradient.
//!
//! `b - sum_i w_i |g_q - g_k|_i - gamma (m(q, k) + m(k, q)) / 2` with the local matching `m` of
//! 6x6 places. Koch's head is this one with negated weights and no local matching. Refuses to know where
//! embeddings come from.

mod loss;
mod matching;
mod supports;
mod terms;

use std::borrow::Cow;

pub(crate) use loss::LossGradient;
use matching::Matching;
pub use matching::PLACES;
pub(crate) use supports::Supports;
pub use terms::Terms;
pub(crate) use terms::terms;

use crate::kernels::{Kernel, LANES, simd};
use crate::par::*;

/// Queries whose partial sums of the supports' global gradients are kept together.
const QUERIES: usize = 8;

/// The head's numbers.
#[derive(Clone, Debug)]
pub(crate) struct Head<'a> {
    pub(crate) bias: f32,
    /// `w`, one a component.
    pub(crate) global_weight: Cow<'a, [f32]>,
    /// Of local matching, where there is any.
    pub(crate) local: Option<LocalHead<'a>>,
}

/// The numbers of local matching.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LocalHead<'a> {
    /// `gamma`.
    pub(crate) weight: f32,
    /// `beta`, nine.
    pub(crate) offset: &'a [f32],
}

/// Embeddings of some images.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Side<'a> {
    pub(crate) count: usize,
    /// `[count, components]`.
    pub(crate) global: &'a [f32],
    /// `[count, 36, channels]`; empty without local matching.
    pub(crate) local: &'a [f32],
}

/// Gradients of the embeddings of both sides, one behind the other, and of the head.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gradients {
    pub(crate) global: Vec<f32>,
    pub(crate) bias: f32,
    pub(crate) global_weight: Vec<f32>,
    pub(crate) local: Option<LocalGradients>,
}

/// Gradients of the local embeddings of both sides, and of local matching.
#[derive(Clone, Debug, Default)]
pub(crate) struct LocalGradients {
    pub(crate) embeddings: Vec<f32>,
    pub(crate) weight: f32,
    pub(crate) offset: Vec<f32>,
}

/// Scores with what their gradient needs.
pub(crate) struct Scored {
    queries: usize,
    supports: usize,
    /// Supports rounded up to whole vectors.
    width: usize,
    /// `[queries, width]`.
    pub(crate) scores: Vec<f32>,
    matching: Option<Matching>,
}

/// The scores of all pairs.
pub(crate) fn score(
    kernel: Kernel,
    head: &Head<'_>,
    query: Side<'_>,
    support: &Supports,
) -> Scored {
    let (queries, supports, width) = (query.count, support.count, support.width);
    let local = head
        .local
        .map(|local| (local, Matching::new(kernel, local, query, support)));
    let components = head.global_weight.len();
    let mut scores = vec![0f32; queries * width];
    let lines = scores.par_chunks_mut(width).enumerate();
    lines.for_each(|(q, scores)| {
        let own = &query.global[q * components..][..components];
        for (s, other) in support.global.chunks_exact(components).enumerate() {
            let global = head.bias - weighted_l1(own, other, &head.global_weight);
            scores[s] = match &local {
                None => global,
                Some((local, matching)) => global - local.weight * matching.distance[q * width + s],
            };
        }
    });
    Scored {
        queries,
        supports,
        width,
        scores,
        matching: local.map(|(_, matching)| matching),
    }
}

impl Scored {
    /// The scores of a query, one a support.
    pub(crate) fn of(&self, query: usize) -> &[f32] {
        &self.scores[query * self.width..][..self.supports]
    }

    /// The gradients, from that by the scores.
    pub(crate) fn gradients(
        self,
        kernel: Kernel,
        head: &Head<'_>,
        query: Side<'_>,
        support: Side<'_>,
        by_score: &[f32],
    ) -> Gradients {
        let mut gradients = global_gradients(head, query, support, by_score, self.width);
        gradients.bias = by_score.iter().sum();
        let local = self.matching.zip(head.local);
        gradients.local =
            local.map(|(matching, local)| matching.gradients(kernel, local, support, by_score));
        gradients
    }
}

/// The gradients of the weighted distance of global embeddings.
fn global_gradients(
    head: &Head<'_>,
    query: Side<'_>,
    support: Side<'_>,
    by_score: &[f32],
    width: usize,
) -> Gradients {
    let components = head.global_weight.len();
    let mut global = vec![0f32; (query.count + support.count) * components];
    let (of_queries, of_supports) = global.split_at_mut(query.count * components);
    let parts: Vec<(Vec<f32>, Vec<f32>)> = of_queries
        .par_chunks_mut(QUERIES * components)
        .enumerate()
        .map(|(part, of_queries)| {
            let mut of_supports = vec![0f32; support.count * components];
            let mut weight = vec![0f32; components];
            for (at, of_query) in of_queries.chunks_exact_mut(components).enumerate() {
                let q = part * QUERIES + at;
                let own = &query.global[q * components..][..components];
                let others = support.global.chunks_exact(components);
                let of_supports = of_supports.chunks_exact_mut(components);
                for (s, (other, of_support)) in others.zip(of_supports).enumerate() {
                    let by = by_score[q * width + s];
                    // Of pairs that a loss does not look at.
                    if by == 0.0 {
                        continue;
                    }
                    l1_gradient(
                        own,
                        other,
                        &head.global_weight,
                        by,
                        of_query,
                        of_support,
                        &mut weight,
                    );
                }
            }
            (of_supports, weight)
        })
        .collect();
    let mut global_weight = vec![0f32; components];
    for (part, weight) in &parts {
        add_scaled(part, 1.0, of_supports);
        add_scaled(weight, 1.0, &mut global_weight);
    }
    Gradients {
        global,
        global_weight,
        ..Gradients::default()
    }
}

simd! {
    /// `to += factor from`.
    fn add_scaled(from: &[f32], factor: f32, to: &mut [f32]) {
        for (to, from) in to.iter_mut().zip(from) {
            *to += factor * from;
        }
    }

    fn weighted_l1(a: &[f32], b: &[f32], weights: &[f32]) -> f32 {
        let mut sums = [0f32; LANES];
        let inputs = a.chunks_exact(LANES).zip(b.chunks_exact(LANES)).zip(weights.chunks_exact(LANES));
        for ((a, b), weights) in inputs {
            for lane in 0..LANES {
                sums[lane] += weights[lane] * (a[lane] - b[lane]).abs();
            }
        }
        sums.iter().sum()
    }

    /// Adds the gradients of `-by * weighted_l1(a, b)`.
    fn l1_gradient(
        a: &[f32],
        b: &[f32],
        weights: &[f32],
        by: f32,
        of_a: &mut [f32],
        of_b: &mut [f32],
        of_weights: &mut [f32],
    ) {
        let inputs = a.iter().zip(b).zip(weights);
        let outputs = of_a.iter_mut().zip(of_b).zip(of_weights);
        for (((of_a, of_b), of_weight), ((a, b), weight)) in outputs.zip(inputs) {
            let difference = a - b;
            let slope = if difference > 0.0 {
                by * weight
            } else if difference < 0.0 {
                -by * weight
            } else {
                0.0
            };
            *of_a -= slope;
            *of_b += slope;
            *of_weight -= by * difference.abs();
        }
    }
}

#[cfg(all(test, not(target_family = "wasm")))]
mod tests;
