//! Weights files and devices, as the lab's commands name them.

use std::convert::Infallible;
use std::error::Error;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use twinglyph_core::early_exit::EarlyExit;
use twinglyph_core::shard::Digest;
use twinglyph_core::{Architecture, Bitmap, Views};
use twinglyph_nn::backend::{Accelerator, DeviceError, DeviceTwin};
use twinglyph_nn::builtin_models;
use twinglyph_nn::train::Record;
use twinglyph_nn::weights::{self, Metadata};
use twinglyph_nn::{Twin, Values};
#[cfg(feature = "gpu")]
use twinglyph_nn_burn::accelerator::{self, BurnAccelerator};

use crate::{file, source};

/// Which device computes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum DeviceName {
    /// The processor, all cores
    #[default]
    Cpu,
    /// A GPU by Vulkan, Metal or DirectX; needs the feature `gpu`
    Gpu,
}

/// What computes: the processor where there is no accelerator.
pub(crate) type Device = Option<Rc<dyn Accelerator>>;

impl DeviceName {
    /// The device.
    pub(crate) fn open(self) -> Result<Device, Box<dyn Error>> {
        match self {
            Self::Cpu => Ok(None),
            #[cfg(feature = "gpu")]
            Self::Gpu => {
                let gpu = BurnAccelerator::new(accelerator::find, || ());
                let found = pollster::block_on(gpu.find());
                found.map_err(|obstacle| format!("no GPU can be used: {obstacle:?}"))?;
                Ok(Some(Rc::new(gpu)))
            }
            #[cfg(not(feature = "gpu"))]
            Self::Gpu => Err("this lab has no GPU; build it with --features gpu".into()),
        }
    }
}

/// A network, and where it embeds.
pub(crate) struct Network {
    twin: Twin,
    device: Option<Rc<dyn DeviceTwin>>,
}

impl Network {
    /// A network that embeds on the device, or on the processor where there is none.
    pub(crate) fn new(twin: Twin, device: Option<Rc<dyn DeviceTwin>>) -> Self {
        Self { twin, device }
    }

    /// The network on the processor, which scores what any device embedded.
    pub(crate) fn twin(&self) -> &Twin {
        &self.twin
    }

    /// Drawings embedded by these views, as far as the network is capable of them.
    ///
    /// # Errors
    /// What the device says when it does not give its numbers.
    pub(crate) fn embed<'a>(
        &self,
        drawings: impl IntoIterator<Item = &'a Bitmap>,
        views: Views,
    ) -> Result<Values, DeviceError> {
        let Some(device) = &self.device else {
            return Ok(self.twin.embed(drawings, views));
        };
        let views = self.twin.possible(views);
        let drawings = drawings.into_iter().cloned().collect();
        let embedding = pollster::block_on(device.embed(drawings, views))?;
        Ok(Values::new(&embedding, views))
    }
}

/// The weights that the app loads.
pub(crate) fn default_model() -> PathBuf {
    builtin_model(Architecture::Deep)
}

/// The weights of this network that ship with the app.
pub(crate) fn builtin_model(architecture: Architecture) -> PathBuf {
    builtin_file(architecture.as_str())
}

/// The file of the built-in model of this name.
pub(crate) fn builtin_file(name: &str) -> PathBuf {
    let folder = source::checkout().join("assets/models");
    folder.join(format!("{name}.safetensors"))
}

/// Files of a run's folder that hold its network, the better one first.
const OF_RUN: [&str; 2] = ["weights.safetensors", "checkpoint.safetensors"];

/// A weights file on the command line: a path, the name of a built-in one, or a run's folder, which stands for its
/// newest network.
pub(crate) fn model(text: &str) -> Result<PathBuf, Infallible> {
    let path = path_or_name(text)?;
    let of_run = OF_RUN.map(|name| path.join(name));
    let found = of_run
        .into_iter()
        .find(|file| path.is_dir() && file.is_file());
    Ok(found.unwrap_or(path))
}

/// A path on the command line, or the name of a built-in network where no file is called so.
pub(crate) fn path_or_name(text: &str) -> Result<PathBuf, Infallible> {
    let path = PathBuf::from(text);
    let is_name = builtin_models::names().any(|name| name == text);
    Ok(match is_name && !path.exists() {
        true => builtin_file(text),
        false => path,
    })
}

/// The networks' names on the command line.
pub(crate) fn architectures() -> impl TypedValueParser<Value = Architecture> {
    let names = Architecture::ALL.map(Architecture::as_str);
    PossibleValuesParser::new(names).try_map(|name| {
        Architecture::from_name(&name).ok_or_else(|| format!("{name} is no network"))
    })
}

/// A number of views on the command line.
pub(crate) fn views(text: &str) -> Result<Views, String> {
    let views = text.parse().ok().and_then(Views::from_count);
    views.ok_or_else(|| "a drawing is looked at by 1 view or by 8".to_owned())
}

/// How many ways drawings are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Looks {
    /// Always so many.
    Always(Views),
    /// By one view, and by all where that leaves the best two classes near each other, as the app ranks.
    AsNeeded,
}

/// How many ways, on the command line.
pub(crate) fn looks(text: &str) -> Result<Looks, String> {
    match text {
        "as-needed" => Ok(Looks::AsNeeded),
        count => views(count).map(Looks::Always),
    }
}

/// The rule for one view of a weights file: that of the built-in network which it is by its content.
///
/// # Errors
/// When the file can't be read, or is none of them.
pub(crate) fn early_exit(path: &Path) -> Result<EarlyExit, String> {
    let bytes = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let digest = Digest::of(&bytes).to_string();
    let name = builtin_models::names().find(|name| builtin_models::digest(name) == Some(&digest));
    name.and_then(builtin_models::early_exit).ok_or_else(|| {
        format!(
            "{} has no margin from which one view is enough, which only built-in networks of several views have; \
             --views 8 looks at every drawing by all",
            path.display()
        )
    })
}

/// The bytes of a weights file, or of the one in a run's checkpoint: the averaged network's where it keeps one, and
/// standard error is told so. The error names the file.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Box<dyn Error>> {
    let bytes = std::fs::read(path).map_err(|error| unreadable(path, &error))?;
    if weights::peek(&bytes).is_ok() {
        return Ok(bytes);
    }
    let Ok(checkpoint) = Record::read(&bytes) else {
        return Ok(bytes);
    };
    let (network, which) = match checkpoint.average {
        Some(average) => (average, "its averaged network"),
        None => (checkpoint.network, "its network"),
    };
    let (path, steps) = (path.display(), checkpoint.steps);
    eprintln!("{path} is a checkpoint after {steps} steps; {which} is taken");
    Ok(network)
}

/// Why a weights file can't be read, and what could be named instead.
fn unreadable(path: &Path, error: &std::io::Error) -> String {
    let path = path.display();
    match error.kind() {
        ErrorKind::NotFound => {
            let names: Vec<&str> = builtin_models::names().collect();
            let names = names.join(", ");
            format!("{path}: there is no such file; the names of built-in networks are {names}")
        }
        ErrorKind::IsADirectory => {
            let files = OF_RUN.join(" nor ");
            format!("{path} is a folder that has neither {files}; name a weights file")
        }
        _ => format!("{path}: {error}"),
    }
}

/// The network in a weights file or a checkpoint; the error names the file.
pub(crate) fn load(path: &Path, device: &Device) -> Result<(Network, Metadata), Box<dyn Error>> {
    let named = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let bytes = read(path)?;
    let (twin, metadata) = Twin::read(&bytes).map_err(|error| named(&error))?;
    let device = match device {
        None => None,
        Some(device) => {
            let loaded = pollster::block_on(device.load(&bytes));
            Some(loaded.map_err(|error| named(&error))?)
        }
    };
    Ok((Network::new(twin, device), metadata))
}

/// Writes a file so that a reader sees the old one or the new one, never a part.
///
/// # Errors
/// As [`file::write`].
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), Box<dyn Error>> {
    Ok(file::write(path, bytes)?)
}
