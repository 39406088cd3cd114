//! Helpers: who embeds batches and trains for the leader, in this program or in a worker beside it.
//!
//! [`Helper`] and [`TrainingRun`] are what the leader sees. [`Local`] is a backend in this program,
//! [`Remote`] one behind messages, and [`Server`] the other end of those. A step of training can be shared with
//! further workers (`partners`; their own end is `joined`). Messages hold numbers, files and drawings. Refuses to know
//! workers, storage and why something is asked for.

mod ahead;
mod joined;
mod local;
mod messages;
mod partners;
mod remote;
mod server;

use std::rc::Rc;

use twinglyph_core::protocol::Obstacle;
use twinglyph_core::training::TrainConfig;
use twinglyph_core::{Alphabet, Bitmap};
use twinglyph_nn::backend::{Adapter, DeviceError, DeviceTwin, LocalFuture};
use twinglyph_nn::train::CheckpointError;

pub use local::Local;
pub use messages::Message;
pub use partners::Start;
pub use remote::{Remote, WeakRemote};
pub use server::{Answered, Server};

/// Who computes for the leader on one device.
pub trait Helper {
    /// Finds the device; who asks again hears the same.
    fn find(&self) -> LocalFuture<'_, Result<Adapter, Obstacle>>;

    /// The network of a weights file's bytes, on the device.
    fn load<'a>(
        &'a self,
        file: &'a [u8],
    ) -> LocalFuture<'a, Result<Rc<dyn DeviceTwin>, DeviceError>>;

    /// A run of training that has done no step, with fresh weights or those of a weights file's bytes.
    fn train<'a>(
        &'a self,
        config: &'a TrainConfig,
        from: Option<&'a [u8]>,
        training: &'a [Alphabet],
    ) -> LocalFuture<'a, Result<Box<dyn TrainingRun>, CheckpointError>>;

    /// The run in a checkpoint's bytes, ready to go on.
    fn resume<'a>(
        &'a self,
        checkpoint: &'a [u8],
        training: &'a [Alphabet],
    ) -> LocalFuture<'a, Result<Box<dyn TrainingRun>, CheckpointError>>;

    /// Why the device was lost, if it was.
    fn lost(&self) -> Option<String>;

    /// Loses the device, for tests of what follows.
    fn lose(&self);

    /// Bytes that the device has taken, as it last said; 0 where that is not known.
    fn memory(&self) -> u64;
}

/// A network in training on alphabets. The batch of a step depends on config and step alone.
pub trait TrainingRun {
    /// The run's config.
    fn config(&self) -> &TrainConfig;

    /// Steps done.
    fn steps(&self) -> u32;

    /// Changes the highest learning rate from the next step on; the schedule goes on.
    fn set_learning_rate(&mut self, rate: f64);

    /// Learns from the next batch, by at most so many workers where it can be shared, and says how many drawings it
    /// had. Their number changes nothing of what is learned.
    fn step(&mut self, workers: usize) -> LocalFuture<'_, Result<usize, DeviceError>>;

    /// No step comes for a while: further workers are not wanted meanwhile.
    fn rest(&mut self) {}

    /// The mean loss of the steps since the last call.
    fn mean_loss(&mut self) -> LocalFuture<'_, Result<f32, DeviceError>>;

    /// The checkpoint's bytes.
    fn checkpoint(&mut self) -> LocalFuture<'_, Result<Vec<u8>, CheckpointError>>;

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

#[cfg(test)]
mod tests;
