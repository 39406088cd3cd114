//! A dense layer in inference whose weights are i8, `[outputs, inputs]`, with an f32 scale for each row.
//!
//! A single drawing reads every weight once, so memory bandwidth bounds the layer: i8 reads a quarter of f32. Inputs
//! and sums stay f32: `y_o = scale_o sum_i number_oi x_i`. Refuses to know files.

use crate::kernels::{GEMV_STEP, gemv_i8};
use crate::par::*;

/// Rows of a job: few enough that any machine has a job a thread.
const PART: usize = 64;

/// An i8 matrix `[outputs, inputs]`, each row with a scale.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows8 {
    /// Row by row, `[outputs, inputs]`.
    pub numbers: Vec<i8>,
    /// `[outputs]`: a weight is its number times the row's scale.
    pub scales: Vec<f32>,
}

impl Rows8 {
    /// Whether the shape is this, and [`gemv_i8`] takes its rows.
    pub(crate) fn fits(&self, inputs: usize, outputs: usize) -> bool {
        let whole = inputs.is_multiple_of(GEMV_STEP) && inputs > 0;
        whole && self.scales.len() == outputs && self.numbers.len() == inputs * outputs
    }

    /// Reorders each row from `[channels, pixels]`, as a weights file has it, to `[pixels, channels]`, as maps lie.
    pub(crate) fn by_pixels(mut self, [channels, pixels]: [usize; 2]) -> Self {
        let inputs = (channels * pixels).max(1);
        let mut ordered = vec![0; inputs];
        for row in self.numbers.chunks_exact_mut(inputs) {
            for (pixel, to) in ordered.chunks_exact_mut(channels).enumerate() {
                for (channel, to) in to.iter_mut().enumerate() {
                    *to = row[channel * pixels + pixel];
                }
            }
            row.copy_from_slice(&ordered);
        }
        self
    }

    /// Maps `[images, inputs]` to `[images, outputs]`; `sums` is scratch memory.
    pub(crate) fn forward(&self, maps: &[f32], sums: &mut Vec<f32>, out: &mut [f32]) {
        let outputs = self.scales.len().max(1);
        let images = (out.len() / outputs).max(1);
        let inputs = maps.len() / images;
        sums.resize(outputs * images, 0.0);
        let parts = sums.par_chunks_mut(PART * images).enumerate();
        parts.for_each(|(part, sums)| {
            for (at, sums) in sums.chunks_exact_mut(images).enumerate() {
                gemv_i8(
                    &self.numbers[(part * PART + at) * inputs..][..inputs],
                    maps,
                    sums,
                );
            }
        });
        for (image, out) in out.chunks_exact_mut(outputs).enumerate() {
            let sums = sums.iter().skip(image).step_by(images);
            for ((to, sum), scale) in out.iter_mut().zip(sums).zip(&self.scales) {
                *to = sum * scale;
            }
        }
    }
}
