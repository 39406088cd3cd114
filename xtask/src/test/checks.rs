//! The checks themselves: which command proves what.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use super::tally::Tally;
use crate::browsers::Browsers;
use crate::process::{self, say};
use crate::setup::{BuildTools, npm, python};
use crate::toolchain::TARGET;
use crate::workspace::Workspace;
use crate::{Error, Result, engine};

/// Compiled for browsers only.
const WASM_ONLY: &str = "twinglyph-worker";

/// Has parts for browsers only, and others.
const BENCH: &str = "twinglyph-bench";

/// For browsers, but for what it does.
const STARTER: &str = "twinglyph-starter";

/// What the engine and the bench have of this workspace.
const OURS_IN_THE_ENGINE: [&str; 8] = [
    "twinglyph-core",
    "twinglyph-swift",
    "twinglyph-hand",
    "twinglyph-model",
    "twinglyph-engine",
    STARTER,
    WASM_ONLY,
    BENCH,
];

/// `-D warnings`, as `cargo clippy` hands it to Clippy's compiler.
const DENY_WARNINGS: &str = "-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__";

/// Needs browsers and the built app.
const END_TO_END: &str = "twinglyph-e2e";

/// With it set, a test that can't find Omniglot fails instead of skipping the check.
const REQUIRE_OMNIGLOT: &str = "TWINGLYPH_REQUIRE_OMNIGLOT";

/// Tells the end-to-end tests which native program to compare the page with.
const LAB: &str = "TWINGLYPH_LAB";

/// The list of packages' known faults.
const ADVISORIES: &str = "https://github.com/rustsec/advisory-db";

/// Longest wait for that list's first word.
const REACH_LIMIT: Duration = Duration::from_secs(10);

/// The checks, and what they have counted so far.
pub(super) struct Checks<'a> {
    workspace: &'a Workspace,
    /// Must nothing be skipped? What runs for everybody must not pass by skipping.
    requires_all: bool,
    /// What the tests of exported files run.
    python: Option<PathBuf>,
    tally: Tally,
}

impl<'a> Checks<'a> {
    pub(super) fn new(workspace: &'a Workspace) -> Self {
        Self {
            workspace,
            requires_all: std::env::var("CI").is_ok_and(|ci| ci == "true"),
            python: None,
            tally: Tally::default(),
        }
    }

    pub(super) fn tally(&self) -> Tally {
        self.tally
    }

    /// Gives the tests that need it a Python, or says why they will have none.
    pub(super) fn set_up_python(&mut self) -> Result<()> {
        match python::ensure() {
            Ok(python) => self.python = Some(python),
            Err(error) if self.requires_all => return Err(error),
            Err(error) => say(format!("no checks of exported files in Python: {error}")),
        }
        Ok(())
    }

    pub(super) fn format(&self) -> Result<()> {
        process::run(self.workspace.cargo().args(["fmt", "--all", "--check"]))
    }

    pub(super) fn clippy_native(&self) -> Result<()> {
        process::run(
            self.workspace
                .cargo()
                .args(["clippy", "--quiet", "--workspace", "--all-targets"])
                .args(["--features", "xtask/compress,xtask/split"])
                .args(["--exclude", WASM_ONLY, "--", "-D", "warnings"]),
        )
    }

    pub(super) fn clippy_wasm(&self, tools: &BuildTools) -> Result<()> {
        if !tools.toolchain.has_clippy() {
            say("skipped: Debian's clippy is not installed (apt-get install rust-web-clippy)");
            return Ok(());
        }
        let mut page = tools.toolchain.cargo(self.workspace);
        page.args(["clippy", "--quiet", "--target", TARGET]).args([
            "--package",
            "twinglyph",
            "--",
            "-D",
            "warnings",
        ]);
        process::run(&mut page)?;

        // As `cargo clippy` does it, but as a build: what the engine is made of is compiled for the engine
        // itself, and only our own crates once more, not optimised (docs/performance.md, Building). Cargo
        // tells the module that comes of it from the engine's, which the next build makes anew.
        let mut engine = tools.toolchain.cargo(self.workspace);
        engine
            .args(["build", "--quiet", "--lib", "--target", TARGET])
            .args(["--profile", engine::PROFILE])
            .args(["--package", WASM_ONLY, "--package", STARTER])
            .args(["--package", BENCH])
            .env("RUSTC_WORKSPACE_WRAPPER", tools.toolchain.clippy())
            .env("CLIPPY_ARGS", DENY_WARNINGS);
        for package in OURS_IN_THE_ENGINE {
            let profile = format!("profile.{}.package.{package}", engine::PROFILE);
            engine.args(["--config", &format!("{profile}.opt-level=0")]);
        }
        process::run(&mut engine)
    }

    /// Licences and sources always; known faults where their list can be reached.
    pub(super) fn dependencies(&self, deny: &Path) -> Result<()> {
        let check = |what: &[&str]| {
            let mut command = Command::new(deny);
            command
                .current_dir(self.workspace.root())
                .args(["--locked", "check", "--hide-inclusion-graph"])
                .args(what);
            process::run(&mut command)
        };
        check(&["bans", "licenses", "sources"])?;
        let mut reach = Command::new("git");
        reach
            .args(["ls-remote", "--exit-code", ADVISORIES, "HEAD"])
            .env("GIT_TERMINAL_PROMPT", "0")
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        if process::succeeds_within(&mut reach, REACH_LIMIT).unwrap_or(false) {
            check(&["advisories"])
        } else {
            say(format!(
                "no check for known faults: {ADVISORIES} can't be reached from here"
            ));
            Ok(())
        }
    }

    pub(super) fn documentation(&self) -> Result<()> {
        // Dependencies' pages would take longer than all our tests.
        process::run(
            self.workspace
                .cargo()
                .args(["doc", "--quiet", "--no-deps", "--document-private-items"])
                .args([
                    "--workspace",
                    "--exclude",
                    WASM_ONLY,
                    "--exclude",
                    END_TO_END,
                ])
                .env("RUSTDOCFLAGS", "-D warnings"),
        )
    }

    pub(super) fn native(&mut self) -> Result<()> {
        let mut cargo = self.workspace.cargo();
        cargo
            .args(["test", "--quiet", "--workspace", "--exclude", WASM_ONLY])
            .args(["--exclude", END_TO_END])
            // Shows what passing tests print: among it which checks they skipped.
            .args(["--", "--show-output"]);
        if let Some(python) = &self.python {
            cargo.env(python::VARIABLE, python);
        }
        self.count(&mut cargo)
    }

    /// In a worker: the same seed gives the same bits in wasm, and the products of its vectors are
    /// products.
    pub(super) fn wasm(&mut self, tools: &BuildTools, browsers: &Browsers) -> Result<()> {
        let runner = tools
            .wasm_bindgen
            .with_file_name("wasm-bindgen-test-runner");
        let tests: [&[&str]; 2] = [
            &["twinglyph-core", "--test", "ink_determinism"],
            &["twinglyph-swift", "--lib"],
        ];
        for test in tests {
            let mut cargo = tools.toolchain.cargo(self.workspace);
            cargo
                .args(["test", "--target", TARGET, "--package"])
                .args(test)
                .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", &runner)
                .env("CHROMEDRIVER", &browsers.chromedriver);
            self.count(&mut cargo)?;
        }
        Ok(())
    }

    pub(super) fn end_to_end(&mut self, browsers: &Browsers) -> Result<()> {
        // With the packages of the native tests, so that nothing is compiled again for other
        // features.
        process::run(
            self.workspace
                .cargo()
                .args(["build", "--quiet", "--workspace", "--exclude", WASM_ONLY])
                .args(["--exclude", END_TO_END, "--bin", "lab"]),
        )?;
        let lab = format!("debug/lab{}", std::env::consts::EXE_SUFFIX);
        let mut cargo = self.workspace.cargo();
        cargo
            .args(["test", "--package", END_TO_END, "--"])
            // One browser at a time: the tests measure times, and two cores are few.
            .args(["--test-threads=1", "--nocapture"])
            .envs(browsers.environment())
            .env(LAB, self.workspace.target().join(lab));
        match npm::axe(self.workspace) {
            Ok(script) => {
                cargo.env(npm::AXE_VARIABLE, script);
            }
            // The one package of npm that the tests want: without a registry all else is checked still.
            Err(error) => say(format!("no check for barriers: {error}")),
        }
        self.count(&mut cargo)
    }

    /// Runs tests, showing and reading what they print.
    fn count(&mut self, command: &mut Command) -> Result<()> {
        if self.requires_all {
            command.env(REQUIRE_OMNIGLOT, "1");
        }
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(process::cannot_start(command.get_program()))?;
        let before = self.tally.passed;
        if let Some(output) = child.stdout.take() {
            let mut output = BufReader::new(output);
            let mut line = Vec::new();
            while output
                .read_until(b'\n', &mut line)
                .is_ok_and(|read| read > 0)
            {
                let text = String::from_utf8_lossy(&line);
                print!("{text}");
                self.tally.read(text.trim_end());
                line.clear();
            }
        }
        let status = child
            .wait()
            .map_err(process::cannot_start(command.get_program()))?;
        if !status.success() {
            return Err(process::failed(command, status));
        }
        if self.tally.passed == before {
            return Err(Error::Missing {
                what: "No test ran.".into(),
                remedy: "A check that runs nothing proves nothing: see the command's output."
                    .into(),
            });
        }
        Ok(())
    }
}
