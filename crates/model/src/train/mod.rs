//! Training: loss, optimiser, one step, checkpoints.
//!
//! The step is one function for the `lab` and the page, and for the CPU another one by hand. It knows no data: a [`Batch`] comes from
//! outside, and so does the decision to go on.

mod by_hand;
mod checkpoint;
mod loss;
mod optimizer;
mod step;

pub use by_hand::{ByHand, Settings};
pub use checkpoint::{Checkpoint, CheckpointBuffer, CheckpointError};
pub use loss::{episode_loss, pair_loss};
pub use optimizer::AdamW;
pub use step::{TrainError, Trainer};
pub use twinglyph_core::training::{
    Batch, ConfigError, Loss, OptimizerConfig, TrainConfig, sample,
};
pub use twinglyph_nn::Precision as Products;
