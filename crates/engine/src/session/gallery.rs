//! A gallery: drawings apart from the support set, embedded part by part and kept, so that another
//! drawing can be compared with all of them at the price of one embedding.
//!
//! Drawings are embedded by one view, which is enough to find candidates and takes little memory. The page fills a
//! gallery and empties it by beginning another; a change of model or device empties it, too.

use twinglyph_core::protocol::{Event, Job, MAX_FOUND, MAX_GALLERY, MAX_INDEXED, Match};
use twinglyph_core::support::best_first;
use twinglyph_core::{Bitmap, Views};
use twinglyph_nn::Values;

use super::{Engine, Followed, How, Inputs, State};
use crate::EngineError;

/// What is kept.
pub(super) struct Gallery {
    number: u32,
    /// Of the model and the device.
    generation: u32,
    parts: Vec<Values>,
}

impl Gallery {
    fn len(&self) -> usize {
        self.parts.iter().map(Values::len).sum()
    }
}

impl State {
    /// The gallery, if it has so many drawings and they are of the model in use.
    fn gallery(&mut self, number: u32, drawings: u32) -> Option<&mut Gallery> {
        let generation = self.generation;
        self.gallery.as_mut().filter(|gallery| {
            gallery.number == number
                && gallery.generation == generation
                && gallery.len() == drawings as usize
        })
    }
}

impl Engine {
    pub(super) async fn index_gallery(
        &self,
        id: u32,
        number: u32,
        after: u32,
        drawings: &[Bitmap],
    ) -> Result<(), EngineError> {
        if drawings.is_empty() || drawings.len() > MAX_INDEXED {
            return Err(EngineError::Scores("none, or too many at once"));
        }
        if after as usize + drawings.len() > MAX_GALLERY {
            return Err(EngineError::Scores("more than 4,096 drawings"));
        }
        let ready = self.device_for(id, Job::Batch).await?;
        if after == 0 {
            let mut state = self.state.borrow_mut();
            state.gallery = Some(Gallery {
                number,
                generation: state.generation,
                parts: Vec::new(),
            });
        }
        let fits = |state: &mut State| state.gallery(number, after).is_some();
        if !fits(&mut self.state.borrow_mut()) {
            return Err(EngineError::Gallery);
        }
        let all: Vec<&Bitmap> = drawings.iter().collect();
        let how = How {
            at_once: all.len(),
            followed: Followed::ByOthers,
        };
        let mut goes_on = |_| true;
        let inputs = Inputs {
            drawings: &all,
            views: Views::One,
        };
        let batch = self.embed_batch(id, &ready, inputs, how, &mut goes_on);
        let part = batch.await?.ok_or(EngineError::Gallery)?;
        let drawings = {
            let mut state = self.state.borrow_mut();
            let gallery = state.gallery(number, after);
            let gallery = gallery.ok_or(EngineError::Gallery)?;
            gallery.parts.push(part);
            gallery.len() as u32
        };
        let gallery = number;
        self.send(id, Event::GalleryIndexed { gallery, drawings });
        Ok(())
    }

    pub(super) async fn search_gallery(
        &self,
        id: u32,
        number: u32,
        of: u32,
        query: &Bitmap,
    ) -> Result<(), EngineError> {
        let start = self.host.now();
        let ready = self.device_for(id, Job::Rank).await?;
        let (calibration, parts) = {
            let mut state = self.state.borrow_mut();
            let model = state.model.clone().ok_or(EngineError::NoModel)?;
            let gallery = state.gallery(number, of);
            let gallery = gallery.ok_or(EngineError::Gallery)?;
            (model.calibration(Views::One), gallery.parts.clone())
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
        // Stable: equal ones stay in the order of the gallery.
        best_first(&mut matches);
        matches.truncate(MAX_FOUND);
        let event = Event::GallerySearched {
            gallery: number,
            matches,
            milliseconds: (self.host.now() - start) as f32,
        };
        self.send(id, event);
        Ok(())
    }
}
