//! A convolution: its result, the gradient of its input and that of its weights.
//!
//! All three are GEMMs of [`crate::kernels`] over maps that stay in place. The result gathers patches (implicit
//! im2col); the gradient of the input gathers those of the result, for each class of pixels that the same taps reach
//! (with a stride there are several); the gradient of the weights sums outer products over pixels. Weights are
//! `[height, width, in, out]`, f32. Refuses to know what stands before and behind it.

use crate::algorithm::Algorithm;
use crate::feature_map::{FeatureMap, Shape};
use crate::fft_conv::Scratch;
use crate::kernels::{
    BLOCK, GemmGather, GemmOuter, Kernel, Left, Precision, Segment, bf16, gemm_gather, gemm_outer,
};
use crate::par::*;

/// Least pixels of a part of a batch: enough to fill the tiles of a GEMM.
const PART_PIXELS: usize = 144;

/// Pixels of a map whose outer products are summed in one go; of larger ones the gradient would not stay in
/// a near cache while the rows of a weight block pass over it.
const WHOLE_PIXELS: usize = 576;

/// Pixels that larger maps are taken by: with 64 channels their gradient has 24 kB.
const LINE_PIXELS: usize = 96;

/// Least multiply-adds of a part of an image in inference: fewer are not worth another thread.
const SPLIT_WORK: usize = 1 << 22;

/// What a convolution is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Geometry {
    /// Its input with the border that the map has in memory.
    pub(crate) input: Shape,
    /// Output channels.
    pub(crate) out: usize,
    /// Width and height of the kernel.
    pub(crate) side: usize,
    /// Pixels from one application to the next.
    pub(crate) stride: usize,
    /// Pixels of the input's border that the kernel reads, fewer than it is wide.
    pub(crate) padding: usize,
}

impl Geometry {
    /// Width and height of the result.
    pub(crate) fn result_side(&self) -> usize {
        (self.input.side + 2 * self.padding - self.side) / self.stride + 1
    }
    /// The map of the result's gradient, with the border that the gradient of the input reads.
    pub(crate) fn output(&self) -> Shape {
        let reach = self.input.side + self.padding;
        let last = self.result_side() - 1;
        // Results before the first and behind the last one that taps of the kernel reach.
        let before = (self.side - 1) / self.stride - self.padding / self.stride;
        let behind = ((reach - 1) / self.stride).saturating_sub(last);
        Shape {
            side: last + 1,
            channels: self.out,
            border: before.max(behind),
        }
    }
    /// Rows of the weight matrix.
    pub(crate) fn depth(&self) -> usize {
        self.side * self.side * self.input.channels
    }
}

/// Input pixels that the same taps of the kernel reach.
struct Class {
    taps: Vec<(usize, usize)>,
    segments: Vec<Segment>,
    a_offsets: Vec<u32>,
    c_offsets: Vec<u32>,
    pixels: usize,
    packed: Vec<u32>,
}

/// A convolution with its tables and packed weights.
pub(crate) struct Conv {
    pub(crate) geometry: Geometry,
    kernel: Kernel,
    /// Images of a part, even: parts are the unit of work of all passes over this result.
    pub(crate) part: usize,
    segments: Vec<Segment>,
    a_offsets: Vec<u32>,
    c_offsets: Vec<u32>,
    packed: Vec<u32>,
    classes: Vec<Class>,
    /// Images, or pairs, whose outer products are summed before they are added to the result.
    group: usize,
    x_offsets: Vec<u32>,
    y_offsets: Vec<u32>,
    algorithm: Algorithm,
}

impl Conv {
    pub(crate) fn new(kernel: Kernel, geometry: Geometry) -> Self {
        let (input, output) = (geometry.input, geometry.output());
        let per = per_word(kernel.precision);
        let pixels = output.side * output.side;
        let part = PART_PIXELS
            .div_ceil(pixels)
            .next_multiple_of(2)
            .clamp(4, 16);
        let (side, stride) = (geometry.side, geometry.stride);
        let words = input.channels / per;
        let image = input.bordered() / per;
        let line = input.outer_side() * words;
        let lead = input.border - geometry.padding;
        let place = |y: usize, x: usize| (y * stride + lead) * line + (x * stride + lead) * words;
        let table = |images: usize, value: &dyn Fn(usize, usize, usize) -> usize| {
            let mut table = Vec::with_capacity(images * pixels);
            for image in 0..images {
                for y in 0..output.side {
                    for x in 0..output.side {
                        table.push(value(image, y, x) as u32);
                    }
                }
            }
            table
        };
        let segment = |offset: usize, len: usize| Segment {
            offset: offset as u32,
            len: len as u32,
        };
        let group = PART_PIXELS.div_ceil(pixels);
        let x_line = input.outer_side() * input.channels;
        Self {
            part,
            segments: (0..side)
                .map(|ky| segment(ky * line, side * words))
                .collect(),
            a_offsets: table(part, &|at, y, x| at * image + place(y, x)),
            c_offsets: table(part, &|at, y, x| {
                at * output.values() + y * output.row() + x * output.channels
            }),
            packed: Vec::new(),
            classes: classes(&geometry, per, part),
            group,
            x_offsets: table(group, &|at, y, x| {
                at * input.bordered()
                    + (y * stride + lead) * x_line
                    + (x * stride + lead) * input.channels
            }),
            y_offsets: table(group, &|at, y, x| {
                at * output.bordered() + output.at(y) + x * output.channels
            }),
            geometry,
            kernel,
            algorithm: Algorithm::Direct,
        }
    }

    /// The same for results only: no gradients, and fewer multiplications where an algorithm has them.
    pub(crate) fn for_inference(mut self) -> Self {
        self.algorithm = Algorithm::new(self.kernel, &self.geometry);
        self
    }

    /// Takes new weights, `[height, width, in, out]`; `backward` too where gradients of the
    /// input are wanted.
    pub(crate) fn pack(&mut self, weights: &[f32], backward: bool) {
        let Geometry {
            out, input, side, ..
        } = self.geometry;
        // Behind a first layer's weights are zeros, which only patches have.
        let weights = &weights[..self.geometry.depth() * out];
        let weight = |place, from, to| weights[(place * input.channels + from) * out + to];
        match &mut self.algorithm {
            Algorithm::Direct => {}
            Algorithm::Winograd(winograd) => return winograd.pack(weight),
            Algorithm::Fft(fft) => return fft.pack(weight),
        }
        let per = per_word(self.kernel.precision);
        let packed = &mut self.packed;
        match per {
            1 => pack_lines(packed, weights, out),
            _ => pack(packed, per, self.geometry.depth(), out, |k, n| {
                weights[k * out + n]
            }),
        }
        if backward {
            for class in &mut self.classes {
                let (taps, depth) = (&class.taps, class.taps.len() * out);
                pack(&mut class.packed, per, depth, input.channels, |k, n| {
                    let (ky, kx) = taps[k / out];
                    weights[((ky * side + kx) * input.channels + n) * out + k % out]
                });
            }
        }
    }

    /// The results of images from the `first`, an even one, `[images, h, w, out]`, by the algorithm that multiplies
    /// least.
    pub(crate) fn infer(
        &self,
        input: &FeatureMap,
        first: usize,
        scratch: &mut Scratch,
        output: &mut [f32],
    ) {
        let (image, pixels) = (
            self.geometry.output().values(),
            self.a_offsets.len() / self.part,
        );
        let some = (SPLIT_WORK / (self.geometry.depth() * self.geometry.out)).max(PART_PIXELS);
        match &self.algorithm {
            Algorithm::Fft(fft) => {
                if let Left::F32(maps) = input.left(first) {
                    fft.forward(maps, self.geometry.result_side(), scratch, output);
                }
            }
            Algorithm::Direct if some < pixels => {
                let parts = output
                    .chunks_mut(image)
                    .enumerate()
                    .flat_map(|(at, output)| {
                        let parts = output.chunks_mut(some * self.geometry.out).enumerate();
                        parts.map(move |(part, output)| (first + at, part * some, output))
                    });
                let parts: Vec<(usize, usize, &mut [f32])> = parts.collect();
                parts.into_par_iter().for_each(|(image, first, output)| {
                    self.product(input, image, first, output);
                });
            }
            _ => {
                let parts = output.par_chunks_mut(self.part * image).enumerate();
                parts.for_each(|(part, output)| {
                    self.forward(input, first + part * self.part, output);
                });
            }
        }
    }

    /// The result of a part of the images, from the `first`, into `[images, h, w, out]`.
    pub(crate) fn forward(&self, input: &FeatureMap, first: usize, output: &mut [f32]) {
        if let (Algorithm::Winograd(winograd), Left::F32(maps)) =
            (&self.algorithm, input.left(first))
        {
            return winograd.forward(maps, output);
        }
        self.product(input, first, 0, output);
    }

    /// As many pixels of the result as `output` has, from pixel `first` of an image on.
    fn product(&self, input: &FeatureMap, image: usize, first: usize, output: &mut [f32]) {
        let pixels = output.len() / self.geometry.out;
        let job = GemmGather {
            a: input.left(image),
            a_offsets: &self.a_offsets[first..first + pixels],
            segments: &self.segments,
            b: &self.packed,
            columns: self.geometry.out,
            c_offsets: &self.c_offsets[..pixels],
            accumulate: false,
        };
        gemm_gather(self.kernel, &job, output);
    }

    /// The gradient of a part of the input, `[images, h, w, in]`, from that of the result.
    pub(crate) fn input_gradient(
        &self,
        gradient: &FeatureMap,
        first: usize,
        input: &mut [f32],
        accumulate: bool,
    ) {
        let images = input.len() / self.geometry.input.values();
        for class in &self.classes {
            let pixels = images * class.pixels;
            let job = GemmGather {
                a: gradient.left(first),
                a_offsets: &class.a_offsets[..pixels],
                segments: &class.segments,
                b: &class.packed,
                columns: self.geometry.input.channels,
                c_offsets: &class.c_offsets[..pixels],
                accumulate,
            };
            gemm_gather(self.kernel, &job, input);
        }
    }

    /// The gradient of the weights, from the input and the gradient of the result.
    pub(crate) fn weight_gradient(
        &self,
        input: &FeatureMap,
        gradient: &FeatureMap,
        images: usize,
        weights: &mut [f32],
    ) {
        let Geometry { out, side, .. } = self.geometry;
        let (from, to) = (self.geometry.input, self.geometry.output());
        let images = match self.kernel.precision {
            Precision::F32 => images,
            Precision::Bf16 => images / 2,
        };
        let pixels = to.side * to.side;
        let at_once = if pixels > WHOLE_PIXELS {
            LINE_PIXELS
        } else {
            self.x_offsets.len()
        };
        // Enough jobs for any machine, each within one tap.
        let height = [64, 32, 16]
            .into_iter()
            .find(|height| {
                from.channels.is_multiple_of(*height) && self.geometry.depth() >= 4 * height
            })
            .unwrap_or(8);
        let jobs = weights.par_chunks_mut(height * out).enumerate();
        jobs.for_each(|(at, block)| {
            block.fill(0.0);
            let (tap, channel) = (at * height / from.channels, at * height % from.channels);
            let start = (tap / side * from.outer_side() + tap % side) * from.channels + channel;
            for first in (0..images).step_by(self.group) {
                let pixels = self.group.min(images - first) * pixels;
                let offsets = self.x_offsets[..pixels].chunks(at_once);
                let offsets = offsets.zip(self.y_offsets[..pixels].chunks(at_once));
                for (x_offsets, y_offsets) in offsets {
                    for column in (0..out).step_by(BLOCK) {
                        let job = GemmOuter {
                            x: &input.reduced()[first * from.bordered() + start..],
                            x_offsets,
                            y: &gradient.reduced()[first * to.bordered() + column..],
                            y_offsets,
                            height,
                            width: BLOCK.min(out - column),
                            stride: out,
                        };
                        gemm_outer(self.kernel, &job, &mut block[column..]);
                    }
                }
            }
        });
    }
}

/// Values of a word.
pub(crate) fn per_word(precision: Precision) -> usize {
    match precision {
        Precision::F32 => 1,
        Precision::Bf16 => 2,
    }
}

/// The taps that reach input pixels, by the pixels' remainder by the stride. In a row of the
/// gradient's map they lie side by side, the last tap first.
fn classes(geometry: &Geometry, per: usize, images: usize) -> Vec<Class> {
    let &Geometry {
        input,
        side,
        stride,
        padding,
        ..
    } = geometry;
    let output = geometry.output();
    let words = output.channels / per;
    let line = output.outer_side() * words;
    let mut classes = Vec::new();
    for (ry, rx) in (0..stride).flat_map(|ry| (0..stride).map(move |rx| (ry, rx))) {
        let along = |r: usize| (r..side).step_by(stride).rev().collect::<Vec<_>>();
        let (rows, columns) = (along(ry), along(rx));
        let inside = |r: usize| (0..input.side).filter(move |at| (at + padding) % stride == r);
        // The first output pixel that reaches an input pixel, the border counted.
        let first = |at: usize, r: usize, taps: usize| {
            (at + padding - r) / stride + output.border + 1 - taps
        };
        let mut class = Class {
            taps: rows
                .iter()
                .flat_map(|&ky| columns.iter().map(move |&kx| (ky, kx)))
                .collect(),
            segments: (0..rows.len())
                .map(|row| Segment {
                    offset: (row * line) as u32,
                    len: (columns.len() * words) as u32,
                })
                .collect(),
            a_offsets: Vec::new(),
            c_offsets: Vec::new(),
            pixels: inside(ry).count() * inside(rx).count(),
            packed: Vec::new(),
        };
        for image in 0..images {
            for y in inside(ry) {
                for x in inside(rx) {
                    let a = image * output.bordered() / per
                        + first(y, ry, rows.len()) * line
                        + first(x, rx, columns.len()) * words;
                    let c = image * input.values() + y * input.row() + x * input.channels;
                    class.a_offsets.push(a as u32);
                    class.c_offsets.push(c as u32);
                }
            }
        }
        classes.push(class);
    }
    classes
}

/// A matrix `[depth, columns]` in the form of [`GemmGather::b`].
pub(crate) fn pack(
    packed: &mut Vec<u32>,
    per: usize,
    depth: usize,
    columns: usize,
    value: impl Fn(usize, usize) -> f32,
) {
    packed.clear();
    packed.reserve(depth / per * columns);
    for first in (0..columns).step_by(BLOCK) {
        let last = columns.min(first + BLOCK);
        for k in (0..depth).step_by(per) {
            packed.extend((first..last).map(|column| {
                if per == 1 {
                    value(k, column).to_bits()
                } else {
                    let second = u32::from(bf16(value(k + 1, column)));
                    u32::from(bf16(value(k, column))) | second << 16
                }
            }));
        }
    }
}

/// As [`pack`] packs f32 of a matrix that lies row by row.
fn pack_lines(packed: &mut Vec<u32>, values: &[f32], columns: usize) {
    packed.clear();
    packed.reserve(values.len());
    for first in (0..columns).step_by(BLOCK) {
        let last = columns.min(first + BLOCK);
        for row in values.chunks_exact(columns) {
            packed.extend(row[first..last].iter().map(|value| value.to_bits()));
        }
    }
}

#[cfg(all(test, not(target_family = "wasm")))]
mod tests;
