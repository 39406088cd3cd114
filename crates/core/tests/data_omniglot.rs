//! The official archives: read whole, refused where anything is missing or odd, and what the
//! repository's shards are.
#![cfg(not(target_family = "wasm"))]
#![allow(clippy::unwrap_used)]

use std::io::{Cursor, Write as _};
use std::sync::OnceLock;

use proptest::prelude::*;
use twinglyph_core::omniglot::{self, CONTENTS, IMAGES, OmniglotError};
use twinglyph_core::shard::{self, Entry, Manifest};
use twinglyph_core::{Alphabet, Bitmap, Set};
use zip::write::SimpleFileOptions;

include!("fixtures/omniglot.rs");
include!("fixtures/shards.rs");

type Files = Vec<(String, Vec<u8>)>;

/// A zip archive of these files.
fn zip(files: &Files) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in files {
        writer
            .start_file(path, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A grayscale PNG of 8 bits, all of one value.
fn png(width: u32, height: u32, value: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Grayscale);
    let mut writer = encoder.write_header().unwrap();
    writer
        .write_image_data(&vec![value; (width * height) as usize])
        .unwrap();
    writer.finish().unwrap();
    bytes
}

fn path(character: usize, drawer: usize) -> String {
    format!(
        "images_background/Magi/character{character:02}/{:04}_{drawer:02}.png",
        700 + character
    )
}

/// The repository's alphabets, background first; read once for all tests.
fn everything() -> &'static [Alphabet] {
    static ALL: OnceLock<Vec<Alphabet>> = OnceLock::new();
    ALL.get_or_init(|| shards(|_| true))
}

/// An archive of one alphabet of two characters.
fn files() -> Files {
    let places = (1..=2).flat_map(|character| (1..=20).map(move |drawer| (character, drawer)));
    places
        .map(|(c, d)| (path(c, d), png(105, 105, 255)))
        .collect()
}

/// What is said about an archive of these files.
fn refusal(files: &Files) -> String {
    omniglot::background(&zip(files)).unwrap_err().to_string()
}

/// Asserts that the message names the entry and what is wrong with it.
fn names(files: &Files, entry: &str, problem: &str) {
    let message = refusal(files);
    assert!(
        message.contains(entry) && message.contains(problem),
        "{message}"
    );
}

#[test]
fn a_whole_archive_of_something_else_is_refused_for_its_contents_only() {
    let mut files = files();
    for junk in [
        "__MACOSX/images_background/._Magi",
        "images_background/Magi/.DS_Store",
    ] {
        files.push((junk.to_owned(), b"junk".to_vec()));
    }
    let error = omniglot::background(&zip(&files)).unwrap_err();
    assert!(matches!(error, OmniglotError::Contents { .. }), "{error}");
    assert!(
        error
            .to_string()
            .contains("Alphabet_of_the_Magi is missing"),
        "{error}"
    );
}

#[test]
fn missing_images_are_named() {
    let without = |gone: &str| {
        let kept = files().into_iter().filter(|(path, _)| !path.contains(gone));
        kept.collect::<Files>()
    };
    names(
        &without("0702_07"),
        "Magi/character02/..._07.png",
        "missing",
    );
    names(&without("character01"), "Magi/character01", "missing");
}

#[test]
fn odd_entries_are_named() {
    let with = |path: &str, bytes: Vec<u8>| {
        let mut files = files();
        files.retain(|(other, _)| other != path);
        files.push((path.to_owned(), bytes));
        files
    };
    let blank = || png(105, 105, 255);
    for stray in [
        "readme.txt",
        "images_background/Magi/readme.txt",
        "images_background/Magi/character02/0702_21.png",
        "images_background/Magi/character02/0702_00.png",
        "images_background/Magi/character2/0702_01.png",
        "images_background/Magi/character00/0702_01.png",
        "images_background/../character02/0702_01.png",
        "images_evaluation/Magi/character02/0702_01.png",
    ] {
        names(&with(stray, blank()), stray, "does not belong there");
    }
    let second = "images_background/Magi/character02/0999_01.png";
    names(&with(second, blank()), second, "second drawing");

    let place = path(2, 5);
    names(&with(&place, png(104, 105, 255)), &place, "104x105");
    names(
        &with(&place, png(105, 105, 128)),
        &place,
        "not black and white",
    );
    names(&with(&place, b"GIF89a".to_vec()), &place, "no readable PNG");
    let mut cut = blank();
    cut.truncate(cut.len() / 2);
    names(&with(&place, cut), &place, "no readable PNG");
    // Compressed to a thousandth, so that its size can't be told from the archive's.
    names(
        &with(&place, vec![0; 3_000_000]),
        &place,
        "unpacks to more than",
    );
}

#[test]
fn two_entries_of_one_name_are_refused() {
    let mut files = files();
    files.push((
        "images_background/Magi/character02/9999_20.png".to_owned(),
        png(105, 105, 0),
    ));
    let mut bytes = zip(&files);
    for at in 0..bytes.len() - 7 {
        if bytes[at..].starts_with(b"9999_20") {
            bytes[at..at + 7].copy_from_slice(b"0702_20");
        }
    }
    let message = omniglot::background(&bytes).unwrap_err().to_string();
    assert!(message.contains("41 entries under 40 names"), "{message}");
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 64,
        // Failures are kept beside a crate's sources only; a test's file has none.
        failure_persistence: None,
        ..ProptestConfig::default()
    })]
    #[test]
    fn damaged_archives_never_panic(
        at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>()
    ) {
        static WHOLE: OnceLock<Vec<u8>> = OnceLock::new();
        let mut bytes = WHOLE.get_or_init(|| zip(&files())).clone();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        prop_assert!(omniglot::background(&bytes).is_err());
        bytes.truncate(cut.index(bytes.len()));
        prop_assert!(omniglot::background(&bytes).is_err());
        prop_assert!(omniglot::runs(&bytes).is_err());
    }

    #[test]
    fn bytes_that_are_no_archive_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(omniglot::evaluation(&bytes).is_err());
        prop_assert!(omniglot::strokes(&bytes).is_err());
    }
}

#[test]
fn odd_strokes_are_named() {
    let file = |drawer: usize, text: &str| {
        let path = format!("strokes_background_small1/Latin/character01/0705_{drawer:02}.txt");
        (path, text.as_bytes().to_vec())
    };
    let good = "START\n1.5,-2,0\n3,-4,10\nBREAK\n";
    let whole: Files = (1..=20).map(|drawer| file(drawer, good)).collect();
    let drawings = omniglot::strokes(&zip(&whole)).unwrap();
    assert_eq!(drawings.len(), 20);
    assert_eq!(drawings[4].drawer, 4);
    assert_eq!(drawings[4].pen.0, [[[1.5, 2.0, 0.0], [3.0, 4.0, 10.0]]]);

    let text = |text: &str| {
        let mut files = whole.clone();
        files[6] = file(7, text);
        omniglot::strokes(&zip(&files)).unwrap_err().to_string()
    };
    for odd in [
        "",
        "1,2,3\nBREAK\n",
        "START\n",
        "START\nBREAK\n",
        "START\n1,2,3\n",
        "START\n1,2\nBREAK\n",
        "START\n1,2,3,4\nBREAK\n",
        "START\n1,NaN,3\nBREAK\n",
        "START\n1,2,inf\nBREAK\n",
    ] {
        assert!(
            text(odd).contains("character01/0705_07.txt"),
            "{odd:?}: {}",
            text(odd)
        );
    }
    let missing = omniglot::strokes(&zip(&whole[1..].to_vec())).unwrap_err();
    assert!(
        missing.to_string().contains("Latin/character01"),
        "{missing}"
    );
}

#[test]
fn shards_keep_every_drawing_and_are_small() {
    let alphabets = everything();

    let mut entries = Vec::new();
    let mut drawings = 0;
    let mut bytes = 0;
    for alphabet in alphabets {
        let sheet = shard::encode(alphabet).unwrap();
        let entry = Entry::describe(alphabet, &sheet).unwrap();
        assert!(
            shard::decode(&entry, &sheet).unwrap() == *alphabet,
            "{}",
            alphabet.name()
        );
        drawings += alphabet.drawings().len();
        bytes += sheet.len();
        entries.push(entry);
    }
    let manifest = Manifest::new(entries).unwrap().to_json().unwrap();
    assert_eq!((alphabets.len(), drawings), (50, 32_460));
    let total = bytes + manifest.len();
    assert!(total <= 5_000_000, "all shards take {total} bytes");
}

#[test]
fn the_shards_equal_the_archives() {
    let Some(folder) = archives(&IMAGES) else {
        return left_out(
            "the_shards_equal_the_archives",
            "the archives (OMNIGLOT_DIR)",
        );
    };
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    let mut official = omniglot::background(&read(IMAGES[0])).unwrap();
    official.extend(omniglot::evaluation(&read(IMAGES[1])).unwrap());
    assert_eq!(everything().len(), official.len());
    for (ours, official) in everything().iter().zip(&official) {
        assert!(ours == official, "{}", official.name());
    }
}

/// Two facts of the data set's own description (the README beside the archives).
#[test]
fn two_of_all_images_are_the_same() {
    let alphabets = everything();
    let (background, evaluation) = alphabets.split_at(30);
    let all = alphabets.iter();
    let mut images: Vec<&Bitmap> = all.flat_map(|alphabet| alphabet.drawings()).collect();
    assert!(images.iter().all(|image| !image.is_blank()));
    images.sort_unstable_by_key(|image| image.as_bytes());
    images.dedup();
    assert_eq!(images.len(), 32_460 - 1);

    // One set is not taken for the other, nor a part for the whole.
    assert!(omniglot::check_contents(Set::Background, background).is_ok());
    assert!(omniglot::check_contents(Set::Background, evaluation).is_err());
    assert!(omniglot::check_contents(Set::Background, alphabets).is_err());
    assert!(omniglot::check_contents(Set::Evaluation, &evaluation[1..]).is_err());
    let characters = |set| {
        CONTENTS
            .iter()
            .filter(move |c| c.set == set)
            .map(|c| c.characters)
    };
    assert_eq!(characters(Set::Background).sum::<usize>(), 964);
    assert_eq!(characters(Set::Evaluation).sum::<usize>(), 659);
}
