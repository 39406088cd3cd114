//! Where Omniglot comes from: the repository's shards, or the official archives in a folder that
//! `--from` or `OMNIGLOT_DIR` names.
//!
//! Knows folders and files; refuses to know what the drawings are for. Whatever is found is
//! checked by its content.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
#[cfg(feature = "networks")]
use std::{collections::BTreeMap, error::Error};

use twinglyph_core::omniglot::{self, IMAGES, LacksArchives, OmniglotError};
use twinglyph_core::shard::{self, Manifest, ManifestError, ShardError};
use twinglyph_core::{Alphabet, Set};
#[cfg(feature = "networks")]
use twinglyph_core::{
    Bitmap,
    alphabet::DRAWERS,
    ink::{self, Ink, Point, Stroke},
    own::Example,
};

/// Where its authors offer the archives.
const HOME: &str = "https://github.com/brendenlake/omniglot";

/// Most bytes of an archive: four times the larger official one, which has about 10 MB.
const MAX_ARCHIVE_BYTES: u64 = 40 * 1024 * 1024;

/// The folder of the app's shards, in the checkout.
const SHARDS: &str = "assets/omniglot";

/// All of Omniglot, each set in the order of names.
pub(crate) struct Omniglot {
    /// The 30 alphabets to learn from.
    pub(crate) background: Vec<Alphabet>,
    /// The 20 alphabets to be measured on.
    pub(crate) evaluation: Vec<Alphabet>,
}

/// Why Omniglot can't be had.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SourceError {
    /// No folder is named, and none lies beside the checkout.
    #[error(
        "Omniglot's archives ({}) are not on this machine; fetch them from {HOME}, and name their folder with --from or {}",
        .0.join(", "),
        omniglot::VARIABLE
    )]
    Nowhere(Vec<&'static str>),
    /// The folder that is named lacks an archive.
    #[error(transparent)]
    Named(#[from] LacksArchives),
    /// A file can't be read or written.
    #[error("{}: {error}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The system's words.
        error: io::Error,
    },
    /// A file is far too large to be what it should be.
    #[error("{} has {bytes} bytes, more than the {MAX_ARCHIVE_BYTES} an archive may have", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its length.
        bytes: u64,
    },
    /// An archive's content is not the official one.
    #[error("{}: {error}", path.display())]
    Archive {
        /// The archive.
        path: PathBuf,
        /// What is wrong with it.
        error: OmniglotError,
    },
    /// The shards' manifest can't be used.
    #[error("{}: {error}", path.display())]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// What is wrong with it.
        error: ManifestError,
    },
    /// A shard can't be used.
    #[error("{}: {error}", path.display())]
    Shard {
        /// The shard.
        path: PathBuf,
        /// What is wrong with it.
        error: ShardError,
    },
    /// The shards are not all of Omniglot.
    #[error("{}: {error}", path.display())]
    Shards {
        /// The shards' folder.
        path: PathBuf,
        /// What is missing.
        error: OmniglotError,
    },
}

/// All of Omniglot: from the archives where a folder is named, else from the repository's shards.
///
/// # Errors
/// When the folder lacks the archives, or when what is there is not Omniglot.
pub(crate) fn load(from: Option<&Path>) -> Result<Omniglot, SourceError> {
    match named(from, variable().as_deref(), &IMAGES)? {
        Some(folder) => read_archives(&folder),
        None => read_shards(&shards_folder()),
    }
}

/// The folder of these archives.
///
/// # Errors
/// When the folder that is named lacks one, or when none is named and none lies beside the checkout.
pub(crate) fn archives(
    from: Option<&Path>,
    needed: &[&'static str],
) -> Result<PathBuf, SourceError> {
    match named(from, variable().as_deref(), needed)? {
        Some(folder) => Ok(folder),
        None => omniglot::find_archives(None, &checkout(), needed, Path::is_file)?
            .ok_or_else(|| SourceError::Nowhere(needed.to_vec())),
    }
}

/// Is the folder that `--from` or the variable names, if any, one of the archives of images?
///
/// # Errors
/// When it lacks one.
pub(crate) fn check_named(from: Option<&Path>) -> Result<(), SourceError> {
    named(from, variable().as_deref(), &IMAGES)?;
    Ok(())
}

/// Reads and checks the two archives in a folder.
pub(crate) fn read_archives(folder: &Path) -> Result<Omniglot, SourceError> {
    let [background, evaluation] = IMAGES.map(|name| folder.join(name));
    Ok(Omniglot {
        background: read_archive(&background, omniglot::background)?,
        evaluation: read_archive(&evaluation, omniglot::evaluation)?,
    })
}

/// The background alphabets of which there are strokes, rasterised by `core::ink`: the drawings
/// as a person's on the page, in the form of the official images; `sketched` as a person's own set keeps them.
///
/// # Errors
/// When the archives of strokes are not there, or can't be read.
#[cfg(feature = "networks")]
pub(crate) fn drawn_alphabets(
    from: Option<&Path>,
    sketched: bool,
) -> Result<Vec<Alphabet>, Box<dyn Error>> {
    let folder = archives(from, &omniglot::STROKES)?;
    // Some drawings are in both archives.
    let mut drawings: BTreeMap<String, BTreeMap<(u16, u8), Bitmap>> = BTreeMap::new();
    for name in omniglot::STROKES {
        let path = folder.join(name);
        let bytes = read(&path)?;
        let read =
            omniglot::strokes(&bytes).map_err(|error| SourceError::Archive { path, error })?;
        for drawing in read {
            let strokes = drawing.pen.0.iter().map(|stroke| Stroke {
                points: stroke.iter().map(|&[x, y, _]| Point::at(x, y)).collect(),
            });
            let ink = Ink {
                strokes: strokes.collect(),
            };
            let bitmap = if sketched {
                Example::drawn(&ink).drawing().clone()
            } else {
                ink::rasterise(&ink, ink::Pen::OMNIGLOT)
            };
            let place = (drawing.character, drawing.drawer);
            drawings
                .entry(drawing.alphabet)
                .or_default()
                .insert(place, bitmap);
        }
    }
    let alphabet = |(name, drawings): (String, BTreeMap<_, Bitmap>)| {
        let drawings = drawings.into_values().collect();
        Alphabet::new(name, Set::Background, DRAWERS, drawings)
    };
    Ok(drawings
        .into_iter()
        .map(alphabet)
        .collect::<Result<_, _>>()?)
}

/// The checkout that the lab was built from, or the working folder where that one is gone.
pub(crate) fn checkout() -> PathBuf {
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    built.canonicalize().unwrap_or_else(|_| PathBuf::from("."))
}

/// The default folder of the app's shards.
pub(crate) fn shards_folder() -> PathBuf {
    checkout().join(SHARDS)
}

/// The variable's value, `None` where it is not set or empty.
fn variable() -> Option<OsString> {
    std::env::var_os(omniglot::VARIABLE).filter(|value| !value.is_empty())
}

/// The folder that `--from`, else the variable, names; `None` where neither does.
fn named(
    from: Option<&Path>,
    variable: Option<&OsStr>,
    needed: &[&str],
) -> Result<Option<PathBuf>, LacksArchives> {
    match (from, variable) {
        (Some(folder), _) => {
            omniglot::named_folder("--from", folder, needed, Path::is_file).map(Some)
        }
        (None, Some(_)) => omniglot::find_archives(variable, &checkout(), needed, Path::is_file),
        (None, None) => Ok(None),
    }
}

/// Reads one archive with core's parser.
fn read_archive(
    path: &Path,
    parse: fn(&[u8]) -> Result<Vec<Alphabet>, OmniglotError>,
) -> Result<Vec<Alphabet>, SourceError> {
    parse(&read(path)?).map_err(|error| SourceError::Archive {
        path: path.to_owned(),
        error,
    })
}

/// Decodes and checks all shards in a folder.
fn read_shards(folder: &Path) -> Result<Omniglot, SourceError> {
    let path = folder.join(Manifest::FILE);
    let manifest =
        Manifest::parse(&read(&path)?).map_err(|error| SourceError::Manifest { path, error })?;
    let set = |set: Set| -> Result<Vec<Alphabet>, SourceError> {
        let entries = manifest.alphabets().iter();
        let alphabets = entries
            .filter(|entry| entry.set == set)
            .map(|entry| {
                let path = folder.join(&entry.file);
                shard::decode(entry, &read(&path)?)
                    .map_err(|error| SourceError::Shard { path, error })
            })
            .collect::<Result<Vec<_>, _>>()?;
        omniglot::check_contents(set, &alphabets).map_err(|error| SourceError::Shards {
            path: folder.to_owned(),
            error,
        })?;
        Ok(alphabets)
    };
    Ok(Omniglot {
        background: set(Set::Background)?,
        evaluation: set(Set::Evaluation)?,
    })
}

/// A file's bytes, if it is not far too large.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, SourceError> {
    let bytes = fs::metadata(path).map_err(at(path))?.len();
    if bytes > MAX_ARCHIVE_BYTES {
        return Err(SourceError::TooLarge {
            path: path.to_owned(),
            bytes,
        });
    }
    fs::read(path).map_err(at(path))
}

/// An error of the system, at a file.
pub(crate) fn at(path: &Path) -> impl FnOnce(io::Error) -> SourceError {
    let path = path.to_owned();
    move |error| SourceError::File { path, error }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_without_the_archives_is_refused_by_name() {
        let folder = Path::new("no/such/folder");
        let error = load(Some(folder)).err().unwrap();
        assert!(matches!(error, SourceError::Named(_)), "{error}");
        assert!(
            error.to_string().starts_with("--from names no/such/folder"),
            "{error}"
        );
    }

    #[test]
    fn a_variable_that_names_an_empty_folder_is_refused_unless_another_is_named() {
        let empty = std::env::temp_dir().join(format!("lab-empty-{}", std::process::id()));
        let whole = empty.with_extension("whole");
        for folder in [&empty, &whole] {
            fs::create_dir_all(folder).unwrap();
        }
        fs::write(whole.join(IMAGES[0]), b"").unwrap();
        let search = |from: Option<&Path>| named(from, Some(empty.as_os_str()), &IMAGES[..1]);
        let (refused, found) = (search(None), search(Some(&whole)));
        for folder in [&empty, &whole] {
            fs::remove_dir_all(folder).unwrap();
        }
        let told = refused.unwrap_err().to_string();
        let start = format!("OMNIGLOT_DIR names {}, which lacks", empty.display());
        assert!(told.starts_with(&start), "{told}");
        assert_eq!(found, Ok(Some(whole)));
        assert_eq!(named(None, None, &IMAGES), Ok(None));
    }

    #[test]
    fn a_damaged_archive_is_refused_by_name() {
        let folder = std::env::temp_dir().join(format!("lab-source-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        for name in IMAGES {
            fs::write(folder.join(name), b"no zip").unwrap();
        }
        let error = load(Some(&folder)).err().unwrap();
        fs::remove_dir_all(&folder).unwrap();
        assert!(matches!(error, SourceError::Archive { .. }), "{error}");
        let message = error.to_string();
        assert!(message.contains("images_background.zip"), "{message}");
    }
}
