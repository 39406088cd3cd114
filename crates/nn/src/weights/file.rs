//! Reading: bytes to numbers, every one checked before any is used.

use std::collections::BTreeMap;

use safetensors::tensor::{self, TensorView};
use safetensors::{Dtype, SafeTensors};

use super::{Metadata, WeightsError, halves, rows, sense};

/// Largest file that is read: Koch's network in f32 has 156 MB.
pub const MAX_FILE_BYTES: usize = 200 << 20;

/// The metadata alone; the tensors may be anything.
///
/// # Errors
/// When the bytes have no header of one of the networks.
pub fn peek(bytes: &[u8]) -> Result<Metadata, WeightsError> {
    File::open(bytes)?.metadata()
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
    if bytes.len() > MAX_FILE_BYTES {
        return Err(WeightsError::TooLarge(bytes.len()));
    }
    let file = File::open(bytes)?;
    if let Some(extra) = file
        .names()
        .into_iter()
        .find(|name| match rows::scaled_by(name) {
            Some(of) => file.tensor(of).map_or(Dtype::F32, |view| view.dtype()) != Dtype::I8,
            None => !expected.contains_key(name),
        })
    {
        return Err(WeightsError::Extra(extra));
    }
    let mut tensors = BTreeMap::new();
    for (name, shape) in expected {
        let view = file.tensor(name)?;
        if view.shape() != shape {
            return Err(WeightsError::Shape {
                name: name.clone(),
                found: view.shape().to_vec(),
                expected: shape.clone(),
            });
        }
        let values = numbers(&file, name, &view)?;
        sense::check(name, shape, &values)?;
        tensors.insert(name.clone(), values);
    }
    Ok(tensors)
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
        let values = numbers(&file, &name, &view)?;
        tensors.insert(name, (view.shape().to_vec(), values));
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
    Ok((view.shape().to_vec(), numbers(&file, name, &view)?))
}

/// A tensor's numbers of 8 bits and their rows' scales; `None` where it holds others.
///
/// # Errors
/// When it is missing, or its scales can't be read.
pub fn rows_of(bytes: &[u8], name: &str) -> Result<Option<Rows>, WeightsError> {
    let file = File::open(bytes)?;
    let view = file.tensor(name)?;
    if view.dtype() != Dtype::I8 {
        return Ok(None);
    }
    let numbers = view.data().iter().map(|number| number.cast_signed());
    Ok(Some((numbers.collect(), scales(&file, name, &view)?)))
}

/// A file whose header is read once: `SafeTensors` has no way to its metadata, and reading both is
/// reading a header twice, while a person waits for the first ranking.
struct File<'a> {
    header: tensor::Metadata,
    /// What the header's offsets count from.
    data: &'a [u8],
}

impl<'a> File<'a> {
    fn open(bytes: &'a [u8]) -> Result<Self, WeightsError> {
        let (_, header) = SafeTensors::read_metadata(bytes)
            .map_err(|error| WeightsError::Format(error.to_string()))?;
        // The data end with the file: that is checked with the header.
        let begin = bytes.len().saturating_sub(header.data_len());
        let data = &bytes[begin..];
        Ok(Self { header, data })
    }

    fn metadata(&self) -> Result<Metadata, WeightsError> {
        Metadata::parse(self.header.metadata().as_ref())
    }

    /// As they lie in the file.
    fn names(&self) -> Vec<String> {
        self.header.offset_keys()
    }

    fn tensor(&self, name: &str) -> Result<TensorView<'a>, WeightsError> {
        let missing = || WeightsError::Missing(name.to_owned());
        let info = self.header.info(name).ok_or_else(missing)?;
        let (begin, end) = info.data_offsets;
        let data = self.data.get(begin..end).ok_or_else(missing)?;
        TensorView::new(info.dtype, info.shape.clone(), data)
            .map_err(|error| WeightsError::Format(error.to_string()))
    }
}

/// Numbers of 8 bits, and their rows' scales.
pub type Rows = (Vec<i8>, Vec<f32>);

/// Shape and numbers of tensors by their names.
pub type Tensors = BTreeMap<String, (Vec<usize>, Vec<f32>)>;

/// Numbers of tensors by their names.
pub type Values = BTreeMap<String, Vec<f32>>;

fn numbers(file: &File<'_>, name: &str, view: &TensorView<'_>) -> Result<Vec<f32>, WeightsError> {
    let values: Vec<f32> = match view.dtype() {
        Dtype::F32 => view
            .data()
            .chunks_exact(4)
            .map(|bytes| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
            .collect(),
        Dtype::F16 => halves::restored(view.data()),
        Dtype::I8 => rows::restored(view.data(), &scales(file, name, view)?),
        other => {
            return Err(WeightsError::Type {
                name: name.into(),
                found: format!("{other:?}"),
            });
        }
    };
    if values.iter().all(|value| value.is_finite()) {
        Ok(values)
    } else {
        Err(WeightsError::NotFinite(name.into()))
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
            found: format!("{other:?}"),
        }),
    }
}
