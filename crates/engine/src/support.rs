//! Support sets: embedded once, scored often.

use twinglyph_core::support::Support;
use twinglyph_core::{Architecture, Bitmap, Views};
use twinglyph_nn::Values;

use crate::device::Ready;
use crate::session::{Followed, How, Inputs};
use crate::{Engine, EngineError};

/// Drawings embedded at once on a graphics device, and between two words to the page: bounds memory, and is about where
/// a batch stops being faster.
const BATCH: usize = 32;

/// The same for Koch's network, thirty times the work a drawing: so few that the page hears of each
/// part long before it gives the worker up.
const BATCH_OF_KOCH: usize = 16;

/// Sets of up to so many examples go in parts of [`FEW_AT_ONCE`] on the CPU.
const FEW: usize = 64;

/// So few that the memory of a part is soon there, which a person's first ranking waits for.
const FEW_AT_ONCE: usize = 2;

/// The embeddings of a support set.
#[derive(Clone)]
pub(crate) struct Embedded {
    /// By one view.
    pub(crate) first: Values,
    /// By all views of the model, once they are embedded.
    pub(crate) all: Option<Values>,
}

impl Embedded {
    /// By as many views as there are.
    pub(crate) fn most(&self) -> &Values {
        self.all.as_ref().unwrap_or(&self.first)
    }
}

impl Engine {
    /// All examples embedded by one view; `told` hears of drawings done and of all there
    /// are now and then, but not of the end.
    ///
    /// # Errors
    /// When the device does not give its numbers, or there is no example.
    pub(crate) async fn embed_support(
        &self,
        id: u32,
        support: &Support,
        ready: &Ready,
        mut told: impl FnMut(u64, u64),
    ) -> Result<Values, EngineError> {
        let none = EngineError::Support("it has no class");
        let total = support.examples();
        let koch = ready.twin.architecture() == Architecture::Koch;
        if ready.device.is_none() && total <= FEW && !koch {
            let parts = support.parts(FEW_AT_ONCE);
            let parts: Vec<_> = parts
                .map(|part| ready.twin.embed(part, Views::One))
                .collect();
            return Values::concat(&parts).ok_or(none);
        }
        let batch = if koch { BATCH_OF_KOCH } else { BATCH };
        let drawings: Vec<&Bitmap> = support.parts(1).flatten().collect();
        let mut last = 0;
        let mut telling = |done| {
            if done < total && done / batch > last {
                last = done / batch;
                told(done as u64, total as u64);
            }
            true
        };
        let how = How {
            at_once: batch,
            followed: Followed::ByNothing,
        };
        let inputs = Inputs {
            drawings: &drawings,
            views: Views::One,
        };
        let embedded = self.embed_batch(id, ready, inputs, how, &mut telling);
        embedded.await?.ok_or(none)
    }
}
