//! What the worker's news change on the page.

use leptos::prelude::*;
use twinglyph_core::protocol::{
    Command, DeviceReport, Failure, FailureKind, FetchEnd, LARGE_MODEL, ModelReport, Stage,
    TrainNews,
};
use wasm_bindgen::JsValue;
use web_sys::Url;

use super::{Desk, Loading, Notice, wished};
use crate::client::link::{Asker, Kind, News, NoShelf, Ranked, State};
use crate::client::now;
use crate::session::ranking::Ranking;
use crate::session::sheet::Sheet;
use crate::words::words;

impl Desk {
    pub(super) fn hear(self, news: News) {
        match news {
            News::State(state) => {
                self.engine.set(state);
                if state == State::Failed || state == State::Ready {
                    self.loading.set(None);
                }
                if state == State::Failed {
                    self.inspecting.set(None);
                }
            }
            News::Fetching(done, total) => self.loading.set(Some(Loading::Engine(done, total))),
            News::Progress(Stage::Inspection, done, total) => {
                self.inspecting.update(|looking| {
                    if let Some(looking) = looking {
                        *looking = (done, total);
                    }
                });
            }
            News::Inspection(ticket, inspection) => self.hear_inspection(ticket, *inspection),
            News::Map(set, map) => self.hear_map(set, *map),
            News::Shelf(ticket, answer) => self.hear_shelf(ticket, Ok(answer)),
            News::Progress(Stage::Download, done, total) => {
                self.fetching.update(|fetching| {
                    if let Some(fetching) = fetching {
                        (fetching.done, fetching.total) = (done, total);
                    }
                });
            }
            News::Fetched(name, end) => self.hear_fetched(&name, end),
            News::Progress(stage, done, total) => {
                self.loading.set(Some(Loading::Stage(stage, done, total)));
            }
            // A worker that is replaced tells again: what was measured of the same model holds still.
            News::Model(report) => {
                let same = |before: &Option<ModelReport>| {
                    before.as_ref().is_some_and(|it| it.name == report.name)
                };
                if !self.model.with_untracked(same) {
                    self.speed.set(None);
                }
                self.remember_model(&report.name);
                self.model.set(Some(report));
            }
            News::Device(report) => {
                let same = |before: &Option<DeviceReport>| {
                    before.as_ref().is_some_and(|it| it.kind == report.kind)
                };
                if !self.device.with_untracked(same) {
                    self.speed.set(None);
                }
                self.device.set(Some(report));
            }
            News::Ranking(ranked) => self.hear_ranking(&ranked),
            News::Scores(scored) => self.hear_scores(scored.ticket, Ok(scored)),
            News::Training(run, news) => {
                let kept = matches!(news, TrainNews::Kept { .. });
                self.pupil(|pupil| pupil.hear(run, news));
                if kept && self.fault_in.get_value() == Some(u32::MAX) {
                    self.break_worker();
                }
            }
            News::Models(models) => {
                self.models.set(models);
                self.use_remembered();
                self.pupil(|pupil| pupil.listed());
            }
            News::ModelFile(name, bytes) => self.pupil(|pupil| pupil.export(&name, &bytes)),
            News::Failed(asker, failure) => self.hear_failure(asker, failure),
            News::Lost(asker) if asker.kind == Kind::Shelf => {
                self.hear_shelf(asker.ticket, Err(NoShelf::Gone));
            }
            News::Lost(asker) => {
                self.pupil(|pupil| pupil.lose(asker));
                if asker.kind == Kind::Models {
                    // It may have been done in part.
                    self.client(|client| client.ask_models(Command::ListModels));
                }
            }
            News::Replaced(text) => {
                self.device.set(None);
                self.notice.set(Some(Notice { text, retry: false }));
            }
        }
    }

    /// Tells who asked; in the head of the page where it has no place of its own for it.
    fn hear_failure(self, asker: Asker, failure: Failure) {
        let has_pupil = self.pupil.with_value(Option::is_some);
        match asker.kind {
            Kind::Scores => self.hear_scores(asker.ticket, Err(failure.message)),
            Kind::Shelf => self.hear_shelf(asker.ticket, Err(failure.into())),
            Kind::Models | Kind::Training | Kind::Control if has_pupil => {
                self.pupil(|pupil| pupil.fail(asker, &failure));
            }
            kind => {
                match kind {
                    Kind::Inspection => self.inspecting.set(None),
                    Kind::Fetch => self.fetching.set(None),
                    _ => {}
                }
                self.notice.set(Some(Notice {
                    text: failure.message,
                    retry: false,
                }));
                // If it was a change of model, the old one still is: the list must say so again.
                self.model.notify();
            }
        }
    }

    /// The model that a person chose is here: from now on it is the one to begin with, also where the
    /// address says another one.
    fn remember_model(self, name: &str) {
        if self.wanted_model.get_value().as_deref() != Some(name) {
            return;
        }
        self.wanted_model.set_value(None);
        self.chosen_model.set_value(Some(name.to_owned()));
        self.keep_settings();
        if wished("model").is_some()
            && let Ok(url) = location().href().and_then(|href| Url::new(&href))
            && let Ok(history) = window().history()
        {
            url.search_params().delete("model");
            // Refused after too many changes within a short time; then the address stays.
            let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&url.href()));
        }
    }

    /// Loads the model that was chosen in an earlier visit, where it needs the browser's storage: the page
    /// has begun with the usual one, which is also what is left where it is not kept any more.
    fn use_remembered(self) {
        let Some(name) = self.remembered.try_update_value(Option::take).flatten() else {
            return;
        };
        let is_it = |model: &ModelReport| model.name == name && model.fault().is_none();
        let is_kept = |models: &Vec<ModelReport>| models.iter().any(is_it);
        if name == LARGE_MODEL || self.models.with_untracked(is_kept) {
            self.use_model(&name);
        }
    }

    fn hear_fetched(self, name: &str, end: FetchEnd) {
        self.fetching.set(None);
        let said = match end {
            FetchEnd::Kept => None,
            FetchEnd::Held(reason) => {
                Some(words().desk.held(name, &words().failures.detail(&reason)))
            }
            FetchEnd::Stopped => return,
            FetchEnd::Failed(reason) => {
                self.notice.set(Some(Notice {
                    text: words().failures.told(FailureKind::Network, &reason),
                    retry: false,
                }));
                return;
            }
        };
        self.client(|client| client.use_model(name));
        if let Some(text) = said {
            self.notice.set(Some(Notice { text, retry: false }));
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
                self.speed.set(Some((ranked.milliseconds, ranked.views)));
                let settled = !self.paper.sheet.with_untracked(Sheet::is_drawing);
                if let (true, Some((class, similarity))) = (settled, best) {
                    let class = shown.set.classes.get(class);
                    let name = class.map_or("", |class| class.name.as_str());
                    let before = if of_none { words().desk.of_none } else { "" };
                    self.spoken.set(words().desk.best(before, name, similarity));
                }
                self.when_shown(ranked.ticket);
            }
            Err(misfit) => self.notice.set(Some(Notice {
                text: misfit.to_string(),
                retry: false,
            })),
        }
    }

    /// Counts the ranking once it is on the screen.
    fn when_shown(self, ticket: u64) {
        let count = move || {
            self.counters
                .update(|counters| counters.shown(ticket, now()));
            if self.fault_in.get_value().is_none() {
                self.break_worker();
            }
        };
        // A page in the background draws no pictures to wait for.
        if document().hidden() {
            count();
        } else {
            request_animation_frame(count);
        }
    }
}
