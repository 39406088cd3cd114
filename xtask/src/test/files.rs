//! Runs test programs beside each other, one a core; those on software graphics by themselves.
//!
//! Knows programs and what they print. Refuses to know what they test.

use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::tally::Tally;
use crate::process::{self, say};
use crate::stages::Stages;
use crate::{Error, Result};

/// These take longest: begun first, none of them is waited for alone at the end.
const LONGEST: [&str; 5] = [
    "chromium_faults",
    "chromium_network",
    "chromium_cpu",
    "chromium_trials",
    "chromium_train",
];

/// A file of tests, compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Program {
    /// The file's name, without its ending.
    pub(super) name: String,
    /// The program.
    pub(super) path: PathBuf,
    /// Its package's folder, in which Cargo runs it.
    pub(super) folder: PathBuf,
}

/// The test programs in what `cargo test --no-run --message-format=json` prints.
pub(super) fn programs(messages: &str) -> Vec<Program> {
    messages
        .lines()
        .filter(|line| line.contains("\"reason\":\"compiler-artifact\""))
        // Examples and programs are compiled with the tests, and are none.
        .filter(|line| {
            let profile = line.split_once("\"profile\":{").map(|(_, after)| after);
            let profile = profile.and_then(|after| after.split_once('}'));
            profile.is_some_and(|(profile, _)| profile.contains("\"test\":true"))
        })
        .filter_map(|line| {
            let path = field(line, "executable")?;
            let stem = path.file_stem()?.to_string_lossy().into_owned();
            Some(Program {
                name: stem.rsplit_once('-')?.0.to_owned(),
                path,
                folder: field(line, "manifest_path")?.parent()?.to_owned(),
            })
        })
        .collect()
}

/// A path in one of Cargo's messages: no sign of it but the backslash is written otherwise in JSON.
fn field(line: &str, name: &str) -> Option<PathBuf> {
    let text = line
        .split_once(&format!("\"{name}\":\""))?
        .1
        .split_once('"')?
        .0;
    Some(PathBuf::from(text.replace("\\\\", "\\")))
}

impl Program {
    /// Its package's folder and its own name: some packages have files of the same name.
    fn label(&self) -> String {
        let folder = self.folder.file_name().unwrap_or_default();
        format!("{}/{}", folder.to_string_lossy(), self.name)
    }

    /// Does it keep every core busy? Software graphics do.
    fn wants_all_cores(&self) -> bool {
        self.name.starts_with("firefox") || self.name.ends_with("webgpu")
    }
}

/// Runs all programs, each with what `prepare` adds to its command, and counts what passed. What a
/// program prints is shown at its end.
///
/// # Errors
/// Names every program that failed, when all have ended; or that no test ran.
pub(super) fn run(
    programs: &[Program],
    prepare: impl Fn(&mut Command) + Sync,
    stages: &Stages,
) -> Result<Tally> {
    let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let (alone, mut beside): (Vec<&Program>, Vec<&Program>) = programs
        .iter()
        .partition(|program| program.wants_all_cores());
    beside.sort_by_key(|program| {
        let place = LONGEST.iter().position(|name| *name == program.name);
        place.unwrap_or(LONGEST.len())
    });
    let ended = Mutex::new((Tally::default(), Vec::new()));
    for (programs, lanes) in [(beside, cores), (alone, 1)] {
        in_lanes(programs, lanes, &prepare, stages, &ended)?;
    }
    let (tally, failed) = ended.into_inner().unwrap_or_else(PoisonError::into_inner);
    if !failed.is_empty() {
        return Err(Error::Tests(failed.join("\n")));
    }
    if tally.passed == 0 {
        return Err(Error::no_test());
    }
    Ok(tally)
}

/// Runs these programs, so many at once; adds what passed, and the names of those that failed.
fn in_lanes(
    programs: Vec<&Program>,
    lanes: usize,
    prepare: &(impl Fn(&mut Command) + Sync),
    stages: &Stages,
    ended: &Mutex<(Tally, Vec<String>)>,
) -> Result<()> {
    let queue = Mutex::new(VecDeque::from(programs));
    let next = || lock(&queue).pop_front();
    let lane = || -> Result<()> {
        while let Some(program) = next() {
            let start = Instant::now();
            let mut command = Command::new(&program.path);
            command.current_dir(&program.folder);
            prepare(&mut command);
            let output = command
                .stdin(Stdio::null())
                .output()
                .map_err(process::cannot_start(command.get_program()))?;
            let took = start.elapsed();
            let said = String::from_utf8_lossy(&output.stdout);
            let mut own = Tally::default();
            said.lines().for_each(|line| own.read(line));
            let passed = output.status.success();
            stages.test_file(&program.label(), start, took, passed);
            let mut ended = lock(ended);
            let verdict = if passed { "passed" } else { "FAILED" };
            say(format!(
                "{}: {} {verdict}, {} s",
                program.label(),
                own.passed,
                took.as_secs()
            ));
            print!("{said}");
            eprint!("{}", String::from_utf8_lossy(&output.stderr));
            ended.0.add(own);
            if !passed {
                let errors = String::from_utf8_lossy(&output.stderr);
                let reasons = reasons(&format!("{said}\n{errors}"));
                ended.1.push(format!("{}\n{reasons}", program.label()));
            }
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let lanes: Vec<_> = (0..lanes).map(|_| scope.spawn(lane)).collect();
        let mut ends = lanes.into_iter().map(std::thread::ScopedJoinHandle::join);
        ends.try_for_each(|end| end.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}

/// Why tests failed, of all that their program printed: its panics and errors, with the lines that belong to
/// them.
fn reasons(said: &str) -> String {
    const BELONGING: usize = 3;
    let mut reasons = String::new();
    let mut belonging = 0;
    for line in said.lines() {
        if line.contains("panicked at") || line.starts_with("Error: ") {
            belonging = BELONGING + 1;
        }
        if belonging > 0 && !line.is_empty() {
            reasons.push_str(&format!("    {line}\n"));
        }
        belonging = belonging.saturating_sub(1);
    }
    reasons
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A lane that panics ends the run.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_found_in_cargos_messages() {
        let messages = r#"{"reason":"compiler-artifact","manifest_path":"/w/core/Cargo.toml","profile":{"test":true},"executable":null}
{"reason":"build-script-executed","out_dir":"/x"}
{"reason":"compiler-artifact","manifest_path":"/w/tests/Cargo.toml","target":{"test":true},"profile":{"opt_level":"1","test":true},"executable":"/w/deps/chromium_cpu-0a1b","fresh":true}
{"reason":"compiler-artifact","manifest_path":"/w/tests/Cargo.toml","target":{"test":true},"profile":{"test":false},"executable":"/w/examples/swift-1","fresh":true}
{"reason":"compiler-artifact","manifest_path":"C:\\w\\Cargo.toml","profile":{"test":true},"executable":"C:\\w\\firefox_train-9.exe","fresh":true}
{"reason":"build-finished","success":true}"#;
        let found = programs(messages);
        assert_eq!(found.len(), 2);
        let expected = Program {
            name: "chromium_cpu".into(),
            path: "/w/deps/chromium_cpu-0a1b".into(),
            folder: "/w/tests".into(),
        };
        assert_eq!(found[0], expected);
    }

    #[test]
    fn a_failure_has_its_reasons() {
        let said = "running 2 tests\nthread 'a' (7) panicked at tests/a.rs:3:5:\nassertion failed\n\
            note: run with\nmore\ntest a ... FAILED\nError: Wait { seen: \"x\" }\n\ntest result";
        let expected = "    thread 'a' (7) panicked at tests/a.rs:3:5:\n    assertion failed\n    note: run with\n    \
            more\n    Error: Wait { seen: \"x\" }\n    test result\n";
        assert_eq!(reasons(said), expected);
    }

    #[cfg(unix)]
    #[test]
    fn each_failed_program_is_named_and_none_keeps_others_from_running() {
        let program = |name: &str, path: &str| Program {
            name: name.into(),
            path: path.into(),
            folder: ".".into(),
        };
        let stages = Stages::new(&crate::workspace::Workspace::find(), "test");
        let say = |command: &mut Command| {
            command.arg("test result: ok. 2 passed; 0 failed;");
        };
        let good = [program("one", "echo"), program("firefox", "echo")];
        assert_eq!(run(&good, say, &stages).unwrap().passed, 4);
        let mixed = [
            program("bad", "false"),
            program("good", "echo"),
            program("firefox", "false"),
        ];
        let error = run(&mixed, say, &stages).unwrap_err().to_string();
        assert!(
            error.contains("/bad\n") && error.contains("/firefox\n") && !error.contains("good"),
            "{error}"
        );
        assert!(run(&[program("mute", "true")], say, &stages).is_err());
    }
}
