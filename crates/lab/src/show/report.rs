//! What a file says of itself, as data: weights files, checkpoints, other safetensors, configs and other JSON.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;

use safetensors::SafeTensors;
use safetensors::tensor::{self, TensorInfo};
use serde::Serialize;
use serde_json::Value;
use twinglyph_core::shard::Digest;
use twinglyph_core::training::TrainConfig;
use twinglyph_nn::train::Record;
use twinglyph_nn::weights::{self, Metadata};
use twinglyph_nn::{Spec, Twin, builtin_models};

use super::ShowError;

/// Entries of a checkpoint's header.
const CONFIG: &str = "config";
const STEPS: &str = "steps";

/// A file.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    pub(super) path: String,
    pub(super) bytes: usize,
    pub(super) sha256: String,
    #[serde(flatten)]
    pub(super) kind: Kind,
    /// Why it can't be used as what it is.
    pub(super) problem: Option<String>,
}

/// What a file is.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub(super) enum Kind {
    /// A network.
    Weights {
        #[serde(flatten)]
        header: Header,
        /// The built-in model whose file this is.
        built_in: Option<&'static str>,
        tensors: Vec<Tensor>,
    },
    /// A run's whole state.
    Checkpoint {
        steps: String,
        config: Value,
        /// Does it keep a moving average of the weights?
        average: bool,
        tensors: Vec<Tensor>,
    },
    /// Other safetensors, as a state dict.
    Safetensors {
        entries: BTreeMap<String, Value>,
        tensors: Vec<Tensor>,
    },
    /// The config of a training.
    Config { config: Value },
    /// Other JSON.
    Json { value: Value },
}

/// What a weights file's header says.
#[derive(Debug, Serialize)]
pub(super) struct Header {
    pub(super) architecture: &'static str,
    pub(super) parameters: usize,
    pub(super) views: usize,
    pub(super) temperature: f32,
    pub(super) offset: f32,
    pub(super) facts: BTreeMap<String, Value>,
}

/// A tensor.
#[derive(Debug, Serialize)]
pub(super) struct Tensor {
    pub(super) name: String,
    /// Its type in the file.
    #[serde(rename = "type")]
    pub(super) kind: String,
    /// Bits of a packed number.
    pub(super) bits: Option<usize>,
    /// Of its values.
    pub(super) shape: Vec<usize>,
    pub(super) bytes: usize,
}

/// What a file says of itself.
///
/// # Errors
/// When it can't be read, or is none of the kinds.
pub(super) fn read(path: &Path) -> Result<Report, ShowError> {
    let bytes = fs::read(path).map_err(|error| ShowError::system(path, error))?;
    let (kind, problem) = match SafeTensors::read_metadata(&bytes) {
        Ok((_, header)) => safetensors(&bytes, &header),
        Err(_) if bytes.trim_ascii_start().starts_with(b"{") => json(path, &bytes)?,
        Err(error) => {
            return Err(ShowError::Format {
                path: path.to_owned(),
                error: error.to_string(),
            });
        }
    };
    Ok(Report {
        path: path.display().to_string(),
        bytes: bytes.len(),
        sha256: Digest::of(&bytes).to_string(),
        kind,
        problem,
    })
}

fn json(path: &Path, bytes: &[u8]) -> Result<(Kind, Option<String>), ShowError> {
    let value: Value = serde_json::from_slice(bytes).map_err(|error| ShowError::Json {
        path: path.to_owned(),
        error: error.to_string(),
    })?;
    // Both have every config; other JSON is no wrong one.
    let is_config = value.get("episode").is_some() && value.get("optimizer").is_some();
    Ok(match TrainConfig::parse(bytes) {
        Ok(_) => (Kind::Config { config: value }, None),
        Err(error) if is_config => (Kind::Config { config: value }, Some(error.to_string())),
        Err(_) => (Kind::Json { value }, None),
    })
}

fn safetensors(bytes: &[u8], header: &tensor::Metadata) -> (Kind, Option<String>) {
    let entries = header.metadata().clone().unwrap_or_default();
    let infos = header.tensors().into_iter();
    let mut tensors: Vec<(String, &TensorInfo)> = infos.collect();
    tensors.sort_by_key(|(_, info)| info.data_offsets);
    let tensors = tensors
        .into_iter()
        .map(|(name, info)| of_info(name, info, &entries));
    let tensors: Vec<Tensor> = tensors.collect();
    if let (Some(config), Some(steps)) = (entries.get(CONFIG), entries.get(STEPS)) {
        let problem = Record::read(bytes).err().map(|error| error.to_string());
        let kind = Kind::Checkpoint {
            steps: steps.clone(),
            config: value(config),
            average: tensors.iter().any(|tensor| tensor.name == "average"),
            tensors,
        };
        return (kind, problem);
    }
    let kind = match Metadata::parse(Some(&entries)) {
        Ok(metadata) => {
            let digest = Digest::of(bytes).to_string();
            let mut names = builtin_models::names();
            Kind::Weights {
                header: of_metadata(metadata),
                built_in: names.find(|name| builtin_models::digest(name) == Some(&digest)),
                tensors,
            }
        }
        Err(error) => {
            let entries = entries.iter();
            let kind = Kind::Safetensors {
                entries: entries
                    .map(|(name, text)| (name.clone(), value(text)))
                    .collect(),
                tensors,
            };
            return (kind, Some(error.to_string()));
        }
    };
    let used = Twin::read(bytes).and_then(|_| weights::tells_apart(bytes));
    (kind, used.err().map(|error| error.to_string()))
}

fn of_metadata(metadata: Metadata) -> Header {
    let facts = metadata.facts.iter();
    Header {
        architecture: metadata.architecture.as_str(),
        parameters: Spec::from(metadata.architecture).parameters(),
        views: metadata.views.count(),
        temperature: metadata.calibration.temperature,
        offset: metadata.calibration.offset,
        facts: facts
            .map(|(name, text)| (name.clone(), value(text)))
            .collect(),
    }
}

/// An entry: what is an object or a list of JSON as that, else the text.
fn value(text: &str) -> Value {
    let json = serde_json::from_str(text).ok();
    let json = json.filter(|value: &Value| value.is_object() || value.is_array());
    json.unwrap_or_else(|| Value::String(text.to_owned()))
}

fn of_info(name: String, info: &TensorInfo, entries: &HashMap<String, String>) -> Tensor {
    let (begin, end) = info.data_offsets;
    // Bits, and the shape of the values (docs/formats/weights.md).
    let packed = entries.get(&format!("{name}.packed"));
    let packed = packed.and_then(|entry| entry.split(' ').map(|word| word.parse().ok()).collect());
    let packed: Option<Vec<usize>> = packed;
    let (bits, shape) = match packed.as_deref() {
        Some([bits, shape @ ..]) => (Some(*bits), shape.to_vec()),
        _ => (None, info.shape.clone()),
    };
    Tensor {
        name,
        kind: format!("{:?}", info.dtype),
        bits,
        shape,
        bytes: end - begin,
    }
}
