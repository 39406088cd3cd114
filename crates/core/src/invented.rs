//! Invented alphabets: scripts, characters and drawers made from a seed.
//!
//! Nobody, person or network, has seen them: they are the app's data where Omniglot is not, fair
//! novel trials, and fixtures. A script has a style and a few parts; its characters are built of
//! these parts, joined as pens join them, and rejected where they come too close to one another;
//! its drawers each have a hand of their own. Refuses to know networks, and draws only through
//! [`crate::ink`], as a person does.

mod hand;
mod name;
mod path;
mod style;

use crate::canonical::{SIDE, canonical};
use crate::ink::{Ink, Pen, rasterise};
use crate::rng::Rng;
use crate::{Alphabet, Set};

use hand::Hand;
use path::Path;
use style::Style;

/// Characters of every invented alphabet.
pub const CHARACTERS: usize = 20;

/// Drawers of every invented alphabet.
pub const DRAWERS: usize = 20;

/// Coarse cells along a side in which two characters are compared.
const CELLS: usize = 12;

/// Two characters of an alphabet may correlate this much at most, cell by cell. Of pairs of
/// characters by one drawer within Omniglot's background alphabets (3,000 drawn) 95 % are below
/// 0.58 and 99 % below 0.73.
const TOO_CLOSE: f32 = 0.65;

/// Candidates after which the closest is borne, so that the search ends for every seed. The
/// worst of 300 seeds needed 10.
const MOST_TRIES: usize = 100;

/// Streams of random numbers that belong to a seed, apart from each other.
const SCRIPT_STREAM: u64 = 0;
const HAND_STREAM: u64 = 1;
const DRAWING_STREAM: u64 = 1000;

/// An invented script: what its characters are, before anyone draws them.
#[derive(Clone, Debug)]
pub struct Script {
    seed: u64,
    name: String,
    characters: Vec<Vec<Path>>,
}

impl Script {
    /// The script that belongs to a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let mut rng = Rng::stream(seed, SCRIPT_STREAM);
        let name = name::sample(&mut rng);
        let style = Style::sample(&mut rng);
        let mut characters = Vec::with_capacity(CHARACTERS);
        let mut seen: Vec<Coarse> = Vec::with_capacity(CHARACTERS);
        // The best of what was rejected, in case the search has to end.
        let mut nearest_miss: Option<(f32, Vec<Path>, Coarse)> = None;
        let mut tries = 0;
        while characters.len() < CHARACTERS {
            tries += 1;
            let character = style.character(&mut rng);
            let Some(coarse) = Coarse::of(&character) else {
                continue;
            };
            let closeness = seen
                .iter()
                .map(|other| coarse.correlation(other))
                .fold(-1.0, f32::max);
            let mut accepted = None;
            if closeness <= TOO_CLOSE {
                accepted = Some((character, coarse));
            } else if nearest_miss
                .as_ref()
                .is_none_or(|(best, ..)| closeness < *best)
            {
                nearest_miss = Some((closeness, character, coarse));
            }
            if tries >= MOST_TRIES && accepted.is_none() {
                accepted = nearest_miss
                    .take()
                    .map(|(_, character, coarse)| (character, coarse));
            }
            if let Some((character, coarse)) = accepted {
                characters.push(character);
                seen.push(coarse);
                nearest_miss = None;
                tries = 0;
            }
        }
        Self {
            seed,
            name,
            characters,
        }
    }

    /// Its name: pronounceable, and much like a script's.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A character's strokes by a drawer, on the 105-pixel sheet; both from 0, counted on from 0
    /// again beyond [`CHARACTERS`] and [`DRAWERS`].
    #[must_use]
    pub fn strokes(&self, character: usize, drawer: usize) -> Ink {
        let (character, drawer) = (character % CHARACTERS, drawer % DRAWERS);
        let hand = Hand::sample(&mut Rng::stream(self.seed, HAND_STREAM + drawer as u64));
        let drawing = DRAWING_STREAM + (character * DRAWERS + drawer) as u64;
        hand.draw(
            &self.characters[character],
            &mut Rng::stream(self.seed, drawing),
        )
    }

    /// All its characters by all drawers, with Omniglot's pen.
    #[must_use]
    pub fn alphabet(&self) -> Alphabet {
        Alphabet::from_fn(
            &self.name,
            Set::Invented,
            CHARACTERS,
            DRAWERS,
            |character, drawer| rasterise(&self.strokes(character, drawer), Pen::OMNIGLOT),
        )
    }
}

/// The invented alphabet that belongs to a seed: 20 characters by 20 drawers.
#[must_use]
pub fn alphabet(seed: u64) -> Alphabet {
    Script::new(seed).alphabet()
}

/// The strokes of one drawing of [`alphabet`]; for many of one seed keep a [`Script`].
#[must_use]
pub fn strokes(seed: u64, character: usize, drawer: usize) -> Ink {
    Script::new(seed).strokes(character, drawer)
}

/// A character's rough looks: the mean ink of coarse cells of its canonical form, less their
/// common mean, of length 1.
#[derive(Clone, Debug)]
struct Coarse([f32; CELLS * CELLS]);

impl Coarse {
    /// `None` where nothing is to be seen.
    fn of(character: &[Path]) -> Option<Self> {
        let form = canonical(&rasterise(&hand::print(character), Pen::OMNIGLOT));
        let cell = SIDE / CELLS;
        let mut sums = [0.0f32; CELLS * CELLS];
        for (at, value) in form.iter().enumerate() {
            sums[at / SIDE / cell * CELLS + at % SIDE / cell] += value;
        }
        let mean = sums.iter().sum::<f32>() / sums.len() as f32;
        for sum in &mut sums {
            *sum -= mean;
        }
        let length = sums.iter().map(|sum| sum * sum).sum::<f32>().sqrt();
        if length <= 0.0 {
            return None;
        }
        for sum in &mut sums {
            *sum /= length;
        }
        Some(Self(sums))
    }

    /// From -1 to 1.
    fn correlation(&self, other: &Self) -> f32 {
        self.0.iter().zip(other.0).map(|(a, b)| a * b).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bitmap::SIDE as SHEET;
    use crate::ink::Point;

    #[test]
    fn drawings_are_the_strokes_rasterised() {
        let alphabet = alphabet(7);
        assert_eq!(alphabet.characters(), CHARACTERS);
        assert_eq!(alphabet.drawers(), DRAWERS);
        let ink = strokes(7, 3, 11);
        assert_eq!(
            alphabet.drawing(3, 11),
            Some(&rasterise(&ink, Pen::OMNIGLOT))
        );
    }

    #[test]
    fn characters_of_many_seeds_are_distinct_and_on_the_sheet() {
        for seed in 0..12 {
            let script = Script::new(seed);
            let looks: Vec<Coarse> = script
                .characters
                .iter()
                .filter_map(|character| Coarse::of(character))
                .collect();
            assert_eq!(looks.len(), CHARACTERS);
            for (at, one) in looks.iter().enumerate() {
                for other in &looks[..at] {
                    assert!(one.correlation(other) <= TOO_CLOSE, "seed {seed}");
                }
            }
            for at in 0..CHARACTERS {
                let ink = script.strokes(at, at);
                let inside = |point: &Point| {
                    (0.0..SHEET as f32).contains(&point.x) && (0.0..SHEET as f32).contains(&point.y)
                };
                assert!(ink.strokes.iter().all(|s| s.points.iter().all(inside)));
                assert!(rasterise(&ink, Pen::OMNIGLOT).ink_count() > 60);
            }
        }
    }

    #[test]
    fn seeds_and_drawers_differ() {
        let (one, other) = (alphabet(1), alphabet(2));
        assert_ne!(one.name(), other.name());
        assert_ne!(one.drawing(0, 0), other.drawing(0, 0));
        for drawer in 1..DRAWERS {
            assert_ne!(one.drawing(0, 0), one.drawing(0, drawer));
        }
    }

    #[test]
    fn time_never_goes_back() {
        let ink = strokes(5, 2, 4);
        let times: Vec<f32> = ink
            .strokes
            .iter()
            .flat_map(|stroke| stroke.points.iter().map(|point| point.t))
            .collect();
        assert!(times.windows(2).all(|two| two[0] < two[1]));
    }
}
