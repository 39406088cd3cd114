//! A shard: a manifest's entry, which says truly what the bytes are, and a sheet that is none.
#![no_main]

use libfuzzer_sys::fuzz_target;
use twinglyph_core::shard::{self, Digest, Entry};
use twinglyph_core::Set;

fuzz_target!(|bytes: &[u8]| {
    let Some((&[characters, drawers], sheet)) = bytes.split_first_chunk::<2>() else {
        return;
    };
    // The digest keeps a damaged sheet from being looked at; here the entry itself is an attacker's.
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
        // What was read can be written, and is then the same.
        if let Ok(written) = shard::encode(&alphabet) {
            let entry = Entry {
                bytes: written.len(),
                sha256: Digest::of(&written),
                ..entry
            };
            assert_eq!(shard::decode(&entry, &written).as_ref(), Ok(&alphabet));
        }
    }
});
