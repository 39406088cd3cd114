//! Who hears what a run of training tells.
//!
//! The desk hears the worker for all pages, and the page of the training is fetched after it: the
//! desk knows it by what it can be told.

use std::sync::Arc;

use leptos::prelude::*;
use twinglyph_core::protocol::{Failure, TrainNews};

use super::Desk;
use crate::client::link::Asker;

/// The page of the training, once it is there.
pub(crate) trait Pupil: Send + Sync {
    /// Is a run under way, which a reload of the page would interrupt?
    fn is_underway(&self) -> bool;
    /// A run tells how it goes.
    fn hear(&self, run: u32, news: TrainNews);
    /// The worker that was asked this is gone.
    fn lose(&self, asked: Asker);
    /// Something that was asked of a run, of models or of checkpoints failed.
    fn fail(&self, asked: Asker, failure: &Failure);
    /// The list of kept models is there.
    fn listed(&self);
    /// A kept model's file.
    fn export(&self, name: &str, bytes: &[u8]);
}

impl Desk {
    /// The page of the training hears of its run from now on.
    pub(crate) fn enrol(self, pupil: impl Pupil + 'static) {
        self.pupil.set_value(Some(Arc::new(pupil)));
    }

    pub(super) fn pupil(self, tell: impl FnOnce(&dyn Pupil)) {
        if let Some(pupil) = self.pupil.get_value() {
            tell(&*pupil);
        }
    }

    /// Is a run of training under way?
    pub(super) fn learns(self) -> bool {
        let pupil = self.pupil.get_value();
        pupil.is_some_and(|pupil| pupil.is_underway())
    }
}
