//! What the leader asks a helper, and what that answers: postcard bytes, as between page and leader.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use twinglyph_core::protocol::{Drawings, Obstacle, blob, numbers};
use twinglyph_core::training::TrainConfig;
use twinglyph_core::{Bitmap, Views};
use twinglyph_nn::{Found, Round, Share};

/// A message between a leader and its helper: postcard bytes, and many numbers beside them, which are moved as they
/// lie, without a copy more.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Message {
    /// The message.
    pub bytes: Vec<u8>,
    /// What it means by that is its own matter; mostly none.
    pub numbers: Vec<f32>,
}

impl From<Vec<u8>> for Message {
    fn from(bytes: Vec<u8>) -> Self {
        Self {
            bytes,
            numbers: Vec::new(),
        }
    }
}

/// A question with its number, which the answer has too.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Ask {
    pub(crate) id: u32,
    pub(crate) question: Question,
}

/// Networks and runs have numbers, which the leader chooses.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Question {
    /// Answered by `Found`.
    Find,
    /// Answered by `Done`, as everything else that is not said of.
    Load {
        twin: u32,
        #[serde(with = "blob")]
        file: Vec<u8>,
    },
    /// Answered by `Embedding`.
    Embed {
        twin: u32,
        drawings: Vec<Bitmap>,
        views: Views,
    },
    /// Answered by `File`.
    File {
        twin: u32,
        /// The header's entries.
        metadata: HashMap<String, String>,
    },
    /// Not wanted any more.
    Forget {
        twin: u32,
    },
    /// Answered by `Run`.
    Train {
        run: u32,
        config: Box<TrainConfig>,
        from: Option<Vec<u8>>,
        training: Vec<Drawings>,
    },
    /// Answered by `Run`.
    Resume {
        run: u32,
        #[serde(with = "blob")]
        checkpoint: Vec<u8>,
        training: Vec<Drawings>,
    },
    Rate {
        run: u32,
        rate: f64,
    },
    /// By at most so many workers, this one and others that it has started. Answered by `Stepped`.
    Step {
        run: u32,
        workers: u32,
    },
    /// No step comes for a while.
    Rest {
        run: u32,
    },
    /// Answered by `Loss`.
    MeanLoss {
        run: u32,
    },
    /// Answered by `File`.
    Checkpoint {
        run: u32,
    },
    Snapshot {
        run: u32,
        twin: u32,
    },
    /// Answered by `Scores`.
    Scores {
        run: u32,
        queries: Vec<Bitmap>,
        support: Vec<Bitmap>,
    },
    /// The run is over for the leader.
    End {
        run: u32,
    },
    /// Keeps a copy of a network in training, for a part of each batch.
    Join {
        config: Box<TrainConfig>,
        training: Vec<Drawings>,
    },
    /// Begins a step for the part of this share, by the parameters beside the message. Answered by `Part`, of the first
    /// round.
    Begin {
        step: u32,
        share: Share,
    },
    /// A further round of that step. Answered by `Part`.
    Round(Round),
    Lose,
}

/// What a helper says.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Update {
    /// To the question of this number; the error is what the device said.
    Answer {
        id: u32,
        answer: Result<Answer, String>,
        /// Bytes that the device has taken; 0 where that is not known.
        memory: u64,
    },
    /// The device was lost; no question that is open will be answered.
    Lost(String),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Answer {
    Done,
    Found(Result<(String, u64), Obstacle>),
    Embedding {
        images: u32,
        #[serde(with = "numbers")]
        global: Vec<f32>,
        #[serde(with = "numbers")]
        local: Vec<f32>,
    },
    File(#[serde(with = "blob")] Vec<u8>),
    Run {
        config: Box<TrainConfig>,
        steps: u32,
    },
    Stepped {
        drawings: u32,
    },
    Loss(f32),
    Scores(Vec<f32>),
    /// Its part of the gradient lies beside the message.
    Part(Found),
}

impl Answer {
    /// What of it travels beside the message.
    pub(crate) fn numbers(&mut self) -> Option<&mut Vec<f32>> {
        match self {
            Self::Part(Found::Sums { gradient, .. }) => Some(gradient),
            _ => None,
        }
    }
}
