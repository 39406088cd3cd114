//! Texts that the page's sources hold themselves, where only one language would say them.
//!
//! A scan, no parser: it knows strings, comments and what stands beside a string. A text of one word
//! outside of markup gets past it.

use std::path::{Path, PathBuf};

/// Where texts for people could be.
const FOLDERS: [&str; 3] = ["src/ui", "src/session", "src/client"];

/// Sources whose texts are for programmers: what an embedding page's script is answered stands in
/// its console, beside the browser's own English.
const FOR_PROGRAMMERS: [&str; 1] = ["src/session/embed.rs"];

/// Names, and what is written for files.
const ALLOWED: [&str; 11] = [
    "captura de pantalla",
    "Twinglyph",
    "Omniglot",
    "WebGPU",
    "N",
    "Siamese Neural Networks for One-shot Image Recognition",
    "Shyam, Gupta, Dukkipati 2017",
    "Lake, Salakhutdinov, Tenenbaum 2015",
    "Koch, Zemel, Salakhutdinov 2015",
    "Koch, Zemel, Salakhutdinov 2015, table 2",
    // Facts of a kept model, which its file holds for whoever reads it.
    "{} right before, {} after, on held-out characters",
];

/// Attributes that are read or heard.
const SPOKEN: [&str; 6] = [
    "aria-label=",
    "title=",
    "placeholder=",
    "label=",
    "caption=",
    "alt=",
];

/// A string of a source, and what stands before and behind it.
struct Literal<'a> {
    before: &'a str,
    text: &'a str,
    after: &'a str,
}

impl Literal<'_> {
    fn is_text(&self) -> bool {
        let has_letters = self.text.contains(|letter: char| letter.is_alphabetic());
        let markup = self.before.ends_with('>') && !self.before.ends_with("=>");
        let attribute = SPOKEN.iter().any(|name| self.before.ends_with(name));
        has_letters && (markup || attribute || self.after.starts_with('<'))
    }

    /// Three words in a row, but for classes and selectors.
    fn is_sentence(&self) -> bool {
        let is_word = |word: &str| {
            let bare = word.trim_end_matches([',', '.', ';', ':', '!', '?']);
            bare.len() > 1 && bare.chars().all(|letter| letter.is_ascii_alphabetic())
        };
        let words: Vec<bool> = self.text.split(' ').map(is_word).collect();
        let code = ["class=", "query_selector_all(", "closest("];
        let is_code = code.iter().any(|code| self.before.ends_with(code));
        !is_code && words.windows(3).any(|three| three == [true; 3])
    }
}

/// The strings of a source, without those of its comments and tests.
fn literals(source: &str) -> Vec<Literal<'_>> {
    let end = source.find("#[cfg(test)]").unwrap_or(source.len());
    let source = &source[..end];
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = source.get(at..) {
        let Some(step) = rest.find(['"', '/', '\'']) else {
            break;
        };
        let (before, rest) = (source[..at + step].trim_end(), &rest[step..]);
        at += step + 1;
        if rest.starts_with("//") {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if rest.starts_with("'\"'") {
            at += 2;
        } else if let Some(inside) = rest.strip_prefix('"') {
            let mut escaped = false;
            let closes = |letter: char| {
                let closes = letter == '"' && !escaped;
                escaped = letter == '\\' && !escaped;
                closes
            };
            let length = inside.find(closes).unwrap_or(inside.len());
            let after = inside.get(length + 1..).unwrap_or_default().trim_start();
            let text = &inside[..length];
            found.push(Literal {
                before,
                text,
                after,
            });
            at += length + 1;
        }
    }
    found
}

fn sources(folder: &Path, all: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, all);
        } else if path.extension().is_some_and(|ending| ending == "rs")
            && !path.ends_with("tests.rs")
        {
            all.push(path);
        }
    }
}

/// Crates whose errors the page tells.
const TOLD: [&str; 7] = [
    "crates/core/src",
    "crates/engine/src",
    "crates/helper/src",
    "crates/nn/src",
    "crates/paper/src",
    "crates/worker/src",
    "crates/worker-scope/src",
];

/// What only programmers read: how a network is shown while debugging, and what is wrong with a picture of the data.
const DEBUGGED: [&str; 2] = ["crates/nn/src/twin.rs", "crates/core/src/shard.rs"];

/// `Some("...")`, `None` and the like are words of programs.
#[test]
fn no_sentence_shows_a_value_as_programs_write_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = Vec::new();
    for folder in FOLDERS.iter().chain(&TOLD) {
        sources(&root.join(folder), &mut all);
    }
    all.retain(|path| !DEBUGGED.iter().any(|source| path.ends_with(source)));
    assert!(all.len() > 200, "{}", all.len());
    let mut found = Vec::new();
    for path in all {
        let source = std::fs::read_to_string(&path).unwrap();
        let is_program = |before: &str| before.ends_with(',') || before.ends_with("assert!(");
        for one in literals(&source) {
            // The words of an assertion are for programmers, too.
            if one.text.contains(":?}") && !is_program(one.before) {
                found.push(format!("{}: {}", path.display(), one.text));
            }
        }
    }
    assert!(found.is_empty(), "write these for people: {found:#?}");
}

fn texts(source: &str) -> Vec<&str> {
    let of_people = literals(source)
        .into_iter()
        .filter(|one| one.is_text() || one.is_sentence());
    of_people
        .map(|one| one.text)
        .filter(|text| !ALLOWED.contains(text))
        .collect()
}

#[test]
fn no_text_stands_outside_of_the_tables() {
    let mut all = Vec::new();
    for folder in FOLDERS {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        sources(&root.join(folder), &mut all);
    }
    all.retain(|path| path.extension().is_some_and(|kind| kind == "rs"));
    all.retain(|path| !FOR_PROGRAMMERS.iter().any(|source| path.ends_with(source)));
    assert!(all.len() > 60, "{all:?}");
    let mut found = Vec::new();
    for path in all {
        let source = std::fs::read_to_string(&path).unwrap();
        found.extend(
            texts(&source)
                .into_iter()
                .map(|text| format!("{}: {text}", path.display())),
        );
    }
    assert!(
        found.is_empty(),
        "give these a place in src/words: {found:#?}"
    );
}

#[test]
fn the_scan_finds_texts_and_leaves_code() {
    let source = r##"
        // "a comment of words"
        let quote = '"';
        <b class="one two three" title="Undo" data-testid="undo">"Cancel"</b>
        let words = format!("{name} could not be read.");
        let path = "M12 4a8 8";
        {words().draw.undo} "!"
        #[cfg(test)] "not the words of tests"
    "##;
    assert_eq!(
        texts(source),
        ["Undo", "Cancel", "{name} could not be read."]
    );
}
