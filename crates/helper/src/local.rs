//! A backend in this program as a helper.

use std::rc::Rc;

use twinglyph_core::protocol::Obstacle;
use twinglyph_core::training::{TrainConfig, sample};
use twinglyph_core::{Alphabet, Bitmap};
use twinglyph_nn::backend::{Accelerator, Adapter, DeviceTwin, Learner, LocalFuture};
use twinglyph_nn::train::{CheckpointBuffer, CheckpointError};

use crate::{Helper, TrainingRun};

/// The helper by this backend.
pub struct Local<A>(A);

impl<A: Accelerator> Local<A> {
    /// Of a backend.
    #[must_use]
    pub fn new(accelerator: A) -> Self {
        Self(accelerator)
    }
}

impl<A: Accelerator> Helper for Local<A> {
    fn find(&self) -> LocalFuture<'_, Result<Adapter, Obstacle>> {
        self.0.find()
    }

    fn load<'a>(&'a self, file: &'a [u8]) -> LocalFuture<'a, Result<Rc<dyn DeviceTwin>, String>> {
        self.0.load(file)
    }

    fn train<'a>(
        &'a self,
        config: &'a TrainConfig,
        from: Option<&'a [u8]>,
        training: &'a [Alphabet],
    ) -> LocalFuture<'a, Result<Box<dyn TrainingRun>, CheckpointError>> {
        Box::pin(async move {
            let learner = self.0.train(config.clone(), from).await?;
            Ok(Sampled::boxed(learner, training))
        })
    }

    fn resume<'a>(
        &'a self,
        checkpoint: &'a [u8],
        training: &'a [Alphabet],
    ) -> LocalFuture<'a, Result<Box<dyn TrainingRun>, CheckpointError>> {
        Box::pin(async move {
            let learner = self.0.resume(checkpoint).await?;
            Ok(Sampled::boxed(learner, training))
        })
    }

    fn lost(&self) -> Option<String> {
        self.0.lost()
    }

    fn lose(&self) {
        self.0.lose();
    }

    fn memory(&self) -> u64 {
        self.0.memory()
    }
}

/// A network in training that makes its batches itself.
struct Sampled {
    learner: Box<dyn Learner>,
    training: Vec<Alphabet>,
    checkpoint: CheckpointBuffer,
}

impl Sampled {
    fn boxed(learner: Box<dyn Learner>, training: &[Alphabet]) -> Box<dyn TrainingRun> {
        Box::new(Self {
            learner,
            training: training.to_vec(),
            checkpoint: CheckpointBuffer::default(),
        })
    }
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

    fn step(&mut self) -> LocalFuture<'_, Result<usize, String>> {
        let batch = sample(&self.training, self.learner.config(), self.learner.steps());
        let result = batch.map_err(|error| error.to_string()).map(|batch| {
            let drawings = 2 * batch.classes;
            self.learner.step(batch);
            drawings
        });
        Box::pin(async move { result })
    }

    fn mean_loss(&mut self) -> LocalFuture<'_, Result<f32, String>> {
        self.learner.mean_loss()
    }

    fn checkpoint<'a>(&'a mut self) -> LocalFuture<'a, Result<&'a [u8], CheckpointError>> {
        Box::pin(async {
            self.learner.write(&mut self.checkpoint).await?;
            Ok(self.checkpoint.bytes())
        })
    }

    fn snapshot(&self) -> Rc<dyn DeviceTwin> {
        self.learner.snapshot()
    }

    fn scores<'a>(
        &'a self,
        queries: &'a [&'a Bitmap],
        support: &'a [&'a Bitmap],
    ) -> LocalFuture<'a, Result<Vec<f32>, String>> {
        self.learner.scores(queries, support)
    }
}
