//! Runs every target on its corpus, whole and damaged, without libFuzzer. The inputs are the same in every run.

use std::collections::BTreeSet;
use std::fs;
use std::panic;
use std::path::{Path, PathBuf};

use twinglyph_fuzz::{TARGETS, Target};

/// The replay stops after so many findings.
const MOST_FINDINGS: usize = 5;

/// What a target runs on.
struct Input {
    name: String,
    bytes: Vec<u8>,
}

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

/// Names in a folder, sorted.
fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("can't list {}: {error}", folder.display()));
    let names = entries.map(|entry| entry.expect("the folder lists its entries").file_name());
    names
        .map(|name| name.to_string_lossy().into_owned())
        .collect()
}

/// The whole corpus of a target.
fn kept(target: &Target) -> Vec<Input> {
    let folder = corpus().join(target.name);
    let names = names(&folder).into_iter();
    let read = |name| {
        let path = folder.join(&name);
        let bytes = fs::read(&path)
            .unwrap_or_else(|error| panic!("can't read {}: {error}", path.display()));
        Input { name, bytes }
    };
    names.map(read).collect()
}

/// Cuts, and as many flipped bits, of an input at most: all of them, but for the target whose inputs stand before
/// 3 MB of numbers and take 1 ms each.
fn damage(target: &Target) -> usize {
    match target.name {
        "weights" => 256,
        _ => usize::MAX,
    }
}

/// An input cut to shorter lengths, and with single bits flipped: evenly spread over it, at most so many of each.
fn damaged(input: &Input, most: usize) -> impl Iterator<Item = Input> {
    let Input { name, bytes } = input;
    let cuts = (0..bytes.len()).step_by(bytes.len().div_ceil(most).max(1));
    let cut = move |length| Input {
        name: format!("{name}, cut to {length} bytes"),
        bytes: bytes[..length].to_vec(),
    };
    let bits = 8 * bytes.len();
    // An odd step visits all eight bits of a byte.
    let flips = (0..bits).step_by(bits.div_ceil(most) | 1);
    let flip = move |bit: usize| {
        let mut bytes = bytes.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        Input {
            name: format!("{name}, bit {bit} flipped"),
            bytes,
        }
    };
    cuts.map(cut).chain(flips.map(flip))
}

/// Inputs that need no corpus: nothing, and as much as a target takes of the two extreme bytes.
fn extremes(target: &Target) -> [Input; 3] {
    let filled = |name: &str, byte| Input {
        name: name.to_owned(),
        bytes: vec![byte; target.longest as usize],
    };
    let mut empty = filled("the empty input", 0);
    empty.bytes.clear();
    [
        empty,
        filled("the longest input of zeros", 0),
        filled("the longest input of 0xFF", 0xFF),
    ]
}

/// The finding as text, if the target panics. The input is kept among the build's files.
fn finding(target: &Target, input: &Input) -> Option<String> {
    let panic = panic::catch_unwind(|| (target.run)(&input.bytes)).err()?;
    let message = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("a panic without a message");
    let file = format!("{} {}", target.name, input.name).replace([' ', ','], "-");
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(file);
    let copy = match fs::write(&path, &input.bytes) {
        Ok(()) => format!("the input is in {}", path.display()),
        Err(error) => format!("can't write the input to {}: {error}", path.display()),
    };
    Some(format!(
        "{}: {}: {message}\n  {copy}",
        target.name, input.name
    ))
}

#[test]
fn no_target_panics_on_its_corpus_whole_or_damaged() {
    let findings = |target| {
        let kept = kept(target).into_iter();
        let inputs = kept.flat_map(|input| {
            let damaged: Vec<_> = damaged(&input, damage(target)).collect();
            std::iter::once(input).chain(damaged)
        });
        let inputs = inputs.chain(extremes(target));
        inputs.filter_map(|input| finding(target, &input))
    };
    let first: Vec<_> = TARGETS
        .iter()
        .flat_map(findings)
        .take(MOST_FINDINGS)
        .collect();
    assert!(
        first.is_empty(),
        "{}\nMend the code, then keep the input as fuzz/corpus/TARGET/finding-WHAT-IT-WAS.",
        first.join("\n"),
    );
}

#[test]
fn every_target_has_a_corpus_and_every_corpus_a_target() {
    let targets = TARGETS.map(|target| target.name.to_owned());
    assert_eq!(names(&corpus()), BTreeSet::from(targets));
    for target in TARGETS {
        assert!(!kept(&target).is_empty(), "{} has no input", target.name);
    }
}

#[test]
fn xtask_fuzzes_these_targets() {
    let ours = TARGETS.map(|target| (target.name, target.longest));
    assert_eq!(xtask::fuzz::TARGETS, ours);
}
