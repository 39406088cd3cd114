//! Writing: tensors to the bytes of a safetensors file.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use half::f16;
use safetensors::tensor::{self, TensorInfo};
use safetensors::{Dtype, SafeTensorError};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::packed::{self, Packing};
use super::{Metadata, WeightsError, rows};
use crate::tensors::by_name;

/// How numbers are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// All f32: for checkpoints.
    F32,
    /// Matrices and kernels f16, vectors f32 (running variances may leave f16's range): for
    /// shipping; it costs nothing (docs/evaluation.md).
    F16,
    /// Matrices and kernels i8 with a scale a row, vectors f32: for what would be
    /// large to load, as Koch's network.
    I8,
    /// Matrices and kernels in so many bits, of [`packed::BITS`], with a scale a row, but for small ones,
    /// which are f16; vectors f32: for shipping what every visit loads.
    Packed(u32),
}

/// Matrices and kernels of fewer numbers are not packed: that would save less than a thousandth of the file.
const SMALL: usize = 4096;

/// The file of a network's tensors: names, shapes and numbers, in the file's layout. `bytes` is what
/// it was before where one can't be written.
///
/// # Errors
/// When a number is not finite.
pub fn file(
    tensors: impl IntoIterator<Item = (String, Vec<usize>, Vec<f32>)>,
    metadata: &Metadata,
    precision: Precision,
    bytes: &mut Vec<u8>,
) -> Result<(), WeightsError> {
    let mut parts = Vec::new();
    let mut entries = metadata.entries();
    for (name, shape, values) in tensors {
        if !values.iter().all(|value| value.is_finite()) {
            return Err(WeightsError::NotFinite(name));
        }
        let mut scaled = |scales: Vec<f32>| {
            let part = Part {
                shape: vec![scales.len()],
                numbers: Numbers::F32(Cow::Owned(scales)),
            };
            parts.push((rows::scales_of(&name), part));
        };
        let (shape, numbers) = match precision {
            Precision::Packed(bits) if shape.len() > 1 && values.len() >= SMALL => {
                let packing = Packing::new(bits, &shape);
                let (bytes, scales) = packing.quantised(&values);
                entries.insert(packed::entry_of(&name), packing.entry());
                let stored = vec![scales.len(), bytes.len() / scales.len().max(1)];
                scaled(scales);
                (stored, Numbers::U8(Cow::Owned(bytes)))
            }
            Precision::F16 | Precision::Packed(_) if shape.len() > 1 => {
                (shape, Numbers::F16(Cow::Owned(values)))
            }
            Precision::I8 if shape.len() > 1 => {
                let (numbers, scales) = rows::quantised(&values, shape[0]);
                scaled(scales);
                (shape, Numbers::I8(numbers))
            }
            _ => (shape, Numbers::F32(Cow::Owned(values))),
        };
        parts.push((name, Part { shape, numbers }));
    }
    let format = |error: SafeTensorError| WeightsError::Format(error.to_string().into());
    serialize(parts, entries, bytes).map_err(format)
}

/// Writes a safetensors file in the place of what `bytes` held, in the memory that it has. The same tensors and
/// entries give the same bytes, whatever their order.
///
/// The library's own function takes new memory for each file and for each tensor of it. Where
/// memory can only grow, as in WebAssembly, a training run that keeps 16 MB of checkpoint now and
/// then grew by as much, whenever smaller things had taken the place in between.
pub(crate) fn serialize(
    mut parts: Vec<(String, Part<'_>)>,
    entries: HashMap<String, String>,
    bytes: &mut Vec<u8>,
) -> Result<(), SafeTensorError> {
    // The library's order: by alignment, the widest first, then by name.
    parts.sort_by(|(one_name, one), (other_name, other)| {
        let by_width = other.dtype().cmp(&one.dtype());
        by_width.then_with(|| one_name.cmp(other_name))
    });
    let mut end = 0;
    let infos = parts.iter().map(|(name, part)| {
        let start = end;
        end += part.length();
        let info = TensorInfo {
            dtype: part.dtype(),
            shape: part.shape.clone(),
            data_offsets: (start, end),
        };
        (name.clone(), info)
    });
    let header = Header {
        entries: by_name(entries),
        tensors: infos.collect(),
    };
    let mut text = serde_json::to_vec(&header)?;
    // Checks that each tensor's values fill its shape.
    tensor::Metadata::new(None, header.tensors)?;
    text.resize(text.len().next_multiple_of(8), b' ');
    bytes.clear();
    bytes.reserve_exact(8 + text.len() + end);
    bytes.extend_from_slice(&(text.len() as u64).to_le_bytes());
    bytes.extend_from_slice(&text);
    for (_, part) in &parts {
        part.write(bytes);
    }
    Ok(())
}

/// The header of a file: its entries in the order of their names, then the tensors as they lie. The library's own
/// writes the entries as a hash map holds them, which differs from run to run.
struct Header {
    entries: BTreeMap<String, String>,
    tensors: Vec<(String, TensorInfo)>,
}

impl Serialize for Header {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("__metadata__", &self.entries)?;
        for (name, info) in &self.tensors {
            map.serialize_entry(name, info)?;
        }
        map.end()
    }
}

/// A tensor on its way into a file.
pub(crate) struct Part<'a> {
    pub(crate) shape: Vec<usize>,
    pub(crate) numbers: Numbers<'a>,
}

/// As what a file holds a tensor's values.
pub(crate) enum Numbers<'a> {
    F32(Cow<'a, [f32]>),
    /// Rounded.
    F16(Cow<'a, [f32]>),
    I8(Vec<i8>),
    U8(Cow<'a, [u8]>),
}

impl Part<'_> {
    fn dtype(&self) -> Dtype {
        match self.numbers {
            Numbers::F32(_) => Dtype::F32,
            Numbers::F16(_) => Dtype::F16,
            Numbers::I8(_) => Dtype::I8,
            Numbers::U8(_) => Dtype::U8,
        }
    }

    /// Of its bytes.
    fn length(&self) -> usize {
        match &self.numbers {
            Numbers::F32(values) => 4 * values.len(),
            Numbers::F16(values) => 2 * values.len(),
            Numbers::I8(numbers) => numbers.len(),
            Numbers::U8(bytes) => bytes.len(),
        }
    }

    fn write(&self, bytes: &mut Vec<u8>) {
        match &self.numbers {
            Numbers::F32(values) => {
                bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
            }
            Numbers::F16(values) => {
                let halves = values.iter().map(|&value| f16::from_f32(value));
                bytes.extend(halves.flat_map(f16::to_le_bytes));
            }
            Numbers::I8(numbers) => {
                bytes.extend(numbers.iter().map(|number| number.cast_unsigned()));
            }
            Numbers::U8(of) => bytes.extend_from_slice(of),
        }
    }
}

#[cfg(all(test, not(target_family = "wasm")))]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use safetensors::SafeTensors;
    use safetensors::tensor::TensorView;

    #[test]
    fn files_are_those_of_the_library() {
        let entries = HashMap::from([("architecture".to_owned(), "compact".to_owned())]);
        let values = [1.5f32, -2.0, 0.0, 3.25, 1e-3, 7.0];
        let floats: Vec<u8> = values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        let halves: Vec<u8> = values
            .iter()
            .flat_map(|&value| f16::from_f32(value).to_le_bytes())
            .collect();
        let views = [
            ("c", Dtype::U8, vec![3], &b"abc"[..]),
            ("b", Dtype::F16, vec![2, 3], &halves[..]),
            ("z", Dtype::F32, vec![3, 2], &floats[..]),
            ("a", Dtype::F32, vec![6], &floats[..]),
        ]
        .map(|(name, dtype, shape, bytes)| (name, TensorView::new(dtype, shape, bytes).unwrap()));
        let expected = safetensors::serialize(views, Some(entries.clone())).unwrap();

        let part = |shape: &[usize], numbers| Part {
            shape: shape.to_vec(),
            numbers,
        };
        let parts = vec![
            ("c".to_owned(), part(&[3], Numbers::U8(b"abc"[..].into()))),
            (
                "b".to_owned(),
                part(&[2, 3], Numbers::F16(values[..].into())),
            ),
            (
                "z".to_owned(),
                part(&[3, 2], Numbers::F32(values[..].into())),
            ),
            ("a".to_owned(), part(&[6], Numbers::F32(values[..].into()))),
        ];
        let mut bytes = b"what was here before".to_vec();
        serialize(parts, entries, &mut bytes).unwrap();
        assert_eq!(bytes, expected);
    }

    proptest! {
        #[test]
        fn the_order_of_entries_and_tensors_changes_no_byte(
            entries in prop::collection::btree_map(".{0,12}", ".{0,20}", 0..12),
            names in prop::collection::btree_set("[a-z.]{1,8}", 0..6),
            keys: [u64; 18],
        ) {
            let shuffled = |keys: &[u64]| {
                let mut entries: Vec<_> = entries.clone().into_iter().zip(keys).collect();
                entries.sort_by_key(|(_, key)| **key);
                let entries = entries.into_iter().map(|(entry, _)| entry).collect();
                let mut parts: Vec<_> = names.iter().zip(keys.iter().rev()).collect();
                parts.sort_by_key(|(_, key)| **key);
                let parts = parts.into_iter().map(|(name, _)| {
                    let values = vec![name.len() as f32; 3];
                    (name.clone(), Part { shape: vec![3], numbers: Numbers::F32(values.into()) })
                });
                let mut bytes = Vec::new();
                serialize(parts.collect(), entries, &mut bytes).unwrap();
                bytes
            };
            let file = shuffled(&keys);
            prop_assert_eq!(&file, &shuffled(&[0; 18]));
            let (_, header) = SafeTensors::read_metadata(&file).unwrap();
            let read: BTreeMap<_, _> = header.metadata().clone().unwrap().into_iter().collect();
            prop_assert_eq!(read, entries);
            let read = SafeTensors::deserialize(&file).unwrap();
            prop_assert_eq!(read.len(), names.len());
            for name in &names {
                let expected = (name.len() as f32).to_le_bytes().repeat(3);
                prop_assert_eq!(read.tensor(name).unwrap().data(), expected);
            }
        }
    }

    #[test]
    fn values_that_do_not_fill_their_shape_are_refused() {
        let part = Part {
            shape: vec![2, 2],
            numbers: Numbers::F32(vec![1.0; 3].into()),
        };
        let parts = vec![("a".to_owned(), part)];
        let mut bytes = b"what was here before".to_vec();
        assert!(serialize(parts, HashMap::new(), &mut bytes).is_err());
        assert_eq!(bytes, b"what was here before");
    }
}
