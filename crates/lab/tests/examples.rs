//! The commands of docs/evaluation.md's examples, each as it stands there.
#![cfg(feature = "networks")]
#![allow(clippy::unwrap_used)]

mod folders;

use std::fs;
use std::path::Path;

use folders::{Folder, lab, picture};
use twinglyph_core::invented;

/// The commands between the heading of the examples and the next of its level, without `cargo lab`.
fn examples() -> Vec<Vec<String>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/evaluation.md");
    let text = fs::read_to_string(file).unwrap();
    let (_, rest) = text.split_once("## Examples\n").unwrap();
    let (section, _) = rest.split_once("\n## ").unwrap();
    let commands = section
        .lines()
        .filter_map(|line| line.strip_prefix("    cargo lab "));
    let words = |line: &str| line.split_whitespace().map(str::to_owned).collect();
    commands.map(words).collect()
}

/// The files that the examples take for granted.
fn prepare(folder: &Path) {
    let alphabet = invented::alphabet(3);
    for character in 0..6 {
        for drawer in 0..4 {
            let path = format!("pictures/Runes/{character}/{drawer}.png");
            let drawing = alphabet.drawing(character, drawer).unwrap();
            picture(drawing, &folder.join(path));
        }
    }
    picture(alphabet.drawing(2, 7).unwrap(), &folder.join("unknown.png"));
    let state =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/training/compact-f16.safetensors");
    fs::copy(state, folder.join("state.safetensors")).unwrap();
}

#[test]
fn each_example_of_the_documents_does_what_it_says() {
    let folder = Folder::new();
    prepare(folder.path());
    let examples = examples();
    assert!(examples.len() > 15, "{examples:?}");
    for words in &examples {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let done = lab(&words).current_dir(folder.path()).output().unwrap();
        let told = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{words:?}: {told}");
        assert!(!done.stdout.is_empty(), "{words:?} prints nothing: {told}");
        // Nobody looks on: there is no line to be rewritten.
        assert!(!told.contains('\r'), "{words:?}: {told}");
    }
    for file in [
        "trials.csv",
        "curves-loss.svg",
        "mine.safetensors",
        "runs/three/runs.csv",
        "tengwar.csv",
        "compact.onnx",
        "imported.safetensors",
    ] {
        assert!(folder.path().join(file).is_file(), "{file}");
    }
}
