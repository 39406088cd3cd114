//! Networks on the CPU, without Burn: kernels by instruction set, convolutions (direct, Winograd,
//! FFT), inference, training steps, weights files, and golden numbers to hold them against.
//!
//! A network is a [`Spec`]; one executor embeds and trains all of them. Convolutions are products over maps
//! that stay in place, elementwise work is done in few passes, and products are of bf16 where the machine has
//! them. The same seed and batches give the same weights whatever the number of threads. Refuses to know Burn,
//! browsers, devices, alphabets and how files come.

mod chain;
mod conv;
mod dense;
mod embedder;
pub mod golden;
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
mod pool;
mod residual;
mod rows8;
pub mod shipped;
pub mod spec;
mod spectral;
mod tensors;
mod trainer;
mod values;
mod way;
pub mod weights;
mod winograd;

pub use chain::{Chain, ChainError, Link};
pub use embedder::Embedder;
pub use head::PLACES;
pub use kernels::{PROCESSOR, Precision};
pub use network::{Embedding, Network, Prepared};
pub use optimizer::AdamW;
pub use residual::{Residual, form};
pub use rows8::Rows8;
pub use spec::{Architecture, INPUT_SIDE, Spec, SpecError, Stage};
pub use tensors::{Tensor, TensorError, TensorMap};
pub use trainer::{State, Trainer};
pub use values::Values;
