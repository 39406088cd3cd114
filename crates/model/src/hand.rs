//! The networks by hand, on the CPU without the tensor library, in a half to a third of its time
//! (docs/performance.md), and the scores of `compact` and `deep`: `twinglyph_nn` and Koch's chain in
//! the tensor library's terms. Refuses to know devices: who uses it holds it against the tensor library's
//! numbers first.

mod koch;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use burn::tensor::{Device, Tensor, TensorData};
use twinglyph_core::{Bitmap, Views};
use twinglyph_nn::Residual;
use twinglyph_nn::weights::{self, Values as Numbers};
use twinglyph_nn::{PLACES, TensorMap};

use crate::koch::Koch;
use crate::{Architecture, Embedding};

pub use twinglyph_nn::Values;

/// A network that embeds by hand. Clones share their memory.
#[derive(Clone)]
pub struct Hand {
    means: Means,
}

#[derive(Clone)]
enum Means {
    /// `compact`'s or `deep`'s.
    Residual(Residual),
    /// Koch's.
    Chain(Arc<Mutex<koch::Chained>>),
}

impl fmt::Debug for Hand {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Hand({:?})", self.architecture())
    }
}

impl Hand {
    /// The network of a weights file; `None` where it can't be computed by hand.
    #[must_use]
    pub fn read(file: &[u8]) -> Option<Self> {
        if weights::peek(file).ok()?.architecture == Architecture::Koch {
            return Self::koch(file);
        }
        Residual::read(file).map(|(network, _)| Self::residual(network))
    }

    /// As [`Hand::read`], of a file whose numbers were read already; they are given back.
    pub(crate) fn of(
        file: &[u8],
        architecture: Architecture,
        mut shapes: BTreeMap<String, Vec<usize>>,
        tensors: Numbers,
    ) -> (Option<Self>, Numbers) {
        if architecture == Architecture::Koch {
            return (Self::koch(file), tensors);
        }
        let tensors = tensors.into_iter().map(|(name, values)| {
            let shape = shapes.remove(&name).unwrap_or_default();
            (name, twinglyph_nn::Tensor { shape, values })
        });
        let map: TensorMap = tensors.collect();
        let hand = Residual::new(architecture, &map).map(Self::residual);
        let tensors = map.into_iter().map(|(name, tensor)| (name, tensor.values));
        (hand, tensors.collect())
    }

    fn koch(file: &[u8]) -> Option<Self> {
        let chained = koch::Chained::read(file)?;
        let means = Means::Chain(Arc::new(Mutex::new(chained)));
        Some(Self { means })
    }

    fn residual(network: Residual) -> Self {
        let means = Means::Residual(network);
        Self { means }
    }

    fn architecture(&self) -> Architecture {
        match &self.means {
            Means::Residual(network) => network.architecture(),
            Means::Chain(_) => Architecture::Koch,
        }
    }

    /// Does it embed for this network?
    pub(crate) fn is_for(&self, architecture: Architecture) -> bool {
        self.architecture() == architecture
    }

    /// Koch's images, `[n, 105, 105]`, to embeddings, `[n, 4096]`; `None` of another network's hand,
    /// and where its dense layer is not in 8 bits.
    #[must_use]
    pub fn embed_sheets(&self, images: &[f32]) -> Option<Vec<f32>> {
        let Means::Chain(chained) = &self.means else {
            return None;
        };
        let mut chained = chained.lock().unwrap_or_else(PoisonError::into_inner);
        chained.embed_whole(images)
    }

    /// Koch's drawings embedded, on the CPU `device`; `network` gives what the hand has not. `None`
    /// of another network's hand.
    pub(crate) fn embed_koch<'a>(
        &self,
        network: &Koch,
        drawings: impl IntoIterator<Item = &'a Bitmap>,
        device: &Device,
    ) -> Option<Embedding> {
        let Means::Chain(chained) = &self.means else {
            return None;
        };
        let inputs = drawings
            .into_iter()
            .flat_map(|drawing| Architecture::Koch.input(drawing));
        let images: Vec<f32> = inputs.collect();
        let mut chained = chained.lock().unwrap_or_else(PoisonError::into_inner);
        Some(Embedding {
            views: Views::One,
            global: chained.embed(network, &images, device),
            local: None,
            by_hand: None,
        })
    }

    /// Scores of every query with every support drawing, embedded by these views: as
    /// [`crate::Twin::score`]. `None` where scores are the library's.
    pub(crate) fn score(
        &self,
        (query, support): (&Values, &Values),
        views: Views,
        device: &Device,
    ) -> Option<Tensor<2>> {
        let Means::Residual(network) = &self.means else {
            return None;
        };
        let scores = network.scores((query, support), views);
        let scores = TensorData::new(scores, [query.len(), support.len()]);
        Some(Tensor::from_data(scores, device))
    }

    /// Drawings embedded by these views, on the CPU `device`. `None` of Koch's hand.
    pub(crate) fn embed<'a>(
        &self,
        drawings: impl IntoIterator<Item = &'a Bitmap>,
        views: Views,
        device: &Device,
    ) -> Option<Embedding> {
        let Means::Residual(network) = &self.means else {
            return None;
        };
        let (values, embedding) = network.embed(drawings, views);
        let (batch, places) = (values.len(), PLACES * views.count());
        let components = embedding.global.len() / batch.max(1);
        let channels = embedding.local.len() / (batch.max(1) * places);
        let global = TensorData::new(embedding.global, [batch, components]);
        let local = TensorData::new(embedding.local, [batch, places, channels]);
        Some(Embedding {
            views,
            global: Tensor::from_data(global, device),
            local: Some(Tensor::from_data(local, device)),
            by_hand: Some(values),
        })
    }
}
