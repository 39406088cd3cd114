//! Each kind of work on the device that does it sooner, by the clock of the host: on the CPU whatever is timed takes
//! 10 ms, on the graphics device what a test says.

#![allow(clippy::unwrap_used)]

mod test_engine;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use test_engine::{TestEngine, TestHost, config, drawings, many, one_shot, scores};
use twinglyph_core::protocol::{
    Command, DeviceKind, DevicePreference, DeviceReason, Drawings, Event, Job, Obstacle, TrainEnd,
    TrainFrom, TrainStart, TrainUpdate,
};
use twinglyph_core::training::TrainConfig;
use twinglyph_core::{Alphabet, Bitmap, Views, invented};
use twinglyph_helper::{Helper, Local, TrainingRun};
use twinglyph_nn::backend::{Adapter, DeviceError, DeviceTwin, LocalFuture};
use twinglyph_nn::train::CheckpointError;
use twinglyph_nn::weights::{Metadata, WeightsError};
use twinglyph_nn::{CpuAccelerator, Embedding};

/// What a graphics device is like.
#[derive(Clone, Copy, Debug)]
struct Kind {
    /// Milliseconds that anything takes that is sent to it.
    each: f64,
    /// And an image.
    image: f64,
    /// A training step; endless where it can't train.
    step: f64,
    /// Most images at once.
    most: usize,
    /// Are its numbers right?
    is_right: bool,
}

const FAST: Kind = Kind {
    each: 1.0,
    image: 0.01,
    step: 1.0,
    most: usize::MAX,
    is_right: true,
};

/// Late with one drawing, sooner with many.
const INTEGRATED: Kind = Kind {
    each: 2.0,
    image: 0.05,
    ..FAST
};

struct Gpu {
    inner: Local<CpuAccelerator>,
    state: Rc<Device>,
}

struct Device {
    host: Rc<TestHost>,
    kind: Cell<Kind>,
    lost: RefCell<Option<String>>,
    /// Times that it was asked to embed or to learn.
    asked: Cell<u32>,
}

impl Device {
    /// The clock's next reading is so much later, beside what was said before.
    fn take(&self, milliseconds: f64) {
        self.asked.set(self.asked.get() + 1);
        let before = self.host.later.get().unwrap_or(0.0);
        self.host.later.set(Some(before + milliseconds));
    }

    fn check(&self) -> Result<(), DeviceError> {
        let lost = self.lost.borrow().clone();
        lost.map_or(Ok(()), |said| Err(DeviceError { said }))
    }
}

impl Helper for Gpu {
    fn find(&self) -> LocalFuture<'_, Result<Adapter, Obstacle>> {
        let name = "a device of the test".to_owned();
        let limit = 1 << 30;
        Box::pin(async move { Ok(Adapter { name, limit }) })
    }
    fn load<'a>(
        &'a self,
        file: &'a [u8],
    ) -> LocalFuture<'a, Result<Rc<dyn DeviceTwin>, DeviceError>> {
        Box::pin(async move {
            let inner = self.inner.load(file).await?;
            let state = self.state.clone();
            Ok(Rc::new(OnGpu { inner, state }) as Rc<dyn DeviceTwin>)
        })
    }
    fn train<'a>(
        &'a self,
        config: &'a TrainConfig,
        from: Option<&'a [u8]>,
        training: &'a [Alphabet],
    ) -> LocalFuture<'a, Result<Box<dyn TrainingRun>, CheckpointError>> {
        Box::pin(async move {
            let inner = self.inner.train(config, from, training).await?;
            let state = self.state.clone();
            Ok(Box::new(Learning { inner, state }) as Box<dyn TrainingRun>)
        })
    }
    fn resume<'a>(
        &'a self,
        checkpoint: &'a [u8],
        training: &'a [Alphabet],
    ) -> LocalFuture<'a, Result<Box<dyn TrainingRun>, CheckpointError>> {
        self.inner.resume(checkpoint, training)
    }
    fn lost(&self) -> Option<String> {
        self.state.lost.borrow().clone()
    }
    fn lose(&self) {
        *self.state.lost.borrow_mut() = Some("the test took it away".to_owned());
    }
    fn memory(&self) -> u64 {
        0
    }
}

struct OnGpu {
    inner: Rc<dyn DeviceTwin>,
    state: Rc<Device>,
}

impl DeviceTwin for OnGpu {
    fn embed(
        &self,
        drawings: Vec<Bitmap>,
        views: Views,
    ) -> LocalFuture<'_, Result<Embedding, DeviceError>> {
        Box::pin(async move {
            let kind = self.state.kind.get();
            let images = drawings.len() * views.count();
            self.state.take(kind.each + kind.image * images as f64);
            self.state.check()?;
            if images > kind.most {
                return Err(DeviceError::new("it has no memory for so many"));
            }
            let drawings = match kind.is_right {
                true => drawings,
                false => drawings.iter().map(|_| Bitmap::blank()).collect(),
            };
            self.inner.embed(drawings, views).await
        })
    }
    fn file<'a>(
        &'a self,
        metadata: &'a Metadata,
    ) -> LocalFuture<'a, Result<Vec<u8>, WeightsError>> {
        self.inner.file(metadata)
    }
}

struct Learning {
    inner: Box<dyn TrainingRun>,
    state: Rc<Device>,
}

impl TrainingRun for Learning {
    fn config(&self) -> &TrainConfig {
        self.inner.config()
    }
    fn steps(&self) -> u32 {
        self.inner.steps()
    }
    fn set_learning_rate(&mut self, rate: f64) {
        self.inner.set_learning_rate(rate);
    }
    fn step(&mut self, workers: usize) -> LocalFuture<'_, Result<usize, DeviceError>> {
        Box::pin(async move {
            let step = self.state.kind.get().step;
            if step.is_infinite() {
                return Err(DeviceError::new("it has no such operation"));
            }
            self.state.take(step);
            self.inner.step(workers).await
        })
    }
    fn mean_loss(&mut self) -> LocalFuture<'_, Result<f32, DeviceError>> {
        self.inner.mean_loss()
    }
    fn checkpoint(&mut self) -> LocalFuture<'_, Result<Vec<u8>, CheckpointError>> {
        self.inner.checkpoint()
    }
    fn snapshot(&self) -> Rc<dyn DeviceTwin> {
        self.inner.snapshot()
    }
    fn scores<'a>(
        &'a self,
        queries: &'a [&'a Bitmap],
        support: &'a [&'a Bitmap],
    ) -> LocalFuture<'a, Result<Vec<f32>, DeviceError>> {
        self.inner.scores(queries, support)
    }
}

/// An engine whose browser has such a device, and has tried it.
fn engine(kind: Kind) -> (TestEngine, Rc<Device>) {
    let mut engine = TestEngine::started();
    let state = Rc::new(Device {
        host: engine.host.clone(),
        kind: Cell::new(kind),
        lost: RefCell::default(),
        asked: Cell::new(0),
    });
    let inner = Local::new(CpuAccelerator::default());
    *engine.host.gpu.borrow_mut() = Some(Rc::new(Gpu {
        inner,
        state: state.clone(),
    }));
    engine.support(1, one_shot(1, 0));
    engine.ask(Command::UseDevice(DevicePreference::Auto));
    (engine, state)
}

fn jobs(engine: &TestEngine) -> String {
    engine.host.jobs.get().unwrap().to_string()
}

fn one() -> Command {
    let query = drawings(1, 1)[0].clone();
    Command::Classify { set: 1, query }
}

fn training() -> Command {
    let drawings = |seed| Drawings::from(&invented::alphabet(seed));
    Command::Train(Box::new(TrainStart {
        run: 1,
        config: config(2),
        from: TrainFrom::Fresh,
        training: vec![drawings(1), drawings(2)],
        held_out: Vec::new(),
        keep_every: 0,
        validate_every: 0,
    }))
}

/// Where a run began, and whether it came to its end.
fn trained(events: &[Event]) -> (DeviceKind, bool) {
    let update = |event: &Event| match event {
        Event::Training { update, .. } => Some(update.clone()),
        _ => None,
    };
    let all: Vec<_> = events.iter().filter_map(update).collect();
    let began = all.iter().find_map(|update| match update {
        TrainUpdate::Began { device, .. } => Some(*device),
        _ => None,
    });
    let done = |update: &TrainUpdate| {
        matches!(
            update,
            TrainUpdate::Ended {
                end: TrainEnd::Done,
                ..
            }
        )
    };
    (began.unwrap(), all.iter().any(done))
}

#[test]
fn without_a_graphics_device_the_cpu_does_all() {
    let engine = TestEngine::started();
    assert_eq!(jobs(&engine), "rank=cpu batch=cpu train=cpu");
}

#[test]
fn a_fast_device_does_all() {
    let (engine, _) = engine(FAST);
    assert_eq!(jobs(&engine), "rank=webgpu batch=webgpu train=webgpu");
}

#[test]
fn a_device_that_is_late_with_one_drawing_does_what_it_does_sooner() {
    let alone = scores(&TestEngine::started().ask(many()));
    let late = Kind {
        each: 20.0,
        ..INTEGRATED
    };
    let (mut engine, device) = engine(late);
    assert_eq!(jobs(&engine), "rank=cpu batch=cpu train=cpu");
    // From now on it is the one that is sooner with many.
    device.kind.set(INTEGRATED);
    assert_eq!(scores(&engine.ask(many())), alone);
    assert_eq!(jobs(&engine), "rank=cpu batch=webgpu train=cpu");
    let (began, done) = trained(&engine.ask(training()));
    assert_eq!((began, done), (DeviceKind::WebGpu, true));
    assert_eq!(jobs(&engine), "rank=cpu batch=webgpu train=webgpu");
    let told = engine.ask(one());
    let [Event::Ranking { device: ranked, .. }] = told[..] else {
        panic!("{told:?}");
    };
    assert_eq!(ranked, DeviceKind::Cpu);
    let reports = engine.host.jobs.get().unwrap();
    assert!(
        reports
            .iter()
            .all(|(_, report)| report.cpu.is_some() && report.webgpu.is_some())
    );
}

#[test]
fn a_device_that_fails_with_many_does_the_rest() {
    let alone = scores(&TestEngine::started().ask(many()));
    let small = Kind { most: 31, ..FAST };
    let (mut engine, _) = engine(small);
    assert_eq!(jobs(&engine), "rank=webgpu batch=webgpu train=webgpu");
    for _ in 0..2 {
        assert_eq!(scores(&engine.ask(many())), alone);
        assert_eq!(jobs(&engine), "rank=webgpu batch=cpu train=webgpu");
    }
    let batch = engine.host.jobs.get().unwrap();
    let (_, report) = batch.iter().find(|(job, _)| *job == Job::Batch).unwrap();
    assert_eq!(report.webgpu, None);
}

#[test]
fn a_device_that_cannot_learn_does_the_rest() {
    let (mut engine, _) = engine(Kind {
        step: f64::INFINITY,
        ..FAST
    });
    let (began, done) = trained(&engine.ask(training()));
    assert_eq!((began, done), (DeviceKind::Cpu, true));
    assert_eq!(jobs(&engine), "rank=webgpu batch=webgpu train=cpu");
}

#[test]
fn nothing_is_asked_of_a_device_whose_numbers_are_wrong() {
    let (mut engine, device) = engine(Kind {
        is_right: false,
        ..FAST
    });
    let before = device.asked.get();
    engine.ask(many());
    engine.ask(one());
    assert_eq!(trained(&engine.ask(training())), (DeviceKind::Cpu, true));
    assert_eq!(device.asked.get(), before);
    assert_eq!(jobs(&engine), "rank=cpu batch=cpu train=cpu");
}

#[test]
fn a_device_that_slows_down_is_left() {
    let (mut engine, device) = engine(FAST);
    for _ in 0..3 {
        assert!(matches!(engine.ask(one())[..], [Event::Ranking { .. }]));
    }
    device.kind.set(Kind {
        each: 500.0,
        ..FAST
    });
    let told: Vec<_> = (0..3).flat_map(|_| engine.ask(one())).collect();
    let left = told.iter().find_map(|event| match event {
        Event::Device(report) => Some((report.kind, report.reason.clone())),
        _ => None,
    });
    let (kind, reason) = left.unwrap();
    assert_eq!(kind, DeviceKind::Cpu);
    assert!(matches!(reason, DeviceReason::CpuFaster { times } if times > 10.0));
    assert!(jobs(&engine).starts_with("rank=cpu "));
    let told = engine.ask(one());
    assert!(
        matches!(
            told[..],
            [Event::Ranking {
                device: DeviceKind::Cpu,
                ..
            }]
        ),
        "{told:?}"
    );
}

#[test]
fn a_device_that_only_batches_run_on_is_lost_without_a_word() {
    let alone = scores(&TestEngine::started().ask(many()));
    let late = Kind {
        each: 20.0,
        ..INTEGRATED
    };
    let (mut engine, device) = engine(late);
    device.kind.set(INTEGRATED);
    engine.ask(many());
    assert_eq!(jobs(&engine), "rank=cpu batch=webgpu train=cpu");
    engine.ask(Command::Fault(twinglyph_core::protocol::Fault::LoseDevice));
    let told = engine.ask(many());
    assert_eq!(scores(&told), alone);
    assert!(!told.iter().any(|event| matches!(event, Event::Device(_))));
    assert_eq!(jobs(&engine), "rank=cpu batch=cpu train=cpu");
}

#[test]
fn a_lost_device_is_measured_again_when_it_is_back() {
    let (mut engine, device) = engine(FAST);
    engine.ask(Command::Fault(twinglyph_core::protocol::Fault::LoseDevice));
    engine.ask(one());
    assert_eq!(jobs(&engine), "rank=cpu batch=cpu train=cpu");
    *device.lost.borrow_mut() = None;
    device.kind.set(Kind {
        each: 500.0,
        ..FAST
    });
    engine.ask(Command::UseDevice(DevicePreference::Auto));
    assert_eq!(jobs(&engine), "rank=cpu batch=cpu train=cpu");
    device.kind.set(FAST);
    engine.ask(Command::UseDevice(DevicePreference::Auto));
    assert_eq!(jobs(&engine), "rank=webgpu batch=webgpu train=webgpu");
}

#[test]
fn what_a_person_wants_is_done() {
    let (mut engine, device) = engine(FAST);
    engine.ask(Command::UseDevice(DevicePreference::Only(DeviceKind::Cpu)));
    assert_eq!(jobs(&engine), "rank=cpu batch=cpu train=cpu");
    let before = device.asked.get();
    engine.ask(many());
    assert_eq!(trained(&engine.ask(training())), (DeviceKind::Cpu, true));
    assert_eq!(device.asked.get(), before);
    device.kind.set(Kind {
        each: 100.0,
        image: 10.0,
        step: 900.0,
        ..FAST
    });
    let wanted = DevicePreference::Only(DeviceKind::WebGpu);
    engine.ask(Command::UseDevice(wanted));
    engine.ask(many());
    assert_eq!(trained(&engine.ask(training())), (DeviceKind::WebGpu, true));
    assert_eq!(jobs(&engine), "rank=webgpu batch=webgpu train=webgpu");
}
