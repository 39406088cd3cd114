//! The network of a run as it infers, to be tried on drawings: by the step's own code where that is
//! by hand, as it embeds faster too, else by the tensor library. Refuses to know trials.

use burn::tensor::Device;
use twinglyph_core::Bitmap;
use twinglyph_model::train::ByHand;
use twinglyph_model::{Embedding, Twin};

use super::Learner;

/// Drawings that the tensor library embeds at once.
const BATCH: usize = 32;

/// A run's network at rest.
pub(crate) enum Judge<'a> {
    Library(Box<Twin>, &'a Device),
    ByHand(&'a ByHand),
}

impl<'a> Judge<'a> {
    /// Of the network as it is now, on the run's device.
    pub(crate) fn new(learner: &'a Learner, device: &'a Device) -> Self {
        match learner {
            Learner::Library(trainer, _) => Self::Library(Box::new(trainer.twin()), device),
            Learner::ByHand(run, ..) => Self::ByHand(run),
        }
    }

    /// The scores of every query with every drawing of the support, `[queries, supports]`; none
    /// where one of both is empty.
    ///
    /// # Errors
    /// The device's, when it does not give its numbers.
    pub(crate) async fn scores(
        &self,
        queries: &[&Bitmap],
        support: &[&Bitmap],
    ) -> Result<Vec<f32>, String> {
        match self {
            Self::Library(twin, device) => {
                let embed = |drawings: &[&Bitmap]| {
                    let parts = drawings.chunks(BATCH);
                    let parts =
                        parts.map(|part| twin.embed(twin.batch(part.iter().copied(), device)));
                    Embedding::concat(parts.collect())
                };
                match (embed(queries), embed(support)) {
                    (Some(queries), Some(support)) => {
                        super::numbers(twin.score(&queries, &support)).await
                    }
                    _ => Ok(Vec::new()),
                }
            }
            Self::ByHand(run) => Ok(run.scores(queries, support)),
        }
    }
}
