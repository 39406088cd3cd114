//! The twin networks, on Burn.
//!
//! The paper's [`koch`] and the default [`compact`], their scores, the loss, the training step and the weights
//! file, for graphics devices; the tests hold `nn` to it. The crate knows nothing of browsers, files or the page,
//! and never reads a tensor back synchronously, which panics on WebGPU in a browser.

#[cfg(feature = "train")]
pub mod accelerator;
pub mod compact;
pub mod head;
pub mod koch;
pub mod layers;
pub mod matching;
#[cfg(feature = "train")]
pub mod train;
pub mod twin;
pub mod weights;

pub use twinglyph_core::Architecture;

pub use twin::{Embedding, Twin};
pub use weights::{Metadata, Precision, WeightsError};
