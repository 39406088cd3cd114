//! The shelf of drawings that the worker keeps for the search through all characters: requests that can be
//! awaited.

use twinglyph_core::protocol::Command;

use super::AppState;
use super::pending::Pending;
use crate::client::link::{Kind, NoShelf, Shelf};

/// What is asked of the shelf.
#[derive(Clone, Copy)]
pub(crate) struct ShelfStore {
    app: AppState,
    pending: Pending<Result<Shelf, NoShelf>>,
}

impl ShelfStore {
    #[inline(never)]
    pub(super) fn new(app: AppState) -> Self {
        Self {
            app,
            pending: Pending::new(),
        }
    }

    /// What the worker's shelf says to [`Command::Shelve`] or [`Command::Browse`].
    ///
    /// # Errors
    /// When the shelf is gone, or the worker refuses.
    pub(crate) async fn ask(self, command: Command) -> Result<Shelf, NoShelf> {
        let ticket = self.app.ticket();
        let answer = self.pending.wait(ticket);
        self.app.ask(Kind::Shelf, ticket, command);
        answer.await.unwrap_or(Err(NoShelf::Gone))
    }

    pub(super) fn hear(self, ticket: u64, result: Result<Shelf, NoShelf>) {
        self.pending.answer(ticket, result);
    }
}
