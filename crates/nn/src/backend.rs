//! What a backend does: our CPU kernels ([`crate::CpuAccelerator`]), or another crate's on a graphics device.
//!
//! Drawings go in, embeddings come out as numbers; nothing of a device leaves it but numbers and
//! files.

use std::fmt::Display;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use twinglyph_core::protocol::Obstacle;
use twinglyph_core::training::{Batch, TrainConfig};
use twinglyph_core::{Architecture, Bitmap, Views};

use crate::train::{CheckpointBuffer, CheckpointError};
use crate::weights::{Metadata, WeightsError};
use crate::{Embedding, Found, Round, RoundError, Share};

/// A future that stays on its thread.
pub type LocalFuture<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// A device that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adapter {
    /// For people.
    pub name: String,
    /// Most bytes that it can be given in one piece.
    pub limit: u64,
}

/// Why a device, or the helper on it, did not do what it was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{said}")]
pub struct DeviceError {
    /// What it said.
    pub said: String,
}

impl DeviceError {
    /// The error of a device that said this.
    #[must_use]
    pub fn new(said: impl Display) -> Self {
        Self {
            said: said.to_string(),
        }
    }
}

/// A device.
pub trait Accelerator {
    /// Finds the device; who asks again hears the same.
    fn find(&self) -> LocalFuture<'_, Result<Adapter, Obstacle>>;

    /// The network of a weights file's bytes, on the device.
    fn load<'a>(
        &'a self,
        file: &'a [u8],
    ) -> LocalFuture<'a, Result<Rc<dyn DeviceTwin>, DeviceError>>;

    /// A run that has done no step, with fresh weights or those of a weights file's bytes.
    fn train<'a>(
        &'a self,
        config: TrainConfig,
        from: Option<&'a [u8]>,
    ) -> LocalFuture<'a, Result<Box<dyn Learner>, CheckpointError>>;

    /// The run in a checkpoint's bytes, ready to go on.
    fn resume<'a>(
        &'a self,
        checkpoint: &'a [u8],
    ) -> LocalFuture<'a, Result<Box<dyn Learner>, CheckpointError>>;

    /// A copy of this network in training, for parts of another worker's steps.
    ///
    /// # Errors
    /// When the device takes no part in such steps.
    fn join(&self, _network: Architecture) -> Result<Box<dyn SharedPart>, DeviceError> {
        Err(DeviceError::new("it takes no part in another's steps"))
    }

    /// Why the device was lost, if it was.
    fn lost(&self) -> Option<String>;

    /// Loses the device, for tests of what follows.
    fn lose(&self);

    /// Bytes that the device has taken; 0 where that is not known.
    fn memory(&self) -> u64;
}

/// A network on a device.
pub trait DeviceTwin {
    /// Drawings embedded, an image for each view of each, view by view of a drawing.
    fn embed(
        &self,
        drawings: Vec<Bitmap>,
        views: Views,
    ) -> LocalFuture<'_, Result<Embedding, DeviceError>>;

    /// Its weights file, all numbers f32.
    fn file<'a>(&'a self, metadata: &'a Metadata)
    -> LocalFuture<'a, Result<Vec<u8>, WeightsError>>;
}

/// A network in training, with the losses of the steps since they were last asked for.
pub trait Learner {
    /// The run's config.
    fn config(&self) -> &TrainConfig;

    /// Steps done.
    fn steps(&self) -> u32;

    /// Changes the highest learning rate from the next step on; the schedule goes on.
    fn set_learning_rate(&mut self, rate: f64);

    /// Learns from one batch.
    fn step(&mut self, batch: Batch);

    /// The run as one whose steps workers can share; `None` on graphics devices.
    fn shared(&mut self) -> Option<&mut dyn SharedRun> {
        None
    }

    /// The mean loss of the steps since the last call.
    fn mean_loss(&mut self) -> LocalFuture<'_, Result<f32, DeviceError>>;

    /// Writes the checkpoint.
    fn write<'a>(
        &'a self,
        buffer: &'a mut CheckpointBuffer,
    ) -> LocalFuture<'a, Result<(), CheckpointError>>;

    /// The network as it infers now.
    fn snapshot(&self) -> Rc<dyn DeviceTwin>;

    /// Scores of every query with every drawing of the support by the network as it infers now,
    /// `[queries, supports]`; none where one of both is empty.
    fn scores<'a>(
        &'a self,
        queries: &'a [&'a Bitmap],
        support: &'a [&'a Bitmap],
    ) -> LocalFuture<'a, Result<Vec<f32>, DeviceError>>;
}

/// A run whose steps workers share round by round ([`crate::Trainer`]). Errors are of rounds that don't fit.
pub trait SharedRun {
    /// The run's config.
    fn config(&self) -> &TrainConfig;

    /// Steps done.
    fn steps(&self) -> u32;

    /// The parameters, for the other workers.
    fn parameters(&self) -> &[f32];

    /// Begins a step on the images of this worker's share of a batch.
    fn begin(&mut self, images: &[f32], share: Share) -> Result<Round, RoundError>;

    /// Does a round for this worker's parts.
    fn round(&mut self, round: &Round) -> Result<Found, RoundError>;

    /// Computes what the last round left for later, while what the others found is on its way.
    fn catch_up(&mut self);

    /// The next round, from what all found in the last one, this worker first; `None` when the gradient is whole.
    fn next(&mut self, round: &Round, found: Vec<Found>) -> Result<Option<Round>, RoundError>;

    /// Ends the step whose gradient is whole.
    fn finish(&mut self);
}

/// A worker beside a trainer, with one part of each step ([`crate::Replica`]).
pub trait SharedPart {
    /// Begins a step with these parameters, on the images of its part.
    fn begin(
        &mut self,
        parameters: Vec<f32>,
        share: Share,
        images: &[f32],
    ) -> Result<(), RoundError>;

    /// Does a round of the step. Behind the last one a step must be begun.
    fn round(&mut self, round: &Round) -> Result<Found, RoundError>;

    /// Computes what the last round left for later, once the trainer has what was found.
    fn catch_up(&mut self);
}
