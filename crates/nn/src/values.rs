//! Embeddings, drawing by drawing, so that parts of it can be taken and joined.

use std::fmt;
use std::sync::{Arc, OnceLock};

use crate::{Embedding, Prepared};
use twinglyph_core::Views;

/// Embeddings, a drawing each: the numbers of its views.
#[derive(Clone)]
pub struct Values {
    drawings: Vec<Arc<Drawing>>,
    /// As a support set, symmetry by symmetry, once it was one.
    pub(crate) prepared: Arc<OnceLock<Vec<Prepared>>>,
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
    #[must_use]
    pub fn select(&self, drawings: impl IntoIterator<Item = usize>) -> Option<Self> {
        let chosen = drawings
            .into_iter()
            .map(|at| self.drawings.get(at).cloned());
        chosen.collect::<Option<Vec<_>>>().map(Self::new)
    }

    /// Number of drawings.
    #[must_use]
    pub fn len(&self) -> usize {
        self.drawings.len()
    }

    /// Is there no drawing?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.drawings.is_empty()
    }

    /// All numbers of the whole drawings, one behind the other: `[drawings, views, components]`.
    pub fn global(&self) -> impl Iterator<Item = f32> {
        let each = self.drawings.iter();
        each.flat_map(|drawing| drawing.global.iter().copied())
    }

    /// All numbers of their places: `[drawings, views, 36, channels]`.
    pub fn local(&self) -> impl Iterator<Item = f32> {
        let each = self.drawings.iter();
        each.flat_map(|drawing| drawing.local.iter().copied())
    }

    /// Of so many drawings' numbers together, each by as many views.
    pub(crate) fn of(embedding: &Embedding, drawings: usize) -> Self {
        let part = |length: usize| (length / drawings.max(1)).max(1);
        let global = embedding.global.chunks_exact(part(embedding.global.len()));
        let of_local = embedding.local.len() / drawings.max(1);
        let each = global.enumerate().map(|(at, global)| {
            Arc::new(Drawing {
                global: global.to_vec(),
                local: embedding.local[at * of_local..][..of_local].to_vec(),
            })
        });
        Self::new(each.collect())
    }

    fn new(drawings: Vec<Arc<Drawing>>) -> Self {
        Self {
            drawings,
            prepared: Arc::default(),
        }
    }

    /// All drawings of several; `None` where one part has no such numbers.
    #[must_use]
    pub fn concat<'a>(parts: impl IntoIterator<Item = Option<&'a Self>>) -> Option<Self> {
        let parts = parts.into_iter().collect::<Option<Vec<_>>>()?;
        let drawings = parts.into_iter().flat_map(|part| part.drawings.clone());
        Some(Self::new(drawings.collect()))
    }

    /// The views of one symmetry, given by its number, each as an image of its own.
    pub(crate) fn in_symmetry(&self, symmetry: usize, views: Views) -> Embedding {
        let (count, tilts) = (views.count(), views.tilts().len());
        let part = |values: &[f32]| {
            let length = values.len() / count * tilts;
            symmetry * length..(symmetry + 1) * length
        };
        let mut embedding = Embedding {
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
