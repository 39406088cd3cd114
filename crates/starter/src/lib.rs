//! The engine's starter: ranks on the processor, by hand, while the engine is still on its way.
//!
//! The engine is a program of megabytes, of which a first ranking needs a hundredth. The starter is that
//! part as a program of its own: it takes the model's file, proves its numbers, embeds a
//! support set and ranks drawings by one view, with the code and the answers of the engine. Whatever else is
//! asked, and whatever does not go as it should, is left to the engine, which hears all of it again
//! (`core::protocol::handover`) and says what is to be said. Refuses to know devices, storage, files and
//! the tensor library.

#[cfg(target_family = "wasm")]
mod program;

use twinglyph_core::protocol::{
    Command, DeviceKind, DevicePreference, DeviceReason, DeviceReport, DeviceTrial, Event, Failure,
    FailureKind, Outcome, Reply, Request, Stage, model_path,
};
use twinglyph_core::support::Support;
use twinglyph_core::{Architecture, Bitmap, Views};
use twinglyph_nn::weights::Metadata;
use twinglyph_nn::{PROCESSOR, Residual, Values, golden, shipped};

/// Most examples of a support set that it embeds: all of the largest alphabet, 55. While it embeds, the
/// engine can't begin.
const MOST: usize = 64;

/// Drawings embedded at once: memory for more would have to be taken first, which costs more than it brings.
const AT_ONCE: usize = 2;

/// A starter. Clocks are functions that give milliseconds since some moment.
#[derive(Default)]
pub struct Starter {
    /// Its file's digest is not known yet.
    loaded: Option<Model>,
    model: Option<Model>,
    /// What it was told to start with, until that is answered.
    start: Option<(u32, DevicePreference, String)>,
    /// It has told the page that it is ready.
    ready: bool,
    /// The support set that came before the file.
    early: Option<Request>,
    /// Something is asked that changes what it would answer: it says no more.
    over: bool,
    /// It has ranked a drawing.
    ranked: bool,
    support: Option<(Support, Values)>,
}

/// A shipped model whose numbers are right.
struct Model {
    name: String,
    network: Residual,
    metadata: Metadata,
    milliseconds: f32,
}

impl Starter {
    /// Tells whoever waits how much of the model's file has come, in bytes; `total` is 0 where unknown.
    #[must_use]
    pub fn progress(&self, done: u64, total: u64) -> Vec<Reply> {
        let stage = Stage::Model;
        self.told(&Event::Progress { stage, done, total })
    }

    /// Tells whoever waits that the model's file does not come, as the engine would after as long again.
    #[must_use]
    pub fn lacks(&self, path: &str, why: &str) -> Vec<Reply> {
        let failure = Failure {
            kind: FailureKind::Network,
            message: format!("{path} could not be loaded: {why}"),
        };
        self.told(&Event::Failed(failure))
    }

    /// To whoever waits for the answer to [`Command::Start`].
    fn told(&self, event: &Event) -> Vec<Reply> {
        let waiting = self.start.iter().map(|&(id, ..)| id);
        let reply = |id| Reply {
            id,
            event: event.clone(),
        };
        waiting.map(reply).collect()
    }

    /// Takes the model's file, by its path; nothing is answered with it before [`Starter::prove`]. `false`
    /// where it is another file or its numbers are not right, and then everything is left to the engine.
    pub fn load(&mut self, path: &str, file: &[u8], now: impl Fn() -> f64) -> bool {
        self.loaded = named(path).and_then(|name| Model::read(name, file, now));
        self.loaded.is_some()
    }

    /// Takes the SHA-256 of the loaded file, as hexadecimal digits, and gives what there is to say now. With
    /// another digest than the shipped file's everything is left to the engine.
    #[must_use]
    pub fn prove(&mut self, digest: &str, now: impl Fn() -> f64) -> Vec<Reply> {
        let right = |model: &Model| shipped::digest(&model.name) == Some(digest);
        self.model = self.loaded.take().filter(right);
        self.started(now)
    }

    /// Is there nothing more that it could be waited for? It has ranked a drawing, or says no more.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.over || self.ranked
    }

    /// The answers to [`Command::Start`] and to the support set that came with it, once the model is there.
    fn started(&mut self, now: impl Fn() -> f64) -> Vec<Reply> {
        let Some(model) = &self.model else {
            return Vec::new();
        };
        let Some((id, preference, _)) = self.start.take_if(|(.., name)| *name == model.name) else {
            return Vec::new();
        };
        self.ready = true;
        let events = [
            Event::Model(model.metadata.report(&model.name)),
            Event::Device(model.device(preference)),
        ];
        let mut replies: Vec<Reply> = events.map(|event| Reply { id, event }).into();
        if let Some(early) = self.early.take() {
            replies.extend(self.take(early, now));
        }
        replies
    }

    /// The answers to a message of the page; none where it is left to the engine, or to be answered by
    /// [`Starter::prove`].
    #[must_use]
    pub fn take(&mut self, request: Request, now: impl Fn() -> f64) -> Vec<Reply> {
        if self.over {
            return Vec::new();
        }
        let id = request.id;
        let event = match request.command {
            Command::Start { preference, model } if self.may_start(preference) => {
                self.start = Some((id, preference, model));
                return self.started(now);
            }
            Command::Start { .. }
            | Command::UseDevice(_)
            | Command::UseModel(_)
            | Command::Fault(_) => {
                self.over = true;
                None
            }
            Command::SetSupport { .. } if !self.ready => {
                self.early = Some(request);
                None
            }
            Command::SetSupport { set, classes } => self.set_support(set, classes, now),
            Command::Classify { set, query } => self.classify(set, &query, now),
            Command::Ping => Some(Event::Pong),
            _ => None,
        };
        event.map(|event| Reply { id, event }).into_iter().collect()
    }

    fn may_start(&self, preference: DevicePreference) -> bool {
        let first = self.start.is_none() && !self.ready;
        first && preference != DevicePreference::Only(DeviceKind::WebGpu)
    }

    fn set_support(
        &mut self,
        set: u32,
        classes: Vec<Vec<Bitmap>>,
        now: impl Fn() -> f64,
    ) -> Option<Event> {
        let begin = now();
        self.support = None;
        let model = self.model.as_ref()?;
        let support = Support::new(set, classes).ok()?;
        let few = support.examples() <= MOST;
        let parts = few.then(|| support.parts(AT_ONCE))?;
        let parts: Vec<Values> = parts
            .map(|part| model.network.embed(part, Views::One).0)
            .collect();
        let values = Values::concat(parts.iter().map(Some))?;
        let classes = support.classes() as u32;
        self.support = Some((support, values));
        Some(Event::Support {
            set,
            classes,
            views: 1,
            // The engine's, by as many views or more.
            more: true,
            milliseconds: (now() - begin) as f32,
        })
    }

    fn classify(&mut self, set: u32, query: &Bitmap, now: impl Fn() -> f64) -> Option<Event> {
        let begin = now();
        let model = self.model.as_ref()?;
        let (support, examples) = self.support.as_ref()?;
        if support.set != set {
            return None;
        }
        let (query, _) = model.network.embed([query], Views::One);
        let scores = model.network.scores((&query, examples), Views::One);
        if !scores.iter().all(|score| score.is_finite()) {
            return None;
        }
        self.ranked = true;
        Some(Event::Ranking {
            set,
            matches: support.rank(&scores, model.metadata.calibration),
            milliseconds: (now() - begin) as f32,
            views: 1,
            device: DeviceKind::Cpu,
        })
    }
}

impl Model {
    /// The model in a file's bytes, if its golden numbers are right.
    fn read(name: &str, file: &[u8], now: impl Fn() -> f64) -> Option<Self> {
        let (network, metadata) = Residual::read(file)?;
        let mut milliseconds = f32::INFINITY;
        // Of two embeddings the shorter, as the first puts the weights into their order.
        let numbers = golden::numbers(&network, |embed| {
            let begin = now();
            embed();
            milliseconds = milliseconds.min((now() - begin) as f32);
        })?;
        shipped::is_golden(name, &numbers).then(|| Self {
            name: name.to_owned(),
            network,
            metadata,
            milliseconds,
        })
    }

    fn device(&self, preference: DevicePreference) -> DeviceReport {
        let kind = DeviceKind::Cpu;
        let (name, milliseconds) = (PROCESSOR.to_owned(), self.milliseconds);
        let outcome = Outcome::Agrees {
            milliseconds,
            deviation: 0.0,
        };
        DeviceReport {
            kind,
            name: name.clone(),
            milliseconds,
            reason: match preference {
                DevicePreference::Only(_) => DeviceReason::CpuAsked,
                DevicePreference::Auto => DeviceReason::CpuFirst,
            },
            tried: vec![DeviceTrial {
                kind,
                name,
                outcome,
            }],
        }
    }
}

/// The shipped model whose file has this path, if it is one that is computed by hand here.
fn named(path: &str) -> Option<&'static str> {
    let names = [Architecture::Compact, Architecture::Deep].map(Architecture::as_str);
    let mut names = names.into_iter();
    names.find(|name| model_path(name).as_deref() == Some(path))
}

#[cfg(test)]
mod tests;
