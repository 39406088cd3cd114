//! The map of embeddings, while somebody looks at it.

use std::sync::Arc;

use leptos::prelude::*;
use twinglyph_core::Bitmap;
use twinglyph_core::protocol::EmbeddingMap;

use super::AppState;
use crate::client::worker_client::WorkerClient;

/// The map below the answer.
#[derive(Clone, Copy)]
pub(crate) struct MapStore {
    app: AppState,
    /// Where the embeddings of the support set lie, while somebody looks.
    pub(crate) map: RwSignal<Option<Arc<EmbeddingMap>>>,
}

impl MapStore {
    #[inline(never)]
    pub(super) fn new(app: AppState) -> Self {
        Self {
            app,
            map: RwSignal::new(None),
        }
    }

    /// Asks where the classes of the support set lie, and this drawing among them, until
    /// [`MapStore::stop`]. The last map of the same set stays until the next one comes.
    pub(crate) fn ask(self, query: Option<Bitmap>) {
        self.app.apply(|client| client.map(query));
    }

    /// Nobody looks any more.
    pub(crate) fn stop(self) {
        self.app.apply(WorkerClient::stop_mapping);
        self.forget();
    }

    /// What is shown is of another set.
    pub(super) fn forget(self) {
        self.map.set(None);
    }

    /// The map of the support set on the page.
    pub(super) fn show(self, map: EmbeddingMap) {
        self.map.set(Some(Arc::new(map)));
    }
}
