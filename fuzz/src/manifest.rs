//! A manifest of shards.

use twinglyph_core::shard::Manifest;

/// A manifest that parses is the same after one round of writing and parsing.
pub fn manifest(bytes: &[u8]) {
    if let Ok(manifest) = Manifest::parse(bytes)
        && let Ok(text) = manifest.to_json()
    {
        let again = Manifest::parse(text.as_bytes());
        assert_eq!(again.as_ref().ok(), Some(&manifest));
    }
}
