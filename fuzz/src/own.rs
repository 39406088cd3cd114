//! A person's own support set: a file of either format with a true digest, or an address; a drawing's address.

use twinglyph_core::own::{OwnSet, Version};
use twinglyph_core::sketch::Sketch;

/// A set that decodes is the same after one round through a file, and through an address.
pub fn own(bytes: &[u8]) {
    for version in [Version::One, Version::Two] {
        if let Ok(set) = OwnSet::decode(&version.file(bytes)) {
            let written = set.encode().expect("a set that was read can be written");
            assert_eq!(OwnSet::decode(&written).as_ref(), Ok(&set));
            let address = set.to_address().expect("as above");
            assert_eq!(OwnSet::from_address(&address).as_ref(), Ok(&set));
        }
    }
    // The same bytes as an address.
    let text = String::from_utf8_lossy(bytes);
    let _ = OwnSet::from_address(&text);
    if let Some(sketch) = Sketch::from_address(&text) {
        assert_eq!(sketch.to_address(), text);
    }
}
