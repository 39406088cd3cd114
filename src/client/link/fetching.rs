//! Fetching a large model: a wish that outlives the worker it was told to.

use twinglyph_core::protocol::{Command, FetchEnd};

use super::{Action, Link, News, Phase};

/// The model that is wanted, and the request for it, once a worker has it.
#[derive(Debug, Default)]
pub(super) struct Fetching {
    wanted: Option<(String, Option<u32>)>,
}

impl Link {
    /// Brings a large model into the browser; answered by [`News::Fetched`]. One that was on its
    /// way is given up, without a word.
    pub(crate) fn fetch(&mut self, name: &str) -> Vec<Action> {
        let mut out = Vec::new();
        self.fetching.wanted = Some((name.to_owned(), None));
        self.send_fetch(&mut out);
        self.finish(out)
    }

    /// Gives up the model on its way; answered by [`News::Fetched`] at once.
    pub(crate) fn stop_fetching(&mut self) -> Vec<Action> {
        let mut out = Vec::new();
        if let Some((name, request)) = self.fetching.wanted.take() {
            if request.is_some() {
                self.send(Command::StopFetching, &mut out);
            }
            out.push(Action::Tell(News::Fetched(name, FetchEnd::Stopped)));
        }
        self.finish(out)
    }

    /// Tells a worker what is wanted, if there is one that doesn't know.
    pub(super) fn send_fetch(&mut self, out: &mut Vec<Action>) {
        if self.phase != Phase::Up {
            return;
        }
        if let Some((name, None)) = self.fetching.wanted.clone() {
            let request = self.send(Command::Fetch(name.clone()), out).id;
            self.fetching.wanted = Some((name, Some(request)));
        }
    }

    /// The worker is gone: the next one must be told anew.
    pub(super) fn lose_fetching(&mut self) {
        if let Some((_, request)) = &mut self.fetching.wanted {
            *request = None;
        }
    }

    /// Is this request the fetching on its way?
    pub(super) fn is_fetching(&self, id: u32) -> bool {
        let wanted = self.fetching.wanted.as_ref();
        wanted.is_some_and(|(_, request)| *request == Some(id))
    }

    /// The worker's last word on a request; only that on the newest counts.
    pub(super) fn fetched(&mut self, id: u32, end: FetchEnd, out: &mut Vec<Action>) {
        if self.is_fetching(id)
            && let Some((name, _)) = self.fetching.wanted.take()
        {
            out.push(Action::Tell(News::Fetched(name, end)));
        }
    }
}

#[cfg(test)]
mod tests;
