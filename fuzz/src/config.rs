//! The config of a training run: a file that a person wrote, or the header of a checkpoint.

use twinglyph_core::training::TrainConfig;

/// A config that parses is the same after one round of writing and parsing.
pub fn config(json: &[u8]) {
    if let Ok(config) = TrainConfig::parse(json) {
        let written = serde_json::to_vec(&config).expect("a config that was read can be written");
        assert_eq!(TrainConfig::parse(&written), Ok(config));
    }
}
