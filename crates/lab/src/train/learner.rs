//! What learns: a network on the processor, or on another device.

use std::error::Error;

use twinglyph_core::training::TrainConfig;
use twinglyph_nn::Precision;
use twinglyph_nn::backend::Learner;
use twinglyph_nn::train::{CheckpointBuffer, CpuLearner, Settings};

use super::folder::RunFolder;
use crate::network::Device;

/// The checkpoint's file.
const CHECKPOINT: &str = "checkpoint.safetensors";

/// What the processor multiplies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Products {
    /// 32-bit numbers
    F32,
    /// 16-bit ones, summed in 32 bits: slow where the processor has no instructions for them
    Bf16,
}

/// The run as its folder's checkpoint left it, or one that has done no step, from fresh
/// weights or those of a weights file's bytes.
///
/// # Errors
/// When the checkpoint or the weights can't be used, or the device can't train the network.
pub(super) fn open(
    (products, average): (Option<Products>, Option<f32>),
    folder: &RunFolder,
    config: &TrainConfig,
    from: Option<Vec<u8>>,
    device: &Device,
) -> Result<Box<dyn Learner>, Box<dyn Error>> {
    if device.is_some() && (average.is_some() || products.is_some()) {
        return Err("only the processor takes --average and --precision; leave them out".into());
    }
    let settings = Settings {
        precision: match products {
            None => Precision::fastest(),
            Some(Products::F32) => Precision::F32,
            Some(Products::Bf16) => Precision::Bf16,
        },
        average,
    };
    let resume = |bytes: &[u8]| -> Result<Box<dyn Learner>, _> {
        match device {
            None => Ok(Box::new(CpuLearner::read(bytes, settings)?)),
            Some(device) => pollster::block_on(device.resume(bytes)),
        }
    };
    let kept = folder.read(CHECKPOINT).map(|bytes| resume(&bytes));
    let kept = kept.transpose();
    let kept = kept.map_err(|error| format!("{CHECKPOINT}: {error}"))?;
    let learner = match kept.filter(|learner| learner.config() == config) {
        Some(learner) => learner,
        None => match device {
            None => Box::new(CpuLearner::new(config.clone(), settings, from.as_deref())?),
            Some(device) => pollster::block_on(device.train(config.clone(), from.as_deref()))?,
        },
    };
    folder.cut_log(learner.steps())?;
    Ok(learner)
}

/// Writes the checkpoint in the place of the one before.
///
/// # Errors
/// When it can't be written, or the network holds a number that is not finite.
pub(super) async fn keep(learner: &dyn Learner, folder: &RunFolder) -> Result<(), Box<dyn Error>> {
    let mut buffer = CheckpointBuffer::default();
    learner.write(&mut buffer).await?;
    folder.keep(CHECKPOINT, buffer.bytes())
}
