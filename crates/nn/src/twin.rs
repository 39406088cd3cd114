//! The twin network: embeds each drawing once, scores pairs from embeddings.
//!
//! Test-time augmentation (TTA): a drawing is embedded by several views, tilted, mirrored and turned ones
//! ([`Views`]). The score of two drawings is the mean over symmetries, each compared with the same one, and
//! within those over all pairs of tilts.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use twinglyph_core::{Architecture, Bitmap, Views};

use crate::head::Terms;
use crate::maps::Maps;
use crate::tensors::{TensorError, by_name};
use crate::weights::{self, Metadata, WeightsError};
use crate::{
    Embedder, Embedding, Network, Precision, Prepared, Rows8, Spec, Tensor, TensorMap, Values,
};

/// A twin network for inference. Clones share their memory.
#[derive(Clone)]
pub struct Twin {
    architecture: Architecture,
    embedder: Arc<Mutex<Embedder>>,
}

impl fmt::Debug for Twin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Twin({:?})", self.architecture)
    }
}

/// The dense layer that is kept in 8 bits where a file has it so: Koch's.
const DENSE: &str = "dense.weight";

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

/// The views that a network supports, of those that are wanted. Koch's network has one: its training knows no other.
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
        Self::of_file(Cow::Borrowed(file))
    }

    /// As [`Twin::read`]; a dense layer of 8 bits stays in the memory of the file.
    ///
    /// # Errors
    /// As [`Twin::read`].
    pub fn take(file: Vec<u8>) -> Result<(Self, Metadata), WeightsError> {
        Self::of_file(Cow::Owned(file))
    }

    fn of_file(file: Cow<'_, [u8]>) -> Result<(Self, Metadata), WeightsError> {
        let metadata = weights::peek(&file)?;
        let architecture = metadata.architecture;
        let mut shapes = shapes(architecture);
        let has_rows = shapes.contains_key(DENSE) && weights::has_rows(&file, DENSE)?;
        let twin = match has_rows {
            // Read as f32 they would take four times the memory.
            true => {
                weights::check(&file, &shapes)?;
                shapes.remove(DENSE);
                let read = |name: String| Ok((name.clone(), weights::tensor(&file, &name)?));
                let tensors = shapes.into_keys().map(read);
                let tensors = tensors.collect::<Result<Vec<_>, WeightsError>>()?;
                let tensors = tensors.into_iter();
                let tensors = by_name(
                    tensors.map(|(name, (shape, values))| (name, Tensor { shape, values })),
                );
                let (numbers, scales) = weights::rows_of(file, DENSE)?;
                let rows = Rows8 { numbers, scales };
                Self::of(
                    architecture,
                    Embedder::with_rows(architecture, &tensors, rows),
                )?
            }
            false => {
                let values = weights::of_shapes(&file, &shapes)?;
                let tensors = values.into_iter().zip(shapes.into_values());
                let tensors =
                    tensors.map(|((name, values), shape)| (name, Tensor { shape, values }));
                Self::new(architecture, &by_name(tensors))?
            }
        };
        Ok((twin, metadata))
    }

    /// The network of these tensors.
    ///
    /// # Errors
    /// When they are not its own.
    pub fn new(architecture: Architecture, tensors: &TensorMap) -> Result<Self, WeightsError> {
        let network = Network::from_tensors(architecture, tensors);
        let embedder = network.map(|network| Embedder::new(network, Precision::F32));
        Self::of(architecture, embedder)
    }

    fn of(
        architecture: Architecture,
        embedder: Result<Embedder, TensorError>,
    ) -> Result<Self, WeightsError> {
        let embedder = embedder.map_err(|error| WeightsError::Form(error.to_string()))?;
        Ok(Self {
            architecture,
            embedder: Arc::new(Mutex::new(embedder)),
        })
    }

    fn embedder(&self) -> MutexGuard<'_, Embedder> {
        self.embedder.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Which network this is.
    #[must_use]
    pub fn architecture(&self) -> Architecture {
        self.architecture
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
        self.embedder().embed(images)
    }

    /// As [`Twin::embed_images`], of one image; gives the maps of each layer that has some, too.
    #[must_use]
    pub fn embed_seen(&self, image: &[f32]) -> (Embedding, Vec<Maps>) {
        self.embedder().embed_seen(image)
    }

    /// Frees the memory of activations and packed weights; the next embedding takes it again.
    pub fn rest(&self) {
        self.embedder().rest();
    }

    /// The filters of the first layer, `[channels, 1, side, side]`.
    #[must_use]
    pub fn filters(&self) -> Maps {
        self.embedder().network().filters()
    }

    /// Scores `[queries, supports]` of all pairs; higher is more alike. Both sides were embedded by this network, on
    /// any device, and by the same views. With several views it is the mean that the module describes.
    #[must_use]
    pub fn scores(&self, query: &Values, support: &Values) -> Vec<f32> {
        let (queries, supports) = (query.len(), support.len());
        let views = support.views();
        let (tilts, symmetries) = (views.tilts().len(), views.symmetries().len());
        let embedder = self.embedder();
        let mut sums = vec![0f32; queries * supports];
        let prepared = support.prepared.get_or_init(|| {
            let each = 0..symmetries;
            each.map(|symmetry| Prepared::new(&support.in_symmetry(symmetry)))
                .collect()
        });
        for (symmetry, support) in prepared.iter().enumerate() {
            let query = query.in_symmetry(symmetry);
            let scores = embedder.score(&query, support);
            for (row, scores) in scores.chunks_exact((supports * tilts).max(1)).enumerate() {
                let sums = &mut sums[row / tilts * supports..][..supports];
                for (sum, scores) in sums.iter_mut().zip(scores.chunks_exact(tilts)) {
                    *sum += scores.iter().sum::<f32>();
                }
            }
        }
        let pairs = (symmetries * tilts * tilts) as f32;
        sums.iter_mut().for_each(|sum| *sum /= pairs);
        sums
    }

    /// What the score of one query with one support drawing, by one view each, is the sum of.
    #[must_use]
    pub fn terms(&self, query: &Values, support: &Values) -> Terms {
        let [query, support] = [query, support].map(|values| values.in_symmetry(0));
        self.embedder().network().terms(&query, &support)
    }

    /// Number of trained parameters; running statistics of norms are none.
    #[must_use]
    pub fn parameters(&self) -> usize {
        Spec::from(self.architecture).parameters()
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
