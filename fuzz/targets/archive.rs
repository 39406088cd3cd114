//! Omniglot's archives, as the command line reads them: whatever a download turned out to be.
#![no_main]

use libfuzzer_sys::fuzz_target;
use twinglyph_core::omniglot;

fuzz_target!(|bytes: &[u8]| {
    // What a reader says of an archive that is none is of no account here.
    let _ = omniglot::background(bytes);
    let _ = omniglot::runs(bytes);
    let _ = omniglot::strokes(bytes);
});
