//! A manifest of shards.
#![no_main]

use libfuzzer_sys::fuzz_target;
use twinglyph_core::shard::Manifest;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(manifest) = Manifest::parse(bytes)
        && let Ok(text) = manifest.to_json()
    {
        let again = Manifest::parse(text.as_bytes());
        assert_eq!(again.as_ref().ok(), Some(&manifest));
    }
});
