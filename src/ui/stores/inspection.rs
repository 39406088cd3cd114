//! Looking into the network: what was asked for last, by any page, and the answer to it.

use std::sync::Arc;

use leptos::prelude::*;
use twinglyph_core::Bitmap;
use twinglyph_core::protocol::{Command, Inspection};

use super::AppState;
use crate::client::worker_client::Kind;

#[derive(Clone, Copy)]
pub(crate) struct InspectionStore {
    app: AppState,
    /// What can be seen of the network: the last answer, until the next one comes.
    pub(crate) inspection: RwSignal<Option<Arc<Inspection>>>,
    /// While the worker looks: patches done and in all (0 before it is known).
    pub(crate) inspecting: RwSignal<Option<(u64, u64)>>,
    /// The ticket of the last question.
    ticket: StoredValue<u64>,
    /// The ticket of the last answer.
    answered: StoredValue<u64>,
}

impl InspectionStore {
    #[inline(never)]
    pub(super) fn new(app: AppState) -> Self {
        Self {
            app,
            inspection: RwSignal::new(None),
            inspecting: RwSignal::new(None),
            ticket: StoredValue::new(0),
            answered: StoredValue::new(0),
        }
    }

    /// Asks what this drawing becomes in the network and why it is like each of the others. Gives the question's ticket;
    /// one that was asked before and is not answered yet never will be.
    pub(crate) fn inspect(self, query: Option<Bitmap>, others: Vec<Bitmap>) -> u64 {
        self.ticket.update_value(|ticket| *ticket += 1);
        self.inspecting.set(Some((0, 0)));
        let ticket = self.ticket.get_value();
        let command = Command::Inspect {
            ticket,
            query,
            others,
        };
        self.app.ask(Kind::Inspection, ticket, command);
        ticket
    }

    /// The answer to this question, as long as no other one came.
    pub(crate) fn answer(self, ticket: u64) -> Option<Arc<Inspection>> {
        let last = self.inspection.get();
        last.filter(|_| self.answered.get_value() == ticket)
    }

    pub(super) fn hear(self, ticket: u64, inspection: Inspection) {
        if ticket == self.ticket.get_value() {
            self.inspecting.set(None);
            self.answered.set_value(ticket);
            self.inspection.set(Some(Arc::new(inspection)));
        }
    }

    pub(super) fn hear_progress(self, done: u64, total: u64) {
        self.inspecting.update(|looking| {
            if let Some(looking) = looking {
                *looking = (done, total);
            }
        });
    }

    /// No answer will come.
    pub(super) fn give_up(self) {
        self.inspecting.set(None);
    }
}
