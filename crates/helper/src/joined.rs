//! Training steps shared with further workers: the end of such a worker.

use twinglyph_core::Alphabet;
use twinglyph_core::protocol::Drawings;
use twinglyph_core::training::TrainConfig;
use twinglyph_nn::backend::{DeviceError, SharedPart};
use twinglyph_nn::{Found, Round, Share};

use crate::ahead::Ahead;
use crate::server::alphabets;

/// What a worker other than the trainer has of a run.
pub(crate) struct Joined {
    config: TrainConfig,
    training: Vec<Alphabet>,
    part: Box<dyn SharedPart>,
    /// The last round, and whether it ended with embeddings, until what is to be done behind it is done.
    behind: Option<(Round, bool)>,
    /// The images of the same share of the next step.
    ahead: Option<Ahead>,
}

impl Joined {
    pub(crate) fn new(
        part: Box<dyn SharedPart>,
        config: TrainConfig,
        training: Vec<Drawings>,
    ) -> Result<Self, DeviceError> {
        Ok(Self {
            part,
            training: alphabets(training)?,
            config,
            behind: None,
            ahead: None,
        })
    }

    /// The first round of a step.
    pub(crate) fn begin(
        &mut self,
        step: u32,
        share: Share,
        parameters: Vec<f32>,
    ) -> Result<Found, DeviceError> {
        let ahead = self.ahead.take();
        let ahead = match ahead.filter(|ahead| ahead.is_of_share(step, &share)) {
            Some(ahead) => ahead,
            None => Ahead::of_share(&self.training, &self.config, step, &share)?,
        };
        let images = ahead.batch.finish().images;
        self.ahead = Ahead::of_share(&self.training, &self.config, step + 1, &share).ok();
        let begun = self.part.begin(parameters, share, &images);
        begun.map_err(DeviceError::new)?;
        self.round(&Round::FIRST)
    }

    pub(crate) fn round(&mut self, round: &Round) -> Result<Found, DeviceError> {
        let found = self.part.round(round).map_err(DeviceError::new)?;
        let is_embeddings = matches!(found, Found::Embeddings { .. });
        self.behind = Some((round.clone(), is_embeddings));
        Ok(found)
    }

    /// Does what nobody waits for, once what was found is sent.
    pub(crate) fn catch_up(&mut self) {
        let Some((round, is_embeddings)) = self.behind.take() else {
            return;
        };
        self.part.catch_up();
        if let Some(ahead) = &mut self.ahead {
            ahead.draw_behind(&round);
            if is_embeddings {
                ahead.draw_while_scored();
            }
        }
    }
}
