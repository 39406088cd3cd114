//! What the page says to its worker, when, and what it does when the worker is silent.
//!
//! A state machine without a browser: messages, crashes and the passing of time go in, things to
//! do come out. It knows nothing of `Worker` objects, clocks or what is on the screen, so every
//! recovery can be tested natively. What is asked, and what becomes of it, is in one [`table`].

mod limits;
mod recovery;
mod support;
mod table;
mod updates;

use std::collections::VecDeque;

use twinglyph_core::Bitmap;
use twinglyph_core::protocol::{
    Command, DeviceKind, DevicePreference, DeviceReport, Event, Failure, FailureKind, Fault,
    FetchEnd, LARGE_MODEL, Reply, Stage, TrainControl, TrainUpdate, VERSION, model_path,
};

use crate::words::words;
use limits::{ANSWER_LIMIT, STALL_LIMIT, answer_limit};
use support::Wanted;
pub(crate) use table::{Asker, Kind};
use table::{NOBODY, Table};
pub(crate) use updates::{Effect, Gallery, Job, NoGallery, Ranked, Scored, State, Update};

/// Where the worker is in its life.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Phase {
    /// There is no worker, and none is wanted.
    Down,
    /// It was spawned; its script runs or doesn't yet, and the engine doesn't.
    Booting { since: f64, runs: bool },
    /// It was told to start, or to change its model or device.
    Starting,
    /// It has a model and a device.
    Up,
}

/// The page's side of the conversation.
#[derive(Debug)]
pub(crate) struct WorkerClient {
    clock: f64,
    phase: Phase,
    preference: DevicePreference,
    model: String,
    table: Table,
    wanted: Option<Wanted>,
    /// The wanted set, once it is embedded.
    embedded: Option<u32>,
    /// By how many views of each example, and whether there will be more.
    views: (u32, bool),
    /// The last ranking told for the wanted set: its ticket, and by how many views, where more may change it.
    told: Option<(u64, Option<u32>)>,
    heard: f64,
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

impl WorkerClient {
    /// A client without a worker that will ask for this model and device.
    #[must_use]
    pub(crate) fn new(model: impl Into<String>, preference: DevicePreference) -> Self {
        Self {
            clock: 0.0,
            phase: Phase::Down,
            preference,
            model: model.into(),
            table: Table::new(),
            wanted: None,
            embedded: None,
            views: (1, false),
            told: None,
            heard: 0.0,
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
    pub(crate) fn start(&mut self) -> Vec<Effect> {
        let mut out = Vec::new();
        self.spawn(&mut out);
        self.finish(out)
    }

    /// Tries again after [`State::Failed`].
    pub(crate) fn retry(&mut self) -> Vec<Effect> {
        if self.phase != Phase::Down {
            return Vec::new();
        }
        self.crashes.clear();
        self.stall_limit = STALL_LIMIT;
        self.start()
    }

    /// Asks a question of a kind that needs nothing else. The answer is [`Update::Answered`], but that of
    /// [`Kind::Training`] [`Update::Training`] and that of [`Kind::Fetch`] [`Update::Fetched`]; failures are
    /// [`Update::Failed`] and [`Update::Lost`].
    pub(crate) fn ask(&mut self, kind: Kind, ticket: u64, command: Command) -> Vec<Effect> {
        let mut out = Vec::new();
        self.table.put(Asker { kind, ticket }, command, &mut out);
        self.finish(out)
    }

    /// Asks for the ranking of a drawing; answered by [`Update::Ranking`].
    pub(crate) fn classify(&mut self, ticket: u64, query: Bitmap) -> Vec<Effect> {
        // Sent with the set that is embedded then.
        self.ask(Kind::Ranking, ticket, Command::Classify { set: 0, query })
    }

    /// There is nothing to rank: forgets the drawing.
    pub(crate) fn forget(&mut self) -> Vec<Effect> {
        self.table.withdraw(Kind::Ranking);
        self.finish(Vec::new())
    }

    /// Asks where the classes of the support set lie, and this drawing among them, from now on;
    /// answered by [`Update::Map`].
    pub(crate) fn map(&mut self, query: Option<Bitmap>) -> Vec<Effect> {
        self.ask(Kind::Map, 0, Command::Map { set: 0, query })
    }

    /// Nobody looks at the map any more.
    pub(crate) fn stop_mapping(&mut self) -> Vec<Effect> {
        self.table.withdraw(Kind::Map);
        self.finish(Vec::new())
    }

    /// Does something with the run on its way; without one nothing happens.
    pub(crate) fn control_training(&mut self, run: u32, control: TrainControl) -> Vec<Effect> {
        let mut out = Vec::new();
        if self.table.pending(Kind::Training) == Some(run.into()) {
            let command = Command::Control { run, control };
            self.post(Kind::Control, run.into(), command, &mut out);
        }
        self.finish(out)
    }

    /// Gives up the model on its way; answered by [`Update::Fetched`] at once.
    pub(crate) fn stop_fetching(&mut self) -> Vec<Effect> {
        let mut out = Vec::new();
        if let Some(Command::Fetch(name)) = self.table.command(Kind::Fetch) {
            let name = name.clone();
            if self.table.is_pending(Kind::Fetch) {
                out.push(self.table.request(Command::StopFetching));
            }
            self.table.end(Kind::Fetch, self.clock);
            out.push(Effect::Tell(Update::Fetched(name, FetchEnd::Stopped)));
        }
        self.finish(out)
    }

    /// Changes the device.
    pub(crate) fn use_device(&mut self, preference: DevicePreference) -> Vec<Effect> {
        let mut out = Vec::new();
        self.preference = preference;
        if self.phase == Phase::Up {
            self.change(Command::UseDevice(preference), &mut out);
        } else if self.phase == Phase::Down {
            return self.retry();
        }
        self.finish(out)
    }

    /// Changes the model.
    pub(crate) fn use_model(&mut self, model: &str) -> Vec<Effect> {
        let mut out = Vec::new();
        self.model = model.to_owned();
        if self.phase == Phase::Up {
            self.change(Command::UseModel(model.to_owned()), &mut out);
        }
        self.finish(out)
    }

    /// Breaks the worker, for tests of the recovery.
    pub(crate) fn fault(&mut self, fault: Fault) -> Vec<Effect> {
        let mut out = Vec::new();
        if self.phase == Phase::Up {
            out.push(self.table.request(Command::Fault(fault)));
        }
        self.finish(out)
    }

    /// A message of the worker.
    pub(crate) fn receive(&mut self, reply: Reply) -> Vec<Effect> {
        let mut out = Vec::new();
        let Reply { id, event } = reply;
        let clock = self.clock;
        self.heard = clock;
        match event {
            Event::Booted { version } => self.booted(version, &mut out),
            Event::Progress { stage, done, total } => {
                let asked = self.table.kind(id);
                self.table.touch(clock, |kind, own| match kind {
                    Kind::Engine | Kind::Support => stage != Stage::Scores,
                    // The second waits for the first.
                    Kind::Scores => asked == Some(kind),
                    _ => own == id,
                });
                let is_shown = match stage {
                    Stage::Scores => false,
                    Stage::Download => asked == Some(Kind::Fetch),
                    _ => true,
                };
                if is_shown {
                    out.push(Effect::Tell(Update::Progress(stage, done, total)));
                }
            }
            Event::Model(report) => {
                self.loaded = Some(report.name.clone());
                out.push(Effect::Tell(Update::Model(report)));
            }
            Event::Device(report) => self.uses(report, &mut out),
            Event::Jobs(jobs) => out.push(Effect::Tell(Update::Jobs(jobs))),
            Event::Fetched { name, end } => {
                if self.table.take(Kind::Fetch, id, clock).is_some() {
                    out.push(Effect::Tell(Update::Fetched(name, end)));
                }
            }
            Event::Support {
                set, views, more, ..
            } => self.embedded(id, set, (views, more)),
            Event::Ranking {
                set,
                matches,
                milliseconds,
                views,
                more,
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
                self.ranked(id, (ranked, more), &mut out);
            }
            Event::Map { set, map } => self.mapped(id, (set, map), &mut out),
            Event::Training { run, update } => {
                let own = self.table.pending(Kind::Training) == Some(run.into());
                if own && matches!(update, TrainUpdate::Ended { .. }) {
                    self.table.end(Kind::Training, clock);
                }
                out.push(Effect::Tell(Update::Training(run, update)));
            }
            Event::Models(models) => {
                self.table.take(Kind::Models, id, clock);
                out.push(Effect::Tell(Update::Models(models)));
            }
            Event::Pong => {
                self.table.take(Kind::Ping, id, clock);
            }
            Event::Failed(failure) => self.failed(id, worded(failure), &mut out),
            // What it said is in the console already.
            Event::Crashed { .. } if self.phase == Phase::Down => {}
            Event::Crashed { .. } => self.replace(words().failures.stopped, &mut out),
            answer => {
                if let Some(asker) = self.answered(id) {
                    out.push(Effect::Tell(Update::Answered(asker, answer)));
                }
            }
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
    pub(crate) fn fetching(&mut self, done: u64, total: u64) -> Vec<Effect> {
        let mut out = Vec::new();
        self.heard = self.clock;
        match &mut self.phase {
            Phase::Booting { since, runs } => {
                *since = self.clock;
                *runs = true;
            }
            Phase::Starting => self.table.touch(self.clock, |kind, _| kind == Kind::Engine),
            // Rankings are there: nobody waits for the engine.
            Phase::Up | Phase::Down => return out,
        }
        out.push(Effect::Tell(Update::Fetching(done, total)));
        self.finish(out)
    }

    /// The engine's state now.
    #[must_use]
    pub(crate) fn state(&self) -> State {
        match self.phase {
            Phase::Down => State::Failed,
            Phase::Booting { .. } | Phase::Starting => State::Loading,
            // Refinement of the support set comes beside all else.
            Phase::Up if self.table.is_busy() || self.embedded.is_some() && self.views.1 => {
                State::Busy
            }
            Phase::Up => State::Ready,
        }
    }

    fn post(&mut self, kind: Kind, ticket: u64, command: Command, out: &mut Vec<Effect>) {
        let asker = Asker { kind, ticket };
        out.push(self.table.post(asker, command, self.clock));
    }

    fn booted(&mut self, version: u32, out: &mut Vec<Effect>) {
        if version != VERSION {
            self.give_up(words().failures.versions, out);
        } else if matches!(self.phase, Phase::Booting { .. }) {
            let command = Command::Start {
                preference: self.preference,
                model: self.model.clone(),
            };
            self.phase = Phase::Starting;
            self.post(Kind::Engine, 0, command, out);
        }
    }

    /// Changes the model or the device.
    fn change(&mut self, command: Command, out: &mut Vec<Effect>) {
        self.phase = Phase::Starting;
        self.table.restart(false, out);
        self.lose_support();
        self.post(Kind::Engine, 0, command, out);
    }

    /// The worker has a model and a device.
    fn uses(&mut self, report: DeviceReport, out: &mut Vec<Effect>) {
        self.answer_limit = answer_limit(report.milliseconds);
        self.device = Some(report.kind);
        out.push(Effect::Tell(Update::Device(report)));
        if self.phase != Phase::Starting {
            return;
        }
        self.phase = Phase::Up;
        self.capable = true;
        self.stall_limit = STALL_LIMIT;
        self.table.end(Kind::Engine, self.clock);
        let loaded = self.loaded.as_ref();
        if loaded.is_some_and(|loaded| *loaded != self.model) {
            // Another one was chosen while this one started.
            self.change(Command::UseModel(self.model.clone()), out);
        }
    }

    /// Who asked this, if the answer is waited for; from now on it is not.
    fn answered(&mut self, id: u32) -> Option<Asker> {
        let kind = self.table.kind(id)?;
        let (ticket, _) = self.table.take(kind, id, self.clock)?;
        Some(Asker { kind, ticket })
    }

    fn failed(&mut self, id: u32, failure: Failure, out: &mut Vec<Effect>) {
        match (self.table.kind(id), failure.kind) {
            (Some(Kind::Engine), _) if self.capable => {
                // A change of device or model that failed: the old one still is.
                self.table.end(Kind::Engine, self.clock);
                self.phase = Phase::Up;
                if let Some(loaded) = &self.loaded {
                    self.model.clone_from(loaded);
                }
                out.push(Effect::Tell(Update::Failed(NOBODY, failure)));
            }
            (Some(Kind::Engine), _) => self.give_up(&failure.message, out),
            (_, FailureKind::Device) => self.replace(words().failures.device_lost, out),
            (kind, why) => {
                let asked = self.answered(id);
                // The set changed while the question was on its way: the new set's question follows.
                let follows = why == FailureKind::Support
                    && matches!(kind, None | Some(Kind::Ranking | Kind::Map))
                    && self.table.is_pending(Kind::Support);
                if !follows {
                    out.push(Effect::Tell(Update::Failed(
                        asked.unwrap_or(NOBODY),
                        failure,
                    )));
                }
            }
        }
    }

    /// Sends what may go now, and tells what the engine's state is where that changed.
    fn finish(&mut self, mut out: Vec<Effect>) -> Vec<Effect> {
        self.supply(&mut out);
        while self.phase == Phase::Up
            && let Some(effect) = self.table.next(self.embedded, self.clock)
        {
            out.push(effect);
        }
        self.complete(&mut out);
        let state = self.state();
        if self.shown != Some(state) {
            self.shown = Some(state);
            out.push(Effect::Tell(Update::State(state)));
        }
        out
    }
}

/// A failure that the worker told, in the page's language.
fn worded(failure: Failure) -> Failure {
    let message = words().failures.told(failure.kind, &failure.message);
    Failure { message, ..failure }
}

#[cfg(test)]
mod tests;
