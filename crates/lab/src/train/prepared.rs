//! What runs need, read and checked before anything is written.

use std::error::Error;

use twinglyph_core::Alphabet;
use twinglyph_core::shard::Digest;
use twinglyph_core::training::{Intervals, TrainConfig};
use twinglyph_nn::Precision;
use twinglyph_nn::train::Settings;

use super::identity::{self, Identity};
use super::validation::Validation;
use super::{Args, learner};
use crate::config::{self, ConfigFileError};
use crate::data::{self, Data};
use crate::network::{self, Device};
use crate::usage::Usage;
use crate::{provenance, source};

/// Steps whose losses are read back and logged together: reading each would make a GPU wait.
const LOGGED: u32 = 10;

/// The config that the checkout has for this command, within it.
const CONFIG: &str = "configs/compact.json";

/// What all runs of a command share, checked and in memory.
pub(super) struct Prepared {
    pub(super) device: Device,
    pub(super) settings: Settings,
    /// The bytes of the weights to start from.
    pub(super) weights: Option<Vec<u8>>,
    pub(super) learned: Vec<Alphabet>,
    pub(super) validation: Validation,
    pub(super) identity: Identity,
    /// Where the alphabets come from.
    pub(super) origin: data::Origin,
    pub(super) every: Intervals,
    pub(super) stop_at: Option<u32>,
}

/// The config of the file and of `--set`.
///
/// # Errors
/// When the file can't be read, or an entry is unknown or out of its range.
pub(super) fn read_config(args: &Args) -> Result<TrainConfig, Box<dyn Error>> {
    let path = args.config.clone();
    let path = path.unwrap_or_else(|| source::checkout().join(CONFIG));
    let named = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let file = std::fs::read(&path).map_err(|error| named(&error))?;
    config::config(&file, &args.set).map_err(|error| match error {
        ConfigFileError::Set(usage) => usage.into(),
        error => named(&error).into(),
    })
}

/// Reads and checks all that a command's runs need.
///
/// # Errors
/// When something is missing, or doesn't go with something else.
pub(super) fn prepare(args: &Args, config: &TrainConfig) -> Result<Prepared, Box<dyn Error>> {
    if let Some(stop_at) = args.stop_at.filter(|&stop_at| stop_at > config.steps) {
        let steps = config.steps;
        let told =
            format!("--stop-at {stop_at} is beyond the run's last step, {steps}; leave it out");
        return Err(Usage(told).into());
    }
    let device = args.device.open()?;
    let settings = learner::settings(args.precision, args.average, &device)?;
    let weights = args
        .from_weights
        .as_deref()
        .map(network::read)
        .transpose()?;
    let data = args.data.background()?;
    let origin = data.origin.clone();
    let (learned, held_out) = split(data, config)?;
    let begins_from = match (&args.from_weights, &weights) {
        (Some(path), Some(bytes)) => identity::Origin::File {
            path: path.display().to_string(),
            sha256: Digest::of(bytes).to_string(),
        },
        _ => identity::Origin::Fresh,
    };
    let identity = Identity {
        engine: if device.is_some() { "gpu" } else { "cpu" }.to_owned(),
        precision: match settings.precision {
            Precision::F32 => "f32",
            Precision::Bf16 => "bf16",
        }
        .to_owned(),
        average: settings.average,
        begins_from,
        data: provenance::digest(&learned),
        held_out: provenance::digest(&held_out),
    };
    let validation = Validation::new(held_out, args.validation_trials, device.is_some())?;
    Ok(Prepared {
        device,
        settings,
        weights,
        learned,
        validation,
        identity,
        origin,
        every: Intervals {
            loss: LOGGED,
            validation: args.validate_every,
            checkpoint: args.checkpoint_every,
        },
        stop_at: args.stop_at,
    })
}

/// The alphabets to train on and those held out.
fn split(
    data: Data,
    config: &TrainConfig,
) -> Result<(Vec<Alphabet>, Vec<Alphabet>), Box<dyn Error>> {
    let (held_out, learned) = data.split(&config.held_out).map_err(|error| {
        format!("held_out of the config: {error}; name some of these, or none by --set held_out=[]")
    })?;
    Ok((learned, held_out))
}
