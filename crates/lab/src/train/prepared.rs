//! What runs need, read and checked before anything is written.

use std::error::Error;
use std::fmt::Display;
use std::path::{Path, PathBuf};

use twinglyph_core::Alphabet;
use twinglyph_core::invented;
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

/// Steps between validations where `--validate-every` doesn't say.
const VALIDATED: u32 = 500;

/// Trials of a validation where `--validation-trials` doesn't say.
const TRIALS: u32 = 2000;

/// The config that the checkout has for this command, within it.
const CONFIG: &str = "configs/compact.json";

/// What all runs of a command share, checked and in memory.
pub(super) struct Prepared {
    pub(super) device: Device,
    pub(super) settings: Settings,
    /// The weights file to start from, and its bytes.
    pub(super) weights: Option<(PathBuf, Vec<u8>)>,
    pub(super) learned: Vec<Alphabet>,
    /// Alphabets that stand for the config's invented ones, where a folder has them.
    pub(super) invented: Option<Data>,
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
        .as_ref()
        .map(|path| Ok::<_, Box<dyn Error>>((path.clone(), network::read(path)?)))
        .transpose()?;
    let data = args.data.background()?;
    let origin = data.origin.clone();
    let (learned, held_out) = split(data, config)?;
    let invented = args.invented_from.as_deref();
    let invented = invented
        .map(|folder| invented_from(folder, config))
        .transpose()?;
    let begins_from = match &weights {
        Some((path, bytes)) => identity::Origin::File {
            path: path.display().to_string(),
            sha256: Digest::of(bytes).to_string(),
        },
        None => identity::Origin::Fresh,
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
        invented: invented
            .as_ref()
            .map(|data| provenance::digest(&data.alphabets)),
    };
    check_validation(args, &held_out)?;
    let trials = args.validation_trials.unwrap_or(TRIALS);
    let validation = Validation::new(held_out, trials, device.is_some())?;
    tell_of_fewer_characters(&learned, invented.as_ref(), config);
    Ok(Prepared {
        device,
        settings,
        weights,
        learned,
        invented,
        validation,
        identity,
        origin,
        every: Intervals {
            loss: LOGGED,
            validation: args.validate_every.unwrap_or(VALIDATED),
            checkpoint: args.checkpoint_every,
        },
        stop_at: args.stop_at,
    })
}

/// The alphabets of a folder that stand for the config's invented ones.
///
/// # Errors
/// When they can't be read, or the config has another number of them.
fn invented_from(folder: &Path, config: &TrainConfig) -> Result<Data, Box<dyn Error>> {
    let data = data::invented(folder)?;
    let (found, counted) = (data.alphabets.len(), config.invented.alphabets as usize);
    if let Some(name) = data
        .names()
        .find(|name| config.held_out.iter().any(|one| one == name))
    {
        let told = format!(
            "--invented-from {}: {name} is held out by the config",
            folder.display()
        );
        return Err(Usage(told).into());
    }
    if found != counted || config.invented.at_once == 0 {
        let told = format!(
            "--invented-from {}: {found} alphabets, and the config takes {} of {counted} at each step; \
             --set invented.alphabets={found} --set invented.at_once=12 takes 12 of these",
            folder.display(),
            config.invented.at_once
        );
        return Err(Usage(told).into());
    }
    Ok(data)
}

/// Says that there is no validation where nothing is held out.
///
/// # Errors
/// When it was asked for.
fn check_validation(args: &Args, held_out: &[Alphabet]) -> Result<(), Usage> {
    let asked = match (args.validation_trials, args.validate_every) {
        _ if !held_out.is_empty() => return Ok(()),
        (Some(0), None) => return Ok(()),
        (None, None) => None,
        (Some(1..), _) => Some("--validation-trials"),
        (_, Some(_)) => Some("--validate-every"),
    };
    match asked {
        Some(option) => Err(Usage(format!(
            "{option}: no alphabet is held out to validate on; leave it out, or name some by --set held_out=[\"NAME\"]"
        ))),
        None => {
            eprintln!("no alphabet is held out, so there is no validation");
            Ok(())
        }
    }
}

/// Says how many characters each step has, where an episode asks for more than there are.
fn tell_of_fewer_characters(learned: &[Alphabet], invented: Option<&Data>, config: &TrainConfig) {
    let episode = &config.episode;
    let asked = episode.alphabets.saturating_mul(episode.characters);
    let of = |characters: usize| characters.min(episode.characters);
    let given: usize = learned.iter().map(|one| of(one.characters())).sum();
    let least = match invented {
        Some(data) => data.alphabets.iter().map(Alphabet::characters).min(),
        None => Some(invented::CHARACTERS),
    };
    let has = given + config.invented.at_once as usize * of(least.unwrap_or_default());
    if has < asked {
        eprintln!(
            "each step has {has} characters, not the {asked} of {} alphabets with {} each: there are no more to learn from",
            episode.alphabets, episode.characters
        );
    }
}

/// The alphabets to train on and those held out.
fn split(
    data: Data,
    config: &TrainConfig,
) -> Result<(Vec<Alphabet>, Vec<Alphabet>), Box<dyn Error>> {
    let named = |told: &dyn Display| Usage(format!("held_out of the config: {told}"));
    let mut names = config.held_out.iter().enumerate();
    if let Some((_, name)) = names.find(|&(at, name)| config.held_out[..at].contains(name)) {
        return Err(named(&format_args!("{name} is there twice; name it once")).into());
    }
    let (held_out, learned) = data.split(&config.held_out).map_err(|error| {
        named(&format_args!(
            "{error}; name some of these, or none by --set held_out=[]"
        ))
    })?;
    if learned.is_empty() && config.invented.at_once == 0 {
        let told = "it names all alphabets, and none is left to learn from; leave some out of it";
        return Err(named(&told).into());
    }
    Ok((learned, held_out))
}
