//! Comparing drawings for trials: a question to the worker that can be awaited.

use std::sync::Arc;

use futures_channel::oneshot;
use leptos::prelude::*;

use super::Desk;
use crate::client::link::{Job, Scored};
use crate::words::words;

/// Those who wait for scores, by ticket.
pub(super) type Waiting = std::collections::BTreeMap<u64, oneshot::Sender<Result<Scored, String>>>;

impl Desk {
    /// The scores of a job, however often the worker has to be started anew for them.
    ///
    /// # Errors
    /// When the worker says that it can't be done; its words.
    pub(crate) async fn score(self, job: Job) -> Result<Scored, String> {
        let (sender, receiver) = oneshot::channel();
        let ticket = self.tickets.get_value();
        self.tickets.set_value(ticket + 1);
        self.waiting.update_value(|waiting| {
            waiting.insert(ticket, sender);
        });
        self.client(|client| client.score(ticket, Arc::new(job)));
        receiver
            .await
            .unwrap_or_else(|_| Err(words().desk.closing.to_owned()))
    }

    pub(super) fn hear_scores(self, ticket: u64, result: Result<Scored, String>) {
        let sender = self
            .waiting
            .try_update_value(|waiting| waiting.remove(&ticket))
            .flatten();
        if let Some(left) = self.fault_in.get_value() {
            self.fault_in.set_value(Some(left.saturating_sub(1)));
            if left == 1 {
                self.break_worker();
            }
        }
        if let Some(sender) = sender {
            // Who asked may have gone to another page.
            let _ = sender.send(result);
        }
    }
}
