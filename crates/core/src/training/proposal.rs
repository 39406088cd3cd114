//! The run that the page proposes, which is short and visibly learns, and `lab finetune` measures.

use super::{Loss, OptimizerConfig, TrainConfig};
use crate::{Architecture, augment, episode};

/// The built-in model that it starts from: a `compact` that has seen invented characters only.
pub const BEGINNER: &str = "beginner";

/// The alphabets whose halves it learns from and is tried on: large ones of the background set, so that the official
/// trials stay fair, on which the beginner has room.
pub const PROPOSED: [&str; 4] = ["Armenian", "Bengali", "Japanese_(katakana)", "Sanskrit"];

/// The run.
#[must_use]
pub fn proposal() -> TrainConfig {
    TrainConfig {
        architecture: Architecture::Compact,
        seed: 1,
        steps: 300,
        held_out: Vec::new(),
        invented: Default::default(),
        episode: episode::Settings {
            alphabets: PROPOSED.len(),
            characters: 5,
            // Turned alphabets teach new classes, but these scripts are to be learned as they stand.
            symmetries: false,
            ..episode::Settings::default()
        },
        loss: Loss::Episode,
        frozen: Vec::new(),
        augment: augment::Settings::default(),
        parts: 1,
        optimizer: OptimizerConfig {
            learning_rate: 1.5e-3,
            warm_up: 0.1,
            beta_1: 0.9,
            beta_2: 0.99,
            epsilon: 1e-8,
            weight_decay: 0.02,
        },
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_proposal_is_in_range() {
        proposal().check().unwrap();
    }
}
