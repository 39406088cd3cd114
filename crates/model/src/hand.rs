//! Embeddings by hand: `compact`'s and `deep`'s on the CPU, without the tensor library, in half
//! its time (docs/performance.md). Refuses to know devices: who uses it holds it against the
//! tensor library's numbers first.

#[cfg(feature = "train")]
pub use of_train::Hand;
#[cfg(not(feature = "train"))]
pub use without_train::Hand;

#[cfg(feature = "train")]
mod of_train {
    use std::fmt;
    use std::sync::{Arc, Mutex, PoisonError};

    use burn::tensor::{Device, Tensor, TensorData};
    use twinglyph_core::{Bitmap, Views};
    use twinglyph_swift::{Embedder, Network, PLACES, Precision};

    use crate::train::{form, tensors};
    use crate::weights;
    use crate::{Architecture, Embedding};

    /// A network that embeds by hand. Clones share their memory.
    #[derive(Clone)]
    pub struct Hand {
        architecture: Architecture,
        embedder: Arc<Mutex<Embedder>>,
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
            let map = tensors(file, architecture).ok()?;
            let network = Network::from_tensors(form(architecture).ok()?, &map).ok()?;
            let embedder = Embedder::new(network, Precision::F32);
            Some(Self {
                architecture,
                embedder: Arc::new(Mutex::new(embedder)),
            })
        }

        /// Drawings embedded by these views, on the CPU `device`.
        pub(crate) fn embed<'a>(
            &self,
            drawings: impl IntoIterator<Item = &'a Bitmap>,
            views: Views,
            device: &Device,
        ) -> Embedding {
            let inputs = drawings
                .into_iter()
                .flat_map(|drawing| views.inputs(self.architecture, drawing));
            let images: Vec<f32> = inputs.collect();
            let embedding = self
                .embedder
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .embed(&images);
            let images = embedding.images.max(1);
            let batch = embedding.images / views.count();
            let places = PLACES * views.count();
            let components = embedding.global.len() / images * views.count();
            let channels = embedding.local.len() / (images * PLACES);
            let global = TensorData::new(embedding.global, [batch, components]);
            let local = TensorData::new(embedding.local, [batch, places, channels]);
            Embedding {
                views,
                global: Tensor::from_data(global, device),
                local: Some(Tensor::from_data(local, device)),
            }
        }
    }
}

#[cfg(not(feature = "train"))]
mod without_train {
    use burn::tensor::Device;
    use twinglyph_core::{Bitmap, Views};

    use crate::Embedding;

    /// Nothing embeds by hand in this build.
    #[derive(Clone, Debug)]
    pub enum Hand {}

    impl Hand {
        /// There is none.
        #[must_use]
        pub fn read(_: &[u8]) -> Option<Self> {
            None
        }

        pub(crate) fn embed<'a>(
            &self,
            _: impl IntoIterator<Item = &'a Bitmap>,
            _: Views,
            _: &Device,
        ) -> Embedding {
            match *self {}
        }
    }
}
