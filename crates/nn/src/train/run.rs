//! A training run on the CPU: config and batches in, losses, checkpoints and networks out.
//!
//! Refuses to know where batches come from, and where checkpoints go.

use std::mem;

use twinglyph_core::training::{Batch, TrainConfig};
use twinglyph_core::{Architecture, Bitmap};

use super::checkpoint::{CheckpointBuffer, CheckpointError, Record};
use super::{TrainError, check_frozen, is_below};
use crate::tensors::by_name;
use crate::weights::{self, Metadata};
use crate::{AdamW, Network, Precision, Prepared, Spec, State, Tensor, TensorMap, Trainer};

/// How a run computes, which its config leaves open.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// What is multiplied.
    pub precision: Precision,
    /// Decay of the moving average of the weights, where one is kept.
    pub average: Option<f32>,
}

/// The browser's: f32, and no average.
impl Default for Settings {
    fn default() -> Self {
        Self {
            precision: Precision::F32,
            average: None,
        }
    }
}

/// A network in training on the CPU.
pub struct Run {
    config: TrainConfig,
    trainer: Trainer,
}

impl Run {
    /// A network that has done no step, with fresh weights or those of a weights file's bytes.
    ///
    /// # Errors
    /// When the config freezes what the network doesn't have,
    /// or the file is not the network's.
    pub fn new(
        config: TrainConfig,
        settings: Settings,
        from: Option<&[u8]>,
    ) -> Result<Self, CheckpointError> {
        let spec = Spec::from(config.architecture);
        let network = match from {
            Some(bytes) => Network::from_tensors(spec, &tensors(bytes, config.architecture)?)?,
            None => Network::new(spec, config.seed).map_err(crate::TensorError::from)?,
        };
        let mut trainer = Trainer::new(network, optimizer(&config), settings.precision);
        if let Some(decay) = settings.average {
            trainer = trainer.averaging(decay);
        }
        Self::of(config, trainer)
    }

    fn of(config: TrainConfig, trainer: Trainer) -> Result<Self, CheckpointError> {
        check_frozen(&config, trainer.network().to_tensors().keys())?;
        let frozen = |name: &str| config.frozen.iter().any(|part| is_below(name, part));
        let trainer = trainer.by(config.loss).freezing(frozen);
        let trainer = trainer.in_parts(config.parts as usize);
        Ok(Self { config, trainer })
    }

    /// The run in a checkpoint's bytes, ready to go on; any step may have written it.
    ///
    /// # Errors
    /// When the bytes are no whole checkpoint.
    pub fn read(bytes: &[u8], settings: Settings) -> Result<Self, CheckpointError> {
        let Record {
            config,
            steps,
            network,
            average,
            mut moments,
        } = Record::read(bytes)?;
        let map = tensors(&network, config.architecture)?;
        let network = Network::from_tensors(config.architecture, &map)?;
        let fresh = Trainer::new(network, optimizer(&config), settings.precision);
        let average = average.map(|bytes| tensors(&bytes, config.architecture));
        let mut state = State {
            steps,
            average: average.transpose()?,
            ..fresh.state()
        };
        // What has never moved, as frozen parts, has no moments: they are zeros.
        for (name, first) in &mut state.first {
            let second = state.second.get_mut(name);
            if let (Some(second), Some(kept)) = (second, moments.remove(name)) {
                for (tensor, values) in [first, second].into_iter().zip(kept) {
                    if tensor.values.len() != values.len() {
                        return Err(CheckpointError::Moment(name.clone()));
                    }
                    tensor.values = values;
                    if let &[out, input] = tensor.shape.as_slice() {
                        tensor.values = transposed(&tensor.values, input, out);
                    }
                }
            }
        }
        if let Some(name) = moments.into_keys().next() {
            return Err(CheckpointError::Moment(name));
        }
        let network = fresh.network().clone();
        let Settings { precision, average } = settings;
        let trainer = Trainer::resume(network, optimizer(&config), precision, &state, average)?;
        Self::of(config, trainer)
    }

    /// The checkpoint's bytes.
    ///
    /// # Errors
    /// When a number of the network is not finite.
    pub fn write(&self) -> Result<Vec<u8>, CheckpointError> {
        let mut buffer = CheckpointBuffer::default();
        self.write_into(&mut buffer)?;
        Ok(buffer.file)
    }

    /// As [`Run::write`], into memory that is used again.
    ///
    /// # Errors
    /// When a number of the network is not finite.
    pub fn write_into(&self, buffer: &mut CheckpointBuffer) -> Result<(), CheckpointError> {
        let metadata = Metadata::new(self.config.architecture);
        let file = |map: TensorMap, bytes: &mut Vec<u8>| {
            let tensors = map
                .into_iter()
                .map(|(name, tensor)| (name, tensor.shape, tensor.values));
            weights::file(tensors, &metadata, weights::Precision::F32, bytes)
        };
        let State {
            steps,
            first,
            second,
            average,
        } = self.trainer.state();
        let moments = first.into_iter().zip(second.into_values());
        let moments = moments.map(|((name, first), second)| {
            let moments = [first, second].map(|of| match of.shape.as_slice() {
                &[out, input] => transposed(&of.values, out, input),
                _ => of.values,
            });
            (name, moments)
        });
        file(self.trainer.network().to_tensors(), &mut buffer.network)?;
        let averaged = average.is_some();
        if let Some(average) = average {
            file(average, &mut buffer.average)?;
        }
        let record = Record {
            config: self.config.clone(),
            steps,
            network: mem::take(&mut buffer.network),
            average: averaged.then(|| mem::take(&mut buffer.average)),
            moments: by_name(moments),
        };
        let written = record.write(&mut buffer.file);
        buffer.network = record.network;
        buffer.average = record.average.unwrap_or_default();
        written
    }

    /// The run's config.
    #[must_use]
    pub fn config(&self) -> &TrainConfig {
        &self.config
    }

    /// Changes the highest learning rate from the next step on; the schedule goes on.
    pub fn set_learning_rate(&mut self, rate: f64) {
        self.config.optimizer.learning_rate = rate;
    }

    /// Steps done.
    #[must_use]
    pub fn steps(&self) -> u32 {
        self.trainer.steps()
    }

    /// Learns from one batch, and gives its loss.
    pub fn step(&mut self, batch: &Batch) -> f32 {
        let rate = self.rate();
        self.trainer.step(&batch.images, batch.classes, rate)
    }

    /// The network in training, for a step round by round.
    pub(super) fn trainer(&self) -> &Trainer {
        &self.trainer
    }

    /// The same, to be changed.
    pub(super) fn trainer_mut(&mut self) -> &mut Trainer {
        &mut self.trainer
    }

    /// Ends a step whose gradient is whole, and gives its loss.
    pub(super) fn finish(&mut self) -> f32 {
        let rate = self.rate();
        self.trainer.finish(rate)
    }

    /// The learning rate of the next step.
    fn rate(&self) -> f64 {
        self.config.optimizer.rate(self.steps(), self.config.steps)
    }

    /// Scores of every query with every drawing of the support by the network as [`Run::network`]
    /// has it, `[queries, supports]`, higher is more alike.
    #[must_use]
    pub fn scores(&self, queries: &[&Bitmap], support: &[&Bitmap]) -> Vec<f32> {
        let averaged = self.trainer.averaged();
        let network = averaged.as_ref().unwrap_or(self.trainer.network());
        let architecture = self.config.architecture;
        let drawings = queries.iter().chain(support);
        let images: Vec<f32> = drawings
            .flat_map(|drawing| architecture.input(drawing))
            .collect();
        let embedding = network.embed(&images, Precision::F32);
        let (queries, support) = embedding.split_at(queries.len());
        network.score(&queries, &Prepared::new(&support))
    }

    /// The network as it infers now: the averaged one where it is kept.
    #[must_use]
    pub fn network(&self) -> Network {
        let averaged = self.trainer.averaged();
        averaged.unwrap_or_else(|| self.trainer.network().clone())
    }
}

fn optimizer(config: &TrainConfig) -> AdamW {
    let optimizer = &config.optimizer;
    AdamW {
        beta_1: optimizer.beta_1,
        beta_2: optimizer.beta_2,
        epsilon: optimizer.epsilon,
        weight_decay: optimizer.weight_decay,
    }
}

/// `[rows, columns]` as `[columns, rows]`: the moments of a linear layer lie in a checkpoint as Burn has
/// its weights, `[in, out]`, and in a weights file those are `[out, in]`.
fn transposed(values: &[f32], rows: usize, columns: usize) -> Vec<f32> {
    let places = (0..columns).flat_map(|column| (0..rows).map(move |row| row * columns + column));
    places.map(|place| values[place]).collect()
}

/// The tensors of a weights file's bytes.
fn tensors(bytes: &[u8], config: Architecture) -> Result<TensorMap, CheckpointError> {
    let (tensors, metadata) = weights::tensors(bytes)?;
    if metadata.architecture != config {
        return Err(CheckpointError::Train(TrainError::Architecture {
            config,
            weights: metadata.architecture,
        }));
    }
    let tensors = tensors.into_iter();
    Ok(by_name(tensors.map(|(name, (shape, values))| {
        (name, Tensor { shape, values })
    })))
}
