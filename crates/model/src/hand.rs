//! Embeddings by hand, on the CPU without the tensor library, in a half to a third of its time
//! (docs/performance.md), and the scores of `compact` and `deep`. Refuses to know devices: who uses it
//! holds it against the tensor library's numbers first.

#[cfg(feature = "train")]
mod koch;

#[cfg(feature = "train")]
pub use of_train::{Hand, Values};
#[cfg(not(feature = "train"))]
pub use without_train::{Hand, Values};

#[cfg(feature = "train")]
mod of_train {
    use std::collections::BTreeMap;
    use std::fmt;
    use std::sync::{Arc, Mutex, OnceLock, PoisonError};

    use burn::tensor::{Device, Tensor, TensorData};
    use twinglyph_core::{Bitmap, Views};
    use twinglyph_swift::{Embedder, Network, PLACES, Precision, Prepared, TensorMap};

    use super::koch;
    use crate::koch::Koch;
    use crate::train::{form, tensors};
    use crate::weights;
    use crate::{Architecture, Embedding};

    /// What was embedded by hand, a drawing each: the numbers of its views.
    #[derive(Clone)]
    pub struct Values {
        drawings: Vec<Arc<Drawing>>,
        /// As a support set, symmetry by symmetry, once it was one.
        prepared: Arc<OnceLock<Vec<Prepared>>>,
    }

    impl fmt::Debug for Values {
        fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(formatter, "Values({})", self.drawings.len())
        }
    }

    #[derive(Debug)]
    struct Drawing {
        /// `[views, components]`.
        global: Vec<f32>,
        /// `[views, 36, channels]`.
        local: Vec<f32>,
    }

    impl Values {
        /// Those of these drawings, in this order; `None` where one is missing.
        pub(crate) fn select(&self, drawings: impl IntoIterator<Item = usize>) -> Option<Self> {
            let chosen = drawings
                .into_iter()
                .map(|at| self.drawings.get(at).cloned());
            chosen.collect::<Option<Vec<_>>>().map(Self::new)
        }

        fn new(drawings: Vec<Arc<Drawing>>) -> Self {
            Self {
                drawings,
                prepared: Arc::default(),
            }
        }

        /// All drawings of several; `None` where one part was not embedded by hand.
        pub(crate) fn concat<'a>(
            parts: impl IntoIterator<Item = Option<&'a Self>>,
        ) -> Option<Self> {
            let parts = parts.into_iter().collect::<Option<Vec<_>>>()?;
            let drawings = parts.into_iter().flat_map(|part| part.drawings.clone());
            Some(Self::new(drawings.collect()))
        }

        /// The views of one symmetry, given by its number, each as an image of its own.
        fn in_symmetry(&self, symmetry: usize, views: Views) -> twinglyph_swift::Embedding {
            let (count, tilts) = (views.count(), views.tilts().len());
            let part = |values: &[f32]| {
                let length = values.len() / count * tilts;
                symmetry * length..(symmetry + 1) * length
            };
            let mut embedding = twinglyph_swift::Embedding {
                images: self.drawings.len() * tilts,
                global: Vec::new(),
                local: Vec::new(),
            };
            for drawing in &self.drawings {
                embedding
                    .global
                    .extend(&drawing.global[part(&drawing.global)]);
                embedding.local.extend(&drawing.local[part(&drawing.local)]);
            }
            embedding
        }
    }

    /// A network that embeds by hand. Clones share their memory.
    #[derive(Clone)]
    pub struct Hand {
        architecture: Architecture,
        means: Means,
    }

    #[derive(Clone)]
    enum Means {
        /// `compact`'s or `deep`'s.
        Residual(Arc<Mutex<Embedder>>),
        /// Koch's.
        Chain(Arc<Mutex<koch::Chained>>),
    }

    impl fmt::Debug for Hand {
        fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(formatter, "Hand({:?})", self.architecture)
        }
    }

    impl Hand {
        /// The network of a weights file; `None` where it can't be computed by hand.
        #[must_use]
        pub fn read(file: &[u8]) -> Option<Self> {
            let architecture = weights::peek(file).ok()?.architecture;
            if architecture == Architecture::Koch {
                return Self::koch(file);
            }
            Self::residual(architecture, &tensors(file, architecture).ok()?)
        }

        /// As [`Hand::read`], of a file whose numbers were read already; they are given back.
        pub(crate) fn of(
            file: &[u8],
            architecture: Architecture,
            mut shapes: BTreeMap<String, Vec<usize>>,
            tensors: weights::Values,
        ) -> (Option<Self>, weights::Values) {
            if architecture == Architecture::Koch {
                return (Self::koch(file), tensors);
            }
            let tensors = tensors.into_iter().map(|(name, values)| {
                let shape = shapes.remove(&name).unwrap_or_default();
                (name, twinglyph_swift::Tensor { shape, values })
            });
            let map: TensorMap = tensors.collect();
            let hand = Self::residual(architecture, &map);
            let tensors = map.into_iter().map(|(name, tensor)| (name, tensor.values));
            (hand, tensors.collect())
        }

        fn koch(file: &[u8]) -> Option<Self> {
            let chained = koch::Chained::read(file)?;
            Some(Self {
                architecture: Architecture::Koch,
                means: Means::Chain(Arc::new(Mutex::new(chained))),
            })
        }

        fn residual(architecture: Architecture, map: &TensorMap) -> Option<Self> {
            let network = Network::from_tensors(form(architecture).ok()?, map).ok()?;
            let embedder = Embedder::new(network, Precision::F32);
            Some(Self {
                architecture,
                means: Means::Residual(Arc::new(Mutex::new(embedder))),
            })
        }

        /// Does it embed for this network?
        pub(crate) fn is_for(&self, architecture: Architecture) -> bool {
            self.architecture == architecture
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
                .flat_map(|drawing| self.architecture.input(drawing));
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
            let Means::Residual(embedder) = &self.means else {
                return None;
            };
            let (queries, supports) = (query.drawings.len(), support.drawings.len());
            let (tilts, symmetries) = (views.tilts().len(), views.symmetries().len());
            let embedder = embedder.lock().unwrap_or_else(PoisonError::into_inner);
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
            let scores = TensorData::new(sums, [queries, supports]);
            Some(Tensor::from_data(scores, device))
        }

        /// Drawings embedded by these views, on the CPU `device`. `None` of Koch's hand.
        pub(crate) fn embed<'a>(
            &self,
            drawings: impl IntoIterator<Item = &'a Bitmap>,
            views: Views,
            device: &Device,
        ) -> Option<Embedding> {
            let Means::Residual(embedder) = &self.means else {
                return None;
            };
            let inputs = drawings
                .into_iter()
                .flat_map(|drawing| views.inputs(self.architecture, drawing));
            let images: Vec<f32> = inputs.collect();
            let embedding = embedder
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .embed(&images);
            let images = embedding.images.max(1);
            let batch = embedding.images / views.count();
            let places = PLACES * views.count();
            let components = embedding.global.len() / images * views.count();
            let channels = embedding.local.len() / (images * PLACES);
            let parts = embedding.global.chunks_exact(components.max(1));
            let parts = parts.zip(embedding.local.chunks_exact((places * channels).max(1)));
            let values = parts.map(|(global, local)| {
                Arc::new(Drawing {
                    global: global.to_vec(),
                    local: local.to_vec(),
                })
            });
            let values = Values::new(values.collect());
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
}

#[cfg(not(feature = "train"))]
mod without_train {
    use std::collections::BTreeMap;

    use burn::tensor::{Device, Tensor};
    use twinglyph_core::{Bitmap, Views};

    use crate::koch::Koch;
    use crate::weights;
    use crate::{Architecture, Embedding};

    /// Nothing was embedded by hand in this build.
    #[derive(Clone, Debug)]
    pub enum Values {}

    impl Values {
        pub(crate) fn select(&self, _: impl IntoIterator<Item = usize>) -> Option<Self> {
            match *self {}
        }

        pub(crate) fn concat<'a>(_: impl IntoIterator<Item = Option<&'a Self>>) -> Option<Self> {
            None
        }
    }

    /// Nothing embeds by hand in this build.
    #[derive(Clone, Debug)]
    pub enum Hand {}

    impl Hand {
        /// There is none.
        #[must_use]
        pub fn read(_: &[u8]) -> Option<Self> {
            None
        }

        pub(crate) fn of(
            _: &[u8],
            _: Architecture,
            _: BTreeMap<String, Vec<usize>>,
            tensors: weights::Values,
        ) -> (Option<Self>, weights::Values) {
            (None, tensors)
        }

        pub(crate) fn is_for(&self, _: Architecture) -> bool {
            match *self {}
        }

        pub(crate) fn embed_koch<'a>(
            &self,
            _: &Koch,
            _: impl IntoIterator<Item = &'a Bitmap>,
            _: &Device,
        ) -> Option<Embedding> {
            match *self {}
        }

        pub(crate) fn score(
            &self,
            _: (&Values, &Values),
            _: Views,
            _: &Device,
        ) -> Option<Tensor<2>> {
            match *self {}
        }

        pub(crate) fn embed<'a>(
            &self,
            _: impl IntoIterator<Item = &'a Bitmap>,
            _: Views,
            _: &Device,
        ) -> Option<Embedding> {
            match *self {}
        }
    }
}
