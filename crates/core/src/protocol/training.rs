//! What page and worker say to each other about training and about models that are kept.

use serde::{Deserialize, Serialize};

use super::{DeviceKind, Failure};
use crate::alphabet::AlphabetError;
use crate::training::TrainConfig;
use crate::{Alphabet, Bitmap, Set};

/// Most drawings that a run takes, to train on and to hold out together: all of Omniglot and half
/// as many again, 67 MB.
pub const MAX_TRAINING_DRAWINGS: usize = 50_000;

/// Everything that a run needs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainStart {
    /// Chosen by the page; updates name it.
    pub run: u32,
    /// What the run is; its `held_out` only says names, as the alphabets come here.
    pub config: TrainConfig,
    /// Which weights it starts from.
    pub from: TrainFrom,
    /// Alphabets to learn from.
    pub training: Vec<Drawings>,
    /// Alphabets to validate on; may be none.
    pub held_out: Vec<Drawings>,
    /// Steps between checkpoints; 0 for none but at a pause and at the end.
    pub keep_every: u32,
    /// Steps between validations; 0 for none but before and after.
    pub validate_every: u32,
}

/// Which weights a run starts from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TrainFrom {
    /// Fresh ones, by the config's seed.
    Fresh,
    /// A model's, by name.
    Model(String),
    /// The checkpoint that is kept; it must be of the same config, but for the learning rate. With the model that its
    /// run began with, if it was one.
    Checkpoint(Option<String>),
}

/// An alphabet on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawings {
    /// Its name.
    pub name: String,
    /// Its part of the data.
    pub set: Set,
    /// Number of drawers.
    pub drawers: u32,
    /// Character by character, within one drawer by drawer.
    pub drawings: Vec<Bitmap>,
}

impl From<&Alphabet> for Drawings {
    fn from(alphabet: &Alphabet) -> Self {
        let drawing = |character, drawer| alphabet.drawing(character, drawer).cloned();
        Self {
            name: alphabet.name().to_owned(),
            set: alphabet.set(),
            drawers: alphabet.drawers() as u32,
            drawings: (0..alphabet.characters())
                .flat_map(|character| (0..alphabet.drawers()).map(move |d| (character, d)))
                .filter_map(|(character, drawer)| drawing(character, drawer))
                .collect(),
        }
    }
}

impl TryFrom<Drawings> for Alphabet {
    type Error = AlphabetError;

    fn try_from(drawings: Drawings) -> Result<Self, AlphabetError> {
        let Drawings {
            name,
            set,
            drawers,
            drawings,
        } = drawings;
        Alphabet::new(name, set, drawers as usize, drawings)
    }
}

/// What can be done with a run on its way.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum TrainControl {
    /// Stops after the step at hand, with a checkpoint.
    Pause,
    /// Goes on.
    Resume,
    /// Ends after the step at hand; what was learned can still be kept.
    Cancel,
    /// Changes the highest learning rate; the schedule goes on.
    LearningRate(f64),
}

/// Memory in use, bytes; 0 where it can't be told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    /// The worker's own, which never shrinks: its most so far.
    pub worker: u64,
    /// Reserved on a WebGPU device.
    pub device: u64,
}

/// What happens in a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum TrainUpdate {
    /// It begins, or goes on from a checkpoint.
    Began {
        /// Steps that are done already.
        step: u32,
        /// Where it runs.
        device: DeviceKind,
    },
    /// Some steps were done.
    Steps {
        /// Steps done.
        step: u32,
        /// Mean loss since the update before.
        loss: f32,
        /// Learning rate of the last step.
        rate: f64,
        /// Images a second since the update before.
        images_per_second: f32,
        /// What is in use now.
        memory: Memory,
    },
    /// One-shot trials on the held-out alphabets.
    Validated {
        /// Steps done.
        step: u32,
        /// Wrong answers.
        errors: u32,
        /// All answers.
        trials: u32,
        /// The choice in each trial of [`crate::training::HeldOut::shown`], 0 where it is right.
        chosen: Vec<u32>,
    },
    /// A checkpoint is kept.
    Kept {
        /// Steps done at the checkpoint.
        step: u32,
    },
    /// A checkpoint could not be kept; the run goes on.
    NotKept {
        /// Why it could not.
        reason: Failure,
    },
    /// It is paused.
    Paused {
        /// Steps done.
        step: u32,
    },
    /// It goes on.
    Resumed,
    /// It is over. Its weights can be kept until another run begins.
    Ended {
        /// Steps done.
        step: u32,
        /// Why it is over.
        end: TrainEnd,
    },
}

/// Why a run is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TrainEnd {
    /// All steps are done.
    Done,
    /// The person ended it.
    Cancelled,
    /// The loss was no number any more; the weights are those of the last loss that was one.
    Diverged,
    /// The device failed; the checkpoint is as good as before.
    Device {
        /// The device's error.
        reason: String,
    },
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::invented;

    #[test]
    fn an_alphabet_survives_the_journey() {
        let alphabet = invented::alphabet(3);
        let drawings = Drawings::from(&alphabet);
        assert_eq!(Alphabet::try_from(drawings.clone()).unwrap(), alphabet);
        let cut = Drawings {
            drawings: drawings.drawings[1..].to_vec(),
            ..drawings
        };
        assert!(Alphabet::try_from(cut).is_err());
    }
}
