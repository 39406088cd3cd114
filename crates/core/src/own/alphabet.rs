//! A person's own set as an alphabet, which is what training takes. Refuses to know who trains.

use super::OwnSet;
use crate::{Alphabet, Set};

impl OwnSet {
    /// The classes with at least 2 examples as an alphabet of this name: of each the first K, K being
    /// the smallest number of examples that any of them has. The first, so that a further example of a
    /// class that has more than others changes nothing; of all as many, because an alphabet is drawn
    /// by drawers who drew everything. `None` where no class has 2.
    #[must_use]
    pub fn alphabet(&self, name: &str) -> Option<Alphabet> {
        let twice = self.classes.iter().filter(|one| one.examples.len() > 1);
        let drawers = twice.clone().map(|one| one.examples.len()).min()?;
        let drawings = twice.flat_map(|one| one.drawings().take(drawers).cloned());
        // Never refused: there is a class, and each gives as many.
        Alphabet::new(name, Set::Own, drawers, drawings.collect()).ok()
    }

    /// How many examples each class has.
    #[must_use]
    pub fn examples(&self) -> Vec<usize> {
        self.classes.iter().map(|one| one.examples.len()).collect()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::OwnClass;
    use super::*;
    use crate::Bitmap;

    fn set(examples: &[usize]) -> OwnSet {
        let dot = |at: usize| Bitmap::from_fn(move |row, column| row * 105 + column == at);
        let class = |(at, &count): (usize, &usize)| {
            OwnClass::new("", (0..count).map(|n| dot(100 * at + n)))
        };
        OwnSet {
            name: String::new(),
            classes: examples.iter().enumerate().map(class).collect(),
        }
    }

    #[test]
    fn classes_of_two_examples_become_characters_of_as_many_each() {
        let own = set(&[5, 1, 3, 0, 4]);
        let alphabet = own.alphabet("own").unwrap();
        assert_eq!((alphabet.characters(), alphabet.drawers()), (3, 3));
        assert_eq!(alphabet.set(), Set::Own);
        for (character, class) in [0, 2, 4].into_iter().enumerate() {
            for drawer in 0..3 {
                let drawing = alphabet.drawing(character, drawer);
                assert_eq!(drawing, Some(own.classes[class].examples[drawer].drawing()));
            }
        }
        assert_eq!(own.examples(), [5, 1, 3, 0, 4]);
    }

    #[test]
    fn a_set_without_second_examples_is_no_alphabet() {
        for examples in [&[][..], &[0], &[1, 1, 1]] {
            assert_eq!(set(examples).alphabet("own"), None);
        }
    }
}
