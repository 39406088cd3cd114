//! Checkpoints: a run's whole state in one safetensors file.
//!
//! The network's weights file under `network`, that of its moving average, where one is kept, under
//! `average`, the optimiser's moments under `first.` and `second.`, all f32, and in the header the
//! config and the number of steps done. Every backend writes and reads the same file. A run that goes
//! on from a checkpoint equals one that was never interrupted, bit for bit on the CPU by the same
//! backend: batches depend on seed and step alone.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use safetensors::{Dtype, SafeTensors};
use twinglyph_core::training::{ConfigError, TrainConfig};

use super::TrainError;
use crate::TensorError;
use crate::backend::DeviceError;
use crate::weights::{self, Numbers, Part, WeightsError};

const CONFIG: &str = "config";
const STEPS: &str = "steps";
const NETWORK: &str = "network";
const AVERAGE: &str = "average";
const FIRST: &str = "first.";
const SECOND: &str = "second.";

/// Why bytes are no checkpoint.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CheckpointError {
    /// Not safetensors, or cut off.
    #[error("the checkpoint is not a whole safetensors file ({0}); begin the run again")]
    Format(String),
    /// An entry of the header is missing or wrong.
    #[error("the checkpoint's header entry {0} is missing or wrong; begin the run again")]
    Header(&'static str),
    /// There is no network in it, or one in another form.
    #[error(
        "the checkpoint holds no network in the form that this version reads; begin the run again"
    )]
    Network,
    /// The config in it is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The config and the network in it don't belong together.
    #[error(transparent)]
    Train(#[from] TrainError),
    /// The network in it is wrong.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// The network in it is not one that is computed here.
    #[error(transparent)]
    Tensors(#[from] TensorError),
    /// What a helper says of it.
    #[error(transparent)]
    Helper(#[from] DeviceError),
    /// A moment is missing or has the wrong size.
    #[error(
        "the checkpoint's optimiser state {0} is missing or has the wrong size; begin the run again"
    )]
    Moment(String),
}

/// The memory of a run's checkpoints: taken once for all of them.
#[derive(Debug, Default)]
pub struct CheckpointBuffer {
    pub(super) file: Vec<u8>,
    pub(super) network: Vec<u8>,
    pub(super) average: Vec<u8>,
}

impl CheckpointBuffer {
    /// The bytes of the last checkpoint that was written into it; empty where none was.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.file
    }

    /// The same, and no memory for another one.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.file
    }
}

/// What a checkpoint holds, on no device and of no backend.
pub struct Record {
    /// The run's config.
    pub config: TrainConfig,
    /// Steps done.
    pub steps: u32,
    /// The network's weights file.
    pub network: Vec<u8>,
    /// The averaged network's.
    pub average: Option<Vec<u8>>,
    /// Running means of the gradients and of their squares, by the tensors' names; of a linear
    /// layer `[in, out]`, unlike its weights in their file.
    pub moments: BTreeMap<String, [Vec<f32>; 2]>,
}

fn format(error: safetensors::SafeTensorError) -> CheckpointError {
    CheckpointError::Format(error.to_string())
}

impl Record {
    /// Writes the file into `buffer`, in the place of the one before.
    ///
    /// # Errors
    /// When the format can't hold it.
    pub fn write_into(&self, buffer: &mut CheckpointBuffer) -> Result<(), CheckpointError> {
        self.write(&mut buffer.file)
    }

    /// In the place of what `bytes` held.
    pub(super) fn write(&self, bytes: &mut Vec<u8>) -> Result<(), CheckpointError> {
        let mut parts = Vec::new();
        for (name, moments) in &self.moments {
            for (prefix, values) in [FIRST, SECOND].into_iter().zip(moments) {
                let part = Part {
                    shape: vec![values.len()],
                    numbers: Numbers::F32(Cow::Borrowed(values)),
                };
                parts.push((format!("{prefix}{name}"), part));
            }
        }
        let files = [
            (NETWORK, Some(&self.network)),
            (AVERAGE, self.average.as_ref()),
        ];
        for (name, file) in files {
            if let Some(file) = file {
                let part = Part {
                    shape: vec![file.len()],
                    numbers: Numbers::U8(Cow::Borrowed(file)),
                };
                parts.push((name.to_owned(), part));
            }
        }
        let config = serde_json::to_string(&self.config)
            .map_err(|error| ConfigError::Json(error.to_string()))?;
        let header = HashMap::from([
            (CONFIG.to_owned(), config),
            (STEPS.to_owned(), self.steps.to_string()),
        ]);
        weights::serialize(parts, header, bytes).map_err(format)
    }

    /// What a file holds.
    ///
    /// # Errors
    /// When the bytes are no whole checkpoint.
    pub fn read(bytes: &[u8]) -> Result<Self, CheckpointError> {
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(format)?;
        let entry = |name| {
            header
                .metadata()
                .as_ref()
                .and_then(|entries| entries.get(name))
        };
        let config = entry(CONFIG).ok_or(CheckpointError::Header(CONFIG))?;
        let config = TrainConfig::parse(config.as_bytes())?;
        let steps = entry(STEPS)
            .and_then(|steps| steps.parse().ok())
            .ok_or(CheckpointError::Header(STEPS))?;

        let file = SafeTensors::deserialize(bytes).map_err(format)?;
        let weights = |name| {
            let view = file.tensor(name).ok();
            let view = view.filter(|view| view.dtype() == Dtype::U8);
            view.map(|view| view.data().to_vec())
        };
        let mut moments = BTreeMap::new();
        for name in file.names() {
            let Some(parameter) = name.strip_prefix(FIRST) else {
                continue;
            };
            let read = |prefix: &str| -> Result<Vec<f32>, CheckpointError> {
                let name = format!("{prefix}{parameter}");
                let view = file.tensor(&name);
                let view = view.ok().filter(|view| view.dtype() == Dtype::F32);
                let view = view.ok_or(CheckpointError::Moment(name))?;
                let numbers = view.data().chunks_exact(4);
                Ok(numbers
                    .map(|bytes| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
                    .collect())
            };
            moments.insert(parameter.to_owned(), [read(FIRST)?, read(SECOND)?]);
        }
        Ok(Self {
            config,
            steps,
            network: weights(NETWORK).ok_or(CheckpointError::Network)?,
            average: weights(AVERAGE),
            moments,
        })
    }
}
