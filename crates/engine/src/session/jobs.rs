//! Each kind of work on the device that does it sooner: measured when it first matters, told to the page.

use std::rc::Rc;

use twinglyph_core::Alphabet;
use twinglyph_core::protocol::{
    DeviceKind, DevicePreference, DeviceReason, Event, Job, JobReport, Jobs,
};
use twinglyph_core::training::TrainConfig;
use twinglyph_helper::Helper;
use twinglyph_nn::Values;
use twinglyph_nn::train::CheckpointError;

use super::batch::{How, Inputs};
use super::{Engine, State};
use crate::device::{self, Ready};
use crate::{EngineError, Host, pool, training};

/// Images of the timed batch.
pub(super) const TIMED: usize = 64;

/// Number of timed training steps, after one that compiles.
const STEPS: u32 = 2;

/// Timeout (rests, half a minute) for the timed training steps.
const LONGEST: u32 = 300;

/// The first parts of a batch.
#[derive(Default)]
pub(super) struct Begun {
    /// Their embeddings.
    pub(super) parts: Vec<Values>,
    /// How many drawings those are of.
    pub(super) done: usize,
}

/// Two devices with the model in use, one of which may be sooner.
struct Rivals {
    cpu: Ready,
    gpu: Ready,
}

impl State {
    /// Has this device the model in use, not one before it or that of a run of training?
    pub(super) fn is_of_model(&self, ready: &Ready) -> bool {
        let cpu = self.cpu.as_ref();
        cpu.is_some_and(|cpu| cpu.ready.is_of(ready))
    }

    /// The device that does this kind of work, with the model on it.
    pub(super) fn ready_for(&self, job: Job) -> Option<Ready> {
        let active = self.active.as_ref()?;
        let ready = match (job, self.jobs.kind(job)) {
            (Job::Rank, _) => active,
            (_, DeviceKind::Cpu) => &self.cpu.as_ref()?.ready,
            (_, DeviceKind::WebGpu) => self.gpu.as_ref()?,
        };
        Some(ready.clone())
    }

    /// Is it worth measuring this kind of work? Where the choice is the person's, it is not.
    fn measures(&self, job: Job) -> Option<Rivals> {
        let open = self.preference == DevicePreference::Auto && !self.jobs.is_known(job);
        let gpu = self.gpu.clone().filter(|_| open)?;
        let cpu = self.cpu.clone()?.ready;
        Some(Rivals { cpu, gpu })
    }

    /// Cores, of so many, that a run of training keeps busy.
    pub(super) fn cores_that_learn(&self, cores: usize) -> usize {
        let run = self.run.as_ref();
        run.map_or(0, |run| run.busy_cores(cores))
    }

    fn jobs(&self, cores: usize) -> Option<Jobs> {
        let busy = self.cores_that_learn(cores);
        let cpu = &self.cpu.as_ref()?.ready;
        let usual = training::Kind::usual(cpu.twin.architecture());
        let learned = self.learned.unwrap_or(usual);
        let report = |job| {
            let times = self.jobs.times(job);
            let kind = match job {
                Job::Rank => self.active.as_ref()?.kind,
                _ => self.jobs.kind(job),
            };
            let workers = match (job, kind) {
                (Job::Batch, DeviceKind::Cpu) => cpu.pool.workers(cores, busy),
                (Job::Train, DeviceKind::Cpu) => learned.parts(cores) as usize,
                _ => 1,
            };
            Some(JobReport {
                kind,
                workers: workers as u32,
                cpu: times.cpu.filter(|time| time.is_finite()),
                webgpu: times.webgpu.filter(|time| time.is_finite()),
            })
        };
        let [rank, batch, train] = Job::ALL.map(report);
        Some(Jobs([rank?, batch?, train?]))
    }
}

impl Engine {
    /// The device for this kind of work; a lost one is left first.
    pub(super) async fn device_for(&self, id: u32, job: Job) -> Result<Ready, EngineError> {
        self.leave_lost_device(id).await?;
        let ready = self.state.borrow().ready_for(job);
        ready.ok_or(EngineError::NoModel)
    }

    /// Tells the page where each kind of work runs, if it doesn't know.
    pub(super) fn tell_jobs(&self, id: u32) {
        let cores = self.host.cores();
        let jobs = {
            let mut state = self.state.borrow_mut();
            let jobs = state.jobs(cores);
            // Times that change a little with each measurement are not told.
            let known = |jobs: Jobs| {
                jobs.0.map(|job| {
                    (
                        job.kind,
                        job.workers,
                        job.cpu.is_some(),
                        job.webgpu.is_some(),
                    )
                })
            };
            if jobs.map(known) == state.told.map(known) {
                return;
            }
            state.told = jobs;
            jobs
        };
        if let Some(jobs) = jobs {
            self.send(id, Event::Jobs(jobs));
        }
    }

    /// Notes what some work took on a device of the model in use, and moves what is done sooner elsewhere now.
    pub(super) fn note(&self, id: u32, job: Job, ready: &Ready, milliseconds: f32) {
        let moved = {
            let mut state = self.state.borrow_mut();
            if !state.is_of_model(ready) {
                return;
            }
            state.jobs.note(job, ready.kind, milliseconds);
            let (preference, is_proven) = (state.preference, state.gpu.is_some());
            state.jobs.decide(preference, is_proven);
            let active = state.active.as_ref().map(|active| active.kind);
            let ranks = state.jobs.kind(Job::Rank);
            (is_proven && active.is_some_and(|active| active != ranks)).then_some(ranks)
        };
        if let Some(kind) = moved {
            self.rank_on(id, kind);
        }
        self.tell_jobs(id);
    }

    /// Ranks on the other device from now on. The support set's embeddings are the same numbers there.
    fn rank_on(&self, id: u32, kind: DeviceKind) {
        let report = {
            let mut state = self.state.borrow_mut();
            let (Some(cpu), Some(gpu)) = (state.cpu.clone(), state.gpu.clone()) else {
                return;
            };
            let cpu = cpu.ready;
            let times = state.jobs.times(Job::Rank);
            let reason = match kind {
                DeviceKind::Cpu => DeviceReason::CpuFaster {
                    times: times.webgpu_per_cpu(),
                },
                DeviceKind::WebGpu => DeviceReason::WebGpuFaster {
                    times: times.cpu_per_webgpu(),
                },
            };
            let tried = vec![cpu.trial(), gpu.trial()];
            let ready = match kind {
                DeviceKind::Cpu => cpu,
                DeviceKind::WebGpu => gpu,
            };
            let report = ready.report(reason, tried);
            state.active = Some(ready);
            report
        };
        self.send(id, Event::Device(report));
    }

    /// The first parts of a batch, on both devices in turn, where it isn't known yet which is sooner. Nothing where that
    /// is known, or the batch is small.
    pub(super) async fn embed_timed(
        &self,
        id: u32,
        inputs: Inputs<'_>,
        how: How,
        goes_on: &mut dyn FnMut(usize) -> bool,
    ) -> Result<Option<Begun>, EngineError> {
        let Inputs { drawings, views } = inputs;
        let part = (TIMED / views.count()).max(1);
        let measured = self.state.borrow().measures(Job::Batch);
        let Some(Rivals { cpu, gpu }) = measured.filter(|_| drawings.len() >= 4 * part) else {
            return Ok(Some(Begun::default()));
        };
        let mut parts = Vec::new();
        // A graphics device's first part waits for its programs.
        let turns = [(&gpu, false), (&gpu, true), (&cpu, true)];
        let mut failed = false;
        for ((ready, is_timed), drawings) in turns.into_iter().zip(drawings.chunks(part)) {
            let ready = if failed { &cpu } else { ready };
            let inputs = Inputs { drawings, views };
            let begun = part * parts.len();
            let mut goes = |done| goes_on(begun + done);
            let start = self.host.now();
            let values = match self.embed_by(ready, inputs, how, &mut goes).await {
                Err(error) if ready.device.is_some() => {
                    log::warn!("a batch on a graphics device: {error}");
                    self.note(id, Job::Batch, ready, f32::INFINITY);
                    failed = true;
                    self.embed_by(&cpu, inputs, how, &mut goes).await?
                }
                other => other?,
            };
            let Some(values) = values else {
                return Ok(None);
            };
            parts.push(values);
            let it_did = ready.device.is_none() || !failed;
            if is_timed && it_did {
                let time = (self.host.now() - start) as f32;
                // Helpers start for larger batches than this one.
                let share = match ready.kind {
                    DeviceKind::Cpu => pool::share(self.workers(ready)),
                    DeviceKind::WebGpu => 1.0,
                };
                self.note(id, Job::Batch, ready, time * share);
            }
        }
        let done = parts.iter().map(Values::len).sum();
        Ok(Some(Begun { parts, done }))
    }

    fn workers(&self, ready: &Ready) -> usize {
        let busy = self.cores_that_learn();
        ready.pool.workers(self.host.cores(), busy)
    }

    /// Times a training step on both devices where it isn't known yet which is sooner, by runs that are thrown away.
    pub(super) async fn time_training(&self, id: u32, config: &TrainConfig, training: &[Alphabet]) {
        let kind = training::Kind::of(config);
        let measured = {
            let mut state = self.state.borrow_mut();
            if state.learned.replace(kind) != Some(kind) {
                state.jobs.forget(Job::Train);
            }
            state.measures(Job::Train)
        };
        let Some(Rivals { cpu, gpu }) = measured else {
            return;
        };
        let cores = self.host.cores();
        for ready in [cpu, gpu] {
            let Some(helper) = self.host.helper(ready.kind) else {
                continue;
            };
            let steps = steps_of(self.host.as_ref(), helper, config, training);
            let patience = device::rests(self.host.as_ref(), LONGEST);
            let time = match device::before(patience, steps).await {
                // Further workers start in the run itself.
                Some(Ok(time)) if ready.device.is_none() => {
                    time * pool::share(kind.parts(cores) as usize)
                }
                Some(Ok(time)) => time,
                Some(Err(error)) => {
                    log::warn!("training steps on {}: {error}", ready.label());
                    f32::INFINITY
                }
                None => f32::INFINITY,
            };
            self.note(id, Job::Train, &ready, time);
        }
    }
}

/// Milliseconds of a training step.
async fn steps_of(
    host: &dyn Host,
    helper: Rc<dyn Helper>,
    config: &TrainConfig,
    training: &[Alphabet],
) -> Result<f32, CheckpointError> {
    let mut run = helper.train(config, None, training).await?;
    run.step(1).await?;
    // A loss is there when the steps before it are done.
    run.mean_loss().await?;
    let start = host.now();
    for _ in 0..STEPS {
        run.step(1).await?;
    }
    run.mean_loss().await?;
    Ok((host.now() - start) as f32 / STEPS as f32)
}
