//! Batches: many drawings embedded for who can wait.

use twinglyph_core::{Bitmap, Views};
use twinglyph_nn::Values;

use super::Engine;
use crate::EngineError;
use crate::device::Ready;

/// What comes after a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Followed {
    /// Others like it, soon: together they may be worth helpers.
    ByOthers,
    /// Nothing that is known of.
    ByNothing,
}

impl Engine {
    /// Drawings embedded by these views: on the CPU by all cores that are free, elsewhere so many at once. `goes_on` hears
    /// of drawings done; once it says no, the answer is `None`, as it is of no drawings.
    ///
    /// # Errors
    /// When the device does not give its numbers.
    pub(crate) async fn embed_batch(
        &self,
        ready: &Ready,
        (drawings, views): (&[&Bitmap], Views),
        (at_once, followed): (usize, Followed),
        goes_on: &mut dyn FnMut(usize) -> bool,
    ) -> Result<Option<Values>, EngineError> {
        let host = &self.host;
        if ready.device.is_none() {
            let images = drawings.len() * ready.twin.possible(views).count();
            let images = match followed {
                Followed::ByOthers => ready.pool.in_series(images),
                Followed::ByNothing => images,
            };
            ready.pool.prepare(host, (images, self.cores_that_learn()));
            let batch = ready
                .pool
                .embed(host.as_ref(), ready, (drawings, views), goes_on);
            return Ok(batch.await);
        }
        let mut parts = Vec::new();
        let mut done = 0;
        for part in drawings.chunks(at_once.max(1)) {
            parts.push(ready.embed(part.iter().copied(), views).await?);
            done += part.len();
            host.breathe().await;
            if !goes_on(done) {
                return Ok(None);
            }
        }
        Ok(Values::concat(&parts))
    }

    /// Cores that a run of training keeps busy.
    fn cores_that_learn(&self) -> usize {
        let state = self.state.borrow();
        let learns = state.run.as_ref().is_some_and(|run| run.keeps_a_core());
        usize::from(learns)
    }
}
