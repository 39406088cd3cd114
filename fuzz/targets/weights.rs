//! libFuzzer on the target `weights`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| twinglyph_fuzz::weights(bytes));
