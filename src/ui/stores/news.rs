//! What the worker's news change on the page.

use leptos::prelude::*;
use twinglyph_core::protocol::{EmbeddingMap, FailureKind, Stage};

use super::faults::Moment;
use super::{Desk, Loading};
use crate::client::link::{News, Ranked, State};
use crate::client::now;
use crate::session::ranking::Ranking;
use crate::session::sheet::Sheet;
use crate::words::words;

impl Desk {
    pub(super) fn hear(self, news: News) {
        match news {
            News::State(state) => {
                self.app.hear_state(state);
                if state == State::Failed {
                    self.inspection.give_up();
                }
            }
            News::Fetching(done, total) => self.app.hear_loading(Loading::Engine(done, total)),
            News::Progress(Stage::Inspection, done, total) => {
                self.inspection.hear_progress(done, total);
            }
            News::Progress(Stage::Download, done, total) => self.models.hear_progress(done, total),
            News::Progress(stage, done, total) => {
                self.app.hear_loading(Loading::Stage(stage, done, total));
            }
            News::Inspection(ticket, inspection) => self.inspection.hear(ticket, *inspection),
            News::Map(set, map) => self.hear_map(set, *map),
            News::Shelf(ticket, result) => self.shelf.hear(ticket, result),
            News::Fetched(name, end) => self.models.hear_fetched(&name, end),
            News::Model(report) => self.models.hear_model(report),
            News::Device(report) => self.app.hear_device(report),
            News::Ranking(ranked) => self.hear_ranking(&ranked),
            News::Scores(scored) => self.scores.hear(scored.ticket, Ok(scored)),
            News::NoScores(ticket, reason) => self.scores.hear(ticket, Err(reason)),
            News::Training(run, news) => self.train.hear(run, news),
            News::NoTraining(run, failure) => self.train.tell(|page| page.fail(run, &failure)),
            News::TrainingLost(run) => self.train.tell(|page| page.lose(run)),
            News::Models(models) => {
                self.models.hear_kept(models);
                self.train.tell(|page| page.listed());
            }
            News::ModelFile(name, bytes) => self.train.tell(|page| page.export(&name, &bytes)),
            News::Failed(failure) if failure.kind == FailureKind::Training => {
                self.train.tell(|page| page.refuse(&failure.message));
            }
            News::Failed(failure) => {
                self.inspection.give_up();
                self.app.tell(failure.message);
                // It may have been a change of model.
                self.app.keep_model();
            }
            News::Replaced(text) => self.app.hear_replaced(text),
        }
    }

    fn hear_map(self, set: u32, map: EmbeddingMap) {
        let is_shown = self.support.with_untracked(|shown| {
            let set_of = shown.as_ref().map(|shown| &shown.set);
            set_of.is_some_and(|own| own.id == set && own.classes.len() == map.points.len())
        });
        if is_shown {
            self.map.show(map);
        }
    }

    fn hear_ranking(self, ranked: &Ranked) {
        let Some(shown) = self.support.get_untracked() else {
            return;
        };
        // A set was chosen while the worker compared with the last one.
        if shown.set.id != ranked.set || self.paper.sheet.with_untracked(Sheet::is_blank) {
            return;
        }
        let classes = shown.set.classes.len();
        match Ranking::new(ranked.ticket, ranked.set, classes, &ranked.matches) {
            Ok(ranking) => {
                let best = ranking.at(0);
                let of_none = ranking.is_of_none();
                self.ranking.set(Some(ranking));
                self.app.hear_speed(ranked.milliseconds, ranked.views);
                let settled = !self.paper.sheet.with_untracked(Sheet::is_drawing);
                if let (true, Some((class, similarity))) = (settled, best) {
                    let class = shown.set.classes.get(class);
                    let name = class.map_or("", |class| class.name.as_str());
                    let before = if of_none { words().desk.of_none } else { "" };
                    self.app.say(words().desk.best(before, name, similarity));
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
