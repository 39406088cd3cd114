//! Runs on several cores: how many workers a step may have, and what a checkpoint keeps of that.

#![allow(clippy::unwrap_used)]

mod test_engine;

use std::cell::RefCell;
use std::rc::Rc;

use test_engine::runs::{losses, outline, start, update};
use test_engine::{Cores, TestEngine, drawings, one_shot};
use twinglyph_core::protocol::{Command, DeviceKind, Obstacle, TrainControl, TrainFrom};
use twinglyph_core::training::TrainConfig;
use twinglyph_core::{Alphabet, Bitmap};
use twinglyph_helper::{Helper, Local, TrainingRun};
use twinglyph_nn::CpuAccelerator;
use twinglyph_nn::backend::{Adapter, DeviceError, DeviceTwin, LocalFuture};
use twinglyph_nn::train::CheckpointError;

/// A run whose batches are worth four workers.
fn config(steps: u32) -> TrainConfig {
    let mut config = test_engine::config(steps);
    config.episode.characters = 10;
    config
}

/// What runs were asked: workers of each step, 0 for a rest.
type Asked = Rc<RefCell<Vec<usize>>>;

struct Watched(Local<CpuAccelerator>, Asked);

struct WatchedRun(Box<dyn TrainingRun>, Asked);

impl Helper for Watched {
    fn find(&self) -> LocalFuture<'_, Result<Adapter, Obstacle>> {
        self.0.find()
    }
    fn load<'a>(
        &'a self,
        file: &'a [u8],
    ) -> LocalFuture<'a, Result<Rc<dyn DeviceTwin>, DeviceError>> {
        self.0.load(file)
    }
    fn train<'a>(
        &'a self,
        config: &'a TrainConfig,
        from: Option<&'a [u8]>,
        training: &'a [Alphabet],
    ) -> LocalFuture<'a, Result<Box<dyn TrainingRun>, CheckpointError>> {
        Box::pin(async move {
            let run = self.0.train(config, from, training).await?;
            Ok(Box::new(WatchedRun(run, self.1.clone())) as Box<dyn TrainingRun>)
        })
    }
    fn resume<'a>(
        &'a self,
        checkpoint: &'a [u8],
        training: &'a [Alphabet],
    ) -> LocalFuture<'a, Result<Box<dyn TrainingRun>, CheckpointError>> {
        Box::pin(async move {
            let run = self.0.resume(checkpoint, training).await?;
            Ok(Box::new(WatchedRun(run, self.1.clone())) as Box<dyn TrainingRun>)
        })
    }
    fn lost(&self) -> Option<String> {
        None
    }
    fn lose(&self) {}
    fn memory(&self) -> u64 {
        0
    }
}

impl TrainingRun for WatchedRun {
    fn config(&self) -> &TrainConfig {
        self.0.config()
    }
    fn steps(&self) -> u32 {
        self.0.steps()
    }
    fn set_learning_rate(&mut self, rate: f64) {
        self.0.set_learning_rate(rate);
    }
    fn step(&mut self, workers: usize) -> LocalFuture<'_, Result<usize, DeviceError>> {
        self.1.borrow_mut().push(workers);
        self.0.step(workers)
    }
    fn rest(&mut self) {
        self.1.borrow_mut().push(0);
        self.0.rest();
    }
    fn mean_loss(&mut self) -> LocalFuture<'_, Result<f32, DeviceError>> {
        self.0.mean_loss()
    }
    fn checkpoint(&mut self) -> LocalFuture<'_, Result<Vec<u8>, CheckpointError>> {
        self.0.checkpoint()
    }
    fn snapshot(&self) -> Rc<dyn DeviceTwin> {
        self.0.snapshot()
    }
    fn scores<'a>(
        &'a self,
        queries: &'a [&'a Bitmap],
        support: &'a [&'a Bitmap],
    ) -> LocalFuture<'a, Result<Vec<f32>, DeviceError>> {
        self.0.scores(queries, support)
    }
}

/// Makes it a machine of so many cores.
fn on_cores(engine: &TestEngine, count: usize) -> Asked {
    let asked = Asked::default();
    let seen = asked.clone();
    let helper = move || -> Rc<dyn Helper> {
        Rc::new(Watched(Local::new(CpuAccelerator::default()), seen.clone()))
    };
    *engine.host.cores.borrow_mut() = Some(Cores {
        count,
        helper: Box::new(helper),
    });
    asked
}

/// Where batches and training would run, as the page shows it.
fn places(engine: &TestEngine) -> [(DeviceKind, u32); 2] {
    let [_, batch, train] = engine.host.jobs.get().unwrap().0;
    [batch, train].map(|job| (job.kind, job.workers))
}

#[test]
fn a_run_takes_all_cores_and_says_so() {
    use DeviceKind::Cpu;
    for cores in [1, 2, 4, 6] {
        let mut engine = TestEngine::new();
        let asked = on_cores(&engine, cores);
        engine.with_model();
        // 40 images are worth four.
        let (all, workers) = (cores as u32, cores.min(4));
        let idle = [(Cpu, all), (Cpu, workers as u32)];
        assert_eq!(places(&engine), idle);
        engine.begin(start(1, config(6), TrainFrom::Fresh));
        let left = cores.saturating_sub(1 + workers) + 1;
        let busy = [(Cpu, left as u32), (Cpu, workers as u32)];
        assert_eq!(places(&engine), busy, "while it runs");
        while engine.turn() {}
        assert_eq!(places(&engine), idle);
        assert_eq!(*asked.borrow(), [workers; 6]);
    }
}

#[test]
fn a_step_has_one_worker_while_somebody_draws_and_a_paused_run_none() {
    let mut engine = TestEngine::new();
    let asked = on_cores(&engine, 2);
    engine.with_model();
    engine.support(1, one_shot(1, 0));
    engine.begin(start(1, config(200), TrainFrom::Fresh));
    while asked.borrow().len() < 3 {
        engine.turns(1);
    }
    assert!(asked.take().iter().all(|&workers| workers == 2));
    let query = drawings(1, 1)[0].clone();
    engine.say(Command::Classify { set: 1, query });
    engine.turns(4);
    let held = asked.take();
    assert!(
        held.len() > 1 && held.iter().all(|&workers| workers == 1),
        "{held:?}"
    );
    engine.host.later.set(Some(5000.0));
    while !asked.borrow().contains(&2) {
        assert!(engine.turn(), "a run that is over");
    }
    asked.take();
    let control = |control| Command::Control { run: 1, control };
    engine.say(control(TrainControl::Pause));
    engine.turns(10);
    assert_eq!(asked.take().last(), Some(&0));
    engine.say(control(TrainControl::Resume));
    engine.turns(10);
    assert!(asked.take().iter().all(|&workers| workers == 2));
    engine.say(control(TrainControl::Cancel));
    while engine.turn() {}
}

#[test]
fn a_run_keeps_its_parts_on_a_machine_with_other_cores() {
    let mut whole = TestEngine::new();
    on_cores(&whole, 4);
    whole.with_model();
    let whole = update(&whole.ask(start(1, config(12), TrainFrom::Fresh)));
    let mut first = TestEngine::new();
    on_cores(&first, 4);
    first.with_model();
    first.begin(start(1, config(12), TrainFrom::Fresh));
    while !outline(&update(&first.all())).contains(&"kept 5".to_owned()) {
        first.turns(1);
    }
    let asked = on_cores(&first, 2);
    let mut second = TestEngine::with_storage(Rc::clone(&first.host));
    let rest = update(&second.ask(start(2, config(12), TrainFrom::Checkpoint(None))));
    assert_eq!(losses(&rest), losses(&whole)[1..]);
    assert_eq!(*asked.borrow(), [2; 7]);

    let mut other = TestEngine::new();
    on_cores(&other, 1);
    other.with_model();
    let other = update(&other.ask(start(1, config(12), TrainFrom::Fresh)));
    assert_ne!(losses(&other), losses(&whole), "parts decide the last bits");
}
