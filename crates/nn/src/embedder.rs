//! Inference again and again: weights packed once, and memory for the largest batch so far.

use std::sync::Arc;

use crate::activations::Activations;
use crate::kernels::Precision;
use crate::maps::Maps;
use crate::network::{Embedding, Network, Prepared};
use crate::rows8::Rows8;
use crate::spec::Spec;
use crate::tensors::{TensorError, TensorMap};

/// Supported batch sizes; beyond 32 throughput no longer improves. [`Activations`] take even numbers, or one.
const SIZES: [usize; 5] = [32, 8, 4, 2, 1];

/// Largest result of a layer for a batch of several images, values: 32 MB.
const MOST: usize = 1 << 23;

/// Embeds images again and again by the running statistics.
pub struct Embedder {
    network: Network,
    precision: Precision,
    /// The dense layer's weights where they have 8 bits; the network has none then.
    rows: Option<Arc<Rows8>>,
    activations: Option<Activations>,
}

impl Embedder {
    /// Of this network, whose products are taken with this precision.
    #[must_use]
    pub fn new(network: Network, precision: Precision) -> Self {
        Self {
            network,
            precision,
            rows: None,
            activations: None,
        }
    }

    /// Of the network of these tensors, whose dense layer's weights are not among them but numbers of 8 bits:
    /// `[outputs, inputs]`, the inputs channel by channel. Products are of f32.
    ///
    /// # Errors
    /// When the network can't be computed here, or the tensors or the numbers are another's.
    pub fn with_rows(
        spec: impl Into<Spec>,
        map: &TensorMap,
        rows: Rows8,
    ) -> Result<Self, TensorError> {
        let network = Network::without_dense(spec.into(), map)?;
        let dense = network.plan.dense.as_ref();
        let Some(dense) = dense.filter(|dense| rows.fits(dense.inputs, dense.outputs)) else {
            return Err(TensorError::Shape {
                name: dense.map_or_else(String::new, |dense| format!("{}.weight", dense.name)),
                values: rows.numbers.len(),
                found: vec![
                    rows.scales.len(),
                    rows.numbers.len() / rows.scales.len().max(1),
                ],
                expected: dense.map_or_else(Vec::new, |dense| vec![dense.outputs, dense.inputs]),
            });
        };
        if !rows.scales.iter().all(|scale| scale.is_finite()) {
            return Err(TensorError::NotFinite(format!("{}.weight", dense.name)));
        }
        let map = [dense.inputs / dense.places, dense.places];
        Ok(Self {
            rows: Some(Arc::new(rows.by_pixels(map))),
            ..Self::new(network, Precision::F32)
        })
    }

    /// The network.
    pub(crate) fn network(&self) -> &Network {
        &self.network
    }

    /// Gives packed weights and the memory for batches back; the next embedding takes them again.
    pub(crate) fn rest(&mut self) {
        self.activations = None;
    }

    /// Embeds one image, and gives the maps of each layer that has some.
    #[must_use]
    pub fn embed_seen(&mut self, image: &[f32]) -> (Embedding, Vec<Maps>) {
        let embedding = self.embed(image);
        let maps = self
            .activations
            .as_ref()
            .map(|activations| activations.maps(&self.network.plan));
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
            let size = size_for(left.len() / pixels, self.network.plan.largest());
            let (network, precision) = (&self.network, self.precision);
            let activations = self.activations.get_or_insert_with(|| {
                let mut activations = Activations::new(&network.plan, precision, size, false);
                if let Some(rows) = &self.rows {
                    activations.keep_rows(rows.clone());
                }
                activations.pack(network);
                activations
            });
            if activations.images() != size {
                activations.resize(&network.plan, size);
            }
            let taken = size.min(left.len() / pixels);
            let (part, rest) = left.split_at(taken * pixels);
            left = rest;
            activations.infer(network, part);
            let found = activations.embeddings();
            embedding.global.extend(&found.global[..taken * of_global]);
            embedding.local.extend(&found.local[..taken * of_local]);
        }
        embedding
    }

    /// The scores of all pairs, `[queries, supports]`; higher is more alike.
    #[must_use]
    pub fn score(&self, query: &Embedding, support: &Prepared) -> Vec<f32> {
        self.network.score(query, support)
    }
}

/// The largest size that so many images fill, or the smallest of all. `values` of each must stay within
/// [`MOST`].
fn size_for(images: usize, values: usize) -> usize {
    let mut fills = SIZES.into_iter();
    let fills = fills.find(|&size| size <= images && size * values <= MOST);
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

    /// The numbers of a small dense layer of Koch's network in 8 bits, and the network with them in f32.
    fn koch() -> Option<(Spec, Rows8, TensorMap)> {
        let mut spec = Spec::koch();
        spec.dense.as_mut()?.components = 48;
        let mut map = Network::new(spec.clone(), 3).ok()?.to_tensors();
        let mut rng = Rng::new(5);
        let rows = Rows8 {
            numbers: (0..48 * 9216)
                .map(|_| (rng.normal() * 40.0) as i8)
                .collect(),
            scales: (0..48).map(|_| 1e-4 * rng.unit()).collect(),
        };
        let numbers = rows.numbers.chunks_exact(9216).zip(&rows.scales);
        let weights =
            numbers.flat_map(|(row, scale)| row.iter().map(move |&n| f32::from(n) * scale));
        map.get_mut("dense.weight")?.values = weights.collect();
        Some((spec, rows, map))
    }

    fn near(one: &[f32], other: &[f32]) -> bool {
        let mut pairs = one.iter().zip(other);
        one.len() == other.len() && pairs.all(|(a, b)| (a - b).abs() < 1e-5)
    }

    #[test]
    fn kochs_layers_are_the_chains_and_the_trainings_and_eight_bits_are_their_numbers() {
        let parts = koch();
        assert!(parts.is_some());
        let Some((spec, rows, mut map)) = parts else {
            return;
        };
        let mut rng = Rng::new(7);
        let images: Vec<f32> = (0..10 * 105 * 105).map(|_| rng.unit()).collect();
        let network = Network::from_tensors(spec.clone(), &map);
        assert!(network.is_ok());
        let Ok(network) = network else { return };
        let mut trained = Activations::new(&network.plan, Precision::F32, 10, true);
        trained.begin(&network, &images);
        for layer in 0..network.plan.layers.len() {
            let totals = trained.convolve(&network, layer);
            trained.normalise(&network, layer, &totals, 10);
        }
        trained.project(&network);
        let expected = trained.embeddings().global;
        assert!(expected.iter().any(|&value| (value - 0.5).abs() > 0.05));

        let values = |name: &str| map.get(name).map(|tensor| tensor.values.clone());
        let layer = |at: usize| {
            let name = format!("conv{at}");
            let kernel = spec.layers.get(at - 1)?.kernel;
            Some(crate::ConvLayer {
                weights: values(&format!("{name}.weight"))?,
                bias: values(&format!("{name}.bias"))?,
                side: kernel,
                padding: 0,
                pool: at < 4,
            })
        };
        let layers = (1..=4)
            .map(layer)
            .collect::<Option<Vec<_>>>()
            .unwrap_or_default();
        let dense = (rows.clone(), values("dense.bias").unwrap_or_default());
        let sequential = crate::Sequential::new(105, layers, Some(dense));
        assert!(sequential.is_ok_and(|mut sequential| near(&sequential.embed(&images), expected)));

        map.remove("dense.weight");
        let quantised = Embedder::with_rows(spec.clone(), &map, rows.clone());
        for embedder in [Ok(Embedder::new(network, Precision::F32)), quantised] {
            assert!(embedder.is_ok());
            let Ok(mut embedder) = embedder else { return };
            for count in [1, 3, 10] {
                let got = embedder.embed(&images[..count * 105 * 105]);
                assert!(got.images == count && near(&got.global, &expected[..count * 48]));
            }
        }
        let few = Rows8 {
            scales: vec![1.0; 47],
            ..rows
        };
        let refused = Embedder::with_rows(spec, &map, few).err();
        assert!(matches!(refused, Some(TensorError::Shape { name, .. }) if name == "dense.weight"));
    }
}
