//! Where tools that the set-up had to get are kept: a folder of the person's own, where every
//! checkout finds them. Refuses to know which tools.

use std::path::PathBuf;

use crate::{Error, Result};

/// The folder of tools.
///
/// # Errors
/// When the environment names no folder of a person's own.
pub(super) fn tools() -> Result<PathBuf> {
    let folder = |name: &str| std::env::var_os(name).map(PathBuf::from);
    folder("XDG_CACHE_HOME")
        .filter(|path| path.is_absolute())
        .or_else(|| folder("HOME").map(|home| home.join(".cache")))
        .or_else(|| folder("LOCALAPPDATA"))
        .map(|path| path.join("twinglyph").join("tools"))
        .ok_or_else(|| Error::Missing {
            what: "There is no folder to keep tools in.".into(),
            remedy: "Set HOME or XDG_CACHE_HOME.".into(),
        })
}
