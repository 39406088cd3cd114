//! A shelf: drawings apart from the support set, embedded part by part and kept, so that another
//! drawing can be compared with all of them at the price of one embedding.
//!
//! One view of each is enough to find those that are worth comparing by all views, and little enough to keep:
//! some 20 kB a drawing with `compact` and `deep`, 33 MB for all of Omniglot. The page fills it, and
//! empties it by beginning another; a change of model or device empties it, too.

use twinglyph_core::protocol::{Event, Job, MAX_BROWSED, MAX_SHELF, MAX_SHELVED, Match};
use twinglyph_core::support::best_first;
use twinglyph_core::{Bitmap, Views};
use twinglyph_nn::Values;

use super::{Engine, Followed, How, State};
use crate::EngineError;

/// What is kept.
pub(super) struct Shelf {
    number: u32,
    /// Of the model and the device.
    generation: u32,
    parts: Vec<Values>,
}

impl Shelf {
    fn len(&self) -> usize {
        self.parts.iter().map(Values::len).sum()
    }
}

impl State {
    /// The shelf, if it has so many drawings and they are of the model in use.
    fn shelf(&mut self, (number, drawings): (u32, u32)) -> Option<&mut Shelf> {
        let generation = self.generation;
        self.shelf.as_mut().filter(|shelf| {
            shelf.number == number
                && shelf.generation == generation
                && shelf.len() == drawings as usize
        })
    }
}

impl Engine {
    pub(super) async fn shelve(
        &self,
        id: u32,
        (number, after): (u32, u32),
        drawings: &[Bitmap],
    ) -> Result<(), EngineError> {
        if drawings.is_empty() || drawings.len() > MAX_SHELVED {
            return Err(EngineError::Scores("none, or too many at once"));
        }
        if after as usize + drawings.len() > MAX_SHELF {
            return Err(EngineError::Scores("more than 4,096 drawings"));
        }
        let ready = self.device_for(id, Job::Batch).await?;
        if after == 0 {
            let mut state = self.state.borrow_mut();
            state.shelf = Some(Shelf {
                number,
                generation: state.generation,
                parts: Vec::new(),
            });
        }
        let fits = |state: &mut State| state.shelf((number, after)).is_some();
        if !fits(&mut self.state.borrow_mut()) {
            return Err(EngineError::Shelf);
        }
        let all: Vec<&Bitmap> = drawings.iter().collect();
        let how = How {
            at_once: all.len(),
            followed: Followed::ByOthers,
        };
        let mut goes_on = |_| true;
        let batch = self.embed_batch(id, &ready, (&all, Views::One), how, &mut goes_on);
        let part = batch.await?.ok_or(EngineError::Shelf)?;
        let drawings = {
            let mut state = self.state.borrow_mut();
            let shelf = state.shelf((number, after));
            let shelf = shelf.ok_or(EngineError::Shelf)?;
            shelf.parts.push(part);
            shelf.len() as u32
        };
        let shelf = number;
        self.send(id, Event::Shelved { shelf, drawings });
        Ok(())
    }

    pub(super) async fn browse(
        &self,
        id: u32,
        (number, of): (u32, u32),
        query: &Bitmap,
    ) -> Result<(), EngineError> {
        let start = self.host.now();
        let ready = self.device_for(id, Job::Rank).await?;
        let (calibration, parts) = {
            let mut state = self.state.borrow_mut();
            let model = state.model.clone().ok_or(EngineError::NoModel)?;
            let shelf = state.shelf((number, of));
            let shelf = shelf.ok_or(EngineError::Shelf)?;
            (model.calibration(Views::One), shelf.parts.clone())
        };
        let query = ready.embed([query], Views::One).await?;
        let mut matches = Vec::with_capacity(of as usize);
        for part in &parts {
            for score in ready.scores(&query, part)? {
                matches.push(Match {
                    class: matches.len() as u32,
                    score,
                    similarity: calibration.similarity(score),
                });
            }
        }
        self.still_there(&ready)?;
        // Stable: equal ones stay in the order of the shelf.
        best_first(&mut matches);
        matches.truncate(MAX_BROWSED);
        let event = Event::Browsed {
            shelf: number,
            matches,
            milliseconds: (self.host.now() - start) as f32,
        };
        self.send(id, event);
        Ok(())
    }
}
