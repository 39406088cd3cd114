//! Refines the support set: ranked by one view at once, by all of the model's views (TTA) soon after.

use std::rc::Rc;

use twinglyph_core::protocol::{Event, Job};
use twinglyph_core::{Bitmap, Views};
use twinglyph_nn::Values;

use super::{Engine, Followed, How, Inputs, State};
use crate::EngineError;
use crate::device::{LONGEST_DRAWING, Ready};
use twinglyph_core::support::Support;

/// Batch size: a ranking waits for one batch.
const BATCH: usize = 16;

/// Most examples that are refined: with more, a ranking has too many pairs of views to compare.
const MOST: usize = 256;

/// Drawings of a batch by these views, on a device that takes so many milliseconds a view: a batch takes at most
/// [`LONGEST_DRAWING`].
fn at_once(views: Views, milliseconds: f32) -> usize {
    let affordable = (LONGEST_DRAWING / milliseconds.max(1.0)) as usize;
    (BATCH.min(affordable) / views.count()).max(1)
}

impl Engine {
    /// Is there more to be seen of the support set than one view?
    pub(super) fn can_refine(&self) -> bool {
        let state = self.state.borrow();
        match (&state.active, &state.support) {
            (Some(ready), Some((support, _))) => {
                ready.views != Views::One && support.examples() <= MOST
            }
            _ => false,
        }
    }

    /// Embeds the support set by all views of the model, beside everything else, and says so with a
    /// second [`Event::Support`]. Nothing happens where one view is all that there is.
    pub(super) fn refine(&self, id: u32) {
        if !self.can_refine() {
            return;
        }
        let (generation, ready, support) = {
            let state = self.state.borrow();
            match (&state.active, &state.support) {
                (Some(ready), Some((support, _))) => {
                    (state.generation, ready.clone(), support.clone())
                }
                _ => return,
            }
        };
        let engine = self.clone();
        self.host.spawn(Box::pin(async move {
            // The page asks for a ranking as soon as it knows of the set: that one comes first, a tenth of
            // a second sooner so.
            engine.host.rest().await;
            let start = engine.host.now();
            let views = match engine
                .embed_all_views(id, generation, &ready, &support)
                .await
            {
                Ok(Some(embedding)) => {
                    if let Some((_, embedded)) = &mut engine.state.borrow_mut().support {
                        embedded.all = Some(embedding);
                    }
                    ready.views
                }
                // Whoever replaced the support set or the device tells of it.
                Ok(None) => return,
                // One view goes on; a device that is lost is found out by the next drawing.
                Err(error) => {
                    log::warn!("refining the support set: {error}");
                    Views::One
                }
            };
            let event = Event::Support {
                set: support.set,
                classes: support.classes() as u32,
                views: views.count() as u32,
                more: false,
                milliseconds: (engine.host.now() - start) as f32,
            };
            engine.send(id, event);
        }));
    }

    /// `None` as soon as another support set or device is in use.
    async fn embed_all_views(
        &self,
        id: u32,
        generation: u32,
        ready: &Ready,
        support: &Rc<Support>,
    ) -> Result<Option<Values>, EngineError> {
        let in_use = || self.state.borrow().uses(generation, ready, support);
        let drawings: Vec<&Bitmap> = support.parts(1).flatten().collect();
        let by = self.state.borrow().ready_for(Job::Batch);
        let by = by.ok_or(EngineError::NoModel)?;
        let how = How {
            at_once: at_once(ready.views, by.milliseconds),
            followed: Followed::ByNothing,
        };
        self.host.breathe().await;
        if !in_use() {
            return Ok(None);
        }
        let mut goes_on = |_| in_use();
        let inputs = Inputs {
            drawings: &drawings,
            views: ready.views,
        };
        let batch = self.embed_batch(id, &by, inputs, how, &mut goes_on);
        let embedded = batch.await?;
        Ok(embedded.filter(|_| in_use()))
    }
}

impl State {
    /// Are this device, with the model of this generation, and this support set still in use?
    fn uses(&self, generation: u32, ready: &Ready, support: &Rc<Support>) -> bool {
        let used = self.support.as_ref();
        self.generation == generation
            && self
                .active
                .as_ref()
                .is_some_and(|active| active.views == ready.views)
            && used.is_some_and(|(used, _)| Rc::ptr_eq(used, support))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_device_is_given_little_at_once() {
        assert_eq!(at_once(Views::Eight, 0.0), 2);
        assert_eq!(at_once(Views::Eight, 93.0), 2);
        assert_eq!(at_once(Views::Eight, 94.0), 1);
        assert_eq!(at_once(Views::Eight, 10_000.0), 1);
    }
}
