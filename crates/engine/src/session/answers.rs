//! Answers: a drawing ranked against the support set, the drawings of a trial compared.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use twinglyph_core::protocol::{DeviceKind, Event, Job, Match, Scorer};
use twinglyph_core::score::Calibration;
use twinglyph_core::{Bitmap, Views};
use twinglyph_nn::Values;

use super::{Engine, State};
use crate::EngineError;
use crate::device::{self, Ready};
use crate::model::Model;
use crate::scores::{Compared, Drawings};
use crate::support::Embedded;
use twinglyph_core::support::Support;

/// Everything a query needs, taken out of the state so that no borrow outlives an `await`.
pub(super) struct Current {
    pub(super) ready: Ready,
    pub(super) model: Rc<Model>,
    pub(super) support: Rc<Support>,
    pub(super) embedding: Embedded,
}

/// A drawing's embedding, and the classes, best first.
type Ranked = (Values, Vec<Match>);

impl State {
    /// Was this drawing the last that was ranked, and one view enough for it?
    pub(super) fn exited(&self, query: &Bitmap) -> bool {
        let all = self
            .support
            .as_ref()
            .and_then(|(_, embedded)| embedded.all.as_ref());
        let asked = self.asked.as_ref();
        all.is_some() && asked.is_some_and(|(asked, by)| asked == query && by.views() == Views::One)
    }
}

impl Engine {
    pub(super) fn current(&self, set: u32) -> Result<Current, EngineError> {
        let state = self.state.borrow();
        let model = state.model.clone().ok_or(EngineError::NoModel)?;
        let ready = state.active.clone().ok_or(EngineError::NoModel)?;
        match &state.support {
            Some((support, embedding)) if support.set == set => Ok(Current {
                ready,
                model,
                support: support.clone(),
                embedding: embedding.clone(),
            }),
            _ => Err(EngineError::OtherSupport(set)),
        }
    }

    /// An answer that a lost device owes is computed by the processor.
    pub(super) async fn again_if_lost(
        &self,
        id: u32,
        ask: impl AsyncFn() -> Result<(), EngineError>,
    ) -> Result<(), EngineError> {
        self.leave_lost_device(id).await?;
        match ask().await {
            Err(EngineError::Device { .. }) if device::lost(self.host.as_ref()).is_some() => {
                self.leave_lost_device(id).await?;
                ask().await
            }
            result => result,
        }
    }

    pub(super) async fn classify(
        &self,
        id: u32,
        set: u32,
        query: &Bitmap,
    ) -> Result<(), EngineError> {
        let start = self.host.now();
        let Current {
            ready,
            model,
            support,
            embedding,
        } = self.current(set)?;
        // A drawing need not wait for a step of training: any device's embeddings are the same numbers.
        let ready = match self.is_busy_learning() {
            true => ready.on_cpu(),
            false => ready,
        };
        ready.pool.hold(start);
        if let Some(run) = &self.state.borrow().run {
            run.hold(start);
        }
        let by_all_views = Cell::new(None);
        let by = async |of: &Values| {
            let start = self.host.now();
            let embedded = ready.embed([query], of.views()).await?;
            if of.views() == ready.views {
                by_all_views.set(Some((self.host.now() - start) as f32));
            }
            let scores = ready.scores(&embedded, of)?;
            let matches = support.rank(&scores, model.calibration(of.views()));
            Ok::<Ranked, EngineError>((embedded, matches))
        };
        let rule = model.early_exit();
        let is_enough = |(_, matches): &Ranked| {
            let scores: Vec<f32> = matches.iter().map(|one| one.score).collect();
            rule.is_some_and(|rule| rule.exits(&scores))
        };
        let ((embedded, matches), more) = match &embedding.all {
            Some(all) => {
                let first = match rule {
                    Some(_) => Some(by(&embedding.first).await?).filter(is_enough),
                    None => None,
                };
                let ranked = match first {
                    Some(first) => first,
                    None => by(all).await?,
                };
                (ranked, false)
            }
            None => {
                let first = by(&embedding.first).await?;
                let more = !is_enough(&first) && self.can_refine();
                (first, more)
            }
        };
        self.still_there(&ready)?;
        let views = embedded.views().count() as u32;
        self.state.borrow_mut().asked = Some((query.clone(), embedded));
        let milliseconds = (self.host.now() - start) as f32;
        self.send(
            id,
            Event::Ranking {
                set,
                matches,
                milliseconds,
                views,
                more,
                device: ready.kind,
            },
        );
        if let Some(time) = by_all_views.get() {
            self.note(id, Job::Rank, &ready, time);
        }
        Ok(())
    }

    /// Does a run of training keep the graphics device busy?
    fn is_busy_learning(&self) -> bool {
        let state = self.state.borrow();
        state.run.as_ref().is_some_and(|run| run.keeps_busy())
    }

    /// Compares the drawings of trials beside everything else: a drawing that a person waits for is ranked between two
    /// parts. What is asked after a change of model is compared by the new one, what was asked before by the old one.
    pub(super) fn score(
        &self,
        id: u32,
        scorer: Scorer,
        drawings: Drawings,
    ) -> Result<(), EngineError> {
        let with = self.who_scores()?;
        let engine = self.clone();
        self.host.spawn(Box::pin(async move {
            let first = RefCell::new(Some(with));
            let ask = async || {
                let with = first.take();
                let (ready, calibration) = with.map_or_else(|| engine.who_scores(), Ok)?;
                engine
                    .scores(id, scorer, ready, calibration, &drawings)
                    .await
            };
            if let Err(error) = engine.again_if_lost(id, ask).await {
                engine.send(id, Event::Failed(error.failure()));
            }
        }));
        Ok(())
    }

    fn who_scores(&self) -> Result<(Ready, Calibration), EngineError> {
        let state = self.state.borrow();
        let model = state.model.as_ref().ok_or(EngineError::NoModel)?;
        let ready = state.ready_for(Job::Batch).ok_or(EngineError::NoModel)?;
        Ok((ready, model.metadata.calibration))
    }

    async fn scores(
        &self,
        id: u32,
        scorer: Scorer,
        ready: Ready,
        calibration: Calibration,
        drawings: &Drawings,
    ) -> Result<(), EngineError> {
        let start = self.host.now();
        let (ready, calibration) = match scorer {
            Scorer::Trained(run) => {
                let run = self.run(run)?;
                (run.ready().await?, run.calibration())
            }
            Scorer::Untrained(run) => {
                let run = self.run(run)?;
                (run.ready_untrained()?, run.calibration_before())
            }
            _ => (ready, calibration),
        };
        let compared = drawings.scores(scorer, &ready, calibration, self, id);
        let Compared {
            scores,
            calibration,
            device,
        } = compared.await?;
        if device == ready.kind {
            self.still_there(&ready)?;
        }
        let milliseconds = (self.host.now() - start) as f32;
        self.send(
            id,
            Event::Scores {
                scores,
                calibration,
                milliseconds,
                device,
            },
        );
        Ok(())
    }

    /// Numbers of a device that was lost meanwhile mean nothing.
    pub(super) fn still_there(&self, ready: &Ready) -> Result<(), EngineError> {
        match device::lost(self.host.as_ref()).filter(|_| ready.kind == DeviceKind::WebGpu) {
            Some(reason) => Err(ready.failed(format!("the device was lost: {reason}"))),
            None => Ok(()),
        }
    }
}
