//! The official one-shot runs: 20 runs of 20 trials, as a table of drawings.
//!
//! Names drawings of the evaluation set and the right answers; refuses to know pixels, so a
//! browser that has the shards has the benchmark too. A run is within one alphabet: a support set
//! of 20 characters by one drawer, and the same characters as queries by another.
//!
//! Source: `all_runs.zip` of <https://github.com/brendenlake/omniglot>, its images found by their
//! pixels in the evaluation set (`lab runs-table`).

mod table;

use std::sync::OnceLock;

use crate::{Alphabet, Bitmap};

/// A drawing of the evaluation set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DrawingRef {
    /// Name of its alphabet.
    pub alphabet: &'static str,
    /// Its character, from 0.
    pub character: u16,
    /// Its drawer, from 0.
    pub drawer: u8,
}

impl DrawingRef {
    /// The drawing in these alphabets, `None` where they lack it.
    #[must_use]
    pub fn find<'a>(&self, alphabets: &'a [Alphabet]) -> Option<&'a Bitmap> {
        let mut named = alphabets.iter().filter(|a| a.name() == self.alphabet);
        named
            .next()?
            .drawing(self.character.into(), self.drawer.into())
    }
}

/// One trial: which drawing of the run's support set shows the same character?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Query {
    /// The drawing that is asked for.
    pub drawing: DrawingRef,
    /// Index in the support set of the right answer.
    pub answer: usize,
}

/// One run: a support set and its trials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// One drawing of each of the 20 characters, in the order of the official files.
    pub support: Vec<DrawingRef>,
    /// The 20 trials, in the order of the official files.
    pub queries: Vec<Query>,
}

/// The 20 official runs, 400 trials in all, in the official order.
#[must_use]
pub fn official() -> &'static [Run] {
    static RUNS: OnceLock<Vec<Run>> = OnceLock::new();
    RUNS.get_or_init(|| table::TABLE.iter().map(run).collect())
}

/// A run as the table writes it: characters and drawers from 1, as Omniglot's folders and files
/// have them.
struct Row {
    alphabet: &'static str,
    /// Drawer of the support set.
    support: u8,
    /// Its characters.
    classes: [u16; 20],
    /// Drawer of the queries.
    query: u8,
    /// Their characters.
    items: [u16; 20],
}

/// The run in a row.
fn run(row: &Row) -> Run {
    let drawing = |character: u16, drawer: u8| DrawingRef {
        alphabet: row.alphabet,
        character: character - 1,
        drawer: drawer - 1,
    };
    let answer = |item| row.classes.iter().position(|&class| class == item);
    Run {
        support: row
            .classes
            .map(|class| drawing(class, row.support))
            .to_vec(),
        queries: row
            .items
            .iter()
            .filter_map(|&item| {
                Some(Query {
                    drawing: drawing(item, row.query),
                    answer: answer(item)?,
                })
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_run_asks_each_of_its_characters_once_by_another_drawer() {
        assert_eq!(official().len(), 20);
        for run in official() {
            assert_eq!(run.support.len(), 20);
            let mut answers: Vec<usize> = run.queries.iter().map(|query| query.answer).collect();
            answers.sort_unstable();
            assert_eq!(answers, (0..20).collect::<Vec<_>>());
            for query in &run.queries {
                let right = run.support[query.answer];
                assert_eq!(right.alphabet, query.drawing.alphabet);
                assert_eq!(right.character, query.drawing.character);
                assert_ne!(right.drawer, query.drawing.drawer);
            }
        }
    }
}
