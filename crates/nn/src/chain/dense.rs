//! A linear layer with a sigmoid behind it, its weights f32 or whole numbers of 8 bits with a scale a row.
//!
//! One drawing reads every weight once, and the paper's 37.7 million are what that costs: in 8 bits a
//! quarter of it. Sums are f32, as if the numbers had been multiplied by their scales
//! before. Refuses to know files.

use crate::conv::pack;
use crate::kernels::{BLOCK, DOT, Kernel, LANES, Left, Rows as Product, Segment, dots, rows};
use crate::math;
use crate::par::*;

/// Rows that are computed in one go: enough parts for any machine.
const PART: usize = 64;

/// A matrix `[outputs, inputs]` of numbers, each row with its scale.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows8 {
    /// Row by row.
    pub numbers: Vec<i8>,
    /// One a row.
    pub scales: Vec<f32>,
}

/// The weights of a linear layer, `[outputs, inputs]`.
#[derive(Clone, Debug, PartialEq)]
pub enum Matrix {
    /// In 8 bits.
    I8(Rows8),
    /// Row by row.
    F32(Vec<f32>),
}

/// The weights in the order of the maps that come.
enum Ordered {
    I8(Rows8),
    /// As the right matrix of a product.
    F32(Kernel, Vec<u32>),
}

/// The layer, with a sigmoid behind it.
pub(super) struct Dense {
    rows: Ordered,
    bias: Vec<f32>,
    inputs: usize,
    sums: Vec<f32>,
}

impl Dense {
    /// The layer behind maps of so many channels and pixels; the file's rows take a map channel by
    /// channel, ours pixel by pixel. `None` where sizes differ.
    pub(super) fn new(
        kernel: Kernel,
        matrix: Matrix,
        bias: Vec<f32>,
        [channels, pixels]: [usize; 2],
    ) -> Option<Self> {
        let (inputs, outputs) = (channels * pixels, bias.len());
        if inputs == 0 {
            return None;
        }
        let rows = match matrix {
            Matrix::I8(Rows8 {
                mut numbers,
                scales,
            }) => {
                let fits = scales.len() == outputs
                    && numbers.len() == outputs * inputs
                    && inputs.is_multiple_of(DOT);
                if !fits {
                    return None;
                }
                let mut ordered = vec![0; inputs];
                for row in numbers.chunks_exact_mut(inputs) {
                    for (pixel, to) in ordered.chunks_exact_mut(channels).enumerate() {
                        for (channel, to) in to.iter_mut().enumerate() {
                            *to = row[channel * pixels + pixel];
                        }
                    }
                    row.copy_from_slice(&ordered);
                }
                Ordered::I8(Rows8 { numbers, scales })
            }
            Matrix::F32(values) => {
                if values.len() != outputs * inputs || !outputs.is_multiple_of(LANES) {
                    return None;
                }
                let mut packed = Vec::new();
                pack(&mut packed, 1, inputs, outputs, |k, output| {
                    let (pixel, channel) = (k / channels, k % channels);
                    values[output * inputs + channel * pixels + pixel]
                });
                Ordered::F32(kernel, packed)
            }
        };
        Some(Self {
            rows,
            bias,
            inputs,
            sums: Vec::new(),
        })
    }

    /// Maps `[images, inputs]` to what the layer makes of them, `[images, outputs]`.
    pub(super) fn forward(&mut self, maps: &[f32]) -> Vec<f32> {
        let mut result = self.products(maps);
        for result in result.chunks_exact_mut(self.bias.len().max(1)) {
            for (to, bias) in result.iter_mut().zip(&self.bias) {
                *to = 1.0 / (1.0 + math::exp(-(*to + bias)));
            }
        }
        result
    }

    /// Maps `[images, inputs]` times the weights, `[images, outputs]`.
    fn products(&mut self, maps: &[f32]) -> Vec<f32> {
        let (inputs, outputs) = (self.inputs, self.bias.len());
        let images = maps.len() / inputs;
        self.sums.resize(outputs * images, 0.0);
        let mut result = vec![0.0; images * outputs];
        match &self.rows {
            Ordered::I8(Rows8 { numbers, scales }) => {
                let parts = self.sums.par_chunks_mut(PART * images.max(1)).enumerate();
                parts.for_each(|(part, sums)| {
                    for (at, sums) in sums.chunks_exact_mut(images).enumerate() {
                        let row = &numbers[(part * PART + at) * inputs..][..inputs];
                        dots(row, maps, sums);
                    }
                });
                for (image, result) in result.chunks_exact_mut(outputs).enumerate() {
                    let sums = self.sums.iter().skip(image).step_by(images);
                    for ((to, sum), scale) in result.iter_mut().zip(sums).zip(scales) {
                        *to = sum * scale;
                    }
                }
            }
            Ordered::F32(kernel, packed) => {
                let a_offsets: Vec<u32> =
                    (0..images).map(|image| (image * inputs) as u32).collect();
                let parts = self.sums.par_chunks_mut(BLOCK * images.max(1)).enumerate();
                parts.for_each(|(part, sums)| {
                    let columns = sums.len() / images.max(1);
                    let c_offsets: Vec<u32> =
                        (0..images).map(|image| (image * columns) as u32).collect();
                    let job = Product {
                        a: Left::F32(maps),
                        a_offsets: &a_offsets,
                        segments: &[Segment {
                            offset: 0,
                            len: inputs as u32,
                        }],
                        b: &packed[part * BLOCK * inputs..][..columns * inputs],
                        columns,
                        c_offsets: &c_offsets,
                        accumulate: false,
                    };
                    rows(*kernel, &job, sums);
                });
                for (part, sums) in self.sums.chunks(BLOCK * images.max(1)).enumerate() {
                    let columns = sums.len() / images.max(1);
                    for (image, sums) in sums.chunks_exact(columns).enumerate() {
                        result[image * outputs + part * BLOCK..][..columns].copy_from_slice(sums);
                    }
                }
            }
        }
        result
    }
}
