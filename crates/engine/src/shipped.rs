//! The models that ship with this version of the app: their files' digests.
//!
//! A whole weights file of another version would pass every check of its numbers, so what comes is
//! believed by its digest. Refuses to know what is in the files, and how they come.

use twinglyph_core::shard::Digest;

/// Names of the shipped models, and the SHA-256 of their files: a test holds them against the files.
const SHIPPED: [(&str, &str); 3] = [
    (
        "compact",
        "f03a3f0288f6566aae1f72952b78c0822b45821b2377e330548aa85f866146c0",
    ),
    (
        "deep",
        "40bcc6ca39ac36f8dfc05a3c1611cd5ccb31546e66be1420e7a3d82c30da4749",
    ),
    (
        "koch",
        "976af798a82b92815f65a676056e632f3497b695165f26ec16b6d37cb5dd4160",
    ),
];

/// Where the file of a model is, below the app's root.
pub(crate) fn address(name: &str) -> String {
    format!("models/{name}.safetensors")
}

/// Are these the bytes that the name stands for? Of a model that a host has added to the app, any
/// bytes are.
pub(crate) fn is_whole(name: &str, bytes: &[u8]) -> bool {
    SHIPPED
        .iter()
        .find(|(shipped, _)| *shipped == name)
        .is_none_or(|(_, digest)| Digest::of(bytes).to_string() == *digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digests_are_those_of_the_shipped_files() {
        for (name, _) in SHIPPED {
            let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets");
            let bytes = std::fs::read(format!("{file}/{}", address(name))).expect("the file");
            assert!(is_whole(name, &bytes), "{name}: {}", Digest::of(&bytes));
            assert!(!is_whole(name, &bytes[1..]));
        }
    }

    #[test]
    fn other_names_stand_for_any_bytes() {
        assert!(is_whole("a-hosts-own", b"anything"));
    }
}
