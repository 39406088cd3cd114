//! Do a network's numbers make sense? Finite ones need not: a negative variance has no root, numbers far
//! from any trained ones overflow on their way through the layers, and zeros tell nothing apart.
//!
//! [`check`] looks at a tensor by itself, [`tells_apart`] tries the network.

use super::{WeightsError, peek};
use crate::{Twin, self_test};
use twinglyph_core::Architecture;

/// Largest magnitude in a kernel or matrix. Trained ones stay below 10; through the layers of Koch's
/// network, which has no norms, even this one everywhere ends within f32.
const MOST_OF_MATRIX: f32 = 1e3;

/// Largest magnitude in a vector. Trained ones stay below 100.
const MOST_OF_VECTOR: f32 = 1e6;

/// Largest variance. Of trained ones some reach 1,000; those of a run that learns too fast grow as the
/// square of its weights.
const MOST_VARIANCE: f32 = 1e12;

/// What the names of variances end with.
const VARIANCE: &str = ".running_var";

/// What the names of the tensors of residual blocks begin with: those may be zero, as what goes around
/// them is not.
const RESIDUAL: &str = "res";

/// Holds a tensor's finite numbers to what a trained network can have.
///
/// # Errors
/// The first number that it can't have; that all are zero where then nothing comes through.
pub(super) fn check(name: &str, shape: &[usize], values: &[f32]) -> Result<(), WeightsError> {
    let mut sense = Sense::new(name, shape);
    sense.take(values)?;
    sense.end()
}

/// The check of a tensor whose numbers come part by part.
pub(super) struct Sense<'a> {
    name: &'a str,
    least: f32,
    most: f32,
    /// Nothing but zeros would be an error, and nothing else has come.
    is_dead: bool,
}

impl<'a> Sense<'a> {
    pub(super) fn new(name: &'a str, shape: &[usize]) -> Self {
        let is_matrix = shape.len() > 1;
        let (least, most) = if name.ends_with(VARIANCE) {
            (0.0, MOST_VARIANCE)
        } else if is_matrix {
            (-MOST_OF_MATRIX, MOST_OF_MATRIX)
        } else {
            (-MOST_OF_VECTOR, MOST_OF_VECTOR)
        };
        Self {
            name,
            least,
            most,
            is_dead: is_matrix && !name.starts_with(RESIDUAL),
        }
    }

    /// Checks some of the numbers.
    pub(super) fn take(&mut self, values: &[f32]) -> Result<(), WeightsError> {
        let &mut Self { least, most, .. } = self;
        if let Some(&value) = values.iter().find(|value| !(least..=most).contains(*value)) {
            return Err(WeightsError::Senseless {
                name: self.name.to_owned(),
                value,
                least,
                most,
            });
        }
        self.is_dead = self.is_dead && values.iter().all(|&value| value == 0.0);
        Ok(())
    }

    /// Checks what only all numbers together say.
    pub(super) fn end(self) -> Result<(), WeightsError> {
        match self.is_dead {
            true => Err(WeightsError::Zero(self.name.to_owned())),
            false => Ok(()),
        }
    }
}

/// Tries the network of a weights file, which must be a whole one, on the self-test drawings. Koch's is held
/// to its numbers' sizes alone.
///
/// # Errors
/// When an embedding or a score is not finite, or the scores are the same for any two drawings.
pub fn tells_apart(file: &[u8]) -> Result<(), WeightsError> {
    if peek(file)?.architecture == Architecture::Koch {
        return Ok(());
    }
    let (network, metadata) = Twin::read(file)?;
    let numbers = self_test::numbers(&network, |embed| embed());
    if !numbers.iter().all(|number| number.is_finite()) {
        return Err(WeightsError::Overflow);
    }
    let [ring, zigzag] = self_test::drawings();
    let both = network.embed([&ring, &zigzag], metadata.views);
    let scores = network.scores(&both, &both);
    if !scores.iter().all(|score| score.is_finite()) {
        return Err(WeightsError::Overflow);
    }
    if scores.windows(2).all(|pair| pair[0] == pair[1]) {
        return Err(WeightsError::Alike);
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::{BTreeMap, HashMap};

    use safetensors::tensor::TensorView;
    use safetensors::{Dtype, serialize};

    use super::super::{of_shapes, tensors};
    use super::*;

    fn builtin(stem: &str) -> Vec<u8> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets/models");
        std::fs::read(format!("{folder}/{stem}.safetensors")).unwrap()
    }

    type Changed = BTreeMap<String, (Vec<usize>, Vec<f32>)>;

    /// The file of `compact` with some numbers changed, and its tensors' shapes.
    fn changed(
        change: impl FnOnce(&mut Changed, &mut HashMap<String, String>),
    ) -> (Vec<u8>, BTreeMap<String, Vec<usize>>) {
        let (mut tensors, metadata) = tensors(&builtin("compact")).unwrap();
        let mut entries = metadata.entries();
        change(&mut tensors, &mut entries);
        let bytes: Vec<(String, Vec<usize>, Vec<u8>)> = tensors
            .into_iter()
            .map(|(name, (shape, values))| {
                let bytes = values.iter().flat_map(|value| value.to_le_bytes());
                (name, shape, bytes.collect())
            })
            .collect();
        let views = bytes.iter().map(|(name, shape, bytes)| {
            let view = TensorView::new(Dtype::F32, shape.clone(), bytes).unwrap();
            (name.clone(), view)
        });
        let file = serialize(views, Some(entries)).unwrap();
        let shapes = bytes
            .iter()
            .map(|(name, shape, _)| (name.clone(), shape.clone()));
        (file, shapes.collect())
    }

    /// Why a file with changed numbers is refused, by its numbers or when it is tried.
    fn refused(change: impl FnOnce(&mut Changed)) -> WeightsError {
        let (file, shapes) = changed(|tensors, _| change(tensors));
        let read = of_shapes(&file, &shapes).map(drop);
        read.and_then(|()| tells_apart(&file)).unwrap_err()
    }

    #[test]
    fn the_shipped_networks_make_sense() {
        for stem in crate::builtin_models::names() {
            let file = builtin(stem);
            let (tensors, _) = tensors(&file).unwrap();
            for (name, (shape, values)) in &tensors {
                check(name, shape, values).unwrap();
            }
            tells_apart(&file).unwrap();
        }
    }

    #[test]
    fn senseless_numbers_are_refused_by_name() {
        for (tensor, value) in [
            ("stem.norm.running_var", -1e-3),
            ("stem.conv.weight", 1e30),
            ("down2.conv.weight", -1e4),
            ("global.bias", 1e30),
            ("res1.norm_a.weight", f32::MAX),
        ] {
            let error = refused(|tensors| tensors.get_mut(tensor).unwrap().1[0] = value);
            assert!(
                matches!(&error, WeightsError::Senseless { name, .. } if name == tensor),
                "{tensor}: {error}"
            );
        }
        let zero = refused(|tensors| tensors.get_mut("down1.conv.weight").unwrap().1.fill(0.0));
        assert_eq!(zero, WeightsError::Zero("down1.conv.weight".into()));
    }

    #[test]
    fn numbers_that_are_too_much_together_are_refused() {
        let error = refused(|tensors| {
            for (name, (shape, values)) in tensors {
                let value = match (shape.len(), name.ends_with("running_var")) {
                    (1, true) => 0.0,
                    (1, false) => 1e6,
                    _ => 1e3,
                };
                values.fill(value);
            }
        });
        assert!(
            matches!(error, WeightsError::Overflow | WeightsError::Alike),
            "{error}"
        );
        // Nothing comes through a norm of zeros.
        let error = refused(|tensors| {
            for (name, (_, values)) in tensors {
                if name.starts_with("stem.norm.") {
                    values.fill(0.0);
                }
            }
        });
        assert_eq!(error, WeightsError::Alike);
    }

    #[test]
    fn what_the_file_says_of_itself_is_told_as_what_it_is() {
        for (entry, value, part) in [
            (
                "temperature",
                "0",
                "\"0\"\u{2069}, but must be a number above 0",
            ),
            ("temperature", "-2", "above 0"),
            ("temperature", "1e-30", "from 0.001 to 1000"),
            ("temperature", "warm", "above 0"),
            ("offset", "inf", "from -1000 to 1000"),
            ("offset", "1e30", "from -1000 to 1000"),
            ("views", "3", "\"3\"\u{2069}, but must be 1 or 8"),
        ] {
            let (file, _) = changed(|_, entries| {
                entries.insert(entry.to_owned(), value.to_owned());
            });
            let error = peek(&file).unwrap_err().to_string();
            assert!(error.contains(entry) && error.contains(part), "{error}");
        }
    }
}
