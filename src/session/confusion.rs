//! Which characters were taken for which in answered trials.
//!
//! A [`Confusion`] counts answers by what was right and what was chosen, and keeps the trials of each
//! pair so that they can be looked at. It knows drawings by name; refuses to know who chose, where
//! the trials come from and how anything is shown.

use std::collections::{BTreeMap, BTreeSet};

use super::play::{Answer, Named};

/// Most characters of an alphabet's [`Matrix`]: so many columns can be read beside each other.
const WIDEST: usize = 12;

/// What was asked in a trial.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// A drawing of the data.
    Drawing(Named),
    /// The person's own, as [`super::persistence::write_ink`] writes it.
    Ink(String),
}

/// One answered trial.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Judged {
    /// The drawing to be recognised.
    pub(crate) asked: Asked,
    /// The right example.
    pub(crate) right: Named,
    /// The example that was chosen.
    pub(crate) chosen: Named,
}

impl Judged {
    /// The network's answer to a trial that was played; `None` where the query was not kept.
    #[must_use]
    pub(crate) fn by_network(answer: &Answer) -> Option<Self> {
        Self::of(answer, answer.network.clone())
    }

    /// The person's; `None` where there was no choice to make, too.
    #[must_use]
    pub(crate) fn by_person(answer: &Answer) -> Option<Self> {
        Self::of(answer, answer.person.clone()?)
    }

    fn of(answer: &Answer, chosen: Named) -> Option<Self> {
        let drawing = answer.query.clone().map(Asked::Drawing);
        Some(Self {
            asked: drawing.or_else(|| answer.ink.clone().map(Asked::Ink))?,
            right: answer.right.clone(),
            chosen,
        })
    }

    fn pair(&self) -> Pair {
        let character = |named: &Named| Character {
            alphabet: named.alphabet.clone(),
            number: named.character,
        };
        Pair {
            right: character(&self.right),
            chosen: character(&self.chosen),
        }
    }
}

/// A character, whoever drew it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Character {
    /// Its alphabet's name.
    pub(crate) alphabet: String,
    /// Its number in the alphabet, from 0.
    pub(crate) number: usize,
}

impl Character {
    /// Its name, as `Korean/character07`.
    #[must_use]
    pub(crate) fn id(&self) -> String {
        twinglyph_core::alphabet::character_id(&self.alphabet, self.number)
    }
}

/// What was right and what was chosen, one and the same for a right answer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Pair {
    /// The character that was asked for.
    pub(crate) right: Character,
    /// The one that it was taken for.
    pub(crate) chosen: Character,
}

impl Pair {
    /// Was the answer wrong?
    #[must_use]
    pub(crate) fn is_wrong(&self) -> bool {
        self.right != self.chosen
    }
}

/// A pair of characters that were taken for each other, the first for the second, and how often.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Cell {
    /// The two characters.
    pub(crate) pair: Pair,
    /// Number of trials.
    pub(crate) count: usize,
}

/// Those characters of one alphabet that were confused with each other, and every answer among them,
/// right ones too.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Matrix {
    /// The alphabet's name.
    pub(crate) alphabet: String,
    /// The characters, as rows (what was right) and columns (what was chosen).
    pub(crate) characters: Vec<Character>,
    /// Number of trials, row by row.
    pub(crate) counts: Vec<Vec<usize>>,
}

/// Answers by what was right and what was chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Confusion {
    trials: BTreeMap<Pair, Vec<Judged>>,
}

impl FromIterator<Judged> for Confusion {
    fn from_iter<T: IntoIterator<Item = Judged>>(judged: T) -> Self {
        let mut trials: BTreeMap<Pair, Vec<Judged>> = BTreeMap::new();
        for one in judged {
            trials.entry(one.pair()).or_default().push(one);
        }
        Self { trials }
    }
}

impl Confusion {
    /// Number of answers.
    #[must_use]
    pub(crate) fn answers(&self) -> usize {
        self.trials.values().map(Vec::len).sum()
    }

    /// The pairs that were confused, most often confused first, equal ones in the order of their
    /// names.
    #[must_use]
    pub(crate) fn cells(&self) -> Vec<Cell> {
        let wrong = self.trials.iter().filter(|(pair, _)| pair.is_wrong());
        let mut cells: Vec<Cell> = wrong
            .map(|(pair, trials)| Cell {
                pair: pair.clone(),
                count: trials.len(),
            })
            .collect();
        // Stable, and pairs come in order.
        cells.sort_by_key(|cell| std::cmp::Reverse(cell.count));
        cells
    }

    /// The trials of a pair, in the order in which they were answered.
    #[must_use]
    pub(crate) fn of(&self, pair: &Pair) -> &[Judged] {
        self.trials.get(pair).map_or(&[], Vec::as_slice)
    }

    /// An example of a character, the first that was right or chosen.
    #[must_use]
    pub(crate) fn example(&self, character: &Character) -> Option<&Named> {
        let is_it = |named: &&Named| {
            named.character == character.number && named.alphabet == character.alphabet
        };
        let judged = self.trials.values().flatten();
        judged.flat_map(|one| [&one.right, &one.chosen]).find(is_it)
    }

    /// A matrix for each alphabet within which characters were confused, by name; alphabets with more
    /// confused characters than can be read beside each other have none.
    #[must_use]
    pub(crate) fn matrices(&self) -> Vec<Matrix> {
        let mut confused: BTreeMap<&str, BTreeSet<&Character>> = BTreeMap::new();
        for Pair { right, chosen } in self.trials.keys().filter(|pair| pair.is_wrong()) {
            if right.alphabet == chosen.alphabet {
                let characters = confused.entry(&right.alphabet).or_default();
                characters.extend([right, chosen]);
            }
        }
        let small = confused
            .into_iter()
            .filter(|(_, characters)| characters.len() <= WIDEST);
        small
            .map(|(alphabet, characters)| {
                let count = |right: &Character, chosen: &Character| {
                    self.of(&Pair {
                        right: right.clone(),
                        chosen: chosen.clone(),
                    })
                    .len()
                };
                let rows = characters.iter().map(|right| {
                    let row = characters.iter().map(|chosen| count(right, chosen));
                    row.collect()
                });
                Matrix {
                    alphabet: alphabet.to_owned(),
                    counts: rows.collect(),
                    characters: characters.into_iter().cloned().collect(),
                }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn named(alphabet: &str, character: usize, drawer: usize) -> Named {
        Named {
            alphabet: alphabet.to_owned(),
            character,
            drawer,
        }
    }

    fn judged(alphabet: &str, right: usize, chosen: usize, drawer: usize) -> Judged {
        Judged {
            asked: Asked::Drawing(named(alphabet, right, drawer)),
            right: named(alphabet, right, 0),
            chosen: named(alphabet, chosen, 0),
        }
    }

    #[test]
    fn what_was_confused_most_comes_first_with_its_trials() {
        let confusion: Confusion = [
            judged("Tibetan", 3, 3, 1),
            judged("Tibetan", 3, 7, 2),
            judged("Korean", 1, 2, 3),
            judged("Tibetan", 3, 7, 4),
            judged("Korean", 2, 1, 5),
        ]
        .into_iter()
        .collect();
        let cells: Vec<(String, String, usize)> = confusion
            .cells()
            .into_iter()
            .map(|cell| (cell.pair.right.id(), cell.pair.chosen.id(), cell.count))
            .collect();
        let cell = |right: &str, chosen: &str, count| (right.to_owned(), chosen.to_owned(), count);
        assert_eq!(
            cells,
            [
                cell("Tibetan/character04", "Tibetan/character08", 2),
                cell("Korean/character02", "Korean/character03", 1),
                cell("Korean/character03", "Korean/character02", 1),
            ]
        );
        let first = &confusion.cells()[0].pair;
        assert_eq!(
            confusion.of(first),
            [judged("Tibetan", 3, 7, 2), judged("Tibetan", 3, 7, 4)]
        );
        assert_eq!(confusion.answers(), 5);
    }

    #[test]
    fn a_matrix_has_the_right_answers_of_the_confused_too() {
        let confusion: Confusion = [
            judged("Tibetan", 3, 3, 1),
            judged("Tibetan", 3, 7, 2),
            // Nobody confused it: no row.
            judged("Tibetan", 9, 9, 2),
            judged("Korean", 1, 1, 3),
        ]
        .into_iter()
        .collect();
        let matrices = confusion.matrices();
        assert_eq!(matrices.len(), 1);
        assert_eq!(matrices[0].alphabet, "Tibetan");
        let numbers: Vec<usize> = matrices[0].characters.iter().map(|c| c.number).collect();
        assert_eq!(numbers, [3, 7]);
        assert_eq!(matrices[0].counts, [[1, 1], [0, 0]]);
        let example = confusion.example(&matrices[0].characters[1]);
        assert_eq!(example, Some(&named("Tibetan", 7, 0)));
    }

    #[test]
    fn a_matrix_too_wide_to_read_is_left_out() {
        let chain = |length: usize| -> Confusion {
            let pairs = 0..length - 1;
            pairs
                .map(|right| judged("Tibetan", right, right + 1, 1))
                .collect()
        };
        assert_eq!(chain(WIDEST).matrices()[0].characters.len(), WIDEST);
        assert_eq!(chain(WIDEST + 1).matrices(), []);
        // Across alphabets there is no matrix to put them in.
        let mut across = judged("Tibetan", 1, 2, 1);
        across.chosen.alphabet = "Korean".to_owned();
        let across: Confusion = [across].into_iter().collect();
        assert_eq!((across.cells().len(), across.matrices()), (1, vec![]));
    }

    #[test]
    fn both_answers_to_a_played_trial_count() {
        let mut answer = Answer {
            trial: 0,
            ways: 20,
            query: Some(named("Tibetan", 3, 5)),
            ink: None,
            right: named("Tibetan", 3, 0),
            person: Some(named("Tibetan", 4, 0)),
            network: named("Tibetan", 3, 0),
            similarity: 0.9,
            milliseconds: 10,
        };
        let wrong = |judged: Option<Judged>| judged.map(|judged| judged.pair().is_wrong());
        assert_eq!(wrong(Judged::by_person(&answer)), Some(true));
        assert_eq!(wrong(Judged::by_network(&answer)), Some(false));
        // Drawn by the person: there was no choice to make, and the query is ink.
        (answer.query, answer.person, answer.ink) = (None, None, Some("[]".to_owned()));
        assert_eq!(Judged::by_person(&answer), None);
        let asked = Judged::by_network(&answer).map(|judged| judged.asked);
        assert_eq!(asked, Some(Asked::Ink("[]".to_owned())));
    }

    proptest! {
        #[test]
        fn every_wrong_answer_is_in_one_cell(
            answers in prop::collection::vec((0usize..6, 0usize..6, 0usize..3), 0..60),
        ) {
            let names = ["Korean", "Oriya", "Tibetan"];
            let confusion: Confusion = answers
                .iter()
                .map(|&(right, chosen, alphabet)| judged(names[alphabet], right, chosen, 1))
                .collect();
            let cells = confusion.cells();
            let wrong = answers.iter().filter(|(right, chosen, _)| right != chosen).count();
            prop_assert_eq!(cells.iter().map(|cell| cell.count).sum::<usize>(), wrong);
            prop_assert!(cells.windows(2).all(|two| two[0].count >= two[1].count));
            for cell in &cells {
                prop_assert_eq!(confusion.of(&cell.pair).len(), cell.count);
            }
            // Within six characters of an alphabet each matrix is small, and has all of them.
            let in_matrices: usize = confusion.matrices().iter().map(|matrix| {
                matrix.counts.iter().enumerate()
                    .map(|(at, row)| row.iter().sum::<usize>() - row[at])
                    .sum::<usize>()
            }).sum();
            prop_assert_eq!(in_matrices, wrong);
            prop_assert_eq!(confusion.answers(), answers.len());
        }
    }
}
