//! The shelf: requests to the worker that can be awaited.

use std::collections::BTreeMap;

use futures_channel::oneshot;
use leptos::prelude::*;
use twinglyph_core::protocol::Command;

use super::Desk;
use crate::client::link::{NoShelf, Shelf};

/// Those who wait, by ticket.
pub(super) type Waiting = BTreeMap<u64, oneshot::Sender<Result<Shelf, NoShelf>>>;

impl Desk {
    /// What the worker's shelf says to [`Command::Shelve`] or [`Command::Browse`].
    ///
    /// # Errors
    /// When the shelf is gone, or the worker refuses.
    pub(crate) async fn shelf(self, command: Command) -> Result<Shelf, NoShelf> {
        let (sender, receiver) = oneshot::channel();
        let ticket = self.tickets.get_value();
        self.tickets.set_value(ticket + 1);
        self.shelving.update_value(|waiting| {
            waiting.insert(ticket, sender);
        });
        self.client(|client| client.shelf(ticket, command));
        receiver.await.unwrap_or(Err(NoShelf::Gone))
    }

    pub(super) fn hear_shelf(self, ticket: u64, result: Result<Shelf, NoShelf>) {
        let sender = self
            .shelving
            .try_update_value(|waiting| waiting.remove(&ticket))
            .flatten();
        if let Some(sender) = sender {
            // Who asked may have gone to another page.
            let _ = sender.send(result);
        }
    }
}
