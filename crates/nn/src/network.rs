//! A network: its numbers, and what it says of images once trained.

use twinglyph_core::rng::Rng;

use crate::architecture::{
    Architecture, ArchitectureError, INPUT_SIDE, Order, Plan, STEM_SIDE, Tensors,
};
use crate::head::{self, Head, PLACES, Side, Supports, Terms};
use crate::kernels::{Kernel, Precision};
use crate::maps::Maps;
use crate::pass::Pass;
use crate::tensors::{Kind, TensorError, TensorMap, export, import, no_extra};

/// Images embedded at once, and sides of the squares of scores computed at once.
const AT_ONCE: usize = 64;

/// A network's parameters and running statistics.
#[derive(Clone, Debug)]
pub struct Network {
    architecture: Architecture,
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
    /// `[images, 36, channels]`.
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
        let parts = self.global.chunks(of_global.max(1));
        let parts = parts.zip(self.local.chunks(of_local.max(1)));
        let parts = parts.enumerate().map(|(at, (global, local))| Side {
            count: AT_ONCE.min(self.images - at * AT_ONCE),
            global,
            local,
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
    /// A network with fresh weights: Kaiming-normal convolutions before norms, uniform ones else,
    /// and the head as the recipe starts it.
    ///
    /// # Errors
    /// When the architecture can't be computed here.
    pub fn new(architecture: Architecture, seed: u64) -> Result<Self, ArchitectureError> {
        architecture.check()?;
        let plan = Plan::new(&architecture);
        let tensors = Tensors::new(&plan);
        let mut parameters = vec![0f32; tensors.parameters];
        let mut statistics = vec![0f32; tensors.statistics];
        let mut rng = Rng::new(seed);
        let fan_in = |name: &str| match name.starts_with("global") {
            true => plan.global.depth() as f32,
            false => plan.local.depth() as f32,
        };
        for entry in &tensors.entries {
            let name = entry.name.as_str();
            let values = match entry.statistic {
                true => &mut statistics[entry.range.clone()],
                false => &mut parameters[entry.range.clone()],
            };
            let projection = name.starts_with("global.") || name.starts_with("local.");
            if projection {
                let bound = 1.0 / fan_in(name).sqrt();
                values.fill_with(|| rng.uniform(-bound, bound));
            } else if entry.order == Order::Conv {
                let fan_out = entry.shape[0] * entry.shape[2] * entry.shape[3];
                let deviation = (2.0 / fan_out as f32).sqrt();
                let count: usize = entry.shape.iter().product();
                values[..count].fill_with(|| deviation * rng.normal());
            } else {
                values.fill(match name {
                    "score.bias" => 4.0,
                    "score.global_weight" => 0.125,
                    "score.local_weight" => 1.0,
                    "score.local_offset" => 0.0,
                    _ if name.ends_with(".weight") || name.ends_with(".running_var") => 1.0,
                    _ => 0.0,
                });
            }
        }
        Ok(Self {
            architecture,
            plan,
            tensors,
            parameters,
            statistics,
        })
    }

    /// The network of the tensors of a weights file.
    ///
    /// # Errors
    /// When they are not exactly this architecture's, or a number is not finite.
    pub fn from_tensors(architecture: Architecture, map: &TensorMap) -> Result<Self, TensorError> {
        architecture.check()?;
        let plan = Plan::new(&architecture);
        let tensors = Tensors::new(&plan);
        no_extra(&tensors, map)?;
        Ok(Self {
            parameters: import(&tensors, Kind::Trained, map)?,
            statistics: import(&tensors, Kind::Statistic, map)?,
            architecture,
            plan,
            tensors,
        })
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
    pub fn architecture(&self) -> &Architecture {
        &self.architecture
    }

    /// Embeds images, `[n, 48, 48]` from 0 to 1, by the running statistics. What is left over of
    /// an image is not looked at.
    #[must_use]
    pub fn embed(&self, images: &[f32], precision: Precision) -> Embedding {
        let pixels = INPUT_SIDE * INPUT_SIDE;
        let count = images.len() / pixels;
        let mut embedding = Embedding {
            images: count,
            global: Vec::with_capacity(count * self.plan.global.out),
            local: Vec::with_capacity(count * PLACES * self.plan.local.out),
        };
        if count == 0 {
            return embedding;
        }
        let at_once = AT_ONCE.min(count.next_multiple_of(2));
        let mut pass = Pass::new(&self.plan, precision, at_once, false);
        pass.pack(self);
        for images in images[..count * pixels].chunks(at_once * pixels) {
            let count = images.len() / pixels;
            pass.infer(self, images);
            let (global, local) = pass.embeddings();
            embedding
                .global
                .extend(&global[..count * self.plan.global.out]);
            embedding
                .local
                .extend(&local[..count * PLACES * self.plan.local.out]);
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

    /// The filters of the stem.
    pub(crate) fn filters(&self) -> Maps {
        let channels = self.plan.layers[0].geometry.out;
        let pixels = &self.parameter("stem.conv", "weight")[..STEM_SIDE * STEM_SIDE * channels];
        Maps::new("stem", STEM_SIDE, channels, pixels)
    }

    /// The parameter `owner.name`.
    pub(crate) fn parameter(&self, owner: &str, name: &str) -> &[f32] {
        &self.parameters[self.tensors.range(owner, name)]
    }

    pub(crate) fn head(&self) -> Head<'_> {
        Head {
            bias: self.parameter("score", "bias")[0],
            global_weight: self.parameter("score", "global_weight"),
            local_weight: self.parameter("score", "local_weight")[0],
            local_offset: self.parameter("score", "local_offset"),
        }
    }
}
