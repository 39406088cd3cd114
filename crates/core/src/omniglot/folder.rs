//! Which folder has the official archives: one rule for the lab and for tests.
//!
//! Takes the variable's value and a way to look for a file. Refuses to read either itself.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// The environment variable that names the folder of the archives.
pub const VARIABLE: &str = "OMNIGLOT_DIR";

/// The archives of images: background set, evaluation set.
pub const IMAGES: [&str; 2] = ["images_background.zip", "images_evaluation.zip"];

/// The archive of the official runs.
pub const OFFICIAL_RUNS: &str = "all_runs.zip";

/// The archives of pen strokes. Two alphabets are in both.
pub const STROKES: [&str; 2] = [
    "strokes_background_small1.zip",
    "strokes_background_small2.zip",
];

/// Where the archives are looked for when nobody names a folder, from the checkout.
const BESIDE: &str = "../shared/omniglot";

/// The folder that somebody named lacks archives.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{by} names {}, which lacks {missing}; set {by} to the folder of Omniglot's archives, or leave it out",
    folder.display()
)]
pub struct LacksArchives {
    /// What names the folder.
    by: &'static str,
    /// The folder.
    folder: PathBuf,
    /// The archives that are not there.
    missing: String,
}

/// The folder that `by` names, if it has these archives.
///
/// # Errors
/// When it lacks one.
pub fn named_folder(
    by: &'static str,
    folder: &Path,
    needed: &[&str],
    is_file: impl Fn(&Path) -> bool,
) -> Result<PathBuf, LacksArchives> {
    let missing: Vec<&str> = needed
        .iter()
        .copied()
        .filter(|archive| !is_file(&folder.join(archive)))
        .collect();
    if missing.is_empty() {
        return Ok(folder.to_owned());
    }
    Err(LacksArchives {
        by,
        folder: folder.to_owned(),
        missing: missing.join(", "),
    })
}

/// The folder that has these archives: the one that [`VARIABLE`] names, else `shared/omniglot`
/// beside the checkout. `None` where nothing is named and nothing lies beside.
///
/// An empty value names nothing. A relative one starts at the working folder or at the checkout:
/// Cargo runs tests in their package's folder.
///
/// # Errors
/// When the variable names a folder that lacks one: a wrong name is never passed over.
pub fn find_archives(
    variable: Option<&OsStr>,
    checkout: &Path,
    needed: &[&str],
    is_file: impl Fn(&Path) -> bool,
) -> Result<Option<PathBuf>, LacksArchives> {
    match variable.filter(|value| !value.is_empty()) {
        Some(folder) => named_folder(VARIABLE, Path::new(folder), needed, &is_file)
            .or_else(|_| named_folder(VARIABLE, &checkout.join(folder), needed, &is_file))
            .map(Some),
        None => Ok(named_folder(BESIDE, &checkout.join(BESIDE), needed, is_file).ok()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// The search in a file system that has these files alone.
    fn search(variable: Option<&str>, files: &[&str]) -> Result<Option<PathBuf>, LacksArchives> {
        find_archives(
            variable.map(OsStr::new),
            Path::new("/checkout"),
            &IMAGES,
            |path| files.iter().any(|file| Path::new(file) == path),
        )
    }

    #[test]
    fn a_named_folder_without_the_archives_is_an_error_that_says_so() {
        // What lies beside the checkout doesn't stand in for what was named.
        let beside = IMAGES.map(|archive| format!("/checkout/../shared/omniglot/{archive}"));
        let mut files: Vec<&str> = beside.iter().map(String::as_str).collect();
        let told =
            |variable, files: &[&str]| search(Some(variable), files).unwrap_err().to_string();
        assert_eq!(
            told("/empty", &files),
            "OMNIGLOT_DIR names /empty, which lacks images_background.zip, images_evaluation.zip; \
             set OMNIGLOT_DIR to the folder of Omniglot's archives, or leave it out"
        );
        assert!(told("empty", &files).contains("names /checkout/empty,"));
        files.push("/half/images_background.zip");
        assert!(told("/half", &files).contains("which lacks images_evaluation.zip;"));
    }

    #[test]
    fn a_named_folder_with_the_archives_is_taken() {
        for (variable, folder) in [
            ("/data", "/data"),
            ("data", "data"),
            ("data", "/checkout/data"),
        ] {
            let files = IMAGES.map(|archive| format!("{folder}/{archive}"));
            let found = search(Some(variable), &files.each_ref().map(String::as_str));
            assert_eq!(found, Ok(Some(PathBuf::from(folder))));
        }
    }

    #[test]
    fn unnamed_the_folder_beside_the_checkout_is_taken_if_it_has_the_archives() {
        let beside = "/checkout/../shared/omniglot";
        let files = IMAGES.map(|archive| format!("{beside}/{archive}"));
        let files = files.each_ref().map(String::as_str);
        for unnamed in [None, Some("")] {
            assert_eq!(search(unnamed, &files), Ok(Some(PathBuf::from(beside))));
            assert_eq!(search(unnamed, &files[..1]), Ok(None));
        }
    }
}
