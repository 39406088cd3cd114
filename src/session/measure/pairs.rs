//! Verification: same character or not, on balanced pairs within alphabets.

use std::sync::Arc;

use twinglyph_core::Alphabet;
use twinglyph_core::protocol::Scorer;
use twinglyph_core::rng::Rng;
use twinglyph_core::score::{Calibration, Tally};
use twinglyph_core::trial::{self, Pair, SampleError};
use twinglyph_core::verification::Roc;

use super::{Job, Measure, Missing, Scored, bitmaps};

/// Pairs of a run: the interval of the accuracy is then about two points wide, and the run takes
/// 20 s on the processor of a small machine.
pub(crate) const PAIRS: usize = 1000;

/// Pairs of a part. All first drawings are compared with all second ones, of which the diagonal
/// counts: beside the embeddings the rest costs nothing.
const PART: usize = 20;

/// The pairs, and the scores of those that are done.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Pairs {
    pairs: Vec<Pair>,
    scores: Vec<f32>,
    calibration: Calibration,
}

impl Pairs {
    /// The pairs of `lab evaluate --verification` with this seed.
    ///
    /// # Errors
    /// When the alphabets are too small.
    pub(crate) fn new(alphabets: &[Arc<Alphabet>], seed: u32) -> Result<Self, SampleError> {
        let alphabets: Vec<&Alphabet> = alphabets.iter().map(Arc::as_ref).collect();
        let mut rng = Rng::new(seed.into());
        Ok(Self {
            pairs: trial::pairs(&alphabets, PAIRS, &mut rng)?,
            scores: Vec::with_capacity(PAIRS),
            calibration: Calibration::IDENTITY,
        })
    }

    /// Which pairs are the same, of those that are done.
    fn same(&self) -> Vec<bool> {
        let done = self.pairs.iter().take(self.scores.len());
        done.map(|pair| pair.same).collect()
    }

    /// Errors at a similarity of 0.5, so far.
    #[must_use]
    pub(crate) fn tally(&self) -> Tally {
        let answers = self.scores.iter().zip(self.same());
        answers
            .map(|(&score, same)| (self.calibration.similarity(score) > 0.5) == same)
            .collect()
    }

    /// The curve so far.
    #[must_use]
    pub(crate) fn roc(&self) -> Option<Roc> {
        Roc::new(&self.scores, &self.same())
    }
}

impl Measure for Pairs {
    fn parts(&self) -> usize {
        self.pairs.len().div_ceil(PART)
    }

    fn done(&self) -> usize {
        self.scores.len().div_ceil(PART)
    }

    fn job(&self, part: usize, alphabets: &[Arc<Alphabet>]) -> Result<Option<Job>, Missing> {
        let Some(part) = self.pairs.chunks(PART).nth(part) else {
            return Ok(None);
        };
        Ok(Some(Job {
            scorer: Scorer::Network,
            queries: bitmaps(part.iter().map(|pair| &pair.first), alphabets)?,
            support: bitmaps(part.iter().map(|pair| &pair.second), alphabets)?,
        }))
    }

    fn add(&mut self, scored: &Scored) {
        self.calibration = scored.calibration;
        let diagonal = scored.scores.iter().enumerate();
        let left = self.pairs.len() - self.scores.len();
        self.scores
            .extend(diagonal.filter_map(|(at, row)| row.get(at)).take(left));
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::tests::scored;
    use super::*;
    use twinglyph_core::invented;

    #[test]
    fn a_judge_that_knows_has_the_whole_area() {
        let alphabets = [Arc::new(invented::alphabet(1))];
        let mut measure = Pairs::new(&alphabets, 0).unwrap();
        assert_eq!((measure.parts(), measure.roc()), (50, None));
        while let Some(job) = measure.job(measure.done(), &alphabets).unwrap() {
            assert_eq!((job.queries.len(), job.support.len()), (20, 20));
            let first = measure.scores.len();
            let row = |at: usize| {
                let mut row = vec![9.0; 20];
                row[at] = if measure.pairs[first + at].same {
                    1.0
                } else {
                    -1.0
                };
                row
            };
            measure.add(&scored((0..20).map(row).collect()));
        }
        assert_eq!(measure.done(), 50);
        assert_eq!(
            (measure.tally().errors(), measure.tally().trials()),
            (0, 1000)
        );
        assert_eq!(measure.roc().unwrap().area, 1.0);
    }
}
