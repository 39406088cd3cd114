//! How long the stages of a task took: a table at its end, and `target/stages.json`.
//!
//! Knows names and seconds. Refuses to know what a stage does.

use std::fmt::Write as _;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::process::say;
use crate::workspace::Workspace;
use crate::{Error, Result};

/// Number of test files in the table.
const SLOWEST: usize = 10;

/// The stages of one run of a task. Stages may run beside each other.
#[derive(Debug)]
pub struct Stages {
    task: &'static str,
    path: PathBuf,
    begin: Instant,
    /// A stage failed: no other one is begun.
    failed: AtomicBool,
    record: Mutex<Record>,
}

#[derive(Clone, Debug, Default)]
struct Record {
    stages: Vec<Span>,
    reached: Vec<Span>,
    files: Vec<Span>,
}

/// Something that took time.
#[derive(Clone, Debug, PartialEq)]
struct Span {
    name: String,
    /// Since the task began.
    start: Duration,
    took: Duration,
    passed: bool,
}

impl Stages {
    /// Begins a task; `target/stages.json` is written for it.
    #[must_use]
    pub fn new(workspace: &Workspace, task: &'static str) -> Self {
        Self {
            task,
            path: workspace.target().join("stages.json"),
            begin: Instant::now(),
            failed: AtomicBool::new(false),
            record: Mutex::default(),
        }
    }

    /// Runs a stage under a heading and notes its seconds, also when it fails.
    ///
    /// # Errors
    /// The stage's own, with its name and seconds; [`Error::Stopped`] where one beside it has failed.
    pub fn run<T>(&self, name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        if self.failed.load(Ordering::Relaxed) {
            return Err(Error::Stopped(name.into()));
        }
        eprintln!("\n===== {name} =====");
        let start = Instant::now();
        let result = work();
        let took = start.elapsed();
        let span = self.span(name, start, took, result.is_ok());
        self.note(|record| record.stages.push(span));
        let seconds = took.as_secs();
        match result {
            Ok(value) => {
                eprintln!("===== {name}: done in {seconds} s =====");
                Ok(value)
            }
            Err(source) => {
                self.failed.store(true, Ordering::Relaxed);
                eprintln!("===== {name}: FAILED after {seconds} s =====");
                Err(Error::Stage {
                    stage: name.into(),
                    seconds,
                    source: Box::new(source),
                })
            }
        }
    }

    /// Notes that a person has something from now on.
    pub fn reached(&self, what: &str) {
        let span = self.span(what, self.begin, self.begin.elapsed(), true);
        self.note(|record| record.reached.push(span));
    }

    /// Notes how long a file of tests took.
    pub fn test_file(&self, name: &str, start: Instant, took: Duration, passed: bool) {
        let span = self.span(name, start, took, passed);
        self.note(|record| record.files.push(span));
    }

    /// Prints the table and writes the file, of all that was noted until now.
    pub fn report(&self) {
        let record = match self.record.lock() {
            Ok(record) => record.clone(),
            Err(poisoned) => poisoned.into_inner().clone(),
        };
        let total = self.begin.elapsed();
        say(format!(
            "seconds of `cargo xtask {}`:\n\n{}",
            self.task,
            table(&record, total)
        ));
        let written = std::fs::create_dir_all(self.path.parent().unwrap_or(&self.path))
            .and_then(|()| std::fs::write(&self.path, self.json(&record, total)));
        match written {
            Ok(()) => say(format!("the same is in {}", self.path.display())),
            Err(error) => say(format!("{}: {error}", self.path.display())),
        }
    }

    fn span(&self, name: &str, start: Instant, took: Duration, passed: bool) -> Span {
        Span {
            name: name.into(),
            start: start.saturating_duration_since(self.begin),
            took,
            passed,
        }
    }

    fn note(&self, change: impl FnOnce(&mut Record)) {
        // A stage that panicked has changed nothing here.
        match self.record.lock() {
            Ok(mut record) => change(&mut record),
            Err(poisoned) => change(&mut poisoned.into_inner()),
        }
    }

    fn json(&self, record: &Record, total: Duration) -> String {
        let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let list = |spans: &[Span]| -> String {
            let lines: Vec<String> = spans.iter().map(Span::json).collect();
            match lines.is_empty() {
                true => "[]".into(),
                false => format!("[\n    {}\n  ]", lines.join(",\n    ")),
            }
        };
        format!(
            "{{\n  \"task\": {},\n  \"cores\": {cores},\n  \"seconds\": {:.1},\n  \"stages\": {},\n  \
             \"reached\": {},\n  \"test_files\": {}\n}}\n",
            quoted(self.task),
            total.as_secs_f64(),
            list(&record.stages),
            list(&record.reached),
            list(&record.files),
        )
    }
}

impl Span {
    fn json(&self) -> String {
        format!(
            "{{ \"name\": {}, \"start\": {:.1}, \"seconds\": {:.1}, \"passed\": {} }}",
            quoted(&self.name),
            self.start.as_secs_f64(),
            self.took.as_secs_f64(),
            self.passed
        )
    }
}

/// The stages in their order, what was reached when, and the slowest test files.
fn table(record: &Record, total: Duration) -> String {
    let mut text = String::new();
    let mut row = |name: &str, took: Duration, remark: &str| {
        // Writing to a string can't fail.
        let _ = writeln!(text, "{:>7.1}  {name}{remark}", took.as_secs_f64());
    };
    let failed = |span: &Span| if span.passed { "" } else { " (failed)" };
    let mut stages: Vec<&Span> = record.stages.iter().collect();
    stages.sort_by_key(|stage| stage.start);
    for stage in stages {
        row(&stage.name, stage.took, failed(stage));
    }
    row("all of it", total, "");
    for span in &record.reached {
        row(&span.name, span.took, ", from the start");
    }
    if !record.files.is_empty() {
        let mut files: Vec<&Span> = record.files.iter().collect();
        files.sort_by_key(|file| std::cmp::Reverse(file.took));
        text.push_str("\nThe slowest test files:\n\n");
        let mut row = |span: &Span| {
            let seconds = span.took.as_secs_f64();
            let _ = writeln!(text, "{seconds:>7.1}  {}{}", span.name, failed(span));
        };
        files.into_iter().take(SLOWEST).for_each(&mut row);
    }
    text
}

/// A text as JSON has it.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            control if control < ' ' => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(control));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn stages() -> Stages {
        Stages::new(&Workspace::find(), "test")
    }

    #[test]
    fn a_failed_stage_is_noted_and_named() {
        let stages = stages();
        stages.run("First", || Ok(())).unwrap();
        let end: Result<()> = stages.run("Second", || Err(Error::Usage("no".into())));
        assert!(end.unwrap_err().to_string().starts_with("Second failed"));
        let end = stages.run("Third", || Ok(()));
        assert!(matches!(end, Err(Error::Stopped(_))), "{end:?}");
        let record = stages.record.lock().unwrap().clone();
        let passed: Vec<bool> = record.stages.iter().map(|stage| stage.passed).collect();
        assert_eq!(passed, [true, false]);
        assert!(table(&record, Duration::ZERO).contains("Second (failed)"));
    }

    #[test]
    fn the_table_has_the_ten_slowest_files() {
        let stages = stages();
        for seconds in 0..12 {
            let took = Duration::from_secs(seconds);
            stages.test_file(&format!("file{seconds}"), stages.begin, took, true);
        }
        let record = stages.record.lock().unwrap().clone();
        let table = table(&record, Duration::ZERO);
        assert!(
            table.contains("file11") && table.contains("file2\n"),
            "{table}"
        );
        assert!(!table.contains("file1\n"), "{table}");
        let json = stages.json(&record, Duration::ZERO);
        assert!(json.contains("\"name\": \"file1\", \"start\": 0.0, \"seconds\": 1.0"));
    }

    #[test]
    fn names_become_json() {
        assert_eq!(quoted("a \"b\" \\ \n"), r#""a \"b\" \\ \u000a""#);
    }
}
