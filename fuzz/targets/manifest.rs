//! libFuzzer on the target `manifest`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| twinglyph_fuzz::manifest(bytes));
