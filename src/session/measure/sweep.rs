//! Accuracy against N, of the network, of both baselines and of chance.

use std::sync::Arc;

use twinglyph_core::Alphabet;
use twinglyph_core::protocol::Scorer;
use twinglyph_core::rng::Rng;
use twinglyph_core::score::Tally;
use twinglyph_core::sweep::{self, Group, WAYS};
use twinglyph_core::trial::SampleError;

use super::{Job, Measure, Missing, Scored, bitmaps};
use crate::words::words;

/// Who answers.
pub(crate) const SCORERS: [Scorer; 3] = [Scorer::Network, Scorer::Hausdorff, Scorer::Pixels];

/// Their names for people, in the same order.
#[must_use]
pub(crate) fn judge_names() -> [&'static str; SCORERS.len()] {
    let words = &words().measures;
    [words.twin, words.hausdorff, words.pixels]
}

/// Where the characters of a support set come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One alphabet, up to as many characters as it has.
    #[default]
    Within,
    /// All alphabets mixed.
    Across,
}

/// The groups, and the answers to those that are done.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sweep {
    groups: Vec<Group>,
    done: usize,
    /// For each N, for each scorer.
    tallies: [[Tally; SCORERS.len()]; WAYS.len()],
}

impl Sweep {
    /// The groups of `lab evaluate --sweep` with this seed.
    ///
    /// # Errors
    /// When the alphabets are too small.
    pub(crate) fn new(
        kind: Kind,
        alphabets: &[Arc<Alphabet>],
        seed: u32,
    ) -> Result<Self, SampleError> {
        let alphabets: Vec<&Alphabet> = alphabets.iter().map(Arc::as_ref).collect();
        let mut rng = Rng::new(seed.into());
        let groups = match kind {
            Kind::Within => sweep::within(&alphabets, &mut rng),
            Kind::Across => sweep::across(&alphabets, &mut rng),
        };
        Ok(Self {
            groups: groups?,
            done: 0,
            tallies: [[Tally::default(); SCORERS.len()]; WAYS.len()],
        })
    }

    /// Each N with the answers of each scorer, where there are any.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (usize, [Tally; SCORERS.len()])> {
        WAYS.into_iter()
            .zip(self.tallies)
            .filter(|(_, row)| row[0].trials() > 0)
    }
}

impl Measure for Sweep {
    fn parts(&self) -> usize {
        self.groups.len() * SCORERS.len()
    }

    fn done(&self) -> usize {
        self.done
    }

    fn job(&self, part: usize, alphabets: &[Arc<Alphabet>]) -> Result<Option<Job>, Missing> {
        let Some(group) = self.groups.get(part / SCORERS.len()) else {
            return Ok(None);
        };
        Ok(Some(Job {
            scorer: SCORERS[part % SCORERS.len()],
            queries: bitmaps(&group.queries, alphabets)?,
            support: bitmaps(&group.support, alphabets)?,
        }))
    }

    fn add(&mut self, scored: &Scored) {
        if let Some(group) = self.groups.get(self.done / SCORERS.len()) {
            for (row, ways) in self.tallies.iter_mut().zip(WAYS) {
                if let Some(tally) = group.tally(&scored.scores, ways) {
                    row[self.done % SCORERS.len()].merge(tally);
                }
            }
            self.done += 1;
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::tests::scored;
    use super::*;
    use twinglyph_core::invented;

    #[test]
    fn each_judge_answers_for_each_group() {
        let alphabets: Vec<Arc<Alphabet>> = (1..=2)
            .map(|seed| Arc::new(invented::alphabet(seed)))
            .collect();
        let mut measure = Sweep::new(Kind::Within, &alphabets, 3).unwrap();
        assert_eq!(measure.parts(), 6);
        let mut scorers = Vec::new();
        while let Some(job) = measure.job(measure.done(), &alphabets).unwrap() {
            scorers.push(job.scorer);
            // The network knows, the others don't.
            let right = if job.scorer == Scorer::Network {
                1.0
            } else {
                -1.0
            };
            let row = |at: usize| (0..20).map(|o| if o == at { right } else { 0.0 }).collect();
            measure.add(&scored((0..20).map(row).collect()));
        }
        assert_eq!(scorers, SCORERS.repeat(2));
        let rows: Vec<_> = measure.rows().collect();
        let ways: Vec<usize> = rows.iter().map(|(ways, _)| *ways).collect();
        assert_eq!(ways, [1, 2, 3, 5, 10, 15, 20]);
        for (ways, [network, others, _]) in rows {
            assert_eq!((network.errors(), network.trials()), (0, 40));
            assert_eq!(others.errors(), if ways == 1 { 0 } else { 40 });
        }
        // 40 characters fill no mixed group.
        assert_eq!(Sweep::new(Kind::Across, &alphabets, 3).unwrap().parts(), 0);
    }
}
