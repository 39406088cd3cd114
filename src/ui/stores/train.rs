//! Runs of training: what is asked of the worker for them, and who hears what they tell.
//!
//! The stores hear the worker for all pages, and the page of the training is fetched after them: they know
//! it by what it can be told.

use std::sync::Arc;

use leptos::prelude::*;
use twinglyph_core::protocol::{Command, Failure, TrainControl, TrainStart, TrainUpdate};

use super::AppState;
use super::faults::{Faults, Moment};
use crate::client::worker_client::{Asker, Kind};

/// The page of the training, once it is there.
pub(crate) trait TrainObserver: Send + Sync {
    /// Is a run under way, which a reload of the page would interrupt?
    fn is_underway(&self) -> bool;
    /// A run tells how it goes.
    fn hear(&self, run: u32, update: TrainUpdate);
    /// The worker that was asked this is gone.
    fn lose(&self, asked: Asker);
    /// Something that was asked of a run, of models or of checkpoints failed.
    fn fail(&self, asked: Asker, failure: &Failure);
    /// The list of kept models is there.
    fn listed(&self);
    /// A kept model's file.
    fn export(&self, name: &str, bytes: &[u8]);
}

/// The runs, and the page that observes them.
#[derive(Clone, Copy)]
pub(crate) struct TrainStore {
    app: AppState,
    faults: Faults,
    observer: StoredValue<Option<Arc<dyn TrainObserver>>>,
}

impl TrainStore {
    #[inline(never)]
    pub(super) fn new(app: AppState, faults: Faults) -> Self {
        Self {
            app,
            faults,
            observer: StoredValue::new(None),
        }
    }

    /// The page of the training hears of its run from now on.
    pub(crate) fn observe(self, observer: impl TrainObserver + 'static) {
        self.observer.set_value(Some(Arc::new(observer)));
    }

    /// Begins a run.
    pub(crate) fn start(self, start: TrainStart) {
        let run = start.run.into();
        let command = Command::Train(Box::new(start));
        self.app.ask(Kind::Training, run, command);
    }

    /// Pauses, goes on with or ends a run.
    pub(crate) fn control(self, run: u32, control: TrainControl) {
        self.app
            .apply(|client| client.control_training(run, control));
    }

    /// Asks for something with kept models or checkpoints.
    pub(crate) fn ask_models(self, command: Command) {
        self.app.ask(Kind::Models, 0, command);
    }

    /// Is the page of the training there?
    pub(super) fn is_observed(self) -> bool {
        self.observer.with_value(Option::is_some)
    }

    /// Is a run under way?
    pub(crate) fn is_underway(self) -> bool {
        let observer = self.observer.get_value();
        observer.is_some_and(|observer| observer.is_underway())
    }

    pub(super) fn tell(self, tell: impl FnOnce(&dyn TrainObserver)) {
        if let Some(observer) = self.observer.get_value() {
            tell(&*observer);
        }
    }

    pub(super) fn hear(self, run: u32, update: TrainUpdate) {
        let kept = matches!(update, TrainUpdate::Kept { .. });
        self.tell(|observer| observer.hear(run, update));
        if kept {
            self.faults.reach(Moment::Checkpoint);
        }
    }
}
