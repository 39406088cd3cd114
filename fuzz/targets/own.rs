//! A person's own support set, with a digest that says truly what the bytes are.
#![no_main]

use libfuzzer_sys::fuzz_target;
use twinglyph_core::own::OwnSet;

fuzz_target!(|bytes: &[u8]| {
    let file = OwnSet::with_head(bytes);
    if let Ok(set) = OwnSet::decode(&file) {
        // What was read can be written, and is then the same.
        let written = set.encode().expect("a set that was read can be written");
        assert_eq!(OwnSet::decode(&written).as_ref(), Ok(&set));
        let address = set.to_address().expect("as above");
        assert_eq!(OwnSet::from_address(&address).as_ref(), Ok(&set));
    }
    // As an address, whatever it is.
    let _ = OwnSet::from_address(&String::from_utf8_lossy(bytes));
});
