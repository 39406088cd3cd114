//! The engine's starter: a worker's first rankings, while the engine is on its way (docs/decisions/0020).
//!
//! It is spoken with as the engine is, and answers what it can. The engine hears what was said, and answers the
//! order to start and the support set once more: to the link they are news of the same worker.

use twinglyph_core::protocol::{DeviceKind, DevicePreference};

use super::limits::STALL_LIMIT;
use super::{Link, Phase};

impl Link {
    /// May a new worker begin with it? It ranks on the processor, with a model that can be asked for ahead.
    pub(crate) fn begins_with_starter(&self) -> bool {
        let asked = self.preference == DevicePreference::Only(DeviceKind::WebGpu);
        !asked && self.ahead().is_some()
    }

    /// The engine has come, and begins only now with what the starter has left.
    pub(super) fn taken_over(&mut self) {
        self.starter = false;
        self.stall_limit = STALL_LIMIT;
        if let Phase::Starting(flight) = &mut self.phase {
            flight.since = self.clock;
        }
        let asked = self.asked.iter_mut().map(|(flight, _)| flight);
        for flight in asked.chain(&mut self.embedding) {
            flight.since = self.clock;
        }
        if let Some(flight) = self.scoring.flight() {
            self.scoring_goes_on(flight.id);
        }
    }
}

#[cfg(test)]
mod tests;
