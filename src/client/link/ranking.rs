//! Rankings: which drawing is asked about, when, and when once more.
//!
//! One question is on its way at most. A drawing that was ranked by fewer views of the support set
//! than there are meanwhile is asked about again.

use twinglyph_core::protocol::Command;

use super::{Action, Link, News, Phase, Ranked};

impl Link {
    /// A support set is embedded by so many views; are there to be more?
    pub(super) fn embedded(
        &mut self,
        id: u32,
        set: u32,
        views: (u32, bool),
        out: &mut Vec<Action>,
    ) {
        if self.embedding.is_some_and(|flight| flight.id == id) {
            self.embedding = None;
            // What was ranked by a sketch of the set is ranked again by all of it.
            self.told = self.told.map(|(ticket, _)| (ticket, 0));
        }
        if self.wanted.as_ref().is_some_and(|wanted| wanted.set == set) {
            self.embedded = Some(set);
            self.views = views;
            self.look_again();
            self.send_query(out);
            self.map_again(out);
        }
    }

    /// An answer to the question on its way; others are of questions that are not asked any more.
    pub(super) fn ranked(&mut self, id: u32, ranked: Ranked, out: &mut Vec<Action>) {
        let Some((flight, ticket)) = self.asked else {
            return;
        };
        if flight.id != id {
            return;
        }
        self.asked = None;
        let set = ranked.set;
        if self.wanted.as_ref().is_some_and(|wanted| wanted.set == set) {
            self.told = Some((ticket, ranked.views));
            out.push(Action::Tell(News::Ranking(Ranked { ticket, ..ranked })));
            self.look_again();
        }
        self.send_query(out);
    }

    /// Asks once more for the last drawing where it was ranked by fewer views than there are now.
    fn look_again(&mut self) {
        let Some((ticket, _)) = self.last else {
            return;
        };
        let told = self.told.filter(|(told, _)| *told == ticket);
        if self.waiting.is_none() && told.is_some_and(|(_, by)| by < self.views.0) {
            self.waiting.clone_from(&self.last);
        }
    }

    /// Asks about the drawing that waits, if the wanted set is embedded and nothing else is asked.
    pub(super) fn send_query(&mut self, out: &mut Vec<Action>) {
        if self.phase != Phase::Up || self.asked.is_some() {
            return;
        }
        let (Some(wanted), Some(embedded)) = (&self.wanted, self.embedded) else {
            return;
        };
        if wanted.set != embedded {
            return;
        }
        if let Some((ticket, query)) = self.waiting.take() {
            let command = Command::Classify {
                set: embedded,
                query,
            };
            let flight = self.send(command, out);
            self.asked = Some((flight, ticket));
        }
    }
}

#[cfg(test)]
mod tests;
