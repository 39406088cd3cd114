//! What a run is tried on: one-shot trials on characters that it does not learn from, the same before, during and after
//! it. The page's worker, the page and the lab have them from here. Refuses to know who answers.

use crate::rng::Rng;
use crate::score::Tally;
use crate::sweep::{self, Group};
use crate::trial::{DrawingRef, SampleError};
use crate::{Alphabet, Bitmap};

/// N of the trials; smaller alphabets have as many as they can.
pub const WAYS: usize = 20;

/// Questions for each held-out character before and after a run, each by other drawers: with 80 characters an
/// interval is then about 3 points wide.
pub const ROUNDS: usize = 10;

/// The same during a run, which waits for them.
pub const ROUNDS_BETWEEN: usize = 2;

/// Most trials whose answers are told one by one.
pub const SHOWN: usize = 20;

/// Seed of drawers and orders.
const SEED: u64 = 1;

/// Held-out alphabets with their trials.
#[derive(Clone, Debug)]
pub struct HeldOut {
    alphabets: Vec<Alphabet>,
    /// Round by round, in each a group an alphabet.
    groups: Vec<Group>,
    /// Group and query of each trial that is shown.
    shown: Vec<(usize, usize)>,
}

/// A trial whose answers are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownTrial {
    /// What is asked.
    pub query: DrawingRef,
    /// What it is compared with; the first is right.
    pub choices: Vec<DrawingRef>,
}

/// Answers to rounds of trials.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// Right and wrong ones.
    pub tally: Tally,
    /// The choice in each trial that is shown, 0 where it is right.
    pub chosen: Vec<u32>,
}

impl HeldOut {
    /// Trials on these alphabets; none without alphabets.
    ///
    /// # Errors
    /// When one has fewer than 2 drawers.
    pub fn new(alphabets: Vec<Alphabet>) -> Result<Self, SampleError> {
        let mut rng = Rng::new(SEED);
        let mut groups = Vec::new();
        if !alphabets.is_empty() {
            for _ in 0..ROUNDS {
                groups.extend(sweep::within(&alphabets, &mut rng)?);
            }
        }
        let first = groups.iter().take(alphabets.len()).enumerate();
        let queries: Vec<(usize, usize)> = first
            .flat_map(|(at, group)| (0..group.len()).map(move |query| (at, query)))
            .collect();
        // Evenly from all of the first round, so that they are as hard as the others.
        let count = queries.len().min(SHOWN);
        let shown = (0..count).map(|at| queries[at * queries.len() / count]);
        Ok(Self {
            shown: shown.collect(),
            alphabets,
            groups,
        })
    }

    /// Are there no trials?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// The alphabets.
    #[must_use]
    pub fn alphabets(&self) -> &[Alphabet] {
        &self.alphabets
    }

    /// The groups of so many rounds, at most [`ROUNDS`].
    pub fn rounds(&self, rounds: usize) -> impl Iterator<Item = &Group> {
        self.groups.iter().take(rounds * self.alphabets.len())
    }

    /// The drawings of a group's side.
    #[must_use]
    pub fn bitmaps(&self, drawings: &[DrawingRef]) -> Vec<&Bitmap> {
        let drawings = drawings.iter();
        drawings
            .filter_map(|drawing| drawing.of(&self.alphabets))
            .collect()
    }

    /// The drawing of a trial.
    #[must_use]
    pub fn drawing(&self, drawing: DrawingRef) -> Option<&Bitmap> {
        drawing.of(&self.alphabets)
    }

    /// The trials whose answers are told, at most [`SHOWN`].
    #[must_use]
    pub fn shown(&self) -> Vec<ShownTrial> {
        let trial = |&(at, query): &(usize, usize)| {
            let group = self.groups.get(at)?;
            let ways = WAYS.min(group.len());
            Some(ShownTrial {
                query: *group.queries.get(query)?,
                choices: (0..ways)
                    .filter_map(|step| group.support.get((query + step) % group.len()))
                    .copied()
                    .collect(),
            })
        };
        self.shown.iter().filter_map(trial).collect()
    }
}

impl Answers {
    /// Adds the answers to the next group: a score for each query with each example, query by query.
    ///
    /// `at` is the group's place in [`HeldOut::rounds`].
    pub fn add(&mut self, of: &HeldOut, at: usize, scores: &[f32]) {
        let Some(group) = of.groups.get(at) else {
            return;
        };
        let rows: Vec<Vec<f32>> = scores
            .chunks_exact(group.len().max(1))
            .map(<[f32]>::to_vec)
            .collect();
        let Some(choices) = group.choices(&rows, WAYS.min(group.len())) else {
            return;
        };
        for &choice in &choices {
            self.tally.add(choice == 0);
        }
        let shown = of.shown.iter().filter(|(group, _)| *group == at);
        self.chosen
            .extend(shown.filter_map(|&(_, query)| Some(*choices.get(query)? as u32)));
    }
}

/// Splits an alphabet: the characters to learn from, and every second one, held out.
#[must_use]
pub fn halves(alphabet: &Alphabet) -> [Option<Alphabet>; 2] {
    [0, 1].map(|part| {
        let drawers = alphabet.drawers();
        let characters = (part..alphabet.characters()).step_by(2);
        let drawings = characters
            .flat_map(|character| (0..drawers).map(move |drawer| (character, drawer)))
            .filter_map(|(character, drawer)| alphabet.drawing(character, drawer).cloned());
        Alphabet::new(alphabet.name(), alphabet.set(), drawers, drawings.collect()).ok()
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::invented;

    #[test]
    fn halves_share_no_character() {
        let alphabet = invented::alphabet(1);
        let [learned, held_out] = halves(&alphabet).map(Option::unwrap);
        assert_eq!((learned.characters(), held_out.characters()), (10, 10));
        assert_eq!(learned.drawing(1, 3), alphabet.drawing(2, 3));
        assert_eq!(held_out.drawing(1, 3), alphabet.drawing(3, 3));
    }

    /// Scores of who is right in all trials but those of these queries of the first group, where the next one is
    /// chosen.
    fn answers(held_out: &HeldOut, rounds: usize, wrong: &[usize]) -> Answers {
        let mut answers = Answers::default();
        for (at, group) in held_out.rounds(rounds).enumerate() {
            let count = group.len();
            let mut scores = vec![0.0; count * count];
            for query in 0..count {
                let err = at == 0 && wrong.contains(&query);
                scores[query * count + (query + usize::from(err)) % count] = 1.0;
            }
            answers.add(held_out, at, &scores);
        }
        answers
    }

    #[test]
    fn shown_trials_are_of_all_alphabets_and_their_answers_are_the_counted_ones() {
        let alphabets = [1, 2, 3].map(invented::alphabet).to_vec();
        let held_out = HeldOut::new(alphabets.clone()).unwrap();
        let shown = held_out.shown();
        assert_eq!(shown.len(), SHOWN);
        for at in 0..3 {
            let of = shown.iter().filter(|trial| trial.query.alphabet == at);
            assert!((6..=7).contains(&of.count()));
        }
        for trial in &shown {
            assert_eq!(trial.choices.len(), WAYS);
            assert_eq!(trial.choices[0].character, trial.query.character);
            assert_ne!(trial.choices[0].drawer, trial.query.drawer);
            assert!(
                trial
                    .choices
                    .iter()
                    .all(|one| one.drawer == trial.choices[0].drawer)
            );
            assert_ne!(held_out.drawing(trial.query), None);
        }
        let all = answers(&held_out, 2, &[]);
        assert_eq!((all.tally.errors(), all.tally.trials()), (0, 120));
        assert_eq!(all.chosen, [0; SHOWN]);
        // The third of sixty queries is among those that are shown, the first shown is the first.
        let one = answers(&held_out, ROUNDS, &[0, 1, 3]);
        assert_eq!((one.tally.errors(), one.tally.trials()), (3, 600));
        assert_eq!(one.chosen[..3], [1, 1, 0]);
    }

    #[test]
    fn few_characters_are_all_shown_and_no_alphabet_is_no_trial() {
        let [few, _] = halves(&invented::alphabet(1)).map(Option::unwrap);
        let held_out = HeldOut::new(vec![few]).unwrap();
        assert_eq!(held_out.shown().len(), 10);
        assert!(
            held_out
                .shown()
                .iter()
                .all(|trial| trial.choices.len() == 10)
        );
        let none = HeldOut::new(Vec::new()).unwrap();
        assert!(none.is_empty() && none.shown().is_empty());
    }
}
