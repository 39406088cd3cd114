//! A linear layer whose weights are whole numbers of 8 bits, a scale each row.
//!
//! One drawing reads every weight once, and the paper's 37.7 million are what that costs: in 8 bits a
//! quarter of it. Sums are f32, as if the numbers had been multiplied by their scales
//! before. Refuses to know files.

use crate::kernels::{DOT, dots};
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

/// The layer, with a sigmoid behind it.
pub(super) struct Dense {
    rows: Rows8,
    bias: Vec<f32>,
    inputs: usize,
    sums: Vec<f32>,
}

impl Dense {
    /// The layer behind maps of so many channels and pixels; the file's rows take a map channel by
    /// channel, ours pixel by pixel. `None` where sizes differ.
    pub(super) fn new(rows: Rows8, bias: Vec<f32>, [channels, pixels]: [usize; 2]) -> Option<Self> {
        let inputs = channels * pixels;
        let fits = rows.scales.len() == bias.len()
            && rows.numbers.len() == bias.len() * inputs
            && inputs.is_multiple_of(DOT)
            && inputs > 0;
        if !fits {
            return None;
        }
        let Rows8 {
            mut numbers,
            scales,
        } = rows;
        let mut ordered = vec![0; inputs];
        for row in numbers.chunks_exact_mut(inputs) {
            for (pixel, to) in ordered.chunks_exact_mut(channels).enumerate() {
                for (channel, to) in to.iter_mut().enumerate() {
                    *to = row[channel * pixels + pixel];
                }
            }
            row.copy_from_slice(&ordered);
        }
        Some(Self {
            rows: Rows8 { numbers, scales },
            bias,
            inputs,
            sums: Vec::new(),
        })
    }

    /// Maps `[images, inputs]` to what the layer makes of them, `[images, outputs]`.
    pub(super) fn forward(&mut self, maps: &[f32]) -> Vec<f32> {
        let (inputs, outputs) = (self.inputs, self.bias.len());
        let images = maps.len() / inputs;
        self.sums.resize(outputs * images, 0.0);
        let numbers = &self.rows.numbers;
        let parts = self.sums.par_chunks_mut(PART * images.max(1)).enumerate();
        parts.for_each(|(part, sums)| {
            for (at, sums) in sums.chunks_exact_mut(images).enumerate() {
                let row = &numbers[(part * PART + at) * inputs..][..inputs];
                dots(row, maps, sums);
            }
        });
        let mut result = vec![0.0; images * outputs];
        for (image, result) in result.chunks_exact_mut(outputs).enumerate() {
            let sums = self.sums.iter().skip(image).step_by(images);
            let values = result.iter_mut().zip(sums);
            for ((to, sum), (scale, bias)) in values.zip(self.rows.scales.iter().zip(&self.bias)) {
                *to = 1.0 / (1.0 + math::exp(-(sum * scale + bias)));
            }
        }
        result
    }
}
