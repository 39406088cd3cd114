//! libFuzzer on the target `own`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| twinglyph_fuzz::own(bytes));
