//! Embeddings, drawing by drawing, so that parts of it can be taken and joined.

use std::fmt;
use std::sync::{Arc, OnceLock};

use crate::{Embedding, Prepared};
use twinglyph_core::Views;

/// Embeddings, a drawing each: the numbers of its views.
#[derive(Clone)]
pub struct Values {
    views: Views,
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
        let drawings = chosen.collect::<Option<Vec<_>>>()?;
        Some(Self::of(self.views, drawings))
    }

    /// By how many views each drawing is embedded.
    #[must_use]
    pub fn views(&self) -> Views {
        self.views
    }

    /// Components of the whole drawing's embedding, of all views; 0 of no drawing.
    #[must_use]
    pub fn components(&self) -> usize {
        self.drawings.first().map_or(0, |first| first.global.len())
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

    /// Drawings by these views, from the numbers of all their images: view by view of each drawing. What is
    /// left over of a drawing is not taken.
    #[must_use]
    pub fn new(embedding: &Embedding, views: Views) -> Self {
        let drawings = embedding.images / views.count();
        let part = |length: usize| length / drawings.max(1);
        let (of_global, of_local) = (part(embedding.global.len()), part(embedding.local.len()));
        let each = (0..drawings).map(|at| {
            Arc::new(Drawing {
                global: embedding.global[at * of_global..][..of_global].to_vec(),
                local: embedding.local[at * of_local..][..of_local].to_vec(),
            })
        });
        Self::of(views, each.collect())
    }

    fn of(views: Views, drawings: Vec<Arc<Drawing>>) -> Self {
        Self {
            views,
            drawings,
            prepared: Arc::default(),
        }
    }

    /// All drawings of several of one network's embeddings by the same views; `None` of none.
    #[must_use]
    pub fn concat<'a>(parts: impl IntoIterator<Item = &'a Self>) -> Option<Self> {
        let mut parts = parts.into_iter();
        let first = parts.next()?;
        let mut drawings = first.drawings.clone();
        drawings.extend(parts.flat_map(|part| part.drawings.clone()));
        Some(Self::of(first.views, drawings))
    }

    /// The views of one symmetry, given by its number, each as an image of its own.
    pub(crate) fn in_symmetry(&self, symmetry: usize) -> Embedding {
        let (count, tilts) = (self.views.count(), self.views.tilts().len());
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
