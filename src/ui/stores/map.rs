//! The map of embeddings, while somebody looks at it.

use std::sync::Arc;

use leptos::prelude::*;
use twinglyph_core::Bitmap;
use twinglyph_core::protocol::EmbeddingMap;

use super::Desk;
use crate::client::Client;

impl Desk {
    /// Asks where the classes of the support set lie, and this drawing among them, until
    /// [`Desk::stop_mapping`]. The last map of the same set stays until the next one comes.
    pub(crate) fn map(self, query: Option<Bitmap>) {
        self.client(|client| client.map(query));
    }

    /// Nobody looks any more.
    pub(crate) fn stop_mapping(self) {
        self.client(Client::stop_mapping);
        self.map.set(None);
    }

    pub(super) fn hear_map(self, set: u32, map: EmbeddingMap) {
        let is_shown = self.support.with_untracked(|shown| {
            let set_of = shown.as_ref().map(|shown| &shown.set);
            set_of.is_some_and(|own| own.id == set && own.classes.len() == map.points.len())
        });
        if is_shown {
            self.map.set(Some(Arc::new(map)));
        }
    }
}
