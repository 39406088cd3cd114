//! One interface over the networks: embed each drawing once, score pairs from embeddings.

use std::collections::BTreeMap;

use twinglyph_core::{Architecture, Bitmap, Views, summary};

use crate::head::Terms;
use crate::maps::Maps;
use crate::tensors::by_name;
use crate::weights::{self, Metadata, WeightsError};
use crate::{Embedding, Koch, Residual, Spec, Tensor, TensorMap, Values};

/// A twin network at rest. Clones share their memory.
#[derive(Clone, Debug)]
pub struct Twin(Kind);

#[derive(Clone, Debug)]
enum Kind {
    /// `compact` or `deep`.
    Residual(Residual),
    /// The paper's.
    Koch(Koch),
}

/// Names and shapes, as in the file, of all tensors of a network.
#[must_use]
pub fn shapes(architecture: Architecture) -> BTreeMap<String, Vec<usize>> {
    let tensors = Spec::from(architecture).tensors().unwrap_or_default();
    by_name(
        tensors
            .into_iter()
            .map(|tensor| (tensor.name, tensor.shape)),
    )
}

/// Values of a network's largest tensor: 9216 x 4096 for Koch's, its dense layer.
#[must_use]
pub fn largest_tensor(architecture: Architecture) -> usize {
    let shapes = shapes(architecture);
    let sizes = shapes.values().map(|shape| shape.iter().product());
    sizes.max().unwrap_or(0)
}

/// The views that a network is capable of, of those that are wanted: on Koch's plain sheets
/// a turned drawing is nothing that it learned to compare.
#[must_use]
pub fn possible(architecture: Architecture, views: Views) -> Views {
    match architecture {
        Architecture::Compact | Architecture::Deep => views,
        Architecture::Koch => Views::One,
    }
}

impl Twin {
    /// The network and the metadata in a weights file's bytes.
    ///
    /// # Errors
    /// When the bytes are not a whole weights file of one of the networks with finite numbers that a
    /// trained network can have; the error names the first tensor that is wrong.
    pub fn read(file: &[u8]) -> Result<(Self, Metadata), WeightsError> {
        let metadata = weights::peek(file)?;
        let architecture = metadata.architecture;
        let shapes = shapes(architecture);
        if architecture == Architecture::Koch {
            weights::check(file, &shapes)?;
            return Ok((Self(Kind::Koch(Koch::read(file)?)), metadata));
        }
        let values = weights::of_shapes(file, &shapes)?;
        let tensors = values.into_iter().zip(shapes.into_values());
        let tensors = tensors.map(|((name, values), shape)| (name, Tensor { shape, values }));
        let twin = Self::new(architecture, &by_name(tensors))?;
        Ok((twin, metadata))
    }

    /// The network of these tensors.
    ///
    /// # Errors
    /// When they are not its own.
    pub fn new(architecture: Architecture, tensors: &TensorMap) -> Result<Self, WeightsError> {
        Ok(Self(match architecture {
            Architecture::Koch => Kind::Koch(Koch::new(tensors)?),
            _ => Kind::Residual(Residual::new(architecture, tensors)?),
        }))
    }

    /// Which network this is.
    #[must_use]
    pub fn architecture(&self) -> Architecture {
        match &self.0 {
            Kind::Residual(network) => network.architecture(),
            Kind::Koch(_) => Architecture::Koch,
        }
    }

    /// See [`possible`].
    #[must_use]
    pub fn possible(&self, views: Views) -> Views {
        possible(self.architecture(), views)
    }

    /// Drawings embedded by these views, as far as the network is capable of them.
    pub fn embed<'a>(
        &self,
        drawings: impl IntoIterator<Item = &'a Bitmap>,
        views: Views,
    ) -> Values {
        let views = self.possible(views);
        let images = inputs(self.architecture(), drawings, views);
        Values::new(&self.embed_images(&images), views)
    }

    /// Images, `[n, side, side]` from 0 to 1, embedded.
    #[must_use]
    pub fn embed_images(&self, images: &[f32]) -> Embedding {
        match &self.0 {
            Kind::Residual(network) => network.embed_images(images),
            Kind::Koch(network) => network.embed_images(images),
        }
    }

    /// As [`Twin::embed_images`], of one image; gives the maps of each layer that has some, too.
    #[must_use]
    pub fn embed_seen(&self, image: &[f32]) -> (Embedding, Vec<Maps>) {
        match &self.0 {
            Kind::Residual(network) => network.embed_seen(image),
            Kind::Koch(network) => network.embed_seen(image),
        }
    }

    /// The filters of the first layer, `[channels, 1, side, side]`.
    #[must_use]
    pub fn filters(&self) -> Maps {
        match &self.0 {
            Kind::Residual(network) => network.filters(),
            Kind::Koch(network) => network.filters(),
        }
    }

    /// Scores of every query with every support drawing, both embedded by this network, on any
    /// device, and by the same views: `[queries, supports]`, higher is more alike.
    #[must_use]
    pub fn scores(&self, query: &Values, support: &Values) -> Vec<f32> {
        match &self.0 {
            Kind::Residual(network) => network.scores(query, support),
            Kind::Koch(network) => network.scores(query, support),
        }
    }

    /// What the score of one query with one support drawing, by one view each, is the sum of.
    #[must_use]
    pub fn terms(&self, query: &Values, support: &Values) -> Terms {
        match &self.0 {
            Kind::Residual(network) => network.terms(query, support),
            Kind::Koch(network) => network.terms(query, support),
        }
    }

    /// Number of trained parameters; running statistics of norms are none.
    #[must_use]
    pub fn parameters(&self) -> usize {
        let layers = summary::layers(self.architecture());
        layers.iter().map(|layer| layer.parameters).sum()
    }
}

/// A network's inputs for drawings by these views: `[drawings * views, side, side]`.
pub fn inputs<'a>(
    architecture: Architecture,
    drawings: impl IntoIterator<Item = &'a Bitmap>,
    views: Views,
) -> Vec<f32> {
    let each = drawings.into_iter();
    each.flat_map(|drawing| views.inputs(architecture, drawing))
        .collect()
}

#[cfg(all(test, not(target_family = "wasm")))]
mod tests;
