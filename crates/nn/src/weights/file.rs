//! Reading: bytes to numbers, every one checked before any is used.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use safetensors::tensor::{self, TensorView};
use safetensors::{Dtype, SafeTensors};
use twinglyph_core::Foreign;

use super::packed::{self, Packing};
use super::{Metadata, WeightsError, halves, is_pointer, rows, sense};

/// Largest file that is read: Koch's network in f32 has 156 MB.
pub const MAX_FILE_BYTES: usize = 200 << 20;

/// The metadata alone; the tensors may be anything.
///
/// # Errors
/// When the bytes have no header of one of the networks.
pub fn peek(bytes: &[u8]) -> Result<Metadata, WeightsError> {
    File::open(bytes)?.metadata()
}

/// The metadata of a file of `length` bytes, from its first ones; the tensors may be anything.
///
/// # Errors
/// When these bytes have no whole header of one of the networks, or the file has not the length that it tells.
pub fn peek_head(head: &[u8], length: u64) -> Result<Metadata, WeightsError> {
    let cut = || WeightsError::Format("it is cut off".into());
    let (size, rest) = head.split_first_chunk().ok_or_else(cut)?;
    let size = u64::from_le_bytes(*size);
    let header = usize::try_from(size).ok().and_then(|size| rest.get(..size));
    let format = |error: &dyn std::error::Error| WeightsError::Format(error.to_string().into());
    // From text, as `SafeTensors` does it: a second reader would be kilobytes of code.
    let header = std::str::from_utf8(header.ok_or_else(cut)?).map_err(|error| format(&error))?;
    let header: tensor::Metadata = serde_json::from_str(header).map_err(|error| format(&error))?;
    let data = length
        .checked_sub(8)
        .and_then(|rest| rest.checked_sub(size));
    if data != Some(header.data_len() as u64) {
        return Err(cut());
    }
    Metadata::parse(header.metadata().as_ref())
}

/// The numbers of a file whose tensors must be these, by their names, each of its shape.
///
/// # Errors
/// When the bytes are not a whole safetensors file of such tensors with finite numbers that a trained network
/// can have; the error names the first tensor that is wrong.
pub fn of_shapes(
    bytes: &[u8],
    expected: &BTreeMap<String, Vec<usize>>,
) -> Result<Values, WeightsError> {
    let file = File::of_shapes(bytes, expected)?;
    let mut tensors = BTreeMap::new();
    for (name, shape) in expected {
        let values = numbers(&file, name, &file.tensor(name)?)?;
        sense::check(name, shape, &values)?;
        tensors.insert(name.clone(), values);
    }
    Ok(tensors)
}

/// Checks what [`of_shapes`] checks, without memory for more than a part of a tensor.
///
/// # Errors
/// As [`of_shapes`].
pub fn check(bytes: &[u8], expected: &BTreeMap<String, Vec<usize>>) -> Result<(), WeightsError> {
    let file = File::of_shapes(bytes, expected)?;
    for (name, shape) in expected {
        let view = file.tensor(name)?;
        let mut sense = sense::Sense::new(name, shape);
        each_part(&file, name, &view, |part| sense.take(part))?;
        sense.end()?;
    }
    Ok(())
}

/// Shape and numbers of each tensor in a file's bytes, by its name, and the metadata: finite, but
/// not held against any network.
///
/// # Errors
/// As [`of_shapes`], but for shapes and names.
pub fn tensors(bytes: &[u8]) -> Result<(Tensors, Metadata), WeightsError> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(WeightsError::TooLarge(bytes.len()));
    }
    let file = File::open(bytes)?;
    let metadata = file.metadata()?;
    let mut tensors = Tensors::new();
    for name in file.names() {
        if rows::scaled_by(&name).is_some() {
            continue;
        }
        let view = file.tensor(&name)?;
        let shape = file.shape(&name, &view)?;
        let values = numbers(&file, &name, &view)?;
        tensors.insert(name, (shape, values));
    }
    Ok((tensors, metadata))
}

/// Shape and numbers of one tensor in a file's bytes: finite, but not held against any network.
///
/// # Errors
/// When it is missing, or can't be read.
pub fn tensor(bytes: &[u8], name: &str) -> Result<(Vec<usize>, Vec<f32>), WeightsError> {
    let file = File::open(bytes)?;
    let view = file.tensor(name)?;
    Ok((file.shape(name, &view)?, numbers(&file, name, &view)?))
}

/// Does a tensor hold numbers of 8 bits?
///
/// # Errors
/// When it is missing.
pub fn has_rows(bytes: &[u8], name: &str) -> Result<bool, WeightsError> {
    let file = File::open(bytes)?;
    Ok(file.tensor(name)?.dtype() == Dtype::I8)
}

/// A tensor's numbers of 8 bits and their rows' scales; the numbers of a file that is given away stay in its
/// memory.
///
/// # Errors
/// When the tensor is missing or holds other numbers, or its scales can't be read.
pub fn rows_of(bytes: Cow<'_, [u8]>, name: &str) -> Result<Rows, WeightsError> {
    let file = File::open(&bytes)?;
    let view = file.tensor(name)?;
    if view.dtype() != Dtype::I8 {
        return Err(WeightsError::Type {
            name: name.to_owned(),
            found: view.dtype().to_string(),
        });
    }
    let scales = scales(&file, name, &view)?;
    let range = file.range(name).unwrap_or_default();
    let numbers = match bytes {
        Cow::Borrowed(bytes) => bytes.get(range).unwrap_or_default().to_vec(),
        Cow::Owned(mut bytes) => {
            // It keeps all of the memory: where it is freed, the same file fits again.
            bytes.truncate(range.end);
            bytes.drain(..range.start);
            bytes
        }
    };
    // The standard library collects bytes where they are.
    let numbers = numbers.into_iter().map(u8::cast_signed).collect();
    Ok((numbers, scales))
}

/// A file whose header is read once: `SafeTensors` has no way to its metadata, and reading both is
/// reading a header twice, while a person waits for the first ranking.
struct File<'a> {
    header: tensor::Metadata,
    /// What the header's offsets count from.
    data: &'a [u8],
    /// Bytes before it.
    begin: usize,
}

impl<'a> File<'a> {
    fn open(bytes: &'a [u8]) -> Result<Self, WeightsError> {
        if is_pointer(bytes) {
            return Err(WeightsError::Pointer);
        }
        let (_, header) = SafeTensors::read_metadata(bytes)
            .map_err(|error| WeightsError::Format(error.to_string().into()))?;
        // The data end with the file: that is checked with the header.
        let begin = bytes.len().saturating_sub(header.data_len());
        let data = &bytes[begin..];
        Ok(Self {
            header,
            data,
            begin,
        })
    }

    /// A file with tensors of these names and shapes, and no others.
    fn of_shapes(
        bytes: &'a [u8],
        expected: &BTreeMap<String, Vec<usize>>,
    ) -> Result<Self, WeightsError> {
        if bytes.len() > MAX_FILE_BYTES {
            return Err(WeightsError::TooLarge(bytes.len()));
        }
        let file = Self::open(bytes)?;
        let is_extra = |name: &String| match rows::scaled_by(name) {
            Some(of) => !file.tensor(of).is_ok_and(|view| has_scales(&view)),
            None => !expected.contains_key(name),
        };
        if let Some(extra) = file.names().into_iter().find(is_extra) {
            return Err(WeightsError::Extra(extra.into()));
        }
        for (name, shape) in expected {
            let view = file.tensor(name)?;
            let found = file.shape(name, &view)?;
            if found != *shape {
                return Err(WeightsError::Shape {
                    name: name.clone(),
                    found,
                    expected: shape.clone(),
                });
            }
        }
        Ok(file)
    }

    fn metadata(&self) -> Result<Metadata, WeightsError> {
        Metadata::parse(self.header.metadata().as_ref())
    }

    /// As they lie in the file.
    fn names(&self) -> Vec<String> {
        self.header.offset_keys()
    }

    /// The shape of a tensor's values.
    fn shape(&self, name: &str, view: &TensorView<'_>) -> Result<Vec<usize>, WeightsError> {
        match view.dtype() {
            Dtype::U8 => Ok(self.packing(name, view)?.shape),
            _ => Ok(view.shape().to_vec()),
        }
    }

    /// How a U8 tensor is packed, held against its bytes.
    fn packing(&self, name: &str, view: &TensorView<'_>) -> Result<Packing, WeightsError> {
        let entries = self.header.metadata().as_ref();
        let entry = entries.and_then(|entries| entries.get(&packed::entry_of(name)));
        let packing = entry.and_then(|entry| Packing::parse(entry));
        let fits = |packing: &Packing| packing.stored().is_some_and(|shape| view.shape() == shape);
        packing.filter(fits).ok_or_else(|| WeightsError::Packing {
            name: name.to_owned(),
            entry: entry.map(Foreign::from),
            bytes: view.shape().to_vec(),
        })
    }

    /// Where a tensor's bytes lie in the file.
    fn range(&self, name: &str) -> Option<Range<usize>> {
        let (begin, end) = self.header.info(name)?.data_offsets;
        Some(self.begin + begin..self.begin + end)
    }

    fn tensor(&self, name: &str) -> Result<TensorView<'a>, WeightsError> {
        let missing = || WeightsError::Missing(name.to_owned());
        let info = self.header.info(name).ok_or_else(missing)?;
        let (begin, end) = info.data_offsets;
        let data = self.data.get(begin..end).ok_or_else(missing)?;
        TensorView::new(info.dtype, info.shape.clone(), data)
            .map_err(|error| WeightsError::Format(error.to_string().into()))
    }
}

/// Numbers of 8 bits, and their rows' scales.
pub type Rows = (Vec<i8>, Vec<f32>);

/// Shape and numbers of tensors by their names.
pub type Tensors = BTreeMap<String, (Vec<usize>, Vec<f32>)>;

/// Numbers of tensors by their names.
pub type Values = BTreeMap<String, Vec<f32>>;

/// Numbers of a tensor that are read at once where they are not kept.
const PART: usize = 1 << 16;

fn numbers(file: &File<'_>, name: &str, view: &TensorView<'_>) -> Result<Vec<f32>, WeightsError> {
    let values = restored(file, name, view, view.data(), 0)?;
    finite(name, &values)?;
    Ok(values)
}

/// Calls `take` with the numbers of a tensor, part by part.
fn each_part(
    file: &File<'_>,
    name: &str,
    view: &TensorView<'_>,
    mut take: impl FnMut(&[f32]) -> Result<(), WeightsError>,
) -> Result<(), WeightsError> {
    let rows = view.shape().first().copied().unwrap_or(1).max(1);
    let row = (view.data().len() / rows).max(1);
    // Whole rows: those of numbers of 8 bits and fewer have a scale each.
    let together = (PART / row).max(1);
    for (part, data) in view.data().chunks(together * row).enumerate() {
        let values = restored(file, name, view, data, part * together)?;
        finite(name, &values)?;
        take(&values)?;
    }
    Ok(())
}

/// The numbers of some bytes of a tensor, which begin with this row of it.
fn restored(
    file: &File<'_>,
    name: &str,
    view: &TensorView<'_>,
    data: &[u8],
    row: usize,
) -> Result<Vec<f32>, WeightsError> {
    Ok(match view.dtype() {
        Dtype::F32 => data
            .chunks_exact(4)
            .map(|bytes| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
            .collect(),
        Dtype::F16 => halves::restored(data),
        Dtype::I8 | Dtype::U8 => {
            let length =
                (view.data().len() / view.shape().first().map_or(1, |&rows| rows.max(1))).max(1);
            let scales = scales(file, name, view)?;
            let of = scales
                .get(row..row + data.len() / length)
                .unwrap_or_default();
            match view.dtype() {
                Dtype::I8 => rows::restored(data, of),
                _ => file.packing(name, view)?.restored(data, of),
            }
        }
        other => {
            return Err(WeightsError::Type {
                name: name.into(),
                found: other.to_string(),
            });
        }
    })
}

/// Does a tensor have scales of its rows?
fn has_scales(view: &TensorView<'_>) -> bool {
    matches!(view.dtype(), Dtype::I8 | Dtype::U8)
}

fn finite(name: &str, values: &[f32]) -> Result<(), WeightsError> {
    match values.iter().all(|value| value.is_finite()) {
        true => Ok(()),
        false => Err(WeightsError::NotFinite(name.into())),
    }
}

/// The scales of a tensor's rows.
fn scales(file: &File<'_>, of: &str, rows: &TensorView<'_>) -> Result<Vec<f32>, WeightsError> {
    let name = rows::scales_of(of);
    let view = file.tensor(&name)?;
    let expected = rows.shape().get(..1).unwrap_or_default();
    if view.shape() != expected {
        return Err(WeightsError::Shape {
            name,
            found: view.shape().to_vec(),
            expected: expected.to_vec(),
        });
    }
    match view.dtype() {
        Dtype::F32 => numbers(file, &name, &view),
        other => Err(WeightsError::Type {
            name,
            found: other.to_string(),
        }),
    }
}

#[cfg(all(test, not(target_family = "wasm")))]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn builtin() -> Vec<u8> {
        let file = "/../../assets/models/compact.safetensors";
        std::fs::read(format!("{}{file}", env!("CARGO_MANIFEST_DIR"))).unwrap()
    }

    #[test]
    fn a_head_tells_what_the_whole_file_tells() {
        let file = builtin();
        let size = u64::from_le_bytes(file[..8].try_into().unwrap()) as usize;
        let length = file.len() as u64;
        let whole = peek(&file).unwrap();
        for taken in [8 + size, 9 + size, file.len()] {
            let metadata = peek_head(&file[..taken], length).unwrap();
            assert_eq!(metadata.entries(), whole.entries());
        }
        for taken in [0, 7, 8, 7 + size] {
            assert!(peek_head(&file[..taken], length).is_err(), "{taken}");
        }
        for other in [0, 8, length - 1, length + 1, u64::MAX] {
            assert!(peek_head(&file, other).is_err(), "{other}");
        }
    }

    #[test]
    fn a_note_of_git_lfs_is_told_as_one() {
        let note = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 39000000\n";
        assert_eq!(peek(note), Err(WeightsError::Pointer));
    }

    proptest! {
        #[test]
        fn any_head_is_read_or_refused(mut head: Vec<u8>, size in 0u64..40, length: u64) {
            let _ = peek_head(&head, length);
            head.splice(0..0, size.to_le_bytes());
            let _ = peek_head(&head, length);
            head[..8].copy_from_slice(&u64::MAX.to_le_bytes());
            let _ = peek_head(&head, length);
        }
    }
}
