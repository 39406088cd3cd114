//! Checkpoints: a run's whole state in one safetensors file.
//!
//! The network's tensors under `network.`, the optimiser's moments under `first.` and
//! `second.`, all f32, and in the header the config and the number of steps done. A run that
//! goes on from a checkpoint equals one that was never interrupted, bit for bit on the CPU:
//! batches depend on seed and step alone.

use std::collections::HashMap;

use burn::tensor::{Device, Tensor, TensorData, Transaction};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};

use super::optimizer::Moments;
use super::{ConfigError, TrainConfig, TrainError, Trainer};
use crate::weights::{self, Metadata, Precision, WeightsError};

const CONFIG: &str = "config";
const STEPS: &str = "steps";
const NETWORK: &str = "network";
const FIRST: &str = "first.";
const SECOND: &str = "second.";

/// Reads and writes checkpoints.
pub struct Checkpoint;

/// Why bytes are no checkpoint.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CheckpointError {
    /// Not safetensors, or cut off.
    #[error("the checkpoint is not a whole safetensors file ({0}); use an older one")]
    Format(String),
    /// An entry of the header is missing or wrong.
    #[error("the checkpoint's header entry {0} is missing or wrong; use an older one")]
    Header(&'static str),
    /// The config in it is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The config and the network in it don't belong together.
    #[error(transparent)]
    Train(#[from] TrainError),
    /// The network in it is wrong.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// A moment is missing or has the wrong size.
    #[error(
        "the checkpoint's optimiser state {0} is missing or has the wrong size; use an older one"
    )]
    Moment(String),
}

impl Checkpoint {
    /// The file of a run.
    ///
    /// # Errors
    /// When the device does not give its numbers or one is not finite.
    pub async fn write(trainer: &Trainer) -> Result<Vec<u8>, CheckpointError> {
        let metadata = Metadata::new(trainer.config.architecture);
        let network = weights::write(&trainer.twin, &metadata, Precision::F32).await?;

        let moments = &trainer.optimizer.moments;
        let mut transaction = Transaction::default();
        for Moments { first, second } in moments.values() {
            transaction = transaction.register(first.clone()).register(second.clone());
        }
        let data = transaction
            .execute_async()
            .await
            .map_err(|error| WeightsError::Device(error.to_string()))?;
        let names = moments
            .keys()
            .flat_map(|name| [format!("{FIRST}{name}"), format!("{SECOND}{name}")]);
        let mut parts = Vec::with_capacity(data.len());
        for (name, data) in names.zip(data) {
            let values = data
                .try_to_vec::<f32>()
                .map_err(|error| WeightsError::Device(format!("{error:?}")))?;
            let bytes: Vec<u8> = values
                .iter()
                .flat_map(|value| value.to_le_bytes())
                .collect();
            parts.push((name, values.len(), Dtype::F32, bytes));
        }
        parts.push((NETWORK.into(), network.len(), Dtype::U8, network));

        let format =
            |error: safetensors::SafeTensorError| CheckpointError::Format(error.to_string());
        let views = parts
            .iter()
            .map(|(name, length, dtype, bytes)| {
                TensorView::new(*dtype, vec![*length], bytes).map(|view| (name.as_str(), view))
            })
            .collect::<Result<Vec<_>, _>>()
            .map_err(format)?;
        let config = serde_json::to_string(&trainer.config)
            .map_err(|error| ConfigError::Json(error.to_string()))?;
        let header = HashMap::from([
            (CONFIG.to_owned(), config),
            (STEPS.to_owned(), trainer.steps().to_string()),
        ]);
        safetensors::serialize(views, Some(header)).map_err(format)
    }

    /// The run in a file's bytes, ready to go on, on `device`.
    ///
    /// # Errors
    /// When the bytes are no whole checkpoint; nothing is kept of it then.
    pub fn read(bytes: &[u8], device: &Device) -> Result<Trainer, CheckpointError> {
        let format =
            |error: safetensors::SafeTensorError| CheckpointError::Format(error.to_string());
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
        let network = file.tensor(NETWORK).map_err(format)?;
        let (twin, _) = weights::read(network.data(), device)?;

        let shapes = weights::shapes(&twin);
        let mut trainer = Trainer::new(config, Some(twin), device)?;
        let optimizer = &mut trainer.optimizer;
        optimizer.steps = steps;
        for name in file.names() {
            let Some(parameter) = name.strip_prefix(FIRST) else {
                continue;
            };
            let read = |name: String| -> Result<Tensor<1>, CheckpointError> {
                let view = file
                    .tensor(&name)
                    .map_err(|_| CheckpointError::Moment(name.clone()))?;
                if view.dtype() != Dtype::F32 {
                    return Err(CheckpointError::Moment(name));
                }
                let values: Vec<f32> = view
                    .data()
                    .chunks_exact(4)
                    .map(|bytes| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
                    .collect();
                let length = values.len();
                Ok(Tensor::from_data(TensorData::new(values, [length]), device))
            };
            let moments = Moments {
                first: read(format!("{FIRST}{parameter}"))?,
                second: read(format!("{SECOND}{parameter}"))?,
            };
            let length = shapes
                .get(parameter)
                .map(|shape| shape.iter().product::<usize>());
            if length != Some(moments.first.dims()[0]) || length != Some(moments.second.dims()[0]) {
                return Err(CheckpointError::Moment(parameter.to_owned()));
            }
            optimizer.moments.insert(parameter.to_owned(), moments);
        }
        Ok(trainer)
    }
}
