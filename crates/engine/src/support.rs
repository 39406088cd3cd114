//! Support sets on a device: embedded once, scored often.

use twinglyph_core::Views;
use twinglyph_core::protocol::DeviceKind;
use twinglyph_core::support::Support;
use twinglyph_model::{Architecture, Embedding};

use crate::device::Ready;

/// Drawings embedded at once: bounds memory, and is about where a batch stops being faster.
const BATCH: usize = 32;

/// The same for Koch's network, thirty times the work a drawing: so few that the page hears of each
/// part long before it gives the worker up, and enough for its second layer to go by spectra.
const BATCH_OF_KOCH: usize = 16;

/// All examples embedded on a device by one view; `told` hears of drawings done and of all there
/// are after each part but the last. A graphics device is waited for, so that what is told is true and
/// the next ranking need not wait for the set too; what went wrong there is found out by whoever
/// asks next.
pub(crate) async fn embed(
    support: &Support,
    ready: &Ready,
    mut told: impl FnMut(u64, u64),
) -> Option<Embedding> {
    let batch = match ready.twin.architecture() {
        Architecture::Koch => BATCH_OF_KOCH,
        Architecture::Compact | Architecture::Deep => BATCH,
    };
    let mut parts = Vec::new();
    let (mut done, total) = (0, support.examples());
    for part in support.parts(batch) {
        let embedding = ready.embed(part, Views::One);
        if ready.kind == DeviceKind::WebGpu {
            let little = embedding.global.clone().narrow(1, 0, 1);
            if let Err(error) = ready.numbers(little).await {
                log::warn!("the support set: {error}");
            }
        }
        parts.push(embedding);
        done += part.len();
        if done < total {
            told(done as u64, total as u64);
        }
    }
    Embedding::concat(parts)
}
