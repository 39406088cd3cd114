//! Writing: a network to bytes, with one asynchronous read of the device.

use burn::module::{ModuleVisitor, Param};
use burn::tensor::{Tensor, Transaction};
use half::f16;
use safetensors::Dtype;
use safetensors::tensor::TensorView;

use super::names::Kind;
use super::{Metadata, Path, WeightsError};
use crate::Twin;

/// How numbers are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// All f32: for checkpoints.
    F32,
    /// Matrices and kernels f16, vectors f32 (running variances may leave f16's range): for
    /// shipping; recipe.md measured no loss.
    F16,
}

/// The file of a network.
///
/// # Errors
/// When the device does not give its numbers, or one is not finite.
pub async fn write(
    twin: &Twin,
    metadata: &Metadata,
    precision: Precision,
) -> Result<Vec<u8>, WeightsError> {
    file(read_back(twin).await?, metadata, precision)
}

/// The file of a network's tensors: names, shapes and numbers, in the file's layout.
pub(crate) fn file(
    tensors: impl IntoIterator<Item = (String, Vec<usize>, Vec<f32>)>,
    metadata: &Metadata,
    precision: Precision,
) -> Result<Vec<u8>, WeightsError> {
    let mut parts = Vec::new();
    for (name, shape, values) in tensors {
        if !values.iter().all(|value| value.is_finite()) {
            return Err(WeightsError::NotFinite(name));
        }
        let halved = precision == Precision::F16 && shape.len() > 1;
        let (dtype, bytes): (_, Vec<u8>) = if halved {
            let halves = values
                .iter()
                .flat_map(|&value| f16::from_f32(value).to_le_bytes());
            (Dtype::F16, halves.collect())
        } else {
            (
                Dtype::F32,
                values
                    .iter()
                    .flat_map(|value| value.to_le_bytes())
                    .collect(),
            )
        };
        parts.push((name, shape, dtype, bytes));
    }
    let format = |error: safetensors::SafeTensorError| WeightsError::Format(error.to_string());
    let views = parts
        .iter()
        .map(|(name, shape, dtype, bytes)| {
            TensorView::new(*dtype, shape.clone(), bytes).map(|view| (name.as_str(), view))
        })
        .collect::<Result<Vec<_>, _>>()
        .map_err(format)?;
    safetensors::serialize(views, Some(metadata.entries())).map_err(format)
}

/// Every tensor of a network by its name, in the file's layout.
pub(crate) async fn read_back(
    twin: &Twin,
) -> Result<Vec<(String, Vec<usize>, Vec<f32>)>, WeightsError> {
    let mut collect = Collect::default();
    twin.valid().visit(&mut collect);
    let mut transaction = Transaction::default();
    for (_, _, tensor) in &collect.tensors {
        transaction = transaction.register(tensor.clone());
    }
    let device = |error: String| WeightsError::Device(error);
    let data = transaction
        .execute_async()
        .await
        .map_err(|error| device(error.to_string()))?;
    collect
        .tensors
        .into_iter()
        .zip(data)
        .map(|((name, shape, _), data)| {
            let values = data
                .try_to_vec::<f32>()
                .map_err(|error| device(format!("{error:?}")))?;
            Ok((name, shape, values))
        })
        .collect()
}

#[derive(Default)]
struct Collect {
    path: Path,
    tensors: Vec<(String, Vec<usize>, Tensor<1>)>,
}

impl ModuleVisitor for Collect {
    fn enter_module(&mut self, name: &str, container: &str) {
        self.path.enter(name, container);
    }
    fn exit_module(&mut self, _: &str, _: &str) {
        self.path.exit();
    }
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let mut tensor = param.val();
        if self.path.kind(D) == Kind::Linear {
            tensor = tensor.swap_dims(0, 1);
        }
        let shape = tensor.dims().to_vec();
        let count = shape.iter().product::<usize>();
        self.tensors
            .push((self.path.name(), shape, tensor.reshape([count])));
    }
}
