//! The gallery of drawings that the worker keeps for the search through all characters: requests that can be
//! awaited.

use twinglyph_core::protocol::Command;

use super::AppState;
use super::pending::Pending;
use crate::client::worker_client::{Gallery, Kind, NoGallery};

/// What is asked of the gallery.
#[derive(Clone, Copy)]
pub(crate) struct GalleryStore {
    app: AppState,
    pending: Pending<Result<Gallery, NoGallery>>,
}

impl GalleryStore {
    #[inline(never)]
    pub(super) fn new(app: AppState) -> Self {
        Self {
            app,
            pending: Pending::new(),
        }
    }

    /// What the worker's gallery says to [`Command::IndexGallery`] or [`Command::SearchGallery`].
    ///
    /// # Errors
    /// When the gallery is gone, or the worker refuses.
    pub(crate) async fn ask(self, command: Command) -> Result<Gallery, NoGallery> {
        let ticket = self.app.ticket();
        let answer = self.pending.wait(ticket);
        self.app.ask(Kind::Gallery, ticket, command);
        answer.await.unwrap_or(Err(NoGallery::Gone))
    }

    pub(super) fn hear(self, ticket: u64, result: Result<Gallery, NoGallery>) {
        self.pending.answer(ticket, result);
    }
}
