//! Which store hears which of the worker's updates.

use twinglyph_core::protocol::{Command, Event, Failure, Stage};

use super::{Loading, Stores};
use crate::client::worker_client::{Asker, Gallery, Kind, NoGallery, Scored, State, Update};
use crate::words::words;

impl Stores {
    pub(super) fn hear(self, update: Update) {
        match update {
            Update::State(state) => {
                self.app.hear_state(state);
                if state == State::Failed {
                    self.inspection.give_up();
                }
            }
            Update::Fetching(done, total) => self.app.hear_loading(Loading::Engine(done, total)),
            Update::Progress(Stage::Inspection, done, total) => {
                self.inspection.hear_progress(done, total);
            }
            Update::Progress(Stage::Download, done, total) => {
                self.models.hear_progress(done, total)
            }
            Update::Progress(stage, done, total) => {
                self.app.hear_loading(Loading::Stage(stage, done, total));
            }
            Update::Map(set, map) => self.support.hear_map(set, *map),
            Update::Fetched(name, end) => self.models.hear_fetched(&name, end),
            Update::Model(report) => self.models.hear_model(report),
            Update::Device(report) => self.app.hear_device(report),
            Update::Jobs(jobs) => self.app.hear_jobs(jobs),
            Update::Ranking(ranked) => self.support.hear_ranking(&ranked),
            Update::Training(run, update) => self.train.hear(run, update),
            Update::Models(models) => {
                self.models.hear_kept(models);
                self.train.tell(|page| page.listed());
            }
            Update::Answered(asker, event) => self.hear_answer(asker.ticket, event),
            Update::Failed(asker, failure) => self.hear_failure(asker, failure),
            Update::Lost(asker) if asker.kind == Kind::Gallery => {
                self.gallery.hear(asker.ticket, Err(NoGallery::Gone));
            }
            Update::Lost(asker) => {
                self.train.tell(|page| page.lose(asker));
                if asker.kind == Kind::Models {
                    // It may have been done in part.
                    self.train.ask_models(Command::ListModels);
                }
            }
            Update::Replaced { why, instead } => {
                self.app
                    .hear_replaced(words().failures.replaced(&why, instead));
            }
        }
    }

    fn hear_answer(self, ticket: u64, event: Event) {
        match event {
            Event::Inspection { inspection, .. } => self.inspection.hear(ticket, *inspection),
            Event::GalleryIndexed { drawings, .. } => {
                self.gallery.hear(ticket, Ok(Gallery::Holds(drawings)))
            }
            Event::GallerySearched { matches, .. } => {
                self.gallery.hear(ticket, Ok(Gallery::Nearest(matches)))
            }
            Event::Scores {
                scores,
                calibration,
                milliseconds,
                device,
            } => {
                let scored = Scored {
                    scores,
                    calibration,
                    milliseconds,
                    device,
                };
                self.scores.hear(ticket, Ok(scored));
            }
            Event::ModelFile { name, bytes } => self.train.tell(|page| page.export(&name, &bytes)),
            // The link tells all others in its own way.
            _ => {}
        }
    }

    /// Tells who asked; in the head of the page where it has no place of its own for it.
    fn hear_failure(self, asker: Asker, failure: Failure) {
        match asker.kind {
            Kind::Scores => self.scores.hear(asker.ticket, Err(failure.message)),
            Kind::Gallery => self.gallery.hear(asker.ticket, Err(failure.into())),
            Kind::Models | Kind::Training | Kind::Control if self.train.is_observed() => {
                self.train.tell(|page| page.fail(asker, &failure));
            }
            kind => {
                match kind {
                    Kind::Inspection => self.inspection.give_up(),
                    Kind::Fetch => self.models.give_up(),
                    _ => {}
                }
                self.app.tell(failure.message);
                // It may have been a change of model. Whoever looks into one asks again then, and would fail again.
                if kind != Kind::Inspection {
                    self.app.show_model_again();
                }
            }
        }
    }
}
