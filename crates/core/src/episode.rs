//! Episodes: the tasks a network is trained on.
//!
//! An episode holds a few alphabets' characters, each drawn twice, so that within it every
//! character must be told from those most like it: hard negatives are what teaches. Refuses to
//! know pixels and networks: it says which drawings to take and how their alphabet is turned.
//! From the recipe of the built-in weights.

use std::borrow::Borrow;

use serde::{Deserialize, Serialize};

use crate::Alphabet;
use crate::augment::Symmetry;
use crate::rng::Rng;
use crate::trial::{DrawingRef, SampleError, two_drawers};

/// What an episode holds. The default is the recipe of the built-in weights: 64 characters, 128
/// drawings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Alphabets that an episode is meant to have.
    pub alphabets: usize,
    /// Characters of each.
    pub characters: usize,
    /// Whether each alphabet is turned and mirrored in a random way.
    pub symmetries: bool,
    /// Whether the same two drawers drew all of an alphabet's characters, as in a trial, where
    /// the support set is one drawer's; else two are drawn for each character.
    #[serde(default)]
    pub shared_drawers: bool,
    /// Whether an alphabet's characters share their class warp, so that it tells nothing of
    /// which is which; else each has its own and is a new character.
    #[serde(default)]
    pub shared_warp: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            alphabets: 4,
            characters: 16,
            symmetries: true,
            shared_drawers: false,
            shared_warp: false,
        }
    }
}

/// Two drawings of one character.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Twins {
    /// One drawing.
    pub first: DrawingRef,
    /// Another drawer's of the same character.
    pub second: DrawingRef,
    /// How both are turned; the same for all of an alphabet in the episode.
    pub symmetry: Symmetry,
}

/// A training task: every `first` is to be found among the `second`s, and the other way round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Episode {
    /// One entry a character, alphabet by alphabet; no character twice.
    pub twins: Vec<Twins>,
}

impl Episode {
    /// A random episode of `alphabets x characters` characters.
    ///
    /// Alphabets are drawn one after another without repetition, each as likely as it has
    /// characters; of each, random characters, and for each character two random drawers. Where
    /// an alphabet has too few characters, a further one is drawn to fill up, so that every
    /// episode has the same size as long as the alphabets suffice; where they don't, it has all
    /// their characters.
    ///
    /// # Errors
    /// Without alphabets, for fewer than 2 characters in all, and when a drawn alphabet has
    /// fewer than 2 drawers.
    pub fn sample<A: Borrow<Alphabet>>(
        alphabets: &[A],
        settings: &Settings,
        rng: &mut Rng,
    ) -> Result<Self, SampleError> {
        if alphabets.is_empty() {
            return Err(SampleError::NoAlphabet);
        }
        let wanted = settings.alphabets.saturating_mul(settings.characters);
        let mut left: Vec<usize> = (0..alphabets.len()).collect();
        let mut twins: Vec<Twins> = Vec::new();
        while twins.len() < wanted && !left.is_empty() {
            let sizes = left.iter().map(|&at| alphabets[at].borrow().characters());
            let at = left.remove(by_size(sizes, rng));
            let alphabet = alphabets[at].borrow();
            let count = settings.characters.min(wanted - twins.len());
            let symmetry = Symmetry::sample(rng);
            let shared = match settings.shared_drawers {
                true => Some(two_drawers(alphabet, rng)?),
                false => None,
            };
            for character in rng.choose(alphabet.characters(), count) {
                let drawers = shared.map_or_else(|| two_drawers(alphabet, rng), Ok)?;
                let [first, second] = drawers.map(|drawer| DrawingRef {
                    alphabet: at,
                    character,
                    drawer,
                });
                twins.push(Twins {
                    first,
                    second,
                    symmetry: if settings.symmetries {
                        symmetry
                    } else {
                        Symmetry::IDENTITY
                    },
                });
            }
        }
        if twins.len() < 2 {
            return Err(SampleError::Characters {
                of: "an episode".to_owned(),
            });
        }
        Ok(Self { twins })
    }
}

/// An index, each as likely as its size; 0 where all sizes are.
fn by_size(sizes: impl Iterator<Item = usize> + Clone, rng: &mut Rng) -> usize {
    let total: usize = sizes.clone().sum();
    let mut ticket = rng.index(total);
    for (at, size) in sizes.enumerate() {
        if ticket < size {
            return at;
        }
        ticket -= size;
    }
    0
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::trial::tests::alphabets;
    use proptest::prelude::{any, prop, prop_assert, prop_assert_eq, prop_assert_ne, proptest};
    use std::collections::{HashMap, HashSet};

    proptest! {
        #[test]
        fn episodes_are_well_formed(
            seed in any::<u64>(),
            sizes in prop::collection::vec(1usize..40, 2..8),
            drawers in 2usize..21,
            wanted in (1usize..6, 2usize..20),
            shared_drawers in any::<bool>(),
        ) {
            let alphabets = alphabets(&sizes, drawers);
            let settings = Settings {
                alphabets: wanted.0,
                characters: wanted.1,
                shared_drawers,
                ..Settings::default()
            };
            let episode = Episode::sample(&alphabets, &settings, &mut Rng::new(seed)).unwrap();
            let most: usize = sizes.iter().map(|&size| size.min(wanted.1)).sum();
            prop_assert_eq!(episode.twins.len(), most.min(wanted.0 * wanted.1));
            let mut characters = HashSet::new();
            let mut symmetries = HashMap::new();
            let mut drawers = HashMap::new();
            for twins in &episode.twins {
                prop_assert!(twins.first.of(&alphabets).is_some());
                prop_assert!(twins.second.of(&alphabets).is_some());
                prop_assert_ne!(twins.first.drawer, twins.second.drawer);
                prop_assert_eq!(twins.first.alphabet, twins.second.alphabet);
                prop_assert_eq!(twins.first.character, twins.second.character);
                prop_assert!(characters.insert((twins.first.alphabet, twins.first.character)));
                let known = symmetries.entry(twins.first.alphabet).or_insert(twins.symmetry);
                prop_assert_eq!(*known, twins.symmetry);
                let both = [twins.first.drawer, twins.second.drawer];
                let known = drawers.entry(twins.first.alphabet).or_insert(both);
                prop_assert!(!shared_drawers || *known == both);
            }
        }
    }

    #[test]
    fn large_alphabets_come_more_often() {
        let alphabets = alphabets(&[10, 30], 2);
        let settings = Settings {
            alphabets: 1,
            characters: 2,
            symmetries: true,
            ..Settings::default()
        };
        let mut rng = Rng::new(11);
        let large = (0..4000)
            .filter(|_| {
                let episode = Episode::sample(&alphabets, &settings, &mut rng).unwrap();
                episode.twins[0].first.alphabet == 1
            })
            .count();
        // Three quarters of 4,000, four standard deviations either way.
        assert!((2890..=3110).contains(&large), "{large}");
    }

    #[test]
    fn too_little_is_refused() {
        let sample = |alphabets: &[Alphabet]| {
            Episode::sample(alphabets, &Settings::default(), &mut Rng::new(1))
        };
        assert_eq!(sample(&[]), Err(SampleError::NoAlphabet));
        assert!(matches!(
            sample(&alphabets(&[1], 2)),
            Err(SampleError::Characters { .. })
        ));
        assert!(matches!(
            sample(&alphabets(&[4], 1)),
            Err(SampleError::Drawers { .. })
        ));
    }
}
