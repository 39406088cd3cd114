//! What of a folder is left out, and why: told once, the first by name and the others by number.

use std::fmt::{self, Display};
use std::path::{Path, PathBuf};

/// Files that are named; of the others there is the number.
const NAMED: usize = 5;

/// What was left out so far.
#[derive(Debug, Default)]
pub(crate) struct LeftOut {
    files: Vec<(PathBuf, String)>,
    alphabets: Vec<String>,
}

impl LeftOut {
    /// A file, with the reason as a clause.
    pub(crate) fn file(&mut self, path: &Path, reason: &str) {
        self.files.push((path.to_owned(), reason.to_owned()));
    }

    /// Files, with their reasons.
    pub(crate) fn files(&mut self, files: Vec<(PathBuf, String)>) {
        self.files.extend(files);
    }

    /// Drawings that were read but fit into no table of characters and drawers.
    pub(crate) fn drawings(&mut self, alphabet: &Path, what: &str, count: usize) {
        let alphabet = alphabet.display();
        let drawings = match count {
            1 => "1 drawing is".to_owned(),
            count => format!("{count} drawings are"),
        };
        self.alphabets.push(format!(
            "{alphabet}: {drawings} left out, so that each character is drawn by each drawer: {what}"
        ));
    }

    /// Why the first file of this folder was left out.
    pub(crate) fn within(&self, folder: &Path) -> Option<String> {
        let mut files = self.files.iter();
        let (path, reason) = files.find(|(path, _)| path.parent() == Some(folder))?;
        Some(format!("{} {reason}", super::listing::name(path)))
    }
}

impl Display for LeftOut {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.files.len() {
            0 => {}
            1 => writeln!(to, "1 file is left out:")?,
            count => writeln!(to, "{count} files are left out:")?,
        }
        for (path, reason) in self.files.iter().take(NAMED) {
            writeln!(to, "  {} {reason}", path.display())?;
        }
        if let Some(more) = self.files.len().checked_sub(NAMED).filter(|&more| more > 0) {
            writeln!(to, "  and {more} more")?;
        }
        for alphabet in &self.alphabets {
            writeln!(to, "{alphabet}")?;
        }
        Ok(())
    }
}
