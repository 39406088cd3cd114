//! Looking into the network: what was asked for last, and the answer to it.

use std::sync::Arc;

use leptos::prelude::*;
use twinglyph_core::Bitmap;
use twinglyph_core::protocol::Inspection;

use super::Desk;

impl Desk {
    /// Asks what this drawing becomes in the network and why it is like the other. The last answer
    /// stays until the next one comes.
    pub(crate) fn inspect(self, query: Option<Bitmap>, other: Option<Bitmap>) {
        self.inspected.update_value(|ticket| *ticket += 1);
        self.inspecting.set(Some((0, 0)));
        let ticket = self.inspected.get_value();
        self.client(|client| client.inspect(ticket, query, other));
    }

    pub(super) fn hear_inspection(self, ticket: u64, inspection: Inspection) {
        if ticket == self.inspected.get_value() {
            self.inspecting.set(None);
            self.inspection.set(Some(Arc::new(inspection)));
        }
    }
}
