//! What every page shares: the worker's client, its state and device, the model in use, the settings, and
//! what the person is told.

use leptos::prelude::*;
use twinglyph_core::Architecture;
use twinglyph_core::protocol::{Command, DevicePreference, DeviceReport, Jobs, ModelReport, Stage};

use crate::client::Client;
use crate::client::worker_client::{Effect, Kind, State, WorkerClient};
use crate::session::persistence::{Settings, Theme};
use crate::session::support::Choice;
use crate::ui::address::{parameter, preference_of, set_parameter};
use crate::ui::persistence;
use crate::words::Language;

/// Something to tell the person.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Notice {
    /// What happened, what is kept, what to do.
    pub(crate) text: String,
    /// Can fetching the alphabets be tried again? A failed engine always can.
    pub(crate) retry: bool,
}

/// How far the engine's start is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Loading {
    /// The worker's module: bytes done and in all (0 where unknown).
    Engine(u64, u64),
    /// A stage of the worker.
    Stage(Stage, u64, u64),
}

/// The state that all pages share.
#[derive(Clone, Copy)]
pub(crate) struct AppState {
    /// The engine's state.
    pub(crate) engine: RwSignal<State>,
    /// How far its start is.
    pub(crate) loading: RwSignal<Option<Loading>>,
    /// The device in use.
    pub(crate) device: RwSignal<Option<DeviceReport>>,
    /// Where each kind of work runs.
    pub(crate) jobs: RwSignal<Option<Jobs>>,
    /// The device that is wanted.
    pub(crate) preference: RwSignal<DevicePreference>,
    /// The model in use.
    pub(crate) model: RwSignal<Option<ModelReport>>,
    /// Time of the last ranking in the worker, milliseconds, and how many ways it saw the drawing in.
    pub(crate) speed: RwSignal<Option<(f32, u32)>>,
    /// Light or dark.
    pub(crate) theme: RwSignal<Theme>,
    /// The language that was chosen, if one was.
    pub(crate) language: RwSignal<Option<Language>>,
    /// What the person must know.
    pub(crate) notice: RwSignal<Option<Notice>>,
    /// What a screen reader says.
    pub(crate) spoken: RwSignal<String>,
    /// Settings of the stores: what the support set shall be,
    pub(super) choice: RwSignal<Choice>,
    /// the pen's width,
    pub(super) pen: RwSignal<f32>,
    /// and the model that a person chose.
    chosen_model: StoredValue<Option<String>>,
    tickets: StoredValue<u64>,
    client: StoredValue<Option<Client>, LocalStorage>,
}

impl AppState {
    /// The state as it was left, without a worker yet.
    #[inline(never)]
    pub(super) fn new(settings: Settings) -> Self {
        Self {
            engine: RwSignal::new(State::Loading),
            loading: RwSignal::new(None),
            device: RwSignal::new(None),
            jobs: RwSignal::new(None),
            preference: RwSignal::new(preference_of(parameter("device").as_deref())),
            model: RwSignal::new(None),
            speed: RwSignal::new(None),
            theme: RwSignal::new(settings.theme),
            language: RwSignal::new(settings.language),
            notice: RwSignal::new(None),
            spoken: RwSignal::new(String::new()),
            choice: RwSignal::new(settings.choice),
            pen: RwSignal::new(settings.pen),
            chosen_model: StoredValue::new(settings.model),
            tickets: StoredValue::new(0),
            client: StoredValue::new_local(None),
        }
    }

    /// Which network is in use; `compact` before one is.
    pub(crate) fn architecture(self) -> Architecture {
        let found = self
            .model
            .with(|model| Architecture::from_name(&model.as_ref()?.architecture));
        found.unwrap_or(Architecture::Compact)
    }

    /// The stores ask this client from now on.
    pub(super) fn connect(self, client: Client) {
        self.client.set_value(Some(client));
    }

    /// Asks the worker, as [`WorkerClient::ask`].
    pub(super) fn ask(self, kind: Kind, ticket: u64, command: Command) {
        self.apply(|client| client.ask(kind, ticket, command));
    }

    /// Has the worker client do something.
    pub(super) fn apply(self, decide: impl FnOnce(&mut WorkerClient) -> Vec<Effect>) {
        self.client.with_value(|client| {
            if let Some(client) = client {
                client.apply(decide);
            }
        });
    }

    /// A number that no request had.
    pub(super) fn ticket(self) -> u64 {
        let ticket = self.tickets.get_value();
        self.tickets.set_value(ticket + 1);
        ticket
    }

    /// Tells the person something.
    pub(crate) fn tell(self, text: String) {
        self.show(Notice { text, retry: false });
    }

    /// The same, with whether it can be tried again.
    pub(super) fn show(self, notice: Notice) {
        self.notice.set(Some(notice));
    }

    /// The message was read, or holds no more.
    pub(crate) fn dismiss(self) {
        self.notice.set(None);
    }

    /// Takes back what was told, where it is still shown.
    pub(super) fn take_back(self, notice: &Notice) {
        if self
            .notice
            .with_untracked(|shown| shown.as_ref() == Some(notice))
        {
            self.dismiss();
        }
    }

    /// Lets a screen reader say this.
    pub(super) fn say(self, text: String) {
        self.spoken.set(text);
    }

    /// Tries the worker again.
    pub(crate) fn retry(self) {
        self.dismiss();
        self.apply(WorkerClient::retry);
    }

    /// Computes elsewhere.
    pub(crate) fn use_device(self, preference: DevicePreference) {
        self.preference.set(preference);
        self.dismiss();
        self.apply(|client| client.use_device(preference));
    }

    /// Light or dark.
    pub(crate) fn use_theme(self, theme: Theme) {
        self.theme.set(theme);
    }

    /// Speaks another language: keeps it and loads the page anew, in which everything is said anew.
    pub(crate) fn use_language(self, language: Language) {
        self.language.set(Some(language));
        self.keep_settings();
        // The address goes before what is kept; it stays for who lets nothing be kept.
        let is_kept = persistence::settings().language == Some(language);
        set_parameter("lang", (!is_kept).then_some(language.as_str()));
        // It fails for a window that is being closed only.
        let _ = location().reload();
    }

    /// The list says again which language is in use.
    pub(crate) fn show_language_again(self) {
        self.language.notify();
    }

    pub(super) fn keep_settings(self) {
        persistence::keep_settings(&Settings {
            choice: self.choice.get_untracked(),
            pen: self.pen.get_untracked(),
            theme: self.theme.get_untracked(),
            language: self.language.get_untracked(),
            model: self.chosen_model.get_value(),
        });
    }

    /// The model that a person chose is loaded: it is at the next visit, too.
    pub(super) fn choose_model(self, name: String) {
        self.chosen_model.set_value(Some(name));
        self.keep_settings();
    }

    pub(super) fn hear_state(self, state: State) {
        self.engine.set(state);
        if state == State::Failed || state == State::Ready {
            self.loading.set(None);
        }
    }

    pub(super) fn hear_loading(self, loading: Loading) {
        self.loading.set(Some(loading));
    }

    /// A worker that is replaced tells again: what was measured of the same model holds still.
    pub(super) fn hear_model(self, report: ModelReport) {
        let same =
            |before: &Option<ModelReport>| before.as_ref().is_some_and(|it| it.name == report.name);
        if !self.model.with_untracked(same) {
            self.speed.set(None);
        }
        self.model.set(Some(report));
    }

    /// The list says again which model is in use.
    pub(super) fn show_model_again(self) {
        self.model.notify();
    }

    pub(super) fn hear_device(self, report: DeviceReport) {
        let same = |before: &Option<DeviceReport>| {
            before.as_ref().is_some_and(|it| it.kind == report.kind)
        };
        if !self.device.with_untracked(same) {
            self.speed.set(None);
        }
        self.device.set(Some(report));
    }

    pub(super) fn hear_jobs(self, jobs: Jobs) {
        self.jobs.set(Some(jobs));
    }

    /// Another worker takes the place of the one before.
    pub(super) fn hear_replaced(self, text: String) {
        self.device.set(None);
        self.jobs.set(None);
        self.tell(text);
    }

    pub(super) fn hear_speed(self, milliseconds: f32, views: u32) {
        self.speed.set(Some((milliseconds, views)));
    }
}
