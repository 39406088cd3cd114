//! Shards: every drawing comes back, and nothing else is taken for a shard.
#![allow(clippy::unwrap_used)]

use std::sync::OnceLock;

use proptest::prelude::*;
use twinglyph_core::rng::Rng;
use twinglyph_core::shard::{
    self, Digest, Entry, MAX_MANIFEST_BYTES, MAX_SHARD_BYTES, Manifest, ManifestError, ShardError,
};
use twinglyph_core::{Alphabet, Bitmap, Set};

/// Failures are kept beside a crate's sources only; a test's file has none.
fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// An alphabet of noise: the hardest to compress, and any mix-up of cells shows.
fn noise(name: &str, characters: usize, drawers: usize, seed: u64) -> Alphabet {
    let mut rng = Rng::new(seed);
    let mut drawing = |_| Bitmap::from_fn(|_, _| rng.below(2) == 1);
    let drawings = (0..characters * drawers).map(&mut drawing).collect();
    Alphabet::new(name, Set::Invented, drawers, drawings).unwrap()
}

/// A small shard and its entry.
fn small() -> &'static (Entry, Vec<u8>) {
    static SMALL: OnceLock<(Entry, Vec<u8>)> = OnceLock::new();
    SMALL.get_or_init(|| {
        let alphabet = noise("Small", 2, 3, 1);
        let sheet = shard::encode(&alphabet).unwrap();
        (Entry::describe(&alphabet, &sheet).unwrap(), sheet)
    })
}

/// The small entry, but describing other bytes.
fn describing(bytes: &[u8]) -> Entry {
    Entry {
        bytes: bytes.len(),
        sha256: Digest::of(bytes),
        ..small().0.clone()
    }
}

/// A PNG of any kind, as an image editor might save it.
fn png(width: u32, height: u32, color: png::ColorType, depth: png::BitDepth) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(color);
    encoder.set_depth(depth);
    let line = (width as usize * depth as usize * color.samples()).div_ceil(8);
    let mut writer = encoder.write_header().unwrap();
    writer
        .write_image_data(&vec![0xff; line * height as usize])
        .unwrap();
    writer.finish().unwrap();
    bytes
}

proptest! {
    #![proptest_config(config(24))]
    #[test]
    fn every_drawing_comes_back(
        characters in 1usize..5, drawers in 1usize..10, seed in any::<u64>()
    ) {
        let alphabet = noise("Noise", characters, drawers, seed);
        let sheet = shard::encode(&alphabet).unwrap();
        let entry = Entry::describe(&alphabet, &sheet).unwrap();
        prop_assert_eq!(shard::decode(&entry, &sheet).unwrap(), alphabet);
    }
}

proptest! {
    #![proptest_config(config(256))]
    #[test]
    fn any_flipped_bit_is_refused_by_name(at in any::<prop::sample::Index>(), bit in 0u8..8) {
        let (entry, sheet) = small();
        let mut sheet = sheet.clone();
        let at = at.index(sheet.len());
        sheet[at] ^= 1u8 << bit;
        let error = shard::decode(entry, &sheet).unwrap_err();
        prop_assert_eq!(&error, &ShardError::Digest { file: "Small.png".to_owned() });
        prop_assert!(error.to_string().contains("Small.png"));
    }

    #[test]
    fn bytes_that_are_no_sheet_never_panic(bytes in prop::collection::vec(any::<u8>(), 1..400)) {
        prop_assert!(shard::decode(&describing(&bytes), &bytes).is_err());
    }

    /// With the digest made to agree, the PNG decoder itself meets the damage.
    #[test]
    fn damage_that_is_signed_never_panics(
        at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>()
    ) {
        let mut sheet = small().1.clone();
        let at = at.index(sheet.len());
        sheet[at] = byte;
        let _ = shard::decode(&describing(&sheet), &sheet);
        sheet.truncate(1 + cut.index(sheet.len() - 1));
        prop_assert!(shard::decode(&describing(&sheet), &sheet).is_err());
    }

    #[test]
    fn bytes_that_are_no_manifest_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(Manifest::parse(&bytes).is_err());
    }
}

#[test]
fn a_shard_of_another_length_is_refused() {
    let (entry, sheet) = small();
    for bytes in [
        &sheet[..sheet.len() - 1],
        &[sheet.as_slice(), &[0]].concat(),
        &[],
    ] {
        let error = shard::decode(entry, bytes).unwrap_err();
        assert!(
            matches!(&error, ShardError::Length { file, .. } if file == "Small.png"),
            "{error}"
        );
    }
}

#[test]
fn a_picture_of_another_kind_is_refused() {
    use png::BitDepth::{Eight, One};
    use png::ColorType::{Grayscale, Rgb};
    let (width, height) = (3 * 105, 2 * 105);
    let right = png(width, height, Grayscale, One);
    assert!(shard::decode(&describing(&right), &right).is_ok());
    for wrong in [
        png(width + 1, height, Grayscale, One),
        png(width, height - 105, Grayscale, One),
        png(width, height, Grayscale, Eight),
        png(width, height, Rgb, Eight),
    ] {
        let error = shard::decode(&describing(&wrong), &wrong).unwrap_err();
        assert!(
            matches!(&error, ShardError::Sheet { file, .. } if file == "Small.png"),
            "{error}"
        );
    }
}

#[test]
fn a_header_of_a_gigantic_picture_costs_no_memory() {
    let mut sheet = png(105, 105, png::ColorType::Grayscale, png::BitDepth::One);
    // Width in the IHDR chunk; its checksum is then wrong too, so either reason will do.
    sheet[16..20].copy_from_slice(&0x7fff_ffffu32.to_be_bytes());
    assert!(shard::decode(&describing(&sheet), &sheet).is_err());
}

#[test]
fn alphabets_outside_the_limits_are_not_written() {
    for name in [
        "",
        "../up",
        "a/b",
        "nul\0",
        ".hidden",
        "Ähnlich",
        &"x".repeat(65),
    ] {
        let error = shard::encode(&noise(name, 1, 1, 0)).unwrap_err();
        assert!(
            matches!(error, ShardError::Entry(ManifestError::Name(_))),
            "{name:?}: {error}"
        );
    }
    assert!(shard::encode(&noise("Wide", 1, 65, 0)).is_err());
    assert!(shard::encode(&noise("Long", 257, 1, 0)).is_err());
    // 400 cells of noise don't compress: 551,250 bytes.
    let error = shard::encode(&noise("Noisy", 20, 20, 0)).unwrap_err();
    assert!(matches!(error, ShardError::TooLarge { .. }), "{error}");
}

#[test]
fn a_manifest_survives_json() {
    let manifest = Manifest::new(vec![small().0.clone()]).unwrap();
    let json = manifest.to_json().unwrap();
    assert_eq!(Manifest::parse(json.as_bytes()).unwrap(), manifest);
    assert_eq!(manifest.alphabet("Small"), Some(&small().0));
    assert_eq!(manifest.alphabet("small"), None);
}

#[test]
fn a_manifest_with_anything_odd_is_refused() {
    let json = Manifest::new(vec![small().0.clone()])
        .unwrap()
        .to_json()
        .unwrap();
    let digest = small().0.sha256.to_string();
    let (length, too_long) = (small().1.len(), MAX_SHARD_BYTES + 1);
    for (from, to) in [
        ("\"version\": 1", "\"version\": 2".to_owned()),
        ("\"version\": 1", "\"version\": 1, \"more\": 1".to_owned()),
        ("\"invented\"", "\"holdout\"".to_owned()),
        ("\"name\": \"Small\"", "\"name\": \"../Small\"".to_owned()),
        (
            "\"file\": \"Small.png\"",
            "\"file\": \"Other.png\"".to_owned(),
        ),
        (
            "\"file\": \"Small.png\"",
            "\"file\": \"../Small.png\"".to_owned(),
        ),
        ("\"characters\": 2", "\"characters\": 0".to_owned()),
        ("\"characters\": 2", "\"characters\": 257".to_owned()),
        ("\"characters\": 2", "\"characters\": -2".to_owned()),
        ("\"drawers\": 3", "\"drawers\": 65".to_owned()),
        ("\"drawers\": 3", "\"drawers\": 3, \"extra\": 0".to_owned()),
        (
            &format!("\"bytes\": {length}"),
            format!("\"bytes\": {too_long}"),
        ),
        (&digest, digest.to_uppercase()),
        (&digest, digest[1..].to_owned()),
    ] {
        let odd = json.replacen(from, &to, 1);
        assert_ne!(odd, json, "{from} is not in the manifest");
        assert!(
            Manifest::parse(odd.as_bytes()).is_err(),
            "{to} was accepted"
        );
    }
    assert_eq!(
        Manifest::parse(json.replace(": 1,", ": 7,").as_bytes()),
        Err(ManifestError::Version(7))
    );
    let long = json + &" ".repeat(MAX_MANIFEST_BYTES);
    assert!(matches!(
        Manifest::parse(long.as_bytes()),
        Err(ManifestError::Length(_))
    ));
}

#[test]
fn a_manifest_names_each_alphabet_once() {
    let entry = small().0.clone();
    let lower = Entry {
        name: "small".to_owned(),
        file: "small.png".to_owned(),
        ..entry.clone()
    };
    assert!(matches!(
        Manifest::new(vec![entry, lower]),
        Err(ManifestError::Twice(_))
    ));
    assert_eq!(Manifest::new(vec![]), Err(ManifestError::Alphabets(0)));
}
