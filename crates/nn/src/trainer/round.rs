//! What the workers of a training step say to each other.
//!
//! A step is a chain of rounds. In each one all workers do the same for their parts of the batch, and the trainer
//! sums what they found in the order of the parts: the sums of batch norms (synchronised batch norm), and on the way back
//! those of the gradients behind them; behind the last round the gradients themselves (an all-reduce by the trainer).

use serde::{Deserialize, Serialize};
use twinglyph_core::protocol::numbers;

/// A round of a step: what is to be done next.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Round {
    /// A layer forward, after the norm before it; after the last one the embeddings. Found: [`Found::Sums`], at the
    /// end [`Found::Embeddings`].
    Forward {
        /// The layer; the number of layers for the embeddings.
        layer: u32,
        /// Sums over the batch of the values of the layer before and of their squares, `[2, channels]`; none where it
        /// has no norm.
        totals: Vec<f64>,
    },
    /// Back from the embeddings to the last layer's norm. Found: [`Found::Sums`].
    Backward {
        /// Gradients of all the batch's global embeddings, `[images, components]`.
        #[serde(with = "numbers")]
        global: Vec<f32>,
        /// Of its local embeddings, `[images, 36, channels]`.
        #[serde(with = "numbers")]
        local: Vec<f32>,
    },
    /// A layer back, and the norm of the one before it. Found: [`Found::Sums`].
    Back {
        /// The layer.
        layer: u32,
        /// Sums over the batch of the gradient behind the layer's norm and of its products with the normalised values,
        /// `[2, channels]`.
        totals: Vec<f64>,
    },
}

impl Round {
    /// The first round of a step.
    pub const FIRST: Self = Self::Forward {
        layer: 0,
        totals: Vec::new(),
    };
}

/// What a worker found in a round.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Found {
    /// Sums over images.
    Sums {
        /// Of each of its parts, `[parts][2, channels]`; of none behind the first layer.
        sums: Vec<Vec<f64>>,
        /// A replica's gradient behind the last round, as the parameters lie; the trainer has its own. It travels beside
        /// the message that holds the rest.
        #[serde(skip)]
        gradient: Vec<f32>,
    },
    /// Embeddings of its images.
    Embeddings {
        /// `[images, components]`.
        #[serde(with = "numbers")]
        global: Vec<f32>,
        /// `[images, 36, channels]`.
        #[serde(with = "numbers")]
        local: Vec<f32>,
    },
}

/// A round that can't be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RoundError {
    /// The batch can't be cut so, or there are not as many images.
    #[error("the batch can't be cut so")]
    Share,
    /// Numbers of another network, batch or round.
    #[error("a round of training has numbers of another network, batch or round")]
    Numbers,
}
