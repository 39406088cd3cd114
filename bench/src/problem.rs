//! Problems: a network's first weights, one batch and how weights move, as one safetensors file
//! that every framework reads.
//!
//! Tensors are PyTorch's layout, as in the app's weights files; `images` is the batch, `signs` of
//! `conv4` says which pairs are the same. The metadata entry `problem` is the [`Settings`] as JSON.
//! Refuses to know devices: a problem is the same for all.

use std::collections::HashMap;

use burn::module::{Module as _, ModuleVisitor, Param};
use burn::tensor::{Device, Tensor};
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::{Deserialize, Serialize};
use twinglyph_core::training::{Loss, OptimizerConfig, TrainConfig, sample};
use twinglyph_core::{Architecture, augment, canonical, episode, invented};
use twinglyph_nn_burn::{Metadata, Precision, Twin, weights};

use crate::Error;
use crate::conv4::{Conv4, SIDE};

/// Seed of weights and batch.
const SEED: u64 = 7;

/// `conv4`'s pairs in a batch.
pub const PAIRS: usize = 16;

/// `compact`'s characters in a batch, each drawn twice: what the app's form proposes.
pub const CHARACTERS: usize = 20;

/// More steps than any measurement takes, so that the learning rate is all but constant.
const STEPS: u32 = 100_000;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Network {
    /// The usual small network of few-shot papers, on pairs.
    Conv4,
    /// The app's default, on an episode.
    Compact,
}

/// How weights move, the same at every step: Adam, with decoupled decay of matrices and kernels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// Which network.
    pub network: Network,
    /// The learning rate.
    pub rate: f64,
    /// Decay of the first moment.
    pub beta_1: f64,
    /// Decay of the second moment.
    pub beta_2: f64,
    /// Added to the root of the second moment.
    pub epsilon: f64,
    /// Decoupled weight decay.
    pub weight_decay: f64,
}

impl Network {
    /// The network of that name.
    ///
    /// # Errors
    /// When there is none.
    pub fn from_name(name: &str) -> Result<Self, Error> {
        match name {
            "conv4" => Ok(Self::Conv4),
            "compact" => Ok(Self::Compact),
            _ => Err(Error::Network(name.to_owned())),
        }
    }

    /// How its weights move.
    #[must_use]
    pub fn optimizer(self) -> OptimizerConfig {
        OptimizerConfig {
            learning_rate: match self {
                Self::Conv4 => 1e-4,
                Self::Compact => 3e-4,
            },
            warm_up: 0.0,
            beta_1: 0.9,
            beta_2: match self {
                Self::Conv4 => 0.999,
                Self::Compact => 0.99,
            },
            epsilon: 1e-8,
            weight_decay: match self {
                Self::Conv4 => 0.0,
                Self::Compact => 0.02,
            },
        }
    }

    /// The learning rate of every measured step.
    #[must_use]
    pub fn rate(self) -> f64 {
        self.optimizer().learning_rate
    }

    /// The run that the app's trainer would do.
    #[must_use]
    pub fn config(self) -> TrainConfig {
        TrainConfig {
            architecture: Architecture::Compact,
            seed: SEED,
            steps: STEPS,
            held_out: Vec::new(),
            invented: Default::default(),
            episode: episode::Settings {
                alphabets: 2,
                characters: match self {
                    Self::Conv4 => PAIRS / 2,
                    Self::Compact => CHARACTERS / 2,
                },
                symmetries: false,
                ..episode::Settings::default()
            },
            loss: Loss::Episode,
            frozen: Vec::new(),
            augment: augment::Settings::default(),
            parts: 1,
            optimizer: self.optimizer(),
        }
    }

    /// The batch: first one image of each pair, then the other of each.
    ///
    /// # Errors
    /// When it can't be drawn.
    pub fn batch(self) -> Result<Vec<f32>, Error> {
        let alphabets: Vec<_> = (0..2).map(invented::alphabet).collect();
        let batch = sample(&alphabets, &self.config(), 0)
            .map_err(|error| Error::Batch(error.to_string()))?;
        Ok(match self {
            Self::Compact => batch.images,
            Self::Conv4 => pairs(&batch.images),
        })
    }

    /// The first weights, the batch and the settings as a file.
    ///
    /// # Errors
    /// When they can't be made or written.
    pub async fn problem(self) -> Result<Vec<u8>, Error> {
        self.problem_repeated(1).await
    }

    /// The same with the batch so many times over.
    ///
    /// # Errors
    /// When they can't be made or written.
    pub async fn problem_repeated(self, times: usize) -> Result<Vec<u8>, Error> {
        let mut tensors = self.weights().await?;
        let images = repeated(&self.batch()?, times);
        let side = match self {
            Self::Conv4 => SIDE,
            Self::Compact => canonical::SIDE,
        };
        let shape = vec![images.len() / (side * side), 1, side, side];
        tensors.push(("images".to_owned(), shape, images));
        if self == Self::Conv4 {
            let signs = signs().repeat(times);
            tensors.push(("signs".to_owned(), vec![signs.len()], signs));
        }
        let optimizer = self.optimizer();
        let settings = Settings {
            network: self,
            rate: self.rate(),
            beta_1: optimizer.beta_1,
            beta_2: optimizer.beta_2,
            epsilon: optimizer.epsilon,
            weight_decay: optimizer.weight_decay,
        };
        let settings =
            serde_json::to_string(&settings).map_err(|error| Error::Weights(error.to_string()))?;
        file(&tensors, ("problem", &settings))
    }

    pub(crate) async fn weights(self) -> Result<Vec<Named>, Error> {
        let device = Device::flex();
        match self {
            Self::Conv4 => {
                let mut collect = Collect::default();
                Conv4::new(SEED, &device).visit(&mut collect);
                let mut named = Vec::with_capacity(collect.tensors.len());
                for (name, shape, tensor) in collect.tensors {
                    let values = tensor
                        .into_data_async()
                        .await
                        .map_err(|error| Error::Weights(error.to_string()))?
                        .try_to_vec::<f32>()
                        .map_err(|error| Error::Weights(format!("{error:?}")))?;
                    named.push((name, shape, values));
                }
                Ok(named)
            }
            Self::Compact => parse(&compact_weights().await?),
        }
    }
}

/// `compact`'s first weights as a weights file.
///
/// # Errors
/// When they can't be written.
pub async fn compact_weights() -> Result<Vec<u8>, Error> {
    let twin = Twin::fresh(Architecture::Compact, SEED, &Device::flex());
    let metadata = Metadata::new(Architecture::Compact);
    weights::write(&twin, &metadata, Precision::F32)
        .await
        .map_err(|error| Error::Weights(error.to_string()))
}

/// `conv4` with its first weights.
#[must_use]
pub fn conv4(device: &Device) -> Conv4 {
    Conv4::new(SEED, device)
}

/// 1 where `conv4`'s pair is the same character, else -1: every other one.
#[must_use]
pub fn signs() -> Vec<f32> {
    (0..PAIRS)
        .map(|pair: usize| if pair.is_multiple_of(2) { 1.0 } else { -1.0 })
        .collect()
}

/// A batch of twins so many times over: each half of it, so that twins stay twins.
pub(crate) fn repeated(batch: &[f32], times: usize) -> Vec<f32> {
    let (first, second) = batch.split_at(batch.len() / 2);
    [first.repeat(times), second.repeat(times)].concat()
}

/// Name, shape, values.
pub(crate) type Named = (String, Vec<usize>, Vec<f32>);

/// `compact`'s images of twins as `conv4`'s pairs of smaller ones: every other first image gets
/// the second image of the twins after the next.
fn pairs(twins: &[f32]) -> Vec<f32> {
    let large = canonical::SIDE * canonical::SIDE;
    let images: Vec<&[f32]> = twins.chunks_exact(large).collect();
    let second = |pair: usize| {
        if pair.is_multiple_of(2) {
            pair
        } else {
            (pair + 2) % PAIRS
        }
    };
    (0..PAIRS)
        .chain((0..PAIRS).map(|pair| PAIRS + second(pair)))
        .flat_map(|image| smaller(images[image]))
        .collect()
}

/// A 48x48 image at 28x28, each pixel the mean of what it covers.
fn smaller(image: &[f32]) -> impl Iterator<Item = f32> + '_ {
    let range =
        |at: usize| at * canonical::SIDE / SIDE..((at + 1) * canonical::SIDE).div_ceil(SIDE);
    (0..SIDE * SIDE).map(move |at| {
        let (rows, columns) = (range(at / SIDE), range(at % SIDE));
        let count = (rows.len() * columns.len()) as f32;
        let sum: f32 = rows
            .flat_map(|row| {
                columns
                    .clone()
                    .map(move |column| image[row * canonical::SIDE + column])
            })
            .sum();
        sum / count
    })
}

/// Tensors and one entry of metadata as a safetensors file of f32.
pub(crate) fn file(tensors: &[Named], (key, entry): (&str, &str)) -> Result<Vec<u8>, Error> {
    let trouble = |error: &dyn core::fmt::Display| Error::Weights(error.to_string());
    let bytes: Vec<Vec<u8>> = tensors
        .iter()
        .map(|(_, _, values)| {
            values
                .iter()
                .flat_map(|value| value.to_le_bytes())
                .collect()
        })
        .collect();
    let views = tensors
        .iter()
        .zip(&bytes)
        .map(|((name, shape, _), bytes)| {
            TensorView::new(Dtype::F32, shape.clone(), bytes).map(|view| (name.as_str(), view))
        })
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| trouble(&error))?;
    let metadata = HashMap::from([(key.to_owned(), entry.to_owned())]);
    safetensors::serialize(views, Some(metadata)).map_err(|error| trouble(&error))
}

/// The tensors of such a file.
pub(crate) fn parse(file: &[u8]) -> Result<Vec<Named>, Error> {
    let file = SafeTensors::deserialize(file).map_err(|error| Error::Weights(error.to_string()))?;
    Ok(file
        .tensors()
        .into_iter()
        .map(|(name, view)| {
            let values = view
                .data()
                .chunks_exact(4)
                .map(|bytes| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
                .collect();
            (name, view.shape().to_vec(), values)
        })
        .collect())
}

/// Every tensor of a network by its name.
#[derive(Default)]
struct Collect {
    path: Vec<String>,
    tensors: Vec<(String, Vec<usize>, Tensor<1>)>,
}

impl ModuleVisitor for Collect {
    fn enter_module(&mut self, name: &str, _: &str) {
        let name = match name {
            "gamma" => "weight",
            "beta" => "bias",
            other => other,
        };
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _: &str, _: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let tensor = param.val();
        let shape = tensor.dims().to_vec();
        self.tensors
            .push((self.path.join("."), shape, tensor.flatten(0, D - 1)));
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_one_file_with_all_that_a_framework_needs() {
        for (network, images, parameter) in [
            (
                Network::Conv4,
                vec![2 * PAIRS, 1, 28, 28],
                "block4.norm.bias",
            ),
            (
                Network::Compact,
                vec![2 * CHARACTERS, 1, 48, 48],
                "score.local_offset",
            ),
        ] {
            let file = pollster::block_on(network.problem()).unwrap();
            let (_, header) = SafeTensors::read_metadata(&file).unwrap();
            let settings = &header.metadata().as_ref().unwrap()["problem"];
            let settings: Settings = serde_json::from_str(settings).unwrap();
            assert_eq!(settings.network, network);
            let tensors = SafeTensors::deserialize(&file).unwrap();
            let batch = tensors.tensor("images").unwrap();
            assert_eq!(batch.shape(), images);
            assert!(batch.data().chunks_exact(4).any(|value| value != [0; 4]));
            assert!(tensors.tensor(parameter).is_ok(), "{:?}", tensors.names());
        }
    }

    #[test]
    fn smaller_images_keep_their_brightness() {
        let even = vec![0.25; canonical::SIDE * canonical::SIDE];
        assert!(smaller(&even).all(|pixel| (pixel - 0.25).abs() < 1e-6));
        assert_eq!(smaller(&even).count(), SIDE * SIDE);
    }
}
