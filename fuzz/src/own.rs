//! A person's own support set: a file with a true digest, or an address.

use twinglyph_core::own::OwnSet;

/// A set that decodes is the same after one round through a file, and through an address.
pub fn own(bytes: &[u8]) {
    let file = OwnSet::with_head(bytes);
    if let Ok(set) = OwnSet::decode(&file) {
        let written = set.encode().expect("a set that was read can be written");
        assert_eq!(OwnSet::decode(&written).as_ref(), Ok(&set));
        let address = set.to_address().expect("as above");
        assert_eq!(OwnSet::from_address(&address).as_ref(), Ok(&set));
    }
    // The same bytes as an address.
    let _ = OwnSet::from_address(&String::from_utf8_lossy(bytes));
}
