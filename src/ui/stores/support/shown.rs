//! The support set on the page, with its pictures.

use std::sync::{Arc, OnceLock};

use twinglyph_core::canonical::{self, Window};

use crate::session::support::{Class, SupportSet};
use crate::vectorize::outline;

/// A support set whose pictures are made when they are asked for.
#[derive(Debug)]
pub(crate) struct Shown {
    /// The set.
    pub(crate) set: SupportSet,
    /// Outline of each class's example, once it was asked for.
    outlines: Vec<OnceLock<Arc<str>>>,
}

impl Shown {
    pub(super) fn new(set: SupportSet) -> Self {
        let outlines = set.classes.iter().map(|_| OnceLock::new()).collect();
        Self { set, outlines }
    }

    /// Outline of a class's example; empty where there is no such class.
    pub(crate) fn outline(&self, class: usize) -> Arc<str> {
        let found = self.set.classes.get(class).zip(self.outlines.get(class));
        let made = |(class, made): (&Class, &OnceLock<Arc<str>>)| {
            made.get_or_init(|| outline(&class.example).into()).clone()
        };
        found.map_or_else(|| Arc::from(""), made)
    }

    /// Where a class's example's ink lies on its sheet.
    pub(crate) fn window(&self, class: usize) -> Option<Window> {
        let class = self.set.classes.get(class)?;
        Some(canonical::window(&class.example))
    }
}
