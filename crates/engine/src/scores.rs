//! Comparing drawings for trials, apart from the support set: by the network, or by a baseline.
//!
//! A run of trials comes in parts, each one command, and nothing is kept between them: a run can
//! be paused, cancelled and taken up by another worker, and a classification waits for one part
//! at most.

use twinglyph_core::Bitmap;
use twinglyph_core::baseline::Baseline;
use twinglyph_core::protocol::{DeviceKind, Event, Judge, MAX_SCORED, Reply, Stage};
use twinglyph_core::score::Calibration;
use twinglyph_nn::Values;

use crate::device::Ready;
use crate::{EngineError, Host};

/// Images embedded at once: bounds memory, and is about where a batch stops being faster.
const BATCH: usize = 32;

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
        host: &dyn Host,
        id: u32,
    ) -> Result<Vec<Vec<f32>>, EngineError> {
        let total = (self.queries.len() + self.support.len()) as u64;
        let mut done = 0;
        let mut embed = async |drawings: &[Bitmap]| {
            let mut parts = Vec::new();
            for part in drawings.chunks(BATCH / ready.views.count()) {
                parts.push(ready.embed(part, ready.views).await?);
                done += part.len() as u64;
                let stage = Stage::Scores;
                let event = Event::Progress { stage, done, total };
                host.send(Reply { id, event });
            }
            Values::concat(&parts).ok_or(EngineError::Scores("there is nothing to compare"))
        };
        let queries = embed(&self.queries).await?;
        let support = embed(&self.support).await?;
        let scores = ready.scores(&queries, &support)?;
        Ok(scores
            .chunks_exact(self.support.len())
            .map(<[f32]>::to_vec)
            .collect())
    }

    /// Scores by any judge: its numbers, how similarity follows, where it ran.
    ///
    /// # Errors
    /// As the network's; a baseline has none.
    pub(crate) async fn scores(
        &self,
        judge: Judge,
        (ready, calibration): (&Ready, Calibration),
        host: &dyn Host,
        id: u32,
    ) -> Result<(Vec<Vec<f32>>, Calibration, DeviceKind), EngineError> {
        let baseline = match judge {
            Judge::Network | Judge::Trained(_) => {
                let scores = self.by_network(ready, host, id).await?;
                return Ok((scores, calibration, ready.kind));
            }
            Judge::Pixels => Baseline::Pixels,
            Judge::Hausdorff => Baseline::Hausdorff,
        };
        let scores = self.by_baseline(baseline);
        Ok((scores, Calibration::IDENTITY, DeviceKind::Cpu))
    }
}
