//! Wrong arguments that are known only when several of them, or the data, are looked at together.

/// Arguments that don't go together: the command ends with exit code 2, as where clap refuses one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Usage(pub(crate) String);
