//! Comparing drawings for trials, apart from the support set: by the network, or by a baseline.
//!
//! A run of trials comes in parts, each one command, and nothing is kept between them: a run can
//! be paused, cancelled and taken up by another worker. It is embedded beside other commands.

use std::ops::Range;

use twinglyph_core::Bitmap;
use twinglyph_core::baseline::Baseline;
use twinglyph_core::protocol::{DeviceKind, MAX_SCORED, Scorer, Stage};
use twinglyph_core::score::Calibration;

use crate::device::Ready;
use crate::session::{Followed, How, Inputs};
use crate::{Engine, EngineError};

/// Batch size on a graphics device, and images between two progress events: larger batches are hardly faster and take
/// more memory.
const BATCH: usize = 32;

/// Drawings of a batch that may be on their way still when the next one begins: who finds none left goes on with that.
const AT_THE_END: usize = 4;

/// How similar drawings are, by a scorer.
pub(crate) struct Compared {
    /// A row a query, in it a score an example.
    pub(crate) scores: Vec<Vec<f32>>,
    /// How similarity follows from them.
    pub(crate) calibration: Calibration,
    /// Where it ran.
    pub(crate) device: DeviceKind,
}

/// Queries to be compared with examples.
pub(crate) struct Drawings {
    queries: Vec<Bitmap>,
    support: Vec<Bitmap>,
}

impl Drawings {
    /// Drawings from the page's words.
    ///
    /// # Errors
    /// When there are none of a kind, or too many.
    pub(crate) fn new(queries: Vec<Bitmap>, support: Vec<Bitmap>) -> Result<Self, EngineError> {
        if queries.is_empty() || support.is_empty() {
            return Err(EngineError::Scores("there is nothing to compare"));
        }
        if queries.len() > MAX_SCORED || support.len() > MAX_SCORED {
            return Err(EngineError::Scores("more than 256 drawings at once"));
        }
        Ok(Self { queries, support })
    }

    /// Scores by a baseline, on the processor.
    fn by_baseline(&self, baseline: Baseline) -> Vec<Vec<f32>> {
        let queries: Vec<&Bitmap> = self.queries.iter().collect();
        let support: Vec<&Bitmap> = self.support.iter().collect();
        baseline.scores(&queries, &support)
    }

    /// Scores by the network on its device; says on the way how many drawings are embedded.
    ///
    /// # Errors
    /// When the device does not give its numbers, or one is not finite.
    async fn by_network(
        &self,
        ready: &Ready,
        engine: &Engine,
        id: u32,
    ) -> Result<Vec<Vec<f32>>, EngineError> {
        let all: Vec<&Bitmap> = self.queries.iter().chain(&self.support).collect();
        let mut turn = Some(engine.turns.wait().await);
        let mut telling = engine.telling(id, Stage::Scores);
        let at_once = BATCH / ready.views.count();
        let mut last = 0;
        let mut told = |done| {
            if done / at_once > last || done == all.len() {
                last = done / at_once;
                telling(done as u64, all.len() as u64);
            }
            if done + AT_THE_END >= all.len() {
                turn = None;
            }
            true
        };
        let how = How {
            at_once,
            followed: Followed::ByOthers,
        };
        let inputs = Inputs {
            drawings: &all,
            views: ready.views,
        };
        let batch = engine.embed_batch(id, ready, inputs, how, &mut told);
        let embedded = batch.await?;
        drop(turn);
        // The next batch begins before the leader is busy with scores.
        engine.host.breathe().await;
        let part = |of: Range<usize>| embedded.as_ref()?.select(of);
        let (queries, support) = (0..self.queries.len(), self.queries.len()..all.len());
        let (Some(queries), Some(support)) = (part(queries), part(support)) else {
            return Err(EngineError::Scores("there is nothing to compare"));
        };
        let scores = ready.scores(&queries, &support)?;
        Ok(scores
            .chunks_exact(self.support.len())
            .map(<[f32]>::to_vec)
            .collect())
    }

    /// Scores by any scorer.
    ///
    /// # Errors
    /// As the network's; a baseline has none.
    pub(crate) async fn scores(
        &self,
        scorer: Scorer,
        ready: &Ready,
        calibration: Calibration,
        engine: &Engine,
        id: u32,
    ) -> Result<Compared, EngineError> {
        let baseline = match scorer {
            Scorer::Network | Scorer::Trained(_) | Scorer::Untrained(_) => {
                return Ok(Compared {
                    scores: self.by_network(ready, engine, id).await?,
                    calibration,
                    device: ready.kind,
                });
            }
            Scorer::Pixels => Baseline::Pixels,
            Scorer::Hausdorff => Baseline::Hausdorff,
        };
        Ok(Compared {
            scores: self.by_baseline(baseline),
            calibration: Calibration::IDENTITY,
            device: DeviceKind::Cpu,
        })
    }
}
