//! Tensors by name, as they lie in the weights file.

use std::collections::BTreeMap;

use twinglyph_core::foreign::sizes;

use crate::spec::{Entry, SpecError, Tensors};

/// A tensor of the weights file.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    /// Convolutions `[out, in, h, w]`, linear layers `[out, in]`.
    pub shape: Vec<usize>,
    /// Row by row.
    pub values: Vec<f32>,
}

/// Tensors by their names in the weights file.
pub type TensorMap = BTreeMap<String, Tensor>;

/// Why tensors are not those of a network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TensorError {
    /// The network can't be computed here.
    #[error(transparent)]
    Spec(#[from] SpecError),
    /// A tensor is missing.
    #[error("the tensor {0} is missing; these are another network's")]
    Missing(String),
    /// A tensor that the network doesn't have.
    #[error("the tensor {0} is not one of this network's")]
    Extra(String),
    /// A tensor of another shape.
    #[error("the tensor {name} has {values} values in the shape {}; {} is needed", sizes(.found), sizes(.expected))]
    Shape {
        /// The tensor.
        name: String,
        /// Its values.
        values: usize,
        /// Its shape.
        found: Vec<usize>,
        /// The network's.
        expected: Vec<usize>,
    },
    /// Not a number, or infinite.
    #[error("the tensor {0} holds a number that is not finite")]
    NotFinite(String),
}

/// Which tensors are meant.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Trained,
    Statistic,
}

/// A map of these entries. `collect` would sort them first, by code of 5 kB a type, which the leader would
/// carry for a few dozen names.
pub(crate) fn by_name<T>(entries: impl IntoIterator<Item = (String, T)>) -> BTreeMap<String, T> {
    let mut map = BTreeMap::new();
    for (name, of) in entries {
        map.insert(name, of);
    }
    map
}

/// The tensors of one kind, from their values here.
pub(crate) fn export(tensors: &Tensors, kind: Kind, values: &[f32]) -> TensorMap {
    let entries = tensors.entries.iter();
    let entries = entries.filter(|entry| entry.statistic == (kind == Kind::Statistic));
    let map = entries.map(|entry| {
        let values = &values[entry.range.clone()];
        let mut tensor = Tensor {
            shape: entry.shape.clone(),
            values: vec![0.0; entry.shape.iter().product()],
        };
        entry.places(|at, place| tensor.values[at] = values[place]);
        (entry.name.clone(), tensor)
    });
    by_name(map)
}

/// The values here of the tensors of one kind; others in the map are left alone.
pub(crate) fn import(
    tensors: &Tensors,
    kind: Kind,
    map: &TensorMap,
) -> Result<Vec<f32>, TensorError> {
    let count = match kind {
        Kind::Trained => tensors.parameters,
        Kind::Statistic => tensors.statistics,
    };
    let mut values = vec![0f32; count];
    let entries = tensors.entries.iter();
    for entry in entries.filter(|entry| entry.statistic == (kind == Kind::Statistic)) {
        let name = || entry.name.clone();
        let tensor = map
            .get(&entry.name)
            .ok_or_else(|| TensorError::Missing(name()))?;
        let count: usize = entry.shape.iter().product();
        if tensor.shape != entry.shape || tensor.values.len() != count {
            return Err(TensorError::Shape {
                name: name(),
                values: tensor.values.len(),
                found: tensor.shape.clone(),
                expected: entry.shape.clone(),
            });
        }
        if !lay(entry, &tensor.values, &mut values[entry.range.clone()]) {
            return Err(TensorError::NotFinite(name()));
        }
    }
    Ok(values)
}

/// Lays values where they belong here; `false` where one is not finite. A function of its own, as
/// `winograd::transform` is.
#[inline(never)]
fn lay(entry: &Entry, from: &[f32], to: &mut [f32]) -> bool {
    entry.places(|at, place| to[place] = from[at]);
    from.iter().all(|value| value.is_finite())
}

/// Checks that a map has no tensor but the network's.
pub(crate) fn no_extra(tensors: &Tensors, map: &TensorMap) -> Result<(), TensorError> {
    let known = |name: &str| tensors.entries.iter().any(|entry| entry.name == name);
    match map.keys().find(|name| !known(name)) {
        Some(name) => Err(TensorError::Extra(name.clone())),
        None => Ok(()),
    }
}
