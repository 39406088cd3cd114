//! The weights file of a network on a device: checked numbers put into it, and read back.
//!
//! What the file is, and how its numbers are checked, is `twinglyph_nn::weights`. Writing reads the device
//! once and asynchronously. Knows no files.

mod names;
mod read;
mod write;

pub use read::read;
pub use twinglyph_nn::weights::{MAX_FILE_BYTES, Metadata, Precision, WeightsError, peek};
pub use write::write;

#[cfg(feature = "train")]
pub(crate) use names::Kind;
pub(crate) use names::Path;
pub(crate) use read::shapes;
