//! One step of training.

use burn::tensor::{Device, Tensor, TensorData};

use twinglyph_nn::train::{TrainError, check_frozen};

use super::{AdamW, Batch, Loss, TrainConfig, episode_loss, pair_loss};
use crate::Twin;
use crate::weights;

/// A network in training.
pub struct Trainer {
    pub(super) config: TrainConfig,
    pub(super) twin: Twin,
    pub(super) optimizer: AdamW,
    pub(super) device: Device,
}

impl Trainer {
    /// A network with fresh weights, or `from` given ones, that has done no step.
    ///
    /// # Errors
    /// When the given weights are another network's, or the config freezes what there isn't.
    pub fn new(
        config: TrainConfig,
        from: Option<Twin>,
        device: &Device,
    ) -> Result<Self, TrainError> {
        if let Some(twin) = &from
            && twin.architecture() != config.architecture
        {
            return Err(TrainError::Architecture {
                config: config.architecture,
                weights: twin.architecture(),
            });
        }
        let device = device.clone().autodiff();
        let twin = from
            .unwrap_or_else(|| Twin::fresh(config.architecture, config.seed, &device))
            .train();
        check_frozen(&config, weights::shapes(&twin).keys())?;
        let optimizer = AdamW::new(config.optimizer.clone(), config.frozen.clone());
        Ok(Self {
            config,
            twin,
            optimizer,
            device,
        })
    }

    /// Changes the highest learning rate from the next step on; the schedule goes on.
    pub fn set_learning_rate(&mut self, rate: f64) {
        self.config.optimizer.learning_rate = rate;
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
        let loss = match self.config.loss {
            Loss::Episode => episode_loss(scores),
            Loss::Pairs => pair_loss(scores),
        };
        let mut gradients = loss.backward();
        let rate = self
            .config
            .optimizer
            .rate(self.optimizer.steps, self.config.steps);
        self.twin = self.optimizer.step(self.twin.clone(), &mut gradients, rate);
        loss.inner()
    }
}
