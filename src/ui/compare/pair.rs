//! The second network: its worker, what is asked of it and what it answers.
//!
//! Its worker is apart from the one that every page shares, so that neither waits for the other. It computes on the
//! processor, and is there only while the page is looked at and something is asked of it.

use leptos::ev;
use leptos::prelude::*;
use twinglyph_core::protocol::{DeviceKind, DevicePreference};
use twinglyph_core::training::BEGINNER;

use crate::client::worker_client::{State, Update, WorkerClient};
use crate::client::{Client, now};
use crate::session::compare::{Deed, Second, Stage, Verdict, Wish, first_choice, start_of};
use crate::session::ranking::Ranking;
use crate::session::sheet::Sheet;
use crate::ui::Route;
use crate::ui::builtin_models::offered_models;
use crate::ui::pause::pause;
use crate::ui::stores::{AppState, DrawStore, Loading, ModelStore, SupportStore, use_store};
use crate::words::words;

/// Between two looks at whether the worker is still used, milliseconds.
const LOOK: i32 = 1_000;

/// The two networks of the page.
#[derive(Clone, Copy)]
pub(super) struct Pair {
    pub(super) app: AppState,
    pub(super) draw: DrawStore,
    pub(super) models: ModelStore,
    pub(super) support: SupportStore,
    /// The network on the right that the person chose.
    chosen: RwSignal<Option<String>>,
    /// The network on the right.
    pub(super) other: Memo<Option<String>>,
    /// Where that is.
    pub(super) stage: RwSignal<Stage>,
    /// How far it has loaded.
    pub(super) loading: RwSignal<Option<Loading>>,
    /// Is it idle, able to rank, and has it looked at the support set by all views?
    idle: RwSignal<bool>,
    /// The ticket of the last drawing that it was asked about.
    asked: RwSignal<u64>,
    /// Its ranking, by those tickets.
    pub(super) ranking: RwSignal<Option<Ranking>>,
    /// Time of that in the worker, milliseconds.
    pub(super) speed: RwSignal<Option<f32>>,
    second: StoredValue<Second>,
    client: StoredValue<Option<Client>, LocalStorage>,
    /// Counts the workers: what an earlier one says is not heard.
    workers: StoredValue<u32>,
}

/// The networks that the right side offers: those of the header, and the one that a run proposes to begin with.
pub(super) fn offered(models: ModelStore) -> Vec<String> {
    let kept = models.kept.get();
    let kept = kept.into_iter().filter(|model| model.fault().is_none());
    let shipped = offered_models().chain([BEGINNER]).map(str::to_owned);
    shipped.chain(kept.map(|model| model.name)).collect()
}

impl Pair {
    /// The pair, whose second worker follows what is on the page.
    pub(super) fn new() -> Self {
        let app = use_store::<AppState>();
        let models = use_store::<ModelStore>();
        let chosen = RwSignal::new(None::<String>);
        let other = Memo::new(move |_| {
            let first = || {
                app.model
                    .with(|model| first_choice(model.as_ref(), &offered(models)))
            };
            chosen.get().or_else(first)
        });
        let pair = Self {
            app,
            draw: use_store(),
            models,
            support: use_store(),
            chosen,
            other,
            stage: RwSignal::new(Stage::Off),
            loading: RwSignal::new(None),
            idle: RwSignal::new(false),
            asked: RwSignal::new(0),
            ranking: RwSignal::new(None),
            speed: RwSignal::new(None),
            second: StoredValue::new(Second::default()),
            client: StoredValue::new_local(None),
            workers: StoredValue::new(0),
        };
        let is_here = || Route::here() == Route::Compare;
        let here = RwSignal::new(is_here());
        window_event_listener(ev::hashchange, move |_| here.set(is_here()));
        // The network in use goes first: its start is not made slower.
        let begun =
            Memo::new(move |begun| begun == Some(&true) || app.engine.get() != State::Loading);
        Effect::new(move |_| {
            let wish = if here.get() && begun.get() {
                pair.wish()
            } else {
                Wish::default()
            };
            pair.change(|second| second.follow(wish, now()));
        });
        leptos::task::spawn_local(async move {
            loop {
                pause(LOOK).await;
                // The page may be gone.
                let Some(deeds) = pair.second.try_update_value(|second| second.tick(now())) else {
                    break;
                };
                pair.act(deeds);
            }
        });
        pair
    }

    /// What is on the page now, for the second network.
    fn wish(self) -> Wish {
        let other = self.other.get().filter(|_| !self.is_same());
        Wish {
            model: other,
            set: self
                .support
                .shown
                .with(|shown| shown.as_ref().map(|shown| shown.set.id)),
            drawing: self.draw.query.get(),
        }
    }

    /// The name of the network in use.
    pub(super) fn in_use(self) -> Option<String> {
        self.app
            .model
            .with(|model| model.as_ref().map(|model| model.name.clone()))
    }

    /// Is the same network on both sides?
    pub(super) fn is_same(self) -> bool {
        self.in_use()
            .is_some_and(|name| self.other.get() == Some(name))
    }

    /// Compares with another network.
    pub(super) fn choose(self, name: String) {
        self.chosen.set(Some(name));
    }

    /// Each network on the other side.
    pub(super) fn swap(self) {
        let (in_use, other) = untrack(|| (self.in_use(), self.other.get()));
        if let (Some(in_use), Some(other)) = (in_use, other) {
            self.put(&other, in_use);
        }
    }

    /// This network in use, and this one beside it.
    pub(super) fn put(self, in_use: &str, other: String) {
        self.choose(other);
        if untrack(|| self.in_use()).as_deref() != Some(in_use) {
            self.models.use_model(in_use);
        }
    }

    /// A network of the two that a person trained and what it was trained from, where that is not the other one.
    pub(super) fn trained(self) -> Option<(String, String)> {
        let offered = offered(self.models);
        let [left, right] = [self.in_use(), self.other.get()];
        let kept = self.models.kept.get();
        let pair = |name: &Option<String>| {
            let model = kept
                .iter()
                .find(|model| Some(&model.name) == name.as_ref())?;
            Some((model.name.clone(), start_of(model, &offered)?))
        };
        let (trained, start) = pair(&left).or_else(|| pair(&right))?;
        let is_shown = left.as_ref() == Some(&trained) && right.as_ref() == Some(&start);
        (!is_shown).then_some((trained, start))
    }

    /// Do both rankings speak of what is drawn now, against the set of now?
    pub(super) fn is_newest(self) -> bool {
        let left = self
            .draw
            .counters
            .with(|counters| counters.query == counters.ranked);
        let ticket = self
            .ranking
            .with(|ranking| ranking.as_ref().map(|one| one.ticket));
        left && ticket == Some(self.asked.get())
    }

    /// Will both rankings stay as they are, as nothing is drawn or awaited?
    pub(super) fn is_settled(self) -> bool {
        let idle = self.app.engine.get() == State::Ready && self.idle.get();
        idle && self.is_newest() && !self.draw.paper.sheet.with(Sheet::is_drawing)
    }

    /// What the two rankings say together.
    pub(super) fn verdict(self) -> Option<Verdict> {
        self.draw.ranking.with(|left| {
            self.ranking
                .with(|right| Verdict::new(left.as_ref()?, right.as_ref()?))
        })
    }

    /// Starts the second network again.
    pub(super) fn again(self) {
        self.change(|second| second.again(now()));
    }

    /// Doesn't wait for the second network.
    pub(super) fn cancel(self) {
        self.change(Second::cancel);
    }

    fn change(self, change: impl FnOnce(&mut Second) -> Vec<Deed>) {
        if let Some(deeds) = self.second.try_update_value(change) {
            self.act(deeds);
        }
    }

    fn act(self, deeds: Vec<Deed>) {
        for deed in deeds {
            match deed {
                Deed::Start(model) => self.start(&model),
                Deed::End => self.end(),
                Deed::Support(set) => self.send_support(set),
                Deed::Classify(ticket, drawing) => {
                    self.asked.set(ticket);
                    self.apply(|client| client.classify(ticket, drawing));
                }
                Deed::Forget => {
                    self.ranking.set(None);
                    self.apply(WorkerClient::forget);
                }
            }
        }
        let stage = self.second.with_value(|second| second.stage().clone());
        if self.stage.with_untracked(|before| *before != stage) {
            let stays = matches!(stage, Stage::Up | Stage::Resting);
            if !stays {
                self.ranking.set(None);
            }
            self.stage.set(stage);
        }
    }

    fn start(self, model: &str) {
        self.end();
        self.ranking.set(None);
        self.speed.set(None);
        self.loading.set(None);
        let number = self.workers.get_value();
        // One graphics device is shared badly by two workers.
        let preference = DevicePreference::Only(DeviceKind::Cpu);
        let client = Client::new(model, preference, move |update| self.hear(number, update));
        self.client.set_value(Some(client.clone()));
        client.start();
    }

    fn end(self) {
        self.workers.update_value(|workers| *workers += 1);
        self.idle.set(false);
        if let Some(client) = self.client.try_update_value(Option::take).flatten() {
            client.end();
        }
    }

    fn send_support(self, set: u32) {
        let shown = self.support.shown.get_untracked();
        if let Some(shown) = shown.filter(|shown| shown.set.id == set) {
            self.ranking.set(None);
            let examples = shown.set.examples();
            self.apply(|client| client.set_support(set, examples));
        }
    }

    fn apply(
        self,
        decide: impl FnOnce(&mut WorkerClient) -> Vec<crate::client::worker_client::Effect>,
    ) {
        // What it decides may end it, so it is not held meanwhile.
        if let Some(client) = self.client.get_value() {
            client.apply(decide);
        }
    }

    fn hear(self, number: u32, update: Update) {
        if self.workers.try_get_value() != Some(number) {
            return;
        }
        match update {
            Update::State(state) => {
                self.idle.set(state == State::Ready);
                if matches!(state, State::Ready | State::Busy) {
                    self.up();
                }
            }
            Update::Fetching(done, total) => self.load(Loading::Engine(done, total)),
            Update::Progress(stage, done, total) => self.load(Loading::Stage(stage, done, total)),
            Update::Ranking(ranked) => {
                let classes = self
                    .support
                    .shown
                    .with_untracked(|shown| Some(shown.as_ref()?.set.classes.len()));
                let ranking = Ranking::new(
                    ranked.ticket,
                    ranked.set,
                    classes.unwrap_or_default(),
                    &ranked.matches,
                );
                // One that doesn't fit is of a set that another has replaced. The drawing may be gone, too.
                let drawn = self.draw.query.with_untracked(Option::is_some);
                if let (Ok(ranking), true) = (ranking, drawn) {
                    self.up();
                    self.speed.set(Some(ranked.milliseconds));
                    self.ranking.set(Some(ranking));
                }
            }
            Update::Failed(_, failure) => self.change(|second| second.fail(failure.message)),
            // One that loads may only be slow: it is tried again, as the page's own.
            Update::Replaced { why, .. } => self.change(|second| {
                if *second.stage() == Stage::Loading {
                    Vec::new()
                } else {
                    second.fail(words().compare.stopped(&why))
                }
            }),
            _ => {}
        }
    }

    fn up(self) {
        self.change(|second| {
            second.hear(now());
            Vec::new()
        });
    }

    /// It says how far it is, before it ranks or in the middle of that.
    fn load(self, loading: Loading) {
        self.loading.set(Some(loading));
    }
}
