//! Fuzz targets: everything that reads bytes from outside, with the properties that hold for any bytes.
//!
//! libFuzzer (`cargo xtask fuzz`) and `tests/replay.rs` run the same functions. A target panics when a property
//! fails.

mod archive;
mod config;
mod manifest;
mod message;
mod own;
mod shard;
mod weights;

pub use archive::archive;
pub use config::config;
pub use manifest::manifest;
pub use message::message;
pub use own::own;
pub use shard::shard;
pub use weights::weights;

/// What the fuzzer and the replay run.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Name of the function, the program and the folder in `corpus/`.
    pub name: &'static str,
    /// Longest input (bytes) that makes sense.
    pub longest: u32,
    /// Panics if a property fails for these bytes.
    pub run: fn(&[u8]),
}

/// All targets. xtask compiles without this crate and has its own copy of names and lengths; a test compares them.
pub const TARGETS: [Target; 7] = [
    target("shard", 4_096, shard),
    target("manifest", 4_096, manifest),
    target("archive", 4_096, archive),
    target("message", 8_192, message),
    target("own", 4_096, own),
    target("config", 4_096, config),
    target("weights", 16_384, weights),
];

const fn target(name: &'static str, longest: u32, run: fn(&[u8])) -> Target {
    Target { name, longest, run }
}
