//! What can go wrong in the engine, in words for the person.

use twinglyph_core::Foreign;
use twinglyph_core::protocol::{Failure, FailureKind, StorageError};
use twinglyph_core::support::SupportError;
use twinglyph_nn::weights::WeightsError;

use crate::FetchError;

/// Why a command was not carried out. What was there before still is.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum EngineError {
    /// A file did not come.
    #[error(transparent)]
    File(#[from] FetchError),
    /// A file that is not the one this version of the app ships.
    #[error(
        "models/{0}.safetensors is damaged, or of another version of this app; reload the page and try again"
    )]
    OtherFile(String),
    /// A host that has not fetched its large files.
    #[error(
        "this server has, in the place of models/{0}.safetensors, only a note of where it is (Git LFS): whoever publishes this page must fetch it with 'git lfs pull'; take another network until then"
    )]
    Pointer(String),
    /// A model's name that is none.
    #[error("{0} is not a model's name; names have letters, digits, '-' and '_' only")]
    ModelName(Foreign),
    /// A model that can't be used.
    #[error("the model {name} can't be used: {error}")]
    Weights {
        /// Its name.
        name: Foreign,
        /// What is wrong with it.
        error: WeightsError,
    },
    /// A command that needs a model came before one was loaded.
    #[error("no model is loaded yet; start the engine first")]
    NoModel,
    /// A support set that can't be used.
    #[error("the support set can't be used: {0}")]
    Support(&'static str),
    /// Drawings that can't be compared.
    #[error("the drawings can't be compared: {0}")]
    Scores(&'static str),
    /// A gallery of drawings that is not there, or has not what the page thinks.
    #[error("the drawings that were to be compared with are not here any more; ask again")]
    Gallery,
    /// The network could not be looked into. No device is to be blamed for it: ranking goes on.
    #[error("the network can't be looked into: {0}; load another model")]
    Inspection(String),
    /// A run of training that can't begin, or isn't there.
    #[error("the training can't be done: {0}")]
    Training(String),
    /// A name that can't be a kept model's.
    #[error(
        "{0} can't be a model's name; it needs 1 to 60 letters, none of them a slash, a quote or a bracket"
    )]
    OwnName(Foreign),
    /// A model that is not kept here.
    #[error("no model {0} is kept in this browser")]
    NotKept(Foreign),
    /// The browser's storage did not do what it was asked for.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// A query for another support set than the current one.
    #[error("the support set {0} is not the current one; send it again")]
    OtherSupport(u32),
    /// The device did not give an answer.
    #[error("the {device} failed: {reason}")]
    Device {
        /// Its name for people.
        device: String,
        /// What it said.
        reason: String,
    },
}

impl From<SupportError> for EngineError {
    fn from(error: SupportError) -> Self {
        Self::Support(error.0)
    }
}

impl EngineError {
    /// The failure that the page is told.
    #[must_use]
    pub fn failure(&self) -> Failure {
        let kind = match self {
            Self::File(_) | Self::OtherFile(_) | Self::Pointer(_) => FailureKind::Network,
            Self::ModelName(_) | Self::Weights { .. } | Self::NoModel => FailureKind::Model,
            Self::Support(_) | Self::OtherSupport(_) => FailureKind::Support,
            Self::Scores(_) => FailureKind::Scores,
            Self::Gallery => FailureKind::Gallery,
            Self::Training(_) => FailureKind::Training,
            Self::OwnName(_) | Self::NotKept(_) | Self::Inspection(_) => FailureKind::Model,
            Self::Storage(error) => FailureKind::Storage(error.fault),
            Self::Device { .. } => FailureKind::Device,
        };
        Failure {
            kind,
            message: self.to_string(),
        }
    }
}
