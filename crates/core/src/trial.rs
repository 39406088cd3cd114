//! Trials and verification pairs: the questions a network is measured with.
//!
//! A trial is one query against a support set of one drawing a character; a verification pair
//! asks whether two drawings are the same character. Refuses to know networks and scores, and
//! holds no pixels: a [`DrawingRef`] says where a drawing is. The official 400 trials come from
//! their archive, not from here.

use std::borrow::Borrow;

use serde::{Deserialize, Serialize};

use crate::rng::Rng;
use crate::{Alphabet, Bitmap};

/// Which drawing of a slice of alphabets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DrawingRef {
    /// Index into the slice of alphabets.
    pub alphabet: usize,
    /// Character of the alphabet, from 0.
    pub character: usize,
    /// Drawer of the alphabet, from 0.
    pub drawer: usize,
}

impl DrawingRef {
    /// The drawing in the alphabets it was drawn from; `None` in others that lack it.
    #[must_use]
    pub fn of<A: Borrow<Alphabet>>(self, alphabets: &[A]) -> Option<&Bitmap> {
        alphabets
            .get(self.alphabet)?
            .borrow()
            .drawing(self.character, self.drawer)
    }
}

/// One query against a support set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trial {
    /// One drawing of each of N characters, in random order.
    pub support: Vec<DrawingRef>,
    /// Another drawer's drawing of one of them.
    pub query: DrawingRef,
    /// Which of the support set it is.
    pub answer: usize,
}

/// Two drawings by different drawers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair {
    /// One drawing.
    pub first: DrawingRef,
    /// One by another drawer, of the same alphabet.
    pub second: DrawingRef,
    /// Are they the same character?
    pub same: bool,
}

/// Why there can be no trial, pair or episode.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SampleError {
    /// The slice of alphabets is empty.
    #[error("there is no alphabet to draw from; give at least one")]
    NoAlphabet,
    /// A choice among less than two is none.
    #[error("{ways}-way is no choice; ask for at least 2 characters")]
    Ways {
        /// What was asked for.
        ways: usize,
    },
    /// There is nothing to confuse a character with.
    #[error("{of} has fewer than 2 characters; add characters or another alphabet")]
    Characters {
        /// The alphabet's name, or what they are all together.
        of: String,
    },
    /// Support and query need different drawers.
    #[error("alphabet {name} has fewer than 2 drawers; every character must be drawn twice")]
    Drawers {
        /// The alphabet's name.
        name: String,
    },
    /// Of characters with numbers of drawings of their own, too few have two.
    #[error("fewer than 2 characters are drawn twice; draw a second example of 2 of them")]
    Twice,
}

/// A trial within one alphabet, as Omniglot's official ones are: the alphabet is drawn uniformly,
/// then `ways` of its characters (all where it has fewer) and two different drawers; one has
/// drawn the support set, the other the query.
///
/// # Errors
/// For fewer than 2 ways, without alphabets, and when the drawn alphabet has fewer than 2
/// characters or drawers.
pub fn within<A: Borrow<Alphabet>>(
    alphabets: &[A],
    ways: usize,
    rng: &mut Rng,
) -> Result<Trial, SampleError> {
    at_least_two(ways)?;
    let (at, alphabet) = any_alphabet(alphabets, rng)?;
    let characters = rng.choose(alphabet.characters(), ways);
    let [support_drawer, query_drawer] = two_drawers(alphabet, rng)?;
    let answer = rng.index(characters.len());
    let drawing = |character, drawer| DrawingRef {
        alphabet: at,
        character,
        drawer,
    };
    Ok(Trial {
        query: drawing(characters[answer], query_drawer),
        support: characters
            .into_iter()
            .map(|character| drawing(character, support_drawer))
            .collect(),
        answer,
    })
}

/// A trial across alphabets, as the Keras tutorials have it: `ways` characters (all where there
/// are fewer) drawn uniformly from all alphabets together, each by a random drawer; the query is
/// by another drawer than its character in the support set. Easier than [`within`], as most
/// characters come from different scripts.
///
/// # Errors
/// For fewer than 2 ways, without alphabets, with fewer than 2 characters in all, and when an
/// alphabet has fewer than 2 drawers.
pub fn across<A: Borrow<Alphabet>>(
    alphabets: &[A],
    ways: usize,
    rng: &mut Rng,
) -> Result<Trial, SampleError> {
    at_least_two(ways)?;
    if alphabets.is_empty() {
        return Err(SampleError::NoAlphabet);
    }
    let everything: Vec<(usize, usize)> = alphabets
        .iter()
        .enumerate()
        .flat_map(|(at, alphabet)| {
            (0..alphabet.borrow().characters()).map(move |character| (at, character))
        })
        .collect();
    if everything.len() < 2 {
        return Err(SampleError::Characters {
            of: "the choice of alphabets".to_owned(),
        });
    }
    let chosen = rng.choose(everything.len(), ways);
    let answer = rng.index(chosen.len());
    let mut query = None;
    let mut support = Vec::with_capacity(chosen.len());
    for (place, &index) in chosen.iter().enumerate() {
        let (alphabet, character) = everything[index];
        let [drawer, other] = two_drawers(alphabets[alphabet].borrow(), rng)?;
        let drawing = |drawer| DrawingRef {
            alphabet,
            character,
            drawer,
        };
        support.push(drawing(drawer));
        if place == answer {
            query = Some(drawing(other));
        }
    }
    // `answer` is one of the places.
    let query = query.ok_or(SampleError::NoAlphabet)?;
    Ok(Trial {
        support,
        query,
        answer,
    })
}

/// A trial among characters with different numbers of drawings, as a person's own set has them:
/// `drawings[c]` of character `c`. Those with at least 2 are played with: `ways` of them (all where
/// there are fewer) drawn uniformly, of each a random drawing as its example; the query is another
/// drawing of one of them. A character with one drawing could only ever be a wrong answer, and who
/// knows the set would never choose it. All are of alphabet 0, and a drawing's
/// place among its character's stands for the drawer.
///
/// # Errors
/// For fewer than 2 ways, and where fewer than 2 characters have 2 drawings.
pub fn among(drawings: &[usize], ways: usize, rng: &mut Rng) -> Result<Trial, SampleError> {
    at_least_two(ways)?;
    let twice: Vec<usize> = (0..drawings.len()).filter(|&at| drawings[at] > 1).collect();
    if twice.len() < 2 {
        return Err(SampleError::Twice);
    }
    let chosen = rng.choose(twice.len(), ways);
    let answer = rng.index(chosen.len());
    let drawing = |character, drawer| DrawingRef {
        alphabet: 0,
        character,
        drawer,
    };
    let support: Vec<DrawingRef> = chosen
        .into_iter()
        .map(|at| drawing(twice[at], rng.index(drawings[twice[at]])))
        .collect();
    let asked = support[answer];
    // One of the others: that many places after the example, round the end.
    let count = drawings[asked.character];
    let after = 1 + rng.index(count - 1);
    Ok(Trial {
        query: drawing(asked.character, (asked.drawer + after) % count),
        support,
        answer,
    })
}

/// Verification pairs, by turns of the same character and of two different ones, so that an even
/// `count` is balanced exactly. Both drawings are of one alphabet, drawn uniformly, and by
/// different drawers.
///
/// # Errors
/// Without alphabets, and when a drawn alphabet has fewer than 2 characters or drawers.
pub fn pairs<A: Borrow<Alphabet>>(
    alphabets: &[A],
    count: usize,
    rng: &mut Rng,
) -> Result<Vec<Pair>, SampleError> {
    (0..count)
        .map(|turn| {
            let same = turn % 2 == 0;
            let (at, alphabet) = any_alphabet(alphabets, rng)?;
            let characters = rng.choose(alphabet.characters(), 2);
            let drawers = two_drawers(alphabet, rng)?;
            let drawing = |character: usize, drawer: usize| DrawingRef {
                alphabet: at,
                character: characters[character],
                drawer: drawers[drawer],
            };
            Ok(Pair {
                first: drawing(0, 0),
                second: drawing(usize::from(!same), 1),
                same,
            })
        })
        .collect()
}

fn at_least_two(ways: usize) -> Result<(), SampleError> {
    if ways < 2 {
        return Err(SampleError::Ways { ways });
    }
    Ok(())
}

/// One of the alphabets, each as likely; it has at least two characters.
fn any_alphabet<'a, A: Borrow<Alphabet>>(
    alphabets: &'a [A],
    rng: &mut Rng,
) -> Result<(usize, &'a Alphabet), SampleError> {
    let at = rng.index(alphabets.len());
    let alphabet = alphabets.get(at).ok_or(SampleError::NoAlphabet)?.borrow();
    if alphabet.characters() < 2 {
        return Err(SampleError::Characters {
            of: format!("alphabet {}", alphabet.name()),
        });
    }
    Ok((at, alphabet))
}

/// Two different drawers of an alphabet in random order.
pub(crate) fn two_drawers(alphabet: &Alphabet, rng: &mut Rng) -> Result<[usize; 2], SampleError> {
    match rng.choose(alphabet.drawers(), 2)[..] {
        [one, other] => Ok([one, other]),
        _ => Err(SampleError::Drawers {
            name: alphabet.name().to_owned(),
        }),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub(crate) mod tests {
    use super::*;
    use crate::Set;
    use proptest::prelude::{
        TestCaseError, any, prop, prop_assert, prop_assert_eq, prop_assert_ne, proptest,
    };
    use std::collections::HashSet;

    /// Blank alphabets of these numbers of characters.
    pub(crate) fn alphabets(characters: &[usize], drawers: usize) -> Vec<Alphabet> {
        characters
            .iter()
            .map(|&count| {
                let drawings = vec![Bitmap::blank(); count * drawers];
                Alphabet::new(format!("Test{count}"), Set::Invented, drawers, drawings).unwrap()
            })
            .collect()
    }

    proptest! {
        #[test]
        fn unequal_characters_are_asked_for_by_another_drawing(
            drawings in prop::collection::vec(0usize..6, 0..40), ways in 2usize..31, seed in any::<u64>(),
        ) {
            let twice = drawings.iter().filter(|&&count| count > 1).count();
            let trial = among(&drawings, ways, &mut Rng::new(seed));
            let Ok(trial) = trial else {
                prop_assert_eq!(trial, Err(SampleError::Twice));
                prop_assert!(twice < 2);
                return Ok(());
            };
            prop_assert_eq!(trial.support.len(), ways.min(twice));
            let characters: HashSet<usize> = trial.support.iter().map(|at| at.character).collect();
            prop_assert_eq!(characters.len(), trial.support.len());
            let asked = trial.support[trial.answer];
            prop_assert_eq!(asked.character, trial.query.character);
            prop_assert_ne!(asked.drawer, trial.query.drawer);
            for at in trial.support.iter().chain([&trial.query]) {
                prop_assert!(at.alphabet == 0 && at.drawer < drawings[at.character]);
                prop_assert!(drawings[at.character] > 1);
            }
        }
    }

    #[test]
    fn every_drawing_of_an_unequal_set_is_asked_for() {
        let drawings = [3, 1, 2];
        let asked: HashSet<(usize, usize)> = (0..200)
            .filter_map(|seed| among(&drawings, 5, &mut Rng::new(seed)).ok())
            .map(|trial| (trial.query.character, trial.query.drawer))
            .collect();
        let all = HashSet::from([(0, 0), (0, 1), (0, 2), (2, 0), (2, 1)]);
        assert_eq!(asked, all);
        assert!(matches!(
            among(&drawings, 1, &mut Rng::new(1)),
            Err(SampleError::Ways { ways: 1 })
        ));
    }

    fn check(trial: &Trial, alphabets: &[Alphabet]) -> Result<(), TestCaseError> {
        let characters: HashSet<_> = trial
            .support
            .iter()
            .map(|at| (at.alphabet, at.character))
            .collect();
        prop_assert_eq!(characters.len(), trial.support.len());
        let answer = trial.support[trial.answer];
        prop_assert_eq!(
            (answer.alphabet, answer.character),
            (trial.query.alphabet, trial.query.character)
        );
        prop_assert_ne!(answer.drawer, trial.query.drawer);
        for drawing in trial.support.iter().chain([&trial.query]) {
            prop_assert!(drawing.of(alphabets).is_some());
        }
        Ok(())
    }

    proptest! {
        #[test]
        fn trials_are_well_formed(
            seed in any::<u64>(),
            sizes in prop::collection::vec(2usize..30, 1..6),
            drawers in 2usize..21,
            ways in 2usize..25,
        ) {
            let alphabets = alphabets(&sizes, drawers);
            let mut rng = Rng::new(seed);
            let trial = within(&alphabets, ways, &mut rng).unwrap();
            check(&trial, &alphabets)?;
            let home = trial.query.alphabet;
            prop_assert_eq!(trial.support.len(), ways.min(sizes[home]));
            prop_assert!(trial.support.iter().all(|at| at.alphabet == home));
            prop_assert!(trial.support.iter().all(|at| at.drawer == trial.support[0].drawer));
            let trial = across(&alphabets, ways, &mut rng).unwrap();
            check(&trial, &alphabets)?;
            prop_assert_eq!(trial.support.len(), ways.min(sizes.iter().sum()));
        }

        #[test]
        fn pairs_are_balanced(seed in any::<u64>(), count in 0usize..40) {
            let alphabets = alphabets(&[3, 2, 20], 5);
            let pairs = pairs(&alphabets, count, &mut Rng::new(seed)).unwrap();
            prop_assert_eq!(pairs.iter().filter(|pair| pair.same).count(), count.div_ceil(2));
            for pair in pairs {
                prop_assert_eq!(pair.first.alphabet, pair.second.alphabet);
                prop_assert_ne!(pair.first.drawer, pair.second.drawer);
                prop_assert_eq!(pair.first.character == pair.second.character, pair.same);
                prop_assert!(pair.first.of(&alphabets).is_some() && pair.second.of(&alphabets).is_some());
            }
        }
    }

    #[test]
    fn characters_are_drawn_evenly() {
        let alphabets = alphabets(&[2, 8], 4);
        let mut rng = Rng::new(3);
        let (mut small_within, mut small_across) = (0u32, 0u32);
        for _ in 0..4000 {
            let trial = within(&alphabets, 2, &mut rng).unwrap();
            small_within += u32::from(trial.query.alphabet == 0);
            let trial = across(&alphabets, 2, &mut rng).unwrap();
            small_across += u32::from(trial.query.alphabet == 0);
        }
        // Half and a fifth of 4,000, four standard deviations either way.
        assert!((1873..=2127).contains(&small_within), "{small_within}");
        assert!((698..=902).contains(&small_across), "{small_across}");
    }

    #[test]
    fn too_little_is_refused() {
        let mut rng = Rng::new(1);
        let none: [Alphabet; 0] = [];
        assert_eq!(within(&none, 5, &mut rng), Err(SampleError::NoAlphabet));
        assert_eq!(across(&none, 5, &mut rng), Err(SampleError::NoAlphabet));
        assert_eq!(pairs(&none, 1, &mut rng), Err(SampleError::NoAlphabet));
        let good = alphabets(&[5], 2);
        assert_eq!(
            within(&good, 1, &mut rng),
            Err(SampleError::Ways { ways: 1 })
        );
        assert_eq!(
            across(&good, 0, &mut rng),
            Err(SampleError::Ways { ways: 0 })
        );
        let lonely = alphabets(&[1], 2);
        assert!(matches!(
            within(&lonely, 5, &mut rng),
            Err(SampleError::Characters { .. })
        ));
        assert!(matches!(
            across(&lonely, 5, &mut rng),
            Err(SampleError::Characters { .. })
        ));
        let once = alphabets(&[5], 1);
        assert!(matches!(
            within(&once, 5, &mut rng),
            Err(SampleError::Drawers { .. })
        ));
        assert!(matches!(
            across(&once, 5, &mut rng),
            Err(SampleError::Drawers { .. })
        ));
        assert!(matches!(
            pairs(&once, 5, &mut rng),
            Err(SampleError::Drawers { .. })
        ));
    }
}
