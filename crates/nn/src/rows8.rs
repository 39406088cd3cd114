//! A dense layer's weights as whole numbers of 8 bits, a scale each row.
//!
//! One drawing reads every weight once, and Koch's 37.7 million are what that costs: in 8 bits a quarter of
//! it. Sums are f32, as if the numbers had been multiplied by their scales before. Refuses to know files.

use crate::kernels::{GEMV_STEP, gemv_i8};
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

impl Rows8 {
    /// Do they take so many inputs to so many outputs, and can they be multiplied here?
    pub(crate) fn fits(&self, inputs: usize, outputs: usize) -> bool {
        let whole = inputs.is_multiple_of(GEMV_STEP) && inputs > 0;
        whole && self.scales.len() == outputs && self.numbers.len() == inputs * outputs
    }

    /// Rows that took a map of so many channels and pixels channel by channel, as a weights file has them,
    /// take it pixel by pixel.
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

    /// Maps `[images, inputs]` to products `[images, outputs]`; `sums` is memory.
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
