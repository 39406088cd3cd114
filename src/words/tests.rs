//! Every text of every language, side by side.

mod sources;
mod teaching;

use twinglyph_core::omniglot::CONTENTS;
use twinglyph_core::own::OwnSetError;
use twinglyph_core::protocol::{
    DeviceReason, FailureKind, Job, Obstacle, StorageError, StorageFault,
};
use twinglyph_core::trial::SampleError;
use twinglyph_paper::contact::ContactError;
use twinglyph_paper::message::Fault;
use twinglyph_paper::scan::ScanError;

use super::*;
use crate::session::files::Kind;

/// A value to try a sentence with.
pub(super) trait Sample {
    fn sample() -> Self;

    /// How it stands in the sentence; empty where it need not.
    fn shown() -> String;

    /// The value 1, where it is a number.
    fn one() -> Self;
}

macro_rules! samples {
    ($($kind:ty: $value:expr, $shown:expr, $one:expr;)*) => {
        $(impl Sample for $kind {
            fn sample() -> Self {
                $value
            }

            fn shown() -> String {
                $shown.to_owned()
            }

            fn one() -> Self {
                $one
            }
        })*
    };
}

samples! {
    &str: "Quenya", "Quenya", "Quenya";
    Name<'_>: Name("קוונית\u{202e}"), "\u{2068}קוונית\u{2069}", Name("Quenya");
    u16: 503, "503", 1;
    u32: 37, "37", 1;
    u64: 41, "41", 1;
    usize: 53, "53", 1;
    bool: true, "", false;
    Option<bool>: Some(true), "", Some(false);
    f32: 0.75, "", 1.0;
    f64: 61.25, "", 1.0;
    &DeviceReason: &DeviceReason::CpuFaster { times: 2.5 }, "2.5", &DeviceReason::CpuFaster { times: 2.5 };
    Job: Job::Batch, "64", Job::Batch;
    &Obstacle: &Obstacle::TooLarge { layer: 144, most: 128 }, "144", &Obstacle::TooLarge { layer: 1, most: 1 };
    FailureKind: FailureKind::Model, "", FailureKind::Model;
    &OwnSetError: &OwnSetError::Large(7_000_001), "7000001", &OwnSetError::Large(1);
    &ScanError: &ScanError::Blank, "", &ScanError::Blank;
    &Fault: &Fault::Scan(ScanError::Blank), "", &Fault::Scan(ScanError::Blank);
    Kind: Kind::Heif, "HEIC", Kind::Heif;
    &ContactError: &ContactError::Blank, "", &ContactError::Blank;
    &SampleError: &SampleError::Ways { ways: 1 }, "1", &SampleError::Ways { ways: 1 };
}

/// What stays as it is where Japanese has nothing for it.
const NAMES: [&str; 2] = ["alphabet.name", "failures.detail"];

/// Japanese in Latin letters alone.
const LATIN: [&str; 1] = ["device.processor"];

/// Numbers that Japanese counts by ten thousands.
const COUNTED: [&str; 3] = ["train.is_koch", "import.pixels", "review.enormous"];

/// Sentences whose numbers are never 1: limits, sides, sizes, and what is told of several things only.
const NEVER_ONE: [&str; 37] = [
    "about.all_alphabets",
    "about.some_alphabets",
    "about.files_kept",
    "bench.ended",
    "confusion.first",
    "device.views",
    "draw.pixels",
    "drawing.long",
    "editing.classes",
    "editing.examples",
    "explain.by_views",
    "fill.beyond",
    "import.cells",
    "learn.set_of",
    "measures.verify_how",
    "measures.compare",
    "network.looking_at",
    "network.maps_first",
    "network.maps",
    "network.filters",
    "network.pictures",
    "network.components_differ",
    "network.similarity_by",
    "own.learnable",
    "refusals.own_set",
    "review.split_into",
    "teach.address_long",
    "train.take_fewer",
    "train.step_long",
    "trials.short",
    "trials.all_answered",
    "trials.no_number",
    "trials.better_in",
    "trials.end",
    "trials.shared",
    "trials.shared_drawn",
    "trials.end_drawn",
];

fn all(language: Language) -> Vec<(String, String, Vec<String>)> {
    speak(Learnt(
        language,
        (language == Language::Japanese).then_some(&JAPANESE),
    ));
    let mut all = Vec::new();
    words().each(&mut |key, text, shown| all.push((key, text, shown.to_vec())));
    all
}

/// The runs of digits in a text, sorted.
fn numbers(text: &str) -> Vec<&str> {
    let parts = text.split(|letter: char| !letter.is_ascii_digit());
    let mut numbers: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    numbers.sort_unstable();
    numbers
}

#[test]
fn sentences_tell_all_that_they_are_given() {
    let mut wrong = Vec::new();
    for language in Language::ALL {
        for (key, text, shown) in all(language) {
            if shown.iter().any(|part| !text.contains(part)) {
                wrong.push(format!("{language:?} {key}: {text}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What a `&str` of a sentence is called that the page itself, its build or its device has said; all others
/// are of the type [`Name`].
const OWN: [&str; 40] = [
    "advice",
    "all",
    "among",
    "bytes",
    "devices",
    "error",
    "fault",
    "from",
    "how",
    "instead",
    "kept",
    "kind",
    "label",
    "layer",
    "lead",
    "learned",
    "left",
    "listed",
    "loading",
    "message",
    "more",
    "named",
    "network",
    "number",
    "off",
    "others",
    "parameters",
    "range",
    "rate",
    "reason",
    "rest",
    "set",
    "shown",
    "so_far",
    "tag",
    "tags",
    "text",
    "time",
    "views",
    "why",
];

#[test]
fn names_are_told_from_words() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/words");
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            continue;
        }
        let source = std::fs::read_to_string(&path).unwrap();
        let area = source.split_once("area! {").map_or("", |(_, area)| area);
        let area = area.split_once("\n}\n").map_or("", |(area, _)| area);
        let parts = area.split(['(', ',', ')']);
        let texts = parts.filter_map(|part| part.trim().strip_suffix(": &str"));
        found.extend(texts.map(str::to_owned));
    }
    found.sort();
    found.dedup();
    assert_eq!(found, OWN, "is it a name? then its type is `Name`");
}

/// Is a 1 counted as several in an English text?
fn counts_one_as_many(text: &str) -> bool {
    let words: Vec<&str> = text
        .split_whitespace()
        .map(|word| word.trim_matches(|letter: char| !letter.is_alphanumeric()))
        .collect();
    let is_verb = |word: &str| ["is", "was", "has", "does"].contains(&word);
    let is_plural = |word: &str| {
        let ends = word.len() > 1 && word.ends_with('s') && !word.ends_with("ss");
        ends && !is_verb(word)
    };
    let is_of_many = |word: &str| ["are", "were", "have", "do"].contains(&word);
    words.windows(3).any(|three| {
        let [number, what, verb] = three else {
            return false;
        };
        *number == "1" && (is_plural(what) || is_of_many(what) || is_of_many(verb))
    }) || matches!(words.as_slice(), [.., "1", what] if is_plural(what))
}

#[test]
fn one_thing_is_no_several_things() {
    assert!(counts_one_as_many("1 characters") && counts_one_as_many("of 1 more are here"));
    assert!(!counts_one_as_many("1 character is one of 1 class"));
    let mut wrong = Vec::new();
    speak(Learnt(Language::English, None));
    words().each_of_one(&mut |key, text| {
        if counts_one_as_many(&text) && !NEVER_ONE.contains(&key.as_str()) {
            wrong.push(format!("{key}: {text}"));
        }
    });
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Every text in both languages.
fn pairs() -> impl Iterator<Item = (String, String, String)> {
    let japanese = all(Language::Japanese).into_iter();
    let both = all(Language::English).into_iter().zip(japanese);
    both.map(|((key, english, _), (_, japanese, _))| (key, english, japanese))
}

#[test]
fn both_languages_tell_the_same_numbers() {
    let other = |(key, english, japanese): &(String, String, String)| {
        let told = numbers(japanese);
        let all = numbers(english).iter().all(|number| told.contains(number));
        !all && !COUNTED.contains(&key.as_str())
    };
    let wrong: Vec<_> = pairs().filter(other).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn japanese_is_japanese() {
    let is_japanese = |letter: char| matches!(letter, '\u{3000}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}');
    let foreign = |(key, english, japanese): &(String, String, String)| {
        let empty = english.is_empty() || japanese.is_empty();
        let latin = empty || LATIN.contains(&key.as_str());
        if NAMES.contains(&key.as_str()) {
            return false;
        }
        english == japanese || !(latin || japanese.contains(is_japanese))
    };
    let wrong: Vec<_> = pairs().filter(foreign).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn japanese_has_japanese_signs() {
    let is_latin = |pair: &[char]| pair[0] > '\u{3000}' && ",;:?!()".contains(pair[1]);
    let mut wrong = Vec::new();
    for (key, text, _) in all(Language::Japanese) {
        let letters: Vec<char> = text.chars().collect();
        if letters.windows(2).any(is_latin) || text.contains(". ") || text.contains("、 ") {
            wrong.push(format!("{key}: {text}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn tags_name_languages() {
    for (tag, language) in [
        ("ja", Some(Language::Japanese)),
        ("ja-JP", Some(Language::Japanese)),
        ("JA", Some(Language::Japanese)),
        ("en-GB", Some(Language::English)),
        ("jav", None),
        ("de", None),
        ("", None),
    ] {
        assert_eq!(Language::of(tag), language, "{tag}");
    }
}

#[test]
fn what_a_person_can_do_about_storage_is_said_in_japanese() {
    let words = JAPANESE.failures;
    let known = [
        StorageError::absent(),
        StorageError::insecure(),
        StorageError::blocked(),
        StorageError::full(),
        StorageError::in_use(),
        StorageError::damaged("models/mine"),
    ];
    for error in known {
        let sentence = error.to_string();
        let told = words.told(FailureKind::Storage(error.fault), &sentence);
        assert!(!told.contains(&sentence) && told.ends_with('。'), "{told}");
    }
    let other = words.told(FailureKind::Storage(StorageFault::Refused), "no");
    assert_eq!(other, "ブラウザーに保存できませんでした（no）。");
}

#[test]
fn every_alphabet_has_a_japanese_name() {
    let words = JAPANESE.alphabet;
    let names = CONTENTS.iter().map(|alphabet| alphabet.name);
    let nameless = names.filter(|name| words.name(name) == name.replace('_', " "));
    assert_eq!(nameless.collect::<Vec<_>>(), Vec::<&str>::new());
    assert_eq!(words.name("Nemu_Rai"), "Nemu Rai");
}
