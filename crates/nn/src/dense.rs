//! A dense layer: its result, the gradient of its input and that of its weights.
//!
//! Weights are `[inputs, outputs]`, f32, and may be Koch's 37.7 million: products take blocks of columns, and a block
//! is packed when its turn comes. The weights' gradient goes part by part to who asks, so that neither is in memory as
//! a whole. Only a small layer keeps its blocks, in inference. Refuses to know what stands before and behind it.

use std::cell::RefCell;
use std::sync::Arc;

use crate::conv::{pack, per_word};
use crate::feature_map::FeatureMap;
use crate::kernels::{
    BLOCK, GemmGather, GemmOuter, Kernel, LANES, Left, Precision, Segment, bf16, gemm_gather,
    gemm_outer,
};
use crate::par::*;
use crate::rows8::Rows8;

/// Largest layer, in weights, that inference keeps a packed copy of: 16 MB of f32.
const KEPT: usize = 1 << 22;

/// Rows of the weights whose gradient is computed in one go.
const HEIGHT: usize = 64;

/// Multiply-adds of a job of a result: fewer are not worth another thread.
const JOB: usize = 1 << 20;

/// Images, or pairs, whose outer products are summed before they are added to the result.
const GROUP: usize = 144;

thread_local! {
    /// A packed block.
    static WORK: RefCell<Vec<u32>> = const { RefCell::new(Vec::new()) };
    /// A part of the weights' gradient.
    static GRADIENT: RefCell<Vec<f32>> = const { RefCell::new(Vec::new()) };
}

/// What inference keeps of a layer's weights.
enum Kept {
    Nothing,
    /// All blocks of columns, packed one after another.
    Packed(Vec<u32>),
    /// Numbers of 8 bits instead of the weights, a row an output in the order of the input here.
    Rows(Arc<Rows8>),
}

/// A dense layer for a batch of maps without border.
pub(crate) struct Dense {
    kernel: Kernel,
    inputs: usize,
    outputs: usize,
    kept: Kept,
    /// A block of the result of all images after another.
    blocks: Vec<f32>,
}

impl Dense {
    pub(crate) fn new(kernel: Kernel, inputs: usize, outputs: usize) -> Self {
        Self {
            kernel,
            inputs,
            outputs,
            kept: Kept::Nothing,
            blocks: Vec::new(),
        }
    }

    /// Keeps these weights packed for all results to come, if they are few.
    pub(crate) fn keep(&mut self, weights: &[f32]) {
        if weights.len() > KEPT || matches!(self.kept, Kept::Rows(_)) {
            return;
        }
        let (mut all, mut block) = (Vec::new(), Vec::new());
        for first in (0..self.outputs).step_by(BLOCK) {
            self.pack(weights, first, &mut block);
            all.extend_from_slice(&block);
        }
        self.kept = Kept::Packed(all);
    }

    /// Takes all results to come from numbers of 8 bits, [`Rows8::by_pixels`], and never from weights; for
    /// maps of f32.
    pub(crate) fn keep_rows(&mut self, rows: Arc<Rows8>) {
        self.kept = Kept::Rows(rows);
    }

    /// The block of columns from the `first`.
    fn pack(&self, weights: &[f32], first: usize, packed: &mut Vec<u32>) {
        let width = BLOCK.min(self.outputs - first);
        if self.kernel.precision == Precision::F32 {
            packed.clear();
            for row in weights.chunks_exact(self.outputs) {
                packed.extend(
                    row[first..first + width]
                        .iter()
                        .map(|value| value.to_bits()),
                );
            }
        } else {
            let per = per_word(self.kernel.precision);
            pack(packed, per, self.inputs, width, |k, n| {
                weights[k * self.outputs + first + n]
            });
        }
    }

    /// The result of as many images as `out` has rows, `[images, outputs]`.
    pub(crate) fn forward(&mut self, weights: &[f32], input: &FeatureMap, out: &mut [f32]) {
        let (kernel, inputs, outputs) = (self.kernel, self.inputs, self.outputs);
        let images = out.len() / outputs;
        if let (Kept::Rows(rows), Left::F32(maps)) = (&self.kept, input.left(0)) {
            return rows.forward(&maps[..images * inputs], &mut self.blocks, out);
        }
        let per = per_word(kernel.precision);
        let a_offsets = offsets(images, inputs / per);
        let mut blocks = core::mem::take(&mut self.blocks);
        blocks.resize(out.len(), 0.0);
        each_block(&mut blocks, images, inputs, |at, block| {
            let columns = block.len() / images;
            let c_offsets = offsets(images, columns);
            let product = |b: &[u32], block: &mut [f32]| {
                let job = GemmGather {
                    a: input.left(0),
                    a_offsets: &a_offsets,
                    segments: &[Segment {
                        offset: 0,
                        len: (inputs / per) as u32,
                    }],
                    b,
                    columns,
                    c_offsets: &c_offsets,
                    accumulate: false,
                };
                gemm_gather(kernel, &job, block);
            };
            match &self.kept {
                Kept::Packed(packed) => product(&packed[at * BLOCK * (inputs / per)..], block),
                _ => WORK.with_borrow_mut(|packed| {
                    self.pack(weights, at * BLOCK, packed);
                    product(packed, block);
                }),
            }
        });
        join(&blocks, out, outputs);
        self.blocks = blocks;
    }

    /// The gradient of the input, `[images, inputs]`, from that of the result.
    pub(crate) fn input_gradient(
        &mut self,
        weights: &[f32],
        gradient: &FeatureMap,
        input: &mut [f32],
    ) {
        let (kernel, inputs, outputs) = (self.kernel, self.inputs, self.outputs);
        let images = input.len() / inputs;
        let per = per_word(kernel.precision);
        let a_offsets = offsets(images, outputs / per);
        self.blocks.resize(input.len(), 0.0);
        each_block(&mut self.blocks, images, outputs, |at, block| {
            let columns = block.len() / images;
            let weights = &weights[at * BLOCK * outputs..];
            WORK.with_borrow_mut(|packed| {
                pack_transposed(&weights[..columns * outputs], columns, per, packed);
                let job = GemmGather {
                    a: gradient.left(0),
                    a_offsets: &a_offsets,
                    segments: &[Segment {
                        offset: 0,
                        len: (outputs / per) as u32,
                    }],
                    b: packed,
                    columns,
                    c_offsets: &offsets(images, columns),
                    accumulate: false,
                };
                gemm_gather(kernel, &job, block);
            });
        });
        join(&self.blocks, input, inputs);
    }

    /// Hands out the gradient of the weights, from the input and the gradient of the result: with each of
    /// `parts` that of the next [`Dense::part`] weights, which is not kept.
    pub(crate) fn weight_gradient<P: Send>(
        &self,
        input: &FeatureMap,
        gradient: &FeatureMap,
        parts: Vec<P>,
        take: impl Fn(P, &[f32]) + Sync + Send,
    ) {
        let (inputs, outputs) = (self.inputs, self.outputs);
        // In pairs of bf16 a word holds both images' values.
        let words = input.reduced().len() / inputs;
        let (x_offsets, y_offsets) = (offsets(words, inputs), offsets(words, outputs));
        let parts: Vec<(usize, P)> = parts.into_iter().enumerate().collect();
        parts.into_par_iter().for_each(|(at, part)| {
            let height = HEIGHT.min(inputs - at * HEIGHT);
            GRADIENT.with_borrow_mut(|block| {
                block.clear();
                block.resize(height * outputs, 0.0);
                for first in (0..words).step_by(GROUP) {
                    let last = words.min(first + GROUP);
                    for column in (0..outputs).step_by(BLOCK) {
                        let job = GemmOuter {
                            x: &input.reduced()[at * HEIGHT..],
                            x_offsets: &x_offsets[first..last],
                            y: &gradient.reduced()[column..],
                            y_offsets: &y_offsets[first..last],
                            height,
                            width: BLOCK.min(outputs - column),
                            stride: outputs,
                        };
                        gemm_outer(self.kernel, &job, &mut block[column..]);
                    }
                }
                take(part, block);
            });
        });
    }

    /// Weights whose gradient is computed in one go; the last have fewer.
    pub(crate) fn part(&self) -> usize {
        HEIGHT * self.outputs
    }
}

/// Rows of weights as the columns of a packed block: a line of the cache of each row after another, as rows
/// of Koch's layer lie 16 kB apart.
fn pack_transposed(weights: &[f32], columns: usize, per: usize, packed: &mut Vec<u32>) {
    let depth = weights.len() / columns;
    packed.resize(weights.len() / per, 0);
    for first in (0..depth).step_by(LANES) {
        let lines = packed[first / per * columns..].chunks_exact_mut(columns);
        let mut lines: Vec<&mut [u32]> = lines.take(LANES / per).collect();
        for (column, row) in weights.chunks_exact(depth).enumerate() {
            let row = row[first..first + LANES].chunks_exact(per);
            for (line, values) in lines.iter_mut().zip(row) {
                line[column] = match *values {
                    [one, two] => u32::from(bf16(one)) | u32::from(bf16(two)) << 16,
                    [one, ..] => one.to_bits(),
                    [] => 0,
                };
            }
        }
    }
}

/// Where rows of so many words start.
fn offsets(rows: usize, words: usize) -> Vec<u32> {
    (0..rows).map(|row| (row * words) as u32).collect()
}

/// Calls `compute` with each block's number and memory, for so many rows of this depth.
fn each_block(
    blocks: &mut [f32],
    rows: usize,
    depth: usize,
    compute: impl Fn(usize, &mut [f32]) + Sync + Send,
) {
    let together = JOB.div_ceil((rows * depth * BLOCK).max(1));
    let block = (rows * BLOCK).max(1);
    let jobs = blocks.par_chunks_mut(together * block).enumerate();
    jobs.for_each(|(job, blocks)| {
        for (at, block) in blocks.chunks_mut(block).enumerate() {
            compute(job * together + at, block);
        }
    });
}

/// Blocks of columns, each of all rows, side by side in rows of `columns`.
fn join(blocks: &[f32], out: &mut [f32], columns: usize) {
    let rows = out.len() / columns;
    for (at, block) in blocks.chunks((rows * BLOCK).max(1)).enumerate() {
        let width = block.len() / rows;
        let lines = out.chunks_exact_mut(columns).zip(block.chunks_exact(width));
        for (row, from) in lines {
            row[at * BLOCK..][..width].copy_from_slice(from);
        }
    }
}

#[cfg(all(test, not(target_family = "wasm")))]
mod tests {
    use super::*;
    use crate::conv::{Conv, Geometry};
    use crate::feature_map::Shape;
    use twinglyph_core::rng::Rng;

    /// A dense layer is a convolution of one pixel; sums are taken in the same order.
    #[test]
    fn products_are_those_of_a_convolution_of_one_pixel() {
        let mut rng = Rng::new(1);
        let mut random = |count: usize| (0..count).map(|_| rng.normal()).collect::<Vec<f32>>();
        for precision in [Precision::F32, Precision::Bf16] {
            for (inputs, outputs, images) in [(48, 16, 2), (144, 80, 6), (16, 192, 4)] {
                let shape = |channels| Shape {
                    side: 1,
                    channels,
                    border: 0,
                };
                let mut map = |channels: usize| {
                    let mut map = FeatureMap::new(precision, shape(channels), images);
                    for part in &mut map.parts(images) {
                        for pair in 0..images / 2 {
                            part.write_rows(pair, 0, &random(channels), &random(channels));
                        }
                    }
                    map
                };
                let (input, gradient) = (map(inputs), map(outputs));
                let weights = random(inputs * outputs);
                let kernel = Kernel::best(precision);
                let mut conv = Conv::new(
                    kernel,
                    Geometry {
                        input: shape(inputs),
                        out: outputs,
                        side: 1,
                        stride: 1,
                        padding: 0,
                    },
                );
                conv.pack(&weights, true);
                let zeros =
                    |columns: usize| [vec![0.0; images * columns], vec![0.0; images * columns]];
                let mut dense = Dense::new(kernel, inputs, outputs);
                for keeps in [false, true] {
                    if keeps {
                        dense.keep(&weights);
                    }
                    let [mut got, mut expected] = zeros(outputs);
                    dense.forward(&weights, &input, &mut got);
                    conv.forward(&input, 0, &mut expected);
                    assert_eq!(got, expected);
                }
                let [mut got, mut expected] = zeros(inputs);
                dense.input_gradient(&weights, &gradient, &mut got);
                conv.input_gradient(&gradient, 0, &mut expected, false);
                assert_eq!(got, expected);
                let [mut got, mut expected] = [vec![1.0; weights.len()], vec![2.0; weights.len()]];
                let parts = got.chunks_mut(dense.part()).collect();
                dense.weight_gradient(&input, &gradient, parts, <[f32]>::copy_from_slice);
                conv.weight_gradient(&input, &gradient, images, &mut expected);
                assert_eq!(got, expected);
            }
        }
    }
}
