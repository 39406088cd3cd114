//! Networks on the CPU, without Burn: kernels by instruction set, convolutions (direct, Winograd,
//! FFT), inference, training steps, weights files, and self-test numbers to hold them against.
//!
//! A network is a [`Spec`]; one executor embeds and trains all of them. Convolutions are GEMMs over maps that stay in
//! place, elementwise work is fused, and GEMMs are of bf16 where the machine has it. The same seed and batches give the
//! same weights whatever the number of threads. Refuses to know Burn, browsers, devices, alphabets and how files come.

mod activations;
mod algorithm;
pub mod backend;
pub mod builtin_models;
mod conv;
mod cpu;
mod dense;
mod embedder;
mod feature_map;
mod fft_conv;
mod head;
mod im2col;
mod kernels;
mod maps;
mod math;
mod network;
mod norm;
mod optimizer;
mod par;
mod pool;
mod rows8;
pub mod self_test;
mod sequential;
pub mod spec;
mod tensors;
pub mod train;
mod trainer;
pub mod twin;
mod values;
pub mod weights;
mod winograd;

pub use activations::LOCAL_SCALE;
pub use cpu::CpuAccelerator;
pub use embedder::Embedder;
pub use head::{PLACES, Terms};
pub use kernels::{PROCESSOR, Precision};
pub use maps::Maps;
pub use network::{Embedding, Network, Prepared};
pub use norm::EPSILON as NORM_EPSILON;
pub use optimizer::AdamW;
pub use rows8::Rows8;
pub use sequential::{ConvLayer, Sequential, SequentialError};
pub use spec::{Architecture, INPUT_SIDE, Spec, SpecError, Stage};
pub use tensors::{Tensor, TensorError, TensorMap};
pub use trainer::{Found, Replica, Round, RoundError, Share, State, Trainer};
pub use twin::Twin;
pub use values::Values;
