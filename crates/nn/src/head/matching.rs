//! Local matching: each of 6x6 places compared with the 3x3 places around it in the other drawing.
//!
//! `m(q, k) = - sum over places ln(sum over neighbours exp(beta - |l_q - l_k|^2))`, a soft minimum of distances: a
//! place costs little if any neighbour is like it. `beta` is a trained offset for each of the nine neighbours.
//!
//! 36 places have 256 pairs of neighbours. For each pair of places, over all queries and supports at once:
//! 1. `|l_q - l_k|^2 = |l_q|^2 + |l_k|^2 - 2 l_q l_k`: the last term is one matrix product.
//! 2. `closeness = exp(shift - distance)` serves both directions, as a query's neighbour and as a support's.
//! 3. A place's sum weights its pairs' closeness with `exp(beta)`; its logarithm is the place's part of `m`.
//!
//! The gradient by a distance is closeness over the place's sum, a softmax. The places' own gradients are then products
//! of those tables with the other side's places. Refuses to know global embeddings.

use super::{LocalGradients, LocalHead, Side, Supports, add_scaled};
use crate::conv::pack;
use crate::kernels::{
    GemmGather, GemmOuter, Kernel, LANES, Left, Segment, gemm_gather, gemm_outer, simd, words,
};
use crate::math::{exp, ln};
use crate::par::*;

/// Width and height of the local map.
const MAP_SIDE: usize = 6;

/// Places of the local map.
pub const PLACES: usize = MAP_SIDE * MAP_SIDE;

/// Added to exponents and subtracted from logarithms, so that f32 neither overflows nor underflows.
pub(super) const EXPONENT_SHIFT: f32 = 40.0;

/// Keeps the logarithm finite where every neighbour is farther than f32 can tell.
pub(super) const TINY: f32 = 1e-37;

/// A place of the query's map, a neighbouring one of the support's, and which neighbour it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair {
    pub(super) query: usize,
    pub(super) support: usize,
    /// Of the support's place as a neighbour of the query's.
    pub(super) offset: usize,
}

impl Pair {
    /// Of the query's place as a neighbour of the support's.
    pub(super) fn back(&self) -> usize {
        8 - self.offset
    }
}

pub(super) fn pairs() -> Vec<Pair> {
    let mut pairs = Vec::new();
    for query in 0..PLACES {
        for offset in 0..9 {
            // One too many, so that the subtraction below stays in whole numbers.
            let (row, column) = (query / MAP_SIDE + offset / 3, query % MAP_SIDE + offset % 3);
            if (1..=MAP_SIDE).contains(&row) && (1..=MAP_SIDE).contains(&column) {
                pairs.push(Pair {
                    query,
                    support: (row - 1) * MAP_SIDE + column - 1,
                    offset,
                });
            }
        }
    }
    pairs
}

/// Distances of all pairs of drawings, with what their gradient needs. Tables are `[queries, width]`.
pub(super) struct Matching {
    queries: usize,
    supports: usize,
    /// Supports rounded up to whole vectors.
    width: usize,
    channels: usize,
    /// Half the matching of both directions.
    pub(super) distance: Vec<f32>,
    pairs: Vec<Pair>,
    /// A table a pair of places: `exp(shift - |l_q - l_k|^2)`.
    closeness: Vec<f32>,
    /// `exp(beta)`.
    weights: Vec<f32>,
    /// A table a place: one over the sum over its neighbours.
    of_query: Vec<f32>,
    of_support: Vec<f32>,
    /// `[places, count, channels]`.
    query_places: Vec<f32>,
}

impl Matching {
    /// Of all pairs.
    pub(super) fn new(
        kernel: Kernel,
        local: LocalHead<'_>,
        query: Side<'_>,
        support: &Supports,
    ) -> Self {
        let (queries, supports, width) = (query.count, support.count, support.width);
        let channels = query.local.len() / (queries * PLACES);
        let table = queries * width;
        let query_places = by_place(query, queries, channels);
        let query_norms = norms(&query_places, channels);

        let pairs = pairs();
        let a_offsets: Vec<u32> = (0..queries).map(|q| (q * channels) as u32).collect();
        let c_offsets: Vec<u32> = (0..queries).map(|q| (q * width) as u32).collect();
        let mut closeness = vec![0f32; pairs.len() * table];
        let jobs = closeness.par_chunks_mut(table).zip(&pairs);
        jobs.for_each(|(closeness, pair)| {
            let job = GemmGather {
                a: Left::F32(
                    &query_places[pair.query * queries * channels..][..queries * channels],
                ),
                a_offsets: &a_offsets,
                segments: &[Segment {
                    offset: 0,
                    len: channels as u32,
                }],
                b: &support.packed[pair.support],
                columns: width,
                c_offsets: &c_offsets,
                accumulate: false,
            };
            gemm_gather(kernel, &job, closeness);
            let norms = &support.norms[pair.support * width..][..width];
            for (row, norm) in closeness
                .chunks_exact_mut(width)
                .zip(&query_norms[pair.query * queries..])
            {
                exponentiate(row, *norm, norms);
            }
        });

        let weights: Vec<f32> = local.offset.iter().map(|&beta| libm::expf(beta)).collect();
        let sums = |of: fn(&Pair) -> (usize, usize)| {
            let mut sums = vec![0f32; PLACES * table];
            sums.par_chunks_mut(table)
                .enumerate()
                .for_each(|(place, sum)| {
                    sum.fill(TINY);
                    for (pair, closeness) in pairs.iter().zip(closeness.chunks_exact(table)) {
                        let (own, offset) = of(pair);
                        if own == place {
                            add_scaled(closeness, weights[offset], sum);
                        }
                    }
                });
            sums
        };
        let mut of_query = sums(|pair| (pair.query, pair.offset));
        let mut of_support = sums(|pair| (pair.support, pair.back()));
        let mut distance = vec![0f32; table];
        let lines = distance.par_chunks_mut(width).enumerate();
        lines.for_each(|(q, distance)| {
            for sums in [&of_query, &of_support] {
                for sums in sums.chunks_exact(table) {
                    add_matching(&sums[q * width..][..width], distance);
                }
            }
        });
        for sums in [&mut of_query, &mut of_support] {
            sums.par_chunks_mut(table).for_each(invert);
        }
        Self {
            queries,
            supports,
            width,
            channels,
            distance,
            pairs,
            closeness,
            weights,
            of_query,
            of_support,
            query_places,
        }
    }

    /// The gradients of local embeddings and matching, from that by the scores.
    pub(super) fn gradients(
        mut self,
        kernel: Kernel,
        local: LocalHead<'_>,
        support: Side<'_>,
        by_score: &[f32],
    ) -> LocalGradients {
        let products = by_score.iter().zip(&self.distance);
        let weight = -products.map(|(by, distance)| by * distance).sum::<f32>();
        let offset = self.exponent_gradients(local, by_score);
        LocalGradients {
            weight,
            offset,
            embeddings: self.local_gradients(kernel, support),
        }
    }

    /// Turns the closeness of pairs into the gradient by its exponent; gives that of `beta`.
    fn exponent_gradients(&mut self, local: LocalHead<'_>, by_score: &[f32]) -> Vec<f32> {
        let table = self.queries * self.width;
        // distance = -(ln + ln) / 2, score = - gamma distance.
        let outer: Vec<f32> = by_score.iter().map(|by| by * local.weight * 0.5).collect();
        let jobs = self.closeness.par_chunks_mut(table).zip(&self.pairs);
        let sums: Vec<[f32; 2]> = jobs
            .map(|(closeness, pair)| {
                let of_query = &self.of_query[pair.query * table..][..table];
                let of_support = &self.of_support[pair.support * table..][..table];
                let weights = [self.weights[pair.offset], self.weights[pair.back()]];
                by_exponent(closeness, weights, &outer, of_query, of_support)
            })
            .collect();
        let mut offsets = vec![0f32; self.weights.len()];
        for (pair, [forth, back]) in self.pairs.iter().zip(sums) {
            offsets[pair.offset] += forth;
            offsets[pair.back()] += back;
        }
        offsets
    }

    /// The gradient of both local maps, from that of the exponents.
    fn local_gradients(&self, kernel: Kernel, support: Side<'_>) -> Vec<f32> {
        let (queries, width, channels) = (self.queries, self.width, self.channels);
        let table = queries * width;
        let support_places = by_place(support, width, channels);
        let packed: Vec<Vec<u32>> = support_places
            .par_chunks(width * channels)
            .map(|place| {
                let mut packed = Vec::new();
                pack(&mut packed, 1, width, channels, |k, n| {
                    place[k * channels + n]
                });
                packed
            })
            .collect();
        let a_offsets: Vec<u32> = (0..queries).map(|q| (q * width) as u32).collect();
        let c_offsets: Vec<u32> = (0..queries).map(|q| (q * channels) as u32).collect();
        let tables = || self.pairs.iter().zip(self.closeness.chunks_exact(table));
        let mut of_queries = vec![0f32; self.query_places.len()];
        let jobs = of_queries.par_chunks_mut(queries * channels).enumerate();
        jobs.for_each(|(place, gradient)| {
            let mut sums = vec![0f32; queries];
            for (pair, table) in tables().filter(|(pair, _)| pair.query == place) {
                let job = GemmGather {
                    a: Left::F32(table),
                    a_offsets: &a_offsets,
                    segments: &[Segment {
                        offset: 0,
                        len: width as u32,
                    }],
                    b: &packed[pair.support],
                    columns: channels,
                    c_offsets: &c_offsets,
                    accumulate: true,
                };
                gemm_gather(kernel, &job, gradient);
                for (sum, row) in sums.iter_mut().zip(table.chunks_exact(width)) {
                    *sum += row.iter().sum::<f32>();
                }
            }
            let own = &self.query_places[place * queries * channels..];
            attract(gradient, own, &sums, channels);
        });
        let mut of_supports = vec![0f32; support_places.len()];
        let jobs = of_supports.par_chunks_mut(width * channels).enumerate();
        jobs.for_each(|(place, gradient)| {
            let mut sums = vec![0f32; width];
            for (pair, table) in tables().filter(|(pair, _)| pair.support == place) {
                let query = &self.query_places[pair.query * queries * channels..];
                let job = GemmOuter {
                    x: words(table),
                    x_offsets: &a_offsets,
                    y: words(query),
                    y_offsets: &c_offsets,
                    height: width,
                    width: channels,
                    stride: channels,
                };
                gemm_outer(kernel, &job, gradient);
                for row in table.chunks_exact(width) {
                    add_scaled(row, 1.0, &mut sums);
                }
            }
            let own = &support_places[place * width * channels..];
            attract(gradient, own, &sums, channels);
        });
        let mut local = vec![0f32; (queries + self.supports) * PLACES * channels];
        let images = local.par_chunks_exact_mut(PLACES * channels).enumerate();
        images.for_each(|(image, local)| {
            for (place, local) in local.chunks_exact_mut(channels).enumerate() {
                let from = if image < queries {
                    &of_queries[(place * queries + image) * channels..]
                } else {
                    &of_supports[(place * width + image - queries) * channels..]
                };
                local.copy_from_slice(&from[..channels]);
            }
        });
        local
    }
}

/// `[places, rows, channels]`, with zeros behind the images.
pub(super) fn by_place(side: Side<'_>, rows: usize, channels: usize) -> Vec<f32> {
    let mut places = vec![0f32; PLACES * rows * channels];
    let jobs = places.par_chunks_exact_mut(rows * channels).enumerate();
    jobs.for_each(|(place, out)| {
        for (image, out) in out.chunks_exact_mut(channels).take(side.count).enumerate() {
            out.copy_from_slice(&side.local[(image * PLACES + place) * channels..][..channels]);
        }
    });
    places
}

pub(super) fn norms(places: &[f32], channels: usize) -> Vec<f32> {
    let vectors = places.par_chunks_exact(channels);
    vectors
        .map(|vector| vector.iter().map(|v| v * v).sum())
        .collect()
}

simd! {
    /// `exp(2 x - norm - norms + shift)` in place.
    fn exponentiate(x: &mut [f32], norm: f32, norms: &[f32]) {
        for (x, other) in x.iter_mut().zip(norms) {
            *x = exp(2.0 * *x - norm - other + EXPONENT_SHIFT);
        }
    }

    /// Half of what places with these sums add to the distance.
    fn add_matching(sums: &[f32], distance: &mut [f32]) {
        for (distance, sum) in distance.iter_mut().zip(sums) {
            *distance += 0.5 * (EXPONENT_SHIFT - ln(*sum));
        }
    }

    fn invert(values: &mut [f32]) {
        for value in values {
            *value = 1.0 / *value;
        }
    }

    /// The gradient by exponents in the place of the closeness; gives the sums of its parts by the
    /// two weights, that of the support as a neighbour and that of the query.
    fn by_exponent(
        closeness: &mut [f32],
        weights: [f32; 2],
        outer: &[f32],
        of_query: &[f32],
        of_support: &[f32],
    ) -> [f32; 2] {
        let mut sums = [[0f32; LANES]; 2];
        let inputs = outer
            .chunks_exact(LANES)
            .zip(of_query.chunks_exact(LANES))
            .zip(of_support.chunks_exact(LANES));
        for (closeness, ((outer, of_query), of_support)) in
            closeness.chunks_exact_mut(LANES).zip(inputs)
        {
            for lane in 0..LANES {
                let by = outer[lane] * closeness[lane];
                let forth = by * weights[0] * of_query[lane];
                let back = by * weights[1] * of_support[lane];
                closeness[lane] = forth + back;
                sums[0][lane] += forth;
                sums[1][lane] += back;
            }
        }
        sums.map(|sums| sums.iter().sum())
    }

    /// `gradient = 2 (gradient - sums own)`: a place is drawn to what it is compared with.
    fn attract(gradient: &mut [f32], own: &[f32], sums: &[f32], channels: usize) {
        let rows = gradient.chunks_exact_mut(channels).zip(own.chunks_exact(channels));
        for ((gradient, own), sum) in rows.zip(sums) {
            for (gradient, own) in gradient.iter_mut().zip(own) {
                *gradient = 2.0 * (*gradient - sum * own);
            }
        }
    }
}
