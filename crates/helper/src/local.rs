//! A backend in this program as a helper.

use std::cell::Cell;
use std::rc::Rc;

use twinglyph_core::protocol::Obstacle;
use twinglyph_core::training::{TrainConfig, sample};
use twinglyph_core::{Alphabet, Architecture, Bitmap};
use twinglyph_nn::backend::{
    Accelerator, Adapter, DeviceError, DeviceTwin, Learner, LocalFuture, SharedPart,
};
use twinglyph_nn::train::{CheckpointBuffer, CheckpointError};

use crate::partners::{Partners, Start};
use crate::{Helper, TrainingRun};

/// The helper by this backend.
pub struct Local<A> {
    accelerator: A,
    /// Starts further workers for steps of training.
    start: Option<Start>,
    /// Bytes that those have taken.
    beside: Rc<Cell<u64>>,
}

impl<A: Accelerator> Local<A> {
    /// Of a backend.
    #[must_use]
    pub fn new(accelerator: A) -> Self {
        Self {
            accelerator,
            start: None,
            beside: Rc::default(),
        }
    }

    /// With further workers on the CPU, started so when steps of training are to be shared.
    #[must_use]
    pub fn sharing(mut self, start: Start) -> Self {
        self.start = Some(start);
        self
    }

    /// A copy of a network in training, for parts of another worker's steps.
    ///
    /// # Errors
    /// When the backend takes no part in them.
    pub(crate) fn join(&self, network: Architecture) -> Result<Box<dyn SharedPart>, DeviceError> {
        self.accelerator.join(network)
    }

    fn run(&self, learner: Box<dyn Learner>, training: &[Alphabet]) -> Box<dyn TrainingRun> {
        let start = self.start.clone();
        Box::new(Sampled {
            learner,
            training: training.to_vec(),
            partners: start.map(|start| Partners::new(start, self.beside.clone())),
            checkpoint: CheckpointBuffer::default(),
        })
    }
}

impl<A: Accelerator> Helper for Local<A> {
    fn find(&self) -> LocalFuture<'_, Result<Adapter, Obstacle>> {
        self.accelerator.find()
    }

    fn load<'a>(
        &'a self,
        file: &'a [u8],
    ) -> LocalFuture<'a, Result<Rc<dyn DeviceTwin>, DeviceError>> {
        self.accelerator.load(file)
    }

    fn train<'a>(
        &'a self,
        config: &'a TrainConfig,
        from: Option<&'a [u8]>,
        training: &'a [Alphabet],
    ) -> LocalFuture<'a, Result<Box<dyn TrainingRun>, CheckpointError>> {
        Box::pin(async move {
            let learner = self.accelerator.train(config.clone(), from).await?;
            Ok(self.run(learner, training))
        })
    }

    fn resume<'a>(
        &'a self,
        checkpoint: &'a [u8],
        training: &'a [Alphabet],
    ) -> LocalFuture<'a, Result<Box<dyn TrainingRun>, CheckpointError>> {
        Box::pin(async move {
            let learner = self.accelerator.resume(checkpoint).await?;
            Ok(self.run(learner, training))
        })
    }

    fn lost(&self) -> Option<String> {
        self.accelerator.lost()
    }

    fn lose(&self) {
        self.accelerator.lose();
    }

    fn memory(&self) -> u64 {
        self.accelerator.memory() + self.beside.get()
    }
}

/// A network in training that makes its batches itself.
struct Sampled {
    learner: Box<dyn Learner>,
    training: Vec<Alphabet>,
    partners: Option<Partners>,
    checkpoint: CheckpointBuffer,
}

impl TrainingRun for Sampled {
    fn config(&self) -> &TrainConfig {
        self.learner.config()
    }

    fn steps(&self) -> u32 {
        self.learner.steps()
    }

    fn set_learning_rate(&mut self, rate: f64) {
        self.learner.set_learning_rate(rate);
    }

    fn step(&mut self, workers: usize) -> LocalFuture<'_, Result<usize, DeviceError>> {
        Box::pin(async move {
            if let (Some(partners), Some(run)) = (&mut self.partners, self.learner.shared())
                && workers > 1
                && run.config().parts > 1
            {
                return partners.step(run, &self.training, workers).await;
            }
            let batch = sample(&self.training, self.learner.config(), self.learner.steps());
            let batch = batch.map_err(DeviceError::new)?;
            let drawings = 2 * batch.classes;
            self.learner.step(batch);
            Ok(drawings)
        })
    }

    fn rest(&mut self) {
        if let Some(partners) = &mut self.partners {
            partners.end();
        }
    }

    fn mean_loss(&mut self) -> LocalFuture<'_, Result<f32, DeviceError>> {
        self.learner.mean_loss()
    }

    fn checkpoint(&mut self) -> LocalFuture<'_, Result<Vec<u8>, CheckpointError>> {
        Box::pin(async {
            self.learner.write(&mut self.checkpoint).await?;
            Ok(self.checkpoint.bytes().to_vec())
        })
    }

    fn snapshot(&self) -> Rc<dyn DeviceTwin> {
        self.learner.snapshot()
    }

    fn scores<'a>(
        &'a self,
        queries: &'a [&'a Bitmap],
        support: &'a [&'a Bitmap],
    ) -> LocalFuture<'a, Result<Vec<f32>, DeviceError>> {
        self.learner.scores(queries, support)
    }
}
