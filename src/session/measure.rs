//! Runs of trials as parts: what to ask of the worker next, and what its answers add up to.
//!
//! A part is one [`Job`]: some queries, some examples, all compared. The measures use the same
//! trials, pairs and groups as `lab evaluate`, so their numbers are the same. It knows no worker
//! and no clock.

mod hands;
mod official;
mod pairs;
mod sweep;

use std::sync::Arc;

use twinglyph_core::trial::DrawingRef;
use twinglyph_core::{Alphabet, Bitmap};

use crate::client::worker_client::{Job, Scored};

use crate::words::words;
pub(crate) use hands::{Confused, Hand, Hands};
pub(crate) use official::{EMBEDDINGS, Official, Wrong};
pub(crate) use pairs::{PAIRS, Pairs};
pub(crate) use sweep::{Kind, Sweep, judge_names};

/// A drawing that the alphabets lack.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", words().measures.missing(.0))]
pub(crate) struct Missing(pub(crate) String);

/// A measure that is taken part by part.
pub(crate) trait Measure: Clone + Send + Sync + 'static {
    /// Is it of the evaluation alphabets? Else it asks for none.
    const OF_EVALUATION: bool = true;

    /// Number of parts.
    fn parts(&self) -> usize;

    /// Parts that are done.
    fn done(&self) -> usize;

    /// What the part of this number compares; `None` behind the last.
    ///
    /// # Errors
    /// When the alphabets lack a drawing.
    fn job(&self, part: usize, alphabets: &[Arc<Alphabet>]) -> Result<Option<Job>, Missing>;

    /// Takes the answer to the next part.
    fn add(&mut self, scored: &Scored);
}

/// The bitmaps of these drawings.
fn bitmaps<'a>(
    drawings: impl IntoIterator<Item = &'a DrawingRef>,
    alphabets: &[Arc<Alphabet>],
) -> Result<Vec<Bitmap>, Missing> {
    drawings
        .into_iter()
        .map(|at| {
            let alphabet = alphabets
                .get(at.alphabet)
                .ok_or_else(|| Missing(words().measures.alphabet_number(at.alphabet + 1)))?;
            alphabet
                .drawing(at.character, at.drawer)
                .cloned()
                .ok_or_else(|| Missing(alphabet.name().to_owned()))
        })
        .collect()
}

/// What is left of a run, milliseconds, by the time that its parts took so far; `None` before
/// the first.
#[must_use]
pub(crate) fn left(done: usize, parts: usize, elapsed: f64) -> Option<f64> {
    (done > 0).then(|| elapsed / done as f64 * parts.saturating_sub(done) as f64)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use twinglyph_core::protocol::DeviceKind;
    use twinglyph_core::score::Calibration;

    pub(crate) fn scored(scores: Vec<Vec<f32>>) -> Scored {
        Scored {
            scores,
            calibration: Calibration::IDENTITY,
            milliseconds: 10.0,
            device: DeviceKind::Cpu,
        }
    }

    #[test]
    fn the_time_left_is_that_of_the_parts_left() {
        assert_eq!(left(0, 20, 100.0), None);
        assert_eq!(left(5, 20, 100.0), Some(300.0));
        assert_eq!(left(20, 20, 100.0), Some(0.0));
    }
}
