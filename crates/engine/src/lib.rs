//! The twin network at the service of a page: commands in, events out (`core::protocol`).
//!
//! Loads models, chooses the device, keeps the support set's embeddings, ranks queries, scores the
//! drawings of trials, trains, keeps models. It knows no browser: files, clock and background tasks come from a
//! [`Host`], so that it is tested natively with the commands that the page sends. No borrow of its state is held across
//! an `await`, so that a device can be tried in the background while queries are answered.

mod builtin_models;
mod device;
mod download;
mod error;
mod host;
mod inspect;
mod jobs;
mod library;
mod model;
mod pool;
mod scores;
mod session;
mod support;
mod training;
mod turns;

pub use error::EngineError;
pub use host::{FetchError, Graphics, Head, Host, Progress};
pub use session::Engine;
pub use twinglyph_nn::backend::LocalFuture;
