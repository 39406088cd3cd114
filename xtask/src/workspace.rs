//! Where things lie in the checkout, and the versions that its lock file fixes.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Error, Result};

/// The checkout.
#[derive(Clone, Debug)]
pub struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// The checkout that this program was compiled in.
    #[must_use]
    pub fn find() -> Self {
        let own = Path::new(env!("CARGO_MANIFEST_DIR"));
        Self {
            root: own.parent().unwrap_or(own).to_owned(),
        }
    }

    /// Its top folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// What is put on a host: the built app.
    #[must_use]
    pub fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// The built engine, which Trunk copies into `dist/engine`. Its place is in Trunk.toml too,
    /// so it does not follow `CARGO_TARGET_DIR`.
    #[must_use]
    pub fn engine(&self) -> PathBuf {
        self.root.join("target/engine")
    }

    /// The built reader of paper, which Trunk copies into `dist/paper`; as [`Workspace::engine`].
    #[must_use]
    pub fn paper(&self) -> PathBuf {
        self.root.join("target/paper")
    }

    /// Cargo's output.
    #[must_use]
    pub fn target(&self) -> PathBuf {
        std::env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| self.root.join("target"), |path| self.root.join(path))
    }

    /// The cargo that runs us, in the top folder.
    #[must_use]
    pub fn cargo(&self) -> Command {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.current_dir(&self.root);
        command
    }

    /// The commit that is checked out, with a `+` behind it where files differ from it; `None` where there is no
    /// git.
    #[must_use]
    pub fn commit(&self) -> Option<String> {
        let mut git = Command::new("git");
        git.current_dir(&self.root)
            .args(["describe", "--always", "--exclude=*"])
            .args(["--abbrev=12", "--dirty=+"]);
        // An unpacked archive in another repository's folder has no commit.
        if let Some(above) = self.root.parent() {
            git.env("GIT_CEILING_DIRECTORIES", above);
        }
        let output = git.output().ok().filter(|output| output.status.success())?;
        Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// The version of a package that Cargo.lock names.
    ///
    /// # Errors
    /// When Cargo.lock can't be read or has no such package.
    pub fn locked_version(&self, package: &str) -> Result<String> {
        let path = self.root.join("Cargo.lock");
        let lock = std::fs::read_to_string(&path).map_err(Error::file(&path))?;
        version_in(&lock, package).ok_or_else(|| Error::Content {
            path,
            problem: format!("no package {package}; run `cargo update --workspace`"),
        })
    }
}

fn version_in(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name).skip(1);
    let version = lines.next()?.strip_prefix("version = \"")?;
    Some(version.strip_suffix('"')?.to_owned())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_found_by_whole_names() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.5\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(version_in(lock, "wasm-bindgen").unwrap(), "0.2.130");
        assert_eq!(version_in(lock, "wasm"), None);
    }

    #[test]
    fn a_folder_without_git_has_no_commit() {
        let root = std::env::temp_dir().join(format!("twinglyph-commit-{}", std::process::id()));
        std::fs::create_dir_all(&root).unwrap();
        let commit = Workspace { root: root.clone() }.commit();
        std::fs::remove_dir_all(&root).unwrap();
        assert_eq!(commit, None);
        if let Some(commit) = Workspace::find().commit() {
            let digits = commit.trim_end_matches('+');
            assert!(digits.len() >= 12, "{commit}");
            assert!(
                digits.chars().all(|digit| digit.is_ascii_hexdigit()),
                "{commit}"
            );
        }
    }

    #[test]
    fn the_checkout_is_this_one() {
        let version = Workspace::find().locked_version("wasm-bindgen").unwrap();
        assert!(version.starts_with("0.2."), "{version}");
    }
}
