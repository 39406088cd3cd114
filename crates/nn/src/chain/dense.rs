//! A chain's linear layer in 8 bits, with a sigmoid behind it.

use crate::math;
use crate::rows8::Rows8;

pub(super) struct Dense {
    rows: Rows8,
    bias: Vec<f32>,
    inputs: usize,
    sums: Vec<f32>,
}

impl Dense {
    /// The layer behind maps of so many channels and pixels. `None` where sizes differ.
    pub(super) fn new(rows: Rows8, bias: Vec<f32>, map: [usize; 2]) -> Option<Self> {
        let inputs = map[0] * map[1];
        rows.fits(inputs, bias.len()).then(|| Self {
            rows: rows.by_pixels(map),
            bias,
            inputs,
            sums: Vec::new(),
        })
    }

    /// Maps `[images, inputs]` to what the layer makes of them, `[images, outputs]`.
    pub(super) fn forward(&mut self, maps: &[f32]) -> Vec<f32> {
        let images = maps.len() / self.inputs;
        let mut result = vec![0.0; images * self.bias.len()];
        self.rows.forward(maps, &mut self.sums, &mut result);
        for result in result.chunks_exact_mut(self.bias.len().max(1)) {
            for (to, bias) in result.iter_mut().zip(&self.bias) {
                *to = 1.0 / (1.0 + math::exp(-(*to + bias)));
            }
        }
        result
    }
}
