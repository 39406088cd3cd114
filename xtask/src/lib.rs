//! Set-up, serve, build, test and budgets: what `cargo xtask` does.
//!
//! Knows the tools, the folders and the order of things. Knows nothing of what the app does: it
//! compiles, packs and serves it. The end-to-end tests use its server and its tool finder.

pub mod bench;
pub mod browsers;
pub mod build;
pub mod compress;
pub mod csp;
pub mod engine;
pub mod error;
mod files;
pub mod fuzz;
pub mod http;
mod imports;
pub mod lines;
pub mod notices;
pub mod offline;
pub mod options;
pub mod page;
pub mod paper;
pub mod parts;
pub mod process;
mod program;
pub mod serve;
pub mod server;
pub mod setup;
pub mod shrink;
pub mod sizes;
pub mod stages;
pub mod test;
pub mod toolchain;
pub mod watch;
pub mod workspace;

pub use error::{Error, Result};
