//! Subjects: a network's weights and [`IMAGES`] images, of which every framework makes embeddings.
//!
//! Weights are a safetensors file of f32 in PyTorch's layout: the first weights of `conv4` and
//! `compact`, the shipped ones of `koch`. Refuses to know devices: a subject is the same for all.

use burn::tensor::Device;
use twinglyph_core::rng::Rng;
use twinglyph_core::{Architecture, bitmap, canonical, invented};
use twinglyph_nn_burn::{Precision, weights};

use crate::Error;
use crate::conv4;
use crate::problem::{self, Named, Network};

/// Images of a subject.
pub const IMAGES: usize = 20;

/// Seed of the norms' numbers.
const SEED: u64 = 11;

/// What embeds images.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The usual small network of few-shot papers.
    Conv4,
    /// The app's smallest.
    Compact,
    /// The paper's.
    Koch,
}

impl Subject {
    /// The subject of that name.
    ///
    /// # Errors
    /// When there is none.
    pub fn from_name(name: &str) -> Result<Self, Error> {
        match name {
            "conv4" => Ok(Self::Conv4),
            "compact" => Ok(Self::Compact),
            "koch" => Ok(Self::Koch),
            _ => Err(Error::Subject(name.to_owned())),
        }
    }

    /// Width and height of its images.
    #[must_use]
    pub fn side(self) -> usize {
        match self {
            Self::Conv4 => conv4::SIDE,
            Self::Compact => canonical::SIDE,
            Self::Koch => bitmap::SIDE,
        }
    }

    /// Components of an image's global embedding.
    #[must_use]
    pub fn components(self) -> usize {
        match self {
            Self::Conv4 => 64,
            Self::Compact => 256,
            Self::Koch => 4096,
        }
    }

    /// Its images, each `[side, side]` from 0 (paper) to 1 (ink).
    ///
    /// # Errors
    /// When they can't be drawn.
    pub fn images(self) -> Result<Vec<f32>, Error> {
        let mut images = match self {
            Self::Conv4 => Network::Conv4.batch()?,
            Self::Compact => Network::Compact.batch()?,
            Self::Koch => {
                let alphabet = invented::alphabet(0);
                (0..alphabet.characters())
                    .filter_map(|character| alphabet.drawing(character, 0))
                    .flat_map(|drawing| Architecture::Koch.input(drawing))
                    .collect()
            }
        };
        let values = IMAGES * self.side() * self.side();
        if images.len() < values {
            return Err(Error::Batch(format!(
                "there are fewer than {IMAGES} images"
            )));
        }
        images.truncate(values);
        Ok(images)
    }

    /// Its weights; `shipped` is the app's file of `koch`, which no other needs.
    ///
    /// # Errors
    /// When they can't be made, read or written.
    pub async fn weights(self, shipped: &[u8]) -> Result<Vec<u8>, Error> {
        let (network, name) = match self {
            Self::Conv4 => (Network::Conv4, "conv4"),
            Self::Compact => (Network::Compact, "compact"),
            Self::Koch => {
                let trouble = |error: weights::WeightsError| Error::Weights(error.to_string());
                let (twin, metadata) = weights::read(shipped, &Device::flex()).map_err(trouble)?;
                return weights::write(&twin, &metadata, Precision::F32)
                    .await
                    .map_err(trouble);
            }
        };
        let mut tensors = network.weights().await?;
        give_norms_numbers(&mut tensors);
        problem::file(&tensors, ("architecture", name))
    }
}

/// A subject's file with images besides, as the tensor `images`, for frameworks that read one file.
///
/// # Errors
/// When the file can't be read or written.
pub fn with_images(file: &[u8], side: usize, images: &[f32]) -> Result<Vec<u8>, Error> {
    let mut tensors = problem::parse(file)?;
    let shape = vec![images.len() / (side * side), 1, side, side];
    tensors.push(("images".to_owned(), shape, images.to_vec()));
    problem::file(&tensors, ("subject", ""))
}

/// Gives norms numbers as training does: with fresh ones, which change nothing, a framework that
/// leaves one out would agree with the others.
fn give_norms_numbers(tensors: &mut [Named]) {
    // The same whatever order they came in.
    tensors.sort_by(|(one, ..), (other, ..)| one.cmp(other));
    let mut rng = Rng::new(SEED);
    for (name, _, values) in tensors.iter_mut() {
        let Some((owner, kind)) = name.rsplit_once('.') else {
            continue;
        };
        if !owner
            .rsplit('.')
            .next()
            .is_some_and(|owner| owner.starts_with("norm"))
        {
            continue;
        }
        for value in values {
            *value = match kind {
                "weight" | "running_var" => rng.uniform(0.5, 1.5),
                _ => 0.1 * rng.normal(),
            };
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_subject_has_images_with_ink_and_paper() {
        for subject in [Subject::Conv4, Subject::Compact, Subject::Koch] {
            let images = subject.images().unwrap();
            let each = subject.side() * subject.side();
            assert_eq!(images.len(), IMAGES * each, "{subject:?}");
            for image in images.chunks_exact(each) {
                assert!(image.iter().any(|&pixel| pixel > 0.5), "{subject:?}");
                assert!(image.contains(&0.0), "{subject:?}");
            }
        }
    }

    #[test]
    fn norms_are_not_fresh_and_convolutions_are() {
        let network = pollster::block_on(Network::Compact.weights()).unwrap();
        let file = pollster::block_on(Subject::Compact.weights(&[])).unwrap();
        let of = |tensors: &[Named], name: &str| {
            tensors
                .iter()
                .find(|tensor| tensor.0 == name)
                .unwrap()
                .2
                .clone()
        };
        let tensors = problem::parse(&file).unwrap();
        for name in ["stem.norm.running_var", "res2.norm_b.bias"] {
            assert_ne!(of(&tensors, name), of(&network, name), "{name}");
        }
        for name in ["stem.conv.weight", "global.bias"] {
            assert_eq!(of(&tensors, name), of(&network, name), "{name}");
        }
    }
}
