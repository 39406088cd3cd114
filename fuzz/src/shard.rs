//! A shard: the sheet of an attacker, and the manifest entry of an attacker with the sheet's true digest.

use twinglyph_core::Set;
use twinglyph_core::shard::{self, Digest, Entry};

/// Bytes at the start of every PNG.
const SIGNATURE: usize = 8;

/// The sheet with a true checksum in each of its chunks, so that damage gets past them. `png` looks at checksums
/// unless a fuzzer compiles it.
fn with_checksums(sheet: &[u8]) -> Vec<u8> {
    let mut sheet = sheet.to_vec();
    let mut chunks = sheet.get_mut(SIGNATURE..).unwrap_or_default();
    // Length (4 bytes), kind (4 bytes), data, checksum of kind and data (4 bytes).
    while let Some(length) = chunks.first_chunk().copied().map(u32::from_be_bytes) {
        let Some((chunk, rest)) = chunks.split_at_mut_checked(length as usize + 8) else {
            break;
        };
        let Some((checksum, rest)) = rest.split_first_chunk_mut() else {
            break;
        };
        *checksum = crc32fast::hash(&chunk[4..]).to_be_bytes();
        chunks = rest;
    }
    sheet
}

/// A sheet that decodes has its entry's counts, and is the same after one round of encoding and decoding.
pub fn shard(bytes: &[u8]) {
    let Some((&[characters, drawers], sheet)) = bytes.split_first_chunk::<2>() else {
        return;
    };
    let sheet = &with_checksums(sheet);
    // With a wrong digest `decode` would never look at the sheet.
    let entry = Entry {
        name: "Fuzz".to_owned(),
        set: Set::Background,
        characters: usize::from(characters),
        drawers: usize::from(drawers),
        file: "Fuzz.png".to_owned(),
        bytes: sheet.len(),
        sha256: Digest::of(sheet),
    };
    if let Ok(alphabet) = shard::decode(&entry, sheet) {
        assert_eq!(alphabet.characters(), entry.characters);
        assert_eq!(alphabet.drawers(), entry.drawers);
        if let Ok(written) = shard::encode(&alphabet) {
            let entry = Entry {
                bytes: written.len(),
                sha256: Digest::of(&written),
                ..entry
            };
            assert_eq!(shard::decode(&entry, &written).as_ref(), Ok(&alphabet));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damaged_checksums_are_made_true() {
        let sheet = &include_bytes!("../corpus/shard/sheet")[2..];
        assert_eq!(with_checksums(sheet), sheet);
        let mut damaged = sheet.to_vec();
        // The first chunk, IHDR, has 13 bytes of data.
        damaged[SIGNATURE + 8 + 13] ^= 1;
        *damaged.last_mut().expect("a sheet has bytes") ^= 1;
        assert_eq!(with_checksums(&damaged), sheet);
    }
}
