//! State dicts of PyTorch, as safetensors: names, shapes and numbers, whatever the network. Pickles are told, and not
//! read: reading one can run what its author wrote into it.

use std::collections::BTreeMap;
use std::path::Path;

use half::{bf16, f16};
use safetensors::{Dtype, SafeTensors};
use twinglyph_nn::weights::{MAX_FILE_BYTES, Tensors};

/// Largest file: the largest network that is read, in F64.
const MOST_BYTES: usize = 2 * MAX_FILE_BYTES;

/// What the names of a batch norm's counters end with. No network here has them: they change nothing at inference.
const COUNTER: &str = "num_batches_tracked";

/// First bytes of what `torch.save` writes: an archive, or a bare pickle.
const PICKLES: [&[u8]; 2] = [b"PK\x03\x04", b"\x80\x02"];

/// Names that pickles have.
const EXTENSIONS: [&str; 5] = ["pt", "pth", "ckpt", "pkl", "bin"];

/// What a file holds.
#[derive(Debug, Default)]
pub(super) struct State {
    /// Shapes and numbers by the file's own names, without counters of batches.
    pub(super) tensors: Tensors,
    /// The header's entries.
    pub(super) entries: BTreeMap<String, String>,
}

/// Why a file is no state dict that can be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum StateError {
    /// What `torch.save` writes.
    #[error(
        "it is a pickle of PyTorch, which can run code when it is read; save the state dict as safetensors, where you \
         trust the file: python -c \"import torch; from safetensors.torch import save_file; s = \
         torch.load('{0}', map_location='cpu', weights_only=True); s = s.get('state_dict', s); \
         save_file({{n: t.clone().contiguous() for n, t in s.items()}}, '{1}')\""
    )]
    Pickle(String, String),
    /// More bytes than any network here has.
    #[error("it has {0} bytes; the largest allowed is {MOST_BYTES}")]
    TooLarge(usize),
    /// Not safetensors.
    #[error("it is not a whole safetensors file ({0})")]
    Format(String),
    /// Numbers of another type.
    #[error(
        "the tensor {name} holds {found} numbers; F64, F32, F16 and BF16 can be imported (a file of the lab's own \
         needs no import)"
    )]
    Type {
        /// The tensor.
        name: String,
        /// Their type.
        found: String,
    },
}

impl State {
    /// The state dict in the bytes of the file of this name.
    ///
    /// # Errors
    /// When the bytes are no whole safetensors file of real numbers.
    pub(super) fn read(path: &Path, bytes: &[u8]) -> Result<Self, StateError> {
        if bytes.len() > MOST_BYTES {
            return Err(StateError::TooLarge(bytes.len()));
        }
        let format = |error: safetensors::SafeTensorError| match is_pickle(path, bytes) {
            true => StateError::Pickle(
                path.display().to_string(),
                path.with_extension("safetensors").display().to_string(),
            ),
            false => StateError::Format(error.to_string()),
        };
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(format)?;
        let file = SafeTensors::deserialize(bytes).map_err(format)?;
        let mut tensors = Tensors::new();
        for (name, view) in file.iter() {
            if name.rsplit('.').next() == Some(COUNTER) {
                continue;
            }
            let values = values(view.dtype(), view.data()).ok_or_else(|| StateError::Type {
                name: name.to_owned(),
                found: format!("{:?}", view.dtype()),
            })?;
            tensors.insert(name.to_owned(), (view.shape().to_vec(), values));
        }
        let entries = header.metadata().clone().unwrap_or_default();
        Ok(Self {
            tensors,
            entries: entries.into_iter().collect(),
        })
    }
}

/// Is it what PyTorch's own function writes, by its first bytes or its name?
fn is_pickle(path: &Path, bytes: &[u8]) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    let extension = extension.unwrap_or_default().to_ascii_lowercase();
    PICKLES.iter().any(|start| bytes.starts_with(start)) || EXTENSIONS.contains(&extension.as_str())
}

/// Little-endian numbers; `None` of a type that is none of real numbers.
fn values(dtype: Dtype, data: &[u8]) -> Option<Vec<f32>> {
    Some(match dtype {
        Dtype::F64 => each(data, |bytes| f64::from_le_bytes(bytes) as f32),
        Dtype::F32 => each(data, f32::from_le_bytes),
        Dtype::F16 => each(data, |bytes| f16::from_le_bytes(bytes).to_f32()),
        Dtype::BF16 => each(data, |bytes| bf16::from_le_bytes(bytes).to_f32()),
        _ => return None,
    })
}

fn each<const N: usize>(data: &[u8], number: impl Fn([u8; N]) -> f32) -> Vec<f32> {
    let (numbers, _) = data.as_chunks();
    numbers.iter().map(|&bytes| number(bytes)).collect()
}
