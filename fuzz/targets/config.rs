//! The config of a training run: a file that a person wrote, or the header of a checkpoint.
#![no_main]

use libfuzzer_sys::fuzz_target;
use twinglyph_core::training::TrainConfig;

fuzz_target!(|json: &[u8]| {
    if let Ok(config) = TrainConfig::parse(json) {
        // What was read can be written, and is then the same.
        let written = serde_json::to_vec(&config).expect("a config that was read can be written");
        assert_eq!(TrainConfig::parse(&written), Ok(config));
    }
});
