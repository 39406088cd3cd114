//! libFuzzer on the target `shard`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| twinglyph_fuzz::shard(bytes));
