//! What lies in a folder, in the order in which people number things.
//!
//! Passes over hidden files and what operating systems add. Follows links: whoever calls says how deep to go, so links
//! that go in circles end there.

use std::cmp::Ordering;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::picture::{is_other_picture, is_picture};

/// Most entries of a folder, and most drawings of all: 350 MB as bitmaps.
pub(crate) const MAX_FILES: usize = 250_000;

/// A folder's content, each kind in natural order.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    /// Folders in it.
    pub(crate) folders: Vec<PathBuf>,
    /// Pictures by their names.
    pub(crate) pictures: Vec<PathBuf>,
    /// What would be a picture, with the reason why it can't be one.
    pub(crate) others: Vec<(PathBuf, String)>,
}

/// Lists a folder; text files and whatever else is no picture by its name are passed over.
///
/// # Errors
/// When it can't be read, or has more than [`MAX_FILES`] entries.
pub(crate) fn list(folder: &Path) -> io::Result<Listing> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if paths.len() >= MAX_FILES {
            let reason = format!("holds more than {MAX_FILES} entries");
            return Err(io::Error::other(reason));
        }
        if !is_hidden(&path) {
            paths.push(path);
        }
    }
    paths.sort_by_cached_key(|path| natural(&name(path)));
    let mut listing = Listing::default();
    for path in paths {
        match fs::metadata(&path) {
            Ok(found) if found.is_dir() => listing.folders.push(path),
            Ok(_) if is_picture(&path) => listing.pictures.push(path),
            Ok(_) if is_other_picture(&path) => {
                let reason = "is of a format that is not read; make it a PNG";
                listing.others.push((path, reason.to_owned()));
            }
            Ok(_) => {}
            // A link to nowhere, or in circles.
            Err(error) => listing.others.push((path, error.to_string())),
        }
    }
    Ok(listing)
}

/// The last part of a path.
pub(crate) fn name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}

/// The last part of a path without its extension.
pub(crate) fn stem(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or(path.as_os_str());
    stem.to_string_lossy().into_owned()
}

fn is_hidden(path: &Path) -> bool {
    let name = name(path);
    name.starts_with('.') || ["Thumbs.db", "desktop.ini", "__MACOSX"].contains(&name.as_str())
}

/// A name in parts of digits and of other letters; its order puts `a2` before `a10`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Natural(Vec<Part>, String);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    /// Without leading zeros.
    Digits(String),
}

impl Part {
    fn key(&self) -> (bool, usize, &str) {
        match self {
            Self::Text(text) => (true, 0, text),
            Self::Digits(digits) => (false, digits.len(), digits),
        }
    }
}

impl Ord for Part {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

impl PartialOrd for Part {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The key by which names are in natural order.
pub(crate) fn natural(name: &str) -> Natural {
    let mut parts = Vec::new();
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        let is_digit = first.is_ascii_digit();
        let end = rest.find(|letter: char| letter.is_ascii_digit() != is_digit);
        let (part, others) = rest.split_at(end.unwrap_or(rest.len()));
        rest = others;
        parts.push(match is_digit {
            true => Part::Digits(part.trim_start_matches('0').to_owned()),
            false => Part::Text(part.to_owned()),
        });
    }
    Natural(parts, name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_in_names_are_counted() {
        let mut names = ["a10", "b", "a2", "a02", "2", "10", "a"];
        names.sort_by_cached_key(|name| natural(name));
        assert_eq!(names, ["2", "10", "a", "a02", "a2", "a10", "b"]);
    }

    proptest! {
        #[test]
        fn names_without_digits_keep_the_order_of_their_letters(
            one in "[^0-9]{0,6}", other in "[^0-9]{0,6}",
        ) {
            prop_assert_eq!(natural(&one).cmp(&natural(&other)), one.cmp(&other));
        }
    }
}
