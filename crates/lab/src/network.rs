//! Weights files and devices, as the lab's commands name them.

use std::error::Error;
use std::path::{Path, PathBuf};

use burn::tensor::Device;
use twinglyph_core::{Architecture, Views};
use twinglyph_model::{Metadata, Twin, weights};

use crate::source;

/// Which device computes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum DeviceName {
    /// The processor, all cores
    #[default]
    Cpu,
    /// A GPU by Vulkan, Metal or DirectX; needs the feature `gpu`
    Gpu,
}

impl DeviceName {
    /// The device.
    pub(crate) fn open(self) -> Result<Device, Box<dyn Error>> {
        match self {
            Self::Cpu => Ok(Device::flex()),
            #[cfg(feature = "gpu")]
            Self::Gpu => Ok(Device::wgpu_options().init()?),
            #[cfg(not(feature = "gpu"))]
            Self::Gpu => Err("this lab has no GPU; build it with --features gpu".into()),
        }
    }
}

/// The weights that the app loads.
pub(crate) fn default_model() -> PathBuf {
    shipped(Architecture::Deep)
}

/// The weights of this network that ship with the app.
pub(crate) fn shipped(architecture: Architecture) -> PathBuf {
    let folder = source::checkout().join("assets/models");
    folder.join(format!("{}.safetensors", architecture.as_str()))
}

/// A number of views on the command line.
pub(crate) fn views(text: &str) -> Result<Views, String> {
    let views = text.parse().ok().and_then(Views::from_count);
    views.ok_or_else(|| "a drawing is looked at by 1 view or by 8".to_owned())
}

/// The network in a weights file; the error names the file.
pub(crate) fn load(path: &Path, device: &Device) -> Result<(Twin, Metadata), Box<dyn Error>> {
    let named = |error: &dyn Error| format!("{}: {error}", path.display());
    let bytes = std::fs::read(path).map_err(|error| named(&error))?;
    // By hand is on the processor.
    let is_processor = *device == Device::flex();
    let read = if is_processor {
        weights::read_by_hand
    } else {
        weights::read
    };
    read(&bytes, device).map_err(|error| named(&error).into())
}

/// Writes a file so that a reader sees the old one or the new one, never a part.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), Box<dyn Error>> {
    let named = |error: std::io::Error| format!("{}: {error}", path.display());
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(named)?;
    }
    let fresh = path.with_extension("new");
    std::fs::write(&fresh, bytes).map_err(named)?;
    Ok(std::fs::rename(&fresh, path).map_err(named)?)
}
