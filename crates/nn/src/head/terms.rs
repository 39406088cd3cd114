//! What the score of a pair is the sum of, term by term.

use super::matching::{EXPONENT_SHIFT, TINY, pairs};
use super::{Head, LocalHead, PLACES, Side};
use crate::math::{exp, ln};

/// The terms of a score.
#[derive(Clone, Debug, PartialEq)]
pub struct Terms {
    /// The head's bias.
    pub bias: f32,
    /// One a component of the global embedding.
    pub global: Vec<f32>,
    /// One a place of the query, and one a place of the support image, where the head matches locally:
    /// `[36]` each.
    pub local: Option<(Vec<f32>, Vec<f32>)>,
}

/// The terms of the score of one image with one other.
pub(crate) fn terms(head: &Head<'_>, query: Side<'_>, support: Side<'_>) -> Terms {
    let weights = head.global_weight.iter();
    let differences = query.global.iter().zip(support.global).zip(weights);
    Terms {
        bias: head.bias,
        global: differences
            .map(|((a, b), weight)| -weight * (a - b).abs())
            .collect(),
        local: head
            .local
            .map(|local| matched(local, query.local, support.local)),
    }
}

fn matched(head: LocalHead<'_>, query: &[f32], support: &[f32]) -> (Vec<f32>, Vec<f32>) {
    let channels = query.len() / PLACES;
    let mut sums = [[TINY; PLACES]; 2];
    for pair in pairs() {
        let one = &query[pair.query * channels..][..channels];
        let other = &support[pair.support * channels..][..channels];
        let squares = one.iter().zip(other).map(|(a, b)| (a - b) * (a - b));
        let closeness = exp(EXPONENT_SHIFT - squares.sum::<f32>());
        sums[0][pair.query] += closeness * libm::expf(head.offset[pair.offset]);
        sums[1][pair.support] += closeness * libm::expf(head.offset[pair.back()]);
    }
    let [of_query, of_support] = sums.map(|sums| {
        let distances = sums.iter().map(|&sum| EXPONENT_SHIFT - ln(sum));
        distances
            .map(|distance| -0.5 * head.weight * distance)
            .collect()
    });
    (of_query, of_support)
}
