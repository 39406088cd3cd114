//! The commands of training and of kept models.

use std::rc::Rc;

use twinglyph_core::Architecture;
use twinglyph_core::protocol::{
    Event, Job, OUT_OF_MEMORY, TrainControl, TrainEnd, TrainFrom, TrainStart, TrainUpdate,
};
use twinglyph_core::training::TrainConfig;
use twinglyph_helper::{Helper, TrainingRun};
use twinglyph_nn::Twin;
use twinglyph_nn::train::CheckpointError;
use twinglyph_nn::weights::{self, Metadata};

use super::Engine;
use crate::EngineError;
use crate::library;
use crate::model;
use crate::training::{self, Data, Driver, Run, Scored};

impl Engine {
    /// Begins a run; one that is on its way is cancelled.
    pub(super) async fn train(&self, id: u32, mut start: TrainStart) -> Result<(), EngineError> {
        let data = Data::new(&mut start)?;
        self.checkpoint_kept().await;
        start.config.parts = training::Kind::of(&start.config).parts(self.host.cores());
        self.time_training(id, &start.config, &data.training).await;
        let ready = self.device_for(id, Job::Train).await?;
        let helper = training::helper(self.host.as_ref(), &ready)?;
        let trainer = self.trainer(id, &start, helper.as_ref(), &data).await;
        if helper.lost().as_deref() == Some(OUT_OF_MEMORY) {
            let reason = OUT_OF_MEMORY.to_owned();
            let update = TrainUpdate::Ended {
                step: 0,
                end: TrainEnd::Device { reason },
            };
            let run = start.run;
            self.send(id, Event::Training { run, update });
            return Ok(());
        }
        let (trainer, scored, begun) = trainer?;
        let how = (ready.clone(), scored, begun);
        let run = Run::new(start.run, trainer.as_ref(), &data, how);
        let run = Rc::new(run);
        let before = self.state.borrow_mut().run.replace(run.clone());
        if let Some(before) = before {
            before.replaced.set(true);
            before.control(TrainControl::Cancel)?;
        }
        let driver = Driver {
            host: self.host.clone(),
            request: id,
            run,
            trainer,
            helper,
            data,
            keep_every: start.keep_every,
            validate_every: start.validate_every,
            images: 0,
            since: 0.0,
            kept: 0.0,
            keeping: 0.0,
        };
        let engine = self.clone();
        self.host.spawn(Box::pin(async move {
            driver.drive().await;
            engine.tell_jobs(id);
        }));
        self.tell_jobs(id);
        Ok(())
    }

    /// How the network of a start is scored whose file is not at hand: as the model in use, where that is of its kind.
    fn scored(&self, architecture: Architecture) -> Scored {
        let state = self.state.borrow();
        let in_use = state.model.as_ref().map(|model| &model.metadata);
        let alike = in_use.filter(|metadata| metadata.architecture == architecture);
        Scored::from(alike.unwrap_or(&Metadata::new(architecture)))
    }

    /// The network in training that a start means, how it is scored, and the model that it began with.
    async fn trainer(
        &self,
        id: u32,
        start: &TrainStart,
        helper: &dyn Helper,
        data: &Data,
    ) -> Result<(Box<dyn TrainingRun>, Scored, Option<Twin>), EngineError> {
        let failed = |error: &dyn std::error::Error| EngineError::Training(error.to_string());
        let config = start.config.clone();
        let model = match &start.from {
            TrainFrom::Fresh => None,
            TrainFrom::Model(name) => Some(name),
            TrainFrom::Checkpoint(name) => name.as_ref(),
        };
        let is_checkpoint = matches!(start.from, TrainFrom::Checkpoint(_));
        let bytes = match model {
            None => None,
            Some(name) => {
                let bytes = model::bytes(self.host.as_ref(), &self.downloads, id, name).await;
                match bytes {
                    // A run goes on though its first model was deleted since.
                    Err(_) if is_checkpoint => None,
                    bytes => Some(bytes?),
                }
            }
        };
        if let (Some(bytes), Some(name), false) = (&bytes, model, is_checkpoint) {
            library::check(bytes).map_err(|error| EngineError::Weights {
                name: name.as_str().into(),
                error,
            })?;
        }
        // A file that can't be read is refused below, in its own words. Koch's network would take 156 MB.
        let metadata = bytes.as_deref().and_then(|bytes| weights::peek(bytes).ok());
        let metadata = metadata.filter(|metadata| metadata.architecture == config.architecture);
        let begun = match config.architecture {
            Architecture::Koch => None,
            _ => bytes.as_deref().filter(|_| metadata.is_some()),
        };
        let begun = begun
            .and_then(|bytes| Twin::read(bytes).ok())
            .map(|(twin, _)| twin);
        let scored = match &metadata {
            Some(metadata) => Scored::from(metadata),
            None => self.scored(config.architecture),
        };
        if is_checkpoint {
            let kept = self.host.read_kept(&training::checkpoint_path()).await;
            let bytes = kept?.ok_or_else(|| {
                EngineError::Training("no checkpoint is kept in this browser".to_owned())
            })?;
            let trainer = helper.resume(&bytes, &data.training).await;
            let trainer = trainer.map_err(|error| failed(&error))?;
            if !continues(trainer.config(), &config) {
                return Err(EngineError::Training(
                    "the kept checkpoint is of a run with other settings".to_owned(),
                ));
            }
            return Ok((trainer, scored, begun));
        }
        let trainer = helper
            .train(&config, bytes.as_deref(), &data.training)
            .await;
        let trainer = trainer.map_err(|error| match &start.from {
            TrainFrom::Model(name) => of_model(name, error),
            _ => failed(&error),
        })?;
        Ok((trainer, scored, begun))
    }

    pub(super) fn run(&self, run: u32) -> Result<Rc<Run>, EngineError> {
        let current = self.state.borrow().run.clone();
        current
            .filter(|current| current.id == run)
            .ok_or_else(|| EngineError::Training(format!("there is no run {run} here any more")))
    }

    pub(super) fn control(
        &self,
        id: u32,
        run: u32,
        control: TrainControl,
    ) -> Result<(), EngineError> {
        self.run(run)?.control(control)?;
        self.tell_jobs(id);
        Ok(())
    }

    /// Keeps what a run has learned, with where it comes from.
    pub(super) async fn keep_trained(
        &self,
        id: u32,
        run: u32,
        name: &str,
        facts: Vec<(String, String)>,
    ) -> Result<(), EngineError> {
        let run = self.run(run)?;
        let architecture = run.config.architecture;
        let mut metadata = Metadata::new(architecture);
        metadata.calibration = run.calibration();
        metadata.views = run.views;
        let own = [
            ("data".to_owned(), run.source.to_owned()),
            ("trained_on".to_owned(), run.learned.join(", ")),
            (
                "training".to_owned(),
                format!(
                    "in the browser, {} of {} steps, seed {}",
                    run.step.get(),
                    run.config.steps,
                    run.config.seed
                ),
            ),
        ];
        metadata.facts.extend(own.into_iter().chain(facts));
        let bytes = run.file(&metadata).await;
        let bytes = bytes.map_err(|error| EngineError::Weights {
            name: name.into(),
            error,
        })?;
        library::keep(self.host.as_ref(), name, bytes).await?;
        self.list_models(id).await
    }

    /// Waits for a checkpoint that is being written.
    async fn checkpoint_kept(&self) {
        let run = self.state.borrow().run.clone();
        if let Some(run) = run {
            run.kept(self.host.as_ref()).await;
        }
    }

    pub(super) async fn forget_checkpoint(&self, id: u32) -> Result<(), EngineError> {
        self.checkpoint_kept().await;
        self.host.forget(&training::checkpoint_path()).await?;
        self.list_models(id).await
    }

    pub(super) async fn list_models(&self, id: u32) -> Result<(), EngineError> {
        let models = library::list(self.host.as_ref()).await?;
        self.send(id, Event::Models(models));
        Ok(())
    }

    pub(super) async fn read_model(&self, id: u32, name: String) -> Result<(), EngineError> {
        let bytes = model::bytes(self.host.as_ref(), &self.downloads, id, &name).await?;
        self.send(id, Event::ModelFile { name, bytes });
        Ok(())
    }

    pub(super) async fn import_model(
        &self,
        id: u32,
        name: &str,
        bytes: Vec<u8>,
    ) -> Result<(), EngineError> {
        library::keep(self.host.as_ref(), name, bytes).await?;
        self.list_models(id).await
    }

    pub(super) async fn delete_model(&self, id: u32, name: &str) -> Result<(), EngineError> {
        library::delete(self.host.as_ref(), name).await?;
        self.list_models(id).await
    }
}

/// Why a run can't begin from a model.
fn of_model(name: &str, error: CheckpointError) -> EngineError {
    match error {
        CheckpointError::Weights(error) => EngineError::Weights {
            name: name.into(),
            error,
        },
        other => EngineError::Training(other.to_string()),
    }
}

/// Does a run of this config go on from a checkpoint of that one? The learning rate may have been
/// changed on the way, and another machine may have had other cores: a run keeps its parts.
fn continues(kept: &TrainConfig, wanted: &TrainConfig) -> bool {
    let mut kept = kept.clone();
    kept.optimizer.learning_rate = wanted.optimizer.learning_rate;
    kept.parts = wanted.parts;
    kept == *wanted
}
