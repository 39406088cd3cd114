//! The desk: every signal of the page, and what a person can do with them.
//!
//! It joins the plain parts of [`crate::session`] with the worker's news. Components read its
//! signals and call its methods; they don't change signals themselves.

mod alphabets;
mod follower;
mod inspection;
mod language;
mod map;
mod news;
mod own;
mod scores;
mod shelf;
mod train;

pub(crate) use train::Pupil;

use std::sync::{Arc, OnceLock};

use leptos::prelude::*;
use twinglyph_core::Bitmap;
use twinglyph_core::canonical::{self, Window};
use twinglyph_core::ink::Pen;
use twinglyph_core::protocol::{
    Command, DevicePreference, DeviceReport, EmbeddingMap, Fault, Inspection, LARGE_MODEL,
    ModelReport, Stage,
};
use twinglyph_core::shard::Entry;

use crate::client::link::State;
use crate::client::{Client, now};
use crate::session::example::Example;
use crate::session::keep::{Settings, Theme, pen_width};
use crate::session::library::Library;
use crate::session::play::Named;
use crate::session::ranking::{Counters, Ranking};
use crate::session::sheet::Sheet;
use crate::session::support::{Choice, Class, SupportSet};
use crate::session::teach::Teaching;
use crate::trace::outline;
use crate::words::Language;

use super::address::{parameter, preference_of};
use super::builtin_models::model_of;
use super::paper::{Change, Paper};
use super::persistence;

/// A large model on its way: bytes done and in all (0 where unknown).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fetch {
    pub(crate) name: String,
    pub(crate) done: u64,
    pub(crate) total: u64,
}

/// The support set on the page, with its pictures.
#[derive(Debug)]
pub(crate) struct Shown {
    /// The set.
    pub(crate) set: SupportSet,
    /// Outline of each class's example, once it was asked for.
    outlines: Vec<OnceLock<Arc<str>>>,
}

impl Shown {
    fn new(set: SupportSet) -> Self {
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

/// Every signal of the page.
#[derive(Clone, Copy)]
pub(crate) struct Desk {
    /// The drawing and the pen.
    pub(crate) paper: Paper,
    /// The drawing as it was last compared, in pixels; none for blank paper.
    pub(crate) query: RwSignal<Option<Bitmap>>,
    /// Light or dark.
    pub(crate) theme: RwSignal<Theme>,
    /// The language that was chosen, if one was.
    pub(crate) language: RwSignal<Option<Language>>,
    /// The alphabets there are; none before the manifest came.
    pub(crate) library: RwSignal<Library>,
    /// Is there a sheet of previews?
    pub(crate) previews: RwSignal<bool>,
    /// What the support set shall be.
    pub(crate) choice: RwSignal<Choice>,
    /// The support set that is.
    pub(crate) support: RwSignal<Option<Arc<Shown>>>,
    /// The person's own set, as they make it, or somebody else's that they look at.
    pub(crate) teaching: RwSignal<Teaching>,
    /// Their own, while they look at somebody else's.
    pub(crate) home: RwSignal<Option<Teaching>>,
    /// Their own as this tab has last read or written it.
    pub(crate) own_kept: StoredValue<Option<String>>,
    /// The ranking of the drawing, or of the one a moment ago.
    pub(crate) ranking: RwSignal<Option<Ranking>>,
    /// The class a person looks at instead of the best match.
    pub(crate) held: RwSignal<Option<usize>>,
    /// What tests wait for.
    pub(crate) counters: RwSignal<Counters>,
    /// The engine's state.
    pub(crate) engine: RwSignal<State>,
    /// How far its start is.
    pub(crate) loading: RwSignal<Option<Loading>>,
    /// The device in use.
    pub(crate) device: RwSignal<Option<DeviceReport>>,
    /// The device that is wanted.
    pub(crate) preference: RwSignal<DevicePreference>,
    /// The model in use.
    pub(crate) model: RwSignal<Option<ModelReport>>,
    /// The large model on its way.
    pub(crate) fetching: RwSignal<Option<Fetch>>,
    /// The model that a person chose, once it was loaded: it is loaded at the next visit, too.
    chosen_model: StoredValue<Option<String>>,
    /// The one that is chosen and not loaded yet.
    wanted_model: StoredValue<Option<String>>,
    /// The one of an earlier visit, until it is known whether it is still kept.
    remembered: StoredValue<Option<String>>,
    /// The models that are kept in this browser.
    pub(crate) models: RwSignal<Vec<ModelReport>>,
    /// Time of the last ranking in the worker, milliseconds, and how many ways it saw the drawing in.
    pub(crate) speed: RwSignal<Option<(f32, u32)>>,
    /// What can be seen of the network, for who asked last.
    pub(crate) inspection: RwSignal<Option<Arc<Inspection>>>,
    /// While the worker looks: patches done and in all (0 before it is known).
    pub(crate) inspecting: RwSignal<Option<(u64, u64)>>,
    /// Where the embeddings of the support set lie, while somebody looks.
    pub(crate) map: RwSignal<Option<Arc<EmbeddingMap>>>,
    /// What the person must know.
    pub(crate) notice: RwSignal<Option<Notice>>,
    /// What a screen reader says.
    pub(crate) spoken: RwSignal<String>,
    entries: StoredValue<Vec<Entry>>,
    examples: StoredValue<u32>,
    sets: StoredValue<u32>,
    opened: StoredValue<Option<Named>>,
    frame: StoredValue<bool>,
    fault: StoredValue<Option<Fault>>,
    /// Scores to wait for before the worker is broken.
    fault_in: StoredValue<Option<u32>>,
    pupil: StoredValue<Option<Arc<dyn Pupil>>>,
    tickets: StoredValue<u64>,
    /// The ticket of the last inspection.
    inspected: StoredValue<u64>,
    waiting: StoredValue<scores::Waiting, LocalStorage>,
    /// Those who wait for the shelf.
    shelving: StoredValue<shelf::Waiting, LocalStorage>,
    client: StoredValue<Option<Client>, LocalStorage>,
}

impl Desk {
    /// The desk as it was left, with a worker that starts.
    pub(crate) fn open() -> Self {
        let Settings {
            choice,
            pen,
            theme,
            language,
            model: remembered,
        } = persistence::settings();
        let preference = preference_of(parameter("device").as_deref());
        // The paper speaks to a desk that is made around it.
        let owner = StoredValue::new(None::<Self>);
        let paper = Paper::new(Sheet::with_ink(persistence::ink()), pen, move |change| {
            if let Some(desk) = owner.get_value() {
                desk.hear_paper(change);
            }
        });
        let desk = Self {
            paper,
            query: RwSignal::new(None),
            theme: RwSignal::new(theme),
            language: RwSignal::new(language),
            library: RwSignal::new(Library::default()),
            previews: RwSignal::new(false),
            choice: RwSignal::new(choice),
            support: RwSignal::new(None),
            teaching: RwSignal::new(Teaching::default()),
            home: RwSignal::new(None),
            own_kept: StoredValue::new(None),
            ranking: RwSignal::new(None),
            held: RwSignal::new(None),
            counters: RwSignal::new(Counters::default()),
            engine: RwSignal::new(State::Loading),
            loading: RwSignal::new(None),
            device: RwSignal::new(None),
            preference: RwSignal::new(preference),
            model: RwSignal::new(None),
            fetching: RwSignal::new(None),
            chosen_model: StoredValue::new(remembered.clone()),
            wanted_model: StoredValue::new(None),
            remembered: StoredValue::new(None),
            models: RwSignal::new(Vec::new()),
            speed: RwSignal::new(None),
            inspection: RwSignal::new(None),
            inspecting: RwSignal::new(None),
            map: RwSignal::new(None),
            notice: RwSignal::new(None),
            spoken: RwSignal::new(String::new()),
            entries: StoredValue::new(Vec::new()),
            examples: StoredValue::new(0),
            sets: StoredValue::new(0),
            opened: StoredValue::new(None),
            frame: StoredValue::new(false),
            fault: StoredValue::new(fault_of(parameter("fault").as_deref())),
            fault_in: StoredValue::new(match parameter("when").as_deref() {
                Some("run") => Some(3),
                Some("train") => Some(u32::MAX),
                _ => None,
            }),
            pupil: StoredValue::new(None),
            tickets: StoredValue::new(0),
            inspected: StoredValue::new(0),
            waiting: StoredValue::new_local(scores::Waiting::new()),
            shelving: StoredValue::new_local(shelf::Waiting::new()),
            client: StoredValue::new_local(None),
        };
        owner.set_value(Some(desk));
        desk.find_own();
        // What the address says is for this visit.
        let wish = parameter("model").or_else(|| {
            desk.remembered.set_value(remembered.clone());
            remembered
        });
        let model = model_of(wish.as_deref());
        let client = Client::new(model, preference, move |news| desk.hear(news));
        desk.client.set_value(Some(client.clone()));
        client.start();
        client.ask_models(Command::ListModels);
        desk.find_alphabets();
        Effect::new(move |_| {
            desk.choice.track();
            desk.paper.pen.track();
            desk.theme.track();
            desk.keep_settings();
        });
        desk
    }

    pub(crate) fn client(self, act: impl FnOnce(&Client)) {
        self.client.with_value(|client| {
            if let Some(client) = client {
                act(client);
            }
        });
    }

    /// Compares the drawing that changed.
    fn hear_paper(self, change: Change) {
        match change {
            Change::Begun => {
                self.held.set(None);
                self.compare_soon();
            }
            Change::Moved => self.compare_soon(),
            Change::Settled => self.changed(),
        }
    }

    /// Changes the pen, and with it the whole drawing.
    pub(crate) fn use_pen(self, width: f32) {
        self.paper.pen.set(pen_width(width));
        self.changed();
    }

    /// Shows the next worked example on blank paper.
    pub(crate) fn next_example(self) {
        self.paper.sheet.update(|sheet| {
            sheet.clear();
        });
        self.examples
            .update_value(|number| *number = number.wrapping_add(1));
        self.put_example();
        self.changed();
    }

    /// Looks at a class instead of the best match; the same again looks away.
    pub(crate) fn hold(self, class: usize) {
        self.held.update(|held| {
            *held = if *held == Some(class) {
                None
            } else {
                Some(class)
            }
        });
    }

    /// Light or dark.
    pub(crate) fn use_theme(self, theme: Theme) {
        self.theme.set(theme);
    }

    fn keep_settings(self) {
        persistence::keep_settings(&Settings {
            choice: self.choice.get_untracked(),
            pen: self.paper.pen.get_untracked(),
            theme: self.theme.get_untracked(),
            language: self.language.get_untracked(),
            model: self.chosen_model.get_value(),
        });
    }

    /// Computes elsewhere.
    pub(crate) fn use_device(self, preference: DevicePreference) {
        self.preference.set(preference);
        self.notice.set(None);
        self.client(|client| client.use_device(preference));
    }

    /// Compares with another network, once it is here.
    pub(crate) fn use_model(self, model: &str) {
        self.notice.set(None);
        self.wanted_model.set_value(Some(model.to_owned()));
        self.remembered.set_value(None);
        if model == LARGE_MODEL {
            // The list says what is in use, not what is on its way.
            self.model.notify();
            if self.fetching.with_untracked(Option::is_some) {
                return;
            }
            self.fetching.set(Some(Fetch {
                name: model.to_owned(),
                done: 0,
                total: 0,
            }));
            self.client(|client| client.fetch(model));
        } else {
            self.stop_fetching();
            self.client(|client| client.use_model(model));
        }
    }

    /// Gives up the large model on its way.
    pub(crate) fn stop_fetching(self) {
        self.client(Client::stop_fetching);
    }

    /// Tries again what failed: the worker, or the alphabets.
    pub(crate) fn retry(self) {
        self.notice.set(None);
        self.client(Client::retry);
        if !self.library.with_untracked(Library::has_omniglot) {
            self.find_alphabets();
        }
    }

    /// The message was read.
    pub(crate) fn dismiss(self) {
        self.notice.set(None);
    }

    /// Puts a worked example on the sheet, if nothing was drawn there.
    fn put_example(self) {
        let number = self.examples.get_value();
        let Some(shown) = self.support.get_untracked() else {
            return;
        };
        let alphabet = self.library.with_untracked(|library| {
            library
                .get(&shown.set.choice.alphabet)
                .and_then(|listing| listing.alphabet.clone())
        });
        let example = alphabet.and_then(|alphabet| Example::new(&shown.set, &alphabet, number));
        if let Some(example) = example {
            self.paper
                .sheet
                .update(|sheet| sheet.show(Arc::new(example)));
        }
    }

    /// Something asks for a new ranking, now.
    fn changed(self) {
        self.counters.update(|counters| {
            counters.raise(now());
        });
        self.paper
            .sheet
            .with_untracked(|sheet| persistence::keep_ink(sheet.ink()));
        self.compare();
    }

    /// The drawing grows: once before the next picture of the screen is enough.
    fn compare_soon(self) {
        if self.frame.get_value() {
            return;
        }
        self.frame.set_value(true);
        request_animation_frame(move || {
            self.frame.set_value(false);
            if self.paper.sheet.with_untracked(Sheet::is_drawing) {
                self.compare();
            }
        });
    }

    fn compare(self) {
        let pen = Pen {
            diameter: self.paper.pen.get_untracked(),
        };
        let query = self.paper.sheet.with_untracked(|sheet| sheet.bitmap(pen));
        let ticket = self.counters.with_untracked(|counters| counters.query);
        match &query {
            Some(bitmap) => self.client(|client| client.classify(ticket, bitmap.clone())),
            None => {
                self.client(Client::forget);
                self.ranking.set(None);
                self.spoken.set(String::new());
                self.counters.update(Counters::settle);
            }
        }
        if self.query.with_untracked(|before| *before != query) {
            self.query.set(query);
        }
    }
}

impl Desk {
    /// Breaks the worker, if a test asked for that.
    fn break_worker(self) {
        if let Some(fault) = self.fault.get_value() {
            self.fault.set_value(None);
            self.client(|client| client.fault(fault));
        }
    }
}

fn fault_of(word: Option<&str>) -> Option<Fault> {
    match word {
        Some("panic") => Some(Fault::Panic),
        Some("hang") => Some(Fault::Hang),
        Some("lost") => Some(Fault::LoseDevice),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_mean_faults() {
        assert_eq!(fault_of(Some("panic")), Some(Fault::Panic));
        assert_eq!(fault_of(Some("fire")), None);
    }
}
