//! A network at rest: its numbers packed once, and memory for batches of a few sizes.

use std::collections::BTreeMap;

use crate::kernels::Precision;
use crate::maps::Maps;
use crate::network::{Embedding, Network, Prepared};
use crate::pass::Pass;

/// Images embedded at once: one drawing by one view or by eight, and as many as are no faster
/// together. Passes take even numbers, or one.
const SIZES: [usize; 4] = [32, 8, 2, 1];

/// Embeds images again and again by the running statistics.
pub struct Embedder {
    network: Network,
    precision: Precision,
    passes: BTreeMap<usize, Pass>,
}

impl Embedder {
    /// Of this network, whose products are taken with this precision.
    #[must_use]
    pub fn new(network: Network, precision: Precision) -> Self {
        Self {
            network,
            precision,
            passes: BTreeMap::new(),
        }
    }

    /// The network.
    pub(crate) fn network(&self) -> &Network {
        &self.network
    }

    /// Embeds one image, and gives the maps of each layer that has some.
    #[must_use]
    pub fn embed_seen(&mut self, image: &[f32]) -> (Embedding, Vec<Maps>) {
        let embedding = self.embed(image);
        let maps = self
            .passes
            .get(&1)
            .map(|pass| pass.maps(&self.network.plan));
        (embedding, maps.unwrap_or_default())
    }

    /// Embeds images, `[n, side, side]` from 0 to 1. What is left over of an image is not looked at.
    #[must_use]
    pub fn embed(&mut self, images: &[f32]) -> Embedding {
        let pixels = self.network.plan.pixels();
        let count = images.len() / pixels;
        let plan = &self.network.plan;
        let (of_global, of_local) = (plan.components(), plan.local_values());
        let mut embedding = Embedding {
            images: count,
            global: Vec::with_capacity(count * of_global),
            local: Vec::with_capacity(count * of_local),
        };
        let mut left = &images[..count * pixels];
        while !left.is_empty() {
            let size = size_for(left.len() / pixels);
            let (network, precision) = (&self.network, self.precision);
            if !self.passes.contains_key(&size) {
                let mut pass = Pass::new(&network.plan, precision, size, false);
                match self.passes.values().next() {
                    Some(other) => pass.pack_as(other),
                    None => pass.pack(network),
                }
                self.passes.insert(size, pass);
            }
            let Some(pass) = self.passes.get_mut(&size) else {
                break;
            };
            let taken = size.min(left.len() / pixels);
            let (part, rest) = left.split_at(taken * pixels);
            left = rest;
            pass.infer(network, part);
            let (global, local) = pass.embeddings();
            embedding.global.extend(&global[..taken * of_global]);
            embedding.local.extend(&local[..taken * of_local]);
        }
        embedding
    }

    /// The scores of all pairs, `[queries, supports]`; higher is more alike.
    #[must_use]
    pub fn score(&self, query: &Embedding, support: &Prepared) -> Vec<f32> {
        self.network.score(query, support)
    }
}

/// The largest size that so many images fill, or the smallest of all.
fn size_for(images: usize) -> usize {
    let fills = SIZES.into_iter().find(|&size| size <= images);
    fills.unwrap_or(SIZES[SIZES.len() - 1])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{Architecture, INPUT_SIDE};
    use twinglyph_core::rng::Rng;

    #[test]
    fn parts_of_any_number_are_the_networks_own_embeddings() {
        let network = Network::new(Architecture::default(), 5);
        assert!(network.is_ok());
        let Ok(network) = network else { return };
        let mut rng = Rng::new(1);
        let pixels = INPUT_SIDE * INPUT_SIDE;
        let images: Vec<f32> = (0..43 * pixels).map(|_| rng.unit()).collect();
        let mut embedder = Embedder::new(network.clone(), Precision::F32);
        for count in [1, 2, 7, 8, 20, 43] {
            let images = &images[..count * pixels];
            let expected = network.embed(images, Precision::F32);
            assert_eq!(embedder.embed(images), expected, "{count}");
        }
    }
}
