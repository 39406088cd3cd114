//! A convolution as one matrix product over the map where it lies.
//!
//! For small kernels and maps of one channel. Refuses to know what stands before and behind it.

use super::map::Filter;
use crate::conv::pack;
use crate::kernels::{Kernel, LANES, Left, Rows, Segment, rows};
use crate::par::*;
use crate::plane::Shape;
use crate::spectral::Tiles;

/// Pixels of the result that are computed in one go: enough to fill the tiles of the products, and
/// enough parts of one map for any machine.
const PART: usize = 256;

/// A convolution with its packed weights, and memory for a batch.
pub(super) struct Direct {
    kernel: Kernel,
    input: Shape,
    outputs: usize,
    side: usize,
    packed: Vec<u32>,
    segments: Vec<Segment>,
    /// Of each pixel of the result, in a map of the input.
    a_offsets: Vec<u32>,
    c_offsets: Vec<u32>,
    results: Vec<f32>,
}

impl Direct {
    /// The convolution of maps of this shape; `None` where its results don't fill vectors or the map
    /// is smaller than the kernel.
    pub(super) fn new(kernel: Kernel, input: Shape, filter: &Filter<'_>) -> Option<Self> {
        let side = filter.output_side(input.side)?;
        if !filter.outputs.is_multiple_of(LANES) || input.border < filter.padding {
            return None;
        }
        let (inputs, outputs, width) = (input.channels, filter.outputs, filter.side);
        let mut packed = Vec::new();
        pack(
            &mut packed,
            1,
            width * width * inputs,
            outputs,
            |k, output| {
                let (place, input) = (k / inputs, k % inputs);
                filter.weights[(output * inputs + input) * width * width + place]
            },
        );
        let (line, lead) = (input.outer_side(), input.border - filter.padding);
        let pixels = (0..side).flat_map(|y| (0..side).map(move |x| (y, x)));
        Some(Self {
            kernel,
            input,
            outputs,
            side,
            packed,
            segments: (0..width)
                .map(|ky| Segment {
                    offset: (ky * line * inputs) as u32,
                    len: (width * inputs) as u32,
                })
                .collect(),
            a_offsets: pixels
                .map(|(y, x)| (((y + lead) * line + x + lead) * inputs) as u32)
                .collect(),
            c_offsets: (0..PART).map(|row| (row * outputs) as u32).collect(),
            results: Vec::new(),
        })
    }

    /// The results of some maps, each as one tile.
    pub(super) fn forward(&mut self, maps: &[f32], images: usize) -> Tiles<'_> {
        let pixels = self.side * self.side;
        let length = images * pixels * self.outputs;
        if self.results.len() < length {
            self.results.resize(length, 0.0);
        }
        let parts: Vec<(usize, usize, &mut [f32])> = self.results[..length]
            .chunks_exact_mut(pixels * self.outputs)
            .enumerate()
            .flat_map(|(image, results)| {
                let parts = results.chunks_mut(PART * self.outputs).enumerate();
                parts.map(move |(part, results)| (image, part * PART, results))
            })
            .collect();
        let (input, outputs) = (self.input, self.outputs);
        let (kernel, packed, segments) = (self.kernel, &self.packed, &self.segments);
        let (a_offsets, c_offsets) = (&self.a_offsets, &self.c_offsets);
        parts.into_par_iter().for_each(|(image, first, results)| {
            let count = results.len() / outputs;
            let job = Rows {
                a: Left::F32(&maps[image * input.bordered()..][..input.bordered()]),
                a_offsets: &a_offsets[first..first + count],
                segments,
                b: packed,
                columns: outputs,
                c_offsets: &c_offsets[..count],
                accumulate: false,
            };
            rows(kernel, &job, results);
        });
        Tiles {
            values: &self.results[..length],
            channels: self.outputs,
            step: self.side,
            across: 1,
        }
    }
}
