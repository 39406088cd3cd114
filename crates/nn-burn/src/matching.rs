//! Local matching: how far each place of one drawing is from the nearby places of another.
//!
//! Knows feature maps only. With `l` the map of a drawing, 64 channels at 6x6 places:
//! `m(q, k) = sum over places p of -log( sum over the 3x3 neighbours o of p inside the map of
//! exp(-|l_q(p) - l_k(p + o)|^2 + beta_o) )` (docs/recipe.md, item 3).

use burn::tensor::{Device, Tensor, TensorData};

/// Width and height of the local map.
pub const MAP_SIDE: usize = 6;

/// Places of the local map.
pub const PLACES: usize = MAP_SIDE * MAP_SIDE;

/// Neighbours of a place, itself among them: offsets of -1..=1 rows and columns, row by row.
pub const NEIGHBOURS: usize = 9;

/// Added to the exponent and subtracted from the logarithm, so that f32's exponentials neither overflow nor underflow
/// for squared distances from 0 to about 120; trained maps have 0 to 40.
const EXPONENT_SHIFT: f32 = 40.0;

/// Keeps the logarithm finite where every neighbour is farther than f32 can tell.
const TINY: f32 = 1e-37;

/// For each neighbour offset, which places are so related: `[9, 36 * 36]` of zeros and ones,
/// 1 where place `column % 36` is place `column / 36` moved by the offset.
fn neighbour_masks(device: &Device) -> Tensor<2> {
    let mut masks = vec![0f32; NEIGHBOURS * PLACES * PLACES];
    for (offset, mask) in masks.chunks_exact_mut(PLACES * PLACES).enumerate() {
        for place in 0..PLACES {
            // One too many, so that the subtraction below stays in whole numbers.
            let row = place / MAP_SIDE + offset / 3;
            let column = place % MAP_SIDE + offset % 3;
            let inside = 1..=MAP_SIDE;
            if inside.contains(&row) && inside.contains(&column) {
                mask[place * PLACES + (row - 1) * MAP_SIDE + column - 1] = 1.0;
            }
        }
    }
    Tensor::from_data(
        TensorData::new(masks, [NEIGHBOURS, PLACES * PLACES]),
        device,
    )
}

/// The mean of `m(q, k)` and `m(k, q)` for every pair.
///
/// `query: [queries, 36, 64]`, `support: [supports, 36, 64]`, `offsets` (beta): `[9]`;
/// the result is `[queries, supports]`, lower for more alike.
#[must_use]
pub fn distance(query: Tensor<3>, support: Tensor<3>, offsets: Tensor<1>) -> Tensor<2> {
    let (queries, supports) = (query.dims()[0], support.dims()[0]);
    let (from_query, from_support) = place_distances(query, support, offsets);
    (from_query.sum_dim(1).reshape([queries, supports])
        + from_support.sum_dim(3).reshape([queries, supports]))
    .mul_scalar(0.5)
}

/// How far each place is from the nearby places of the other drawing, for every pair: of the
/// query's places, `[queries, 36, supports, 1]`, and of the support's, `[queries, 1, supports, 36]`.
#[must_use]
pub fn place_distances(
    query: Tensor<3>,
    support: Tensor<3>,
    offsets: Tensor<1>,
) -> (Tensor<4>, Tensor<4>) {
    let [queries, _, channels] = query.dims();
    let [supports, _, _] = support.dims();
    let device = query.device();

    let query = query.reshape([queries * PLACES, channels]);
    let support = support.reshape([supports * PLACES, channels]);
    let query_norm = query.clone().square().sum_dim(1);
    let support_norm = support.clone().square().sum_dim(1).transpose();
    let closeness = (query.matmul(support.transpose()).mul_scalar(2.0) - query_norm - support_norm)
        .add_scalar(EXPONENT_SHIFT)
        .exp()
        .reshape([queries, PLACES, supports, PLACES]);

    // weights[p, p'] = exp(beta_o) where p' = p + o, else 0.
    let weights = offsets
        .exp()
        .reshape([1, NEIGHBOURS])
        .matmul(neighbour_masks(&device))
        .reshape([PLACES, PLACES]);
    let of_query = weights.clone().reshape([1, PLACES, 1, PLACES]);
    let of_support = weights.transpose().reshape([1, PLACES, 1, PLACES]);

    let from_query = negative_log(closeness.clone().mul(of_query).sum_dim(3));
    let from_support = negative_log(closeness.mul(of_support).sum_dim(1));
    (from_query, from_support)
}

fn negative_log(sum: Tensor<4>) -> Tensor<4> {
    sum.add_scalar(TINY).log().neg().add_scalar(EXPONENT_SHIFT)
}
