//! The support set at the worker, and what is asked about it: rankings and the map of embeddings.
//!
//! A map by fewer views, or of an older set, than the worker has meanwhile is asked for again, and so is a ranking that
//! more views may change.

use std::sync::Arc;

use twinglyph_core::Bitmap;
use twinglyph_core::protocol::{Command, EmbeddingMap};

use super::table::Kind;
use super::{Effect, Phase, Ranked, Update, WorkerClient};

/// A support set as the worker gets it.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    set: u32,
    /// One entry a class.
    classes: Arc<Vec<Vec<Bitmap>>>,
    /// What of it this worker got, for its model and device.
    sent: Sent,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Sent {
    Nothing,
    /// The first example of each class.
    Sketch,
    All,
}

impl WorkerClient {
    /// Makes this the support set; the set before it is forgotten.
    pub(crate) fn set_support(&mut self, set: u32, classes: Arc<Vec<Vec<Bitmap>>>) -> Vec<Effect> {
        let sent = Sent::Nothing;
        self.wanted = Some(Wanted { set, classes, sent });
        // A drawing that waits was meant for the old set; its owner asks again for the new one.
        self.table.settle(Kind::Ranking);
        self.told = None;
        self.finish(Vec::new())
    }

    /// The worker has no embeddings of the set: they belong to a worker, a model and a device.
    pub(super) fn lose_support(&mut self) {
        self.embedded = None;
        self.table.end(Kind::Support, self.clock);
        if let Some(wanted) = &mut self.wanted {
            wanted.sent = Sent::Nothing;
        }
    }

    /// Sends the wanted set to a worker that is up. One that is told to start for the first time gets the
    /// first such set right behind that: it need not wait for a busy page then.
    pub(super) fn supply(&mut self, out: &mut Vec<Effect>) {
        let is_first = !self.capable && !self.table.is_pending(Kind::Support);
        let may_go = match self.phase {
            Phase::Up => true,
            Phase::Starting => is_first,
            _ => false,
        };
        if let Some(wanted) = &mut self.wanted
            && wanted.sent == Sent::Nothing
            && may_go
        {
            let sketch = sketch(&wanted.classes);
            let is_sketch = sketch.is_some();
            wanted.sent = if is_sketch { Sent::Sketch } else { Sent::All };
            let classes = sketch.unwrap_or_else(|| wanted.classes.as_ref().clone());
            let set = wanted.set;
            self.send_set(set, classes, out);
        }
    }

    /// Sends the whole set to a worker that has a sketch of it and nothing else to do.
    pub(super) fn complete(&mut self, out: &mut Vec<Effect>) {
        if let Some(wanted) = &mut self.wanted
            && wanted.sent == Sent::Sketch
            && self.embedded.is_some()
            && !self.table.is_busy()
        {
            wanted.sent = Sent::All;
            let (set, classes) = (wanted.set, wanted.classes.as_ref().clone());
            self.send_set(set, classes, out);
        }
    }

    fn send_set(&mut self, set: u32, classes: Vec<Vec<Bitmap>>, out: &mut Vec<Effect>) {
        self.embedded = None;
        let command = Command::SetSupport { set, classes };
        self.post(Kind::Support, set.into(), command, out);
    }

    fn is_wanted(&self, set: u32) -> bool {
        self.wanted.as_ref().is_some_and(|wanted| wanted.set == set)
    }

    /// A support set is embedded by so many views; are there to be more?
    pub(super) fn embedded(&mut self, id: u32, set: u32, views: (u32, bool)) {
        if self.table.take(Kind::Support, id, self.clock).is_some() {
            // What was ranked by a sketch of the set is ranked again by all of it.
            self.told = self.told.map(|(ticket, _)| (ticket, Some(0)));
        }
        if self.is_wanted(set) {
            self.embedded = Some(set);
            self.views = views;
            self.look_again();
            self.table.repeat(Kind::Map);
        }
    }

    /// An answer to the question on its way; others are of questions that are not asked any more.
    pub(super) fn ranked(
        &mut self,
        id: u32,
        (ranked, more): (Ranked, bool),
        out: &mut Vec<Effect>,
    ) {
        let Some((ticket, _)) = self.table.take(Kind::Ranking, id, self.clock) else {
            return;
        };
        if self.is_wanted(ranked.set) {
            self.told = Some((ticket, more.then_some(ranked.views)));
            out.push(Effect::Tell(Update::Ranking(Ranked { ticket, ..ranked })));
            self.look_again();
        }
    }

    /// Asks once more for the last drawing where there are more views now that may change its ranking.
    fn look_again(&mut self) {
        if let Some((ticket, Some(by))) = self.told
            && by < self.views.0
            && self.table.answered(Kind::Ranking) == Some(ticket)
        {
            self.table.repeat(Kind::Ranking);
        }
    }

    pub(super) fn mapped(
        &mut self,
        id: u32,
        (set, map): (u32, Box<EmbeddingMap>),
        out: &mut Vec<Effect>,
    ) {
        let asked = self.table.take(Kind::Map, id, self.clock);
        if asked.is_some_and(|(_, looks)| looks) && self.is_wanted(set) {
            out.push(Effect::Tell(Update::Map(set, map)));
        }
    }
}

/// Most classes that are embedded with all examples before the first ranking.
const MOST: usize = 256;

/// The first example of each class of a large set, with which a first ranking comes sooner; `None` where all
/// examples are embedded at once.
fn sketch(classes: &[Vec<Bitmap>]) -> Option<Vec<Vec<Bitmap>>> {
    let saves = classes.len() > MOST && classes.iter().any(|class| class.len() > 1);
    let first = |class: &Vec<Bitmap>| class.iter().take(1).cloned().collect();
    saves.then(|| classes.iter().map(first).collect())
}

#[cfg(test)]
#[path = "support/maps/tests.rs"]
mod maps;
#[cfg(test)]
mod tests;
