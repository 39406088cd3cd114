//! Whose hand is hardest: a set's examples by drawer, each read against every other drawer's.
//!
//! A [`Hands`] is made of a set, asks for scores block by block, and counts who was read right and what was
//! taken for what. Knows sets and scores; refuses to know who computes and how it is shown.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use twinglyph_core::own::OwnSet;
use twinglyph_core::protocol::Scorer;
use twinglyph_core::score::Tally;
use twinglyph_core::{Alphabet, Bitmap};

use super::{Job, Measure, Missing, Scored};

/// Most drawings that are compared: a class of 30 that drew 34 characters each.
const MOST: usize = 1_024;

/// Drawings of a block. Each block is compared with each.
const BLOCK: usize = 128;

/// A drawing that is compared.
#[derive(Clone, Debug)]
struct Drawn {
    class: usize,
    drawer: usize,
    drawing: Bitmap,
}

/// The comparison of drawers, as far as it is done.
#[derive(Clone, Debug)]
pub(crate) struct Hands {
    /// Whoever has no name is the empty one.
    drawers: Vec<String>,
    /// The first example of each class by each drawer.
    drawings: Vec<Drawn>,
    /// Row by row: of each drawing as a query its score with each as an example.
    scores: Vec<Vec<f32>>,
    /// Blocks that are done.
    done: usize,
}

/// A class that was taken for another one, the other one, and how often.
pub(crate) type Confused = ((usize, usize), usize);

/// How one drawer was read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Hand {
    /// Their name; empty for who has none.
    pub(crate) drawer: String,
    /// Answers to their drawings.
    pub(crate) tally: Tally,
}

impl Hands {
    /// The comparison of a set; `None` where fewer than two people drew the same two classes, or where there are more
    /// than [`MOST`] drawings.
    #[must_use]
    pub(crate) fn new(set: &OwnSet) -> Option<Self> {
        let mut drawers: Vec<String> = Vec::new();
        let mut drawings = Vec::new();
        for (class, own) in set.classes.iter().enumerate() {
            let mut seen = Vec::new();
            for example in &own.examples {
                let known = drawers.iter().position(|drawer| *drawer == example.drawer);
                let drawer = known.unwrap_or_else(|| {
                    drawers.push(example.drawer.clone());
                    drawers.len() - 1
                });
                if !seen.contains(&drawer) {
                    seen.push(drawer);
                    let drawing = example.drawing().clone();
                    drawings.push(Drawn {
                        class,
                        drawer,
                        drawing,
                    });
                }
            }
        }
        let hands = Self {
            scores: vec![vec![0.0; drawings.len()]; drawings.len()],
            drawers,
            drawings,
            done: 0,
        };
        let is_small = hands.drawings.len() <= MOST;
        (is_small && !hands.pairs().is_empty()).then_some(hands)
    }

    /// Rows and columns of the part of this number.
    fn place(&self, part: usize) -> Option<(Range<usize>, Range<usize>)> {
        if part >= self.parts() {
            return None;
        }
        let across = self.drawings.len().div_ceil(BLOCK);
        let range = |at: usize| at * BLOCK..((at + 1) * BLOCK).min(self.drawings.len());
        Some((range(part / across), range(part % across)))
    }

    /// Queries with the examples of another drawer to choose from: those who drew the query's class and another one.
    fn pairs(&self) -> Vec<(usize, Vec<usize>)> {
        let mut of: Vec<Vec<usize>> = vec![Vec::new(); self.drawers.len()];
        for (at, one) in self.drawings.iter().enumerate() {
            of[one.drawer].push(at);
        }
        let mut pairs = Vec::new();
        for (query, asked) in self.drawings.iter().enumerate() {
            for (drawer, examples) in of.iter().enumerate() {
                let has_it = |&at: &usize| self.drawings[at].class == asked.class;
                if drawer != asked.drawer && examples.len() > 1 && examples.iter().any(has_it) {
                    pairs.push((query, examples.clone()));
                }
            }
        }
        pairs
    }

    /// How each drawer was read by the examples of each other one, the hardest first; and which classes were taken for
    /// which, most often first.
    #[must_use]
    pub(crate) fn outcome(&self) -> (Vec<Hand>, Vec<Confused>) {
        let mut answers: Vec<Vec<bool>> = vec![Vec::new(); self.drawers.len()];
        let mut confused: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        for (query, examples) in self.pairs() {
            let asked = &self.drawings[query];
            let score = |&at: &usize| self.scores[query][at];
            let best = examples.iter().max_by(|a, b| score(a).total_cmp(&score(b)));
            let Some(chosen) = best.map(|&at| self.drawings[at].class) else {
                continue;
            };
            answers[asked.drawer].push(chosen == asked.class);
            if chosen != asked.class {
                *confused.entry((asked.class, chosen)).or_default() += 1;
            }
        }
        let hands = self.drawers.iter().zip(answers);
        let mut hands: Vec<Hand> = hands
            .filter(|(_, answers)| !answers.is_empty())
            .map(|(drawer, answers)| Hand {
                drawer: drawer.clone(),
                tally: answers.into_iter().collect(),
            })
            .collect();
        hands.sort_by(|a, b| b.tally.error_rate().total_cmp(&a.tally.error_rate()));
        let mut confused: Vec<_> = confused.into_iter().collect();
        confused.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        (hands, confused)
    }
}

impl Measure for Hands {
    const OF_EVALUATION: bool = false;

    fn parts(&self) -> usize {
        self.drawings.len().div_ceil(BLOCK).pow(2)
    }

    fn done(&self) -> usize {
        self.done
    }

    fn job(&self, part: usize, _: &[Arc<Alphabet>]) -> Result<Option<Job>, Missing> {
        let of = |range: Range<usize>| {
            let drawings = self.drawings[range].iter();
            drawings.map(|one| one.drawing.clone()).collect()
        };
        Ok(self.place(part).map(|(rows, columns)| Job {
            scorer: Scorer::Network,
            queries: of(rows),
            support: of(columns),
        }))
    }

    fn add(&mut self, scored: &Scored) {
        let Some((rows, columns)) = self.place(self.done) else {
            return;
        };
        for (row, found) in rows.zip(&scored.scores) {
            let places = self.scores[row][columns.clone()].iter_mut();
            for (place, &score) in places.zip(found) {
                *place = score;
            }
        }
        self.done += 1;
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::tests::scored;
    use super::*;
    use twinglyph_core::own::{Example, OwnClass};

    /// A set whose drawing of a class by a drawer is a dot at row and column of these.
    fn set(classes: &[&[&str]]) -> OwnSet {
        let class = |(at, drawers): (usize, &&[&str])| {
            let example = |(number, drawer): (usize, &&str)| {
                let dot = Bitmap::from_fn(|row, column| row == at && column == number);
                Example::from(dot).by(drawer)
            };
            OwnClass::new("", drawers.iter().enumerate().map(example))
        };
        OwnSet {
            name: String::new(),
            classes: classes.iter().enumerate().map(class).collect(),
        }
    }

    /// The class of a dot.
    fn class_of(drawing: &Bitmap) -> usize {
        drawing.ink().next().unwrap().0
    }

    #[test]
    fn nothing_is_compared_where_nobody_else_drew_it() {
        let nobody_else: [&[&[&str]]; 5] = [
            &[],
            &[&["Ada"], &["Ada"]],
            &[&["Ada", "Bo"]],
            &[&["Ada"], &["Bo"]],
            &[&["Ada", "Ada"], &["Ada", "Ada"]],
        ];
        for classes in nobody_else {
            assert!(Hands::new(&set(classes)).is_none(), "{classes:?}");
        }
        assert!(Hands::new(&set(&[&["", "Bo"], &["", "Bo"]])).is_some());
        let everybody: Vec<&str> = vec!["Ada", "Bo"];
        let many = vec![&everybody[..]; MOST / 2];
        assert!(Hands::new(&set(&many)).is_some());
        let many = vec![&everybody[..]; MOST / 2 + 1];
        assert!(Hands::new(&set(&many)).is_none());
    }

    #[test]
    fn the_hardest_hand_comes_first_with_what_was_confused() {
        // Bo's second class looks like the first to everybody.
        let mut hands = Hands::new(&set(&[&["Ada", "Bo", ""], &["Ada", "Bo", ""]])).unwrap();
        while let Some(job) = hands.job(hands.done(), &[]).unwrap() {
            let row = |query: &Bitmap| {
                let (class, drawer) = query.ink().next().unwrap();
                let seen = if drawer == 1 { 0 } else { class };
                let score = |example: &Bitmap| f32::from(u8::from(class_of(example) == seen));
                job.support.iter().map(score).collect()
            };
            hands.add(&scored(job.queries.iter().map(row).collect()));
        }
        assert_eq!(hands.done(), hands.parts());
        let (found, confused) = hands.outcome();
        let found: Vec<_> = found
            .iter()
            .map(|hand| {
                (
                    hand.drawer.as_str(),
                    hand.tally.errors(),
                    hand.tally.trials(),
                )
            })
            .collect();
        // Two classes, by the examples of two others each.
        assert_eq!(found[0], ("Bo", 2, 4));
        assert!(found.contains(&("Ada", 0, 4)) && found.contains(&("", 0, 4)));
        assert_eq!(confused, [((1, 0), 2)]);
    }

    #[test]
    fn blocks_cover_every_pair_once() {
        let everybody: Vec<String> = (0..3).map(|at| format!("drawer {at}")).collect();
        let everybody: Vec<&str> = everybody.iter().map(String::as_str).collect();
        let mut hands = Hands::new(&set(&vec![&everybody[..]; 60])).unwrap();
        assert_eq!(hands.parts(), 4);
        let mut sizes = Vec::new();
        while let Some(job) = hands.job(hands.done(), &[]).unwrap() {
            let (rows, columns) = (job.queries.len(), job.support.len());
            sizes.push((rows, columns));
            hands.add(&scored(vec![vec![1.0; columns]; rows]));
        }
        assert_eq!(sizes, [(128, 128), (128, 52), (52, 128), (52, 52)]);
        assert!(hands.scores.iter().flatten().all(|&score| score == 1.0));
    }
}
