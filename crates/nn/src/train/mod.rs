//! Training runs: a config's errors, the run on the CPU, and the checkpoint of every backend.

mod checkpoint;
mod learner;
mod run;

pub use checkpoint::{CheckpointBuffer, CheckpointError, Record};
pub use learner::CpuLearner;
pub use run::{Run, Settings};

use twinglyph_core::Architecture;
use twinglyph_core::training::TrainConfig;

/// A run that can't begin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrainError {
    /// The config freezes what the network doesn't have.
    #[error("the config freezes {name}, which {} has not; its parts are {}", network.as_str(), parts.join(", "))]
    Frozen {
        /// What is to be frozen.
        name: String,
        /// In which network.
        network: Architecture,
        /// What could be.
        parts: Vec<String>,
    },
    /// The weights to start from are another network's.
    #[error("the config trains {}, the weights to start from are of {}", config.as_str(), weights.as_str())]
    Architecture {
        /// The config's network.
        config: Architecture,
        /// The weights' network.
        weights: Architecture,
    },
}

/// Is everything that a config freezes among these tensors' names?
///
/// # Errors
/// The first part that is not.
pub fn check_frozen<'a>(
    config: &TrainConfig,
    names: impl Iterator<Item = &'a String> + Clone,
) -> Result<(), TrainError> {
    for frozen in &config.frozen {
        if !names.clone().any(|name| is_below(name, frozen)) {
            let mut parts: Vec<String> = names
                .filter_map(|name| name.split('.').next())
                .map(str::to_owned)
                .collect();
            parts.dedup();
            return Err(TrainError::Frozen {
                name: frozen.clone(),
                network: config.architecture,
                parts,
            });
        }
    }
    Ok(())
}

/// Is this tensor the part of that name, or below it?
#[must_use]
pub fn is_below(name: &str, part: &str) -> bool {
    name.strip_prefix(part)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}
