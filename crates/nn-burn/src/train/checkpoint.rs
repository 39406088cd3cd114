//! Checkpoints (`twinglyph_nn::train::Record`) of a network that Burn trains.

use std::collections::BTreeMap;

use burn::tensor::{Device, Tensor, TensorData, Transaction};
use twinglyph_nn::backend::DeviceError;
use twinglyph_nn::train::{CheckpointBuffer, CheckpointError, Record};

use super::optimizer::Moments;
use super::{TrainConfig, Trainer};
use crate::weights::{self, Metadata, Precision, WeightsError};

/// Reads and writes checkpoints.
pub struct Checkpoint;

impl Checkpoint {
    /// The config of the run in a file's bytes.
    ///
    /// # Errors
    /// When the bytes are no whole checkpoint.
    pub fn config(bytes: &[u8]) -> Result<TrainConfig, CheckpointError> {
        Ok(Record::read(bytes)?.config)
    }

    /// The file of a run.
    ///
    /// # Errors
    /// When the device does not give its numbers or one is not finite.
    pub async fn write(trainer: &Trainer) -> Result<Vec<u8>, CheckpointError> {
        let mut buffer = CheckpointBuffer::default();
        Self::write_into(trainer, &mut buffer).await?;
        Ok(buffer.into_bytes())
    }

    /// As [`Checkpoint::write`], into memory that is used again.
    ///
    /// # Errors
    /// When the device does not give its numbers or one is not finite.
    pub async fn write_into(
        trainer: &Trainer,
        buffer: &mut CheckpointBuffer,
    ) -> Result<(), CheckpointError> {
        let metadata = Metadata::new(trainer.config.architecture);
        let network = weights::write(&trainer.twin, &metadata, Precision::F32).await?;

        let moments = trainer.optimizer.moments();
        let mut transaction = Transaction::default();
        for Moments { first, second } in moments.values() {
            transaction = transaction.register(first.clone()).register(second.clone());
        }
        let data = transaction
            .execute_async()
            .await
            .map_err(|error| WeightsError::Device(DeviceError::new(error)))?;
        let mut values = data.into_iter().map(|data| {
            data.try_to_vec::<f32>()
                .map_err(|error| WeightsError::Device(DeviceError::new(error)))
        });
        let mut read = BTreeMap::new();
        for name in moments.keys() {
            if let (Some(first), Some(second)) = (values.next(), values.next()) {
                read.insert(name.clone(), [first?, second?]);
            }
        }
        let record = Record {
            config: trainer.config.clone(),
            steps: trainer.steps(),
            network,
            average: None,
            moments: read,
        };
        record.write_into(buffer)
    }

    /// The run in a file's bytes, ready to go on, on `device`.
    ///
    /// # Errors
    /// When the bytes are no whole checkpoint; nothing is kept of it then.
    pub fn read(bytes: &[u8], device: &Device) -> Result<Trainer, CheckpointError> {
        let record = Record::read(bytes)?;
        let (twin, _) = weights::read(&record.network, device)?;
        let shapes = weights::shapes(&twin);
        let mut trainer = Trainer::new(record.config, Some(twin), device)?;
        let optimizer = &mut trainer.optimizer;
        optimizer.steps = record.steps;
        for (name, moments) in record.moments {
            let length = shapes
                .get(&name)
                .map(|shape| shape.iter().product::<usize>());
            if moments.iter().any(|values| Some(values.len()) != length) {
                return Err(CheckpointError::Moment(name));
            }
            let [first, second] = moments.map(|values| {
                let length = values.len();
                Tensor::from_data(TensorData::new(values, [length]), device)
            });
            optimizer.set_moments(name, Moments { first, second });
        }
        Ok(trainer)
    }
}
