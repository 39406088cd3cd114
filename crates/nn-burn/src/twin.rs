//! The twin networks behind one type: embed each image once, score pairs from embeddings.

use std::sync::{Mutex, PoisonError};

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::{Device, Int, Tensor, TensorData, Transaction};
use twinglyph_core::{Bitmap, Views};
use twinglyph_nn::backend::DeviceError;

use crate::Architecture;
use crate::compact::Compact;
use crate::head::Terms;
use crate::koch::Koch;

/// A twin network.
#[derive(Clone, Debug)]
pub enum Twin {
    /// `compact` or `deep`.
    Compact(Box<Compact>),
    /// The paper's network.
    Koch(Box<Koch>),
}

/// Embeddings of a batch of drawings, of each by one view or by several.
#[derive(Clone, Debug)]
pub struct Embedding {
    /// By how many views.
    pub views: Views,
    /// `[batch, views * components]`.
    pub global: Tensor<2>,
    /// `[batch, views * 36, 64]`, where the network matches locally.
    pub local: Option<Tensor<3>>,
}

impl Embedding {
    /// Number of drawings.
    #[must_use]
    pub fn len(&self) -> usize {
        self.global.dims()[0]
    }

    /// Is there no drawing?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The embeddings of drawings `start..end`.
    #[must_use]
    pub fn slice(&self, start: usize, end: usize) -> Self {
        let len = end - start;
        Self {
            views: self.views,
            global: self.global.clone().narrow(0, start, len),
            local: self
                .local
                .as_ref()
                .map(|local| local.clone().narrow(0, start, len)),
        }
    }

    /// The embeddings of these drawings, in this order; indices must be below [`Embedding::len`].
    #[must_use]
    pub fn select(&self, images: &[usize]) -> Self {
        let indices: Vec<i32> = images.iter().map(|&image| image as i32).collect();
        let count = indices.len();
        let device = self.global.device();
        let indices = Tensor::<1, Int>::from_data(TensorData::new(indices, [count]), &device);
        Self {
            views: self.views,
            global: self.global.clone().select(0, indices.clone()),
            local: self
                .local
                .as_ref()
                .map(|local| local.clone().select(0, indices)),
        }
    }

    /// Several batches of the same network's embeddings by the same views as one; `None` of none.
    #[must_use]
    pub fn concat(parts: Vec<Self>) -> Option<Self> {
        let views = parts.first()?.views;
        let locals = parts
            .iter()
            .map(|part| part.local.clone())
            .collect::<Option<Vec<_>>>();
        Some(Self {
            views,
            global: Tensor::cat(parts.into_iter().map(|part| part.global).collect(), 0),
            local: locals.map(|locals| Tensor::cat(locals, 0)),
        })
    }

    /// The numbers, read from the device with one request.
    ///
    /// # Errors
    /// What the device says when it does not give them.
    pub async fn numbers(self) -> Result<twinglyph_nn::Embedding, DeviceError> {
        let images = self.len() * self.views.count();
        let mut transaction = Transaction::default().register(self.global);
        if let Some(local) = self.local {
            transaction = transaction.register(local);
        }
        let data = transaction.execute_async().await;
        let mut numbers = Vec::new();
        for data in data.map_err(DeviceError::new)? {
            let values = data.try_to_vec::<f32>();
            numbers.push(values.map_err(DeviceError::new)?);
        }
        let mut numbers = numbers.into_iter();
        Ok(twinglyph_nn::Embedding {
            images,
            global: numbers.next().unwrap_or_default(),
            local: numbers.next().unwrap_or_default(),
        })
    }

    /// The embeddings by the views of one symmetry, given by its number: tilt by tilt, each a row of
    /// its own.
    fn in_symmetry(&self, symmetry: usize) -> (Tensor<2>, Option<Tensor<3>>) {
        let (batch, tilts) = (self.len(), self.views.tilts().len());
        let views = self.views.count();
        let components = self.global.dims()[1] / views;
        let of_symmetry = tilts * components;
        let global = self.global.clone();
        let global = global.narrow(1, symmetry * of_symmetry, of_symmetry);
        let local = self.local.clone().map(|local| {
            let [_, places, channels] = local.dims();
            let places = places / views;
            local
                .narrow(1, symmetry * tilts * places, tilts * places)
                .reshape([batch * tilts, places, channels])
        });
        (global.reshape([batch * tilts, components]), local)
    }
}

impl Twin {
    /// A network with fresh weights, drawn from `device`'s random numbers when they are first
    /// asked for.
    #[must_use]
    pub fn new(architecture: Architecture, device: &Device) -> Self {
        match architecture {
            Architecture::Compact => Self::Compact(Box::new(Compact::new(device))),
            Architecture::Deep => Self::Compact(Box::new(Compact::deep(device))),
            Architecture::Koch => Self::Koch(Box::new(Koch::new(device))),
        }
    }

    /// A network whose fresh weights this seed decides, the same each time on one device.
    #[must_use]
    pub fn fresh(architecture: Architecture, seed: u64, device: &Device) -> Self {
        // A device has one stream of random numbers for all threads: nobody else may draw from it
        // between the seed and the last weight, and weights are drawn when they are first asked
        // for.
        static DRAWING: Mutex<()> = Mutex::new(());
        let _alone = DRAWING.lock().unwrap_or_else(PoisonError::into_inner);
        device.seed(seed);
        let twin = Self::new(architecture, device);
        twin.visit(&mut Draw);
        twin
    }

    /// Which network this is.
    #[must_use]
    pub fn architecture(&self) -> Architecture {
        match self {
            Self::Compact(network) if network.is_deep() => Architecture::Deep,
            Self::Compact(_) => Architecture::Compact,
            Self::Koch(_) => Architecture::Koch,
        }
    }

    /// The same network for inference only. Its weights are no weights file's.
    #[must_use]
    pub fn folded(&self) -> Self {
        match self {
            Self::Compact(network) => Self::Compact(Box::new(network.folded())),
            Self::Koch(_) => self.clone(),
        }
    }

    /// The drawings as a batch that [`Twin::embed`] takes: `[drawings, 1, side, side]`.
    #[must_use]
    pub fn batch<'a>(
        &self,
        drawings: impl IntoIterator<Item = &'a Bitmap>,
        device: &Device,
    ) -> Tensor<4> {
        let architecture = self.architecture();
        let side = architecture.input_side();
        let mut values = Vec::new();
        for drawing in drawings {
            values.extend(architecture.input(drawing));
        }
        let count = values.len() / (side * side);
        Tensor::from_data(TensorData::new(values, [count, 1, side, side]), device)
    }

    /// `[batch, 1, side, side] -> ` embeddings of the batch.
    #[must_use]
    pub fn embed(&self, images: Tensor<4>) -> Embedding {
        match self {
            Self::Compact(network) => {
                let (global, local) = network.embed(images);
                Embedding {
                    views: Views::One,
                    global,
                    local: Some(local),
                }
            }
            Self::Koch(network) => Embedding {
                views: Views::One,
                global: network.embed(images),
                local: None,
            },
        }
    }

    /// Drawings embedded by these views; Koch's network has one only.
    #[must_use]
    pub fn embed_views<'a>(
        &self,
        drawings: impl IntoIterator<Item = &'a Bitmap>,
        views: Views,
        device: &Device,
    ) -> Embedding {
        let views = self.possible(views);
        let drawings: Vec<&Bitmap> = drawings.into_iter().collect();
        if views == Views::One {
            return self.embed(self.batch(drawings, device));
        }
        let architecture = self.architecture();
        let side = architecture.input_side();
        let inputs = drawings
            .into_iter()
            .flat_map(|drawing| views.inputs(architecture, drawing));
        let values: Vec<f32> = inputs.collect();
        let images = values.len() / (side * side);
        let shape = [images, 1, side, side];
        let Embedding { global, local, .. } =
            self.embed(Tensor::from_data(TensorData::new(values, shape), device));
        let (count, batch) = (views.count(), images / views.count());
        let [_, components] = global.dims();
        Embedding {
            views,
            global: global.reshape([batch, count * components]),
            local: local.map(|local| {
                let [_, places, channels] = local.dims();
                local.reshape([batch, count * places, channels])
            }),
        }
    }

    /// The views that the network supports, of those that are wanted. Koch's network has one: its training knows no
    /// other.
    #[must_use]
    pub fn possible(&self, views: Views) -> Views {
        match self {
            Self::Compact(_) => views,
            Self::Koch(_) => Views::One,
        }
    }

    /// As [`Twin::embed`]; `see` is shown the maps of each layer that has some,
    /// `[batch, channels, side, side]`, with its name in the weights file.
    pub fn embed_seen(
        &self,
        images: Tensor<4>,
        mut see: impl FnMut(&'static str, &Tensor<4>),
    ) -> Embedding {
        match self {
            Self::Compact(network) => {
                let (global, local) = network.embed_seen(images, &mut see);
                Embedding {
                    views: Views::One,
                    global,
                    local: Some(local),
                }
            }
            Self::Koch(network) => Embedding {
                views: Views::One,
                global: network.embed_seen(images, &mut see),
                local: None,
            },
        }
    }

    /// The filters of the first layer: `[channels, 1, side, side]`.
    #[must_use]
    pub fn filters(&self) -> Tensor<4> {
        match self {
            Self::Compact(network) => network.stem.conv.weight.val(),
            Self::Koch(network) => network.conv1.weight.val(),
        }
    }

    /// What the score of one query with one support image, by one view each, is the sum of.
    #[must_use]
    pub fn terms(&self, query: &Embedding, support: &Embedding) -> Terms {
        let global = (query.global.clone(), support.global.clone());
        let local = query.local.clone().zip(support.local.clone());
        match self {
            Self::Compact(network) => network.score.terms(global, local),
            Self::Koch(network) => network.score.terms(global.0, global.1),
        }
    }

    /// Scores of every query with every support drawing, both embedded by this network and by the
    /// same views: `[queries, supports]`, higher is more alike. By several views the score is the
    /// mean over symmetries and over all pairs of tilts.
    #[must_use]
    pub fn score(&self, query: &Embedding, support: &Embedding) -> Tensor<2> {
        let (queries, supports) = (query.len(), support.len());
        let tilts = support.views.tilts().len();
        let symmetries = support.views.symmetries().len();
        let scores = (0..symmetries).map(|symmetry| {
            let query = query.in_symmetry(symmetry);
            let support = support.in_symmetry(symmetry);
            let scores = self.score_images((query.0, support.0), query.1.zip(support.1));
            if tilts == 1 {
                return scores;
            }
            scores
                .reshape([queries, tilts, supports, tilts])
                .mean_dim(1)
                .mean_dim(3)
                .reshape([queries, supports])
        });
        match scores.reduce(|sum, scores| sum + scores) {
            Some(sum) if symmetries == 1 => sum,
            Some(sum) => sum.div_scalar(symmetries as f32),
            // No views have no symmetry.
            None => Tensor::zeros([queries, supports], &query.global.device()),
        }
    }

    fn score_images(
        &self,
        global: (Tensor<2>, Tensor<2>),
        local: Option<(Tensor<3>, Tensor<3>)>,
    ) -> Tensor<2> {
        match self {
            Self::Compact(network) => network.score.forward(global, local),
            Self::Koch(network) => network.score.forward(global.0, global.1),
        }
    }

    /// Number of trained parameters; running statistics of norms are none.
    #[must_use]
    pub fn parameters(&self) -> usize {
        twinglyph_nn::Spec::from(self.architecture()).parameters()
    }

    /// The network on another device, outside any gradient graph.
    #[must_use]
    pub fn to_device(self, device: &Device) -> Self {
        match self {
            Self::Compact(network) => Self::Compact(Box::new(network.to_device(device))),
            Self::Koch(network) => Self::Koch(Box::new(network.to_device(device))),
        }
    }

    /// The network as it infers: running statistics, no gradients.
    #[must_use]
    pub fn valid(&self) -> Self {
        match self {
            Self::Compact(network) => Self::Compact(Box::new(network.valid())),
            Self::Koch(network) => Self::Koch(Box::new(network.valid())),
        }
    }

    /// The network as it trains: batch statistics, gradients.
    #[cfg(feature = "train")]
    #[must_use]
    pub fn train(self) -> Self {
        match self {
            Self::Compact(network) => Self::Compact(Box::new(network.train())),
            Self::Koch(network) => Self::Koch(Box::new(network.train())),
        }
    }

    /// Shows every tensor to `visitor`.
    pub fn visit<V: ModuleVisitor>(&self, visitor: &mut V) {
        match self {
            Self::Compact(network) => network.visit(visitor),
            Self::Koch(network) => network.visit(visitor),
        }
    }

    /// Replaces every tensor by what `mapper` makes of it.
    #[must_use]
    pub fn map<M: ModuleMapper>(self, mapper: &mut M) -> Self {
        match self {
            Self::Compact(network) => Self::Compact(Box::new(network.map(mapper))),
            Self::Koch(network) => Self::Koch(Box::new(network.map(mapper))),
        }
    }
}

/// Asks for every weight.
struct Draw;

impl ModuleVisitor for Draw {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        drop(param.val());
    }
}
