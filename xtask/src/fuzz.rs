//! `cargo xtask fuzz`: everything that comes from outside, with inputs that a fuzzer invents.
//!
//! The targets are in `fuzz/`, laid out for `cargo fuzz`, which wants a nightly compiler. Nothing here
//! needs its sanitizers, as there is no unsafe code behind the targets, and LLVM's coverage can be
//! had of a stable compiler: so that every run of the checks fuzzes a little.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;

use crate::process::{self, say};
use crate::setup::apt;
use crate::workspace::Workspace;
use crate::{Error, Result};

/// Everything from outside, a program each, and the longest input that makes sense for it, bytes.
const TARGETS: [(&str, u32); 7] = [
    ("shard", 4_096),
    ("manifest", 4_096),
    ("archive", 4_096),
    ("message", 8_192),
    ("own", 4_096),
    ("config", 4_096),
    ("weights", 16_384),
];

/// Seconds for each target in a run of all checks.
pub const BOUNDED: u32 = 15;

/// What makes LLVM count which ways a program takes, as `cargo fuzz` has it.
const COVERAGE: &str = "--cfg fuzzing -C debuginfo=line-tables-only -C passes=sancov-module \
    -C llvm-args=-sanitizer-coverage-level=4 \
    -C llvm-args=-sanitizer-coverage-inline-8bit-counters \
    -C llvm-args=-sanitizer-coverage-pc-table \
    -C llvm-args=-sanitizer-coverage-trace-compares";

/// What libFuzzer says the number of inputs behind.
const INPUTS: &str = "stat::number_of_executed_units:";

/// An input that takes longer, seconds, or more memory, MB, is a finding.
const LIMITS: [&str; 2] = ["-timeout=10", "-rss_limit_mb=1024"];

/// Builds the targets and gives each so many seconds, as many at once as there are cores, of which a
/// fuzzer keeps one busy.
///
/// # Errors
/// When they can't be built, or after a finding, whose input is kept in `fuzz/artifacts/`.
pub fn run(workspace: &Workspace, seconds: u32) -> Result<()> {
    if process::find(&["c++", "g++", "clang++"]).is_none() {
        apt::install(&["g++"])?;
    }
    let folder = build(workspace)?;
    let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    say(format!(
        "fuzzing {} targets, {seconds} s each, {cores} at once",
        TARGETS.len()
    ));
    let left = Mutex::new(TARGETS.into_iter());
    let next = || left.lock().ok()?.next();
    let lane = || -> Result<()> {
        let mut end = Ok(());
        while let Some((target, longest)) = next() {
            // A finding in one keeps no other from its turn.
            end = end.and(fuzz(workspace, &folder, target, longest, seconds));
        }
        end
    };
    std::thread::scope(|scope| {
        let lanes: Vec<_> = (0..cores).map(|_| scope.spawn(lane)).collect();
        let mut ends = lanes.into_iter().map(std::thread::ScopedJoinHandle::join);
        ends.try_for_each(|end| end.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}

/// Gives one target its seconds. What the fuzzer prints is shown at its end, and whole only of a finding.
fn fuzz(
    workspace: &Workspace,
    folder: &Path,
    target: &str,
    longest: u32,
    seconds: u32,
) -> Result<()> {
    let artifacts = workspace.root().join("fuzz/artifacts").join(target);
    // What the fuzzer finds in a run is kept beside the build, not in the repository.
    let found = workspace.target().join("fuzz/corpus").join(target);
    for folder in [&artifacts, &found] {
        std::fs::create_dir_all(folder).map_err(Error::file(folder))?;
    }
    let mut program = Command::new(folder.join(target));
    program
        .arg(&found)
        .arg(workspace.root().join("fuzz/corpus").join(target))
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-max_len={longest}"))
        .arg(format!("-artifact_prefix={}/", artifacts.display()))
        .args(LIMITS)
        .args(["-print_final_stats=1", "-verbosity=0", "-print_funcs=0"]);
    let output = program
        .stdin(Stdio::null())
        .output()
        .map_err(process::cannot_start(program.get_program()))?;
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        say(format!("a finding in {target}:\n{said}"));
        return Err(process::failed(&program, output.status));
    }
    let count = said.lines().find_map(|line| line.strip_prefix(INPUTS));
    let inputs = count.map_or("?", str::trim);
    say(format!("{target}: {inputs} inputs, without a finding"));
    Ok(())
}

/// The folder of the built targets.
fn build(workspace: &Workspace) -> Result<PathBuf> {
    let version = process::output(Command::new("rustc").arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    let host = host.ok_or_else(|| Error::Missing {
        what: "rustc does not say which machine it is for.".into(),
        remedy: "Look at what `rustc -vV` prints.".into(),
    })?;
    say("building the fuzz targets (first time: 2 minutes)");
    let target = workspace.target().join("fuzz");
    let mut cargo = workspace.cargo();
    cargo
        .args(["build", "--quiet", "--release", "--bins", "--locked"])
        // Named, so that build scripts are not compiled with coverage.
        .args(["--target", host])
        .current_dir(workspace.root().join("fuzz"))
        .env("CARGO_TARGET_DIR", &target)
        .env("RUSTFLAGS", COVERAGE);
    process::run(&mut cargo)?;
    Ok(target.join(host).join("release"))
}
