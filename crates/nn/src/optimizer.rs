//! AdamW (Loshchilov and Hutter, 2019), number for number that of Burn's.

use core::ops::Range;

use serde::{Deserialize, Serialize};

use crate::kernels::simd;
use crate::par::*;

/// How weights move; the rate comes with each step.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdamW {
    /// Decay of the first moment.
    pub beta_1: f64,
    /// Decay of the second moment.
    pub beta_2: f64,
    /// Added to the root of the second moment.
    pub epsilon: f64,
    /// Decoupled weight decay, on matrices and kernels only.
    pub weight_decay: f64,
}

impl Default for AdamW {
    fn default() -> Self {
        Self {
            beta_1: 0.9,
            beta_2: 0.99,
            epsilon: 1e-8,
            weight_decay: 0.02,
        }
    }
}

/// Values that a thread moves at once.
pub(crate) const AT_ONCE: usize = 1 << 14;

/// First and second moments of the gradient, as the parameters lie.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Moments {
    pub(crate) first: Vec<f32>,
    pub(crate) second: Vec<f32>,
}

impl AdamW {
    /// Moves the parameters of a range, with decay or without. `steps` counts this one.
    pub(crate) fn step(
        &self,
        (range, decays): (Range<usize>, bool),
        parameters: &mut [f32],
        gradient: &[f32],
        moments: &mut Moments,
        (steps, rate): (u32, f64),
    ) {
        let step = self.numbers(decays, (steps, rate));
        let jobs = parameters[range.clone()]
            .par_chunks_mut(AT_ONCE)
            .zip(gradient[range.clone()].par_chunks(AT_ONCE))
            .zip(moments.first[range.clone()].par_chunks_mut(AT_ONCE))
            .zip(moments.second[range].par_chunks_mut(AT_ONCE));
        jobs.for_each(|(((parameters, gradient), first), second)| {
            step.apply(parameters, gradient, [first, second]);
        });
    }

    /// The numbers of a step of parameters with decay or without. `steps` counts this one.
    pub(crate) fn numbers(&self, decays: bool, (steps, rate): (u32, f64)) -> Step {
        let kept = if decays {
            1.0 - rate * self.weight_decay
        } else {
            1.0
        };
        Step(
            [
                self.beta_1,
                1.0 - self.beta_1,
                self.beta_2,
                1.0 - self.beta_2,
                1.0 - libm::pow(self.beta_1, f64::from(steps)),
                1.0 - libm::pow(self.beta_2, f64::from(steps)),
                self.epsilon,
                rate,
                kept,
            ]
            .map(|number| number as f32),
        )
    }
}

/// One step, for parameters wherever they lie.
pub(crate) struct Step([f32; 9]);

impl Step {
    /// Moves these parameters, and the first and second moments of their gradient.
    pub(crate) fn apply(
        &self,
        parameters: &mut [f32],
        gradient: &[f32],
        [first, second]: [&mut [f32]; 2],
    ) {
        adam(parameters, gradient, first, second, &self.0);
    }
}

simd! {
    fn adam(
        parameters: &mut [f32],
        gradient: &[f32],
        first: &mut [f32],
        second: &mut [f32],
        numbers: &[f32; 9],
    ) {
        let [beta_1, rest_1, beta_2, rest_2, unbias_1, unbias_2, epsilon, rate, kept] = *numbers;
        let values = parameters.iter_mut().zip(gradient).zip(first.iter_mut().zip(second));
        for ((parameter, &gradient), (first, second)) in values {
            *first = *first * beta_1 + gradient * rest_1;
            *second = *second * beta_2 + gradient * gradient * rest_2;
            let moved = *first / unbias_1 / ((*second / unbias_2).sqrt() + epsilon) * rate;
            *parameter = *parameter * kept - moved;
        }
    }
}
