//! Koch's network at rest: its convolutions, its dense layer as the file has it, and its head.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use twinglyph_core::Architecture;

use crate::head::Terms;
use crate::maps::Maps;
use crate::weights::{self, WeightsError};
use crate::{Chain, Embedding, Link, Matrix, Rows8, TensorMap, Values};

/// The convolutions in their order, with what is pooled (the paper's figure 4).
const CONVOLUTIONS: [(&str, bool); 4] = [
    ("conv1", true),
    ("conv2", true),
    ("conv3", true),
    ("conv4", false),
];

/// Koch's network. Clones share their memory.
#[derive(Clone)]
pub struct Koch(Arc<Inner>);

struct Inner {
    chain: Mutex<Chain>,
    filters: Maps,
    /// One a component of the embedding; trained freely, they become negative.
    weight: Vec<f32>,
    bias: f32,
}

impl fmt::Debug for Koch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Koch({})", self.0.weight.len())
    }
}

/// What a tensor's name stands for: its shape and its numbers.
type Read<'a> = &'a dyn Fn(&str) -> Result<(Vec<usize>, Vec<f32>), WeightsError>;

impl Koch {
    /// The network of a weights file's bytes.
    ///
    /// # Errors
    /// When a tensor is missing or has not its shape.
    pub fn read(file: &[u8]) -> Result<Self, WeightsError> {
        let dense = match weights::rows_of(file, "dense.weight")? {
            Some((numbers, scales)) => Matrix::I8(Rows8 { numbers, scales }),
            None => Matrix::F32(weights::tensor(file, "dense.weight")?.1),
        };
        Self::of(&|name| weights::tensor(file, name), dense)
    }

    /// The network of these tensors.
    ///
    /// # Errors
    /// As [`Koch::read`].
    pub fn new(map: &TensorMap) -> Result<Self, WeightsError> {
        let tensor = |name: &str| {
            let tensor = map.get(name);
            let tensor = tensor.ok_or_else(|| WeightsError::Missing(name.to_owned()))?;
            Ok((tensor.shape.clone(), tensor.values.clone()))
        };
        let dense = tensor("dense.weight")?.1;
        Self::of(&tensor, Matrix::F32(dense))
    }

    fn of(tensor: Read<'_>, dense: Matrix) -> Result<Self, WeightsError> {
        let mut links = Vec::with_capacity(CONVOLUTIONS.len());
        for (name, pool) in CONVOLUTIONS {
            let (shape, weights) = tensor(&format!("{name}.weight"))?;
            let (_, bias) = tensor(&format!("{name}.bias"))?;
            links.push(Link {
                weights,
                bias,
                side: shape.last().copied().unwrap_or_default(),
                padding: 0,
                pool,
            });
        }
        let filters = Maps {
            layer: CONVOLUTIONS[0].0.to_owned(),
            side: links[0].side,
            values: links[0].weights.clone(),
        };
        let dense = (dense, tensor("dense.bias")?.1);
        let chain = Chain::new(Architecture::Koch.input_side(), links, Some(dense))
            .map_err(|error| WeightsError::Form(error.to_string()))?;
        Ok(Self(Arc::new(Inner {
            chain: Mutex::new(chain),
            filters,
            weight: tensor("score.weight")?.1,
            bias: tensor("score.bias")?.1.first().copied().unwrap_or_default(),
        })))
    }

    /// Images, `[n, 105, 105]` from 0 to 1, embedded: `[n, 4096]`, each component 0 to 1.
    #[must_use]
    pub fn embed_images(&self, images: &[f32]) -> Embedding {
        let side = Architecture::Koch.input_side();
        let mut chain = self.0.chain.lock().unwrap_or_else(PoisonError::into_inner);
        Embedding {
            images: images.len() / (side * side),
            global: chain.embed(images),
            local: Vec::new(),
        }
    }

    /// As [`Koch::embed_images`], of one image; gives the maps of each convolution, too.
    #[must_use]
    pub fn embed_seen(&self, image: &[f32]) -> (Embedding, Vec<Maps>) {
        let embedding = self.embed_images(image);
        let chain = self.0.chain.lock().unwrap_or_else(PoisonError::into_inner);
        let maps = CONVOLUTIONS.into_iter().zip(chain.maps());
        let maps = maps.map(|((layer, _), (side, values))| Maps {
            layer: layer.to_owned(),
            side,
            values,
        });
        (embedding, maps.collect())
    }

    /// The filters of the first layer, `[64, 1, 10, 10]`.
    #[must_use]
    pub fn filters(&self) -> Maps {
        self.0.filters.clone()
    }

    /// Scores of every query with every support drawing, `[queries, supports]`: the bias plus the weighted
    /// L1 distance of the embeddings (section 3.1).
    #[must_use]
    pub fn scores(&self, query: &Values, support: &Values) -> Vec<f32> {
        let mut scores = Vec::with_capacity(query.len() * support.len());
        for one in query.each_global() {
            for other in support.each_global() {
                let distances = one.iter().zip(other).zip(&self.0.weight);
                let sum: f32 = distances.map(|((a, b), w)| (a - b).abs() * w).sum();
                scores.push(sum + self.0.bias);
            }
        }
        scores
    }

    /// What the score of one query with one support drawing is the sum of.
    #[must_use]
    pub fn terms(&self, query: &Values, support: &Values) -> Terms {
        let pair = query.each_global().next().zip(support.each_global().next());
        let (one, other) = pair.unwrap_or_default();
        let distances = one.iter().zip(other).zip(&self.0.weight);
        Terms {
            bias: self.0.bias,
            global: distances.map(|((a, b), w)| (a - b).abs() * w).collect(),
            local: None,
        }
    }
}
