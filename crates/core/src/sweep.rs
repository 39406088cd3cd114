//! Accuracy against N: the same queries with ever larger support sets.
//!
//! A [`Group`] is a row of characters, each with one drawing to learn from and one by another
//! drawer to ask with. Every character is asked for in turn; its N-way support set is the
//! character itself and the N - 1 that follow it in the row, round the end. So one matrix of
//! scores, all queries with all examples, answers for every N, and a harder choice contains the
//! easier one. Refuses to know who scores.

use std::borrow::Borrow;

use crate::Alphabet;
use crate::rng::Rng;
use crate::score::{Tally, best};
use crate::trial::{DrawingRef, SampleError, two_drawers};

/// Values of N that are measured: those of the literature (5, 20) and enough between to see a
/// curve. 1 is the check that nothing is counted wrongly.
pub const WAYS: [usize; 11] = [1, 2, 3, 5, 10, 15, 20, 30, 40, 50, 60];

/// Characters of a group that mixes alphabets: as many as the largest N.
pub const MIXED: usize = WAYS[WAYS.len() - 1];

/// A row of characters in random order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What is learned from: one drawing a character.
    pub support: Vec<DrawingRef>,
    /// What is asked: another drawer's drawing of the same character, in the same order.
    pub queries: Vec<DrawingRef>,
}

impl Group {
    /// Number of characters.
    #[must_use]
    pub fn len(&self) -> usize {
        self.support.len()
    }

    /// Is there no character?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.support.is_empty()
    }

    /// The answers to all queries in N-way trials, from the scores of every query with every
    /// example, query by query; `None` where the group has fewer than N characters, or the
    /// scores are not its own.
    #[must_use]
    pub fn tally(&self, scores: &[Vec<f32>], ways: usize) -> Option<Tally> {
        let choices = self.choices(scores, ways)?;
        Some(choices.into_iter().map(|choice| choice == 0).collect())
    }

    /// What is chosen in the trial of each query, counted from its own character: 0 is right. `None` as
    /// [`Group::tally`].
    #[must_use]
    pub fn choices(&self, scores: &[Vec<f32>], ways: usize) -> Option<Vec<usize>> {
        let count = self.len();
        let whole = scores.len() == count && scores.iter().all(|row| row.len() == count);
        if ways == 0 || ways > count || !whole {
            return None;
        }
        let choices = scores.iter().enumerate().map(|(query, row)| {
            let choice: Vec<f32> = (0..ways).map(|step| row[(query + step) % count]).collect();
            // The right class stands first. Of equal scores the first is chosen, so it must not
            // win by its place alone.
            match choice[1..].iter().position(|score| *score == choice[0]) {
                Some(equal) if best(&choice) == 0 => equal + 1,
                _ => best(&choice),
            }
        });
        Some(choices.collect())
    }
}

/// A group of each alphabet: all of its characters, two drawers drawn for all of them, as the
/// official trials have it.
///
/// # Errors
/// Without alphabets, and when one has fewer than 2 drawers.
pub fn within<A: Borrow<Alphabet>>(
    alphabets: &[A],
    rng: &mut Rng,
) -> Result<Vec<Group>, SampleError> {
    if alphabets.is_empty() {
        return Err(SampleError::NoAlphabet);
    }
    let group = |(alphabet, own): (usize, &A)| {
        let own = own.borrow();
        let order = rng.choose(own.characters(), own.characters());
        let [support, query] = two_drawers(own, rng)?;
        let by = |drawer| {
            let drawing = |&character: &usize| DrawingRef {
                alphabet,
                character,
                drawer,
            };
            order.iter().map(drawing).collect()
        };
        Ok(Group {
            support: by(support),
            queries: by(query),
        })
    };
    alphabets.iter().enumerate().map(group).collect()
}

/// Groups of [`MIXED`] characters from all alphabets together, each character by two drawers of
/// its own, as the Keras tutorials mix them. Characters that fill no group are left out.
///
/// # Errors
/// Without alphabets, and when one has fewer than 2 drawers.
pub fn across<A: Borrow<Alphabet>>(
    alphabets: &[A],
    rng: &mut Rng,
) -> Result<Vec<Group>, SampleError> {
    if alphabets.is_empty() {
        return Err(SampleError::NoAlphabet);
    }
    let mut everything: Vec<(usize, usize)> = alphabets
        .iter()
        .enumerate()
        .flat_map(|(at, alphabet)| (0..alphabet.borrow().characters()).map(move |c| (at, c)))
        .collect();
    rng.shuffle(&mut everything);
    let group = |characters: &[(usize, usize)]| {
        let mut group = Group {
            support: Vec::with_capacity(MIXED),
            queries: Vec::with_capacity(MIXED),
        };
        for &(alphabet, character) in characters {
            let drawers = two_drawers(alphabets[alphabet].borrow(), rng)?;
            let [support, query] = drawers.map(|drawer| DrawingRef {
                alphabet,
                character,
                drawer,
            });
            group.support.push(support);
            group.queries.push(query);
        }
        Ok(group)
    };
    everything.chunks_exact(MIXED).map(group).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::trial::tests::alphabets;
    use proptest::prelude::{
        TestCaseError, any, prop, prop_assert, prop_assert_eq, prop_assert_ne, proptest,
    };
    use std::collections::HashSet;

    fn check(group: &Group) -> Result<(), TestCaseError> {
        let characters: HashSet<_> = group
            .support
            .iter()
            .map(|d| (d.alphabet, d.character))
            .collect();
        prop_assert_eq!(characters.len(), group.len());
        for (support, query) in group.support.iter().zip(&group.queries) {
            prop_assert_eq!(
                (support.alphabet, support.character),
                (query.alphabet, query.character)
            );
            prop_assert_ne!(support.drawer, query.drawer);
        }
        Ok(())
    }

    proptest! {
        #[test]
        fn groups_ask_for_each_character_once(seed in any::<u64>()) {
            let alphabets = alphabets(&[26, 55, 14, 41], 20);
            let own = within(&alphabets, &mut Rng::new(seed)).unwrap();
            prop_assert_eq!(own.iter().map(Group::len).collect::<Vec<_>>(), [26, 55, 14, 41]);
            for (at, group) in own.iter().enumerate() {
                check(group)?;
                prop_assert!(group.support.iter().all(|d| d.alphabet == at
                    && d.drawer == group.support[0].drawer));
            }
            let mixed = across(&alphabets, &mut Rng::new(seed)).unwrap();
            prop_assert_eq!(mixed.iter().map(Group::len).collect::<Vec<_>>(), [60, 60]);
            for group in &mixed { check(group)?; }
        }

        /// More to choose from never makes more answers right.
        #[test]
        fn a_larger_choice_is_no_easier(rows in prop::collection::vec(
            prop::collection::vec(0u8..9, 12), 12),
        ) {
            let group = within(&alphabets(&[12], 2), &mut Rng::new(0)).unwrap().remove(0);
            let scores: Vec<Vec<f32>> =
                rows.iter().map(|row| row.iter().map(|&s| f32::from(s)).collect()).collect();
            let errors: Vec<u32> =
                (1..=12).map(|n| group.tally(&scores, n).unwrap().errors()).collect();
            prop_assert!(errors.is_sorted());
            prop_assert_eq!(errors[0], 0);
        }
    }

    #[test]
    fn equal_scores_are_no_answer() {
        let group = within(&alphabets(&[4], 2), &mut Rng::new(0))
            .unwrap()
            .remove(0);
        let blind = vec![vec![1.0; 4]; 4];
        assert_eq!(group.tally(&blind, 2).unwrap().errors(), 4);
        let mut seeing = blind.clone();
        for (at, row) in seeing.iter_mut().enumerate() {
            row[at] = 2.0;
        }
        assert_eq!(group.tally(&seeing, 4).unwrap().errors(), 0);
        assert_eq!(group.tally(&seeing, 5), None);
        assert_eq!(group.tally(&seeing[1..], 2), None);
    }

    #[test]
    fn small_data_is_refused() {
        let none: [Alphabet; 0] = [];
        assert_eq!(
            within(&none, &mut Rng::new(0)),
            Err(SampleError::NoAlphabet)
        );
        assert_eq!(
            across(&none, &mut Rng::new(0)),
            Err(SampleError::NoAlphabet)
        );
        assert!(within(&alphabets(&[5], 1), &mut Rng::new(0)).is_err());
    }
}
