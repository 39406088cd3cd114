//! Are the files that come those that ship with this version of the app? By the digests of
//! `twinglyph_nn::shipped`. Refuses to know what is in them, and how they come.

use twinglyph_core::shard::Digest;
use twinglyph_nn::shipped;

use crate::Host;

/// Are these the bytes that the name stands for? Of a model that a host has added to the app, any
/// bytes are.
pub(crate) async fn is_whole(host: &dyn Host, name: &str, bytes: &[u8]) -> bool {
    let Some(expected) = shipped::digest(name) else {
        return true;
    };
    let digest = host.digest(bytes).await;
    let digest = digest.unwrap_or_else(|| Digest::of(bytes));
    digest.to_string() == expected
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;
    use twinglyph_model::{Architecture, weights};
    use twinglyph_nn::golden::{TOLERANCE, sums};

    use super::*;
    use crate::golden;

    #[test]
    fn digests_and_golden_numbers_are_those_of_the_shipped_files() {
        for architecture in Architecture::ALL {
            let name = architecture.as_str();
            let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets");
            let bytes =
                std::fs::read(format!("{file}/models/{name}.safetensors")).expect("the file");
            let digest = Digest::of(&bytes).to_string();
            assert_eq!(shipped::digest(name), Some(digest.as_str()), "{name}");
            let device = Device::flex();
            let (twin, _) = weights::read(&bytes, &device).expect("a model");
            let numbers = pollster::block_on(golden::numbers(&twin, &device)).expect("numbers");
            let deviation = shipped::deviation(name, &numbers).expect("a shipped model");
            assert!(deviation < TOLERANCE / 10.0, "{name}: {:?}", sums(&numbers));
        }
    }
}
