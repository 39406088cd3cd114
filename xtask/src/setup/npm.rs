//! Packages of npm, at the versions and with the SHA-512 of a `package-lock.json`, which npm checks: the
//! other frameworks that `cargo xtask bench` measures, and what looks for barriers in the pages.
//!
//! They are fetched into `target/`, and nothing of them is in the app. Refuses to know what is done with
//! them.

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

/// Some packages.
#[derive(Clone, Copy, Debug)]
pub struct Packages {
    /// The folder of their two files in the checkout, and of the packages below `target/`.
    folder: &'static str,
    /// What they are, and what fetching them costs.
    what: &'static str,
}

/// What `cargo xtask bench` measures beside ours.
pub const PEERS: Packages = Packages {
    folder: "bench/peers",
    what: "other frameworks by npm into target/bench (60 MB to download, a few seconds)",
};

/// What looks for barriers in the pages.
pub const AXE: Packages = Packages {
    folder: "tests/axe",
    what: "axe-core by npm into target/tests (3 MB to download, a few seconds)",
};

/// Tells the tests where axe-core's script is.
pub const AXE_VARIABLE: &str = "TWINGLYPH_AXE";

/// The script, fetched unless it is there.
///
/// # Errors
/// As [`ensure`].
pub fn axe(workspace: &Workspace) -> Result<PathBuf> {
    Ok(ensure(workspace, AXE)?.join("axe-core/axe.min.js"))
}

/// Fetches the packages, unless they are there, and gives their folder, `node_modules`.
///
/// # Errors
/// When there is no npm and it can't be installed, or it can't fetch a package, or a package is
/// not the one that the lock file names.
pub fn ensure(workspace: &Workspace, packages: Packages) -> Result<PathBuf> {
    let folder = workspace.target().join(packages.folder);
    let modules = folder.join("node_modules");
    let wanted = workspace.root().join(packages.folder);
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
    say(format!("fetching {}", packages.what));
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
        say("installing nodejs and npm by apt-get (1 to 2 minutes)");
        apt::install(&PACKAGES)?;
    }
    process::find(&["npm"]).ok_or_else(|| Error::Missing {
        what: "There is no npm to fetch packages with.".into(),
        remedy: "Install Node.js with npm; `cargo xtask bench` and the check for barriers need it."
            .into(),
    })
}

fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(Error::file(path))
}
