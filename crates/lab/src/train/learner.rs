//! What learns: a network on the tensor library, or `compact` and `deep` by hand.

use std::error::Error;

use burn::tensor::{Device, Tensor};
use twinglyph_model::train::{self, Batch, ByHand, Checkpoint, Settings, TrainConfig, Trainer};
use twinglyph_model::{Metadata, Precision, Twin, weights};

use super::folder::RunFolder;

/// Which code carries out the training step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Engine {
    /// The tensor library: every network, every device
    #[default]
    Burn,
    /// By hand: compact on the processor, many times faster
    Swift,
}

/// What the swift engine multiplies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Products {
    /// 32-bit numbers
    F32,
    /// 16-bit ones, summed in 32 bits: slow where the processor has no instructions for them
    Bf16,
}

/// A run that learns.
pub(super) enum Learner {
    /// On the tensor library. Its losses stay on the device until they are asked for.
    Burn(Box<Trainer>, Vec<Tensor<1>>),
    /// By hand, with its losses.
    Swift(Box<ByHand>, Vec<f32>),
}

impl Learner {
    /// The run as its folder's checkpoint left it, or one that has done no step, from fresh
    /// weights or those that `from` gives.
    ///
    /// # Errors
    /// When the checkpoint or the weights can't be used, or the engine can't train the network.
    pub(super) fn open(
        (engine, products, average): (Engine, Option<Products>, Option<f32>),
        folder: &RunFolder,
        config: &TrainConfig,
        from: impl Fn() -> Result<Option<Twin>, Box<dyn Error>>,
        device: &Device,
    ) -> Result<Self, Box<dyn Error>> {
        let settings = Settings {
            precision: match products {
                None => train::Products::fastest(),
                Some(Products::F32) => train::Products::F32,
                Some(Products::Bf16) => train::Products::Bf16,
            },
            average,
        };
        if engine == Engine::Burn && average.is_some() {
            return Err("only the swift engine averages; add --engine swift".into());
        }
        let named = |error: &dyn Error| format!("{}: {error}", engine.checkpoint());
        let bytes = folder.read(engine.checkpoint());
        let learner = match engine {
            Engine::Burn => {
                let read = bytes
                    .map(|bytes| Checkpoint::read(&bytes, device))
                    .transpose();
                let kept = read.map_err(|error| named(&error))?;
                let trainer = match kept.filter(|trainer| trainer.config() == config) {
                    Some(trainer) => trainer,
                    None => Trainer::new(config.clone(), from()?, device)?,
                };
                Self::Burn(Box::new(trainer), Vec::new())
            }
            Engine::Swift => {
                let read = bytes
                    .map(|bytes| ByHand::read(&bytes, settings))
                    .transpose();
                let kept = read.map_err(|error| named(&error))?;
                let run = match kept.filter(|run| run.config() == config) {
                    Some(run) => run,
                    None => {
                        let from = from()?.map(|twin| file(&twin)).transpose()?;
                        ByHand::new(config.clone(), settings, from.as_deref())?
                    }
                };
                Self::Swift(Box::new(run), Vec::new())
            }
        };
        folder.cut_log(learner.steps())?;
        Ok(learner)
    }

    /// Writes the checkpoint in the place of the one before.
    ///
    /// # Errors
    /// When it can't be written, or the network holds a number that is not finite.
    pub(super) fn keep(&self, folder: &RunFolder) -> Result<(), Box<dyn Error>> {
        match self {
            Self::Burn(trainer, _) => {
                let bytes = pollster::block_on(Checkpoint::write(trainer))?;
                folder.keep(Engine::Burn.checkpoint(), &bytes)
            }
            Self::Swift(run, _) => folder.keep(Engine::Swift.checkpoint(), &run.write()?),
        }
    }

    /// Steps done.
    pub(super) fn steps(&self) -> u32 {
        match self {
            Self::Burn(trainer, _) => trainer.steps(),
            Self::Swift(run, _) => run.steps(),
        }
    }

    /// Learns from one batch.
    pub(super) fn step(&mut self, batch: Batch) {
        match self {
            Self::Burn(trainer, losses) => losses.push(trainer.step(batch)),
            Self::Swift(run, losses) => losses.push(run.step(&batch)),
        }
    }

    /// The mean loss of the steps since the last call.
    ///
    /// # Errors
    /// When the device does not give its numbers.
    pub(super) fn mean_loss(&mut self) -> Result<f32, Box<dyn Error>> {
        match self {
            Self::Burn(_, losses) => {
                let count = losses.len() as f32;
                let sum = Tensor::cat(std::mem::take(losses), 0).sum();
                let values = pollster::block_on(sum.into_data_async())?.try_to_vec::<f32>();
                let values = values.map_err(|error| format!("{error:?}"))?;
                Ok(values.iter().sum::<f32>() / count)
            }
            Self::Swift(_, losses) => {
                let losses = std::mem::take(losses);
                Ok(losses.iter().sum::<f32>() / losses.len() as f32)
            }
        }
    }

    /// The network as it infers now.
    pub(super) fn twin(&self, device: &Device) -> Twin {
        match self {
            Self::Burn(trainer, _) => trainer.twin(),
            Self::Swift(run, _) => run.twin(device),
        }
    }
}

impl Engine {
    /// The name of its checkpoint's file. A run goes on with the engine that began it, as the other
    /// one's bits differ.
    fn checkpoint(self) -> &'static str {
        match self {
            Self::Burn => "checkpoint.safetensors",
            Self::Swift => "checkpoint-swift.safetensors",
        }
    }
}

/// A twin's weights file.
fn file(twin: &Twin) -> Result<Vec<u8>, Box<dyn Error>> {
    let metadata = Metadata::new(twin.architecture());
    let bytes = weights::write(twin, &metadata, Precision::F32);
    Ok(pollster::block_on(bytes)?)
}
