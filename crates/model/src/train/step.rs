//! One step of training.

use burn::tensor::{Device, Tensor, TensorData};

use super::{AdamW, Batch, TrainConfig, episode_loss};
use crate::Twin;

/// A network in training.
pub struct Trainer {
    pub(super) config: TrainConfig,
    pub(super) twin: Twin,
    pub(super) optimizer: AdamW,
    pub(super) device: Device,
}

impl Trainer {
    /// A network with fresh weights, or `from` given ones, that has done no step.
    #[must_use]
    pub fn new(config: TrainConfig, from: Option<Twin>, device: &Device) -> Self {
        device.seed(config.seed);
        let device = device.clone().autodiff();
        let twin = from
            .unwrap_or_else(|| Twin::new(config.architecture, &device))
            .train();
        let optimizer = AdamW::new(config.optimizer.clone());
        Self {
            config,
            twin,
            optimizer,
            device,
        }
    }

    /// Steps done.
    #[must_use]
    pub fn steps(&self) -> u32 {
        self.optimizer.steps
    }

    /// The run's config.
    #[must_use]
    pub fn config(&self) -> &TrainConfig {
        &self.config
    }

    /// The network as it infers now.
    #[must_use]
    pub fn twin(&self) -> Twin {
        self.twin.valid()
    }

    /// Learns from one batch; the loss is left on the device, `[1]`.
    pub fn step(&mut self, batch: Batch) -> Tensor<1> {
        let side = self.config.architecture.input_side();
        let classes = batch.classes;
        let data = TensorData::new(batch.images, [2 * classes, 1, side, side]);
        let embedding = self.twin.embed(Tensor::from_data(data, &self.device));
        let first = embedding.slice(0, classes);
        let second = embedding.slice(classes, 2 * classes);
        let scores = self.twin.score(&first, &second);
        let loss = episode_loss(scores);
        let mut gradients = loss.backward();
        let rate = self
            .config
            .optimizer
            .rate(self.optimizer.steps, self.config.steps);
        self.twin = self.optimizer.step(self.twin.clone(), &mut gradients, rate);
        loss.inner()
    }
}
