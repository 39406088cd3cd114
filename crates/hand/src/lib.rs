//! Networks at rest without the tensor library, which takes two to three times as long on the processor
//! (docs/performance.md): the weights file read, drawings embedded and scored by `swift`.
//!
//! Refuses to know devices, browsers and how files come. Who uses it holds its numbers against golden ones
//! first ([`golden`], [`shipped`]).

pub mod golden;
mod residual;
pub mod shipped;
mod values;
pub mod weights;

pub use residual::{Residual, form};
pub use values::Values;

/// The processor's name for people: what of it computes.
pub const PROCESSOR: &str = if cfg!(any(target_feature = "simd128", not(target_family = "wasm"))) {
    "SIMD"
} else {
    "scalar"
};
