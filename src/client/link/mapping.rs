//! The map of embeddings: asked for while somebody looks at it, for the newest drawing, and anew when
//! the support set, its views or the worker are others.
//!
//! One question is on its way at most; of the drawings that come meanwhile the last is kept.

use twinglyph_core::Bitmap;
use twinglyph_core::protocol::{Command, EmbeddingMap};

use super::{Action, Flight, Link, News, Phase};

/// What is looked at, what waits, what is on its way. A drawing may be none: the map alone.
#[derive(Debug, Default)]
pub(super) struct Mapping {
    flight: Option<Flight>,
    waiting: Option<Option<Bitmap>>,
    last: Option<Option<Bitmap>>,
}

impl Mapping {
    /// The device or the worker is another: what was asked is asked again.
    pub(super) fn again(&mut self) {
        self.flight = None;
        self.waiting.clone_from(&self.last);
    }

    /// That request is no more on its way, if it was.
    pub(super) fn failed(&mut self, id: u32) {
        self.flight = self.flight.filter(|flight| flight.id != id);
    }
}

impl Link {
    /// Asks where the classes of the support set lie, and this drawing among them, from now on;
    /// answered by [`News::Map`].
    pub(crate) fn map(&mut self, query: Option<Bitmap>) -> Vec<Action> {
        let mut out = Vec::new();
        self.mapping.last = Some(query.clone());
        self.mapping.waiting = Some(query);
        self.send_map(&mut out);
        self.finish(out)
    }

    /// Nobody looks at the map any more.
    pub(crate) fn stop_mapping(&mut self) -> Vec<Action> {
        self.mapping.last = None;
        self.mapping.waiting = None;
        self.finish(Vec::new())
    }

    /// A support set has other embeddings than before.
    pub(super) fn map_again(&mut self, out: &mut Vec<Action>) {
        self.mapping.waiting.clone_from(&self.mapping.last);
        self.send_map(out);
    }

    pub(super) fn mapped(
        &mut self,
        id: u32,
        (set, map): (u32, Box<EmbeddingMap>),
        out: &mut Vec<Action>,
    ) {
        if self.mapping.flight.is_none_or(|flight| flight.id != id) {
            return;
        }
        self.mapping.flight = None;
        let wanted = self.wanted.as_ref().is_some_and(|wanted| wanted.set == set);
        if wanted && self.mapping.last.is_some() {
            out.push(Action::Tell(News::Map(set, map)));
        }
        self.send_map(out);
    }

    pub(super) fn send_map(&mut self, out: &mut Vec<Action>) {
        // The engine asks for it again when it has the set.
        if self.phase != Phase::Up || self.mapping.flight.is_some() {
            return;
        }
        let (Some(wanted), Some(set)) = (&self.wanted, self.embedded) else {
            return;
        };
        if wanted.set == set
            && let Some(query) = self.mapping.waiting.take()
        {
            self.mapping.flight = Some(self.send(Command::Map { set, query }, out));
        }
    }
}

#[cfg(test)]
#[path = "mapping/tests.rs"]
mod tests;
