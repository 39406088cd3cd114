//! Characters and tasks, pure.
//!
//! This crate does no IO, reads no clock and takes its random generator as an argument, so the
//! same seed gives the same episode, trial, augmentation and invented alphabet everywhere,
//! natively and in wasm. It knows nothing of networks, browsers or files.

pub mod alphabet;
pub mod architecture;
pub mod augment;
pub mod base64url;
pub mod baseline;
pub mod bitmap;
pub mod canonical;
pub mod close_calls;
pub mod early_exit;
pub mod episode;
mod f32_text;
pub mod foreign;
pub mod ink;
pub mod invented;
pub mod look_alikes;
#[cfg(not(target_family = "wasm"))]
pub mod omniglot;
pub mod own;
pub mod pca;
pub mod plot;
pub mod protocol;
pub mod rng;
pub mod runs;
pub mod score;
pub mod shard;
pub mod sketch;
pub mod support;
pub mod sweep;
pub mod thinning;
pub mod training;
pub mod trial;
pub mod verification;
pub mod views;

pub use alphabet::{Alphabet, Set};
pub use architecture::Architecture;
pub use bitmap::Bitmap;
pub use foreign::Foreign;
pub use views::Views;
