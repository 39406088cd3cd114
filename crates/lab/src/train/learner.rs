//! What learns: a network on the tensor library, or `compact` by hand.

use std::error::Error;

use burn::tensor::{Device, Tensor};
use twinglyph_model::Twin;
use twinglyph_model::train::{Batch, Checkpoint, TrainConfig, Trainer};

use super::folder::RunFolder;
use super::swift::{Settings, SwiftRun};

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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Products {
    /// 32-bit numbers
    F32,
    /// 16-bit ones, summed in 32 bits
    #[default]
    Bf16,
}

/// A run that learns.
pub(super) enum Learner {
    /// On the tensor library. Its losses stay on the device until they are asked for.
    Burn(Box<Trainer>, Vec<Tensor<1>>),
    /// By hand.
    Swift(Box<SwiftRun>),
}

impl Learner {
    /// The run as its folder's checkpoint left it, or one that has done no step, from fresh
    /// weights or those that `from` gives.
    ///
    /// # Errors
    /// When the checkpoint or the weights can't be used, or the engine can't train the network.
    pub(super) fn open(
        (engine, products, average): (Engine, Products, Option<f32>),
        folder: &RunFolder,
        config: &TrainConfig,
        from: impl Fn() -> Result<Option<Twin>, Box<dyn Error>>,
        device: &Device,
    ) -> Result<Self, Box<dyn Error>> {
        let settings = Settings {
            precision: match products {
                Products::F32 => twinglyph_swift::Precision::F32,
                Products::Bf16 => twinglyph_swift::Precision::Bf16,
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
                    .map(|bytes| SwiftRun::read(&bytes, settings))
                    .transpose();
                let kept = read.map_err(|error| named(error.as_ref()))?;
                let run = match kept.filter(|run| run.config() == config) {
                    Some(run) => run,
                    None => SwiftRun::new(config.clone(), settings, from()?.as_ref())?,
                };
                Self::Swift(Box::new(run))
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
            Self::Swift(run) => folder.keep(Engine::Swift.checkpoint(), &run.write()?),
        }
    }

    /// Steps done.
    pub(super) fn steps(&self) -> u32 {
        match self {
            Self::Burn(trainer, _) => trainer.steps(),
            Self::Swift(run) => run.steps(),
        }
    }

    /// Learns from one batch.
    pub(super) fn step(&mut self, batch: Batch) {
        match self {
            Self::Burn(trainer, losses) => losses.push(trainer.step(batch)),
            Self::Swift(run) => run.step(&batch),
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
            Self::Swift(run) => Ok(run.mean_loss()),
        }
    }

    /// The network as it infers now.
    ///
    /// # Errors
    /// When it holds a number that is not finite.
    pub(super) fn twin(&self, device: &Device) -> Result<Twin, Box<dyn Error>> {
        match self {
            Self::Burn(trainer, _) => Ok(trainer.twin()),
            Self::Swift(run) => run.twin(device),
        }
    }
}

impl Engine {
    /// The name of its checkpoint's file: neither engine reads the other's.
    fn checkpoint(self) -> &'static str {
        match self {
            Self::Burn => "checkpoint.safetensors",
            Self::Swift => "checkpoint-swift.safetensors",
        }
    }
}
