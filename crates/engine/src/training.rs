//! Training beside everything else: a run as a stream of updates.
//!
//! One step at a time, and between two the messages that wait are taken: a pause, a cancel and a
//! drawing to be ranked are answered within a step. The step itself and its
//! batch are the [`TrainingRun`]'s, both by config and step alone, so that a run that was interrupted
//! goes on as if it had not been. Refuses to know what keeps the checkpoint: the host has its path.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use twinglyph_core::protocol::{
    Drawings, Event, MAX_TRAINING_DRAWINGS, Memory, RUNS, Reply, TrainControl, TrainEnd,
    TrainStart, TrainUpdate,
};
use twinglyph_core::score::Calibration;
use twinglyph_core::training::{
    self, Answers, HeldOut, Intervals, MOST_PARTS, TrainConfig, sample,
};
use twinglyph_core::{Alphabet, Architecture, Set, Views};
use twinglyph_helper::{Helper, TrainingRun};
use twinglyph_nn::Twin;
use twinglyph_nn::backend::{DeviceError, DeviceTwin};
use twinglyph_nn::twin::possible;
use twinglyph_nn::weights::{Metadata, WeightsError};

use crate::device::Ready;
use crate::{EngineError, Host};

/// Where the checkpoint is kept.
pub(crate) fn checkpoint_path() -> String {
    format!("{RUNS}/checkpoint.safetensors")
}

/// Steps between two readings of the loss: reading makes a GPU wait.
const READ_EVERY: u32 = 5;

/// Milliseconds of learning after which a checkpoint is due, however few steps they were: what an interruption loses.
const KEPT_WITHIN: f64 = 10_000.0;

/// How many times as long as a checkpoint took a run learns before one is due by time: Koch's has 467 MB.
const KEPT_SHARE: f64 = 20.0;

/// Time (ms) after a ranking in which a run uses no partner: a step on its way delays the next ranking, and who draws
/// mostly draws on. `pool`, whose parts are shorter, has a shorter one.
const HELD: f64 = 5000.0;

/// A run, as commands see it.
pub(crate) struct Run {
    pub(crate) id: u32,
    pub(crate) config: TrainConfig,
    /// Names of the alphabets that it learns from.
    pub(crate) learned: Vec<String>,
    /// Whose drawings those are, in words.
    pub(crate) source: &'static str,
    /// Steps done.
    pub(crate) step: Cell<u32>,
    /// The network at the last reading of a loss that was a number.
    snapshot: RefCell<Rc<dyn DeviceTwin>>,
    /// The network of the model that it began with, where that is held.
    begun: Option<Twin>,
    /// Similarities from scores of the network that it began with, and of the one that it has now.
    calibrations: Cell<[Calibration; 2]>,
    /// By how many views its network embeds.
    pub(crate) views: Views,
    /// Where it computes, with the weights of the active model.
    ready: Ready,
    /// Is it over?
    pub(crate) over: Cell<bool>,
    /// Does another run take its place?
    pub(crate) replaced: Cell<bool>,
    /// Is a checkpoint being written?
    keeping: Cell<bool>,
    /// Until when it keeps no further worker busy, on the host's clock.
    held: Cell<f64>,
    control: RefCell<Control>,
}

/// Least images of a part: with fewer, sending parameters and gradients takes as long as the part itself
/// (docs/decisions/0029).
const PART: usize = 10;

/// A kind of training: what the time of a step depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kind {
    pub(crate) architecture: Architecture,
    /// Images of a batch.
    images: usize,
}

impl Kind {
    /// Of a run of this config.
    pub(crate) fn of(config: &TrainConfig) -> Self {
        Self {
            architecture: config.architecture,
            images: 2 * config.episode.alphabets * config.episode.characters,
        }
    }

    /// Of a run of this network as the page proposes it.
    pub(crate) fn usual(architecture: Architecture) -> Self {
        Self {
            architecture,
            images: 40,
        }
    }

    /// Parts that a batch is cut into on so many cores. Koch's network is not shared: its parameters, 156 MB, would
    /// have to be sent at each step.
    pub(crate) fn parts(self, cores: usize) -> u32 {
        match self.architecture {
            Architecture::Koch => 1,
            _ => (self.images / PART)
                .min(cores)
                .clamp(1, MOST_PARTS as usize) as u32,
        }
    }
}

#[derive(Default)]
struct Control {
    paused: bool,
    cancelled: bool,
    rate: Option<f64>,
}

/// How the network that a run begins with is scored.
#[derive(Clone, Copy)]
pub(crate) struct Scored {
    pub(crate) calibration: Calibration,
    pub(crate) views: Views,
}

impl From<&Metadata> for Scored {
    fn from(metadata: &Metadata) -> Self {
        Self {
            calibration: metadata.calibration,
            views: possible(metadata.architecture, metadata.views),
        }
    }
}

/// What a run learns from and is validated on.
pub(crate) struct Data {
    pub(crate) training: Vec<Alphabet>,
    held_out: HeldOut,
}

impl Data {
    /// The data of a start.
    ///
    /// # Errors
    /// When it is too much, no alphabet, or too small for a batch.
    pub(crate) fn new(start: &mut TrainStart) -> Result<Self, EngineError> {
        let drawings = start.training.iter().chain(&start.held_out);
        if drawings.map(|one| one.drawings.len()).sum::<usize>() > MAX_TRAINING_DRAWINGS {
            return Err(EngineError::Training(
                "it has more than 50,000 drawings".to_owned(),
            ));
        }
        start
            .config
            .check()
            .map_err(|error| EngineError::Training(error.to_string()))?;
        let alphabets = |from: &mut Vec<Drawings>| {
            std::mem::take(from)
                .into_iter()
                .map(Alphabet::try_from)
                .collect::<Result<Vec<_>, _>>()
                .map_err(|error| EngineError::Training(error.to_string()))
        };
        let training = alphabets(&mut start.training)?;
        let held_out = alphabets(&mut start.held_out)?;
        // A batch that can't be made is better told now than at the first step.
        sample(&training, &start.config, 0)
            .map_err(|error| EngineError::Training(error.to_string()))?;
        let held_out =
            HeldOut::new(held_out).map_err(|error| EngineError::Training(error.to_string()))?;
        Ok(Self { training, held_out })
    }
}

impl Run {
    /// A run that has not begun.
    pub(crate) fn new(
        id: u32,
        trainer: &dyn TrainingRun,
        data: &Data,
        (ready, scored, begun): (Ready, Scored, Option<Twin>),
    ) -> Self {
        let names = data
            .training
            .iter()
            .map(|alphabet| alphabet.name().to_owned());
        let own = |one: &Alphabet| one.set() == Set::Own;
        let source = match (data.training.iter().any(own), data.training.iter().all(own)) {
            (_, true) => "drawings of whoever kept it",
            (true, false) => "Omniglot (MIT licence), and drawings of whoever kept it",
            (false, false) => "Omniglot (MIT licence)",
        };
        Self {
            id,
            config: trainer.config().clone(),
            learned: names.collect(),
            source,
            step: Cell::new(trainer.steps()),
            begun,
            snapshot: RefCell::new(trainer.snapshot()),
            calibrations: Cell::new([scored.calibration; 2]),
            views: scored.views,
            ready,
            over: Cell::new(false),
            replaced: Cell::new(false),
            keeping: Cell::new(false),
            held: Cell::new(0.0),
            control: RefCell::default(),
        }
    }

    /// Its network as it is now, on its device.
    ///
    /// # Errors
    /// When the device does not give its numbers.
    pub(crate) async fn ready(&self) -> Result<Ready, EngineError> {
        let architecture = self.config.architecture;
        let snapshot = self.snapshot.borrow().clone();
        let file = snapshot.file(&Metadata::new(architecture)).await;
        let read = file.and_then(|file| Twin::read(&file));
        let (twin, _) = read.map_err(|error| EngineError::Training(error.to_string()))?;
        let device = self.ready.device.as_ref().map(|_| snapshot);
        Ok(self.ready.with(twin, device, self.views))
    }

    /// The network that it began with, on the processor.
    ///
    /// # Errors
    /// When that is not here.
    pub(crate) fn ready_untrained(&self) -> Result<Ready, EngineError> {
        let twin = self.begun.clone().ok_or_else(|| {
            EngineError::Training("the network before the run is not here".to_owned())
        })?;
        Ok(self.ready.on_cpu().with(twin, None, self.views))
    }

    /// Similarities from the scores of the network that it began with.
    pub(crate) fn calibration_before(&self) -> Calibration {
        self.calibrations.get()[0]
    }

    /// Similarities from the scores of the network that it has now.
    pub(crate) fn calibration(&self) -> Calibration {
        self.calibrations.get()[1]
    }

    /// Takes the calibration that fits scores of one view at this step; that of several views stays what it was.
    fn calibrate(&self, fitted: Option<Calibration>, step: u32) {
        if let (Some(fitted), Views::One) = (fitted, self.views) {
            let [before, _] = self.calibrations.get();
            self.calibrations
                .set([if step == 0 { fitted } else { before }, fitted]);
        }
    }

    /// The weights file of its network as it is now.
    ///
    /// # Errors
    /// When the device does not give its numbers, or one is not finite.
    pub(crate) async fn file(&self, metadata: &Metadata) -> Result<Vec<u8>, WeightsError> {
        let snapshot = self.snapshot.borrow().clone();
        snapshot.file(metadata).await
    }

    /// Does it keep a graphics device busy?
    pub(crate) fn keeps_busy(&self) -> bool {
        self.ready.device.is_some() && !self.over.get() && !self.is_paused()
    }

    /// Cores of the processor that it keeps busy, of so many.
    pub(crate) fn busy_cores(&self, cores: usize) -> usize {
        let is_at_work = self.ready.device.is_none() && !self.over.get() && !self.is_paused();
        if is_at_work { self.workers(cores) } else { 0 }
    }

    /// Workers of a step on so many cores.
    pub(crate) fn workers(&self, cores: usize) -> usize {
        cores.clamp(1, self.config.parts as usize)
    }

    /// Somebody draws: further workers rest for a moment.
    pub(crate) fn hold(&self, now: f64) {
        self.held.set(now + HELD);
    }

    /// Waits until no checkpoint is being written.
    pub(crate) async fn kept(&self, host: &dyn Host) {
        while self.keeping.get() {
            host.rest().await;
        }
    }

    /// Takes a person's wish; it is done after the step at hand.
    ///
    /// # Errors
    /// When a learning rate makes no sense.
    pub(crate) fn control(&self, wish: TrainControl) -> Result<(), EngineError> {
        let mut control = self.control.borrow_mut();
        match wish {
            TrainControl::Pause => control.paused = true,
            TrainControl::Resume => control.paused = false,
            TrainControl::Cancel => control.cancelled = true,
            TrainControl::LearningRate(rate) if rate > 0.0 && rate <= 1.0 => {
                control.rate = Some(rate);
            }
            TrainControl::LearningRate(rate) => {
                return Err(EngineError::Training(format!(
                    "{rate} is no learning rate; it must be above 0 and at most 1"
                )));
            }
        }
        Ok(())
    }

    fn is_paused(&self) -> bool {
        let control = self.control.borrow();
        control.paused && !control.cancelled
    }

    fn is_cancelled(&self) -> bool {
        self.control.borrow().cancelled
    }
}

/// A run on its way, with all that it holds.
pub(crate) struct Driver {
    pub(crate) host: Rc<dyn Host>,
    /// Of the command that began it; its updates answer that.
    pub(crate) request: u32,
    pub(crate) run: Rc<Run>,
    pub(crate) trainer: Box<dyn TrainingRun>,
    /// Who computes it.
    pub(crate) helper: Rc<dyn Helper>,
    pub(crate) data: Data,
    pub(crate) keep_every: u32,
    pub(crate) validate_every: u32,
    /// Images of the steps since the last reading of the loss.
    pub(crate) images: usize,
    /// When the first of these steps began, on the host's clock, later by what was done between them.
    pub(crate) since: f64,
    /// When the last checkpoint was made, or learning began or went on.
    pub(crate) kept: f64,
    /// Milliseconds that the run waited for its last checkpoint.
    pub(crate) keeping: f64,
}

impl Driver {
    /// Trains until the run is over, and tells why.
    pub(crate) async fn drive(mut self) {
        let step = self.trainer.steps();
        self.tell(TrainUpdate::Began {
            step,
            device: self.run.ready.kind,
        });
        let mut end = match self.all_steps().await {
            Ok(end) => end,
            Err(error) => TrainEnd::Device { reason: error.said },
        };
        // What a person ended can still be kept after a reload; a run that takes the place of this one has its own.
        let is_kept = end == TrainEnd::Cancelled && !self.run.replaced.get();
        if is_kept
            && self.trainer.steps() > 0
            && let Err(error) = self.write().await
        {
            end = TrainEnd::Device { reason: error.said };
        }
        self.run.kept(self.host.as_ref()).await;
        self.run.over.set(true);
        let step = self.run.step.get();
        self.tell(TrainUpdate::Ended { step, end });
    }

    /// Numbers of a device that was lost meanwhile mean nothing.
    fn still_there(&self) -> Result<(), DeviceError> {
        match self.helper.lost() {
            Some(said) => Err(DeviceError { said }),
            None => Ok(()),
        }
    }

    fn memory(&self) -> Memory {
        let of_helper = self.helper.memory();
        let on_device = self.run.ready.device.is_some();
        Memory {
            worker: self.host.memory() + if on_device { 0 } else { of_helper },
            device: if on_device { of_helper } else { 0 },
        }
    }

    fn tell(&self, update: TrainUpdate) {
        tell(self.host.as_ref(), self.request, &self.run, update);
    }

    /// The error is the device's.
    async fn all_steps(&mut self) -> Result<TrainEnd, DeviceError> {
        self.score(training::ROUNDS).await?;
        self.since = self.host.now();
        self.kept = self.since;
        let every = Intervals {
            loss: READ_EVERY,
            validation: self.validate_every,
            checkpoint: self.keep_every,
        };
        let steps = self.trainer.config().steps;
        let end = training::drive(self, every, steps).await?;
        Ok(end.unwrap_or(TrainEnd::Done))
    }

    /// Waits for the person, with a checkpoint.
    async fn wait(&mut self) -> Result<(), DeviceError> {
        self.trainer.rest();
        self.write().await?;
        self.run.kept(self.host.as_ref()).await;
        *self.run.snapshot.borrow_mut() = self.trainer.snapshot();
        let step = self.trainer.steps();
        self.tell(TrainUpdate::Paused { step });
        while self.run.is_paused() {
            self.host.rest().await;
        }
        if !self.run.is_cancelled() {
            self.tell(TrainUpdate::Resumed);
        }
        Ok(())
    }

    /// Keeps a checkpoint, if storage takes it: a run is worth going on without. It is written beside the next steps.
    ///
    /// The error is the device's: what a lost one gives is not kept.
    async fn write(&mut self) -> Result<(), DeviceError> {
        self.run.kept(self.host.as_ref()).await;
        let written = self.trainer.checkpoint().await;
        self.still_there()?;
        self.run.keeping.set(true);
        let (host, run) = (self.host.clone(), self.run.clone());
        let (request, step) = (self.request, self.trainer.steps());
        self.host.spawn(Box::pin(async move {
            let kept = match written {
                Ok(bytes) => host
                    .keep(&checkpoint_path(), &bytes)
                    .await
                    .map_err(Into::into),
                Err(error) => Err(EngineError::Training(error.to_string())),
            };
            let update = match kept {
                Ok(()) => TrainUpdate::Kept { step },
                Err(error) => TrainUpdate::NotKept {
                    reason: error.failure(),
                },
            };
            run.keeping.set(false);
            tell(host.as_ref(), request, &run, update);
        }));
        Ok(())
    }

    /// One-shot trials on the held-out alphabets, one alphabet at a time.
    async fn score(&self, rounds: usize) -> Result<(), DeviceError> {
        if self.data.held_out.is_empty() {
            return Ok(());
        }
        let mut answers = Answers::default();
        // Balanced: each query with its own character's example and with the next one's.
        let mut pairs: Vec<(f32, bool)> = Vec::new();
        for (at, group) in self.data.held_out.rounds(rounds).enumerate() {
            self.host.breathe().await;
            if self.run.is_cancelled() {
                return Ok(());
            }
            let [queries, support] =
                [&group.queries, &group.support].map(|side| self.data.held_out.bitmaps(side));
            let scores = self.trainer.scores(&queries, &support).await?;
            answers.add(&self.data.held_out, at, &scores);
            // A character alone has none that it is compared with.
            let rows = scores.chunks_exact(group.len().max(1)).enumerate();
            for (query, row) in rows.filter(|_| group.len() > 1) {
                let next = row.get((query + 1) % group.len());
                if let (Some(&own), Some(&other)) = (row.get(query), next) {
                    pairs.extend([(own, true), (other, false)]);
                }
            }
        }
        let step = self.trainer.steps();
        self.run.calibrate(Calibration::fit(pairs), step);
        self.tell(TrainUpdate::Validated {
            step,
            errors: answers.tally.errors(),
            trials: answers.tally.trials(),
            chosen: answers.chosen,
        });
        Ok(())
    }
}

impl training::Run for Driver {
    type End = TrainEnd;
    /// The device's.
    type Error = DeviceError;

    fn steps(&self) -> u32 {
        self.trainer.steps()
    }

    async fn ready(&mut self) -> Result<Option<TrainEnd>, DeviceError> {
        self.host.breathe().await;
        while self.run.is_paused() {
            self.wait().await?;
            (self.images, self.since) = (0, self.host.now());
            self.kept = self.since;
            self.host.breathe().await;
        }
        if self.run.is_cancelled() {
            return Ok(Some(TrainEnd::Cancelled));
        }
        if self.host.now() - self.kept > KEPT_WITHIN.max(KEPT_SHARE * self.keeping) {
            training::Run::keep(self).await?;
        }
        if let Some(rate) = self.run.control.borrow_mut().rate.take() {
            self.trainer.set_learning_rate(rate);
        }
        Ok(None)
    }

    async fn step(&mut self) -> Result<(), DeviceError> {
        let workers = match self.host.now() < self.run.held.get() {
            true => 1,
            false => self.run.workers(self.host.cores()),
        };
        self.images += self.trainer.step(workers).await?;
        self.run.step.set(self.trainer.steps());
        Ok(())
    }

    async fn loss(&mut self) -> Result<Option<TrainEnd>, DeviceError> {
        let loss = self.trainer.mean_loss().await?;
        self.still_there()?;
        if !loss.is_finite() {
            return Ok(Some(TrainEnd::Diverged));
        }
        *self.run.snapshot.borrow_mut() = self.trainer.snapshot();
        let now = self.host.now();
        let seconds = (now - self.since).max(0.001) / 1000.0;
        let (config, step) = (self.trainer.config(), self.trainer.steps());
        self.tell(TrainUpdate::Steps {
            step,
            loss,
            rate: config.optimizer.rate(step - 1, config.steps),
            images_per_second: (self.images as f64 / seconds) as f32,
            memory: self.memory(),
        });
        (self.images, self.since) = (0, now);
        Ok(None)
    }

    async fn validate(&mut self, is_last: bool) -> Result<(), DeviceError> {
        let rounds = if is_last {
            training::ROUNDS
        } else {
            training::ROUNDS_BETWEEN
        };
        let start = self.host.now();
        self.score(rounds).await?;
        self.still_there()?;
        self.since += self.host.now() - start;
        Ok(())
    }

    async fn keep(&mut self) -> Result<(), DeviceError> {
        let start = self.host.now();
        self.write().await?;
        self.kept = self.host.now();
        self.keeping = self.kept - start;
        self.since += self.keeping;
        Ok(())
    }
}

fn tell(host: &dyn Host, request: u32, run: &Run, update: TrainUpdate) {
    host.send(Reply {
        id: request,
        event: Event::Training {
            run: run.id,
            update,
        },
    });
}

/// Who trains on the device that is in use.
///
/// # Errors
/// When the host has no helper for it.
pub(crate) fn helper(host: &dyn Host, ready: &Ready) -> Result<Rc<dyn Helper>, EngineError> {
    let helper = host.helper(ready.kind);
    helper.ok_or_else(|| EngineError::Training("there is nothing here that trains".to_owned()))
}
