//! Tools that are Rust programs: taken from PATH where the version is the right one, else
//! compiled once into the person's cache folder, where every checkout finds them.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::cache;
use crate::Result;
use crate::process::{self, say};
use crate::workspace::Workspace;

/// What wasm-bindgen reads and writes wasm with.
const HOT: &[&str] = &[
    "walrus",
    "wasmparser",
    "wasm-bindgen-cli-support",
    "id-arena",
];

/// A tool at a fixed version.
#[derive(Clone, Debug)]
pub struct CargoTool {
    program: &'static str,
    package: &'static str,
    version: String,
    arguments: &'static [&'static str],
    /// Crates of it that are optimised.
    hot: &'static [&'static str],
    /// CPU minutes to compile it, measured with the settings of [`CargoTool::compile`].
    minutes: &'static str,
}

/// Packs the page. The newest version that compiles with Rust 1.95. Its default features
/// download other tools, which the set-up does itself.
#[must_use]
pub fn trunk() -> CargoTool {
    CargoTool {
        program: "trunk",
        package: "trunk",
        version: "0.21.14".into(),
        arguments: &["--no-default-features", "--locked"],
        hot: &[],
        minutes: "2 to 4 minutes",
    }
}

/// Joins wasm and JavaScript. Its version must be that of the library of this name, so it is
/// read from Cargo.lock. Not `--locked`: its own lock file names versions that registry mirrors
/// may not have yet.
///
/// # Errors
/// When Cargo.lock can't be read.
pub fn wasm_bindgen(workspace: &Workspace) -> Result<CargoTool> {
    Ok(CargoTool {
        program: "wasm-bindgen",
        package: "wasm-bindgen-cli",
        version: workspace.locked_version("wasm-bindgen")?,
        arguments: &[],
        hot: HOT,
        minutes: "1 to 2 minutes",
    })
}

/// Drives Firefox in the tests.
#[must_use]
pub fn geckodriver() -> CargoTool {
    CargoTool {
        program: "geckodriver",
        package: "geckodriver",
        version: "0.37.1".into(),
        arguments: &[],
        hot: &[],
        minutes: "1 to 2 minutes",
    }
}

/// Judges the dependencies: licences, sources, known faults.
#[must_use]
pub fn deny() -> CargoTool {
    CargoTool {
        program: "cargo-deny",
        package: "cargo-deny",
        version: "0.20.2".into(),
        arguments: &["--locked"],
        hot: &[],
        minutes: "1 to 3 minutes",
    }
}

impl CargoTool {
    /// Finds the tool, or compiles it.
    ///
    /// # Errors
    /// When it can't be compiled.
    pub fn ensure(&self, workspace: &Workspace) -> Result<PathBuf> {
        if let Some(file) = process::find(&[self.program])
            && self.is_right(&file)
        {
            return Ok(file);
        }
        let folder = cache::tools()?.join(format!("{}-{}", self.program, self.version));
        let file =
            folder
                .join("bin")
                .join(format!("{}{}", self.program, std::env::consts::EXE_SUFFIX));
        if !self.is_right(&file) {
            say(format!(
                "compiling {} {} into {} (once; {})",
                self.package,
                self.version,
                folder.display(),
                self.minutes
            ));
            process::run(&mut self.compile(workspace, &folder))?;
        }
        Ok(file)
    }

    /// Cargo's own release settings take more than twice as long and win nothing here: what the tools do
    /// takes seconds, also when it is not optimised. Only wasm-bindgen has much to read, the engine's
    /// 14 MB: not optimised it takes 9 s, and 3.5 when its [`HOT`] crates are. A draft of the page is packed in
    /// 3.7 s instead of 2.8. One target folder lets the tools share what they have in common.
    fn compile(&self, workspace: &Workspace, folder: &Path) -> Command {
        let mut cargo = workspace.cargo();
        cargo
            .arg("install")
            .arg(format!("{}@{}", self.package, self.version))
            .args(["--quiet", "--force", "--root"])
            .arg(folder)
            .args(self.arguments);
        for package in self.hot {
            let setting = format!("profile.release.package.{package}.opt-level=1");
            cargo.args(["--config", &setting]);
        }
        cargo
            .env("CARGO_TARGET_DIR", workspace.target().join("tools"))
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .env("CARGO_PROFILE_RELEASE_DEBUG", "0");
        cargo
    }

    fn is_right(&self, file: &Path) -> bool {
        file.is_file()
            && process::output(Command::new(file).arg("--version"))
                .is_ok_and(|text| says_version(&text, &self.version))
    }
}

/// Is this version a word of the text? `0.2.13` is not one of `wasm-bindgen 0.2.130`.
fn says_version(text: &str, version: &str) -> bool {
    text.split_whitespace()
        .any(|word| word.trim_start_matches('v') == version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_words() {
        assert!(says_version("wasm-bindgen 0.2.130", "0.2.130"));
        assert!(says_version(
            "geckodriver 0.37.1 (abc 2026)\nMore",
            "0.37.1"
        ));
        assert!(!says_version("wasm-bindgen 0.2.130", "0.2.13"));
        assert!(!says_version("trunk 0.21.14-rc1", "0.21.14"));
    }
}
