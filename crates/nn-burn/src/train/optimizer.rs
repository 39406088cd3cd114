//! AdamW (Loshchilov and Hutter, 2019) over a twin, its state open to be saved.
//!
//! Burn's own optimiser keys its state by random parameter ids and reads it back
//! synchronously; this one keys it by the tensors' names in the weights file, so that a
//! checkpoint is one safetensors file that the page can write too.
//!
//! Small tensors are moved together, as one flat tensor: on a graphics device a launch costs more
//! than what it computes.

use std::collections::BTreeMap;

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::{Gradients, Tensor};

use twinglyph_nn::train::is_below;

use super::OptimizerConfig;
use crate::Twin;
use crate::weights::{Kind, Path};

/// Values of the largest tensor that is moved together with others. Larger ones would only be copied, and a device
/// takes pieces of memory up to a limit.
const TOGETHER: usize = 1 << 20;

/// First and second moments of gradients, flat.
#[derive(Clone, Debug)]
pub(super) struct Moments {
    /// Running mean of the gradient.
    pub(super) first: Tensor<1>,
    /// Running mean of its square.
    pub(super) second: Tensor<1>,
}

/// Moments of the tensors that are moved together, one behind the other.
#[derive(Clone, Debug)]
struct Group {
    /// Names and lengths of the tensors.
    tensors: Vec<(String, usize)>,
    moments: Moments,
}

/// The optimiser and its state.
#[derive(Clone, Debug)]
pub struct AdamW {
    config: OptimizerConfig,
    /// Parts that keep their weights, by name.
    frozen: Vec<String>,
    /// Steps done.
    pub(super) steps: u32,
    groups: Vec<Group>,
}

/// A tensor that a step moves.
struct Moved {
    name: String,
    decays: bool,
    /// Both `[length]`.
    value: Tensor<1>,
    gradient: Tensor<1>,
}

impl Moved {
    fn len(&self) -> usize {
        self.value.dims()[0]
    }

    /// Is it moved together with the one before?
    fn joins(&self, before: &Self) -> bool {
        self.decays == before.decays && self.len() <= TOGETHER && before.len() <= TOGETHER
    }
}

impl AdamW {
    /// An optimiser that has done no step.
    #[must_use]
    pub fn new(config: OptimizerConfig, frozen: Vec<String>) -> Self {
        Self {
            config,
            frozen,
            steps: 0,
            groups: Vec::new(),
        }
    }

    /// The moments of each tensor, by its name.
    pub(super) fn moments(&self) -> BTreeMap<String, Moments> {
        let mut moments = BTreeMap::new();
        for group in &self.groups {
            let mut at = 0;
            for (name, length) in &group.tensors {
                let of = |all: &Tensor<1>| all.clone().narrow(0, at, *length);
                let own = Moments {
                    first: of(&group.moments.first),
                    second: of(&group.moments.second),
                };
                moments.insert(name.clone(), own);
                at += length;
            }
        }
        moments
    }

    /// Goes on with these moments of the tensor of this name.
    pub(super) fn set_moments(&mut self, name: String, moments: Moments) {
        let tensors = vec![(name, moments.first.dims()[0])];
        self.groups.push(Group { tensors, moments });
    }

    /// Moves every parameter that has a gradient.
    #[must_use]
    pub fn step(&mut self, twin: Twin, gradients: &mut Gradients, rate: f64) -> Twin {
        let mut collect = self.collect(gradients);
        twin.visit(&mut collect);
        let moved = collect.moved;
        twin.map(&mut self.update(moved, rate))
    }

    /// As [`AdamW::step`], for a network that is no twin of ours.
    #[must_use]
    pub fn step_module<M: Module>(&mut self, module: M, gradients: &mut Gradients, rate: f64) -> M {
        let mut collect = self.collect(gradients);
        module.visit(&mut collect);
        let moved = collect.moved;
        module.map(&mut self.update(moved, rate))
    }

    fn collect<'a>(&'a self, gradients: &'a mut Gradients) -> Collect<'a> {
        Collect {
            path: Path::default(),
            frozen: &self.frozen,
            gradients,
            moved: Vec::new(),
        }
    }

    /// Takes the step; gives the new values.
    fn update(&mut self, mut moved: Vec<Moved>, rate: f64) -> Update {
        self.steps += 1;
        // Those that decay first, and each with the others of its size: order is nothing to the numbers.
        moved.sort_by_key(|one| (!one.decays, one.len() > TOGETHER));
        let mut values = BTreeMap::new();
        let mut groups = Vec::new();
        for together in moved.chunk_by(|before, one| one.joins(before)) {
            let tensors: Vec<_> = together
                .iter()
                .map(|one| (one.name.clone(), one.len()))
                .collect();
            let before = self.moments_of(&tensors);
            let joined = |part: fn(&Moved) -> &Tensor<1>| match together {
                [one] => part(one).clone(),
                several => Tensor::cat(several.iter().map(|one| part(one).clone()).collect(), 0),
            };
            let (value, gradient) = (joined(|one| &one.value), joined(|one| &one.gradient));
            let decay = match together {
                [one, ..] if one.decays => rate * self.config.weight_decay,
                _ => 0.0,
            };
            let (value, moments) = self.moved((value, gradient), before, rate, decay);
            let mut at = 0;
            for (name, length) in &tensors {
                values.insert(name.clone(), value.clone().narrow(0, at, *length));
                at += length;
            }
            groups.push(Group { tensors, moments });
        }
        self.groups = groups;
        Update {
            path: Path::default(),
            values,
        }
    }

    /// The moments of these tensors before the step; none where none of them was moved yet.
    fn moments_of(&self, tensors: &[(String, usize)]) -> Option<Moments> {
        if let Some(group) = self.groups.iter().find(|group| group.tensors == tensors) {
            return Some(group.moments.clone());
        }
        let all = self.moments();
        let device = all.values().next()?.first.device();
        let joined = |part: fn(&Moments) -> &Tensor<1>| {
            let parts = tensors.iter().map(|(name, length)| match all.get(name) {
                Some(moments) => part(moments).clone(),
                None => Tensor::zeros([*length], &device),
            });
            Tensor::cat(parts.collect(), 0)
        };
        Some(Moments {
            first: joined(|moments| &moments.first),
            second: joined(|moments| &moments.second),
        })
    }

    /// New values and moments of one flat tensor (Loshchilov and Hutter, 2019, algorithm 2).
    fn moved(
        &self,
        (value, gradient): (Tensor<1>, Tensor<1>),
        before: Option<Moments>,
        rate: f64,
        decay: f64,
    ) -> (Tensor<1>, Moments) {
        let config = &self.config;
        let squared = gradient.clone().square().mul_scalar(1.0 - config.beta_2);
        let gradient = gradient.mul_scalar(1.0 - config.beta_1);
        let moments = match before {
            None => Moments {
                first: gradient,
                second: squared,
            },
            Some(Moments { first, second }) => Moments {
                first: first.mul_scalar(config.beta_1) + gradient,
                second: second.mul_scalar(config.beta_2) + squared,
            },
        };
        let steps = f64::from(self.steps);
        let first = moments
            .first
            .clone()
            .div_scalar(1.0 - config.beta_1.powf(steps));
        let second = moments
            .second
            .clone()
            .div_scalar(1.0 - config.beta_2.powf(steps));
        let step = first
            .div(second.sqrt().add_scalar(config.epsilon))
            .mul_scalar(rate);
        (value.mul_scalar(1.0 - decay) - step, moments)
    }
}

/// Collects what has a gradient and learns.
struct Collect<'a> {
    path: Path,
    frozen: &'a [String],
    gradients: &'a mut Gradients,
    moved: Vec<Moved>,
}

impl ModuleVisitor for Collect<'_> {
    fn enter_module(&mut self, name: &str, container: &str) {
        self.path.enter(name, container);
    }
    fn exit_module(&mut self, _: &str, _: &str) {
        self.path.exit();
    }
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if self.path.kind(D) == Kind::Statistic {
            return;
        }
        let Some(gradient) = param.val().grad_remove(self.gradients) else {
            return;
        };
        let name = self.path.name();
        if self.frozen.iter().any(|part| is_below(&name, part)) {
            return;
        }
        self.moved.push(Moved {
            name,
            decays: D > 1,
            value: param.val().inner().flatten(0, D - 1),
            gradient: gradient.flatten(0, D - 1),
        });
    }
}

/// Puts new values into a network.
struct Update {
    path: Path,
    values: BTreeMap<String, Tensor<1>>,
}

impl ModuleMapper for Update {
    fn enter_module(&mut self, name: &str, container: &str) {
        self.path.enter(name, container);
    }
    fn exit_module(&mut self, _: &str, _: &str) {
        self.path.exit();
    }
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let Some(value) = self.values.remove(&self.path.name()) else {
            return param;
        };
        let shape = param.val().shape();
        let value = Tensor::from_inner(value.reshape(shape)).require_grad();
        Param::initialized(param.id, value)
    }
}
