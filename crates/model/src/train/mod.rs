//! Training: configuration, schedule, loss, optimiser, one step, checkpoints.
//!
//! The step is one function for the `lab` and the page. It knows no data: a [`Batch`] comes from
//! outside, and so does the decision to go on.

mod batch;
mod checkpoint;
mod config;
mod loss;
mod optimizer;
mod step;

pub use batch::{Batch, sample};
pub use checkpoint::{Checkpoint, CheckpointError};
pub use config::{ConfigError, OptimizerConfig, TrainConfig};
pub use loss::episode_loss;
pub use optimizer::AdamW;
pub use step::Trainer;
