//! The engine on a host for tests: files and storage in memory, tasks that get their turns.
//!
//! Shared by the engine's tests, each of which uses a part.
#![allow(dead_code, unreachable_pub)]

pub mod runs;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::path::Path;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use twinglyph_core::protocol::{
    Command, DeviceKind, DevicePreference, Event, Jobs, Obstacle, Reply, Request, Scorer,
    StorageError,
};
use twinglyph_core::training::{Loss, OptimizerConfig, TrainConfig};
use twinglyph_core::{Architecture, Bitmap, augment, episode, invented};
use twinglyph_engine::{Engine, FetchError, Graphics, Head, Host, LocalFuture, Progress};
use twinglyph_helper::{Helper, Local};
use twinglyph_nn::CpuAccelerator;

/// Files in memory, a clock that counts its readings, tasks run after each command, replies kept.
#[derive(Default)]
pub struct TestHost {
    pub files: RefCell<HashMap<String, Vec<u8>>>,
    clock: Cell<f64>,
    /// What the next reading of the clock is later by; 10 ms where nobody says.
    pub later: Cell<Option<f64>>,
    /// A graphics device, where there is one.
    pub gpu: RefCell<Option<Rc<dyn Helper>>>,
    replies: RefCell<Vec<Reply>>,
    /// Where work would run, as it was told last.
    pub jobs: Cell<Option<Jobs>>,
    tasks: RefCell<Vec<LocalFuture<'static, ()>>>,
    storage: RefCell<HashMap<String, Vec<u8>>>,
    pub full: Cell<bool>,
    /// Turns that keeping something takes.
    pub keeps_for: Cell<u32>,
    /// How often something kept was read whole.
    pub whole: Cell<u32>,
    /// Files come in two pieces, with a turn for the others between; for commands in tasks only.
    pub slow: Cell<bool>,
    /// Else there is one core.
    pub cores: RefCell<Option<Cores>>,
}

/// Several cores, and who embeds on them.
pub struct Cores {
    pub count: usize,
    pub helper: Box<dyn Fn() -> Rc<dyn Helper>>,
}

impl TestHost {
    /// Puts something into the storage, as an earlier visit left it.
    pub fn put(&self, path: &str, bytes: Vec<u8>) {
        self.storage.borrow_mut().insert(path.to_owned(), bytes);
    }
}

/// Gives the others a turn.
pub async fn pause() {
    let mut paused = false;
    std::future::poll_fn(|context| {
        if std::mem::replace(&mut paused, true) {
            Poll::Ready(())
        } else {
            context.waker().wake_by_ref();
            Poll::Pending
        }
    })
    .await;
}

impl Host for TestHost {
    fn helper(&self, kind: DeviceKind) -> Option<Rc<dyn Helper>> {
        match (kind, &*self.cores.borrow()) {
            (DeviceKind::Cpu, Some(cores)) => Some((cores.helper)()),
            (DeviceKind::Cpu, None) => Some(Rc::new(Local::new(CpuAccelerator::default()))),
            (DeviceKind::WebGpu, _) => self.gpu.borrow().clone(),
        }
    }
    fn graphics(&self) -> LocalFuture<'_, Result<Graphics, Obstacle>> {
        let found = self.gpu.borrow().as_ref().map(|_| Graphics::Hardware);
        Box::pin(async move { found.ok_or(Obstacle::NoAdapter) })
    }
    fn cores(&self) -> usize {
        self.cores.borrow().as_ref().map_or(1, |cores| cores.count)
    }
    fn read<'a>(
        &'a self,
        path: &'a str,
        progress: Progress<'a>,
    ) -> LocalFuture<'a, Result<Vec<u8>, FetchError>> {
        Box::pin(async move {
            let failed = |reason: &str| FetchError {
                path: path.to_owned(),
                reason: reason.to_owned(),
            };
            let bytes = self.files.borrow().get(path).cloned();
            let bytes = bytes.ok_or_else(|| failed("it is not there"))?;
            let total = bytes.len() as u64;
            // In two pieces, with a turn for the others between, as a network brings it.
            if progress(total / 2, total).is_break() {
                return Err(failed("it was given up"));
            }
            if self.slow.get() {
                pause().await;
            }
            if progress(total, total).is_break() {
                return Err(failed("it was given up"));
            }
            Ok(bytes)
        })
    }
    fn read_kept<'a>(
        &'a self,
        path: &'a str,
    ) -> LocalFuture<'a, Result<Option<Vec<u8>>, StorageError>> {
        self.whole.set(self.whole.get() + 1);
        Box::pin(async move { Ok(self.storage.borrow().get(path).cloned()) })
    }
    fn kept_head<'a>(
        &'a self,
        path: &'a str,
        most: usize,
    ) -> LocalFuture<'a, Result<Option<Head>, StorageError>> {
        Box::pin(async move {
            let storage = self.storage.borrow();
            let head = |bytes: &Vec<u8>| {
                let taken = most.min(bytes.len());
                Head {
                    bytes: bytes[..taken].to_vec(),
                    length: bytes.len() as u64,
                }
            };
            Ok(storage.get(path).map(head))
        })
    }
    fn keep<'a>(
        &'a self,
        path: &'a str,
        bytes: &'a [u8],
    ) -> LocalFuture<'a, Result<(), StorageError>> {
        Box::pin(async move {
            if self.full.get() {
                return Err(StorageError::full());
            }
            for _ in 0..self.keeps_for.get() {
                pause().await;
            }
            self.storage
                .borrow_mut()
                .insert(path.to_owned(), bytes.to_vec());
            Ok(())
        })
    }
    fn forget<'a>(&'a self, path: &'a str) -> LocalFuture<'a, Result<(), StorageError>> {
        Box::pin(async move {
            self.storage.borrow_mut().remove(path);
            Ok(())
        })
    }
    fn kept<'a>(&'a self, folder: &'a str) -> LocalFuture<'a, Result<Vec<String>, StorageError>> {
        Box::pin(async move {
            let storage = self.storage.borrow();
            let names = storage
                .keys()
                .filter_map(|path| path.strip_prefix(folder)?.strip_prefix('/'));
            Ok(names.map(str::to_owned).collect())
        })
    }
    fn breathe(&self) -> LocalFuture<'_, ()> {
        Box::pin(pause())
    }
    fn rest(&self) -> LocalFuture<'_, ()> {
        Box::pin(pause())
    }
    fn now(&self) -> f64 {
        let later = self.later.take().unwrap_or(10.0);
        self.clock.set(self.clock.get() + later);
        self.clock.get()
    }
    fn memory(&self) -> u64 {
        1 << 20
    }
    fn spawn(&self, task: LocalFuture<'static, ()>) {
        self.tasks.borrow_mut().push(task);
    }
    fn send(&self, reply: Reply) {
        match reply.event {
            Event::Jobs(jobs) => self.jobs.set(Some(jobs)),
            _ => self.replies.borrow_mut().push(reply),
        }
    }
}

pub struct TestEngine {
    pub host: Rc<TestHost>,
    engine: Engine,
    next: u32,
}

pub fn builtin_weights() -> Vec<u8> {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/models/compact.safetensors");
    std::fs::read(path).unwrap()
}

impl TestEngine {
    pub fn new() -> Self {
        let host = Rc::new(TestHost::default());
        host.files
            .borrow_mut()
            .insert("models/compact.safetensors".into(), builtin_weights());
        Self::at(host)
    }

    fn at(host: Rc<TestHost>) -> Self {
        Self {
            engine: Engine::new(host.clone()),
            host,
            next: 1,
        }
    }

    /// Another engine, started, with the storage of one that is gone.
    pub fn with_storage(host: Rc<TestHost>) -> Self {
        host.tasks.take();
        host.replies.take();
        let mut engine = Self::at(host);
        engine.with_model();
        engine
    }

    pub fn with_model(&mut self) {
        let preference = DevicePreference::Only(DeviceKind::Cpu);
        self.ask(Command::Start {
            preference,
            model: "compact".into(),
        });
    }

    /// Sends a command, and gives what is told at once; tasks have no turn.
    pub fn say(&mut self, command: Command) -> Vec<Event> {
        let earlier = self.host.replies.take();
        self.begin(command);
        let told = self.host.replies.take();
        self.host.replies.borrow_mut().extend(earlier);
        told.into_iter().map(|reply| reply.event).collect()
    }

    /// Sends a command and lets its task wait.
    pub fn begin(&mut self, command: Command) {
        let id = self.next;
        self.next += 1;
        pollster::block_on(self.engine.handle(Request { id, command }));
    }

    /// Sends a command as a task among the others.
    pub fn begin_beside(&mut self, command: Command) {
        let (id, engine) = (self.next, self.engine.clone());
        self.next += 1;
        let task = Box::pin(async move { engine.handle(Request { id, command }).await });
        self.host.tasks.borrow_mut().push(task);
    }

    /// Gives every task so many turns.
    pub fn turns(&mut self, count: usize) {
        for _ in 0..count {
            self.turn();
        }
    }

    /// What was told since it was asked for last.
    pub fn heard(&mut self) -> Vec<Event> {
        let replies = self.host.replies.take();
        replies.into_iter().map(|reply| reply.event).collect()
    }

    /// Everything that was told since, without forgetting it.
    pub fn all(&self) -> Vec<Event> {
        let replies = self.host.replies.borrow();
        replies.iter().map(|reply| reply.event.clone()).collect()
    }

    pub fn started() -> Self {
        let mut engine = Self::new();
        engine.with_model();
        engine
    }

    /// Sends a command and gives the events that answer it.
    pub fn ask(&mut self, command: Command) -> Vec<Event> {
        let id = self.next;
        self.next += 1;
        pollster::block_on(self.engine.handle(Request { id, command }));
        while self.turn() {}
        let replies = self.host.replies.take();
        assert!(replies.iter().all(|reply| reply.id == id));
        replies.into_iter().map(|reply| reply.event).collect()
    }

    /// Gives every task one turn; is any left?
    pub fn turn(&mut self) -> bool {
        let tasks = self.host.tasks.take();
        let mut context = Context::from_waker(Waker::noop());
        let left = tasks.into_iter().filter_map(|mut task| {
            let done = task.as_mut().poll(&mut context).is_ready();
            (!done).then_some(task)
        });
        let left: Vec<_> = left.collect();
        // New tasks may have come meanwhile.
        self.host.tasks.borrow_mut().extend(left);
        !self.host.tasks.borrow().is_empty()
    }

    pub fn support(&mut self, set: u32, classes: Vec<Vec<Bitmap>>) -> Vec<Event> {
        self.ask(Command::SetSupport { set, classes })
    }
}

/// One drawing of each character of an invented alphabet by that drawer.
pub fn drawings(seed: u64, drawer: usize) -> Vec<Bitmap> {
    let alphabet = invented::alphabet(seed);
    (0..alphabet.characters())
        .map(|c| alphabet.drawing(c, drawer).unwrap().clone())
        .collect()
}

pub fn one_shot(seed: u64, drawer: usize) -> Vec<Vec<Bitmap>> {
    drawings(seed, drawer)
        .into_iter()
        .map(|drawing| vec![drawing])
        .collect()
}

/// A short run of `compact`.
pub fn config(steps: u32) -> TrainConfig {
    TrainConfig {
        architecture: Architecture::Compact,
        seed: 5,
        steps,
        held_out: Vec::new(),
        invented: Default::default(),
        episode: episode::Settings {
            alphabets: 2,
            characters: 4,
            symmetries: true,
            ..Default::default()
        },
        loss: Loss::Episode,
        frozen: Vec::new(),
        augment: augment::Settings::default(),
        parts: 1,
        optimizer: OptimizerConfig {
            learning_rate: 1e-3,
            warm_up: 0.05,
            beta_1: 0.9,
            beta_2: 0.99,
            epsilon: 1e-8,
            weight_decay: 0.02,
        },
    }
}

/// Compares these drawings with as many others, which are enough for helpers.
pub fn many() -> Command {
    let of = |drawer| {
        (0..8)
            .flat_map(move |seed| drawings(seed, drawer))
            .take(130)
    };
    Command::Score {
        scorer: Scorer::Network,
        queries: of(0).collect(),
        support: of(1).collect(),
    }
}

/// The one answer to a comparison.
pub fn scores(events: &[Event]) -> Vec<Vec<f32>> {
    let all: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            Event::Scores { scores, .. } => Some(scores.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(all.len(), 1, "one answer");
    all.into_iter().next().unwrap()
}
