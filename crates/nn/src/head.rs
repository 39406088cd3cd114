//! The score of pairs of embeddings, and its gradient.
//!
//! `b - sum_i w_i |g_q - g_k|_i - gamma (m(q, k) + m(k, q)) / 2` with the local matching `m` of
//! 6x6 places, each compared with the 3x3 places around it in the other drawing. Only the 256
//! pairs of neighbouring places are computed. Refuses to know where embeddings come from.

use crate::conv::pack;
use crate::kernels::{Kernel, LANES, Left, Outer, Rows, Segment, outer, rows, simd, words};
use crate::math::{exp, ln};
use crate::par::*;

/// Width and height of the local map.
const MAP_SIDE: usize = 6;

/// Places of the local map.
pub const PLACES: usize = MAP_SIDE * MAP_SIDE;

/// Added to exponents and taken off logarithms, so that f32 neither overflows nor vanishes.
const EXPONENT_SHIFT: f32 = 40.0;

/// Keeps the logarithm finite where every neighbour is farther than f32 can tell.
const TINY: f32 = 1e-37;

/// Queries whose partial sums of the supports' global gradients are kept together.
const QUERIES: usize = 8;

/// The head's numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Head<'a> {
    pub(crate) bias: f32,
    /// `w`, one a component.
    pub(crate) global_weight: &'a [f32],
    /// `gamma`.
    pub(crate) local_weight: f32,
    /// `beta`, nine.
    pub(crate) local_offset: &'a [f32],
}

/// Embeddings of some images.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Side<'a> {
    pub(crate) count: usize,
    /// `[count, components]`.
    pub(crate) global: &'a [f32],
    /// `[count, 36, channels]`.
    pub(crate) local: &'a [f32],
}

/// Gradients of the embeddings of both sides, one behind the other, and of the head.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gradients {
    pub(crate) global: Vec<f32>,
    pub(crate) local: Vec<f32>,
    pub(crate) bias: f32,
    pub(crate) global_weight: Vec<f32>,
    pub(crate) local_weight: f32,
    pub(crate) local_offset: Vec<f32>,
}

/// A place of the query's map, a neighbouring one of the support's, and which neighbour it is.
#[derive(Clone, Copy, Debug)]
struct Pair {
    query: usize,
    support: usize,
    /// Of the support's place as a neighbour of the query's.
    offset: usize,
}

impl Pair {
    /// Of the query's place as a neighbour of the support's.
    fn back(&self) -> usize {
        8 - self.offset
    }
}

fn pairs() -> Vec<Pair> {
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

/// Scores with what their gradient needs. Tables are `[queries, width]`.
pub(crate) struct Scored {
    queries: usize,
    supports: usize,
    /// Supports rounded up to whole vectors.
    width: usize,
    channels: usize,
    pub(crate) scores: Vec<f32>,
    /// Half the matching of both directions.
    distance: Vec<f32>,
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

/// The scores of all pairs.
pub(crate) fn score(
    kernel: Kernel,
    head: &Head<'_>,
    query: Side<'_>,
    support: &Supports,
) -> Scored {
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
        let job = Rows {
            a: Left::F32(&query_places[pair.query * queries * channels..][..queries * channels]),
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
        rows(kernel, &job, closeness);
        let norms = &support.norms[pair.support * width..][..width];
        for (row, norm) in closeness
            .chunks_exact_mut(width)
            .zip(&query_norms[pair.query * queries..])
        {
            exponentiate(row, *norm, norms);
        }
    });

    let weights: Vec<f32> = head.local_offset.iter().map(|beta| beta.exp()).collect();
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

    let components = head.global_weight.len();
    let mut scores = vec![0f32; table];
    let lines = scores.par_chunks_mut(width).enumerate();
    lines.for_each(|(q, scores)| {
        let own = &query.global[q * components..][..components];
        for (s, other) in support.global.chunks_exact(components).enumerate() {
            let distance = head.local_weight * distance[q * width + s];
            scores[s] = head.bias - weighted_l1(own, other, head.global_weight) - distance;
        }
    });
    Scored {
        queries,
        supports,
        width,
        channels,
        scores,
        distance,
        pairs,
        closeness,
        weights,
        of_query,
        of_support,
        query_places,
    }
}

impl Scored {
    /// The scores of a query, one a support.
    pub(crate) fn of(&self, query: usize) -> &[f32] {
        &self.scores[query * self.width..][..self.supports]
    }

    /// The gradients, from that by the scores.
    pub(crate) fn gradients(
        mut self,
        kernel: Kernel,
        head: &Head<'_>,
        (query, support): (Side<'_>, Side<'_>),
        by_score: &[f32],
    ) -> Gradients {
        let mut gradients = global_gradients(head, query, support, by_score, self.width);
        gradients.bias = by_score.iter().sum();
        let products = by_score.iter().zip(&self.distance);
        gradients.local_weight = -products.map(|(by, distance)| by * distance).sum::<f32>();
        gradients.local_offset = self.exponent_gradients(head, by_score);
        gradients.local = self.local_gradients(kernel, support);
        gradients
    }

    /// Turns the closeness of pairs into the gradient by its exponent; gives that of `beta`.
    fn exponent_gradients(&mut self, head: &Head<'_>, by_score: &[f32]) -> Vec<f32> {
        let table = self.queries * self.width;
        // distance = -(ln + ln) / 2, score = - gamma distance.
        let outer: Vec<f32> = by_score
            .iter()
            .map(|by| by * head.local_weight * 0.5)
            .collect();
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
                let job = Rows {
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
                rows(kernel, &job, gradient);
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
                let job = Outer {
                    x: words(table),
                    x_offsets: &a_offsets,
                    y: words(query),
                    y_offsets: &c_offsets,
                    height: width,
                    width: channels,
                    stride: channels,
                };
                outer(kernel, &job, gradient);
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
fn by_place(side: Side<'_>, rows: usize, channels: usize) -> Vec<f32> {
    let mut places = vec![0f32; PLACES * rows * channels];
    let jobs = places.par_chunks_exact_mut(rows * channels).enumerate();
    jobs.for_each(|(place, out)| {
        for (image, out) in out.chunks_exact_mut(channels).take(side.count).enumerate() {
            out.copy_from_slice(&side.local[(image * PLACES + place) * channels..][..channels]);
        }
    });
    places
}

fn norms(places: &[f32], channels: usize) -> Vec<f32> {
    let vectors = places.par_chunks_exact(channels);
    vectors
        .map(|vector| vector.iter().map(|v| v * v).sum())
        .collect()
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
                    l1_gradient(
                        own,
                        other,
                        head.global_weight,
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
    /// `exp(2 x - norm - norms + shift)` in place.
    fn exponentiate(x: &mut [f32], norm: f32, norms: &[f32]) {
        for (x, other) in x.iter_mut().zip(norms) {
            *x = exp(2.0 * *x - norm - other + EXPONENT_SHIFT);
        }
    }

    /// `to += factor from`.
    fn add_scaled(from: &[f32], factor: f32, to: &mut [f32]) {
        for (to, from) in to.iter_mut().zip(from) {
            *to += factor * from;
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

mod loss;
mod supports;
mod terms;

pub(crate) use supports::Supports;
pub use terms::Terms;
pub(crate) use terms::terms;

#[cfg(all(test, not(target_family = "wasm")))]
mod tests;
