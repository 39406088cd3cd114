//! Reading and inventing alphabets: a part of the page of its own, fetched while the pad is there
//! already.
//!
//! Knows bytes and seeds; refuses to know where bytes come from.
// What `part!` writes: an import for each function, which its part exports.
#![allow(unsafe_code)]

use std::fmt::Display;

use twinglyph_core::shard::{self, Entry, Manifest};
use twinglyph_core::{Alphabet, invented};

use crate::parts::{Missing, part};
use crate::shards::FetchError;

impl From<Missing> for FetchError {
    fn from(_: Missing) -> Self {
        Self::Part
    }
}

/// The page says which file it is; what is wrong with it is for who publishes the app.
fn content(file: &str, error: &dyn Display) -> FetchError {
    web_sys::console::warn_1(&error.to_string().into());
    FetchError::Content(file.to_owned())
}

part! {
    alphabets:
    /// Fetches this part, for who will need it.
    pub(crate) fn begin() -> Result<(), Missing> {
        Ok(())
    }
}

part! {
    alphabets:
    /// The manifest in a file.
    ///
    /// # Errors
    /// When it can't be read.
    pub(crate) fn manifest(file: &str, bytes: &[u8]) -> Result<Manifest, FetchError> {
        Manifest::parse(bytes).map_err(|error| content(file, &error))
    }
}

part! {
    alphabets:
    /// The alphabet in a shard.
    ///
    /// # Errors
    /// When it is not what the manifest's entry describes.
    pub(crate) fn alphabet(entry: &Entry, bytes: &[u8]) -> Result<Alphabet, FetchError> {
        shard::decode(entry, bytes).map_err(|error| content(&entry.file, &error))
    }
}

part! {
    alphabets:
    /// The alphabet that is invented from a seed.
    ///
    /// # Errors
    /// When this part can't be fetched.
    pub(crate) fn invented(seed: u64) -> Result<Alphabet, FetchError> {
        Ok(invented::alphabet(seed))
    }
}

/// Invented alphabets on offer: their seeds, and the names that come of them, which would take 40 ms
/// to be made at each start. Any seeds would do; a few are enough to play with.
pub(crate) const INVENTED: [(u64, &str); 4] = [
    (1, "Leidepin"),
    (2, "Thonari"),
    (3, "Rudeir"),
    (4, "Shudotheiri"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use twinglyph_core::invented::Script;

    #[test]
    fn invented_alphabets_have_their_names() {
        for (seed, name) in INVENTED {
            assert_eq!(Script::new(seed).name(), name);
        }
    }
}
