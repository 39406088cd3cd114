//! What can go wrong between a test and a browser.

use std::path::PathBuf;
use std::time::Duration;

/// The result of a step in a browser.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a step did not work.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A driver could not be started.
    #[error("the driver {} does not start: {reason}", program.display())]
    Driver {
        /// Its program.
        program: PathBuf,
        /// What happened.
        reason: String,
    },
    /// A driver does not answer.
    #[error("no answer from the browser's driver to {command}: {source}")]
    Connection {
        /// What was asked.
        command: String,
        /// Why.
        source: minreq::Error,
    },
    /// A driver answered with an error, or with what makes no sense.
    #[error("the browser's driver answered {command} with: {message}")]
    Answer {
        /// What was asked.
        command: String,
        /// The answer.
        message: String,
    },
    /// The page did not do what was waited for.
    #[error("waited {} s in vain for: {what}; last seen: {seen}", waited.as_secs())]
    Wait {
        /// For how long.
        waited: Duration,
        /// For what.
        what: String,
        /// The state of things at the end.
        seen: String,
    },
    /// A program or a file that the tests need is missing or failed.
    #[error("{0}")]
    Setting(String),
}

impl From<xtask::Error> for Error {
    fn from(error: xtask::Error) -> Self {
        Self::Setting(error.to_string())
    }
}
