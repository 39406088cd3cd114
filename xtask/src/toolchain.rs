//! Which compiler makes wasm, and the environment that it needs.
//!
//! Rust's own target is used where it is installed or can be. Elsewhere Debian's packages, which
//! carry the sources of the standard library instead of a compiled one.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process;
use crate::workspace::Workspace;

/// The wasm target's name.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// Forces a choice, `rust` or `debian`: for tests of the set-up.
pub const CHOICE: &str = "TWINGLYPH_WASM_TOOLCHAIN";

/// Debian's compiler.
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";

/// Debian's linker; the version in its name belongs to its package.
pub const DEBIAN_LINKER: &str = "wasm-ld-22";

/// A way to compile for wasm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WasmToolchain {
    /// The Rust toolchain in use has the target.
    Rust,
    /// Debian's rustc-web, cargo-web, rust-web-src and lld.
    Debian,
}

impl WasmToolchain {
    /// The first one that is installed.
    #[must_use]
    pub fn installed() -> Option<Self> {
        match std::env::var(CHOICE).as_deref() {
            Ok("rust") => Self::Rust.is_installed().then_some(Self::Rust),
            Ok("debian") => Self::Debian.is_installed().then_some(Self::Debian),
            _ => [Self::Rust, Self::Debian]
                .into_iter()
                .find(|toolchain| toolchain.is_installed()),
        }
    }

    fn is_installed(self) -> bool {
        match self {
            Self::Rust => {
                let mut rustc = Command::new("rustc");
                rustc.args(["--print", "target-libdir", "--target", TARGET]);
                process::output(&mut rustc).is_ok_and(|folder| Path::new(&folder).is_dir())
            }
            Self::Debian => {
                let mut rustc = Command::new(DEBIAN_RUSTC);
                rustc.args(["--print", "sysroot"]);
                strip_rustup(&mut rustc);
                Path::new(DEBIAN_RUSTC).is_file()
                    && Path::new("/usr/bin/cargo").is_file()
                    && process::find(&[DEBIAN_LINKER]).is_some()
                    && process::output(&mut rustc).is_ok_and(|sysroot| {
                        Path::new(&sysroot)
                            .join("lib/rustlib/src/rust/library/std")
                            .is_dir()
                    })
            }
        }
    }

    /// One line for people.
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            Self::Rust => "the Rust toolchain's own wasm32-unknown-unknown target",
            Self::Debian => "Debian's rustc-web with the standard library built from source",
        }
    }

    /// Cargo in the top folder, ready to build for [`TARGET`].
    #[must_use]
    pub fn cargo(self, workspace: &Workspace) -> Command {
        let mut command = match self {
            Self::Rust => workspace.cargo(),
            Self::Debian => {
                let mut command = Command::new("/usr/bin/cargo");
                command.current_dir(workspace.root());
                command
            }
        };
        self.prepare(&mut command, &[]);
        command
    }

    /// Can it run clippy for wasm?
    #[must_use]
    pub fn has_clippy(self) -> bool {
        match self {
            Self::Rust => true,
            Self::Debian => Path::new("/usr/bin/cargo-clippy").is_file(),
        }
    }

    /// The compiler that Clippy is.
    #[must_use]
    pub fn clippy(self) -> &'static str {
        match self {
            Self::Rust => "clippy-driver",
            Self::Debian => "/usr/bin/clippy-driver",
        }
    }

    /// Gives a command that calls cargo itself, as Trunk does, the right environment, with these
    /// folders first on PATH.
    pub fn prepare(self, command: &mut Command, tools: &[PathBuf]) {
        let mut folders: Vec<&Path> = tools.iter().map(PathBuf::as_path).collect();
        if self == Self::Debian {
            folders.push(Path::new("/usr/bin"));
            strip_rustup(command);
            command
                .env("RUSTC", DEBIAN_RUSTC)
                .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", DEBIAN_LINKER)
                // The target has no compiled standard library there: cargo builds one, which a
                // stable compiler does only when told to bootstrap.
                .env("RUSTC_BOOTSTRAP", "1")
                .env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort");
        }
        command.env("PATH", process::path_with(&folders));
    }
}

/// Takes away what rustup's cargo tells its children: it would lead them back to rustup's tools.
fn strip_rustup(command: &mut Command) {
    for name in [
        "CARGO",
        "RUSTC",
        "RUSTDOC",
        "RUSTUP_TOOLCHAIN",
        "RUSTUP_TOOLCHAIN_SOURCE",
        "LD_LIBRARY_PATH",
    ] {
        command.env_remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debian_is_shielded_from_rustup() {
        let cargo = WasmToolchain::Debian.cargo(&Workspace::find());
        let environment: Vec<_> = cargo.get_envs().collect();
        assert!(environment.contains(&("RUSTUP_TOOLCHAIN".as_ref(), None)));
        assert!(environment.contains(&("RUSTC".as_ref(), Some("/usr/bin/rustc".as_ref()))));
    }
}
