//! Where a result comes from: the program, the machine, the data. What makes a run of training again is told by these
//! and its config.
//!
//! Refuses to know runs and networks.

use serde::{Deserialize, Serialize};
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
    fn words_are_quoted_as_a_shell_takes_them() {
        assert_eq!(quoted("--set"), "--set");
        assert_eq!(quoted("steps=3"), "steps=3");
        assert_eq!(quoted("held_out=[\"A\"]"), "'held_out=[\"A\"]'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted(""), "''");
    }
}
