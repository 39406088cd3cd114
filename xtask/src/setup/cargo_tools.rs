//! Tools that are Rust programs: taken from PATH where the version is right, else fetched by `cargo
//! binstall` where that is installed, else compiled; once into the person's cache folder, where every
//! checkout finds them.

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

/// Fetches compiled programs.
const BINSTALL: &str = "cargo-binstall";

/// Which other versions of a tool do as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    /// None.
    Exact,
    /// Later ones that promise the same interface: below 1.0 another last number, else another
    /// second one.
    Compatible,
    /// All later ones.
    AtLeast,
}

/// A tool and its version.
#[derive(Clone, Debug)]
pub struct CargoTool {
    /// Its programs; the first one says the version, the others lie beside it.
    programs: &'static [&'static str],
    package: &'static str,
    version: String,
    rule: Rule,
    arguments: &'static [&'static str],
    /// Crates of it that are optimised.
    hot: &'static [&'static str],
    /// Time to compile it on two cores with the settings of [`CargoTool::compile`].
    cost: &'static str,
}

/// Packs the page. The newest version that compiles with Rust 1.95. Its default features
/// download other tools, which the set-up does itself.
#[must_use]
pub fn trunk() -> CargoTool {
    CargoTool {
        programs: &["trunk"],
        package: "trunk",
        version: "0.21.14".into(),
        rule: Rule::Compatible,
        arguments: &["--no-default-features", "--locked"],
        hot: &[],
        cost: "1 to 4 minutes",
    }
}

/// Joins wasm and JavaScript. Its version must be that of the library of this name, so it is
/// read from Cargo.lock. Without its default features, which fetch drivers. Not `--locked`: its own
/// lock file names versions that registry mirrors may not have yet.
///
/// # Errors
/// When Cargo.lock can't be read.
pub fn wasm_bindgen(workspace: &Workspace) -> Result<CargoTool> {
    Ok(CargoTool {
        programs: &["wasm-bindgen", "wasm-bindgen-test-runner"],
        package: "wasm-bindgen-cli",
        version: workspace.locked_version("wasm-bindgen")?,
        rule: Rule::Exact,
        arguments: &[
            "--no-default-features",
            "--bin=wasm-bindgen",
            "--bin=wasm-bindgen-test-runner",
        ],
        hot: HOT,
        cost: "1 to 2 minutes",
    })
}

/// Drives Firefox in the tests.
#[must_use]
pub fn geckodriver() -> CargoTool {
    CargoTool {
        programs: &["geckodriver"],
        package: "geckodriver",
        version: "0.37.1".into(),
        rule: Rule::AtLeast,
        arguments: &[],
        hot: &[],
        cost: "half a minute to 2 minutes",
    }
}

/// Judges the dependencies: licences, sources, known faults.
#[must_use]
pub fn deny() -> CargoTool {
    CargoTool {
        programs: &["cargo-deny"],
        package: "cargo-deny",
        version: "0.20.2".into(),
        rule: Rule::Compatible,
        arguments: &["--locked"],
        hot: &[],
        cost: "1 to 3 minutes",
    }
}

impl CargoTool {
    /// Finds the tool, or gets it.
    ///
    /// # Errors
    /// When it can't be compiled.
    pub fn ensure(&self, workspace: &Workspace) -> Result<PathBuf> {
        let folder = cache::tools()?.join(format!("{}-{}", self.programs[0], self.version));
        let on_path = process::find(&self.programs[..1]);
        let binstall = process::find(&[BINSTALL]);
        self.get(on_path, binstall.as_deref(), &folder, || {
            process::run(&mut self.compile(workspace, &folder))
        })
    }

    /// The tool on PATH, in `folder`, or what `binstall` or else `compile` puts there.
    fn get(
        &self,
        on_path: Option<PathBuf>,
        binstall: Option<&Path>,
        folder: &Path,
        compile: impl FnOnce() -> Result<()>,
    ) -> Result<PathBuf> {
        let suffix = std::env::consts::EXE_SUFFIX;
        let kept = folder
            .join("bin")
            .join(format!("{}{suffix}", self.programs[0]));
        if let Some(file) = on_path
            .into_iter()
            .chain([kept.clone()])
            .find(|file| self.is_right(file))
        {
            return Ok(file);
        }
        if let Some(binstall) = binstall {
            say(format!(
                "fetching {} {} by cargo binstall",
                self.package, self.version
            ));
            let fetched = process::status(&mut self.fetch(binstall, folder));
            if fetched.is_ok_and(|status| status.success()) && self.is_right(&kept) {
                return Ok(kept);
            }
            say("cargo binstall has no program of it for this machine");
        }
        say(format!(
            "compiling {} {} into {} (once; {})",
            self.package,
            self.version,
            folder.display(),
            self.cost
        ));
        compile().map(|()| kept)
    }

    /// A release's own program, from its makers or from the archive of binstall's: never compiled, as
    /// [`CargoTool::compile`] does that sooner.
    fn fetch(&self, binstall: &Path, folder: &Path) -> Command {
        let mut command = Command::new(binstall);
        command
            .args([
                "--no-confirm",
                "--force",
                "--disable-strategies",
                "compile",
                "--root",
            ])
            .arg(folder)
            .arg(format!("{}@{}", self.package, self.version));
        command
    }

    /// Not optimised: that takes more than twice as long, and what the tools do takes seconds anyway. Only
    /// wasm-bindgen has much to read, the engine's 14 MB: hence its [`HOT`] crates. One target folder lets
    /// the tools share what they have in common.
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

    /// Does this program say a version that will do, with the others beside it?
    fn is_right(&self, file: &Path) -> bool {
        let beside = |program: &&str| {
            let name = format!("{program}{}", std::env::consts::EXE_SUFFIX);
            file.with_file_name(name).is_file()
        };
        file.is_file()
            && self.programs[1..].iter().all(beside)
            && process::output(Command::new(file).arg("--version"))
                .is_ok_and(|text| self.rule.takes(&text, &self.version))
    }
}

impl Rule {
    /// Does a program that says this have a version that will do? `0.2.13` is not in
    /// `wasm-bindgen 0.2.130`.
    fn takes(self, said: &str, wanted: &str) -> bool {
        let Some(wanted) = numbers(wanted) else {
            return false;
        };
        let said = said.split_whitespace();
        let found = said
            .map(|word| word.trim_start_matches('v'))
            .find_map(numbers);
        found.is_some_and(|found| match self {
            Self::Exact => found == wanted,
            Self::Compatible if wanted[0] == 0 => found[..2] == wanted[..2] && found >= wanted,
            Self::Compatible => found[0] == wanted[0] && found >= wanted,
            Self::AtLeast => found >= wanted,
        })
    }
}

/// The numbers of a released version; `None` for one that is to come, as `0.21.14-rc1`.
fn numbers(version: &str) -> Option<[u32; 3]> {
    let numbers: Option<Vec<u32>> = version.split('.').map(|part| part.parse().ok()).collect();
    numbers?.try_into().ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn versions_that_will_do_are_taken() {
        let cases = [
            (Rule::Exact, "wasm-bindgen 0.2.130", "0.2.130", true),
            (Rule::Exact, "wasm-bindgen 0.2.130", "0.2.13", false),
            (Rule::Exact, "wasm-bindgen 0.2.131", "0.2.130", false),
            (Rule::Compatible, "trunk 0.21.15", "0.21.14", true),
            (Rule::Compatible, "trunk 0.21.9", "0.21.14", false),
            (Rule::Compatible, "trunk 0.22.0", "0.21.14", false),
            (Rule::Compatible, "trunk 0.21.14-rc1", "0.21.14", false),
            (Rule::Compatible, "tool v1.4.0", "1.2.3", true),
            (Rule::Compatible, "tool 2.0.0", "1.2.3", false),
            (
                Rule::AtLeast,
                "geckodriver 0.38.0 (abc 2026)\nMore",
                "0.37.1",
                true,
            ),
            (Rule::AtLeast, "geckodriver 0.36.0", "0.37.1", false),
            (Rule::AtLeast, "no version", "0.37.1", false),
        ];
        for (rule, said, wanted, expected) in cases {
            assert_eq!(
                rule.takes(said, wanted),
                expected,
                "{rule:?} {said} {wanted}"
            );
        }
    }

    #[cfg(unix)]
    mod getting {
        use std::os::unix::fs::PermissionsExt;

        use super::*;

        /// A folder of programs that are shell scripts.
        fn folder(name: &str) -> PathBuf {
            let folder =
                std::env::temp_dir().join(format!("twinglyph-{name}-{}", std::process::id()));
            let _ = std::fs::remove_dir_all(&folder);
            std::fs::create_dir_all(folder.join("tool/bin")).unwrap();
            folder
        }

        fn program(path: &Path, script: &str) -> PathBuf {
            std::fs::write(path, format!("#!/bin/sh\n{script}\n")).unwrap();
            std::fs::set_permissions(path, PermissionsExt::from_mode(0o755)).unwrap();
            path.to_owned()
        }

        fn no_compiler() -> Result<()> {
            panic!("it must not be compiled")
        }

        #[test]
        fn the_right_one_on_path_is_taken() {
            let folder = folder("path");
            let trunk = program(&folder.join("trunk"), "echo trunk 0.21.14");
            let found = super::trunk().get(Some(trunk.clone()), None, &folder, no_compiler);
            assert_eq!(found.unwrap(), trunk);
        }

        #[test]
        fn binstall_is_used_where_it_is_and_compiled_where_it_fails() {
            let folder = folder("binstall");
            let tool = folder.join("tool");
            let kept = tool.join("bin/trunk");
            let wrong = program(&folder.join("trunk"), "echo trunk 0.20.0");
            let script = format!(
                "printf '#!/bin/sh\\necho trunk 0.21.14\\n' > {0} && chmod +x {0}",
                kept.display()
            );
            let works = program(&folder.join("works"), &script);
            let fails = program(&folder.join("fails"), "exit 94");
            let get = |binstall: &Path, compile: &dyn Fn() -> Result<()>| {
                super::trunk().get(Some(wrong.clone()), Some(binstall), &tool, compile)
            };
            let mut compiled = std::cell::Cell::new(false);
            get(&fails, &|| {
                compiled.set(true);
                Ok(())
            })
            .unwrap();
            assert!(*compiled.get_mut());
            assert_eq!(get(&works, &no_compiler).unwrap(), kept);
            // Kept, it is taken without either.
            assert_eq!(get(&fails, &no_compiler).unwrap(), kept);
        }

        #[test]
        fn a_tool_without_its_other_programs_is_not_taken() {
            let folder = folder("beside");
            let mut tool = super::deny();
            tool.programs = &["cargo-deny", "cargo-deny-more"];
            let file = program(&folder.join("cargo-deny"), "echo cargo-deny 0.20.2");
            assert!(!tool.is_right(&file));
            program(&folder.join("cargo-deny-more"), "");
            assert!(tool.is_right(&file));
        }
    }
}
