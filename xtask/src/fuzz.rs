//! `cargo xtask fuzz`: libFuzzer on the targets of `fuzz/`, with a stable compiler (docs/decisions/0014).

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;

use crate::process::{self, say};
use crate::setup::apt;
use crate::workspace::Workspace;
use crate::{Error, Result};

/// The programs of `fuzz/`, and each one's longest input (bytes). A test of `fuzz/` compares them with its own list.
pub const TARGETS: [(&str, u32); 7] = [
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

/// Cargo profile of the programs, and the name of its output folder.
const PROFILE: &str = "fuzz";

/// Compiler flags for LLVM's coverage counters, the same as those of `cargo fuzz`.
const COVERAGE: &str = "--cfg fuzzing -C debuginfo=line-tables-only -C passes=sancov-module \
    -C llvm-args=-sanitizer-coverage-level=4 \
    -C llvm-args=-sanitizer-coverage-inline-8bit-counters \
    -C llvm-args=-sanitizer-coverage-pc-table \
    -C llvm-args=-sanitizer-coverage-trace-compares";

/// libFuzzer prints the number of inputs behind this text.
const INPUTS: &str = "stat::number_of_executed_units:";

/// An input that takes more time (s) or memory (MB) is a finding.
const LIMITS: [&str; 2] = ["-timeout=10", "-rss_limit_mb=1024"];

/// Builds the targets and fuzzes each for so many seconds. One fuzzer runs on each core.
///
/// # Errors
/// When the build fails, or after a finding. libFuzzer writes the finding's input to `fuzz/artifacts/`.
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
            // After a finding the other targets still run.
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

/// Fuzzes one target. Shows the fuzzer's output only after a finding.
fn fuzz(
    workspace: &Workspace,
    folder: &Path,
    target: &str,
    longest: u32,
    seconds: u32,
) -> Result<()> {
    let artifacts = workspace.root().join("fuzz/artifacts").join(target);
    // libFuzzer writes new inputs to the first folder, which is beside the build and not in the repository.
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
        say(format!(
            "a finding in {target}:\n{said}\n\
             The input is in fuzz/artifacts/{target}/. Once the code is mended, move it to \
             fuzz/corpus/{target}/finding-WHAT-IT-WAS: `cargo test -p twinglyph-fuzz` replays it from then on."
        ));
        return Err(process::failed(&program, output.status));
    }
    let count = said.lines().find_map(|line| line.strip_prefix(INPUTS));
    let inputs = count.map_or("?", str::trim);
    say(format!("{target}: {inputs} inputs, without a finding"));
    Ok(())
}

/// Builds the targets and gives their folder.
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
        .args(["build", "--quiet", "--locked", "--profile", PROFILE])
        .args(["--package", "twinglyph-fuzz", "--features", "fuzzer"])
        .arg("--bins")
        // With `--target` Cargo builds build scripts and macros without these flags.
        .args(["--target", host])
        .env("CARGO_TARGET_DIR", &target)
        .env("RUSTFLAGS", COVERAGE);
    process::run(&mut cargo)?;
    Ok(target.join(host).join(PROFILE))
}
