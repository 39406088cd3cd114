//! Images of the next step of a run, drawn while the workers of a step wait for each other.

use twinglyph_core::Alphabet;
use twinglyph_core::training::{PendingBatch, TrainConfig};
use twinglyph_nn::backend::DeviceError;
use twinglyph_nn::{Round, Share};

/// Images that a worker draws behind each round forward: about as many as there is time for until the next round. On the
/// way back the gradients of weights fill that time.
const EACH_ROUND: usize = 1;

/// Images that a worker other than the trainer draws besides behind the embeddings, while the trainer scores them.
const WHILE_SCORED: usize = 8;

/// A worker's images of a step to come.
pub(crate) struct Ahead {
    step: u32,
    /// How the batch is shared: the worker's own share; of the trainer's images all shares.
    pub(crate) shares: Vec<Share>,
    pub(crate) batch: PendingBatch,
}

impl Ahead {
    /// The trainer's, which shares the batch among so many workers, itself included.
    ///
    /// # Errors
    /// When there is no batch.
    pub(crate) fn of_trainer(
        training: &[Alphabet],
        config: &TrainConfig,
        step: u32,
        workers: usize,
    ) -> Result<Self, DeviceError> {
        Self::new(training, config, step, |images| {
            Share::among(images, config.parts as usize, workers)
        })
    }

    /// Another worker's.
    ///
    /// # Errors
    /// When there is no batch.
    pub(crate) fn of_share(
        training: &[Alphabet],
        config: &TrainConfig,
        step: u32,
        share: &Share,
    ) -> Result<Self, DeviceError> {
        Self::new(training, config, step, |_| vec![share.clone()])
    }

    fn new(
        training: &[Alphabet],
        config: &TrainConfig,
        step: u32,
        choose: impl FnOnce(usize) -> Vec<Share>,
    ) -> Result<Self, DeviceError> {
        let mut shares = Vec::new();
        let batch = PendingBatch::new(training, config, step, |images| {
            shares = choose(images);
            shares.first().map_or(0..0, Share::images)
        });
        Ok(Self {
            step,
            batch: batch.map_err(DeviceError::new)?,
            shares,
        })
    }

    /// Is it of this step, shared among so many workers?
    pub(crate) fn is_of(&self, step: u32, workers: usize) -> bool {
        let shared = self.shares.first();
        let shared = shared.map(|own| Share::among(own.batch, own.parts, workers));
        self.step == step && shared.is_some_and(|shares| shares == self.shares)
    }

    /// Is it of this share of this step?
    pub(crate) fn is_of_share(&self, step: u32, share: &Share) -> bool {
        self.step == step && self.shares.first() == Some(share)
    }

    /// Draws what there is time for behind a round.
    pub(crate) fn draw_behind(&mut self, round: &Round) {
        self.batch.draw(match round {
            Round::Forward { .. } => EACH_ROUND,
            Round::Back { layer: 0, .. } => usize::MAX,
            Round::Backward { .. } | Round::Back { .. } => 0,
        });
    }

    /// Draws what there is time for while the trainer scores.
    pub(crate) fn draw_while_scored(&mut self) {
        self.batch.draw(WHILE_SCORED);
    }
}
