//! What is measured beside other frameworks: our training step on given problems, and our embedding
//! of given images.
//!
//! A [`problem`] is a network's first weights and one batch, in a file that the other frameworks
//! read too; a [`learner`] takes steps on it, on any device. A [`subject`] is a network's weights
//! and images; an [`embedding::Embedder`] embeds them, on any device. `peer` has sides take
//! turns outside of browsers. The crate's `web/` has the page and
//! the other frameworks' networks. It knows no clock, no browser and no table: the end-to-end
//! crate's `bench` drives the page and reports.

pub mod conv4;
pub mod embedding;
pub mod learner;
#[cfg(not(target_family = "wasm"))]
pub mod peer;
pub mod problem;
pub mod subject;

#[cfg(target_family = "wasm")]
pub mod exports;

/// What can go wrong.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such network.
    #[error("there is no network {0:?} to be trained here; there are conv4 and compact")]
    Network(String),
    /// There is no such network to embed images.
    #[error("there is no network {0:?} to embed with here; there are conv4, compact and koch")]
    Subject(String),
    /// A batch could not be drawn.
    #[error("the batch can't be drawn: {0}")]
    Batch(String),
    /// Weights could not be written or read.
    #[error("the weights can't be passed on: {0}")]
    Weights(String),
    /// A run can't begin.
    #[error("the run can't begin: {0}")]
    Run(String),
    /// A tensor is larger than what the device takes in one piece.
    #[error(
        "a layer of this network has {} MiB, and this adapter takes at most {} MiB in one piece",
        largest >> 20, piece >> 20
    )]
    Piece {
        /// Bytes of the largest tensor.
        largest: u64,
        /// Bytes that the device takes.
        piece: u64,
    },
    /// The device did not give its numbers.
    #[error("the device does not give its numbers: {0}")]
    Device(String),
}
