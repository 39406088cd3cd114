//! Support embeddings in the form that products read: packed once for any number of queries.

use super::Side;
use super::matching::{PLACES, by_place, norms};
use crate::conv::pack;
use crate::kernels::LANES;
use crate::par::*;

/// Embeddings of some support images.
pub(crate) struct Supports {
    pub(super) count: usize,
    /// The same rounded up to whole vectors.
    pub(super) width: usize,
    /// `[count, components]`.
    pub(super) global: Vec<f32>,
    /// A matrix a place, `[channels, width]`.
    pub(super) packed: Vec<Vec<u32>>,
    /// Squared lengths, `[places, width]`.
    pub(super) norms: Vec<f32>,
}

impl Supports {
    pub(crate) fn new(side: Side<'_>) -> Self {
        let channels = side.local.len() / (side.count * PLACES).max(1);
        let width = side.count.next_multiple_of(LANES);
        if channels == 0 {
            return Self {
                count: side.count,
                width,
                global: side.global.to_vec(),
                packed: Vec::new(),
                norms: Vec::new(),
            };
        }
        let places = by_place(side, width, channels);
        let packed = places.par_chunks(width * channels).map(|place| {
            let mut packed = Vec::new();
            pack(&mut packed, 1, channels, width, |k, n| {
                place[n * channels + k]
            });
            packed
        });
        Self {
            count: side.count,
            width,
            global: side.global.to_vec(),
            packed: packed.collect(),
            norms: norms(&places, channels),
        }
    }
}
