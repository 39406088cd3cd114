//! What is measured beside other frameworks: our training step on given problems.
//!
//! A [`problem`] is a network's first weights and one batch, in a file that the other frameworks
//! read too; a [`learner`] takes steps on it, on any device. The crate's `web/` has the page and
//! the other frameworks' networks. It knows no clock, no browser and no table: the end-to-end
//! crate's `bench` drives the page and reports.

pub mod conv4;
pub mod learner;
pub mod problem;

#[cfg(target_family = "wasm")]
pub mod exports;

/// What can go wrong.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such network.
    #[error("there is no network {0:?} here; there are conv4 and compact")]
    Network(String),
    /// A batch could not be drawn.
    #[error("the batch can't be drawn: {0}")]
    Batch(String),
    /// The first weights could not be written or read.
    #[error("the first weights can't be passed on: {0}")]
    Weights(String),
    /// A run can't begin.
    #[error("the run can't begin: {0}")]
    Run(String),
    /// The device did not give the loss.
    #[error("the device does not give the loss: {0}")]
    Device(String),
}
