//! Reading: checked numbers to a network.

use std::collections::BTreeMap;

use burn::module::{ModuleMapper, ModuleVisitor, Param};
use burn::tensor::{Device, Tensor, TensorData};
use twinglyph_nn::weights::{self, Metadata, Values, WeightsError};

use super::Path;
use super::names::Kind;
use crate::Twin;

/// The network and the metadata in a file's bytes, on `device`.
///
/// # Errors
/// When the bytes are not a whole safetensors file of one of the networks with finite numbers;
/// the error names the first tensor that is wrong.
pub fn read(bytes: &[u8], device: &Device) -> Result<(Twin, Metadata), WeightsError> {
    let (twin, tensors, metadata) = checked(bytes, device)?;
    Ok((fill(twin, tensors, device), metadata))
}

/// A network that has not its numbers yet, the numbers by their names, and the metadata.
fn checked(bytes: &[u8], device: &Device) -> Result<(Twin, Values, Metadata), WeightsError> {
    let metadata = weights::peek(bytes)?;
    let twin = Twin::new(metadata.architecture, device);
    let tensors = weights::of_shapes(bytes, &shapes(&twin))?;
    Ok((twin, tensors, metadata))
}

/// The network with these numbers, by their names; they must be as many as its tensors have.
fn fill(twin: Twin, tensors: Values, device: &Device) -> Twin {
    twin.map(&mut Fill {
        path: Path::default(),
        tensors,
        device: device.clone(),
    })
}

/// Names and shapes, as in the file, of all tensors of a network.
pub(crate) fn shapes(twin: &Twin) -> BTreeMap<String, Vec<usize>> {
    let mut shapes = Shapes::default();
    twin.visit(&mut shapes);
    shapes.shapes
}

#[derive(Default)]
struct Shapes {
    path: Path,
    shapes: BTreeMap<String, Vec<usize>>,
}

impl ModuleVisitor for Shapes {
    fn enter_module(&mut self, name: &str, container: &str) {
        self.path.enter(name, container);
    }
    fn exit_module(&mut self, _: &str, _: &str) {
        self.path.exit();
    }
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let mut shape = param.lazy_shape().to_vec();
        if self.path.kind(D) == Kind::Linear {
            shape.reverse();
        }
        self.shapes.insert(self.path.name(), shape);
    }
}

/// Puts checked numbers into a network.
struct Fill {
    path: Path,
    tensors: Values,
    device: Device,
}

impl ModuleMapper for Fill {
    fn enter_module(&mut self, name: &str, container: &str) {
        self.path.enter(name, container);
    }
    fn exit_module(&mut self, _: &str, _: &str) {
        self.path.exit();
    }
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let Some(values) = self.tensors.remove(&self.path.name()) else {
            return param;
        };
        let mut shape = param.lazy_shape().to_vec();
        let tensor = if self.path.kind(D) == Kind::Linear {
            shape.reverse();
            Tensor::<D>::from_data(TensorData::new(values, shape), &self.device).swap_dims(0, 1)
        } else {
            Tensor::<D>::from_data(TensorData::new(values, shape), &self.device)
        };
        Param::from_tensor(tensor)
    }
}
