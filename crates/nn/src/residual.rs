//! `compact` and `deep` at rest: drawings embedded by their views, and scored.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crate::{Embedder, Embedding, Network, Precision, Prepared, Tensor, TensorMap};
use twinglyph_core::{Architecture, Bitmap, Views};

use crate::Values;
use crate::weights::{self, Metadata};

/// The form of a network that is computed here; `None` of Koch's.
#[must_use]
pub fn form(architecture: Architecture) -> Option<crate::Architecture> {
    match architecture {
        Architecture::Compact => Some(crate::Architecture::default()),
        Architecture::Deep => Some(crate::Architecture::deep()),
        Architecture::Koch => None,
    }
}

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
    /// The network of a weights file, and what the file says of it; `None` where it is none of these two.
    #[must_use]
    pub fn read(file: &[u8]) -> Option<(Self, Metadata)> {
        let (tensors, metadata) = weights::tensors(file).ok()?;
        let tensors = tensors.into_iter();
        let map = tensors.map(|(name, (shape, values))| (name, Tensor { shape, values }));
        let network = Self::new(metadata.architecture, &map.collect())?;
        Some((network, metadata))
    }

    /// The network of these tensors; `None` where they are not its own.
    #[must_use]
    pub fn new(architecture: Architecture, map: &TensorMap) -> Option<Self> {
        let network = Network::from_tensors(form(architecture)?, map).ok()?;
        let embedder = Embedder::new(network, Precision::F32);
        Some(Self {
            architecture,
            embedder: Arc::new(Mutex::new(embedder)),
        })
    }

    /// Which of the two.
    #[must_use]
    pub fn architecture(&self) -> Architecture {
        self.architecture
    }

    /// Scores of every query with every support drawing, embedded by these views, `[queries, supports]`.
    #[must_use]
    pub fn scores(&self, (query, support): (&Values, &Values), views: Views) -> Vec<f32> {
        let (queries, supports) = (query.len(), support.len());
        let (tilts, symmetries) = (views.tilts().len(), views.symmetries().len());
        let embedder = self.embedder.lock().unwrap_or_else(PoisonError::into_inner);
        let mut sums = vec![0f32; queries * supports];
        let prepared = support.prepared.get_or_init(|| {
            let each = 0..symmetries;
            each.map(|symmetry| Prepared::new(&support.in_symmetry(symmetry, views)))
                .collect()
        });
        for (symmetry, support) in prepared.iter().enumerate() {
            let query = query.in_symmetry(symmetry, views);
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

    /// Drawings embedded by these views, a drawing each and all together.
    pub fn embed<'a>(
        &self,
        drawings: impl IntoIterator<Item = &'a Bitmap>,
        views: Views,
    ) -> (Values, Embedding) {
        let inputs = drawings
            .into_iter()
            .flat_map(|drawing| views.inputs(self.architecture, drawing));
        let images: Vec<f32> = inputs.collect();
        let embedding = self
            .embedder
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .embed(&images);
        let values = Values::of(&embedding, embedding.images / views.count());
        (values, embedding)
    }
}
