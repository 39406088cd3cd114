//! Which store hears which of the worker's news.

use twinglyph_core::protocol::{FailureKind, Stage};

use super::{Loading, Stores};
use crate::client::link::{News, State};

impl Stores {
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
            News::Map(set, map) => self.support.hear_map(set, *map),
            News::Shelf(ticket, result) => self.shelf.hear(ticket, result),
            News::Fetched(name, end) => self.models.hear_fetched(&name, end),
            News::Model(report) => self.models.hear_model(report),
            News::Device(report) => self.app.hear_device(report),
            News::Ranking(ranked) => self.support.hear_ranking(&ranked),
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
                self.app.show_model_again();
            }
            News::Replaced(text) => self.app.hear_replaced(text),
        }
    }
}
