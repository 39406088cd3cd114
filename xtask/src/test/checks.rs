//! The checks themselves: which command proves what.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::Extent;
use super::files::{self, Program};
use super::tally::Tally;
use crate::browsers::Browsers;
use crate::process::{self, say};
use crate::setup::{BuildTools, TestTools, npm, python};
use crate::stages::Stages;
use crate::toolchain::TARGET;
use crate::workspace::Workspace;
use crate::{Error, Result, engine, parts};

/// Compiled for browsers only.
const WASM_ONLY: &str = "twinglyph-worker";

/// Has parts for browsers only, and others.
const BENCH: &str = "twinglyph-bench";

/// Compiled for browsers only: the helper on the CPU.
const CPU: &str = "twinglyph-cpu-worker";

/// Compiled for browsers only: the helper on a graphics device.
const GPU: &str = "twinglyph-gpu-worker";

/// Compiled for browsers only: what workers share.
const SCOPE: &str = "twinglyph-worker-scope";

/// For browsers only; what it does is `twinglyph-paper`'s.
const PAPER: &str = "twinglyph-paper-worker";

/// The page.
const PAGE: &str = "twinglyph";

/// What the page has of this workspace.
const OURS_IN_THE_PAGE: [&str; 2] = ["twinglyph-core", PAGE];

/// What the workers and the bench have of this workspace.
const OURS_IN_THE_ENGINE: [&str; 12] = [
    "twinglyph-core",
    "twinglyph-nn",
    "twinglyph-nn-burn",
    "twinglyph-helper",
    "twinglyph-engine",
    SCOPE,
    CPU,
    GPU,
    "twinglyph-paper",
    PAPER,
    WASM_ONLY,
    BENCH,
];

/// `-D warnings`, as `cargo clippy` hands it to Clippy's compiler.
const DENY_WARNINGS: &str = "-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__";

/// Needs browsers and the built app.
const END_TO_END: &str = "twinglyph-e2e";

/// With it set, a test that can't find Omniglot's archives fails instead of leaving the comparison out.
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
    requires_all: bool,
    tally: Tally,
}

impl<'a> Checks<'a> {
    pub(super) fn new(workspace: &'a Workspace) -> Self {
        Self {
            workspace,
            requires_all: std::env::var("CI").is_ok_and(|ci| ci == "true"),
            tally: Tally::default(),
        }
    }

    pub(super) fn tally(&self) -> Tally {
        self.tally
    }

    /// Must nothing be skipped? What runs for everybody must not pass by skipping.
    pub(super) fn requires_all(&self) -> bool {
        self.requires_all
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
        let mut page = clippy_build(self.workspace, tools, parts::PROFILE, &OURS_IN_THE_PAGE);
        page.args(["--package", PAGE])
            .env(parts::FLAGS_VARIABLE, parts::FLAGS.join(" "));
        process::run(&mut page)?;
        let mut engine = clippy_build(self.workspace, tools, engine::PROFILE, &OURS_IN_THE_ENGINE);
        for package in [WASM_ONLY, CPU, GPU, PAPER, BENCH] {
            engine.args(["--package", package]);
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

    /// `python` is what the tests of exported files run.
    pub(super) fn native(&mut self, python: Option<&Path>, stages: &Stages) -> Result<()> {
        let packages = [
            "--workspace",
            "--exclude",
            WASM_ONLY,
            "--exclude",
            END_TO_END,
        ];
        let programs = self.compile_tests(&packages)?;
        self.run_programs(&programs, stages, |command| {
            command
                // Shows what passing tests print: among it which checks they skipped.
                .arg("--show-output")
                .envs(python.map(|python| (python::VARIABLE, python)));
        })?;
        process::run(
            self.workspace
                .cargo()
                .args(["test", "--quiet", "--doc"])
                .args(packages),
        )
    }

    /// Compiles the tests of these packages.
    fn compile_tests(&self, packages: &[&str]) -> Result<Vec<Program>> {
        let messages = process::output(
            self.workspace
                .cargo()
                .args(["test", "--quiet", "--no-run"])
                .args(["--message-format", "json-render-diagnostics"])
                .args(packages),
        )?;
        Ok(files::programs(&messages))
    }

    /// Runs test programs and counts what passed.
    fn run_programs(
        &mut self,
        programs: &[Program],
        stages: &Stages,
        prepare: impl Fn(&mut Command) + Sync,
    ) -> Result<()> {
        let prepare = |command: &mut Command| {
            if self.requires_all {
                command.env(REQUIRE_OMNIGLOT, "1");
            }
            prepare(command);
        };
        let tally = files::run(programs, prepare, stages)?;
        self.tally.add(tally);
        Ok(())
    }

    /// In a worker: the same seed gives the same bits in wasm, and the products of its vectors are
    /// products.
    pub(super) fn wasm(&mut self, tools: &BuildTools, browsers: &Browsers) -> Result<()> {
        let runner = tools
            .wasm_bindgen
            .with_file_name("wasm-bindgen-test-runner");
        let tests: [&[&str]; 3] = [
            &["twinglyph-core", "--test", "ink_determinism"],
            &["twinglyph-nn", "--lib"],
            &["twinglyph-nn", "--lib", "--features", "relaxed-simd"],
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

    /// Compiles the end-to-end tests and the native program that they compare the page with.
    pub(super) fn compile_end_to_end(&self) -> Result<Vec<Program>> {
        // With the packages of the native tests, so that nothing is compiled again for other
        // features.
        process::run(
            self.workspace
                .cargo()
                .args(["build", "--quiet", "--workspace", "--exclude", WASM_ONLY])
                .args(["--exclude", END_TO_END, "--bin", "lab"]),
        )?;
        self.compile_tests(&["--package", END_TO_END])
    }

    /// Runs the end-to-end tests.
    pub(super) fn end_to_end(
        &mut self,
        programs: &[Program],
        tools: &TestTools,
        stages: &Stages,
        extent: Extent,
    ) -> Result<()> {
        let lab = format!("debug/lab{}", std::env::consts::EXE_SUFFIX);
        let lab = self.workspace.target().join(lab);
        self.run_programs(programs, stages, |command| {
            command
                .args(["--test-threads=1", "--nocapture"])
                // What only a release must pass is marked as ignored.
                .args((extent == Extent::All).then_some("--include-ignored"))
                .envs(tools.browsers.environment())
                .env(LAB, &lab)
                .envs(tools.axe.as_ref().map(|axe| (npm::AXE_VARIABLE, axe)));
        })
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
            return Err(Error::no_test());
        }
        Ok(())
    }
}

/// As `cargo clippy` does it, but as a build of libraries with the app's own profile: what they are made
/// of is compiled for the app itself, and only our own crates once more, not optimised. Cargo tells the
/// modules that come of it from the app's, which the next build makes anew.
fn clippy_build(
    workspace: &Workspace,
    tools: &BuildTools,
    profile: &str,
    ours: &[&str],
) -> Command {
    let mut cargo = tools.toolchain.cargo(workspace);
    cargo
        .args(["build", "--quiet", "--lib", "--target", TARGET])
        .args(["--profile", profile])
        .env("RUSTC_WORKSPACE_WRAPPER", tools.toolchain.clippy())
        .env("CLIPPY_ARGS", DENY_WARNINGS);
    for package in ours {
        let setting = format!("profile.{profile}.package.{package}.opt-level=0");
        cargo.args(["--config", &setting]);
    }
    cargo
}
