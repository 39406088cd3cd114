//! The shelf: drawings that the worker keeps apart from the support set. One request at a time, each
//! answered or given up; what a worker had is gone with it.

use twinglyph_core::protocol::{Command, Failure, FailureKind, Match};

use super::{Action, Flight, Link, News, Phase};
use crate::words::words;

/// What is told of a shelf.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Shelf {
    /// It has so many drawings.
    Holds(u32),
    /// The most similar of its drawings, best first.
    Nearest(Vec<Match>),
}

/// Why it isn't.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoShelf {
    /// What was there is gone: another model, device or worker. It can be filled anew.
    #[error("{}", words().failures.shelf_gone)]
    Gone,
    /// The worker's words.
    #[error("{0}")]
    Refused(String),
}

/// The request that waits for a worker, and the one on its way, with the ticket of who asked.
#[derive(Debug, Default)]
pub(super) struct Shelving {
    flight: Option<(Flight, u64)>,
    waiting: Option<(u64, Command)>,
}

impl Link {
    /// Asks something of the shelf; answered by [`News::Shelf`]. A request that waits still is
    /// given up for it.
    pub(crate) fn shelf(&mut self, ticket: u64, command: Command) -> Vec<Action> {
        let mut out = Vec::new();
        if let Some((before, _)) = self.shelving.waiting.replace((ticket, command)) {
            out.push(Action::Tell(News::Shelf(before, Err(NoShelf::Gone))));
        }
        self.send_shelf(&mut out);
        self.finish(out)
    }

    pub(super) fn send_shelf(&mut self, out: &mut Vec<Action>) {
        if self.phase == Phase::Up
            && self.shelving.flight.is_none()
            && let Some((ticket, command)) = self.shelving.waiting.take()
        {
            let flight = self.send(command, out);
            self.shelving.flight = Some((flight, ticket));
        }
    }

    pub(super) fn shelved(&mut self, id: u32, shelf: Shelf, out: &mut Vec<Action>) {
        self.end_shelving(id, Ok(shelf), out);
    }

    /// Was this the failure of such a request? A lost device's is not: it is told of by itself.
    pub(super) fn not_shelved(
        &mut self,
        id: u32,
        failure: &Failure,
        out: &mut Vec<Action>,
    ) -> bool {
        let why = match failure.kind {
            FailureKind::Device | FailureKind::Shelf => NoShelf::Gone,
            _ => NoShelf::Refused(failure.message.clone()),
        };
        self.end_shelving(id, Err(why), out) && failure.kind != FailureKind::Device
    }

    /// The worker is gone, and with it its shelf.
    pub(super) fn lose_shelf(&mut self, out: &mut Vec<Action>) {
        if let Some((flight, _)) = self.shelving.flight {
            self.end_shelving(flight.id, Err(NoShelf::Gone), out);
        }
    }

    fn end_shelving(
        &mut self,
        id: u32,
        result: Result<Shelf, NoShelf>,
        out: &mut Vec<Action>,
    ) -> bool {
        match self.shelving.flight {
            Some((flight, ticket)) if flight.id == id => {
                self.shelving.flight = None;
                out.push(Action::Tell(News::Shelf(ticket, result)));
                self.send_shelf(out);
                true
            }
            _ => false,
        }
    }
}

#[cfg(test)]
#[path = "shelf/tests.rs"]
mod tests;
