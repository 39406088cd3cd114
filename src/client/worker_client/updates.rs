//! What the client's owner is to do, and what the page learns.

use twinglyph_core::Bitmap;
use twinglyph_core::protocol::{
    DeviceKind, DeviceReport, EmbeddingMap, Event, Failure, FailureKind, FetchEnd, Jobs, Match,
    ModelReport, Request, Scorer, Stage, TrainUpdate,
};
use twinglyph_core::score::Calibration;

use super::table::Asker;
use crate::words::words;

/// Something to do for the owner of the client.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Effect {
    /// Start a new worker; the old one, if any, is gone.
    Spawn,
    /// End the worker.
    Terminate,
    /// Post this to the worker.
    Send(Request),
    /// Tell the page.
    Tell(Update),
}

/// What the page learns.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Update {
    /// The engine's state changed.
    State(State),
    /// The worker's own module comes: bytes done and in all (0 where unknown).
    Fetching(u64, u64),
    /// Something long goes on: stage, done, total (0 where unknown).
    Progress(Stage, u64, u64),
    /// A model is loaded.
    Model(ModelReport),
    /// A large model is fetched, or will not be.
    Fetched(String, FetchEnd),
    /// A device is chosen.
    Device(DeviceReport),
    /// Where each kind of work runs from now on.
    Jobs(Jobs),
    /// A ranking of the drawing with this ticket against this set.
    Ranking(Ranked),
    /// Something happened in a run of training.
    Training(u32, TrainUpdate),
    /// The models that are kept in this browser.
    Models(Vec<ModelReport>),
    /// Where the embeddings of this support set lie.
    Map(u32, Box<EmbeddingMap>),
    /// The answer to what was asked by [`super::WorkerClient::ask`].
    Answered(Asker, Event),
    /// What was asked failed; what was there before still is.
    Failed(Asker, Failure),
    /// The worker was replaced, or another question took the place, before there was an answer.
    Lost(Asker),
    /// The worker was replaced.
    Replaced {
        /// A clause for people, as "it stopped with an error".
        why: String,
        /// What is done otherwise from now on, a sentence behind a space; else empty.
        instead: &'static str,
    },
}

/// A drawing compared with a support set.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Ranked {
    /// Which drawing, as given to [`super::WorkerClient::classify`].
    pub(crate) ticket: u64,
    /// Which support set.
    pub(crate) set: u32,
    /// Every class, best first.
    pub(crate) matches: Vec<Match>,
    /// Time in the worker, milliseconds.
    pub(crate) milliseconds: f32,
    /// By how many views of each drawing.
    pub(crate) views: u32,
    /// Where it ran.
    pub(crate) device: DeviceKind,
}

/// Drawings to be compared: a part of a run of trials.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Job {
    /// Who compares.
    pub(crate) scorer: Scorer,
    /// Every one of these
    pub(crate) queries: Vec<Bitmap>,
    /// with every one of these.
    pub(crate) support: Vec<Bitmap>,
}

/// How alike they are.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Scored {
    /// Raw scores, query by query; higher is more alike.
    pub(crate) scores: Vec<Vec<f32>>,
    /// Makes similarities of them.
    pub(crate) calibration: Calibration,
    /// Time in the worker, milliseconds.
    pub(crate) milliseconds: f32,
    /// Where it ran.
    pub(crate) device: DeviceKind,
}

/// What is told of a gallery: drawings that the worker keeps apart from the support set.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Gallery {
    /// It has so many drawings.
    Holds(u32),
    /// The most similar of its drawings, best first.
    Nearest(Vec<Match>),
}

/// Why it isn't.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoGallery {
    /// What was there is gone: another model, device or worker. It can be filled anew.
    #[error("{}", words().failures.gallery_gone)]
    Gone,
    /// The worker's words.
    #[error("{0}")]
    Refused(String),
}

impl From<Failure> for NoGallery {
    fn from(failure: Failure) -> Self {
        match failure.kind {
            FailureKind::Gallery => Self::Gone,
            _ => Self::Refused(failure.message),
        }
    }
}

/// The engine as the page shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Not yet able to rank.
    Loading,
    /// Idle and able to rank.
    Ready,
    /// Working on something the page asked for.
    Busy,
    /// Given up; [`super::WorkerClient::retry`] tries again.
    Failed,
}

impl State {
    /// The word of the attribute `data-state`.
    #[must_use]
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Loading => "loading",
            Self::Ready => "ready",
            Self::Busy => "busy",
            Self::Failed => "failed",
        }
    }
}
