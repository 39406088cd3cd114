//! Training: loss, optimiser, one step, checkpoints.
//!
//! It knows no data: a [`Batch`] comes from outside, and so does the decision to go on.

mod checkpoint;
mod loss;
mod optimizer;
mod step;

pub use checkpoint::Checkpoint;
pub use loss::{episode_loss, pair_loss};
pub use optimizer::AdamW;
pub use step::Trainer;
pub use twinglyph_core::training::{
    Batch, ConfigError, Loss, OptimizerConfig, TrainConfig, sample,
};
pub use twinglyph_nn::train::{CheckpointBuffer, CheckpointError, TrainError};
