//! The ranking on the page, and whether it still speaks of what is on the sheet.
//!
//! Knows tickets, sets and similarities; refuses to know who compared.

use crate::words::words;
use twinglyph_core::protocol::Match;
use twinglyph_core::score::{self, Standing};

/// A ranking as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Ranking {
    /// The drawing that was compared.
    pub(crate) ticket: u64,
    /// The support set it was compared with.
    pub(crate) set: u32,
    /// Class of each rank, best first.
    pub(crate) order: Vec<usize>,
    /// Similarity of each class, 0 to 1.
    pub(crate) similarity: Vec<f32>,
}

/// A ranking that does not fit its support set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", words().notice.misfit(*found, *expected))]
pub(crate) struct Misfit {
    /// Classes of the set.
    pub(crate) expected: usize,
    /// Classes of the ranking.
    pub(crate) found: usize,
}

impl Ranking {
    /// A ranking from the worker's matches over a set of so many classes.
    ///
    /// # Errors
    /// When it does not name each class once.
    pub(crate) fn new(
        ticket: u64,
        set: u32,
        classes: usize,
        matches: &[Match],
    ) -> Result<Self, Misfit> {
        let misfit = Misfit {
            expected: classes,
            found: matches.len(),
        };
        if matches.len() != classes {
            return Err(misfit);
        }
        let mut similarity = vec![None; classes];
        let mut order = Vec::with_capacity(classes);
        for one in matches {
            let class = one.class as usize;
            match similarity.get_mut(class) {
                Some(place @ None) => *place = Some(tidy(one.similarity)),
                _ => return Err(misfit),
            }
            order.push(class);
        }
        Ok(Self {
            ticket,
            set,
            order,
            similarity: similarity.into_iter().flatten().collect(),
        })
    }

    /// The class at a rank, from 0, and its similarity.
    #[must_use]
    pub(crate) fn at(&self, rank: usize) -> Option<(usize, f32)> {
        let class = *self.order.get(rank)?;
        Some((class, *self.similarity.get(class)?))
    }

    /// The best two classes where they are close candidates; none of a drawing that is probably of no class.
    #[must_use]
    pub(crate) fn close(&self) -> Option<[usize; 2]> {
        let [(best, similarity), (next, other)] = [self.at(0)?, self.at(1)?];
        let is_close = score::are_close(similarity, other);
        (is_close && self.standing() != Standing::Stranger).then_some([best, next])
    }

    /// What there is to say of the drawing beside its ranking.
    #[must_use]
    pub(crate) fn standing(&self) -> Standing {
        score::standing(&self.similarity)
    }

    /// That in words, to stand before others; nothing of a drawing that is probably of one of the classes.
    #[must_use]
    pub(crate) fn lead(&self) -> &'static str {
        match self.standing() {
            Standing::Member => "",
            Standing::Guess => words().notice.guess,
            Standing::Stranger => words().notice.of_none,
        }
    }
}

/// A similarity that can be shown: what is not a number counts as none.
fn tidy(similarity: f32) -> f32 {
    if similarity.is_nan() {
        0.0
    } else {
        similarity.clamp(0.0, 1.0)
    }
}

/// Counts the drawings and sets that want a ranking, and remembers which one is answered.
///
/// A test from outside waits until both counters are equal.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Counters {
    /// Raised at each end of a stroke, undo, clear and change of the set.
    pub(crate) query: u64,
    /// The counter to which what is shown belongs.
    pub(crate) ranked: u64,
    /// When the counter was raised last, milliseconds of the page's clock.
    pub(crate) since: f64,
    /// When the first ranking was shown, milliseconds of the page's clock.
    pub(crate) first_ms: Option<f64>,
    /// From the last raise to its ranking on the screen, milliseconds.
    pub(crate) last_ms: Option<f64>,
}

impl Counters {
    /// Something changed at this time that asks for a new ranking; its ticket.
    pub(crate) fn raise(&mut self, now: f64) -> u64 {
        self.query += 1;
        self.since = now;
        self.query
    }

    /// The ranking for a ticket is on the screen.
    pub(crate) fn shown(&mut self, ticket: u64, now: f64) {
        self.first_ms.get_or_insert(now);
        if ticket == self.query && self.ranked < ticket {
            self.last_ms = Some(now - self.since);
        }
        self.ranked = self.ranked.max(ticket);
    }

    /// What is on the sheet asks for no ranking: nothing is awaited.
    pub(crate) fn settle(&mut self) {
        self.ranked = self.query;
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn found(class: u32, similarity: f32) -> Match {
        Match {
            class,
            score: 0.0,
            similarity,
        }
    }

    #[test]
    fn ranks_and_classes_agree() {
        let ranking =
            Ranking::new(1, 2, 3, &[found(2, 0.9), found(0, 0.5), found(1, f32::NAN)]).unwrap();
        assert_eq!(ranking.at(0), Some((2, 0.9)));
        assert_eq!(ranking.at(2), Some((1, 0.0)));
        assert_eq!(ranking.at(3), None);
    }

    #[test]
    fn a_stranger_is_told_by_all_similarities() {
        let standing = |similarity: &[f32]| {
            let matches: Vec<Match> = (0..).zip(similarity).map(|(c, &s)| found(c, s)).collect();
            let ranking = Ranking::new(1, 2, matches.len(), &matches).unwrap();
            assert_eq!(
                ranking.lead().is_empty(),
                ranking.standing() == Standing::Member
            );
            ranking.standing()
        };
        assert_eq!(standing(&[0.1, 0.1, 0.1, 0.0]), Standing::Stranger);
        assert_eq!(standing(&[0.9, 0.1, 0.2, 0.0]), Standing::Member);
        // One that is half alike says little among many.
        assert_eq!(standing(&[0.5, 0.0]), Standing::Member);
        let among_many = [0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
        assert_eq!(standing(&among_many), Standing::Guess);
    }

    #[test]
    fn the_best_two_are_close_where_their_scores_are() {
        let close = |similarity: [f32; 3]| {
            let matches = (0..).zip(similarity).map(|(class, one)| found(class, one));
            let ranking = Ranking::new(1, 2, 3, &matches.collect::<Vec<_>>());
            ranking.unwrap().close()
        };
        assert_eq!(close([0.9, 0.8, 0.1]), Some([0, 1]));
        assert_eq!(close([0.9, 0.4, 0.1]), None);
        assert_eq!(close([f32::NAN, 0.0, 0.0]), None);
        // Probably none of them.
        assert_eq!(close([0.01, 0.01, 0.01]), None);
        let alone = Ranking::new(1, 2, 1, &[found(0, 0.9)]).unwrap();
        assert_eq!(alone.close(), None);
    }

    #[test]
    fn each_class_is_ranked_once() {
        assert!(Ranking::new(1, 2, 2, &[found(0, 0.9)]).is_err());
        assert!(Ranking::new(1, 2, 2, &[found(0, 0.9), found(0, 0.5)]).is_err());
        assert!(Ranking::new(1, 2, 2, &[found(0, 0.9), found(7, 0.5)]).is_err());
    }

    #[test]
    fn a_ranking_of_an_unfinished_stroke_settles_nothing() {
        let mut counters = Counters::default();
        let ticket = counters.raise(100.0);
        counters.shown(ticket, 130.0);
        assert_eq!(
            (counters.first_ms, counters.last_ms),
            (Some(130.0), Some(30.0))
        );
        let next = counters.raise(500.0);
        counters.shown(ticket, 505.0);
        assert_ne!(counters.query, counters.ranked);
        assert_eq!(counters.last_ms, Some(30.0));
        counters.shown(next, 520.0);
        assert_eq!((counters.ranked, counters.last_ms), (next, Some(20.0)));
        counters.raise(900.0);
        counters.settle();
        assert_eq!(counters.query, counters.ranked);
    }
}
