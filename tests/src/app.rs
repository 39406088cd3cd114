//! The built app as the tests meet it: its files, served below a sub-path.

use std::path::PathBuf;

use crate::server::Server;
use twinglyph_core::Alphabet;
use twinglyph_core::shard::{self, Manifest};
use xtask::workspace::Workspace;

use crate::{Error, Result};

/// The app must run under any path of a host; one with two parts shows most mistakes.
pub const MOUNT: &str = "/some/sub/path/";

/// Serves `dist/` on a free port.
///
/// # Errors
/// When there is no built app, or no port.
pub fn serve() -> Result<Server> {
    let dist = dist()?;
    Server::start(&dist, MOUNT, 0)
        .map_err(|error| Error::Setting(format!("the app can't be served: {error}")))
}

/// The alphabets that the built app has.
///
/// # Errors
/// When it has none.
pub fn manifest() -> Result<Manifest> {
    Manifest::parse(&bytes(&format!("omniglot/{}", Manifest::FILE))?)
        .map_err(|error| Error::Setting(error.to_string()))
}

/// An Omniglot alphabet as the built app has it.
///
/// # Errors
/// When the app has no such alphabet or its shard is damaged.
pub fn alphabet(name: &str) -> Result<Alphabet> {
    let manifest = manifest()?;
    let entry = manifest
        .alphabet(name)
        .ok_or_else(|| Error::Setting(format!("the app has no alphabet {name}")))?;
    shard::decode(entry, &bytes(&format!("omniglot/{}", entry.file))?)
        .map_err(|error| Error::Setting(error.to_string()))
}

/// The path of the one file of the built app whose path begins and ends so, as `engine/worker-` and
/// `.js`: names carry digests.
///
/// # Errors
/// When there is none, or more than one.
pub fn file(beginning: &str, ending: &str) -> Result<String> {
    let (folder, stem) = beginning.rsplit_once('/').unwrap_or(("", beginning));
    let files = std::fs::read_dir(dist()?.join(folder));
    let files = files.map_err(|error| Error::Setting(format!("{folder}: {error}")))?;
    let names = files.filter_map(|file| file.ok()?.file_name().into_string().ok());
    let fits = |name: &String| name.starts_with(stem) && name.ends_with(ending);
    match names.filter(fits).collect::<Vec<_>>().as_slice() {
        [name] if folder.is_empty() => Ok(name.clone()),
        [name] => Ok(format!("{folder}/{name}")),
        other => Err(Error::Setting(format!(
            "{beginning}...{ending} is {other:?}"
        ))),
    }
}

/// The bytes of a file of the built app.
///
/// # Errors
/// When it can't be read.
pub fn bytes(path: &str) -> Result<Vec<u8>> {
    std::fs::read(dist()?.join(path)).map_err(|error| Error::Setting(format!("{path}: {error}")))
}

/// Names another built app than the one in `dist/`: a long run goes on while that one is rebuilt.
const OTHER: &str = "TWINGLYPH_DIST";

/// The folder of the built app.
///
/// # Errors
/// When there is none.
pub fn dist() -> Result<PathBuf> {
    let dist = std::env::var_os(OTHER).map_or_else(|| Workspace::find().dist(), PathBuf::from);
    if dist.join("index.html").is_file() {
        Ok(dist)
    } else {
        Err(Error::Setting(
            "there is no built app in dist/; build it: cargo xtask build".into(),
        ))
    }
}
