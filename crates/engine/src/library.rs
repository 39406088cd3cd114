//! Models that are kept: named by a person, checked whole before they are, listed, read, deleted.
//!
//! A kept model is `my/NAME` to the page, so that it can't be taken for a built-in one.

use twinglyph_core::protocol::{MODELS, ModelReport};
use twinglyph_nn::twin::shapes;
use twinglyph_nn::weights::{self, Metadata, WeightsError, tells_apart};

use crate::{EngineError, Host};

/// What the names of kept models begin with.
pub(crate) const OWN: &str = "my/";

/// Ending of their files.
const ENDING: &str = ".safetensors";

/// Bytes of a file's head. Headers of our networks have 3 to 7 kB.
const HEAD: usize = 1 << 15;

/// Most letters of a name.
const MOST_LETTERS: usize = 60;

/// The path of a kept model, by its name with or without [`OWN`].
///
/// # Errors
/// When it can't be a file's name.
pub(crate) fn path(name: &str) -> Result<String, EngineError> {
    let stem = name.strip_prefix(OWN).unwrap_or(name).trim();
    let plain = |letter: char| !letter.is_control() && !r#"/\:*?"<>|"#.contains(letter);
    let fits = !stem.is_empty()
        && !stem.starts_with('.')
        && stem.chars().count() <= MOST_LETTERS
        && stem.chars().all(plain);
    if fits {
        Ok(format!("{MODELS}/{stem}{ENDING}"))
    } else {
        Err(EngineError::OwnName(name.into()))
    }
}

/// Checks a file and keeps it under a name.
///
/// # Errors
/// When the name or the file can't be used, its network tells no drawings apart, or storage refuses.
pub(crate) async fn keep(host: &dyn Host, name: &str, bytes: Vec<u8>) -> Result<(), EngineError> {
    let path = path(name)?;
    let checked = check(&bytes).and_then(|()| tells_apart(&bytes));
    checked.map_err(|error| EngineError::Weights {
        name: name.into(),
        error,
    })?;
    Ok(host.keep(&path, &bytes).await?)
}

/// Is this a whole weights file of a network that can be trained or used?
///
/// # Errors
/// What is wrong with it.
pub(crate) fn check(bytes: &[u8]) -> Result<(), WeightsError> {
    let metadata = weights::peek(bytes)?;
    weights::check(bytes, &shapes(metadata.architecture))
}

/// The bytes of a kept model.
///
/// # Errors
/// When there is none, or storage refuses.
pub(crate) async fn read(host: &dyn Host, name: &str) -> Result<Vec<u8>, EngineError> {
    let path = path(name)?;
    let bytes = host.read_kept(&path).await?;
    bytes.ok_or_else(|| EngineError::NotKept(name.into()))
}

/// Forgets a kept model.
///
/// # Errors
/// When storage refuses.
pub(crate) async fn delete(host: &dyn Host, name: &str) -> Result<(), EngineError> {
    let path = path(name)?;
    Ok(host.forget(&path).await?)
}

/// What is kept, by name. A file that can't be read has its name too, so that none is kept in its place.
///
/// # Errors
/// When storage refuses.
pub(crate) async fn list(host: &dyn Host) -> Result<Vec<ModelReport>, EngineError> {
    let mut names = host.kept(MODELS).await?;
    names.sort();
    let mut reports = Vec::new();
    for stem in names.iter().filter_map(|name| name.strip_suffix(ENDING)) {
        let name = format!("{OWN}{stem}");
        reports.push(match metadata(host, stem).await {
            Ok(metadata) => metadata.report(&name),
            Err(fault) => ModelReport::unreadable(name, fault.to_string()),
        });
    }
    Ok(reports)
}

/// Why a kept model's metadata can't be told.
#[derive(Debug, thiserror::Error)]
enum Unreadable {
    /// Its file doesn't come.
    #[error(transparent)]
    Kept(#[from] EngineError),
    /// Its file is no weights file.
    #[error(transparent)]
    File(#[from] WeightsError),
}

/// A kept model's metadata, by its file's head; by all of it where that is not as it should be.
async fn metadata(host: &dyn Host, stem: &str) -> Result<Metadata, Unreadable> {
    let path = path(stem)?;
    if let Ok(Some(head)) = host.kept_head(&path, HEAD).await
        && let Ok(metadata) = weights::peek_head(&head.bytes, head.length)
    {
        return Ok(metadata);
    }
    let bytes = read(host, stem).await?;
    Ok(weights::peek(&bytes)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_files_of_one_folder() {
        for good in ["mine", "my/mine", "Ünïcode 字", "a.b"] {
            assert!(
                path(good).is_ok_and(|path| path.starts_with("models/")),
                "{good}"
            );
        }
        assert_eq!(path("my/x").ok(), path("x").ok());
        let long = "x".repeat(61);
        for bad in [
            "",
            " ",
            "../x",
            "a/b",
            "my/",
            ".hidden",
            "a\nb",
            "c:\\x",
            long.as_str(),
        ] {
            assert!(path(bad).is_err(), "{bad:?}");
        }
    }
}
