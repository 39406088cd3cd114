//! The worked example: a drawing by another hand, of a character that the support set holds.
//!
//! It knows the answer, which the page doesn't tell the network.

use twinglyph_core::rng::Rng;
use twinglyph_core::{Alphabet, Bitmap};

use super::support::SupportSet;

/// Seed of the choice of examples; any number would do.
const SEED: u64 = 0x6578_616d_706c_6521;

/// A drawing to match on the first screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Example {
    /// What it shows, as `Korean/character07`.
    pub(crate) character: String,
    /// The class of the support set that it belongs to.
    pub(crate) class: usize,
    /// The drawing.
    pub(crate) drawing: Bitmap,
}

impl Example {
    /// An example for a support set by a drawer other than the set's; `number` 0 is the one that
    /// the page opens with. `None` where the alphabet has one drawer only.
    #[must_use]
    pub(crate) fn new(set: &SupportSet, alphabet: &Alphabet, number: u32) -> Option<Self> {
        let others = alphabet
            .drawers()
            .checked_sub(1)
            .filter(|&count| count > 0)?;
        let mut rng = Rng::stream(SEED, u64::from(number));
        let class = rng.index(set.classes.len());
        // The other drawers in a row, the set's own left out.
        let drawer = (set.choice.drawer + 1 + rng.index(others)) % alphabet.drawers();
        let chosen = set.classes.get(class)?;
        Some(Self {
            character: chosen.id.clone(),
            class,
            drawing: alphabet.drawing(chosen.character, drawer)?.clone(),
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::session::support::{Choice, Ways};
    use proptest::prelude::*;
    use twinglyph_core::Set;

    proptest! {
        #[test]
        fn another_hand_drew_the_same_character(
            characters in 1usize..30, drawers in 2usize..21, drawer in 0usize..21, number in 0u32..50,
        ) {
            let drawings: Vec<Bitmap> = (0..characters * drawers)
                .map(|n| Bitmap::from_fn(|row, column| row * 105 + column <= n))
                .collect();
            let alphabet = Alphabet::new("Test", Set::Invented, drawers, drawings).unwrap();
            let choice = Choice { drawer, ways: Ways::Five, ..Choice::default() };
            let set = SupportSet::new(1, &choice, &alphabet);
            let example = Example::new(&set, &alphabet, number).unwrap();
            let class = &set.classes[example.class];
            prop_assert_eq!(&class.id, &example.character);
            prop_assert_ne!(&class.example, &example.drawing);
            let of_that_character = (0..drawers)
                .any(|drawer| alphabet.drawing(class.character, drawer) == Some(&example.drawing));
            prop_assert!(of_that_character);
        }
    }

    #[test]
    fn an_alphabet_of_one_drawer_has_no_example() {
        let alphabet = Alphabet::new("Test", Set::Invented, 1, vec![Bitmap::blank()]).unwrap();
        let set = SupportSet::new(1, &Choice::default(), &alphabet);
        assert_eq!(Example::new(&set, &alphabet, 0), None);
    }
}
