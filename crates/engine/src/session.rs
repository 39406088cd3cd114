//! The engine's state and what each command does to it.

mod answers;
mod batch;
mod fetch;
mod gallery;
mod jobs;
mod map;
mod refine;
mod training;

pub(crate) use batch::{Followed, How, Inputs};

use std::cell::RefCell;
use std::rc::Rc;

use twinglyph_core::protocol::{
    Command, DeviceKind, DevicePreference, DeviceReason, DeviceTrial, Event, Fault, Job, Jobs,
    Outcome, Reply, Request, Stage,
};
use twinglyph_core::support::Support;
use twinglyph_core::{Bitmap, Views};
use twinglyph_nn::Values;

use crate::device::{self, Ready, Reference};
use crate::download::Downloads;
use crate::inspect::{self, Subject};
use crate::jobs::Table;
use crate::model::{self, Model};
use crate::scores::Drawings;
use crate::support::Embedded;
use crate::training::{Kind, Run};
use crate::turns::Turns;
use crate::{EngineError, Host};

/// The engine. Clones share one state; commands are handed over one at a time.
#[derive(Clone)]
pub struct Engine {
    pub(crate) host: Rc<dyn Host>,
    downloads: Rc<Downloads>,
    state: Rc<RefCell<State>>,
    /// Batches of runs of trials are embedded one after the other.
    pub(crate) turns: Turns,
}

#[derive(Default)]
struct State {
    /// Counts changes of model and preference: a device trial that ends late is dropped.
    generation: u32,
    preference: DevicePreference,
    model: Option<Rc<Model>>,
    /// The model on the CPU, kept to fall back on.
    cpu: Option<Reference>,
    /// The model on the graphics device, its numbers found right.
    gpu: Option<Ready>,
    /// The device that ranks drawings.
    active: Option<Ready>,
    /// Which device does which kind of work.
    jobs: Table,
    /// The kind of training that was asked for last.
    learned: Option<Kind>,
    /// What the page was last told of it.
    told: Option<Jobs>,
    support: Option<(Rc<Support>, Embedded)>,
    /// The last drawing that was ranked, and its embedding: it may be mapped next.
    asked: Option<(Bitmap, Values)>,
    /// The axes on which the support set is mapped, once that was asked for.
    map: Option<map::Mapped>,
    /// Drawings apart from the support set.
    gallery: Option<gallery::Gallery>,
    /// The last ticket of [`Command::Inspect`]: what an older one asked for is left.
    inspected: u64,
    /// The last run of training, on its way or over.
    run: Option<Rc<Run>>,
}

impl State {
    /// The graphics device is gone: all work is the CPU's.
    fn lose_gpu(&mut self) {
        self.gpu = None;
        self.jobs.lose();
    }

    /// The model or the device is another: what the one before embedded is forgotten. The support set
    /// is embedded anew.
    fn begin_generation(&mut self) {
        self.generation += 1;
        self.gpu = None;
        self.jobs = Table::default();
        self.asked = None;
        self.map = None;
        self.gallery = None;
    }
}

impl Engine {
    /// An engine that has loaded nothing yet.
    #[must_use]
    pub fn new(host: Rc<dyn Host>) -> Self {
        Self {
            host,
            downloads: Rc::default(),
            state: Rc::default(),
            turns: Turns::default(),
        }
    }

    /// Carries out one command and sends its replies. Faults of the worker are the host's own
    /// business and do nothing here.
    pub async fn handle(&self, request: Request) {
        let Request { id, command } = request;
        let result = match command {
            Command::Start { preference, model } => {
                self.state.borrow_mut().preference = preference;
                self.use_model(id, &model).await
            }
            Command::UseModel(name) => self.use_model(id, &name).await,
            Command::UseDevice(preference) => {
                self.state.borrow_mut().preference = preference;
                self.choose_device(id).await
            }
            Command::Fetch(name) => self.fetch(id, name),
            Command::StopFetching => {
                self.downloads.stop();
                Ok(())
            }
            Command::SetSupport { set, classes } => match Support::new(set, classes) {
                Ok(support) => {
                    let support = Rc::new(support);
                    let ask = async || self.set_support(id, support.clone()).await;
                    self.again_if_lost(id, ask).await
                }
                Err(error) => Err(error.into()),
            },
            Command::Classify { set, query } => {
                let ask = async || self.classify(id, set, &query).await;
                self.again_if_lost(id, ask).await
            }
            Command::Score {
                scorer,
                queries,
                support,
            } => match Drawings::new(queries, support) {
                Ok(drawings) => self.score(id, scorer, drawings),
                Err(error) => Err(error),
            },
            Command::Inspect {
                ticket,
                query,
                others,
            } => self.inspect(id, ticket, Subject { query, others }),
            Command::Map { set, query } => {
                let ask = async || self.map(id, set, query.as_ref()).await;
                self.again_if_lost(id, ask).await
            }
            Command::IndexGallery {
                gallery,
                after,
                drawings,
            } => self.index_gallery(id, gallery, after, &drawings).await,
            Command::SearchGallery { gallery, of, query } => {
                self.search_gallery(id, gallery, of, &query).await
            }
            Command::Train(start) => self.train(id, *start).await,
            Command::Control { run, control } => self.control(id, run, control),
            Command::KeepTrained { run, name, facts } => {
                self.keep_trained(id, run, &name, facts).await
            }
            Command::ListModels => self.list_models(id).await,
            Command::ReadModel(name) => self.read_model(id, name).await,
            Command::ImportModel { name, bytes } => self.import_model(id, &name, bytes).await,
            Command::DeleteModel(name) => self.delete_model(id, &name).await,
            Command::Ping => {
                self.send(id, Event::Pong);
                Ok(())
            }
            Command::ForgetCheckpoint => self.forget_checkpoint(id).await,
            Command::Fault(Fault::LoseDevice) => {
                if let Some(helper) = self.host.helper(DeviceKind::WebGpu) {
                    helper.lose();
                }
                Ok(())
            }
            Command::Fault(_) => Ok(()),
        };
        if let Err(error) = result {
            self.send(id, Event::Failed(error.failure()));
        }
    }

    fn send(&self, id: u32, event: Event) {
        self.host.send(Reply { id, event });
    }

    /// Tells how far a stage is.
    pub(crate) fn telling(&self, id: u32, stage: Stage) -> impl FnMut(u64, u64) {
        move |done, total| self.send(id, Event::Progress { stage, done, total })
    }

    async fn use_model(&self, id: u32, name: &str) -> Result<(), EngineError> {
        if let Some(cpu) = &self.state.borrow().cpu {
            cpu.ready.twin.rest();
        }
        let model = Rc::new(model::load(self.host.as_ref(), &self.downloads, id, name).await?);
        let cpu = device::cpu(self.host.as_ref(), &model)?;
        let report = model.report();
        {
            let mut state = self.state.borrow_mut();
            state.model = Some(model);
            if let Some(before) = state.cpu.replace(cpu) {
                before.ready.pool.end();
            }
            state.active = None;
        }
        self.send(id, Event::Model(report));
        self.choose_device(id).await
    }

    /// Takes the CPU at once, then whatever the preference asks for: WebGPU if its numbers are
    /// right, or the faster of the two. The trial of `Auto` runs in the background, and that of
    /// graphics that are silent.
    async fn choose_device(&self, id: u32) -> Result<(), EngineError> {
        let (preference, generation, cpu) = {
            let mut state = self.state.borrow_mut();
            state.begin_generation();
            let cpu = state.cpu.clone().ok_or(EngineError::NoModel)?;
            (state.preference, state.generation, cpu.ready)
        };
        match preference {
            DevicePreference::Only(DeviceKind::Cpu) => {
                self.activate(id, &cpu, DeviceReason::CpuAsked, vec![cpu.trial()])
                    .await
            }
            DevicePreference::Only(DeviceKind::WebGpu) => {
                if device::is_silent(self.host.as_ref()).await {
                    self.meanwhile(id, generation, &cpu, DeviceReason::CpuMeanwhile)
                        .await
                } else {
                    self.try_webgpu(id, generation, preference).await
                }
            }
            DevicePreference::Auto => {
                self.meanwhile(id, generation, &cpu, DeviceReason::CpuFirst)
                    .await
            }
        }
    }

    /// The CPU computes while WebGPU is tried.
    async fn meanwhile(
        &self,
        id: u32,
        generation: u32,
        cpu: &Ready,
        reason: DeviceReason,
    ) -> Result<(), EngineError> {
        let preference = {
            let state = self.state.borrow();
            if state.generation != generation {
                return Ok(());
            }
            state.preference
        };
        self.activate(id, cpu, reason, vec![cpu.trial()]).await?;
        let engine = self.clone();
        self.host.spawn(Box::pin(async move {
            if let Err(error) = engine.try_webgpu(id, generation, preference).await {
                engine.send(id, Event::Failed(error.failure()));
            }
        }));
        Ok(())
    }

    /// Tries WebGPU and takes the device that the preference and the numbers say.
    async fn try_webgpu(
        &self,
        id: u32,
        generation: u32,
        preference: DevicePreference,
    ) -> Result<(), EngineError> {
        let (model, reference) = {
            let state = self.state.borrow();
            let model = state.model.clone().ok_or(EngineError::NoModel)?;
            (model, state.cpu.clone().ok_or(EngineError::NoModel)?)
        };
        self.send(
            id,
            Event::Progress {
                stage: Stage::Devices,
                done: 1,
                total: 2,
            },
        );
        let asked = preference == DevicePreference::Only(DeviceKind::WebGpu);
        let host = self.host.as_ref();
        let file = model.file(host, &self.downloads, id);
        let trial = device::webgpu(host, asked, &model, &reference, file).await;
        if self.state.borrow().generation != generation {
            return Ok(());
        }
        match trial {
            Err(trial) => {
                let reason = why_not(&trial);
                let cpu = reference.ready.timed_again(host);
                self.time_rankings(&cpu, None);
                self.activate(id, &cpu, reason, vec![cpu.trial(), trial])
                    .await
            }
            Ok(gpu) => {
                let cpu = reference.ready.timed_again(host);
                let tried = vec![cpu.trial(), gpu.trial()];
                let ranks = self.time_rankings(&cpu, Some(&gpu));
                let (chosen, reason) = match ranks {
                    _ if asked => (&gpu, DeviceReason::WebGpuAsked),
                    DeviceKind::WebGpu => {
                        let times = cpu.by_all_views / gpu.by_all_views.max(0.01);
                        (&gpu, DeviceReason::WebGpuFaster { times })
                    }
                    DeviceKind::Cpu => {
                        let times = gpu.by_all_views / cpu.by_all_views.max(0.01);
                        (&cpu, DeviceReason::CpuFaster { times })
                    }
                };
                self.activate(id, chosen, reason, tried).await
            }
        }
    }

    /// Notes what rankings take on the devices of this generation; gives the one that ranks.
    fn time_rankings(&self, cpu: &Ready, gpu: Option<&Ready>) -> DeviceKind {
        let mut state = self.state.borrow_mut();
        let preference = state.preference;
        if let Some(kept) = &mut state.cpu {
            kept.ready = cpu.clone();
        }
        state
            .jobs
            .note(Job::Rank, DeviceKind::Cpu, cpu.by_all_views);
        if let Some(gpu) = gpu {
            state
                .jobs
                .note(Job::Rank, DeviceKind::WebGpu, gpu.by_all_views);
            state.gpu = Some(gpu.clone());
            state.jobs.begin(preference);
        }
        state.jobs.kind(Job::Rank)
    }

    /// Makes a device the one that ranks, the support set too; the CPU where the device can't embed that.
    async fn activate(
        &self,
        id: u32,
        ready: &Ready,
        reason: DeviceReason,
        tried: Vec<DeviceTrial>,
    ) -> Result<(), EngineError> {
        match self.take_device(id, ready, reason, tried).await {
            Err(EngineError::Device { reason: said, .. }) if ready.device.is_some() => {
                let cpu = {
                    let mut state = self.state.borrow_mut();
                    state.lose_gpu();
                    state.cpu.clone()
                };
                let cpu = cpu.ok_or(EngineError::NoModel)?.ready;
                let reason = DeviceReason::WebGpuLost { said };
                self.take_device(id, &cpu, reason, vec![cpu.trial()]).await
            }
            result => result,
        }
    }

    async fn take_device(
        &self,
        id: u32,
        ready: &Ready,
        reason: DeviceReason,
        tried: Vec<DeviceTrial>,
    ) -> Result<(), EngineError> {
        let start = self.host.now();
        let generation = self.state.borrow().generation;
        let moved = loop {
            let moved = {
                let state = self.state.borrow();
                let stays = state.active.as_ref().is_some_and(|a| a.kind == ready.kind);
                let support = state.support.as_ref().filter(|_| !stays);
                support.map(|(support, _)| support.clone())
            };
            let Some(support) = moved else { break None };
            let telling = self.telling(id, Stage::Support);
            let embedding = self.embed_support(id, &support, ready, telling).await;
            let state = self.state.borrow();
            // Another model or device was chosen meanwhile, and whoever did goes on.
            if state.generation != generation {
                return Ok(());
            }
            // Another set, which came meanwhile, is embedded instead.
            let now = state.support.as_ref();
            if now.is_some_and(|(now, _)| Rc::ptr_eq(now, &support)) {
                break Some((support, embedding?));
            }
        };
        let report = ready.report(reason, tried);
        self.state.borrow_mut().active = Some(ready.clone());
        self.send(id, Event::Device(report));
        self.tell_jobs(id);
        if let Some((support, embedding)) = moved {
            self.embedded(id, support, embedding, start);
        }
        Ok(())
    }

    /// Rankings go by these embeddings of one view; refinement may follow.
    fn embedded(&self, id: u32, support: Rc<Support>, embedding: Values, start: f64) {
        let (set, classes) = (support.set, support.classes() as u32);
        let first = embedding;
        self.state.borrow_mut().support = Some((support, Embedded { first, all: None }));
        let event = Event::Support {
            set,
            classes,
            views: 1,
            more: self.can_refine(),
            milliseconds: (self.host.now() - start) as f32,
        };
        self.send(id, event);
        self.refine(id);
    }

    /// Goes back to the CPU if the WebGPU device is gone.
    async fn leave_lost_device(&self, id: u32) -> Result<(), EngineError> {
        let Some(said) = device::lost(self.host.as_ref()) else {
            return Ok(());
        };
        let cpu = {
            let mut state = self.state.borrow_mut();
            let on_gpu = state
                .active
                .as_ref()
                .is_some_and(|r| r.kind == DeviceKind::WebGpu);
            if !on_gpu {
                state.lose_gpu();
                drop(state);
                self.tell_jobs(id);
                return Ok(());
            }
            state.begin_generation();
            state.cpu.clone().map(|cpu| cpu.ready)
        };
        let cpu = cpu.ok_or(EngineError::NoModel)?;
        let reason = DeviceReason::WebGpuLost { said };
        self.activate(id, &cpu, reason, vec![cpu.trial()]).await
    }

    async fn set_support(&self, id: u32, support: Rc<Support>) -> Result<(), EngineError> {
        let start = self.host.now();
        let embedding = loop {
            let (generation, ready) = {
                let state = self.state.borrow();
                let ready = state.ready_for(Job::Batch).ok_or(EngineError::NoModel)?;
                (state.generation, ready)
            };
            let telling = self.telling(id, Stage::Support);
            let embedding = self.embed_support(id, &support, &ready, telling).await;
            // Else the model or the device is another since, and the set belongs there.
            if self.state.borrow().generation == generation {
                break embedding?;
            }
        };
        self.embedded(id, support, embedding, start);
        Ok(())
    }

    /// Looks into the network on the CPU, which is always there and never lost, beside everything
    /// else.
    fn inspect(&self, id: u32, ticket: u64, subject: Subject) -> Result<(), EngineError> {
        let (model, ready, views) = {
            let mut state = self.state.borrow_mut();
            state.inspected = ticket;
            let model = state.model.clone().ok_or(EngineError::NoModel)?;
            let ready = state.cpu.clone().ok_or(EngineError::NoModel)?.ready;
            let query = subject.query.as_ref();
            let exited = query.is_some_and(|query| state.exited(query));
            let views = if exited { Views::One } else { ready.views };
            (model, ready, views)
        };
        let engine = self.clone();
        self.host.spawn(Box::pin(async move {
            let mut goes_on = |done, total| {
                let stage = Stage::Inspection;
                engine.send(id, Event::Progress { stage, done, total });
                engine.state.borrow().inspected == ticket
            };
            let host = engine.host.as_ref();
            match inspect::inspect(&model, &ready, views, &subject, host, &mut goes_on).await {
                Ok(Some(inspection)) => {
                    let inspection = Box::new(inspection);
                    engine.send(id, Event::Inspection { ticket, inspection });
                }
                Ok(None) => {}
                Err(error) => {
                    let error = EngineError::Inspection(error.to_string());
                    engine.send(id, Event::Failed(error.failure()));
                }
            }
        }));
        Ok(())
    }
}

/// Why the CPU computes after WebGPU did so.
fn why_not(trial: &DeviceTrial) -> DeviceReason {
    match &trial.outcome {
        Outcome::Unavailable { reason } => DeviceReason::NoWebGpu(reason.clone()),
        Outcome::Disagrees { deviation } | Outcome::Agrees { deviation, .. } => {
            DeviceReason::WebGpuWrong {
                deviation: *deviation,
            }
        }
    }
}
