//! Support sets: embedded once, scored often.

use twinglyph_core::support::Support;
use twinglyph_core::{Architecture, Views};
use twinglyph_nn::Values;

use crate::EngineError;
use crate::device::Ready;

/// Drawings embedded at once: bounds memory, and is about where a batch stops being faster.
const BATCH: usize = 32;

/// The same for Koch's network, thirty times the work a drawing: so few that the page hears of each
/// part long before it gives the worker up, and enough for its second layer to go by spectra.
const BATCH_OF_KOCH: usize = 16;

/// Sets of up to so many examples go in parts of [`FEW_AT_ONCE`] on the CPU.
const FEW: usize = 64;

/// So few that the memory of a part is soon there, which a person's first ranking waits for.
const FEW_AT_ONCE: usize = 2;

/// All examples embedded on a device by one view; `told` hears of drawings done and of all there
/// are now and then, but not of the end.
///
/// # Errors
/// When the device does not give its numbers, or there is no example.
pub(crate) async fn embed(
    support: &Support,
    ready: &Ready,
    mut told: impl FnMut(u64, u64),
) -> Result<Values, EngineError> {
    let (batch, telling) = match ready.twin.architecture() {
        Architecture::Koch => (BATCH_OF_KOCH, BATCH_OF_KOCH),
        _ if ready.device.is_none() && support.examples() <= FEW => (FEW_AT_ONCE, BATCH),
        Architecture::Compact | Architecture::Deep => (BATCH, BATCH),
    };
    let mut parts = Vec::new();
    let (mut done, total) = (0, support.examples());
    for part in support.parts(batch) {
        parts.push(ready.embed(part, Views::One).await?);
        done += part.len();
        if done < total && done.is_multiple_of(telling) {
            told(done as u64, total as u64);
        }
    }
    Values::concat(&parts).ok_or(EngineError::Support("it has no class"))
}
