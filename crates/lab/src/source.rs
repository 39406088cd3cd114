//! Where Omniglot comes from: the official archives on this machine, else a download, else the
//! app's own shards.
//!
//! Knows folders and files; refuses to know what the drawings are for. Whatever is found is
//! checked by its content.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
#[cfg(feature = "networks")]
use std::{collections::BTreeMap, error::Error};

use twinglyph_core::omniglot::{self, OmniglotError};
use twinglyph_core::shard::{self, Manifest, ManifestError, ShardError};
use twinglyph_core::{Alphabet, Set};
#[cfg(feature = "networks")]
use twinglyph_core::{
    Bitmap,
    alphabet::DRAWERS,
    ink::{self, Point, Stroke},
};

/// The two archives of images.
const ARCHIVES: [&str; 2] = ["images_background.zip", "images_evaluation.zip"];

/// Where the data set's home page, <https://github.com/brendenlake/omniglot>, offers them.
const HOME: &str = "https://github.com/brendenlake/omniglot/raw/master/python";

/// Most bytes of an archive: four times the larger official one, which has about 10 MB.
const MAX_ARCHIVE_BYTES: u64 = 40 * 1024 * 1024;

/// Seconds to wait for a connection: without a network the set-up should go on soon.
const CONNECT_SECONDS: &str = "5";

/// Seconds a download may take: 10 MB at 33 kB/s.
const DOWNLOAD_SECONDS: &str = "300";

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
    /// No place has it.
    #[error(
        "Omniglot is not on this machine{download}; name the folder of its two archives with --from or OMNIGLOT_DIR"
    )]
    Nowhere {
        /// What became of the download, with a leading comma; empty where none was tried.
        download: String,
    },
    /// The folder that was asked for lacks an archive.
    #[error("{} is not there; --from takes the folder that holds {} and {}", .0.display(), ARCHIVES[0], ARCHIVES[1])]
    NotInFolder(PathBuf),
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

/// All of Omniglot: from the archives where they are on this machine, else from the app's shards.
///
/// # Errors
/// When neither is there, or when what is there is not Omniglot.
pub(crate) fn load(from: Option<&Path>) -> Result<Omniglot, SourceError> {
    if let Some(folder) = local_archives(from)? {
        return read_archives(&folder);
    }
    let folder = checkout().join(SHARDS);
    if folder.join(Manifest::FILE).is_file() {
        return read_shards(&folder);
    }
    Err(SourceError::Nowhere {
        download: String::new(),
    })
}

/// The folder of the two archives, which are downloaded where this machine doesn't have them.
///
/// # Errors
/// When `from` lacks them, or when they can't be downloaded.
pub(crate) fn archives(from: Option<&Path>) -> Result<PathBuf, SourceError> {
    match local_archives(from)? {
        Some(folder) => Ok(folder),
        None => download(),
    }
}

/// Reads and checks the two archives in a folder.
pub(crate) fn read_archives(folder: &Path) -> Result<Omniglot, SourceError> {
    let [background, evaluation] = ARCHIVES.map(|name| folder.join(name));
    Ok(Omniglot {
        background: read_archive(&background, omniglot::background)?,
        evaluation: read_archive(&evaluation, omniglot::evaluation)?,
    })
}

/// The background alphabets of which there are strokes, rasterised by `core::ink`: the drawings
/// as a person's on the page, in the form of the official images.
///
/// # Errors
/// When the archives of strokes are not with those of images, or can't be read.
#[cfg(feature = "networks")]
pub(crate) fn drawn_alphabets(from: Option<&Path>) -> Result<Vec<Alphabet>, Box<dyn Error>> {
    let folder = archives(from)?;
    // Some drawings are in both archives.
    let mut drawings: BTreeMap<String, BTreeMap<(u16, u8), Bitmap>> = BTreeMap::new();
    for name in [
        "strokes_background_small1.zip",
        "strokes_background_small2.zip",
    ] {
        let path = folder.join(name);
        let bytes = read(&path)?;
        let read =
            omniglot::strokes(&bytes).map_err(|error| SourceError::Archive { path, error })?;
        for drawing in read {
            let strokes = drawing.pen.0.iter().map(|stroke| Stroke {
                points: stroke.iter().map(|&[x, y, _]| Point::at(x, y)).collect(),
            });
            let strokes: Vec<Stroke> = strokes.collect();
            let bitmap = ink::rasterise(&strokes, ink::Pen::OMNIGLOT);
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

/// The first folder on this machine that has both archives.
fn local_archives(from: Option<&Path>) -> Result<Option<PathBuf>, SourceError> {
    if let Some(folder) = from {
        return match missing(folder) {
            None => Ok(Some(folder.to_owned())),
            Some(archive) => Err(SourceError::NotInFolder(archive)),
        };
    }
    let named = std::env::var_os("OMNIGLOT_DIR").map(PathBuf::from);
    // A relative one may be meant from the checkout, as in `OMNIGLOT_DIR=../shared/omniglot`.
    let named_from_checkout = named.as_ref().map(|folder| checkout().join(folder));
    let beside = |folder: PathBuf| folder.join("../shared/omniglot");
    let places = [
        named,
        named_from_checkout,
        Some(beside(checkout())),
        Some(beside(PathBuf::from("."))),
        cache(),
    ];
    let mut places = places.into_iter().flatten();
    // A folder that is named but lacks an archive is passed over: continuous integration names
    // one that some machines don't have.
    Ok(places.find(|folder| missing(folder).is_none()))
}

/// The first archive that a folder lacks.
fn missing(folder: &Path) -> Option<PathBuf> {
    let mut paths = ARCHIVES.iter().map(|name| folder.join(name));
    paths.find(|path| !path.is_file())
}

/// The user's folder for files that can be fetched again.
fn cache() -> Option<PathBuf> {
    let folder = |variable| {
        let value = std::env::var_os(variable).filter(|value| !value.is_empty());
        value.map(PathBuf::from)
    };
    let base = folder("XDG_CACHE_HOME")
        .or_else(|| folder("LOCALAPPDATA"))
        .or_else(|| folder("HOME").map(|home| home.join(".cache")))?;
    Some(base.join("twinglyph").join("omniglot"))
}

/// Downloads both archives into the user's cache.
fn download() -> Result<PathBuf, SourceError> {
    let folder = cache().ok_or_else(|| SourceError::Nowhere {
        download: ", and there is no folder to download it to (HOME is not set)".to_owned(),
    })?;
    fs::create_dir_all(&folder).map_err(at(&folder))?;
    let checks = [omniglot::background, omniglot::evaluation];
    for (name, check) in ARCHIVES.into_iter().zip(checks) {
        let path = folder.join(name);
        if path.is_file() {
            continue;
        }
        println!("Omniglot: downloading {HOME}/{name} (up to 10 MB)");
        let part = folder.join(format!("{name}.{}.part", std::process::id()));
        let fetched = fetch(&format!("{HOME}/{name}"), &part)
            .and_then(|()| read_archive(&part, check).map(|_| ()))
            .and_then(|()| fs::rename(&part, &path).map_err(at(&path)));
        if fetched.is_err() {
            // Best effort: the error that matters is the one above.
            let _ = fs::remove_file(&part);
        }
        fetched?;
    }
    Ok(folder)
}

/// Downloads one file by `curl`, which comes with every system that the project is built on and
/// knows its proxies and certificates.
fn fetch(address: &str, to: &Path) -> Result<(), SourceError> {
    let output = Command::new("curl")
        .args(["--fail", "--location", "--silent", "--show-error"])
        .args(["--connect-timeout", CONNECT_SECONDS])
        .args(["--max-time", DOWNLOAD_SECONDS])
        .args(["--max-filesize", &MAX_ARCHIVE_BYTES.to_string()])
        .arg("--output")
        .arg(to)
        .arg(address)
        .output();
    let nowhere = |reason: &str| SourceError::Nowhere {
        download: format!(", and its download failed ({})", reason.trim()),
    };
    let output = output.map_err(|error| nowhere(&format!("curl: {error}")))?;
    if output.status.success() {
        return Ok(());
    }
    let words = String::from_utf8_lossy(&output.stderr);
    Err(nowhere(
        words.lines().next().unwrap_or("curl gave no reason"),
    ))
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
    let set = |set: Set| {
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
        assert!(matches!(error, SourceError::NotInFolder(_)), "{error}");
        assert!(error.to_string().contains("no/such/folder"), "{error}");
    }

    #[test]
    fn a_damaged_archive_is_refused_by_name() {
        let folder = std::env::temp_dir().join(format!("lab-source-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        for name in ARCHIVES {
            fs::write(folder.join(name), b"no zip").unwrap();
        }
        let error = load(Some(&folder)).err().unwrap();
        fs::remove_dir_all(&folder).unwrap();
        assert!(matches!(error, SourceError::Archive { .. }), "{error}");
        let message = error.to_string();
        assert!(message.contains("images_background.zip"), "{message}");
    }
}
