//! What learns: a network on the processor, or on another device.

use std::error::Error;
use std::path::Path;

use twinglyph_core::training::TrainConfig;
use twinglyph_nn::Precision;
use twinglyph_nn::backend::Learner;
use twinglyph_nn::train::{
    CheckpointBuffer, CheckpointError, CpuLearner, Record, Settings, TrainError,
};
use twinglyph_nn::weights;

use super::folder::{FolderError, RunFolder};
use super::identity::config_differences;
use crate::network::Device;
use crate::usage::Usage;

/// The checkpoint's file.
pub(super) const CHECKPOINT: &str = "checkpoint.safetensors";

/// What the processor multiplies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Products {
    /// 32-bit numbers
    F32,
    /// 16-bit ones, summed in 32 bits: slow where the processor has no instructions for them
    Bf16,
}

/// How the processor computes where `--precision` and `--average` leave something open.
///
/// # Errors
/// When a graphics device is to compute, which takes neither.
pub(super) fn settings(
    products: Option<Products>,
    average: Option<f32>,
    device: &Device,
) -> Result<Settings, Usage> {
    if device.is_some() && (average.is_some() || products.is_some()) {
        let told = "only the processor takes --average and --precision; leave them out";
        return Err(Usage(told.to_owned()));
    }
    let precision = match products {
        None if device.is_none() => Precision::fastest(),
        None | Some(Products::F32) => Precision::F32,
        Some(Products::Bf16) => Precision::Bf16,
    };
    Ok(Settings { precision, average })
}

/// The run as its folder's checkpoint left it, or one that has done no step, from fresh weights or those of a weights
/// file with these bytes.
///
/// # Errors
/// When the checkpoint is another run's, it or the weights can't be used, or the device can't train the network.
pub(super) fn open(
    settings: Settings,
    folder: &RunFolder,
    config: &TrainConfig,
    from: Option<(&Path, &[u8])>,
    device: &Device,
) -> Result<Box<dyn Learner>, Box<dyn Error>> {
    let Some(bytes) = folder.read(CHECKPOINT)? else {
        let (path, from) = from.unzip();
        let learner: Result<Box<dyn Learner>, _> = match device {
            None => CpuLearner::new(config.clone(), settings, from)
                .map(|learner| Box::new(learner) as _),
            Some(device) => pollster::block_on(device.train(config.clone(), from)),
        };
        return learner.map_err(|error| match (path, &error) {
            (None, _) | (_, CheckpointError::Train(TrainError::Frozen { .. })) => error.into(),
            (Some(path), error) => format!("{}: {error}", path.display()).into(),
        });
    };
    let named = |error: &dyn std::fmt::Display| {
        let path = folder.path().join(CHECKPOINT);
        format!(
            "{}: {error}; for a new run name another folder with --out",
            path.display()
        )
    };
    let kept = Record::read(&bytes).map_err(|error| named(&error))?;
    let differences = config_differences(&kept.config, config);
    if !differences.is_empty() {
        let path = folder.path().to_owned();
        return Err(FolderError::Config { path, differences }.into());
    }
    if kept.average.is_some() != settings.average.is_some() {
        let has = if kept.average.is_some() {
            "has a"
        } else {
            "has no"
        };
        let told = format!("it {has} moving average of the weights; --average must say the same");
        return Err(named(&told).into());
    }
    let learner: Result<Box<dyn Learner>, _> = match device {
        None => CpuLearner::read(&bytes, settings).map(|learner| Box::new(learner) as _),
        Some(device) => pollster::block_on(device.resume(&bytes)),
    };
    Ok(learner.map_err(|error| named(&error))?)
}

/// Writes the checkpoint in the place of the one before, if it can be read again.
///
/// # Errors
/// When it can't be written, or the network holds a number that is not finite or that no trained network has.
pub(super) async fn keep(learner: &dyn Learner, folder: &RunFolder) -> Result<(), Box<dyn Error>> {
    let mut buffer = CheckpointBuffer::default();
    learner.write(&mut buffer).await?;
    let written = Record::read(buffer.bytes())?;
    for network in [Some(written.network), written.average]
        .into_iter()
        .flatten()
    {
        weights::tensors(&network)?;
    }
    folder.keep(CHECKPOINT, buffer.bytes())
}
