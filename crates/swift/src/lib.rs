//! The training step of `compact`, and of wider and deeper networks of its form, by hand, and that of
//! `conv4`; and chains of convolutions at rest, of which Koch's network is one.
//!
//! Forward, backward and optimiser on the CPU without a tensor library: convolutions are products
//! over maps that stay in place, elementwise work is done in few passes, and products are of
//! bf16 where the machine has them. The same seed and batches give the same weights whatever the
//! number of threads. It knows tensors by their names in the weights file; it refuses to know
//! files, data and alphabets.

mod architecture;
mod chain;
mod conv;
pub mod conv4;
mod embedder;
mod head;
mod kernels;
mod math;
mod network;
mod norm;
mod optimizer;
mod par;
mod pass;
mod patches;
mod plane;
mod tensors;
mod trainer;
mod winograd;

pub use architecture::{Architecture, ArchitectureError, INPUT_SIDE, Stage};
pub use chain::{Chain, ChainError, Link, Rows8};
pub use embedder::Embedder;
pub use head::PLACES;
pub use kernels::Precision;
pub use network::{Embedding, Network, Prepared};
pub use optimizer::AdamW;
pub use tensors::{Tensor, TensorError, TensorMap};
pub use trainer::{State, Trainer};
