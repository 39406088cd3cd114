//! The other frameworks that `cargo xtask bench` measures: packages of npm, at the versions and
//! with the SHA-512 of `bench/peers/package-lock.json`, which npm checks.
//!
//! They are fetched into `target/` for the bench alone. Refuses to know what is done with them.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::apt;
use crate::process::{self, say};
use crate::workspace::Workspace;
use crate::{Error, Result};

/// npm in Debian.
const PACKAGES: [&str; 2] = ["nodejs", "npm"];

/// The two files that say what is fetched.
const FILES: [&str; 2] = ["package.json", "package-lock.json"];

/// Fetches the packages, unless they are there, and gives their folder, `node_modules`.
///
/// # Errors
/// When there is no npm and it can't be installed, or it can't fetch a package, or a package is
/// not the one that the lock file names.
pub fn ensure(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.target().join("bench/peers");
    let modules = folder.join("node_modules");
    let wanted = workspace.root().join("bench/peers");
    // The lock file is put there last, so that an interrupted fetch is begun again.
    let done = folder.join("fetched.json");
    let lock = read(&wanted.join(FILES[1]))?;
    if modules.is_dir() && read(&done).is_ok_and(|fetched| fetched == lock) {
        return Ok(modules);
    }
    let npm = npm()?;
    std::fs::create_dir_all(&folder).map_err(Error::file(&folder))?;
    for file in FILES {
        let to = folder.join(file);
        std::fs::write(&to, read(&wanted.join(file))?).map_err(Error::file(&to))?;
    }
    say("fetching other frameworks by npm into target/bench (60 MB to download, a few seconds)");
    let mut command = Command::new(npm);
    command
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .current_dir(&folder);
    process::run(&mut command)?;
    std::fs::write(&done, lock).map_err(Error::file(&done))?;
    Ok(modules)
}

fn npm() -> Result<PathBuf> {
    if let Some(npm) = process::find(&["npm"]) {
        return Ok(npm);
    }
    if apt::is_usable() {
        say("installing nodejs and npm by apt-get for the bench (1 to 2 minutes)");
        apt::install(&PACKAGES)?;
    }
    process::find(&["npm"]).ok_or_else(|| Error::Missing {
        what: "There is no npm to fetch the other frameworks with.".into(),
        remedy: "Install Node.js with npm; only `cargo xtask bench` needs it.".into(),
    })
}

fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(Error::file(path))
}
