//! The desk: every signal of the page, and what a person can do with them.
//!
//! It joins the plain parts of [`crate::session`] with the worker's news. Components read its
//! signals and call its methods; they don't change signals themselves.

mod alphabets;
mod app;
mod faults;
mod inspection;
mod map;
mod models;
mod news;
mod own;
mod pending;
mod scores;
mod shelf;
mod sources;
mod train;

pub(crate) use app::{AppState, Loading};
pub(crate) use inspection::InspectionStore;
pub(crate) use map::MapStore;
pub(crate) use models::ModelStore;
pub(crate) use scores::ScoreStore;
pub(crate) use shelf::ShelfStore;
pub(crate) use sources::Sources;
pub(crate) use train::{TrainObserver, TrainStore};

use std::sync::{Arc, OnceLock};

use leptos::prelude::*;
use twinglyph_core::Bitmap;
use twinglyph_core::canonical::{self, Window};
use twinglyph_core::ink::Pen;
use twinglyph_core::protocol::Command;
use twinglyph_core::shard::Entry;

use self::app::Notice;
use self::faults::Faults;
use super::paper::{Change, Paper};
use super::persistence;
use crate::client::{Client, now};
use crate::session::example::Example;
use crate::session::keep::pen_width;
use crate::session::library::Library;
use crate::session::play::Named;
use crate::session::ranking::{Counters, Ranking};
use crate::session::sheet::Sheet;
use crate::session::support::{Choice, Class, SupportSet};
use crate::session::teach::Teaching;
use crate::trace::outline;

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

/// Every signal of the page.
#[derive(Clone, Copy)]
pub(crate) struct Desk {
    /// The drawing and the pen.
    pub(crate) paper: Paper,
    /// The drawing as it was last compared, in pixels; none for blank paper.
    pub(crate) query: RwSignal<Option<Bitmap>>,
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
    entries: StoredValue<Vec<Entry>>,
    examples: StoredValue<u32>,
    sets: StoredValue<u32>,
    opened: StoredValue<Option<Named>>,
    frame: StoredValue<bool>,
    faults: Faults,
    app: AppState,
    models: ModelStore,
    inspection: InspectionStore,
    map: MapStore,
    scores: ScoreStore,
    shelf: ShelfStore,
    train: TrainStore,
}

impl Desk {
    /// Provides the stores as they were left, with a worker that starts.
    pub(crate) fn open() -> AppState {
        let settings = persistence::settings();
        let (choice, pen, chosen) = (
            settings.choice.clone(),
            settings.pen,
            settings.model.clone(),
        );
        let app = AppState::new(settings);
        let faults = Faults::new(app);
        let (models, model) = ModelStore::new(app, chosen);
        // The paper speaks to a desk that is made around it.
        let owner = StoredValue::new(None::<Self>);
        let paper = Paper::new(Sheet::with_ink(persistence::ink()), pen, move |change| {
            if let Some(desk) = owner.get_value() {
                desk.hear_paper(change);
            }
        });
        let desk = Self {
            app,
            faults,
            models,
            inspection: InspectionStore::new(app),
            map: MapStore::new(app),
            scores: ScoreStore::new(app, faults),
            shelf: ShelfStore::new(app),
            train: TrainStore::new(app, faults),
            paper,
            query: RwSignal::new(None),
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
            entries: StoredValue::new(Vec::new()),
            examples: StoredValue::new(0),
            sets: StoredValue::new(0),
            opened: StoredValue::new(None),
            frame: StoredValue::new(false),
        };
        owner.set_value(Some(desk));
        provide_context(app);
        provide_context(models);
        provide_context(desk.inspection);
        provide_context(desk.map);
        provide_context(desk.scores);
        provide_context(desk.shelf);
        provide_context(desk.train);
        provide_context(desk);
        desk.find_own();
        let preference = app.preference.get_untracked();
        let client = Client::new(model, preference, move |news| desk.hear(news));
        app.connect(client.clone());
        client.start();
        client.ask_models(Command::ListModels);
        desk.find_alphabets();
        Effect::new(move |_| {
            let (choice, pen) = (desk.choice.get(), desk.paper.pen.get());
            let theme = app.theme.get();
            app.keep(|settings| {
                settings.choice = choice;
                settings.pen = pen;
                settings.theme = theme;
            });
        });
        app
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

    /// Asks for the alphabets again, where they could not be had.
    pub(crate) fn retry(self) {
        if !self.library.with_untracked(Library::has_omniglot) {
            self.find_alphabets();
        }
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
            Some(bitmap) => self
                .app
                .client(|client| client.classify(ticket, bitmap.clone())),
            None => {
                self.app.client(Client::forget);
                self.ranking.set(None);
                self.app.say(String::new());
                self.counters.update(Counters::settle);
            }
        }
        if self.query.with_untracked(|before| *before != query) {
            self.query.set(query);
        }
    }
}
