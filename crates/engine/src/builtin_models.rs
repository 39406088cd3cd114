//! Checks that a file is the built-in one, by the digests of `twinglyph_nn::builtin_models`. Refuses to know what is in
//! files, and how they come.

use twinglyph_core::shard::Digest;
use twinglyph_nn::{builtin_models, weights};

use crate::{EngineError, Host};

/// Are these the bytes that the name stands for? Of a model that a host has added to the app, any
/// bytes are.
pub(crate) async fn is_whole(host: &dyn Host, name: &str, bytes: &[u8]) -> bool {
    let Some(expected) = builtin_models::digest(name) else {
        return true;
    };
    let digest = host.digest(bytes).await;
    let digest = digest.unwrap_or_else(|| Digest::of(bytes));
    digest.to_string() == expected
}

/// Why bytes are refused that are not those of the name.
pub(crate) fn refusal(name: &str, bytes: &[u8]) -> EngineError {
    match weights::is_pointer(bytes) {
        true => EngineError::Pointer(name.to_owned()),
        false => EngineError::OtherFile(name.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_the_builtin_files() {
        for name in builtin_models::names() {
            let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets/models");
            let bytes = std::fs::read(format!("{folder}/{name}.safetensors")).expect("the file");
            let digest = Digest::of(&bytes).to_string();
            assert_eq!(
                builtin_models::digest(name),
                Some(digest.as_str()),
                "{name}"
            );
        }
    }
}
