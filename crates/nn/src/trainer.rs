//! Training: one step after another, and the state from which a run goes on.

mod parts;
mod replica;
mod round;
mod step;

use core::ops::Range;

use twinglyph_core::training::Loss;

use crate::kernels::Precision;
use crate::network::Network;
use crate::optimizer::{AT_ONCE, AdamW, Moments};
use crate::par::*;
use crate::tensors::{Kind, TensorError, TensorMap, export, import};

pub use parts::Share;
pub use replica::Replica;
pub use round::{Found, Round, RoundError};

use parts::Parts;
use step::Step;

/// A network in training.
pub struct Trainer {
    network: Network,
    optimizer: AdamW,
    loss: Loss,
    /// Where the parameters lie that move, and whether weight decay moves them too.
    moved: Vec<(Range<usize>, bool)>,
    moments: Moments,
    steps: u32,
    average: Option<Average>,
    /// Parts that a batch is cut into.
    cut: usize,
    /// Those that this worker computes, with the gradient.
    parts: Parts,
    /// The step on its way.
    step: Step,
}

/// A moving average of a network.
#[derive(Clone, Debug)]
struct Average {
    decay: f32,
    parameters: Vec<f32>,
    statistics: Vec<f32>,
}

/// What a run needs to go on besides its network, bit for bit.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// Steps done.
    pub steps: u32,
    /// Running means of the gradients.
    pub first: TensorMap,
    /// Running means of their squares.
    pub second: TensorMap,
    /// The averaged network, where one is kept.
    pub average: Option<TensorMap>,
}

impl Trainer {
    /// A network that has done no step.
    #[must_use]
    pub fn new(network: Network, optimizer: AdamW, precision: Precision) -> Self {
        let count = network.parameters.len();
        let entries = network.tensors.entries.iter();
        let moved = entries
            .filter(|entry| !entry.statistic)
            .map(|entry| (entry.range.clone(), entry.decays()))
            .collect();
        Self {
            loss: Loss::default(),
            moved,
            moments: Moments {
                first: vec![0.0; count],
                second: vec![0.0; count],
            },
            network,
            optimizer,
            steps: 0,
            average: None,
            cut: 1,
            parts: Parts::new(precision),
            step: Step::default(),
        }
    }

    /// Learns by this loss instead of an episode's.
    #[must_use]
    pub fn by(mut self, loss: Loss) -> Self {
        self.loss = loss;
        self
    }

    /// Leaves the parameters alone of whose tensors' names `frozen` says so. Their norms' running
    /// statistics are no parameters, and follow what they see.
    #[must_use]
    pub fn freezing(mut self, frozen: impl Fn(&str) -> bool) -> Self {
        let entries = self.network.tensors.entries.iter();
        self.moved = entries
            .filter(|entry| !entry.statistic && !frozen(&entry.name))
            .map(|entry| (entry.range.clone(), entry.decays()))
            .collect();
        self
    }

    /// Keeps an exponential moving average of the weights and statistics too, which starts at
    /// those of now; each step it goes to the new ones by `1 - decay`, and by more in the first
    /// steps, so that the start is soon forgotten.
    #[must_use]
    pub fn averaging(mut self, decay: f32) -> Self {
        self.average = Some(Average {
            decay,
            parameters: self.network.parameters.clone(),
            statistics: self.network.statistics.clone(),
        });
        self
    }

    /// A run as `state` left it.
    ///
    /// # Errors
    /// When the state is not one of this network's.
    pub fn resume(
        network: Network,
        optimizer: AdamW,
        precision: Precision,
        state: &State,
        decay: Option<f32>,
    ) -> Result<Self, TensorError> {
        let mut trainer = Self::new(network, optimizer, precision);
        let tensors = &trainer.network.tensors;
        trainer.moments = Moments {
            first: import(tensors, Kind::Trained, &state.first)?,
            second: import(tensors, Kind::Trained, &state.second)?,
        };
        trainer.steps = state.steps;
        if let Some(decay) = decay {
            trainer = trainer.averaging(decay);
            if let (Some(average), Some(map)) = (&mut trainer.average, &state.average) {
                average.parameters = import(&trainer.network.tensors, Kind::Trained, map)?;
                average.statistics = import(&trainer.network.tensors, Kind::Statistic, map)?;
            }
        }
        Ok(trainer)
    }

    /// What a later run needs to go on, besides [`Trainer::network`].
    #[must_use]
    pub fn state(&self) -> State {
        let tensors = &self.network.tensors;
        State {
            steps: self.steps,
            first: export(tensors, Kind::Trained, &self.moments.first),
            second: export(tensors, Kind::Trained, &self.moments.second),
            average: self.averaged().map(|network| network.to_tensors()),
        }
    }

    /// Steps done.
    #[must_use]
    pub fn steps(&self) -> u32 {
        self.steps
    }

    /// The network as it is now.
    #[must_use]
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// The averaged network, where one is kept.
    #[must_use]
    pub fn averaged(&self) -> Option<Network> {
        let Average {
            parameters,
            statistics,
            ..
        } = self.average.clone()?;
        Some(self.network.with(parameters, statistics))
    }

    /// Cuts each batch into so many parts, which workers can compute beside each other ([`Share`]): their number
    /// decides in which order sums are taken, and so the last bits of what is learned.
    #[must_use]
    pub fn in_parts(mut self, parts: usize) -> Self {
        self.cut = parts.max(1);
        self
    }

    /// Learns from one episode and gives its loss before the step: `images` is `[2 * classes, side, side]`,
    /// first one image of each class, then the other of each in the same order.
    ///
    /// # Panics
    /// When there are not that many images, or no class.
    pub fn step(&mut self, images: &[f32], classes: usize, rate: f64) -> f32 {
        let loss = self.gradient(images, classes);
        self.finish(rate);
        loss
    }

    /// Learns from given pairs and gives the loss before the step, the mean cross-entropy of verification:
    /// `images` is `[2 * pairs, side, side]`, first one image of each pair, then the other of each; `signs`
    /// is 1 where a pair is of one character, else -1.
    ///
    /// # Panics
    /// When there are not that many images, or no pair.
    pub fn step_pairs(&mut self, images: &[f32], signs: &[f32], rate: f64) -> f32 {
        let loss = self.pairs_gradient(images, signs);
        self.finish(rate);
        loss
    }

    /// Moves what is trained along the gradient, and the average after it.
    fn follow(&mut self, rate: f64) {
        self.steps += 1;
        let now = (self.steps, rate);
        let dense = self.network.tensors.dense.clone();
        for (range, decays) in &self.moved {
            let whole = self.parts.whole().filter(|_| *range == dense);
            if let Some(activations) = whole {
                let (step, part) = (
                    self.optimizer.numbers(*decays, now),
                    activations.dense_part(),
                );
                let weights = self.network.parameters[range.clone()].chunks_mut(part);
                let first = self.moments.first[range.clone()].chunks_mut(part);
                let second = self.moments.second[range.clone()].chunks_mut(part);
                let parts = weights.zip(first.zip(second)).collect();
                activations.dense_weights(parts, |(weights, (first, second)), gradient| {
                    step.apply(weights, gradient, [first, second]);
                });
                continue;
            }
            self.optimizer.step(
                (range.clone(), *decays),
                &mut self.network.parameters,
                self.parts.gradient(),
                &mut self.moments,
                now,
            );
        }
        if let Some(average) = &mut self.average {
            let steps = self.steps as f32;
            let share = 1.0 - average.decay.min((1.0 + steps) / (10.0 + steps));
            let pairs = [
                (&mut average.parameters, &self.network.parameters),
                (&mut average.statistics, &self.network.statistics),
            ];
            for (average_of, now) in pairs {
                let jobs = average_of
                    .par_chunks_mut(AT_ONCE)
                    .zip(now.par_chunks(AT_ONCE));
                jobs.for_each(|(average_of, now)| {
                    for (average_of, now) in average_of.iter_mut().zip(now) {
                        *average_of += (now - *average_of) * share;
                    }
                });
            }
        }
    }

    /// The gradient that the last loss left, as the parameters lie.
    #[cfg(test)]
    fn whole_gradient(&mut self) -> Vec<f32> {
        let mut whole = self.parts.gradient().to_vec();
        whole.resize(self.network.parameters.len(), 0.0);
        if let Some(activations) = self.parts.whole() {
            let dense = &mut whole[self.network.tensors.dense.clone()];
            let parts = dense.chunks_mut(activations.dense_part()).collect();
            activations.dense_weights(parts, <[f32]>::copy_from_slice);
        }
        whole
    }
}

#[cfg(all(test, not(target_family = "wasm")))]
mod gradients;
#[cfg(all(test, not(target_family = "wasm")))]
mod pairs;
#[cfg(all(test, not(target_family = "wasm")))]
mod reference;
#[cfg(all(test, not(target_family = "wasm")))]
mod shared;
#[cfg(all(test, not(target_family = "wasm")))]
mod tests;
