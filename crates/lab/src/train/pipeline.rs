//! Batches made on threads of their own while the network learns.

use std::error::Error;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use twinglyph_core::Alphabet;
use twinglyph_core::trial::SampleError;
use twinglyph_model::train::{Batch, TrainConfig, sample};

/// Batches kept ready: enough that a validation's pause fills them, little memory (1.2 MB each).
const READY: usize = 4;

/// The batches of a run, in order.
pub(crate) struct Pipeline {
    batches: Receiver<Result<Batch, SampleError>>,
}

impl Pipeline {
    /// Starts making the batches of steps `from..to`.
    pub(crate) fn start(alphabets: Vec<Alphabet>, config: TrainConfig, from: u32, to: u32) -> Self {
        let (send, batches) = sync_channel(READY);
        let data = Arc::new((alphabets, config));
        thread::spawn(move || {
            for step in from..to {
                let (alphabets, config) = data.as_ref();
                // Nobody takes batches any more when the run has stopped.
                if send.send(sample(alphabets, config, step)).is_err() {
                    break;
                }
            }
        });
        Self { batches }
    }

    /// The next batch.
    ///
    /// # Errors
    /// When the alphabets are too small for the config, or there is no further batch.
    pub(crate) fn next(&mut self) -> Result<Batch, Box<dyn Error>> {
        Ok(self.batches.recv()??)
    }
}
