//! AdamW (Loshchilov and Hutter, 2019) over a twin, its state open to be saved.
//!
//! Burn's own optimiser keys its state by random parameter ids and reads it back
//! synchronously; this one keys it by the tensors' names in the weights file, so that a
//! checkpoint is one safetensors file that the page can write too.

use std::collections::BTreeMap;

use burn::module::{Module, ModuleMapper, Param};
use burn::tensor::{Gradients, Tensor};

use twinglyph_nn::train::is_below;

use super::OptimizerConfig;
use crate::Twin;
use crate::weights::{Kind, Path};

/// First and second moments of a tensor's gradient, flat.
#[derive(Clone, Debug)]
pub(super) struct Moments {
    /// Running mean of the gradient.
    pub(super) first: Tensor<1>,
    /// Running mean of its square.
    pub(super) second: Tensor<1>,
}

/// The optimiser and its state.
#[derive(Clone, Debug)]
pub struct AdamW {
    config: OptimizerConfig,
    /// Parts that keep their weights, by name.
    frozen: Vec<String>,
    /// Steps done.
    pub(super) steps: u32,
    /// By the tensors' names.
    pub(super) moments: BTreeMap<String, Moments>,
}

impl AdamW {
    /// An optimiser that has done no step.
    #[must_use]
    pub fn new(config: OptimizerConfig, frozen: Vec<String>) -> Self {
        Self {
            config,
            frozen,
            steps: 0,
            moments: BTreeMap::new(),
        }
    }

    /// Moves every parameter that has a gradient.
    #[must_use]
    pub fn step(&mut self, twin: Twin, gradients: &mut Gradients, rate: f64) -> Twin {
        twin.map(&mut self.update(gradients, rate))
    }

    /// As [`AdamW::step`], for a network that is no twin of ours.
    #[must_use]
    pub fn step_module<M: Module>(&mut self, module: M, gradients: &mut Gradients, rate: f64) -> M {
        module.map(&mut self.update(gradients, rate))
    }

    fn update<'a>(&'a mut self, gradients: &'a mut Gradients, rate: f64) -> Update<'a> {
        self.steps += 1;
        Update {
            path: Path::default(),
            optimizer: self,
            gradients,
            rate,
        }
    }
}

struct Update<'a> {
    path: Path,
    optimizer: &'a mut AdamW,
    gradients: &'a mut Gradients,
    rate: f64,
}

impl ModuleMapper for Update<'_> {
    fn enter_module(&mut self, name: &str, container: &str) {
        self.path.enter(name, container);
    }
    fn exit_module(&mut self, _: &str, _: &str) {
        self.path.exit();
    }
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        if self.path.kind(D) == Kind::Statistic {
            return param;
        }
        let Some(gradient) = param.val().grad_remove(self.gradients) else {
            return param;
        };
        let name = self.path.name();
        let frozen = &self.optimizer.frozen;
        if frozen.iter().any(|part| is_below(&name, part)) {
            return param;
        }
        let config = &self.optimizer.config;
        let gradient = gradient.flatten::<1>(0, D - 1);
        let squared = gradient.clone().square().mul_scalar(1.0 - config.beta_2);
        let gradient = gradient.mul_scalar(1.0 - config.beta_1);
        let moments = match self.optimizer.moments.remove(&name) {
            None => Moments {
                first: gradient,
                second: squared,
            },
            Some(Moments { first, second }) => Moments {
                first: first.mul_scalar(config.beta_1) + gradient,
                second: second.mul_scalar(config.beta_2) + squared,
            },
        };
        let steps = f64::from(self.optimizer.steps);
        let first = moments
            .first
            .clone()
            .div_scalar(1.0 - config.beta_1.powf(steps));
        let second = moments
            .second
            .clone()
            .div_scalar(1.0 - config.beta_2.powf(steps));
        self.optimizer.moments.insert(name, moments);

        let value = param.val().inner();
        let shape = value.shape();
        let moved = first
            .div(second.sqrt().add_scalar(config.epsilon))
            .mul_scalar(self.rate);
        let decay = if D > 1 {
            self.rate * config.weight_decay
        } else {
            0.0
        };
        let value = value.mul_scalar(1.0 - decay) - moved.reshape(shape);
        Param::initialized(param.id, Tensor::from_inner(value).require_grad())
    }
}
