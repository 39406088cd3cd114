//! Writing: a network to bytes, with one asynchronous read of the device.

use burn::module::{ModuleVisitor, Param};
use burn::tensor::{Tensor, Transaction};
use twinglyph_nn::backend::DeviceError;
use twinglyph_nn::weights::{Metadata, Precision, WeightsError, file};

use super::Path;
use super::names::Kind;
use crate::Twin;

/// The file of a network.
///
/// # Errors
/// When the device does not give its numbers, or one is not finite.
pub async fn write(
    twin: &Twin,
    metadata: &Metadata,
    precision: Precision,
) -> Result<Vec<u8>, WeightsError> {
    let mut bytes = Vec::new();
    file(read_back(twin).await?, metadata, precision, &mut bytes)?;
    Ok(bytes)
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
    let device = |said: String| WeightsError::Device(DeviceError { said });
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
                .map_err(|error| device(error.to_string()))?;
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
