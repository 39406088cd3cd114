//! Forward inference of a batch, with the memory of its activations; `train` has the steps of training.
//!
//! Work is split into parts of a fixed number of images, in parallel. Refuses to know scores and losses: embeddings go
//! out, and their gradients come in.

use std::sync::Arc;

use crate::conv::Conv;
use crate::dense::Dense;
use crate::feature_map::{FeatureMap, Shape, resize};
use crate::fft_conv::Scratch;
use crate::kernels::{Kernel, Precision, simd};
use crate::maps::Maps;
use crate::network::Network;
use crate::norm::{self, Affine};
use crate::par::*;
use crate::pool;
use crate::rows8::Rows8;
use crate::spec::{LOCAL, Plan, Planned, part};

mod train;

use train::Backward;

/// Scale of the local embedding: makes squared distances of untrained maps about 1.
pub const LOCAL_SCALE: f32 = 0.125;

/// Values of a convolution's result in inference, of as many images as it has at once, but never fewer than two:
/// 5 MB.
const RESULT: usize = 5 << 18;

/// Images of a part where rows are written that no convolution computes.
const WRITTEN: usize = 4;

/// The embeddings of a batch's images, or their gradients.
#[derive(Clone, Copy)]
pub(crate) struct Embeddings<'a> {
    /// `[images, components]`.
    pub(crate) global: &'a [f32],
    /// `[images, 36, channels]`; empty without local matching.
    pub(crate) local: &'a [f32],
}

/// Memory for batches of one size.
pub(crate) struct Activations {
    images: usize,
    precision: Precision,
    convs: Vec<Conv>,
    dense: Option<Dense>,
    local: Option<Conv>,
    /// Map 0 holds the patches (im2col), or the images in f32 inference, map `i + 1` the result of layer `i`.
    maps: Vec<FeatureMap>,
    /// Results of the convolutions, `[images, h, w, channels]`, of all layers; where nothing is trained, of
    /// one after the other, some images of each, in the same memory.
    raw: Vec<Vec<f32>>,
    affine: Vec<Affine>,
    global_embedding: Vec<f32>,
    local_embedding: Vec<f32>,
    /// Of the convolutions, where nothing is trained.
    scratch: Scratch,
    backward: Option<Backward>,
}

/// Images of a convolution's result that are in memory at once where nothing is trained, an even number.
fn together(layer: &Planned) -> usize {
    (RESULT / layer.geometry.output().values().max(1)).max(2) / 2 * 2
}

impl Activations {
    /// For `images` at once: an even number, or one alone that is not trained on.
    pub(crate) fn new(plan: &Plan, precision: Precision, images: usize, training: bool) -> Self {
        let kernel = Kernel::best(precision);
        // Maps lie in memory by pairs.
        let even = images.next_multiple_of(2);
        let conv = |geometry| match training {
            true => Conv::new(kernel, geometry),
            false => Conv::new(kernel, geometry).for_inference(),
        };
        // Patches (im2col) are for gradients of weights, and for bf16, whose words are two neighbours.
        let patches = training || precision == Precision::Bf16;
        let geometry = |(at, layer): (usize, &Planned)| match at {
            0 if !patches => plan.image,
            _ => layer.geometry,
        };
        let mut shapes = plan.activations.clone();
        if !patches {
            shapes[0] = plan.image.input;
        }
        let layers = plan.layers.iter();
        let results = layers.map(|layer| images * layer.geometry.output().values());
        let mut activations = Self {
            images,
            precision,
            convs: plan
                .layers
                .iter()
                .enumerate()
                .map(|layer| conv(geometry(layer)))
                .collect(),
            dense: plan
                .dense
                .as_ref()
                .map(|dense| Dense::new(kernel, dense.inputs, dense.outputs)),
            local: plan.local.as_ref().map(|local| conv(local.geometry)),
            maps: shapes
                .into_iter()
                .map(|shape| FeatureMap::new(precision, shape, even))
                .collect(),
            raw: match training {
                true => results.map(|size| vec![0.0; size]).collect(),
                false => vec![Vec::new()],
            },
            affine: vec![Affine::default(); plan.layers.len()],
            global_embedding: vec![0.0; images * plan.components()],
            local_embedding: vec![0.0; images * plan.local_values()],
            scratch: Scratch::default(),
            backward: training.then(|| Backward::new(plan, precision, images)),
        };
        if !training {
            activations.resize(plan, images);
        }
        activations
    }

    /// Makes it one for batches of another size, in the same memory where that suffices; only where nothing is
    /// trained.
    pub(crate) fn resize(&mut self, plan: &Plan, images: usize) {
        self.images = images;
        for map in &mut self.maps {
            map.resize(images.next_multiple_of(2));
        }
        let layers = plan.layers.iter();
        let results =
            layers.map(|layer| together(layer).min(images) * layer.geometry.output().values());
        if let Some(raw) = self.raw.first_mut() {
            resize(raw, results.max().unwrap_or(0));
        }
        resize(&mut self.global_embedding, images * plan.components());
        resize(&mut self.local_embedding, images * plan.local_values());
    }

    /// Number of images at once.
    pub(crate) fn images(&self) -> usize {
        self.images
    }

    /// The embeddings of the last batch.
    pub(crate) fn embeddings(&self) -> Embeddings<'_> {
        Embeddings {
            global: &self.global_embedding,
            local: &self.local_embedding,
        }
    }

    /// The maps of the first image of the last batch, block by block, in the order of the layer table.
    pub(crate) fn maps(&self, plan: &Plan) -> Vec<Maps> {
        let mut all = Vec::new();
        for (at, layer) in plan.layers.iter().enumerate() {
            let block = part(&layer.conv);
            let next = plan.layers.get(at + 1);
            if next.is_none_or(|next| part(&next.conv) != block) {
                let map = &self.maps[at + 1];
                let row = map.shape.row();
                let mut pixels = vec![0.0; map.shape.values()];
                for (y, pixels) in pixels.chunks_exact_mut(row).enumerate() {
                    map.read_row(0, y, pixels);
                }
                all.push(Maps::new(
                    block,
                    map.shape.side,
                    map.shape.channels,
                    &pixels,
                ));
            }
            if let Some(local) = plan.local.as_ref().filter(|local| local.input == at + 1) {
                let shape = local.geometry.output();
                let pixels = &self.local_embedding[..shape.values()];
                all.push(Maps::new(LOCAL, shape.side, shape.channels, pixels));
            }
        }
        all
    }

    /// Takes the network's weights.
    pub(crate) fn pack(&mut self, network: &Network) {
        let training = self.backward.is_some();
        let mut jobs: Vec<(&mut Conv, &str, bool)> = Vec::new();
        jobs.extend(self.local.as_mut().map(|conv| (conv, LOCAL, training)));
        let convs = self.convs.iter_mut().zip(&network.plan.layers).enumerate();
        jobs.extend(
            convs.map(|(at, (conv, layer))| (conv, layer.conv.as_str(), training && at > 0)),
        );
        jobs.into_par_iter().for_each(|(conv, name, backward)| {
            conv.pack(network.parameter(name, "weight"), backward);
        });
        if let (Some(dense), Some(planned), false) =
            (&mut self.dense, &network.plan.dense, training)
        {
            dense.keep(network.parameter(&planned.name, "weight"));
        }
    }

    /// Takes the dense layer's results from 8-bit weights, for inference in f32.
    pub(crate) fn keep_rows(&mut self, rows: Arc<Rows8>) {
        if let Some(dense) = &mut self.dense {
            dense.keep_rows(rows);
        }
    }

    /// Embeds up to as many images as there is memory for, by the running statistics.
    pub(crate) fn infer(&mut self, network: &Network, images: &[f32]) {
        self.place(network, images);
        for (at, layer) in network.plan.layers.iter().enumerate() {
            self.affine[at] = match &layer.norm {
                None => Affine::of_bias(network.parameter(&layer.conv, "bias")),
                Some(norm) => {
                    let [mean, variance] = ["running_mean", "running_var"]
                        .map(|name| &network.statistics[network.tensors.range(norm, name)]);
                    affine(network, norm, mean.to_vec(), variance)
                }
            };
            let values = layer.geometry.output().values();
            let together = together(layer);
            // Small parts of few images, so that there are enough of them.
            let smallest = if self.precision == Precision::F32 {
                1
            } else {
                2
            };
            let size = (self.convs[at].part.min(together / 2) / smallest).max(1) * smallest;
            for first in (0..self.images).step_by(together) {
                let count = together.min(self.images - first);
                let raw = &mut self.raw[0][..count * values];
                let input = &self.maps[at];
                self.convs[at].infer(input, first, &mut self.scratch, raw);
                self.activate(at, layer, [first, count, size]);
            }
        }
        self.project(network);
    }

    /// The images, or the patches of the first layer's kernel; images that are missing are blank.
    fn place(&mut self, network: &Network, images: &[f32]) {
        let (im2col, pixels) = (network.plan.im2col, network.plan.pixels());
        let map = &mut self.maps[0];
        let row = map.shape.row();
        let side = map.shape.side;
        let as_it_is = map.shape.channels == 1;
        let parts = map.parts(WRITTEN).into_par_iter().enumerate();
        parts.for_each(|(part, mut out)| {
            let mut rows = [vec![0.0; row], vec![0.0; row]];
            for pair in 0..out.images() / 2 {
                for y in 0..side {
                    for (at, row) in rows.iter_mut().enumerate() {
                        let first = (WRITTEN * part + 2 * pair + at) * pixels;
                        match images.get(first..first + pixels) {
                            Some(image) if as_it_is => {
                                row.copy_from_slice(&image[y * side..][..side]);
                            }
                            Some(image) => im2col.row(image, y, row),
                            None => row.fill(0.0),
                        }
                    }
                    let [one, two] = &rows;
                    out.write_rows(pair, y, one, two);
                }
            }
        });
    }

    /// Layer `at`'s activations of so many images from the `first`, by parts of this size.
    fn activate(&mut self, at: usize, layer: &Planned, [first, images, size]: [usize; 3]) {
        let place = if self.backward.is_some() { at } else { 0 };
        let (before, rest) = self.maps.split_at_mut(at + 1);
        let shape = layer.geometry.output();
        let affine = &self.affine[at];
        let parts = rest[0].parts_from(first, size).into_par_iter();
        let raw = &self.raw[place][..images * shape.values()];
        let parts = parts.zip(raw.par_chunks(size * shape.values()));
        parts.enumerate().for_each(|(part, (mut out, raw))| {
            if layer.pool {
                return pool::activate(shape, affine, raw, &mut out);
            }
            let skip = layer.skip.map(|skip| (&before[skip], first + part * size));
            norm::activate(shape, affine, raw, skip, &mut out);
        });
    }

    /// Both embeddings from the maps.
    pub(crate) fn project(&mut self, network: &Network) {
        let last = &self.maps[network.plan.layers.len()];
        match (&mut self.dense, &network.plan.dense) {
            (Some(dense), Some(planned)) => {
                let [weights, bias] =
                    ["weight", "bias"].map(|name| network.parameter(&planned.name, name));
                dense.forward(weights, last, &mut self.global_embedding);
                let images = self.global_embedding.par_chunks_mut(planned.outputs);
                images.for_each(|out| sigmoid(out, bias));
            }
            _ => {
                let images = self.global_embedding.chunks_exact_mut(last.shape.values());
                let mut row = vec![0.0; last.shape.row()];
                for (image, out) in images.enumerate() {
                    for y in 0..last.shape.side {
                        last.read_row(image, y, &mut row);
                        by_channels(last.shape, y, |at, place| out[place] = row[at]);
                    }
                }
            }
        }
        if let (Some(local), Some(planned)) = (&self.local, &network.plan.local) {
            let input = &self.maps[planned.input];
            let bias = network.parameter(LOCAL, "bias");
            let values = planned.geometry.output().values();
            let parts = self.local_embedding.par_chunks_mut(local.part * values);
            parts.enumerate().for_each(|(part, out)| {
                local.forward(input, part * local.part, out);
                for out in out.chunks_exact_mut(bias.len()) {
                    for (out, bias) in out.iter_mut().zip(bias) {
                        *out = (*out + bias) * LOCAL_SCALE;
                    }
                }
            });
        }
    }
}

/// Calls with each value of row `y` of a map and its place channel by channel.
fn by_channels(shape: Shape, y: usize, mut visit: impl FnMut(usize, usize)) {
    for x in 0..shape.side {
        for channel in 0..shape.channels {
            let place = (channel * shape.side + y) * shape.side + x;
            visit(x * shape.channels + channel, place);
        }
    }
}

fn affine(network: &Network, norm: &str, mean: Vec<f32>, variance: &[f32]) -> Affine {
    let [weight, bias] = ["weight", "bias"].map(|name| network.parameter(norm, name));
    Affine::new(mean, variance, weight, bias)
}

simd! {
    fn sigmoid(values: &mut [f32], bias: &[f32]) {
        for (value, bias) in values.iter_mut().zip(bias) {
            *value = 1.0 / (1.0 + crate::math::exp(-(*value + bias)));
        }
    }
}
