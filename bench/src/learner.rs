//! Our training step on a problem, as the app takes it: by our CPU kernels, else by Burn.
//!
//! The loss of every step is read back before the next begins, as the other frameworks' is. Knows
//! no clock.

use burn::tensor::{Device, Tensor, TensorData};
use twinglyph_core::training::Batch;
use twinglyph_nn as nn;
use twinglyph_nn::train::{Run, Settings};
use twinglyph_nn_burn::train::{AdamW, Trainer};
use twinglyph_nn_burn::weights;

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
    Conv4OnCpu {
        trainer: Box<nn::Trainer>,
        images: Vec<f32>,
        signs: Vec<f32>,
    },
    Compact {
        trainer: Box<Trainer>,
        batch: Batch,
    },
    CompactOnCpu {
        trainer: Box<Run>,
        batch: Batch,
    },
}

impl Learner {
    /// The problem on a device of Burn's, no step done; its batch so many times over.
    ///
    /// # Errors
    /// When the problem can't be made.
    pub async fn new(network: Network, times: usize, device: &Device) -> Result<Self, Error> {
        let images = problem::repeated(&network.batch()?, times);
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
                    batch: batch(images),
                }
            }
        }))
    }

    /// The problem on the CPU, no step done; its batch so many times over.
    ///
    /// # Errors
    /// When the problem can't be made.
    pub async fn on_cpu(network: Network, times: usize) -> Result<Self, Error> {
        let images = problem::repeated(&network.batch()?, times);
        Ok(Self(match network {
            Network::Conv4 => {
                let named = network.weights().await?;
                let tensors = named
                    .into_iter()
                    .map(|(name, shape, values)| (name, nn::Tensor { shape, values }));
                let optimizer = network.optimizer();
                let optimizer = nn::AdamW {
                    beta_1: optimizer.beta_1,
                    beta_2: optimizer.beta_2,
                    epsilon: optimizer.epsilon,
                    weight_decay: optimizer.weight_decay,
                };
                let of_problem = nn::Network::from_tensors(nn::Spec::conv4(), &tensors.collect())
                    .map_err(|error| Error::Weights(error.to_string()))?;
                let trainer = nn::Trainer::new(of_problem, optimizer, nn::Precision::F32);
                Kind::Conv4OnCpu {
                    trainer: Box::new(trainer),
                    images,
                    signs: problem::signs().repeat(times),
                }
            }
            Network::Compact => {
                let file = problem::compact_weights().await?;
                let trainer = Run::new(network.config(), Settings::default(), Some(&file))
                    .map_err(|error| Error::Run(error.to_string()))?;
                Kind::CompactOnCpu {
                    trainer: Box::new(trainer),
                    batch: batch(images),
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
            Kind::Conv4OnCpu {
                trainer,
                images,
                signs,
            } => return Ok(trainer.step_pairs(images, signs, Network::Conv4.rate())),
            Kind::CompactOnCpu { trainer, batch } => return Ok(trainer.step(batch)),
            Kind::Compact { trainer, batch } => trainer.step(batch.clone()),
            Kind::Conv4 {
                network,
                optimizer,
                device,
                images,
            } => {
                let pairs = images.len() / (2 * SIDE * SIDE);
                let signs = problem::signs().repeat(pairs / problem::PAIRS);
                let data = TensorData::new(images.clone(), [2 * pairs, 1, SIDE, SIDE]);
                let signs = Tensor::from_data(TensorData::new(signs, [pairs]), &*device);
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

/// `compact`'s episode of these images.
fn batch(images: Vec<f32>) -> Batch {
    let image = twinglyph_core::canonical::SIDE * twinglyph_core::canonical::SIDE;
    Batch {
        classes: images.len() / (2 * image),
        images,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn losses(mut learner: Learner) -> Vec<f32> {
        (0..6)
            .map(|_| pollster::block_on(learner.step()).unwrap())
            .collect()
    }

    /// The same batch again and again is learned: losses fall, so steps are steps. Burn's and
    /// those of our CPU kernels are the same steps.
    #[test]
    fn both_networks_learn_their_batch_alike_on_the_cpu_and_by_burn() {
        for network in [Network::Conv4, Network::Compact] {
            let burn = pollster::block_on(Learner::new(network, 1, &Device::flex())).unwrap();
            let on_cpu = pollster::block_on(Learner::on_cpu(network, 1)).unwrap();
            let (expected, found) = (losses(burn), losses(on_cpu));
            assert!(expected[5] < expected[0], "{network:?}: {expected:?}");
            for (at, (expected, found)) in expected.iter().zip(&found).enumerate() {
                // Roundings grow, as Adam's first steps go by the signs of gradients.
                let most = if at == 0 { 1e-5 } else { 2e-3 };
                let off = (expected - found).abs() / expected;
                assert!(off < most, "{network:?}, step {at}: {found} for {expected}");
            }
        }
    }

    #[test]
    fn a_batch_over_again_has_the_same_loss() {
        let on_cpu = |times| pollster::block_on(Learner::on_cpu(Network::Conv4, times)).unwrap();
        let device = Device::flex();
        let burn =
            |times| pollster::block_on(Learner::new(Network::Conv4, times, &device)).unwrap();
        let once = losses(on_cpu(1));
        for again in [losses(on_cpu(3)), losses(burn(3))] {
            assert!((once[0] - again[0]).abs() < 1e-5 * once[0]);
            assert!(
                (once[5] - again[5]).abs() < 1e-2 * once[5],
                "{once:?}, {again:?}"
            );
        }
    }
}
