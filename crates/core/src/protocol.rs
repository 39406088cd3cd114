//! What the page and the worker say to each other.
//!
//! A [`Request`] carries a [`Command`] and an id; each [`Reply`] with that id carries an [`Event`]
//! that answers it. Replies with id [`UNASKED`] are the worker's own updates. Messages travel as
//! postcard bytes in a transferred buffer. Nothing here knows who sends them or how.

pub mod blob;
mod device;
mod inspection;
mod map;
mod models;
pub mod numbers;
mod storage;
mod training;

use serde::{Deserialize, Serialize};

use crate::Bitmap;
use crate::score::Calibration;

pub use device::{
    DeviceKind, DevicePreference, DeviceReason, DeviceReport, DeviceTrial, Job, JobReport, Jobs,
    Obstacle, Outcome,
};
pub use inspection::{Inspection, LayerReport, LayerTable, Maps, PairReport};
pub use map::EmbeddingMap;
pub use models::{LARGE_MODEL, model_path};
pub use storage::{DOWNLOADED_MODELS, MODELS, RUNS, StorageError, StorageFault, app_folder};
pub use training::{
    Drawings, MAX_TRAINING_DRAWINGS, Memory, TrainControl, TrainEnd, TrainFrom, TrainStart,
    TrainUpdate,
};

/// Version of these messages; page and worker refuse to talk across versions.
pub const VERSION: u32 = 16;

/// Id of replies that answer no request.
pub const UNASKED: u32 = 0;

/// Message of a worker without memory: a plain text, as it could encode no event.
pub const OUT_OF_MEMORY: &str = "out of memory";

/// Most classes a support set may have: all of Omniglot and as many again.
pub const MAX_CLASSES: usize = 4096;

/// Most examples of one class.
pub const MAX_SHOTS: usize = 20;

/// Most queries, and most examples, of one [`Command::Score`]: enough for a whole alphabet, little
/// enough that what a lost worker had of it is soon done again.
pub const MAX_SCORED: usize = 256;

/// Most drawings of one [`Command::IndexGallery`]: so few that a classification that waits behind it is
/// answered soon.
pub const MAX_INDEXED: usize = 32;

/// Most drawings of a gallery: all of Omniglot and as many again.
pub const MAX_GALLERY: usize = 4096;

/// Most matches of one [`Event::GallerySearched`].
pub const MAX_FOUND: usize = 32;

/// A message from the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// Chosen by the page, not [`UNASKED`].
    pub id: u32,
    /// What is to be done.
    pub command: Command,
}

/// A message from the worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// Of the request that it answers, or [`UNASKED`].
    pub id: u32,
    /// What happened.
    pub event: Event,
}

/// What the page can ask for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// Loads the model, tries the devices and takes one. Answered by [`Event::Progress`] (any
    /// number), [`Event::Model`], then [`Event::Device`]; or by [`Event::Failed`].
    Start {
        /// The device that the person wants.
        preference: DevicePreference,
        /// File stem below `models/`, as `compact`.
        model: String,
    },
    /// Changes the device. Answered as `Start` from [`Event::Device`] on.
    UseDevice(DevicePreference),
    /// Changes the model. Answered as `Start`; on failure the old one stays.
    UseModel(String),
    /// Brings a large built-in model into this browser's storage, beside everything else, so that
    /// `UseModel` finds it at once. Answered by [`Event::Progress`] (any number), then
    /// [`Event::Fetched`].
    Fetch(String),
    /// Cancels the download on its way, if there is one; that one's own answer says so.
    StopFetching,
    /// Embeds a support set and makes it the one that queries are compared with. Answered by
    /// [`Event::Support`], by one view of each example so that drawings can be ranked at once, and
    /// by a second one where the model has several views, when all of them are embedded.
    SetSupport {
        /// Chosen by the page; rankings name it.
        set: u32,
        /// One entry a class, each with one or more examples (K-shot: scores are averaged).
        classes: Vec<Vec<Bitmap>>,
    },
    /// Compares a drawing with the support set. Answered by [`Event::Ranking`].
    Classify {
        /// The set the page means; another one is an error of kind [`FailureKind::Support`].
        set: u32,
        /// The drawing to rank.
        query: Bitmap,
    },
    /// Compares every query with every example, apart from the support set: a part of a run of
    /// trials. Answered by [`Event::Progress`] (any number), then [`Event::Scores`].
    Score {
        /// The network or baseline that compares.
        scorer: Scorer,
        /// At most [`MAX_SCORED`].
        queries: Vec<Bitmap>,
        /// At most [`MAX_SCORED`].
        support: Vec<Bitmap>,
    },
    /// Looks into the network: its layers, what a drawing becomes in them, why it is like others.
    /// Computed on the CPU, whatever device ranks. Answered by [`Event::Progress`] (any number),
    /// then [`Event::Inspection`]; not at all where another such command came meanwhile.
    Inspect {
        /// Chosen by the page; the answer names it.
        ticket: u64,
        /// The drawing that goes through the network.
        query: Option<Bitmap>,
        /// What it is compared with, each by itself.
        others: Vec<Bitmap>,
    },
    /// Where do the classes of the support set lie to each other, by the embeddings that rankings go
    /// by, and where does a drawing among them? Answered by [`Event::Map`].
    Map {
        /// The set the page means; another one is an error of kind [`FailureKind::Support`].
        set: u32,
        /// A drawing to place on the map.
        query: Option<Bitmap>,
    },
    /// Embeds drawings by one view and puts them behind those of a gallery, apart from the support
    /// set; another gallery than the one that is there takes its place. Answered by
    /// [`Event::GalleryIndexed`]; with a failure of kind [`FailureKind::Gallery`] where the gallery doesn't
    /// have what the page thinks, as after a change of model or device.
    IndexGallery {
        /// Chosen by the page.
        gallery: u32,
        /// Drawings that it has already; 0 begins it.
        after: u32,
        /// At most [`MAX_INDEXED`].
        drawings: Vec<Bitmap>,
    },
    /// Compares a drawing with all of a gallery, by one view. Answered by [`Event::GallerySearched`], or with
    /// a failure as `IndexGallery`.
    SearchGallery {
        /// The gallery to search.
        gallery: u32,
        /// Number of its drawings, as the page knows it.
        of: u32,
        /// The drawing that is compared.
        query: Bitmap,
    },
    /// Trains a network beside everything else, a step at a time. Answered by
    /// [`Event::Training`] until it is over; a run on its way is cancelled.
    Train(Box<TrainStart>),
    /// Does something with the run on its way. Not answered itself; what it changes is told.
    Control {
        /// Which run; another one is an error of kind [`FailureKind::Training`].
        run: u32,
        /// What is to be done.
        control: TrainControl,
    },
    /// Keeps the weights of a run, paused or over, as a model. Answered by [`Event::Models`].
    KeepTrained {
        /// Which run.
        run: u32,
        /// The model's name.
        name: String,
        /// What is to be said of it besides what the run says, as its scores.
        facts: Vec<(String, String)>,
    },
    /// Which models are kept? Answered by [`Event::Models`].
    ListModels,
    /// The file of a model, built in or kept. Answered by [`Event::ModelFile`].
    ReadModel(String),
    /// Checks a file and keeps it as a model. Answered by [`Event::Models`].
    ImportModel {
        /// The model's name.
        name: String,
        /// A safetensors file.
        #[serde(with = "blob")]
        bytes: Vec<u8>,
    },
    /// Forgets a kept model. Answered by [`Event::Models`].
    DeleteModel(String),
    /// Forgets the checkpoint that is kept. Answered by [`Event::Models`].
    ForgetCheckpoint,
    /// Are you there? Answered by [`Event::Pong`].
    Ping,
    /// Breaks the worker, or its device, on purpose, for tests of the recovery. Not answered.
    Fault(Fault),
}

/// The network or baseline that scores pairs of drawings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Scorer {
    /// The loaded model, on the device in use.
    Network,
    /// [`crate::baseline::Baseline::Pixels`].
    Pixels,
    /// [`crate::baseline::Baseline::Hausdorff`].
    Hausdorff,
    /// The network that this run of training has now, on the run's device.
    Trained(u32),
    /// The model that this run began with, on the processor; not of fresh weights, and not of a large network.
    Untrained(u32),
}

/// What the worker tells.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// The leader's code runs and listens. First message of each leader; id [`UNASKED`].
    Booted {
        /// [`VERSION`] of the worker.
        version: u32,
    },
    /// A long command goes on.
    Progress {
        /// The work.
        stage: Stage,
        /// How much is done: bytes for downloads, else parts.
        done: u64,
        /// How much there is to do; 0 where unknown.
        total: u64,
    },
    /// A model is loaded.
    Model(ModelReport),
    /// A download of a large model is over.
    Fetched {
        /// File stem.
        name: String,
        /// What came of it.
        end: FetchEnd,
    },
    /// A device is chosen and ready.
    Device(DeviceReport),
    /// Where each kind of work would run from now on.
    Jobs(Jobs),
    /// A support set is embedded.
    Support {
        /// The set's id.
        set: u32,
        /// Number of classes.
        classes: u32,
        /// By how many views of each example, which rankings go by from now on.
        views: u32,
        /// Whether another such event follows, by more views.
        more: bool,
        /// Time taken, milliseconds.
        milliseconds: f32,
    },
    /// A drawing is compared with every class of the support set.
    Ranking {
        /// The set's id.
        set: u32,
        /// Every class, best first; equal scores in the order of classes.
        matches: Vec<Match>,
        /// Time from the command's arrival to this answer, milliseconds.
        milliseconds: f32,
        /// By how many views of each drawing: by one where the best class is far ahead
        /// ([`crate::early_exit`]), though there be several.
        views: u32,
        /// Whether the drawing would be ranked by more views once the support set is embedded by all.
        more: bool,
        /// Where it ran.
        device: DeviceKind,
    },
    /// Queries are compared with examples.
    Scores {
        /// Raw scores of each query with each example, query by query; higher is more alike.
        scores: Vec<Vec<f32>>,
        /// Makes similarities of them; means nothing for a scorer that is no network.
        calibration: Calibration,
        /// Time from the command's arrival to this answer, milliseconds.
        milliseconds: f32,
        /// Where it ran.
        device: DeviceKind,
    },
    /// What can be seen of the network.
    Inspection {
        /// Ticket of the [`Command::Inspect`].
        ticket: u64,
        /// Layers, filters, maps and terms of the score.
        inspection: Box<Inspection>,
    },
    /// The map of the support set's embeddings.
    Map {
        /// The set's id.
        set: u32,
        /// Points of the classes and of the drawing, in two dimensions.
        map: Box<EmbeddingMap>,
    },
    /// Drawings are in a gallery.
    GalleryIndexed {
        /// The gallery that was added to.
        gallery: u32,
        /// Number of its drawings now.
        drawings: u32,
    },
    /// A drawing is compared with a gallery.
    GallerySearched {
        /// The gallery that was searched.
        gallery: u32,
        /// The drawings that are most alike, by their place in the gallery, best first; at most
        /// [`MAX_FOUND`].
        matches: Vec<Match>,
        /// Time from the command's arrival to this answer, milliseconds.
        milliseconds: f32,
    },
    /// Something happened in a run of training.
    Training {
        /// Which run.
        run: u32,
        /// What happened.
        update: TrainUpdate,
    },
    /// The models that are kept in this browser, by name, and files among them that can't be read.
    Models(Vec<ModelReport>),
    /// A model's file.
    ModelFile {
        /// Its name.
        name: String,
        /// A safetensors file.
        #[serde(with = "blob")]
        bytes: Vec<u8>,
    },
    /// Answers `Ping`.
    Pong,
    /// A command could not be carried out; what was there before still is.
    Failed(Failure),
    /// The worker's code panicked. It answers nothing any more; id [`UNASKED`].
    Crashed {
        /// What the panic said, for the console.
        message: String,
    },
}

/// One class, or drawing of a gallery, and how like the query it is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Match {
    /// Index of the class in its support set, or place of the drawing in its gallery.
    pub class: u32,
    /// The network's raw score; higher is more alike.
    pub score: f32,
    /// The score as a number from 0 to 1, calibrated so that 0.5 is as likely the same
    /// character as another one, on balanced pairs.
    pub similarity: f32,
}

/// A loaded model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelReport {
    /// File stem, as `compact`.
    pub name: String,
    /// `compact`, `deep` or `koch`; empty where the file can't be read ([`ModelReport::fault`]).
    pub architecture: String,
    /// Number of trained parameters.
    pub parameters: u64,
    /// Number of views by which it embeds a drawing (TTA).
    pub views: u32,
    /// Further facts in the file, as `trained_on`, in its words.
    pub facts: Vec<(String, String)>,
}

impl ModelReport {
    /// A kept file that no model can be read from: it has its name, and can be deleted.
    #[must_use]
    pub fn unreadable(name: String, fault: String) -> Self {
        Self {
            name,
            architecture: String::new(),
            parameters: 0,
            views: 0,
            facts: vec![(String::new(), fault)],
        }
    }

    /// Why the file can't be read, without a full stop; `None` for a model that can be used.
    #[must_use]
    pub fn fault(&self) -> Option<&str> {
        let fact = self.facts.first().map_or("", |(_, value)| value);
        self.architecture.is_empty().then_some(fact)
    }
}

/// What came of a [`Command::Fetch`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FetchEnd {
    /// It is here, and is kept by this browser.
    Kept,
    /// It is here until the page is closed, and why it can't be kept.
    Held(Failure),
    /// It was cancelled, as asked.
    Stopped,
    /// It did not come, or isn't the file that it should be; one sentence.
    Failed(String),
}

/// What is going on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// Fetching a model: bytes.
    Model,
    /// Fetching a large model beside everything else: bytes.
    Download,
    /// Trying devices: devices tried.
    Devices,
    /// Embedding a support set: drawings.
    Support,
    /// Comparing for trials: drawings embedded.
    Scores,
    /// Looking into the network: patches taken away.
    Inspection,
}

/// Something that did not work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What failed.
    pub kind: FailureKind,
    /// What was wrong and what to do, in plain words.
    pub message: String,
}

/// Kinds of failure that the page treats differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FailureKind {
    /// A file could not be fetched.
    Network,
    /// A model could not be used.
    Model,
    /// No usable device, or the device was lost.
    Device,
    /// A support set is missing, outdated or not valid.
    Support,
    /// Drawings that can't be compared: none, or too many.
    Scores,
    /// A gallery that is not there, or not as it should be; it can be filled anew.
    Gallery,
    /// A run of training that can't begin, or isn't there.
    Training,
    /// The browser's storage did not do what it was asked for.
    Storage(StorageFault),
    /// A message made no sense.
    Message,
}

/// Ways to break a worker in a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fault {
    /// Panics.
    Panic,
    /// Never returns.
    Hang,
    /// Loses the WebGPU device, if it has one; everything else goes on.
    LoseDevice,
}

/// A message that can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a message between page and worker can't be read ({0}); reload the page")]
pub struct MessageError(String);

/// The bytes of a message.
///
/// # Errors
/// When the message can't be serialised, which no message of this module is known to cause.
pub fn encode<T: Serialize>(message: &T) -> Result<Vec<u8>, MessageError> {
    postcard::to_stdvec(message).map_err(|error| MessageError(error.to_string()))
}

/// The message in these bytes; all of them must belong to it.
///
/// # Errors
/// When the bytes are no such message.
pub fn decode<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, MessageError> {
    match postcard::take_from_bytes(bytes) {
        Ok((message, [])) => Ok(message),
        Ok((_, rest)) => Err(MessageError(format!("{} bytes too many", rest.len()))),
        Err(error) => Err(MessageError(error.to_string())),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::look_alikes::LookAlikes;
    use proptest::prelude::*;

    #[test]
    fn a_request_survives_the_journey() {
        let request = Request {
            id: 7,
            command: Command::SetSupport {
                set: 3,
                classes: vec![vec![Bitmap::blank()]; 2],
            },
        };
        assert_eq!(
            decode::<Request>(&encode(&request).unwrap()).unwrap(),
            request
        );
    }

    #[test]
    fn a_map_survives_the_journey() {
        let map = EmbeddingMap {
            points: vec![[1.5, -2.0], [0.0, f32::MIN_POSITIVE]],
            query: Some([-0.25, 7.0]),
            shares: [0.5, 0.25],
            components: 256,
            views: 8,
            alike: vec![LookAlikes {
                classes: [0, 1],
                similarity: 0.75,
            }],
        };
        let reply = Reply {
            id: 7,
            event: Event::Map {
                set: 3,
                map: Box::new(map),
            },
        };
        assert_eq!(decode::<Reply>(&encode(&reply).unwrap()).unwrap(), reply);
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = decode::<Request>(&bytes);
            let _ = decode::<Reply>(&bytes);
        }
    }
}
