//! What can go wrong in a task, and what to do about it.

use std::path::{Path, PathBuf};

/// The result of a task or a part of one.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a task stopped.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The command line makes no sense.
    #[error("{0}\nTry `cargo xtask help`.")]
    Usage(String),
    /// A program could not be started.
    #[error("{program} can't be started ({source}); is it installed and on PATH?")]
    Start {
        /// The program.
        program: String,
        /// Why.
        source: std::io::Error,
    },
    /// A program ran and failed.
    #[error("this command failed ({outcome}); its output above says why:\n    {command}")]
    Failed {
        /// The command line.
        command: String,
        /// Exit code or signal.
        outcome: String,
    },
    /// Something is needed that can't be had here.
    #[error("{what}\n{remedy}")]
    Missing {
        /// What is missing.
        what: String,
        /// What a person can do.
        remedy: String,
    },
    /// A file or folder could not be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file is not as expected.
    #[error("{}: {problem}", path.display())]
    Content {
        /// Which.
        path: PathBuf,
        /// What is wrong and what to do.
        problem: String,
    },
    /// The app has grown past a budget.
    #[error(
        "over budget: {0}; make it smaller, or change the budget in xtask/src/sizes.rs and say why"
    )]
    Budget(String),
    /// No port could be had.
    #[error(
        "no port from {first} to {last} is free on 127.0.0.1 ({source}); give another one with --port"
    )]
    Port {
        /// First one tried.
        first: u16,
        /// Last one tried.
        last: u16,
        /// Why the last one failed.
        source: std::io::Error,
    },
    /// A stage of a task failed.
    #[error("{stage} failed after {seconds} s.\n{source}")]
    Stage {
        /// Its name.
        stage: String,
        /// How long it ran.
        seconds: u64,
        /// What happened.
        source: Box<Error>,
    },
    /// A stage was not begun, as another one beside it had failed.
    #[error("{0} was not begun: another stage failed")]
    Stopped(String),
    /// Files of tests failed.
    #[error("these test files failed; all that each printed is above\n{0}")]
    Tests(String),
}

impl Error {
    /// No test ran where some should have.
    #[must_use]
    pub fn no_test() -> Self {
        Self::Missing {
            what: "No test ran.".into(),
            remedy: "A check that runs nothing proves nothing: see the command's output.".into(),
        }
    }

    /// Gives an IO error its path.
    pub fn file(path: &Path) -> impl FnOnce(std::io::Error) -> Self + '_ {
        move |source| Self::File {
            path: path.to_owned(),
            source,
        }
    }
}
