//! The folder of a run: what it is, its log, its newest checkpoint. Knows nothing of what learns.
//!
//! A folder belongs to one run, and to one process at a time. Nothing is written into it but the lock before
//! [`RunFolder::begin`]; a folder that is left before is as it was.

use std::error::Error;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use twinglyph_core::training::TrainConfig;

use super::identity::{Identity, Record, Session, config_differences};
use super::learner::CHECKPOINT;
use super::validation::Validated;
use crate::network;
use crate::provenance::Program;

/// The files of a run.
const CONFIG: &str = "config.json";
const RUN: &str = "run.json";
const LOG: &str = "log.csv";
const LOCK: &str = "lock";

const HEADER: &str =
    "step,loss,images_per_second,validation_errors,validation_trials,validation_ways";

/// Why a folder can't be a run's.
#[derive(Debug, thiserror::Error)]
pub(super) enum FolderError {
    /// Another process has it.
    #[error("another lab train computes in {}; wait for it, or name another folder with --out", .0.display())]
    Taken(PathBuf),
    /// It holds a run of another config.
    #[error("{} holds a run of another config ({}); name another folder with --out", path.display(), differences.join("; "))]
    Config {
        /// The folder.
        path: PathBuf,
        /// In what they differ.
        differences: Vec<String>,
    },
    /// It holds a run that computes something else.
    #[error("{}: {difference}; name another folder with --out for another run", path.display())]
    Run {
        /// The folder.
        path: PathBuf,
        /// What differs.
        difference: String,
    },
    /// Steps were computed in it, and nobody knows how.
    #[error("{} holds a run without {RUN}, so nobody knows what began it and on which drawings; name another folder with --out{instead}", path.display())]
    Unrecorded {
        /// The folder.
        path: PathBuf,
        /// What else can be done.
        instead: String,
    },
    /// It holds the runs of several seeds.
    #[error("{} holds runs of --seeds, as {first}; name another folder with --out, or {first} itself", path.display())]
    Seeds {
        /// The folder.
        path: PathBuf,
        /// One of its folders.
        first: String,
    },
    /// One of its files is not what it should be.
    #[error("{}: {error}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: Box<dyn Error>,
    },
}

/// The folder of a run, locked against other processes.
pub(super) struct RunFolder {
    path: PathBuf,
    /// Held for the run.
    lock: Option<File>,
    /// The folders that were made for it, the outermost first.
    made: Vec<PathBuf>,
    has_begun: bool,
}

impl RunFolder {
    /// Takes a folder for this process, and makes it where it isn't there.
    ///
    /// # Errors
    /// When another process has it, or it can't be written.
    pub(super) fn claim(path: &Path) -> Result<Self, FolderError> {
        let missing = path
            .ancestors()
            .take_while(|at| !at.as_os_str().is_empty() && !at.exists());
        let mut made: Vec<PathBuf> = missing.map(Path::to_owned).collect();
        made.reverse();
        fs::create_dir_all(path).map_err(at(path))?;
        let mut folder = Self {
            path: path.to_owned(),
            lock: None,
            made,
            has_begun: false,
        };
        let name = path.join(LOCK);
        let mut options = OpenOptions::new();
        let lock = options.create(true).truncate(false).write(true).open(&name);
        let lock = lock.map_err(at(&name))?;
        match lock.try_lock() {
            Ok(()) => folder.lock = Some(lock),
            Err(TryLockError::WouldBlock) => return Err(FolderError::Taken(path.to_owned())),
            Err(TryLockError::Error(error)) => return Err(at(&name)(error)),
        }
        folder.has_begun = folder.path.join(CONFIG).exists();
        Ok(folder)
    }

    /// Does this run fit what a folder holds, which may be nothing?
    ///
    /// # Errors
    /// When it holds another run, or one of its files is not what it should be.
    pub(super) fn check(
        path: &Path,
        config: &TrainConfig,
        asked: &Identity,
    ) -> Result<(), FolderError> {
        let named = path.join(CONFIG);
        if let Some(bytes) = read(&named)? {
            let kept = TrainConfig::parse(&bytes).map_err(|error| wrong(&named, error))?;
            let differences = config_differences(&kept, config);
            if !differences.is_empty() {
                let path = path.to_owned();
                return Err(FolderError::Config { path, differences });
            }
        }
        let Some(record) = record(path)? else {
            return recorded(path);
        };
        match record.identity.difference(asked) {
            None => Ok(()),
            Some(difference) => Err(FolderError::Run {
                path: path.to_owned(),
                difference,
            }),
        }
    }

    /// Does a folder hold a run itself?
    pub(super) fn holds_run(path: &Path) -> bool {
        let mut files = [CONFIG, RUN, LOG, CHECKPOINT].iter();
        files.any(|file| path.join(file).exists())
    }

    /// Its path.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Makes the folder this run's, `done` steps of which are done: writes what it is, and cuts the log back to what was
    /// there then. Tells of a run whose earlier steps another program computed.
    ///
    /// # Errors
    /// When it can't be written.
    pub(super) fn begin(
        &mut self,
        config: &TrainConfig,
        asked: Identity,
        done: u32,
    ) -> Result<Record, Box<dyn Error>> {
        let program = Program::this();
        let kept = record(&self.path)?;
        let mut record = kept.unwrap_or_else(|| Record {
            identity: asked,
            sessions: Vec::new(),
        });
        let other = record
            .sessions
            .last()
            .filter(|last| !last.program.is_like(&program));
        if let Some(Session { program: other, .. }) = other.filter(|_| done > 0) {
            eprintln!(
                "the run's last steps were computed by version {}, commit {}; this is version {}, commit {}",
                other.version, other.commit, program.version, program.commit
            );
        }
        // A part of which nothing is left did not happen.
        record.sessions.retain(|session| session.from_step < done);
        record.sessions.push(Session {
            from_step: done,
            program,
        });
        self.has_begun = true;
        self.keep(CONFIG, serde_json::to_string_pretty(config)?.as_bytes())?;
        self.keep(RUN, serde_json::to_string_pretty(&record)?.as_bytes())?;
        self.cut_log(done)?;
        Ok(record)
    }

    /// A file of the folder, where it is there.
    ///
    /// # Errors
    /// When it is there and can't be read.
    pub(super) fn read(&self, file: &str) -> Result<Option<Vec<u8>>, FolderError> {
        read(&self.path.join(file))
    }

    fn cut_log(&self, done: u32) -> Result<(), Box<dyn Error>> {
        let log = self.log();
        let step = |line: &&str| {
            line.split(',')
                .next()
                .and_then(|step| step.parse::<u32>().ok())
        };
        let kept = log
            .lines()
            .filter(|line| step(line).is_some_and(|step| step <= done));
        let mut text = format!("{HEADER}\n");
        for line in kept {
            text.push_str(line);
            text.push('\n');
        }
        self.keep(LOG, text.as_bytes())
    }

    /// The text of the log; empty where there is none.
    pub(super) fn log(&self) -> String {
        log(&self.path)
    }

    /// Writes a file in the place of the one before.
    ///
    /// # Errors
    /// When it can't be written.
    pub(super) fn keep(&self, file: &str, bytes: &[u8]) -> Result<(), Box<dyn Error>> {
        network::write(&self.path.join(file), bytes)
    }

    /// Logs the mean loss since the last entry.
    ///
    /// # Errors
    /// When the log can't be written.
    pub(super) fn log_loss(&self, step: u32, loss: f32, rate: f64) -> Result<(), Box<dyn Error>> {
        self.append(&format!("{step},{loss},{rate:.1},,,\n"))
    }

    /// Logs a validation.
    ///
    /// # Errors
    /// When the log can't be written.
    pub(super) fn log_validation(&self, validated: Validated) -> Result<(), Box<dyn Error>> {
        self.append(&format!("{}\n", validated.line()))
    }

    /// Adds a line in one piece, so that whoever reads the log meanwhile sees whole lines.
    fn append(&self, line: &str) -> Result<(), Box<dyn Error>> {
        let path = self.path.join(LOG);
        let mut options = OpenOptions::new();
        let log = options.append(true).create(true).open(&path);
        let written = log.and_then(|mut log| log.write_all(line.as_bytes()));
        Ok(written.map_err(at(&path))?)
    }
}

/// Leaves nothing behind of a run that did not begin.
impl Drop for RunFolder {
    fn drop(&mut self) {
        if self.has_begun {
            return;
        }
        // Best effort: what it was refused for is what matters.
        if self.lock.take().is_some() {
            let _ = fs::remove_file(self.path.join(LOCK));
        }
        for folder in self.made.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

/// The text of a folder's log; empty where there is none.
pub(super) fn log(path: &Path) -> String {
    fs::read_to_string(path.join(LOG)).unwrap_or_default()
}

/// Without `run.json` nothing may have been computed.
fn recorded(path: &Path) -> Result<(), FolderError> {
    let checkpoint = path.join(CHECKPOINT);
    let instead = match checkpoint.exists() {
        true => format!(
            ", and to begin from its network add --from-weights {}",
            checkpoint.display()
        ),
        false if path.join(LOG).exists() => String::new(),
        false => return Ok(()),
    };
    Err(FolderError::Unrecorded {
        path: path.to_owned(),
        instead,
    })
}

/// What a folder says of the run in it; `None` where it doesn't.
fn record(path: &Path) -> Result<Option<Record>, FolderError> {
    let named = path.join(RUN);
    let Some(bytes) = read(&named)? else {
        return Ok(None);
    };
    let record = serde_json::from_slice(&bytes).map_err(|error| wrong(&named, error))?;
    Ok(Some(record))
}

fn read(path: &Path) -> Result<Option<Vec<u8>>, FolderError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(at(path)(error)),
    }
}

fn at(path: &Path) -> impl FnOnce(std::io::Error) -> FolderError {
    let path = path.to_owned();
    move |error| wrong(&path, error)
}

fn wrong(path: &Path, error: impl Into<Box<dyn Error>>) -> FolderError {
    FolderError::File {
        path: path.to_owned(),
        error: error.into(),
    }
}
