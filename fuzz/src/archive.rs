//! The bytes of an archive of Omniglot, as the command line reads them.

use twinglyph_core::omniglot;

/// Every reader of archives ends without a panic.
pub fn archive(bytes: &[u8]) {
    // The target looks for panics only: an error is a good answer.
    let _ = omniglot::background(bytes);
    let _ = omniglot::runs(bytes);
    let _ = omniglot::strokes(bytes);
}
