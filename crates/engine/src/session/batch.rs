//! Batches: many drawings embedded for who can wait.

use twinglyph_core::protocol::Job;
use twinglyph_core::{Bitmap, Views};
use twinglyph_nn::Values;

use super::Engine;
use super::jobs::{self, Begun};
use crate::EngineError;
use crate::device::Ready;

/// Drawings that are embedded together.
#[derive(Clone, Copy)]
pub(crate) struct Inputs<'a> {
    pub(crate) drawings: &'a [&'a Bitmap],
    /// How many ways each is looked at.
    pub(crate) views: Views,
}

/// What comes after a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Followed {
    /// Others like it, soon: together they may be worth helpers.
    ByOthers,
    /// Nothing that is known of.
    ByNothing,
}

/// How a batch goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct How {
    /// Drawings embedded at once on a graphics device.
    pub(crate) at_once: usize,
    /// What comes after it.
    pub(crate) followed: Followed,
}

impl Engine {
    /// Inputs embedded: on the CPU by all cores that are free, elsewhere so many at once. `goes_on` hears
    /// of drawings done; once it says no, the answer is `None`, as it is of no drawings. A device of the model in use
    /// is measured by it, and left where another one is sooner.
    ///
    /// # Errors
    /// When the device does not give its numbers.
    pub(crate) async fn embed_batch(
        &self,
        id: u32,
        ready: &Ready,
        inputs: Inputs<'_>,
        how: How,
        goes_on: &mut dyn FnMut(usize) -> bool,
    ) -> Result<Option<Values>, EngineError> {
        let Inputs { drawings, views } = inputs;
        let views = ready.twin.possible(views);
        let inputs = Inputs { drawings, views };
        if !self.state.borrow().is_of_model(ready) {
            return self.embed_by(ready, inputs, how, goes_on).await;
        }
        let timed = self.embed_timed(id, inputs, how, goes_on).await?;
        let Some(Begun { mut parts, done }) = timed else {
            return Ok(None);
        };
        let ready = {
            let state = self.state.borrow();
            let sooner = state.ready_for(Job::Batch).filter(|_| done > 0);
            // Another model may be in use by now.
            sooner
                .filter(|sooner| sooner.is_of(ready))
                .unwrap_or_else(|| ready.clone())
        };
        let rest = Inputs {
            drawings: drawings.get(done..).unwrap_or_default(),
            views,
        };
        let start = self.host.now();
        let mut goes = |more| goes_on(done + more);
        let embedded = self.embed_by(&ready, rest, how, &mut goes).await?;
        let Some(values) = embedded else {
            return Ok(None);
        };
        let images = rest.drawings.len() * views.count();
        if images >= jobs::TIMED {
            let time = (self.host.now() - start) as f32 * jobs::TIMED as f32 / images as f32;
            self.note(id, Job::Batch, &ready, time);
        }
        parts.push(values);
        Ok(Values::concat(&parts))
    }

    /// The same on this device.
    pub(super) async fn embed_by(
        &self,
        ready: &Ready,
        inputs: Inputs<'_>,
        how: How,
        goes_on: &mut dyn FnMut(usize) -> bool,
    ) -> Result<Option<Values>, EngineError> {
        let Inputs { drawings, views } = inputs;
        let host = &self.host;
        if ready.device.is_none() {
            let images = drawings.len() * views.count();
            let images = match how.followed {
                Followed::ByOthers => ready.pool.in_series(images),
                Followed::ByNothing => images,
            };
            ready.pool.prepare(host, images, self.cores_that_learn());
            let batch = ready.pool.embed(host.as_ref(), ready, inputs, goes_on);
            return Ok(batch.await);
        }
        let mut parts = Vec::new();
        let mut done = 0;
        for part in drawings.chunks(how.at_once.max(1)) {
            parts.push(ready.embed(part.iter().copied(), views).await?);
            done += part.len();
            host.breathe().await;
            if !goes_on(done) {
                return Ok(None);
            }
        }
        self.still_there(ready)?;
        Ok(Values::concat(&parts))
    }

    /// Cores that a run of training keeps busy.
    pub(super) fn cores_that_learn(&self) -> usize {
        self.state.borrow().cores_that_learn(self.host.cores())
    }
}
