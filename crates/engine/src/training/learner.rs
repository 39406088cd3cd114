//! What a run learns by: the step by hand on the CPU where it knows the network, else the tensor
//! library's.
//!
//! Either takes the same batches and writes the same checkpoint, so a run may go on by the other
//! when it goes on on another device. Refuses to know what is told of a run and when.

use burn::tensor::{Device, Tensor};
use twinglyph_core::protocol::DeviceKind;
use twinglyph_core::training::{Batch, TrainConfig};
use twinglyph_model::train::{
    ByHand, Checkpoint, CheckpointBuffer, CheckpointError, Settings, Trainer,
};
use twinglyph_model::{Twin, weights};

/// A network in training, with the losses of the steps since they were last asked for.
pub(crate) enum Learner {
    /// On the tensor library, whose losses stay on the device until then.
    Library(Box<Trainer>, Vec<Tensor<1>>),
    /// By hand, for a device of the tensor library that takes the network that was learned.
    ByHand(Box<ByHand>, Vec<f32>, Device),
}

impl Learner {
    /// A run that has done no step, with fresh weights or those of a weights file's bytes.
    ///
    /// # Errors
    /// When the config asks for what its network hasn't, or the file is not that network's.
    pub(crate) fn new(
        config: TrainConfig,
        from: Option<&[u8]>,
        (device, kind): (&Device, DeviceKind),
    ) -> Result<Self, CheckpointError> {
        if kind == DeviceKind::Cpu && ByHand::trains(config.architecture) {
            let run = ByHand::new(config, Settings::default(), from)?;
            return Ok(Self::by_hand(run, device));
        }
        let twin = from.map(|bytes| weights::read(bytes, device)).transpose()?;
        let trainer = Trainer::new(config, twin.map(|(twin, _)| twin), device)?;
        Ok(Self::Library(Box::new(trainer), Vec::new()))
    }

    /// The run in a checkpoint's bytes, ready to go on.
    ///
    /// # Errors
    /// When the bytes are no whole checkpoint of this version's form.
    pub(crate) fn read(
        bytes: &[u8],
        (device, kind): (&Device, DeviceKind),
    ) -> Result<Self, CheckpointError> {
        let config = Checkpoint::config(bytes)?;
        if kind == DeviceKind::Cpu && ByHand::trains(config.architecture) {
            let run = ByHand::read(bytes, Settings::default())?;
            return Ok(Self::by_hand(run, device));
        }
        let trainer = Checkpoint::read(bytes, device)?;
        Ok(Self::Library(Box::new(trainer), Vec::new()))
    }

    fn by_hand(run: ByHand, device: &Device) -> Self {
        Self::ByHand(Box::new(run), Vec::new(), device.clone())
    }

    /// The checkpoint's bytes.
    ///
    /// # Errors
    /// When the device does not give its numbers or one is not finite.
    pub(crate) async fn write(&self, buffer: &mut CheckpointBuffer) -> Result<(), CheckpointError> {
        match self {
            Self::Library(trainer, _) => Checkpoint::write_into(trainer, buffer).await,
            Self::ByHand(run, ..) => run.write_into(buffer),
        }
    }

    /// The run's config.
    pub(crate) fn config(&self) -> &TrainConfig {
        match self {
            Self::Library(trainer, _) => trainer.config(),
            Self::ByHand(run, ..) => run.config(),
        }
    }

    /// Changes the highest learning rate from the next step on.
    pub(crate) fn set_learning_rate(&mut self, rate: f64) {
        match self {
            Self::Library(trainer, _) => trainer.set_learning_rate(rate),
            Self::ByHand(run, ..) => run.set_learning_rate(rate),
        }
    }

    /// Steps done.
    pub(crate) fn steps(&self) -> u32 {
        match self {
            Self::Library(trainer, _) => trainer.steps(),
            Self::ByHand(run, ..) => run.steps(),
        }
    }

    /// The network as it infers now, on the run's device.
    pub(crate) fn twin(&self) -> Twin {
        match self {
            Self::Library(trainer, _) => trainer.twin(),
            Self::ByHand(run, _, device) => run.twin(device),
        }
    }

    /// Learns from one batch.
    pub(crate) fn step(&mut self, batch: Batch) {
        match self {
            Self::Library(trainer, losses) => losses.push(trainer.step(batch)),
            Self::ByHand(run, losses, _) => losses.push(run.step(&batch)),
        }
    }

    /// The mean loss of the steps since the last call.
    ///
    /// # Errors
    /// The device's, when it does not give its numbers.
    pub(crate) async fn mean_loss(&mut self) -> Result<f32, String> {
        let losses = match self {
            Self::Library(_, losses) => {
                super::numbers(Tensor::cat(std::mem::take(losses), 0)).await?
            }
            Self::ByHand(_, losses, _) => std::mem::take(losses),
        };
        Ok(losses.iter().sum::<f32>() / losses.len() as f32)
    }
}
