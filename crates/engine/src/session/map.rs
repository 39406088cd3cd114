//! The map of the support set's embeddings, a drawing on it, and the classes that look alike.
//!
//! Axes and look-alikes are found once a support set, and again where rankings go by other embeddings of it; a
//! drawing that was just ranked is put on them without being embedded once more.

use std::rc::Rc;

use twinglyph_core::Bitmap;
use twinglyph_core::look_alikes::{self, LookAlikes, look_alikes};
use twinglyph_core::pca::{AXES, Pca};
use twinglyph_core::protocol::{EmbeddingMap, Event};
use twinglyph_core::views::Views;
use twinglyph_nn::Values;

use super::Engine;
use super::answers::Current;
use crate::EngineError;
use twinglyph_core::support::Support;

/// Axes and look-alikes, and what they were made from.
pub(super) struct Mapped {
    support: Rc<Support>,
    views: Views,
    /// Of the model and the device.
    generation: u32,
    found: Rc<Found>,
}

/// What a support set is found to be.
struct Found {
    axes: Pca,
    alike: Vec<LookAlikes>,
}

impl Engine {
    pub(super) async fn map(
        &self,
        id: u32,
        set: u32,
        query: Option<&Bitmap>,
    ) -> Result<(), EngineError> {
        let current = self.current(set)?;
        let embedded = current.embedding.most();
        let (views, width) = (embedded.views(), embedded.components());
        let found = self.found(&current)?;
        let axes = &found.axes;
        let query = match query {
            None => None,
            Some(query) => {
                let embedding = match self.just_ranked(query, &current) {
                    Some(embedding) => embedding,
                    None => current.ready.embed([query], views).await?,
                };
                let numbers: Vec<f32> = embedding.global().collect();
                let place = axes.project(&numbers);
                Some(place.map_err(|error| current.ready.failed(error.to_string()))?)
            }
        };
        self.still_there(&current.ready)?;
        let single = |place: [f64; AXES]| place.map(|value| value as f32);
        let map = EmbeddingMap {
            points: axes.points().iter().copied().map(single).collect(),
            query: query.map(single),
            shares: single(axes.shares()),
            components: (width / views.count()) as u32,
            views: views.count() as u32,
            alike: found.alike.clone(),
        };
        let map = Box::new(map);
        self.send(id, Event::Map { set, map });
        Ok(())
    }

    fn found(&self, current: &Current) -> Result<Rc<Found>, EngineError> {
        let embedded = current.embedding.most();
        let generation = {
            let state = self.state.borrow();
            let found = state.map.as_ref().filter(|map| {
                Rc::ptr_eq(&map.support, &current.support)
                    && map.views == embedded.views()
                    && map.generation == state.generation
            });
            if let Some(found) = found {
                return Ok(found.found.clone());
            }
            state.generation
        };
        let numbers: Vec<f32> = embedded.global().collect();
        let axes = Pca::fit(&current.support.means(&numbers, embedded.components()))
            .map_err(|_| EngineError::Support("it has more classes than a map can show"))?;
        // By one view: by eight each pair would take 64 times as long, and drawings wait meanwhile.
        let first = &current.embedding.first;
        let alike = match current.support.examples() <= look_alikes::MOST {
            true => look_alikes(
                current.support.shots(),
                &current.ready.scores(first, first)?,
                current.model.calibration(first.views()),
            ),
            false => Vec::new(),
        };
        let found = Rc::new(Found { axes, alike });
        self.state.borrow_mut().map = Some(Mapped {
            support: current.support.clone(),
            views: embedded.views(),
            generation,
            found: found.clone(),
        });
        Ok(found)
    }

    /// The embedding of the drawing that was ranked last, if it is this one, and by the views that are in use.
    fn just_ranked(&self, query: &Bitmap, current: &Current) -> Option<Values> {
        let state = self.state.borrow();
        let (asked, embedding) = state.asked.as_ref()?;
        let same = asked == query && embedding.views() == current.embedding.most().views();
        same.then(|| embedding.clone())
    }
}
