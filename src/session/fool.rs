//! A round of "Fool the twin": what people read in a drawing beside what the network takes it for.
//!
//! It counts votes, compares them with the network's choice, and writes both as a link. Refuses to know who ranks and
//! what is on the screen.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use twinglyph_core::own::MAX_CLASSES;
use twinglyph_core::rng::Rng;
use twinglyph_core::sketch::Sketch;

use super::address::Address;
use super::drawing_link::{self, DrawingLink, LinkError};
use super::support::Choice;

/// Most characters to vote among.
pub(crate) const CANDIDATES: usize = 20;

/// Best classes of the ranking that are always among them.
const BEST: usize = 8;

/// Most votes of a round: a school has fewer in a class, and a link stays short.
pub(crate) const MOST_VOTES: u32 = 999;

/// Most characters of the votes in a link: `999-1.` each.
const MAX_TEXT: usize = 6 * MOST_VOTES as usize;

/// Seed of the characters that fill the candidates up; any number would do.
const SEED: u64 = 0x0066_6f6f_6c74_7769;

/// The name of the votes in a link.
const VOTES: &str = "votes";

/// The page that opens such links.
pub(crate) const PAGE: &str = "#/fool";

/// How many people read each class in the drawing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Votes(BTreeMap<usize, u32>);

impl Votes {
    /// The votes in a link, `CLASS-COUNT` joined by points; none where it is not exactly what [`Votes::write`] gives.
    #[must_use]
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if text.len() > MAX_TEXT {
            return None;
        }
        let mut votes = Self::default();
        for pair in text.split('.').filter(|_| !text.is_empty()) {
            let (class, count) = pair.split_once('-')?;
            let (class, count) = (class.parse().ok()?, count.parse().ok()?);
            if class >= MAX_CLASSES || count > MOST_VOTES {
                return None;
            }
            votes.0.insert(class, count);
        }
        (votes.total() <= MOST_VOTES && votes.write() == text).then_some(votes)
    }

    /// The text for a link.
    #[must_use]
    pub(crate) fn write(&self) -> String {
        let counted = self.0.iter().filter(|(_, count)| **count > 0);
        let pairs: Vec<_> = counted
            .map(|(class, count)| format!("{class}-{count}"))
            .collect();
        pairs.join(".")
    }

    /// Number of all votes.
    #[must_use]
    pub(crate) fn total(&self) -> u32 {
        self.0.values().sum()
    }

    /// Number of votes for a class.
    #[must_use]
    pub(crate) fn of(&self, class: usize) -> u32 {
        self.0.get(&class).copied().unwrap_or(0)
    }

    /// Are all votes for classes of a set of so many?
    #[must_use]
    pub(crate) fn fit(&self, classes: usize) -> bool {
        self.0.keys().all(|class| *class < classes)
    }

    /// The classes with votes, most first; of equals the first of the set.
    #[must_use]
    pub(crate) fn ranked(&self) -> Vec<(usize, u32)> {
        let mut ranked: Vec<_> = self
            .0
            .iter()
            .map(|(class, count)| (*class, *count))
            .collect();
        ranked.sort_by_key(|(class, count)| (u32::MAX - count, *class));
        ranked
    }

    /// Adds a vote; false where there are [`MOST_VOTES`] already.
    fn add(&mut self, class: usize) -> bool {
        let is_room = self.total() < MOST_VOTES && class < MAX_CLASSES;
        if is_room {
            *self.0.entry(class).or_default() += 1;
        }
        is_room
    }

    /// Takes a vote away again.
    fn remove(&mut self, class: usize) {
        if let Some(count) = self.0.get_mut(&class) {
            *count -= 1;
            if *count == 0 {
                self.0.remove(&class);
            }
        }
    }
}

/// Where a round is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Step {
    /// Somebody draws.
    #[default]
    Draw,
    /// People vote, and the network's choice is hidden.
    Ask,
    /// Both are shown.
    Show,
}

/// The votes of a round.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Round {
    /// All votes, those of the link among them.
    pub(crate) votes: Votes,
    /// The classes that were voted for here, the last one last.
    cast: Vec<usize>,
    /// Did it come by a link? Then the result waits for a vote.
    is_linked: bool,
}

impl Round {
    /// A round that came by a link with these votes.
    #[must_use]
    pub(crate) fn linked(votes: Votes) -> Self {
        Self {
            votes,
            cast: Vec::new(),
            is_linked: true,
        }
    }

    /// One person's vote; false where there are too many.
    pub(crate) fn vote(&mut self, class: usize) -> bool {
        let is_new = self.votes.add(class);
        if is_new {
            self.cast.push(class);
        }
        is_new
    }

    /// Takes the last vote that was given here back, and gives its class.
    pub(crate) fn undo(&mut self) -> Option<usize> {
        let class = self.cast.pop()?;
        self.votes.remove(class);
        Some(class)
    }

    /// Is there a vote that was given here?
    #[must_use]
    pub(crate) fn can_undo(&self) -> bool {
        !self.cast.is_empty()
    }

    /// May the result be shown?
    #[must_use]
    pub(crate) fn can_show(&self) -> bool {
        !self.is_linked || self.can_undo() || self.votes.total() >= MOST_VOTES
    }
}

/// Who is fooled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Nobody has voted.
    NoVotes,
    /// The network: more than half of the people read something else.
    Fooled,
    /// Half of the people read something else.
    Draw,
    /// Nobody: more than half of the people read what the network does.
    Agreed,
}

/// The network's choice beside the votes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Verdict {
    /// Who is fooled.
    pub(crate) outcome: Outcome,
    /// Number of votes for another class than the network's choice.
    pub(crate) others: u32,
    /// Number of all votes.
    pub(crate) total: u32,
    /// The network's similarity times the share of people who read something else, 0 to 1.
    pub(crate) score: f32,
}

impl Verdict {
    /// Of these votes, where the network chooses a class with this similarity.
    #[must_use]
    pub(crate) fn new(votes: &Votes, choice: usize, similarity: f32) -> Self {
        let total = votes.total();
        let others = total - votes.of(choice);
        let outcome = match (2 * others).cmp(&total) {
            _ if total == 0 => Outcome::NoVotes,
            std::cmp::Ordering::Greater => Outcome::Fooled,
            std::cmp::Ordering::Equal => Outcome::Draw,
            std::cmp::Ordering::Less => Outcome::Agreed,
        };
        let share = others as f32 / total.max(1) as f32;
        let similarity = if similarity.is_nan() { 0.0 } else { similarity };
        Self {
            outcome,
            others,
            total,
            score: similarity.clamp(0.0, 1.0) * share,
        }
    }
}

/// The classes to vote among, in the set's order: the best of the ranking, those that have votes, and others that are
/// the same for everyone. `order` has the classes as they rank; it may be empty where the set is small.
#[must_use]
pub(crate) fn candidates(order: &[usize], votes: &Votes, classes: usize) -> Vec<usize> {
    let mut all: Vec<usize> = (0..classes).collect();
    if classes <= CANDIDATES {
        return all;
    }
    let best = order.iter().take(BEST).copied();
    let voted = votes.ranked().into_iter().map(|(class, _)| class);
    let others = Rng::stream(SEED, 0).choose(classes, classes);
    let mut chosen: Vec<usize> = Vec::new();
    for class in best.chain(voted).chain(others) {
        if chosen.len() < CANDIDATES && class < classes && !chosen.contains(&class) {
            chosen.push(class);
        }
    }
    all.retain(|class| chosen.contains(class));
    all
}

/// A drawing to vote on, its set, and the votes so far.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Challenge {
    /// The drawing and what it is compared with.
    pub(crate) link: DrawingLink,
    /// The votes so far.
    pub(crate) votes: Votes,
}

impl Challenge {
    /// The challenge in an address's fragment; none where it is the page alone.
    ///
    /// # Errors
    /// When it is cut or foreign.
    pub(crate) fn parse(hash: &str) -> Result<Option<Self>, LinkError> {
        let address = Address::parse(hash);
        if address.page != "fool" || address.pairs().next().is_none() {
            return Ok(None);
        }
        if hash.len() > drawing_link::MAX_BYTES + MAX_TEXT {
            return Err(LinkError::Cut);
        }
        let mut texts = address.pairs().filter(|(name, _)| *name == VOTES);
        let votes = match (texts.next(), texts.next()) {
            (None, _) => Votes::default(),
            (Some((_, text)), None) => Votes::parse(text).ok_or(LinkError::Cut)?,
            _ => return Err(LinkError::Cut),
        };
        Ok(Some(Self {
            link: DrawingLink::of(&address)?.ok_or(LinkError::Cut)?,
            votes,
        }))
    }

    /// The address's fragment. The votes come first: a link that lost its end has no whole drawing.
    ///
    /// # Errors
    /// When the set can't be written, or the link would be too long.
    pub(crate) fn write(&self) -> Result<String, LinkError> {
        let link = self.link.write()?;
        let query = link.split_once('?').map_or("", |(_, query)| query);
        let votes = self.votes.write();
        Ok(if votes.is_empty() {
            format!("{PAGE}?{query}")
        } else {
            format!("{PAGE}?{VOTES}={votes}&{query}")
        })
    }
}

/// What a tab keeps of a round, so that a reload and a look at another page lose no vote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    step: Step,
    sketch: String,
    choice: Choice,
    votes: String,
    cast: Vec<usize>,
    is_linked: bool,
}

/// The text that a tab keeps of a round about a drawing and a set.
#[must_use]
pub(crate) fn keep(step: Step, round: &Round, sketch: &Sketch, choice: &Choice) -> Option<String> {
    let kept = Kept {
        step,
        sketch: sketch.to_address(),
        choice: choice.clone(),
        votes: round.votes.write(),
        cast: round.cast.clone(),
        is_linked: round.is_linked,
    };
    serde_json::to_string(&kept).ok()
}

/// The round that was kept, where it is about this drawing and a set of so many classes.
#[must_use]
pub(crate) fn kept(
    text: &str,
    sketch: &Sketch,
    choice: &Choice,
    classes: usize,
) -> Option<(Step, Round)> {
    let kept: Kept = serde_json::from_str(text).ok()?;
    let votes = Votes::parse(&kept.votes)?;
    let counted = |class: &usize| {
        let times = kept.cast.iter().filter(|one| *one == class).count();
        times <= votes.of(*class) as usize
    };
    let is_of = kept.sketch == sketch.to_address() && kept.choice == *choice;
    if !is_of || !votes.fit(classes) || !kept.cast.iter().all(counted) {
        return None;
    }
    let round = Round {
        votes,
        cast: kept.cast,
        is_linked: kept.is_linked,
    };
    let step = match kept.step {
        Step::Show if !round.can_show() => Step::Ask,
        step => step,
    };
    Some((step, round))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
#[path = "fool/tests.rs"]
mod tests;
