//! A training step as a chain of rounds, alone or with workers beside this one.

use twinglyph_core::training::Loss;

use crate::head::{self, LossGradient, Scored, Side, Supports};
use crate::kernels::{Kernel, Precision};
use crate::norm::{self, MOMENTUM};
use crate::spec::SCORE;

use super::Trainer;
use super::parts::Share;
use super::round::{Found, Round, RoundError};

/// What a step has learned of its batch so far.
#[derive(Default)]
pub(super) struct Step {
    /// Images of the batch.
    batch: usize,
    /// 1 for each pair that is of one character, else -1; none where the loss is an episode's.
    signs: Vec<f32>,
    /// Each layer's totals over the batch, `[2, channels]`; none where it has no norm.
    totals: Vec<Vec<f64>>,
    loss: f32,
}

/// The sums over so many parts, in their order.
fn total(found: &[Found], parts: usize) -> Result<Vec<f64>, RoundError> {
    let mut total: Option<Vec<f64>> = None;
    let mut count = 0;
    for found in found {
        let Found::Sums { sums, .. } = found else {
            return Err(RoundError::Numbers);
        };
        count += sums.len();
        for part in sums {
            match &mut total {
                None => total = Some(part.clone()),
                Some(total) if total.len() == part.len() => {
                    for (total, part) in total.iter_mut().zip(part) {
                        *total += part;
                    }
                }
                Some(_) => return Err(RoundError::Numbers),
            }
        }
    }
    total.filter(|_| count == parts).ok_or(RoundError::Numbers)
}

/// Sums over a batch as the gradient of a parameter.
fn put(sums: &[f64], by: &mut [f32]) {
    for (by, &sum) in by.iter_mut().zip(sums) {
        *by = sum as f32;
    }
}

impl Trainer {
    /// The parameters, for replicas.
    #[must_use]
    pub fn parameters(&self) -> &[f32] {
        &self.network.parameters
    }

    /// Begins a step on the images of the first parts of a batch, which this worker computes; replicas begin theirs with
    /// the parameters of now. One that was begun before is forgotten: nothing of a step counts before
    /// [`Trainer::finish`].
    ///
    /// # Errors
    /// When the batch can't be cut so, or there are not as many images.
    pub fn begin(&mut self, images: &[f32], share: Share) -> Result<Round, RoundError> {
        self.step = Step {
            batch: share.batch,
            ..Step::default()
        };
        self.parts.begin(&self.network, share, images)?;
        Ok(Round::FIRST)
    }

    /// Does a round for this worker's parts.
    ///
    /// # Errors
    /// When no step was begun.
    pub fn round(&mut self, round: &Round) -> Result<Found, RoundError> {
        self.parts.round(&self.network, round)
    }

    /// Computes what the last round left for later, as no other worker waits for it: best done while what they found is
    /// on its way. Rounds do it themselves where nobody asked.
    pub fn catch_up(&mut self) {
        self.parts.catch_up(&self.network);
    }

    /// The next round, from what all workers found in the last one, in the order of their parts, this one first; `None`
    /// when the gradient is whole.
    ///
    /// # Errors
    /// When what was found is not of that round.
    pub fn next(&mut self, round: &Round, found: Vec<Found>) -> Result<Option<Round>, RoundError> {
        let layers = self.network.plan.layers.len();
        Ok(Some(match *round {
            Round::Forward { layer, .. } if (layer as usize) < layers => {
                let totals = total(&found, self.parts.count())?;
                self.step.totals.push(totals.clone());
                Round::Forward {
                    layer: layer + 1,
                    totals,
                }
            }
            Round::Forward { .. } => self.score(found)?,
            Round::Backward { .. } => self.back(layers - 1, &found)?,
            Round::Back { layer, .. } => match (layer as usize).checked_sub(1) {
                Some(before) => self.back(before, &found)?,
                None => {
                    self.gather(&found)?;
                    return Ok(None);
                }
            },
        }))
    }

    /// Sums the gradients of all parts.
    fn gather(&mut self, found: &[Found]) -> Result<(), RoundError> {
        self.parts.catch_up(&self.network);
        let count = self.network.parameters.len();
        let mut replicas = Vec::new();
        for found in found.iter().skip(1) {
            match found {
                Found::Sums { gradient, .. } if gradient.len() == count => {
                    replicas.push(gradient.as_slice())
                }
                _ => return Err(RoundError::Numbers),
            }
        }
        self.parts.add_up(&self.network, &replicas);
        Ok(())
    }

    /// Moves the network along the gradient, and its running statistics to those of the batch. Gives the loss before it.
    pub fn finish(&mut self, rate: f64) -> f32 {
        let network = &mut self.network;
        for (layer, totals) in network.plan.layers.iter().zip(&self.step.totals) {
            let Some(norm) = &layer.norm else { continue };
            let of_batch = norm::statistics(totals, layer.values(self.step.batch));
            for (name, batch) in [
                ("running_mean", &of_batch.mean),
                ("running_var", &of_batch.variance),
            ] {
                let running = network.tensors.range(norm, name);
                let running = &mut network.statistics[running];
                for (running, batch) in running.iter_mut().zip(batch) {
                    *running = *running * (1.0 - MOMENTUM) + batch * MOMENTUM;
                }
            }
        }
        self.follow(rate);
        self.step.loss
    }

    /// The loss of an episode, alone; its gradient is left with the parts.
    pub(super) fn gradient(&mut self, images: &[f32], classes: usize) -> f32 {
        self.gradient_of(images, classes, &[])
    }

    /// The loss of given pairs.
    pub(super) fn pairs_gradient(&mut self, images: &[f32], signs: &[f32]) -> f32 {
        self.gradient_of(images, signs.len(), signs)
    }

    fn gradient_of(&mut self, images: &[f32], half: usize, signs: &[f32]) -> f32 {
        let batch = 2 * half;
        assert!(half > 0 && images.len() == batch * self.network.plan.pixels());
        let alone = |trainer: &mut Self| -> Result<(), RoundError> {
            let mut shares = Share::among(batch, trainer.cut, 1);
            let share = shares.pop().ok_or(RoundError::Share)?;
            let mut round = trainer.begin(images, share)?;
            trainer.step.signs = signs.to_vec();
            loop {
                let found = trainer.round(&round)?;
                match trainer.next(&round, vec![found])? {
                    Some(next) => round = next,
                    None => return Ok(()),
                }
            }
        };
        let done = alone(self);
        assert!(done.is_ok(), "a worker alone has all that a round needs");
        self.step.loss
    }

    /// The totals of a layer's norm on the way back.
    fn back(&mut self, layer: usize, found: &[Found]) -> Result<Round, RoundError> {
        let totals = total(found, self.parts.count())?;
        let tensors = &self.network.tensors;
        let planned = &self.network.plan.layers[layer];
        let owner = planned.norm.as_ref().unwrap_or(&planned.conv);
        let (bias, weight) = totals.split_at(totals.len() / 2);
        let gradient = self.parts.gradient();
        put(bias, &mut gradient[tensors.range(owner, "bias")]);
        if let Some(norm) = &planned.norm {
            put(weight, &mut gradient[tensors.range(norm, "weight")]);
        }
        Ok(Round::Back {
            layer: layer as u32,
            totals,
        })
    }

    /// The loss of all embeddings, and its gradients.
    fn score(&mut self, found: Vec<Found>) -> Result<Round, RoundError> {
        let [mut all_global, mut all_local] = [Vec::new(), Vec::new()];
        for found in found {
            let Found::Embeddings { global, local } = found else {
                return Err(RoundError::Numbers);
            };
            all_global.extend(global);
            all_local.extend(local);
        }
        let (batch, plan) = (self.step.batch, &self.network.plan);
        let wanted = (batch * plan.components(), batch * plan.local_values());
        if (all_global.len(), all_local.len()) != wanted {
            return Err(RoundError::Numbers);
        }
        let kernel = Kernel::best(Precision::F32);
        let head = self.network.head();
        let (global_1, global_2) = all_global.split_at(all_global.len() / 2);
        let (local_1, local_2) = all_local.split_at(all_local.len() / 2);
        let side = |global, local| Side {
            count: batch / 2,
            global,
            local,
        };
        let (query, support) = (side(global_1, local_1), side(global_2, local_2));
        let scored: Scored = head::score(kernel, &head, query, &Supports::new(support));
        let LossGradient { loss, by_score } = match (self.step.signs.as_slice(), self.loss) {
            ([], Loss::Episode) => scored.loss(),
            ([], Loss::Pairs) => scored.pair_loss(),
            (signs, _) => scored.signed_loss(signs),
        };
        let by = scored.gradients(kernel, &head, query, support, &by_score);
        let tensors = &self.network.tensors;
        let gradient = self.parts.gradient();
        let mut put = |name: &str, values: &[f32]| {
            gradient[tensors.range(SCORE, name)].copy_from_slice(values);
        };
        put("bias", &[by.bias]);
        let local = match by.local {
            Some(local) => {
                put("global_weight", &by.global_weight);
                put("local_weight", &[local.weight]);
                put("local_offset", &local.offset);
                local.embeddings
            }
            None => {
                // The head has the weights negated.
                let by: Vec<f32> = by.global_weight.iter().map(|by| -by).collect();
                put("weight", &by);
                Vec::new()
            }
        };
        self.step.loss = loss;
        Ok(Round::Backward {
            global: by.global,
            local,
        })
    }
}
