//! What a training run is, apart from networks: its config, the batch of each step, and their order.
//!
//! The page shows the batch that the worker learns from, and the lab makes batches on threads of
//! their own: both by the same function of seed and step. Refuses to know tensors.

mod batch;
mod config;
mod drive;
mod held_out;
mod proposal;

pub use batch::{Batch, PendingBatch, sample};
pub use config::{ConfigError, Invented, Loss, MOST_PARTS, OptimizerConfig, TrainConfig};
pub use drive::{Intervals, Run, drive};
pub use held_out::{Answers, HeldOut, ROUNDS, ROUNDS_BETWEEN, SHOWN, ShownTrial, WAYS, halves};
pub use proposal::{BEGINNER, PROPOSED, proposal};
