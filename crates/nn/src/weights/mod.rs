//! The weights file: safetensors, in PyTorch's layout, with metadata in its header.
//!
//! Names are the networks' field names (`stem.norm.weight`, `global.weight`); convolutions are
//! `[out, in, h, w]`, linear layers `[out, in]`; numbers f32, f16, i8 with a scale a row (`rows`), or of 3 to
//! 8 bits with a scale a row (`packed`). Reading checks everything before anything is used; writing refuses
//! what is not finite. `docs/formats/weights.md` describes the file. Knows no files, and no networks but their
//! names.

mod file;
mod halves;
mod metadata;
pub mod packed;
pub mod rows;
mod sense;
mod write;

pub use file::{
    MAX_FILE_BYTES, Rows, Tensors, Values, check, has_rows, of_shapes, peek, peek_head, rows_of,
    tensor, tensors,
};
pub use metadata::{Metadata, PROVENANCE};
pub use sense::tells_apart;
pub(crate) use write::{Numbers, Part, serialize};
pub use write::{Precision, file};

use twinglyph_core::Foreign;
use twinglyph_core::foreign::sizes;

use crate::backend::DeviceError;

/// What a note of Git LFS begins with, which stands in the place of a large file that was not fetched.
const POINTER: &[u8] = b"version https://git-lfs.github.com/spec/";

/// Is it a note of where a file is, and not the file?
#[must_use]
pub fn is_pointer(bytes: &[u8]) -> bool {
    bytes.starts_with(POINTER)
}

/// Why a file is no usable weights file.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum WeightsError {
    /// Larger than any network here.
    #[error("the file has {0} bytes; the largest allowed is {MAX_FILE_BYTES}")]
    TooLarge(usize),
    /// Not safetensors, or cut off.
    #[error("the file is not a whole safetensors file ({0}); get it again")]
    Format(Foreign),
    /// The metadata name an architecture that is not known.
    #[error("the file's metadata name the architecture {0}; this app knows compact, deep and koch")]
    Architecture(Foreign),
    /// The metadata name no architecture.
    #[error(
        "the file's metadata name no architecture, so it is no file of this app's networks: compact, deep and koch"
    )]
    NoArchitecture,
    /// A note of where the file is.
    #[error(
        "the file is only a note of where the weights are (Git LFS); fetch them with `git lfs pull`, or download the file itself"
    )]
    Pointer,
    /// A metadata entry holds what it can't.
    #[error("the file's metadata entry {name} is {value}, but must be {needed}")]
    Metadata {
        /// Its name.
        name: String,
        /// What it holds.
        value: Foreign,
        /// What it may hold.
        needed: &'static str,
    },
    /// A tensor is missing.
    #[error("the tensor {0} is missing; the file belongs to another network")]
    Missing(String),
    /// A tensor that the network does not have.
    #[error("the tensor {0} is not one of this network's; the file belongs to another network")]
    Extra(Foreign),
    /// A tensor of another shape.
    #[error("the tensor {name} has the shape {} where {} is needed", sizes(.found), sizes(.expected))]
    Shape {
        /// The tensor.
        name: String,
        /// The shape in the file.
        found: Vec<usize>,
        /// The network's.
        expected: Vec<usize>,
    },
    /// A tensor of another type than f32, f16, i8 and packed numbers.
    #[error("the tensor {name} holds {found} numbers; f32, f16, i8 and packed ones can be read")]
    Type {
        /// The tensor.
        name: String,
        /// The type in the file.
        found: String,
    },
    /// Packed numbers whose entry in the header is missing, wrong, or of other bytes.
    #[error(
        "the tensor {name} of {} bytes is {} by the header; needed are 3 to 8 bits and a shape that fills these bytes, so get the file again",
        sizes(.bytes), .entry.as_ref().map_or_else(|| "not described".to_owned(), Foreign::to_string)
    )]
    Packing {
        /// The tensor.
        name: String,
        /// Bits and shape, as the header has them.
        entry: Option<Foreign>,
        /// Rows, and bytes of a row.
        bytes: Vec<usize>,
    },
    /// Not a number, or infinite.
    #[error("the tensor {0} holds a number that is not finite; the training that made it diverged")]
    NotFinite(String),
    /// A number that no trained network has.
    #[error(
        "the tensor {name} holds {value:e}; it can hold numbers from {least} to {most}, so the file is no trained network"
    )]
    Senseless {
        /// The tensor.
        name: String,
        /// The number.
        value: f32,
        /// The least that it can hold.
        least: f32,
        /// The most.
        most: f32,
    },
    /// Nothing but zeros.
    #[error("the tensor {0} holds nothing but zeros, so the network can tell no drawings apart")]
    Zero(String),
    /// Numbers that overflow together.
    #[error("the network gives drawings no finite similarity; the training that made it diverged")]
    Overflow,
    /// A network that sees nothing.
    #[error("the network finds any two drawings equally similar; the file is no trained network")]
    Alike,
    /// Layers that don't fit each other.
    #[error("the file's layers don't fit each other: {0}")]
    Form(String),
    /// The device did not give its numbers.
    #[error("the weights can't be read from the device: {0}")]
    Device(DeviceError),
}
