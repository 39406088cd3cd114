//! A network: its parameters and statistics, embeddings of images, scores of pairs.

use std::borrow::Cow;

use twinglyph_core::rng::Rng;

use crate::activations::Activations;
use crate::head::{self, Head, LocalHead, Side, Supports, Terms};
use crate::kernels::{Kernel, Precision};
use crate::maps::Maps;
use crate::spec::{self, Initial, Plan, SCORE, Spec, SpecError, Tensors};
use crate::tensors::{Kind, TensorError, TensorMap, export, import, no_extra};

/// Batch size of embeddings, and side of the blocks of scores.
const AT_ONCE: usize = 64;

/// A network's parameters and running statistics.
#[derive(Clone, Debug)]
pub struct Network {
    spec: Spec,
    pub(crate) plan: Plan,
    pub(crate) tensors: Tensors,
    pub(crate) parameters: Vec<f32>,
    pub(crate) statistics: Vec<f32>,
}

/// Embeddings of images.
#[derive(Clone, Debug, PartialEq)]
pub struct Embedding {
    /// Number of images.
    pub images: usize,
    /// `[images, components]`, from 0 to 1.
    pub global: Vec<f32>,
    /// `[images, 36, channels]`; empty of a network without local embedding.
    pub local: Vec<f32>,
}

/// Embeddings of a support set in the form that scores are computed from, for many queries.
pub struct Prepared {
    images: usize,
    /// [`AT_ONCE`] images each.
    parts: Vec<Supports>,
}

impl Prepared {
    /// Of all these images.
    #[must_use]
    pub fn new(support: &Embedding) -> Self {
        let sides = support.sides();
        Self {
            images: support.images,
            parts: sides.into_iter().map(Supports::new).collect(),
        }
    }
}

impl Embedding {
    /// The images in parts of [`AT_ONCE`].
    fn sides(&self) -> Vec<Side<'_>> {
        let images = self.images.max(1);
        let of_global = AT_ONCE * (self.global.len() / images);
        let of_local = AT_ONCE * (self.local.len() / images);
        let parts = self.global.chunks(of_global.max(1)).enumerate();
        let parts = parts.map(|(at, global)| {
            let count = AT_ONCE.min(self.images - at * AT_ONCE);
            let first = at * of_local;
            Side {
                count,
                global,
                local: &self.local[first..first + count * (of_local / AT_ONCE)],
            }
        });
        parts.collect()
    }

    fn side(&self) -> Side<'_> {
        Side {
            count: self.images,
            global: &self.global,
            local: &self.local,
        }
    }

    /// The embeddings of the first images, and of the others.
    ///
    /// # Panics
    /// When there are fewer than `first`.
    #[must_use]
    pub fn split_at(mut self, first: usize) -> (Self, Self) {
        let rest = self.images - first;
        let of = |values: &mut Vec<f32>, images: usize| {
            let each = values.len() / images.max(1);
            values.split_off(first * each)
        };
        let rest = Self {
            images: rest,
            global: of(&mut self.global, self.images),
            local: of(&mut self.local, self.images),
        };
        self.images = first;
        (self, rest)
    }
}

impl Network {
    /// A network with fresh weights: Kaiming-normal convolutions before norms, the rest of `compact`'s form
    /// as the recipe starts it, and Koch's as the paper does.
    ///
    /// # Errors
    /// When the network can't be computed here.
    pub fn new(spec: impl Into<Spec>, seed: u64) -> Result<Self, SpecError> {
        let (spec, plan, tensors) = planned(spec.into())?;
        let mut parameters = vec![0f32; tensors.parameters];
        let mut statistics = vec![0f32; tensors.statistics];
        let mut rng = Rng::new(seed);
        for entry in &tensors.entries {
            let values = match entry.statistic {
                true => &mut statistics[entry.range.clone()],
                false => &mut parameters[entry.range.clone()],
            };
            let values = &mut values[..entry.count()];
            match entry.initial {
                Initial::Constant(value) => values.fill(value),
                Initial::Normal { mean, deviation } => {
                    values.fill_with(|| mean + deviation * rng.normal());
                }
                Initial::Uniform(bound) => values.fill_with(|| rng.uniform(-bound, bound)),
            }
        }
        Ok(Self {
            spec,
            plan,
            tensors,
            parameters,
            statistics,
        })
    }

    /// The network of the tensors of a weights file.
    ///
    /// # Errors
    /// When they are not exactly this network's, or a number is not finite.
    pub fn from_tensors(spec: impl Into<Spec>, map: &TensorMap) -> Result<Self, TensorError> {
        let (spec, plan, tensors) = planned(spec.into())?;
        no_extra(&tensors, map)?;
        Ok(Self {
            parameters: import(&tensors, Kind::Trained, map)?,
            statistics: import(&tensors, Kind::Statistic, map)?,
            spec,
            plan,
            tensors,
        })
    }

    /// The network of the tensors of a weights file without the dense layer's weights, for inference that has
    /// them in 8 bits.
    ///
    /// # Errors
    /// As [`Network::from_tensors`].
    pub(crate) fn without_dense(spec: Spec, map: &TensorMap) -> Result<Self, TensorError> {
        let (spec, plan, mut tensors) = planned(spec)?;
        let dense = tensors.dense.clone();
        tensors
            .entries
            .retain(|entry| entry.statistic || entry.range != dense);
        tensors.parameters = dense.start;
        no_extra(&tensors, map)?;
        Ok(Self {
            parameters: import(&tensors, Kind::Trained, map)?,
            statistics: import(&tensors, Kind::Statistic, map)?,
            spec,
            plan,
            tensors,
        })
    }

    /// The same network with other numbers.
    pub(crate) fn with(&self, parameters: Vec<f32>, statistics: Vec<f32>) -> Self {
        Self {
            spec: self.spec.clone(),
            plan: self.plan.clone(),
            tensors: self.tensors.clone(),
            parameters,
            statistics,
        }
    }

    /// All tensors, as a weights file holds them.
    #[must_use]
    pub fn to_tensors(&self) -> TensorMap {
        let mut map = export(&self.tensors, Kind::Trained, &self.parameters);
        map.extend(export(&self.tensors, Kind::Statistic, &self.statistics));
        map
    }

    /// What it is made of.
    #[must_use]
    pub fn spec(&self) -> &Spec {
        &self.spec
    }

    /// Embeds images, `[n, side, side]` from 0 to 1, by the running statistics. What is left over of
    /// an image is not looked at.
    #[must_use]
    pub fn embed(&self, images: &[f32], precision: Precision) -> Embedding {
        let pixels = self.plan.pixels();
        let (of_global, of_local) = (self.plan.components(), self.plan.local_values());
        let count = images.len() / pixels;
        let mut embedding = Embedding {
            images: count,
            global: Vec::with_capacity(count * of_global),
            local: Vec::with_capacity(count * of_local),
        };
        if count == 0 {
            return embedding;
        }
        let at_once = AT_ONCE.min(count.next_multiple_of(2));
        let mut activations = Activations::new(&self.plan, precision, at_once, false);
        activations.pack(self);
        for images in images[..count * pixels].chunks(at_once * pixels) {
            let count = images.len() / pixels;
            activations.infer(self, images);
            let found = activations.embeddings();
            embedding.global.extend(&found.global[..count * of_global]);
            embedding.local.extend(&found.local[..count * of_local]);
        }
        embedding
    }

    /// The scores of all pairs, `[queries, supports]`; higher is more alike.
    #[must_use]
    pub fn score(&self, query: &Embedding, support: &Prepared) -> Vec<f32> {
        let kernel = Kernel::best(Precision::F32);
        let mut scores = vec![0f32; query.images * support.images];
        for (q, one) in query.sides().into_iter().enumerate() {
            for (s, two) in support.parts.iter().enumerate() {
                let scored = head::score(kernel, &self.head(), one, two);
                for row in 0..one.count {
                    let at = (q * AT_ONCE + row) * support.images + s * AT_ONCE;
                    let of = scored.of(row);
                    scores[at..at + of.len()].copy_from_slice(of);
                }
            }
        }
        scores
    }

    /// What the score of one query with one support image is the sum of.
    pub(crate) fn terms(&self, query: &Embedding, support: &Embedding) -> Terms {
        head::terms(&self.head(), query.side(), support.side())
    }

    /// The filters of the first layer.
    pub(crate) fn filters(&self) -> Maps {
        let (first, side) = (&self.plan.layers[0], self.plan.im2col.kernel);
        let channels = first.geometry.out;
        let pixels = &self.parameter(&first.conv, "weight")[..side * side * channels];
        Maps::new(spec::part(&first.conv), side, channels, pixels)
    }

    /// The parameter `owner.name`.
    pub(crate) fn parameter(&self, owner: &str, name: &str) -> &[f32] {
        &self.parameters[self.tensors.range(owner, name)]
    }

    pub(crate) fn head(&self) -> Head<'_> {
        let of = |name| self.parameter(SCORE, name);
        let bias = of("bias")[0];
        match self.spec.head {
            spec::Head::WeightedL1 => Head {
                bias,
                global_weight: of("weight").iter().map(|weight| -weight).collect(),
                local: None,
            },
            spec::Head::GlobalLocal(_) => Head {
                bias,
                global_weight: Cow::Borrowed(of("global_weight")),
                local: Some(LocalHead {
                    weight: of("local_weight")[0],
                    offset: of("local_offset"),
                }),
            },
        }
    }
}

/// A checked spec with what is derived from it.
fn planned(spec: Spec) -> Result<(Spec, Plan, Tensors), SpecError> {
    spec.check()?;
    let plan = Plan::new(&spec);
    let tensors = Tensors::new(&spec, &plan);
    Ok((spec, plan, tensors))
}
