//! Trials on the held-out alphabets while a run is on its way.

use std::error::Error;

use twinglyph_core::rng::Rng;
use twinglyph_core::score::Tally;
use twinglyph_core::trial::{self, SampleError, Trial};
use twinglyph_core::{Alphabet, Views};
use twinglyph_nn::Twin;
use twinglyph_nn::backend::Learner;
use twinglyph_nn::weights::Metadata;

use crate::measure::Gallery;
use crate::network::Network;
use crate::progress::progress;
use crate::stop::Stop;

/// Seed of the trials, the same for all runs so that they compare.
const SEED: u64 = 1;

/// Characters of a support set.
const WAYS: usize = 20;

/// The trials of every validation of a run.
pub(super) struct Validation {
    held_out: Vec<Alphabet>,
    trials: Vec<Trial>,
    /// Does a graphics device embed?
    on_device: bool,
}

impl Validation {
    /// So many trials on these alphabets; none where there are no alphabets.
    ///
    /// # Errors
    /// When the alphabets are too small for them.
    pub(super) fn new(
        held_out: Vec<Alphabet>,
        count: u32,
        on_device: bool,
    ) -> Result<Self, SampleError> {
        let mut rng = Rng::new(SEED);
        let count = if held_out.is_empty() { 0 } else { count };
        let trials = (0..count).map(|_| trial::within(&held_out, WAYS, &mut rng));
        Ok(Self {
            trials: trials.collect::<Result<_, _>>()?,
            held_out,
            on_device,
        })
    }

    /// Is there nothing to try?
    pub(super) fn is_empty(&self) -> bool {
        self.trials.is_empty()
    }

    /// Tries the network as it is: by one view, as it is trained, as a validation is taken often. `None` when a signal
    /// asked to stop meanwhile.
    ///
    /// # Errors
    /// When the network holds a number that is not finite, or the device does not give its numbers.
    pub(super) async fn take(
        &self,
        learner: &dyn Learner,
        stop: &Stop,
    ) -> Result<Option<Tally>, Box<dyn Error>> {
        let drawings = self
            .trials
            .iter()
            .flat_map(|t| t.support.iter().copied().chain([t.query]));
        let snapshot = learner.snapshot();
        let metadata = Metadata::new(learner.config().architecture);
        let file = snapshot.file(&metadata).await?;
        let device = self.on_device.then_some(snapshot);
        let network = Network::new(Twin::read(&file)?.0, device);
        let mut told = progress("validation");
        let go_on = |done, total| {
            told(done, total);
            stop.asked().is_none()
        };
        let scorer = (&network, Views::One);
        let gallery = Gallery::embed_while(scorer, &self.held_out, drawings, go_on)?;
        let Some(gallery) = gallery else {
            return Ok(None);
        };
        let mut tally = Tally::default();
        for trial in &self.trials {
            if stop.asked().is_some() {
                return Ok(None);
            }
            tally.add(gallery.choose(trial)? == trial.answer);
        }
        Ok(Some(tally))
    }
}
