//! What the page says to its worker, when, and what it does when the worker is silent.
//!
//! A state machine without a browser: messages, crashes and the passing of time go in, things to
//! do come out. It knows nothing of `Worker` objects, clocks or what is on the screen, so every
//! recovery can be tested natively.

mod fetching;
mod limits;
mod mapping;
mod news;
mod ranking;
mod recovery;
mod scoring;
mod shelf;
mod training;

use std::collections::VecDeque;
use std::sync::Arc;

use twinglyph_core::Bitmap;
use twinglyph_core::protocol::{
    Command, DeviceKind, DevicePreference, Event, Failure, FailureKind, Fault, LARGE_MODEL, Reply,
    Request, Stage, UNASKED, VERSION, model_path,
};

use crate::words::words;
use fetching::Fetching;
use limits::{ANSWER_LIMIT, STALL_LIMIT, answer_limit};
use mapping::Mapping;
pub(crate) use news::{Action, News, Ranked, State};
use scoring::Scoring;
pub(crate) use scoring::{Job, Scored};
use shelf::Shelving;
pub(crate) use shelf::{NoShelf, Shelf};
use training::Training;

/// A support set as the worker gets it: its id and one entry a class.
#[derive(Clone, Debug)]
struct Wanted {
    set: u32,
    classes: Arc<Vec<Vec<Bitmap>>>,
}

/// A request on its way.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Flight {
    id: u32,
    since: f64,
}

/// Where the worker is in its life.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Phase {
    /// There is no worker, and none is wanted.
    Down,
    /// It was spawned; its script runs or doesn't yet, and the engine doesn't.
    Booting { since: f64, runs: bool },
    /// It was told to start.
    Starting(Flight),
    /// It has a model and a device.
    Up,
}

/// The page's side of the conversation.
#[derive(Debug)]
pub(crate) struct Link {
    clock: f64,
    phase: Phase,
    preference: DevicePreference,
    model: String,
    next_id: u32,
    wanted: Option<Wanted>,
    embedding: Option<Flight>,
    /// The set that a worker got which is told to start still.
    early: Option<u32>,
    embedded: Option<u32>,
    /// Did the worker get the first example of each class only?
    sketched: bool,
    /// By how many views of each example, and whether there will be more.
    views: (u32, bool),
    asked: Option<(Flight, u64)>,
    /// The last ranking told for the wanted set: its ticket, and by how many views.
    told: Option<(u64, u32)>,
    pinged: Option<Flight>,
    scoring: Scoring,
    mapping: Mapping,
    shelving: Shelving,
    training: Training,
    fetching: Fetching,
    heard: f64,
    waiting: Option<(u64, Bitmap)>,
    last: Option<(u64, Bitmap)>,
    crashes: VecDeque<f64>,
    /// How long a new worker's files may be silent.
    stall_limit: f64,
    /// How long an answer may take on the device in use.
    answer_limit: f64,
    /// The device in use, or the last one that was.
    device: Option<DeviceKind>,
    /// Did this worker ever have a model and a device?
    capable: bool,
    /// The last model that a worker loaded.
    loaded: Option<String>,
    shown: Option<State>,
}

impl Link {
    /// A link without a worker that will ask for this model and device.
    #[must_use]
    pub(crate) fn new(model: impl Into<String>, preference: DevicePreference) -> Self {
        Self {
            clock: 0.0,
            phase: Phase::Down,
            preference,
            model: model.into(),
            next_id: UNASKED + 1,
            wanted: None,
            embedding: None,
            early: None,
            embedded: None,
            sketched: false,
            views: (1, false),
            asked: None,
            told: None,
            pinged: None,
            scoring: Scoring::default(),
            mapping: Mapping::default(),
            shelving: Shelving::default(),
            training: Training::default(),
            fetching: Fetching::default(),
            heard: 0.0,
            waiting: None,
            last: None,
            crashes: VecDeque::new(),
            stall_limit: STALL_LIMIT,
            answer_limit: ANSWER_LIMIT,
            device: None,
            capable: false,
            loaded: None,
            shown: None,
        }
    }

    /// Starts the first worker.
    pub(crate) fn start(&mut self) -> Vec<Action> {
        let mut out = Vec::new();
        self.spawn(&mut out);
        self.finish(out)
    }

    /// Tries again after [`State::Failed`].
    pub(crate) fn retry(&mut self) -> Vec<Action> {
        if self.phase != Phase::Down {
            return Vec::new();
        }
        self.crashes.clear();
        self.stall_limit = STALL_LIMIT;
        self.start()
    }

    /// Makes this the support set; the set before it is forgotten.
    pub(crate) fn set_support(&mut self, set: u32, classes: Arc<Vec<Vec<Bitmap>>>) -> Vec<Action> {
        let mut out = Vec::new();
        self.wanted = Some(Wanted { set, classes });
        // A drawing that waits was meant for the old set; its owner asks again for the new one.
        self.waiting = None;
        self.told = None;
        self.send_support(&mut out);
        self.finish(out)
    }

    /// Asks for the ranking of a drawing. One question is on its way at most; of those that come
    /// meanwhile the last is kept.
    pub(crate) fn classify(&mut self, ticket: u64, query: Bitmap) -> Vec<Action> {
        let mut out = Vec::new();
        self.last = Some((ticket, query.clone()));
        self.waiting = Some((ticket, query));
        self.send_query(&mut out);
        self.finish(out)
    }

    /// There is nothing to rank: forgets the drawing.
    pub(crate) fn forget(&mut self) -> Vec<Action> {
        self.last = None;
        self.waiting = None;
        self.finish(Vec::new())
    }

    /// Changes the device.
    pub(crate) fn use_device(&mut self, preference: DevicePreference) -> Vec<Action> {
        let mut out = Vec::new();
        self.preference = preference;
        if self.phase == Phase::Up {
            let flight = self.send(Command::UseDevice(preference), &mut out);
            self.restart_on(flight);
        } else if self.phase == Phase::Down {
            return self.retry();
        }
        self.finish(out)
    }

    /// Changes the model.
    pub(crate) fn use_model(&mut self, model: &str) -> Vec<Action> {
        let mut out = Vec::new();
        self.model = model.to_owned();
        if self.phase == Phase::Up {
            let flight = self.send(Command::UseModel(model.to_owned()), &mut out);
            self.restart_on(flight);
        }
        self.finish(out)
    }

    /// Breaks the worker, for tests of the recovery.
    pub(crate) fn fault(&mut self, fault: Fault) -> Vec<Action> {
        let mut out = Vec::new();
        if self.phase == Phase::Up {
            self.send(Command::Fault(fault), &mut out);
        }
        self.finish(out)
    }

    /// A message of the worker.
    pub(crate) fn receive(&mut self, reply: Reply) -> Vec<Action> {
        let mut out = Vec::new();
        self.heard = self.clock;
        match reply.event {
            Event::Booted { version } => self.booted(version, &mut out),
            Event::Progress { stage, done, total } => {
                if let Phase::Starting(flight) = &mut self.phase {
                    flight.since = self.clock;
                }
                if let Some(flight) = &mut self.embedding {
                    flight.since = self.clock;
                }
                if stage == Stage::Scores {
                    self.scoring_goes_on(reply.id);
                } else if stage != Stage::Download || self.is_fetching(reply.id) {
                    out.push(Action::Tell(News::Progress(stage, done, total)));
                }
            }
            Event::Model(report) => {
                self.loaded = Some(report.name.clone());
                out.push(Action::Tell(News::Model(report)));
            }
            Event::Device(report) => {
                self.answer_limit = answer_limit(report.milliseconds);
                self.device = Some(report.kind);
                out.push(Action::Tell(News::Device(report)));
                if matches!(self.phase, Phase::Starting(_)) {
                    self.phase = Phase::Up;
                    self.capable = true;
                    self.stall_limit = STALL_LIMIT;
                    if self
                        .loaded
                        .as_ref()
                        .is_some_and(|loaded| *loaded != self.model)
                    {
                        // Another one was chosen while this one started.
                        let flight = self.send(Command::UseModel(self.model.clone()), &mut out);
                        self.restart_on(flight);
                    } else {
                        self.send_support(&mut out);
                        self.send_job(&mut out);
                        self.send_shelf(&mut out);
                        self.send_wishes(&mut out);
                        self.send_fetch(&mut out);
                    }
                }
            }
            Event::Fetched { end, .. } => self.fetched(reply.id, end, &mut out),
            Event::Support {
                set, views, more, ..
            } => self.embedded(reply.id, set, (views, more), &mut out),
            Event::Ranking {
                set,
                matches,
                milliseconds,
                views,
                device,
            } => {
                let ranked = Ranked {
                    ticket: 0,
                    set,
                    matches,
                    milliseconds,
                    views,
                    device,
                };
                self.ranked(reply.id, ranked, &mut out);
            }
            Event::Scores {
                scores,
                calibration,
                milliseconds,
                device,
            } => {
                let answer = (scores, calibration, milliseconds, device);
                self.scored(reply.id, answer, &mut out);
            }
            Event::Map { set, map } => self.mapped(reply.id, (set, map), &mut out),
            Event::Shelved { drawings, .. } => {
                self.shelved(reply.id, Shelf::Holds(drawings), &mut out);
            }
            Event::Browsed { matches, .. } => {
                self.shelved(reply.id, Shelf::Nearest(matches), &mut out);
            }
            Event::Training { run, news } => self.hear_training(run, news, &mut out),
            Event::Models(models) => out.push(Action::Tell(News::Models(models))),
            Event::Inspection { ticket, inspection } => {
                out.push(Action::Tell(News::Inspection(ticket, inspection)));
            }
            Event::ModelFile { name, bytes } => {
                out.push(Action::Tell(News::ModelFile(name, bytes)));
            }
            Event::Pong => {
                if self.pinged.is_some_and(|flight| flight.id == reply.id) {
                    self.pinged = None;
                }
            }
            Event::Failed(failure) => self.failed(reply.id, worded(failure), &mut out),
            // What it said is in the console already.
            Event::Crashed { .. } if self.phase == Phase::Down => {}
            Event::Crashed { .. } => self.replace(words().failures.stopped, &mut out),
        }
        self.finish(out)
    }

    /// The path of the file that a new worker will want first: it can be asked for beside the engine.
    pub(crate) fn ahead(&self) -> Option<String> {
        // A large one may be kept by the browser, and a person can give its fetching up.
        model_path(&self.model).filter(|_| self.model != LARGE_MODEL)
    }

    /// How long a new worker is to wait for the next part of a file, milliseconds.
    pub(crate) fn patience(&self) -> f64 {
        self.stall_limit
    }

    /// The worker's loader has so many bytes of so many (0 where unknown): it is slow, not silent.
    pub(crate) fn fetching(&mut self, done: u64, total: u64) -> Vec<Action> {
        let mut out = Vec::new();
        self.heard = self.clock;
        match &mut self.phase {
            Phase::Booting { since, runs } => {
                *since = self.clock;
                *runs = true;
            }
            Phase::Starting(flight) => flight.since = self.clock,
            // Rankings are there: nobody waits for the engine.
            Phase::Up | Phase::Down => return out,
        }
        out.push(Action::Tell(News::Fetching(done, total)));
        self.finish(out)
    }

    /// The engine's state now.
    #[must_use]
    pub(crate) fn state(&self) -> State {
        match self.phase {
            Phase::Down => State::Failed,
            Phase::Booting { .. } | Phase::Starting(_) => State::Loading,
            Phase::Up if self.is_busy() => State::Busy,
            Phase::Up => State::Ready,
        }
    }

    fn is_busy(&self) -> bool {
        let closer = self.embedded.is_some() && self.views.1;
        self.is_asked() || closer
    }

    /// Is an answer awaited? A closer look at the support set is none: it comes beside all else.
    fn is_asked(&self) -> bool {
        self.embedding.is_some() || self.asked.is_some() || self.scoring.flight().is_some()
    }

    fn is_idle(&self) -> bool {
        !self.is_asked() && self.pinged.is_none()
    }

    fn booted(&mut self, version: u32, out: &mut Vec<Action>) {
        if version != VERSION {
            self.give_up(words().failures.versions, out);
        } else if matches!(self.phase, Phase::Booting { .. }) {
            let command = Command::Start {
                preference: self.preference,
                model: self.model.clone(),
            };
            let flight = self.send(command, out);
            self.phase = Phase::Starting(flight);
            self.send_support(out);
        }
    }

    fn failed(&mut self, id: u32, failure: Failure, out: &mut Vec<Action>) {
        if self.asked.is_some_and(|(flight, _)| flight.id == id) {
            self.asked = None;
        }
        if self.embedding.is_some_and(|flight| flight.id == id) {
            self.embedding = None;
        }
        self.mapping.failed(id);
        if self.not_scored(id, &failure, out)
            || self.not_shelved(id, &failure, out)
            || self.not_begun(id, &failure, out)
        {
            return;
        }
        match (self.phase, failure.kind) {
            (Phase::Starting(flight), _) if flight.id == id => {
                if self.capable {
                    // A change of device or model that failed: the old one still is.
                    self.phase = Phase::Up;
                    if let Some(loaded) = &self.loaded {
                        self.model.clone_from(loaded);
                    }
                    out.push(Action::Tell(News::Failed(failure)));
                    self.send_support(out);
                    self.send_job(out);
                    self.send_shelf(out);
                    self.send_fetch(out);
                } else {
                    self.give_up(&failure.message, out);
                }
            }
            (_, FailureKind::Device) => {
                self.replace(words().failures.device_lost, out);
            }
            // The set changed while the question was on its way: the new set's question follows.
            (_, FailureKind::Support) if self.embedding.is_some() => {}
            _ => out.push(Action::Tell(News::Failed(failure))),
        }
        self.send_query(out);
        self.send_map(out);
    }

    fn restart_on(&mut self, flight: Flight) {
        self.phase = Phase::Starting(flight);
        self.asked = None;
        self.embedding = None;
        self.early = None;
        // Embeddings belong to a device and a model, so the set goes again.
        self.embedded = None;
        self.waiting.clone_from(&self.last);
        self.mapping.again();
    }

    /// Sends the wanted set to a worker that is up. One that is told to start for the first time gets the
    /// first such set right behind that: it need not wait for a busy page then.
    fn send_support(&mut self, out: &mut Vec<Action>) {
        let Some(wanted) = self.wanted.clone() else {
            return;
        };
        match self.phase {
            Phase::Up if self.early.take() == Some(wanted.set) => {
                // It begins with it only now.
                if let Some(flight) = &mut self.embedding {
                    flight.since = self.clock;
                }
                return;
            }
            Phase::Up => {}
            Phase::Starting(_) if !self.capable && self.early.is_none() => {
                self.early = Some(wanted.set);
            }
            _ => return,
        }
        let sketch = sketch(&wanted.classes);
        self.sketched = sketch.is_some();
        let classes = sketch.unwrap_or_else(|| wanted.classes.as_ref().clone());
        self.send_classes(wanted.set, classes, out);
    }

    /// Sends the whole set to a worker that has a sketch of it and nothing else to do.
    fn send_whole(&mut self, out: &mut Vec<Action>) {
        let idle = self.phase == Phase::Up && !self.is_asked();
        let Some(wanted) = self.wanted.clone().filter(|_| idle && self.sketched) else {
            return;
        };
        if self.embedded == Some(wanted.set) {
            self.sketched = false;
            self.send_classes(wanted.set, wanted.classes.as_ref().clone(), out);
        }
    }

    fn send_classes(&mut self, set: u32, classes: Vec<Vec<Bitmap>>, out: &mut Vec<Action>) {
        self.embedded = None;
        let flight = self.send(Command::SetSupport { set, classes }, out);
        self.embedding = Some(flight);
    }

    fn send(&mut self, command: Command, out: &mut Vec<Action>) -> Flight {
        let id = self.next_id;
        self.next_id = self.next_id.checked_add(1).unwrap_or(UNASKED + 1);
        out.push(Action::Send(Request { id, command }));
        Flight {
            id,
            since: self.clock,
        }
    }

    fn finish(&mut self, mut out: Vec<Action>) -> Vec<Action> {
        self.send_whole(&mut out);
        let state = self.state();
        if self.shown != Some(state) {
            self.shown = Some(state);
            out.push(Action::Tell(News::State(state)));
        }
        out
    }
}

/// Most classes that are embedded with all examples before the first ranking.
const MOST: usize = 256;

/// The first example of each class of a large set, with which a first ranking comes sooner; `None` where all
/// examples are embedded at once.
fn sketch(classes: &[Vec<Bitmap>]) -> Option<Vec<Vec<Bitmap>>> {
    let saves = classes.len() > MOST && classes.iter().any(|class| class.len() > 1);
    let first = |class: &Vec<Bitmap>| class.iter().take(1).cloned().collect();
    saves.then(|| classes.iter().map(first).collect())
}

/// A failure that the worker told, in the page's language.
fn worded(failure: Failure) -> Failure {
    let message = words().failures.told(failure.kind, &failure.message);
    Failure { message, ..failure }
}

#[cfg(test)]
#[path = "link/tests.rs"]
mod tests;
