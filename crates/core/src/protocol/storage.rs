//! Where things lie in the browser's private file system, and why it did not do what it was asked for.

use serde::{Deserialize, Serialize};

use crate::Foreign;

/// Folder of the models that a person keeps.
pub const MODELS: &str = "models";

/// Folder of built-in models that were fetched when a person asked for them.
pub const DOWNLOADED_MODELS: &str = "shipped";

/// Folder of the checkpoints of runs.
pub const RUNS: &str = "training";

/// The folder of a copy of the app, below which the others are, by the path that the copy lies under, encoded as a part
/// of an address.
#[must_use]
pub fn app_folder(encoded: &str) -> String {
    format!("twinglyph{encoded}")
}

/// What stands in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StorageFault {
    /// There is no storage.
    Absent,
    /// The page has no secure connection, without which there is none.
    Insecure,
    /// The browser blocks the page's cookies, and with them all that it would keep.
    Blocked,
    /// It is full.
    Full,
    /// Another tab writes the same file.
    InUse,
    /// What is kept is not what was written.
    Damaged,
    /// Something else; the browser's own words tell more.
    Refused,
}

/// A failure of the browser's storage: what stands in the way, and that in words for the person, without a full
/// stop.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct StorageError {
    /// What stands in the way.
    pub fault: StorageFault,
    message: String,
}

impl StorageError {
    fn new(fault: StorageFault, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { fault, message }
    }

    /// There is no storage.
    #[must_use]
    pub fn absent() -> Self {
        let message = "This browser keeps nothing here, as some do in private windows";
        Self::new(StorageFault::Absent, message)
    }

    /// The page has no secure connection, without which browsers give no storage.
    #[must_use]
    pub fn insecure() -> Self {
        let message = "This address is not secure (http), and browsers keep files for secure ones only; open the page by https";
        Self::new(StorageFault::Insecure, message)
    }

    /// The browser blocks the page's cookies, and with them all that it would keep.
    #[must_use]
    pub fn blocked() -> Self {
        let message = "This browser keeps nothing for this page: cookies are blocked here, or this is a private window; allow cookies, or use an ordinary window";
        Self::new(StorageFault::Blocked, message)
    }

    /// It is full.
    #[must_use]
    pub fn full() -> Self {
        let message = "This browser's storage is full; delete a model, or free space";
        Self::new(StorageFault::Full, message)
    }

    /// Another tab writes the same file.
    #[must_use]
    pub fn in_use() -> Self {
        let message = "Another tab of this page is writing the same file; close it";
        Self::new(StorageFault::InUse, message)
    }

    /// What is kept at this path is not what was written.
    #[must_use]
    pub fn damaged(path: &str) -> Self {
        let message = format!(
            "\u{2068}{path}\u{2069} in this browser's storage is damaged; begin anew, or delete it"
        );
        Self::new(StorageFault::Damaged, message)
    }

    /// The browser refused, for a reason in its own words where it gave one.
    #[must_use]
    pub fn refused(reason: Option<&str>) -> Self {
        let message = match reason {
            Some(reason) => format!("This browser's storage refused ({})", Foreign::from(reason)),
            None => "This browser's storage refused".to_owned(),
        };
        Self::new(StorageFault::Refused, message)
    }
}
