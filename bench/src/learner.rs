//! Our training step on a problem: the app's own for `compact`, the same optimiser for `conv4`.
//!
//! The loss of every step is read back before the next begins, as the other frameworks' is. Knows
//! no clock.

use burn::tensor::{Device, Tensor, TensorData};
use twinglyph_core::training::Batch;
use twinglyph_model::train::{AdamW, Trainer};
use twinglyph_model::weights;

use crate::Error;
use crate::conv4::{Conv4, SIDE};
use crate::problem::{self, Network};

/// A network in training on one batch.
pub struct Learner(Kind);

enum Kind {
    Conv4 {
        network: Box<Conv4>,
        optimizer: AdamW,
        device: Device,
        images: Vec<f32>,
    },
    Compact {
        trainer: Box<Trainer>,
        batch: Batch,
    },
}

impl Learner {
    /// The problem on a device, no step done.
    ///
    /// # Errors
    /// When the problem can't be made.
    pub async fn new(network: Network, device: &Device) -> Result<Self, Error> {
        let images = network.batch()?;
        Ok(Self(match network {
            Network::Conv4 => {
                let device = device.clone().autodiff();
                Kind::Conv4 {
                    network: Box::new(problem::conv4(&device)),
                    optimizer: AdamW::new(network.optimizer(), Vec::new()),
                    device,
                    images,
                }
            }
            Network::Compact => {
                let file = problem::compact_weights().await?;
                let (twin, _) = weights::read(&file, device)
                    .map_err(|error| Error::Weights(error.to_string()))?;
                let trainer = Trainer::new(network.config(), Some(twin), device)
                    .map_err(|error| Error::Run(error.to_string()))?;
                Kind::Compact {
                    trainer: Box::new(trainer),
                    batch: Batch {
                        classes: problem::CHARACTERS,
                        images,
                    },
                }
            }
        }))
    }

    /// One step; the loss before it.
    ///
    /// # Errors
    /// When the device does not give the loss.
    pub async fn step(&mut self) -> Result<f32, Error> {
        let loss = match &mut self.0 {
            Kind::Compact { trainer, batch } => trainer.step(batch.clone()),
            Kind::Conv4 {
                network,
                optimizer,
                device,
                images,
            } => {
                let data = TensorData::new(images.clone(), [2 * problem::PAIRS, 1, SIDE, SIDE]);
                let signs = Tensor::from_data(
                    TensorData::new(problem::signs(), [problem::PAIRS]),
                    &*device,
                );
                let loss = network.loss(Tensor::from_data(data, &*device), signs);
                let mut gradients = loss.backward();
                let rate = Network::Conv4.rate();
                **network = optimizer.step_module((**network).clone(), &mut gradients, rate);
                loss.inner()
            }
        };
        let numbers = loss
            .into_data_async()
            .await
            .map_err(|error| Error::Device(error.to_string()))?
            .try_to_vec::<f32>()
            .map_err(|error| Error::Device(format!("{error:?}")))?;
        numbers
            .first()
            .copied()
            .ok_or_else(|| Error::Device("it is empty".to_owned()))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// The same batch again and again is learned: losses fall, so steps are steps.
    #[test]
    fn both_networks_learn_their_batch() {
        for network in [Network::Conv4, Network::Compact] {
            let mut learner = pollster::block_on(Learner::new(network, &Device::flex())).unwrap();
            let losses: Vec<f32> = (0..6)
                .map(|_| pollster::block_on(learner.step()).unwrap())
                .collect();
            assert!(losses.iter().all(|loss| loss.is_finite()), "{losses:?}");
            assert!(losses[5] < losses[0], "{network:?}: {losses:?}");
        }
    }
}
