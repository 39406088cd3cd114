//! Where a result comes from: the program, the machine, the data. What makes a run of training again is told by these
//! and its config.
//!
//! Refuses to know runs and networks.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use twinglyph_core::Alphabet;
use twinglyph_core::shard::Digest;

/// A program and the machine that it ran on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Program {
    /// Version of the lab.
    pub(crate) version: String,
    /// Commit that it was built from, with `+changes` where tracked files differed from it; `unknown` without git.
    pub(crate) commit: String,
    /// The command line, quoted as a shell takes it.
    pub(crate) command: String,
    /// Operating system and processor, as `linux x86_64`.
    pub(crate) system: String,
}

impl Program {
    /// This program, here.
    pub(crate) fn this() -> Self {
        let arguments = std::env::args_os().skip(1);
        let words: Vec<String> = ["lab".to_owned()]
            .into_iter()
            .chain(arguments.map(|word| quoted(&word.to_string_lossy())))
            .collect();
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            commit: env!("TWINGLYPH_COMMIT").to_owned(),
            command: words.join(" "),
            system: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
        }
    }

    /// Do both compute the same, as far as version and commit tell?
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        (&self.version, &self.commit) == (&other.version, &other.commit)
    }
}

/// A word of a command line as a shell takes it.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_=./,:+%@".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// The record of a run as a weights file carries it, for a file that is published: of each path the file's name alone,
/// as folders can have a person's name. What is no such record stays.
pub(crate) fn without_folders(provenance: &str) -> String {
    let Ok(mut record) = serde_json::from_str::<Value>(provenance) else {
        return provenance.to_owned();
    };
    if let Some(Value::String(path)) = record.pointer_mut("/begins_from/file/path") {
        *path = file_name(path).to_owned();
    }
    let sessions = record.get_mut("sessions").and_then(Value::as_array_mut);
    for session in sessions.into_iter().flatten() {
        if let Some(Value::String(command)) = session.get_mut("command") {
            let words = words(command);
            let words = words.iter().map(|word| quoted(&shortened(word)));
            *command = words.collect::<Vec<_>>().join(" ");
        }
    }
    record.to_string()
}

/// The last part of a path, of any system.
fn file_name(path: &str) -> &str {
    let is_of_windows = path.get(1..3) == Some(":\\") || path.starts_with("\\\\");
    let separators: &[char] = if is_of_windows { &['/', '\\'] } else { &['/'] };
    let path = path.trim_end_matches(separators);
    path.rsplit(separators).next().unwrap_or_default()
}

/// A word of a command line, with the file's name where it is a path or `NAME=PATH`.
fn shortened(word: &str) -> String {
    match word.split_once('=') {
        // Lists and texts of a config.
        Some((_, value)) if value.starts_with(['[', '{', '"']) => word.to_owned(),
        Some((name, value)) if !name.contains(['/', '\\']) => {
            format!("{name}={}", file_name(value))
        }
        _ => file_name(word).to_owned(),
    }
}

/// The words of a command line that [`quoted`] made.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut is_quoted = false;
    let mut letters = command.chars();
    while let Some(letter) = letters.next() {
        let word = words.last_mut();
        match (letter, word) {
            ('\'', _) => is_quoted = !is_quoted,
            (' ', _) if !is_quoted => words.push(String::new()),
            ('\\', Some(word)) if !is_quoted => word.extend(letters.next()),
            (letter, Some(word)) => word.push(letter),
            (_, None) => {}
        }
    }
    words
}

/// SHA-256 over the alphabets in their order: of each its name, its numbers of characters and drawers and its bitmaps.
pub(crate) fn digest(alphabets: &[Alphabet]) -> String {
    let mut digests = Vec::new();
    for alphabet in alphabets {
        let mut bytes = alphabet.name().as_bytes().to_vec();
        bytes.push(0);
        for count in [alphabet.characters(), alphabet.drawers()] {
            bytes.extend((count as u64).to_le_bytes());
        }
        for drawing in alphabet.drawings() {
            bytes.extend(drawing.as_bytes());
        }
        digests.extend(Digest::of(&bytes).bytes());
    }
    Digest::of(&digests).to_string()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;
    use twinglyph_core::invented;

    #[test]
    fn a_digest_is_of_names_drawings_and_their_order() {
        let [first, second]: [Alphabet; 2] = [0, 1].map(invented::alphabet);
        let known = digest(&[first.clone(), second.clone()]);
        assert_eq!(known.len(), 64);
        assert_eq!(known, digest(&[first.clone(), second.clone()]));
        assert_ne!(known, digest(&[second.clone(), first.clone()]));
        let renamed = Alphabet::new(
            "other",
            second.set(),
            second.drawers(),
            second.drawings().to_vec(),
        );
        assert_ne!(known, digest(&[first, renamed.unwrap()]));
    }

    #[test]
    fn what_is_published_names_no_folder() {
        let command = [
            "lab",
            "train",
            "--config",
            "/home/bob/my runs/deep.json",
            "--out=../bob/runs/deep/",
            "--data",
            "C:\\Users\\bob\\letters",
            "--set",
            "held_out=[\"A/B\",\"it's\"]",
            "optimizer.learning_rate=1e-4",
        ];
        let record = json!({
            "begins_from": {"file": {"path": "/home/bob/it's/weights.safetensors", "sha256": "ab"}},
            "sessions": [{"from_step": 0, "command": command.map(quoted).join(" "), "system": "linux x86_64"}],
            "config": {"steps": 3},
        });
        let mut expected = record.clone();
        expected["begins_from"]["file"]["path"] = "weights.safetensors".into();
        expected["sessions"][0]["command"] =
            "lab train --config deep.json --out=deep --data letters --set \
            'held_out=[\"A/B\",\"it'\\''s\"]' optimizer.learning_rate=1e-4"
                .into();
        let published = without_folders(&record.to_string());
        assert_eq!(serde_json::from_str::<Value>(&published).unwrap(), expected);
        assert_eq!(without_folders(&published), published);
        for other in ["a sentence", "[1, 2]", "{\"sessions\":7}"] {
            let value = |text: &str| serde_json::from_str::<Value>(text).ok();
            assert_eq!(value(&without_folders(other)), value(other));
        }
    }

    #[test]
    fn words_are_quoted_as_a_shell_takes_them() {
        assert_eq!(quoted("--set"), "--set");
        assert_eq!(quoted("steps=3"), "steps=3");
        assert_eq!(quoted("held_out=[\"A\"]"), "'held_out=[\"A\"]'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted(""), "''");
    }
}
