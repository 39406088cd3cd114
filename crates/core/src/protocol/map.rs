//! Embeddings as a picture: where the classes of a support set lie to each other, and a drawing among
//! them.

use serde::{Deserialize, Serialize};

use crate::look_alikes::LookAlikes;

/// The embeddings of a support set on the two axes along which its classes differ most
/// ([`crate::pca`]), in units of the embedding.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EmbeddingMap {
    /// Each class, in the order of the support set; of several examples their mean.
    pub points: Vec<[f32; 2]>,
    /// The drawing, on the axes of the support set, which it doesn't change.
    pub query: Option<[f32; 2]>,
    /// The share of the classes' variance that each axis shows, 0 to 1.
    pub shares: [f32; 2],
    /// Dimensions of an embedding by one view.
    pub components: u32,
    /// By how many views, as rankings go by; their embeddings are put end to end.
    pub views: u32,
    /// Classes that look alike, most similar first; none of a set with more examples than
    /// [`crate::look_alikes::MOST`].
    pub alike: Vec<LookAlikes>,
}
