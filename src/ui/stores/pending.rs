//! Requests to the worker that can be awaited, by ticket.

use futures_channel::oneshot;
use leptos::prelude::*;

/// Those who wait for an answer of one kind. Copies are the same.
pub(super) struct Pending<T: 'static> {
    waiting: StoredValue<Vec<(u64, oneshot::Sender<T>)>, LocalStorage>,
}

impl<T> Clone for Pending<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Pending<T> {}

impl<T> Pending<T> {
    /// Nobody waits.
    pub(super) fn new() -> Self {
        Self {
            waiting: StoredValue::new_local(Vec::new()),
        }
    }

    /// Waits for the answer to this ticket; none comes where the page closes.
    pub(super) fn wait(self, ticket: u64) -> oneshot::Receiver<T> {
        let (sender, receiver) = oneshot::channel();
        self.waiting.update_value(|waiting| {
            waiting.push((ticket, sender));
        });
        receiver
    }

    /// The answer is here.
    pub(super) fn answer(self, ticket: u64, answer: T) {
        let sender = self
            .waiting
            .try_update_value(|waiting| {
                let at = waiting.iter().position(|(of, _)| *of == ticket)?;
                Some(waiting.swap_remove(at).1)
            })
            .flatten();
        if let Some(sender) = sender {
            // Who asked may have gone to another page.
            let _ = sender.send(answer);
        }
    }
}
