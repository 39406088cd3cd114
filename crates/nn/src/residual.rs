//! `compact` and `deep` at rest: drawings embedded by their views, and scored.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use twinglyph_core::Architecture;

use crate::head::Terms;
use crate::maps::Maps;
use crate::weights::WeightsError;
use crate::{Embedder, Embedding, Network, Precision, Prepared, TensorMap, Values};

/// `compact` or `deep`. Clones share their memory.
#[derive(Clone)]
pub struct Residual {
    architecture: Architecture,
    embedder: Arc<Mutex<Embedder>>,
}

impl fmt::Debug for Residual {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Residual({:?})", self.architecture)
    }
}

impl Residual {
    /// The network of these tensors.
    ///
    /// # Errors
    /// When they are not its own.
    pub(crate) fn new(architecture: Architecture, map: &TensorMap) -> Result<Self, WeightsError> {
        let network = Network::from_tensors(architecture, map);
        let network = network.map_err(|error| WeightsError::Form(error.to_string()))?;
        let embedder = Embedder::new(network, Precision::F32);
        Ok(Self {
            architecture,
            embedder: Arc::new(Mutex::new(embedder)),
        })
    }

    /// Which of the two.
    #[must_use]
    pub fn architecture(&self) -> Architecture {
        self.architecture
    }

    /// Scores of every query with every support drawing, `[queries, supports]`: by several views the mean
    /// over symmetries and over all pairs of tilts. Both must be embedded by the same views.
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

    /// Images, `[n, 48, 48]` from 0 to 1, embedded.
    #[must_use]
    pub fn embed_images(&self, images: &[f32]) -> Embedding {
        self.embedder().embed(images)
    }

    /// As [`Residual::embed_images`], of one image; gives the maps of each layer that has some, too.
    #[must_use]
    pub fn embed_seen(&self, image: &[f32]) -> (Embedding, Vec<Maps>) {
        self.embedder().embed_seen(image)
    }

    /// The filters of the first layer, `[channels, 1, side, side]`.
    #[must_use]
    pub fn filters(&self) -> Maps {
        self.embedder().network().filters()
    }

    fn embedder(&self) -> MutexGuard<'_, Embedder> {
        self.embedder.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
