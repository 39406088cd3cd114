//! A run on the CPU as a [`Learner`].

use std::rc::Rc;

use twinglyph_core::Bitmap;
use twinglyph_core::training::{Batch, TrainConfig};

use super::{CheckpointBuffer, CheckpointError, Run, Settings};
use crate::backend::{DeviceError, DeviceTwin, Learner, LocalFuture, SharedRun};
use crate::cpu::OnCpu;
use crate::{Found, Round, RoundError, Share};

/// A network in training on the CPU, with the losses since they were last asked for.
pub struct CpuLearner {
    run: Run,
    losses: Vec<f32>,
}

impl CpuLearner {
    /// A run that has done no step, with fresh weights or those of a weights file's bytes.
    ///
    /// # Errors
    /// When the CPU can't train the config's network, the config freezes what that hasn't, or the file is
    /// not that network's.
    pub fn new(
        config: TrainConfig,
        settings: Settings,
        from: Option<&[u8]>,
    ) -> Result<Self, CheckpointError> {
        Ok(Self::of(Run::new(config, settings, from)?))
    }

    /// The run in a checkpoint's bytes.
    ///
    /// # Errors
    /// When the bytes are no whole checkpoint, or one of a network that the CPU can't train.
    pub fn read(checkpoint: &[u8], settings: Settings) -> Result<Self, CheckpointError> {
        Ok(Self::of(Run::read(checkpoint, settings)?))
    }

    fn of(run: Run) -> Self {
        Self {
            run,
            losses: Vec::new(),
        }
    }
}

impl Learner for CpuLearner {
    fn config(&self) -> &TrainConfig {
        self.run.config()
    }

    fn steps(&self) -> u32 {
        self.run.steps()
    }

    fn set_learning_rate(&mut self, rate: f64) {
        self.run.set_learning_rate(rate);
    }

    fn step(&mut self, batch: Batch) {
        self.losses.push(self.run.step(&batch));
    }

    fn shared(&mut self) -> Option<&mut dyn SharedRun> {
        Some(self)
    }

    fn mean_loss(&mut self) -> LocalFuture<'_, Result<f32, DeviceError>> {
        let losses = std::mem::take(&mut self.losses);
        let mean = losses.iter().sum::<f32>() / losses.len() as f32;
        Box::pin(async move { Ok(mean) })
    }

    fn write<'a>(
        &'a self,
        buffer: &'a mut CheckpointBuffer,
    ) -> LocalFuture<'a, Result<(), CheckpointError>> {
        Box::pin(async move { self.run.write_into(buffer) })
    }

    fn snapshot(&self) -> Rc<dyn DeviceTwin> {
        let network = self.run.network();
        OnCpu::shared(self.run.config().architecture, move || network.to_tensors())
    }

    fn scores<'a>(
        &'a self,
        queries: &'a [&'a Bitmap],
        support: &'a [&'a Bitmap],
    ) -> LocalFuture<'a, Result<Vec<f32>, DeviceError>> {
        Box::pin(async move {
            Ok(match queries.is_empty() || support.is_empty() {
                true => Vec::new(),
                false => self.run.scores(queries, support),
            })
        })
    }
}

impl SharedRun for CpuLearner {
    fn config(&self) -> &TrainConfig {
        self.run.config()
    }

    fn steps(&self) -> u32 {
        self.run.steps()
    }

    fn parameters(&self) -> &[f32] {
        self.run.trainer().parameters()
    }

    fn begin(&mut self, images: &[f32], share: Share) -> Result<Round, RoundError> {
        self.run.trainer_mut().begin(images, share)
    }

    fn round(&mut self, round: &Round) -> Result<Found, RoundError> {
        self.run.trainer_mut().round(round)
    }

    fn catch_up(&mut self) {
        self.run.trainer_mut().catch_up();
    }

    fn next(&mut self, round: &Round, found: Vec<Found>) -> Result<Option<Round>, RoundError> {
        self.run.trainer_mut().next(round, found)
    }

    fn finish(&mut self) {
        self.losses.push(self.run.finish());
    }
}
