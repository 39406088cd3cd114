//! Which model is loaded: the one in use, those that this browser keeps, the large one on its way.

use leptos::prelude::*;
use twinglyph_core::protocol::{Command, FailureKind, FetchEnd, LARGE_MODEL, ModelReport};

use super::AppState;
use crate::client::worker_client::{Kind, WorkerClient};
use crate::ui::address::{parameter, set_parameter};
use crate::ui::builtin_models::model_of;
use crate::words::words;

/// A large model on its way: bytes done and in all (0 where unknown).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fetch {
    pub(crate) name: String,
    pub(crate) done: u64,
    pub(crate) total: u64,
}

/// The models to choose from.
#[derive(Clone, Copy)]
pub(crate) struct ModelStore {
    app: AppState,
    /// The models that are kept in this browser.
    pub(crate) kept: RwSignal<Vec<ModelReport>>,
    /// The large model on its way.
    pub(crate) fetching: RwSignal<Option<Fetch>>,
    /// The model that was chosen and is not loaded yet.
    wanted: StoredValue<Option<String>>,
    /// The one that was chosen at an earlier visit, until it is known whether it is still kept.
    remembered: StoredValue<Option<String>>,
}

impl ModelStore {
    /// The store, and the model to begin with: the address's, for this visit, or that of the visit before.
    #[inline(never)]
    pub(super) fn new(app: AppState, chosen: Option<String>) -> (Self, &'static str) {
        let of_address = parameter("model");
        let model = model_of(of_address.as_deref().or(chosen.as_deref()));
        let remembered = chosen.filter(|_| of_address.is_none());
        let store = Self {
            app,
            kept: RwSignal::new(Vec::new()),
            fetching: RwSignal::new(None),
            wanted: StoredValue::new(None),
            remembered: StoredValue::new(remembered),
        };
        (store, model)
    }

    /// Compares with another network, once it is here.
    pub(crate) fn use_model(self, model: &str) {
        self.app.dismiss();
        self.wanted.set_value(Some(model.to_owned()));
        self.remembered.set_value(None);
        if model == LARGE_MODEL {
            // The list says what is in use, not what is on its way.
            self.app.show_model_again();
            if self.fetching.with_untracked(Option::is_some) {
                return;
            }
            self.fetching.set(Some(Fetch {
                name: model.to_owned(),
                done: 0,
                total: 0,
            }));
            let command = Command::Fetch(model.to_owned());
            self.app.ask(Kind::Fetch, 0, command);
        } else {
            self.stop_fetching();
            self.app.apply(|client| client.use_model(model));
        }
    }

    /// Gives up the large model on its way.
    pub(crate) fn stop_fetching(self) {
        self.app.apply(WorkerClient::stop_fetching);
    }

    /// A model is loaded. One that a person chose is from now on the one to begin with, also where the
    /// address says another one.
    pub(super) fn hear_model(self, report: ModelReport) {
        if self.wanted.get_value().as_deref() == Some(&report.name) {
            self.wanted.set_value(None);
            self.app.choose_model(report.name.clone());
            if parameter("model").is_some() {
                set_parameter("model", None);
            }
        }
        self.app.hear_model(report);
    }

    /// The models that are kept. One that was chosen in an earlier visit and needs the browser's storage is
    /// loaded now: the page has begun with the usual one, which is also what is left where it is not kept any
    /// more.
    pub(super) fn hear_kept(self, models: Vec<ModelReport>) {
        self.kept.set(models);
        let Some(name) = self.remembered.try_update_value(Option::take).flatten() else {
            return;
        };
        let is_it = |model: &ModelReport| model.name == name && model.fault().is_none();
        let is_kept = |models: &Vec<ModelReport>| models.iter().any(is_it);
        if name == LARGE_MODEL || self.kept.with_untracked(is_kept) {
            self.use_model(&name);
        }
    }

    pub(super) fn hear_progress(self, done: u64, total: u64) {
        self.fetching.update(|fetching| {
            if let Some(fetching) = fetching {
                (fetching.done, fetching.total) = (done, total);
            }
        });
    }

    /// The large model does not come.
    pub(super) fn give_up(self) {
        self.fetching.set(None);
    }

    pub(super) fn hear_fetched(self, name: &str, end: FetchEnd) {
        self.fetching.set(None);
        let said = match end {
            FetchEnd::Kept => None,
            FetchEnd::Held(why) => {
                let why = words().failures.detail(why.kind, &why.message);
                Some(words().notice.held(name, &why))
            }
            FetchEnd::Stopped => return,
            FetchEnd::Failed(reason) => {
                self.app
                    .tell(words().failures.told(FailureKind::Network, &reason));
                return;
            }
        };
        self.app.apply(|client| client.use_model(name));
        if let Some(text) = said {
            self.app.tell(text);
        }
    }
}
