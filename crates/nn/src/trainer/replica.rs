//! A worker beside the trainer, which computes one part of each batch.

use core::mem;

use crate::backend::SharedPart;
use crate::kernels::Precision;
use crate::network::Network;
use crate::spec::{Spec, SpecError};

use super::parts::{Parts, Share};
use super::round::{Found, Round, RoundError};

/// A copy of a network in training. The trainer sends the parameters at each step and keeps what a run needs to go on, so
/// any copy can take a lost one's place.
pub struct Replica {
    network: Network,
    parts: Parts,
}

impl Replica {
    /// A copy that has no parameters yet.
    ///
    /// # Errors
    /// When the network can't be computed here.
    pub fn new(spec: impl Into<Spec>) -> Result<Self, SpecError> {
        Ok(Self {
            network: Network::new(spec, 0)?,
            parts: Parts::new(Precision::F32),
        })
    }
}

impl SharedPart for Replica {
    fn begin(
        &mut self,
        parameters: Vec<f32>,
        share: Share,
        images: &[f32],
    ) -> Result<(), RoundError> {
        if parameters.len() != self.network.parameters.len() {
            return Err(RoundError::Numbers);
        }
        if share.own.len() != 1 || share.parts < 2 {
            return Err(RoundError::Share);
        }
        let before = mem::replace(&mut self.network.parameters, parameters);
        self.parts.begin(&self.network, share, images)?;
        self.parts.reuse(before);
        Ok(())
    }

    fn round(&mut self, round: &Round) -> Result<Found, RoundError> {
        if self.parts.gradient().is_empty() {
            // The last step is over, and none was begun.
            return Err(RoundError::Share);
        }
        let mut found = self.parts.round(&self.network, round)?;
        if let (Round::Back { layer: 0, .. }, Found::Sums { gradient, .. }) = (round, &mut found) {
            self.parts.catch_up(&self.network);
            *gradient = self.parts.take_gradient();
        }
        Ok(found)
    }

    fn catch_up(&mut self) {
        self.parts.catch_up(&self.network);
    }
}
