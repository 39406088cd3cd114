//! The drawing and the ranking of it.

use std::sync::Arc;

use leptos::prelude::*;
use twinglyph_core::Bitmap;
use twinglyph_core::ink::{Ink, Pen};

use super::AppState;
use super::faults::{Faults, Moment};
use crate::client::now;
use crate::client::worker_client::Ranked;
use crate::client::worker_client::WorkerClient;
use crate::session::example::Example;
use crate::session::persistence::pen_width;
use crate::session::ranking::{Counters, Ranking};
use crate::session::sheet::Sheet;
use crate::session::support::SupportSet;
use crate::ui::paper::{Change, Paper};
use crate::ui::persistence;
use crate::words::words;

/// The drawing on the page `#/draw`.
#[derive(Clone, Copy)]
pub(crate) struct DrawStore {
    app: AppState,
    faults: Faults,
    /// The drawing and the pen.
    pub(crate) paper: Paper,
    /// The drawing as it was last compared, in pixels; none for blank paper.
    pub(crate) query: RwSignal<Option<Bitmap>>,
    /// The ranking of the drawing, or of the one a moment ago.
    pub(crate) ranking: RwSignal<Option<Ranking>>,
    /// The class a person looks at instead of the best match.
    pub(crate) held: RwSignal<Option<usize>>,
    /// What tests wait for.
    pub(crate) counters: RwSignal<Counters>,
    frame: StoredValue<bool>,
    /// Is the best match not said?
    silent: StoredValue<bool>,
}

impl DrawStore {
    /// The drawing that this tab kept.
    #[inline(never)]
    pub(super) fn new(app: AppState, faults: Faults) -> Self {
        // The paper speaks to a store that is made around it.
        let owner = StoredValue::new(None::<Self>);
        let sheet = Sheet::with_ink(persistence::ink());
        let paper = Paper::new(sheet, app.pen, move |change| {
            if let Some(store) = owner.get_value() {
                store.hear_paper(change);
            }
        });
        let store = Self {
            app,
            faults,
            paper,
            query: RwSignal::new(None),
            ranking: RwSignal::new(None),
            held: RwSignal::new(None),
            counters: RwSignal::new(Counters::default()),
            frame: StoredValue::new(false),
            silent: StoredValue::new(false),
        };
        owner.set_value(Some(store));
        store
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

    /// Did the person draw what is on the sheet?
    pub(super) fn is_drawn(self) -> bool {
        self.paper
            .sheet
            .with_untracked(|sheet| sheet.example().is_none() && sheet.can_undo())
    }

    /// Is a drawing of the data on the sheet?
    pub(super) fn is_example(self) -> bool {
        self.paper
            .sheet
            .with_untracked(|sheet| sheet.example().is_some())
    }

    /// Puts a drawing of the data on the sheet, which is compared at [`DrawStore::changed`].
    pub(super) fn show(self, example: Example) {
        self.paper
            .sheet
            .update(|sheet| sheet.show(Arc::new(example)));
    }

    /// Puts a person's drawing on the sheet, or blank paper; compared at [`DrawStore::changed`].
    pub(super) fn put(self, ink: Option<Ink>) {
        self.paper
            .sheet
            .set(ink.map_or_else(Sheet::default, Sheet::with_ink));
    }

    /// Compares this drawing instead of what is on the sheet, which undo brings back.
    pub(crate) fn replace(self, ink: Ink) {
        if self.paper.sheet.with_untracked(|sheet| *sheet.ink() != ink) {
            self.lay(ink, self.paper.pen.get_untracked());
            self.changed();
        }
    }

    /// From now on a screen reader says the best match, or does not.
    pub(crate) fn silence(self, silent: bool) {
        self.silent.set_value(silent);
        if silent {
            self.app.say(String::new());
        }
    }

    /// Puts somebody's drawing and its pen in the place of what is on the sheet, which can be taken back; compared at
    /// [`DrawStore::changed`].
    pub(super) fn lay(self, ink: Ink, pen: f32) {
        self.paper.sheet.update(|sheet| sheet.put(ink));
        self.paper.pen.set(pen_width(pen));
    }

    /// Blank paper, which can be taken back; compared at [`DrawStore::changed`].
    pub(super) fn wipe(self) {
        self.paper.sheet.update(|sheet| {
            sheet.clear();
        });
    }

    /// Another support set is compared with.
    pub(super) fn forget(self) {
        self.ranking.set(None);
        self.held.set(None);
    }

    /// Something asks for a new ranking, now.
    pub(super) fn changed(self) {
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
                .apply(|client| client.classify(ticket, bitmap.clone())),
            None => {
                self.app.apply(WorkerClient::forget);
                self.ranking.set(None);
                self.app.say(String::new());
                self.counters.update(Counters::settle);
            }
        }
        if self.query.with_untracked(|before| *before != query) {
            self.query.set(query);
        }
    }

    /// The ranking of a drawing against the support set on the page.
    pub(super) fn hear_ranking(self, ranked: &Ranked, set: &SupportSet) {
        if self.paper.sheet.with_untracked(Sheet::is_blank) {
            return;
        }
        let classes = set.classes.len();
        match Ranking::new(ranked.ticket, ranked.set, classes, &ranked.matches) {
            Ok(ranking) => {
                let best = ranking.at(0);
                let lead = ranking.lead();
                self.ranking.set(Some(ranking));
                self.app.hear_speed(ranked.milliseconds, ranked.views);
                let drawing = self.paper.sheet.with_untracked(Sheet::is_drawing);
                let settled = !drawing && !self.silent.get_value();
                if let (true, Some((class, similarity))) = (settled, best) {
                    let class = set.classes.get(class);
                    let name = class.map_or("", |class| class.name.as_str());
                    self.app.say(words().notice.best(lead, name, similarity));
                }
                self.when_shown(ranked.ticket);
            }
            Err(misfit) => self.app.tell(misfit.to_string()),
        }
    }

    /// Counts the ranking once it is on the screen.
    fn when_shown(self, ticket: u64) {
        let count = move || {
            self.counters
                .update(|counters| counters.shown(ticket, now()));
            self.faults.reach(Moment::Ranking);
        };
        // A page in the background draws no pictures to wait for.
        if document().hidden() {
            count();
        } else {
            request_animation_frame(count);
        }
    }
}
