//! A batch's way through a network's layers and back, with the memory that it takes.
//!
//! Every pass is over parts of the batch of a fixed size, in parallel. Refuses to know scores and
//! losses: embeddings go out, and their gradients come in.

use std::sync::Arc;

use crate::conv::{Conv, Geometry};
use crate::dense::Dense;
use crate::kernels::{Kernel, Precision, simd};
use crate::maps::Maps;
use crate::network::Network;
use crate::norm::{self, Affine, MOMENTUM};
use crate::par::*;
use crate::plane::{Part, Plane, Shape, resize};
use crate::pool;
use crate::rows8::Rows8;
use crate::spec::{LOCAL, Plan, Planned, part};
use crate::spectral::Scratch;

/// Scale of the local embedding: makes squared distances of untrained maps about 1.
const LOCAL_SCALE: f32 = 0.125;

/// Values of a convolution's result at rest, of as many images as it has at once, but never fewer than two:
/// 5 MB.
const RESULT: usize = 5 << 18;

/// Images of a part where rows are written that no convolution computes.
const WRITTEN: usize = 4;

/// Memory for batches of one size.
pub(crate) struct Pass {
    images: usize,
    precision: Precision,
    convs: Vec<Conv>,
    dense: Option<Dense>,
    local: Option<Conv>,
    /// Map 0 holds the patches, or the images where f32 rests, map `i + 1` the result of layer `i`.
    activations: Vec<Plane>,
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

/// What a training needs besides.
struct Backward {
    /// Gradients of the activations; none of the patches.
    gradients: Vec<Vec<f32>>,
    /// Gradients of the results of the convolutions.
    raw: Vec<Plane>,
    dense: Option<Plane>,
    local: Option<Plane>,
    /// Does a gradient of an activation hold something to add to?
    written: Vec<bool>,
}

impl Backward {
    fn new(plan: &Plan, precision: Precision, images: usize) -> Self {
        let plane = |geometry: Geometry| Plane::new(precision, geometry.output(), images);
        let shapes = plan.activations.iter().enumerate();
        let dense = plan.dense.as_ref();
        Self {
            gradients: shapes
                .map(|(at, shape)| match at {
                    0 => Vec::new(),
                    _ => vec![0.0; images * shape.values()],
                })
                .collect(),
            raw: plan
                .layers
                .iter()
                .map(|layer| plane(layer.geometry))
                .collect(),
            dense: dense.map(|dense| {
                let shape = Shape {
                    side: 1,
                    channels: dense.outputs,
                    border: 0,
                };
                Plane::new(precision, shape, images)
            }),
            local: plan.local.as_ref().map(|local| plane(local.geometry)),
            written: vec![false; plan.activations.len()],
        }
    }
}

impl Pass {
    /// For `images` at once: an even number, or one alone that is not trained on.
    pub(crate) fn new(plan: &Plan, precision: Precision, images: usize, training: bool) -> Self {
        let kernel = Kernel::best(precision);
        // Maps lie in memory by pairs.
        let even = images.next_multiple_of(2);
        let conv = |geometry| match training {
            true => Conv::new(kernel, geometry),
            false => Conv::new(kernel, geometry).at_rest(),
        };
        // Patches are for gradients of weights, and for bf16, whose words are two neighbours.
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
        let mut pass = Self {
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
            activations: shapes
                .into_iter()
                .map(|shape| Plane::new(precision, shape, even))
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
            pass.resize(plan, images);
        }
        pass
    }

    /// Makes it one for batches of another size, in the same memory where that suffices; only where nothing is
    /// trained.
    pub(crate) fn resize(&mut self, plan: &Plan, images: usize) {
        self.images = images;
        for plane in &mut self.activations {
            plane.resize(images.next_multiple_of(2));
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

    /// Global embeddings `[images, components]` and local ones `[images, 36, channels]`.
    pub(crate) fn embeddings(&self) -> (&[f32], &[f32]) {
        (&self.global_embedding, &self.local_embedding)
    }

    /// The maps of the first image of the last batch, block by block, in the order of the layer table.
    pub(crate) fn maps(&self, plan: &Plan) -> Vec<Maps> {
        let mut all = Vec::new();
        for (at, layer) in plan.layers.iter().enumerate() {
            let block = part(&layer.conv);
            let next = plan.layers.get(at + 1);
            if next.is_none_or(|next| part(&next.conv) != block) {
                let plane = &self.activations[at + 1];
                let row = plane.shape.row();
                let mut pixels = vec![0.0; plane.shape.values()];
                for (y, pixels) in pixels.chunks_exact_mut(row).enumerate() {
                    plane.read_row(0, y, pixels);
                }
                all.push(Maps::new(
                    block,
                    plane.shape.side,
                    plane.shape.channels,
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

    /// Takes the dense layer's results from numbers of 8 bits, for f32 at rest.
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
                let input = &self.activations[at];
                self.convs[at].infer(input, first, &mut self.scratch, raw);
                self.activate(at, layer, [first, count, size]);
            }
        }
        self.project(network);
    }

    /// Embeds a batch by its own statistics, and moves the running ones.
    pub(crate) fn forward(&mut self, network: &mut Network, images: &[f32]) {
        self.place(network, images);
        for at in 0..network.plan.layers.len() {
            let layer = network.plan.layers[at].clone();
            let sums = self.convolve(at, layer.norm.is_some());
            self.affine[at] = match &layer.norm {
                None => Affine::of_bias(network.parameter(&layer.conv, "bias")),
                Some(norm) => {
                    let shape = layer.geometry.output();
                    let count = self.images * shape.side * shape.side;
                    let (mean, variance) = norm::statistics(&norm::total(&sums), count);
                    for (name, batch) in [("running_mean", &mean), ("running_var", &variance)] {
                        let running = network.tensors.range(norm, name);
                        let running = &mut network.statistics[running];
                        for (running, batch) in running.iter_mut().zip(batch) {
                            *running = *running * (1.0 - MOMENTUM) + batch * MOMENTUM;
                        }
                    }
                    affine(network, norm, mean, &variance)
                }
            };
            let size = self.convs[at].part;
            self.activate(at, &layer, [0, self.images, size]);
        }
        self.project(network);
    }

    /// The images, or the patches of the first layer's kernel; images that are missing are blank.
    fn place(&mut self, network: &Network, images: &[f32]) {
        let (patches, pixels) = (network.plan.patches, network.plan.pixels());
        let plane = &mut self.activations[0];
        let row = plane.shape.row();
        let side = plane.shape.side;
        let as_it_is = plane.shape.channels == 1;
        let parts = plane.parts(WRITTEN).into_par_iter().enumerate();
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
                            Some(image) => patches.row(image, y, row),
                            None => row.fill(0.0),
                        }
                    }
                    let [one, two] = &rows;
                    out.write_rows(pair, y, one, two);
                }
            }
        });
    }

    /// Layer `at`'s convolution; gives the sums of its parts where the batch's own are wanted.
    fn convolve(&mut self, at: usize, sums: bool) -> Vec<norm::Sums> {
        let (conv, input) = (&self.convs[at], &self.activations[at]);
        let shape = conv.geometry.output();
        let parts = self.raw[at].par_chunks_mut(conv.part * shape.values());
        let sums = parts.enumerate().map(|(part, raw)| {
            conv.forward(input, part * conv.part, raw);
            match sums {
                true => norm::moments(shape, raw),
                false => Vec::new(),
            }
        });
        sums.collect()
    }

    /// Layer `at`'s activations of so many images from the `first`, by parts of this size.
    fn activate(&mut self, at: usize, layer: &Planned, [first, images, size]: [usize; 3]) {
        let place = if self.backward.is_some() { at } else { 0 };
        let (before, rest) = self.activations.split_at_mut(at + 1);
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
    fn project(&mut self, network: &Network) {
        let last = &self.activations[network.plan.layers.len()];
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
            let input = &self.activations[planned.input];
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

    /// The gradients of all parameters of the layers but the dense layer's weights, into `by`, from those of
    /// the embeddings of the last [`Pass::forward`]; only after one with memory for training. The local one is
    /// empty where there is none.
    pub(crate) fn backward(
        &mut self,
        network: &Network,
        global: &[f32],
        local: &[f32],
        by: &mut [f32],
    ) {
        let Some(mut backward) = self.backward.take() else {
            return;
        };
        backward.written.fill(false);
        self.project_back(network, &mut backward, (global, local), by);
        for at in (0..network.plan.layers.len()).rev() {
            let layer = &network.plan.layers[at];
            self.layer_back(network, &mut backward, at, by);
            let (conv, gradient) = (&self.convs[at], &backward.raw[at]);
            let weights = &mut by[network.tensors.range(&layer.conv, "weight")];
            conv.weight_gradient(&self.activations[at], gradient, self.images, weights);
            if at > 0 {
                let written = &mut backward.written[at];
                input_gradient(conv, gradient, &mut backward.gradients[at], written);
            }
        }
        self.backward = Some(backward);
    }

    /// Values of the dense layer's weights that [`Pass::dense_weights`] hands out at once.
    pub(crate) fn dense_part(&self) -> usize {
        self.dense.as_ref().map_or(1, Dense::part)
    }

    /// Hands out the gradient of the dense layer's weights after [`Pass::backward`]: with each of `parts` that
    /// of the next [`Pass::dense_part`] values.
    pub(crate) fn dense_weights<P: Send>(
        &self,
        parts: Vec<P>,
        take: impl Fn(P, &[f32]) + Sync + Send,
    ) {
        let gradient = self
            .backward
            .as_ref()
            .and_then(|backward| backward.dense.as_ref());
        if let (Some(dense), Some(gradient), Some(input)) =
            (&self.dense, gradient, self.activations.last())
        {
            dense.weight_gradient(input, gradient, parts, take);
        }
    }

    fn project_back(
        &mut self,
        network: &Network,
        backward: &mut Backward,
        (global, local): (&[f32], &[f32]),
        by: &mut [f32],
    ) {
        let plan = &network.plan;
        let end = plan.layers.len();
        backward.written[end] = true;
        if let (Some(dense), Some(planned), Some(plane)) =
            (&mut self.dense, &plan.dense, &mut backward.dense)
        {
            let before: Vec<f32> = global
                .iter()
                .zip(&self.global_embedding)
                .map(|(by, value)| by * value * (1.0 - value))
                .collect();
            bias_gradient(
                &before,
                &mut by[network.tensors.range(&planned.name, "bias")],
            );
            write(plane, &before, planned.outputs);
            let weights = network.parameter(&planned.name, "weight");
            dense.input_gradient(weights, plane, &mut backward.gradients[end]);
        } else {
            let shape = self.activations[end].shape;
            let images = backward.gradients[end].chunks_exact_mut(shape.values());
            for (map, global) in images.zip(global.chunks_exact(shape.values())) {
                for (y, row) in map.chunks_exact_mut(shape.row()).enumerate() {
                    by_channels(shape, y, |at, place| row[at] = global[place]);
                }
            }
        }
        if let (Some(conv), Some(planned), Some(plane)) =
            (&self.local, &plan.local, &mut backward.local)
        {
            let scaled: Vec<f32> = local.iter().map(|by| by * LOCAL_SCALE).collect();
            bias_gradient(&scaled, &mut by[network.tensors.range(LOCAL, "bias")]);
            write(plane, &scaled, planned.geometry.output().row());
            let weights = &mut by[network.tensors.range(LOCAL, "weight")];
            let input = planned.input;
            conv.weight_gradient(&self.activations[input], plane, self.images, weights);
            let written = &mut backward.written[input];
            input_gradient(conv, plane, &mut backward.gradients[input], written);
        }
    }

    /// Back through the pooling or the addition, the relu, and the norm or the bias of layer `at`.
    fn layer_back(&self, network: &Network, backward: &mut Backward, at: usize, by: &mut [f32]) {
        let layer = &network.plan.layers[at];
        let shape = layer.geometry.output();
        let size = self.convs[at].part;
        let len = size * shape.values();
        let (affine, raw) = (&self.affine[at], &self.raw[at]);
        let activation = &self.activations[at + 1];
        let of_map = size * activation.shape.values();
        let (before, rest) = backward.gradients.split_at_mut(at + 1);
        let gradient = &mut rest[0];
        let sums: Vec<norm::Sums> = if layer.pool {
            let parts = raw.par_chunks(len).zip(gradient.par_chunks(of_map));
            parts
                .map(|(raw, gradient)| pool::sums(shape, affine, raw, gradient))
                .collect()
        } else {
            let parts = gradient
                .par_chunks_mut(len)
                .zip(raw.par_chunks(len))
                .enumerate();
            let unmask = |(part, (gradient, raw)): (usize, (&mut [f32], &[f32])), skip| {
                let activation = (activation, part * size);
                norm::unmask(shape, affine, raw, activation, gradient, skip)
            };
            match layer.skip {
                None => parts.map(|part| unmask(part, None)).collect(),
                Some(skip) => {
                    let accumulate = core::mem::replace(&mut backward.written[skip], true);
                    let skips = before[skip].par_chunks_mut(len);
                    let parts = parts.zip(skips);
                    parts
                        .map(|(part, skip)| unmask(part, Some((skip, accumulate))))
                        .collect()
                }
            }
        };
        let sums = norm::total(&sums);
        let owner = layer.norm.as_ref().unwrap_or(&layer.conv);
        let (bias, weight) = sums.split_at(shape.channels);
        store_sums(bias, &mut by[network.tensors.range(owner, "bias")]);
        if let Some(norm) = &layer.norm {
            store_sums(weight, &mut by[network.tensors.range(norm, "weight")]);
        }
        let count = self.images * shape.side * shape.side;
        let parts = backward.raw[at].parts(size).into_par_iter();
        let parts = parts
            .zip(gradient.par_chunks(of_map))
            .zip(raw.par_chunks(len));
        parts.for_each(|((mut out, gradient), raw)| {
            if layer.pool {
                pool::gradient(shape, affine, (&sums, count), raw, gradient, &mut out);
            } else {
                norm::normalise_gradient(shape, affine, &sums, count, raw, gradient, &mut out);
            }
        });
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

/// Sums over a batch as the gradient of a parameter.
fn store_sums(sums: &[f64], by: &mut [f32]) {
    for (by, &sum) in by.iter_mut().zip(sums) {
        *by = sum as f32;
    }
}

/// The gradient of a bias that is added to each of these rows.
fn bias_gradient(gradient: &[f32], bias: &mut [f32]) {
    bias.fill(0.0);
    for gradient in gradient.chunks_exact(bias.len()) {
        for (bias, gradient) in bias.iter_mut().zip(gradient) {
            *bias += gradient;
        }
    }
}

fn input_gradient(conv: &Conv, gradient: &Plane, input: &mut [f32], written: &mut bool) {
    let accumulate = core::mem::replace(written, true);
    let len = conv.part * conv.geometry.input.values();
    let parts = input.par_chunks_mut(len).enumerate();
    parts.for_each(|(part, input)| {
        conv.input_gradient(gradient, part * conv.part, input, accumulate);
    });
}

/// Writes a batch's values, a row of pixels having `row` of them.
fn write(plane: &mut Plane, values: &[f32], row: usize) {
    let image = plane.shape.values();
    let parts = plane.parts(WRITTEN).into_par_iter();
    let parts = parts.zip(values.par_chunks(WRITTEN * image));
    parts.for_each(|(mut out, values): (Part<'_>, &[f32])| {
        for (pair, values) in values.chunks_exact(2 * image).enumerate() {
            let (one, two) = values.split_at(image);
            for (y, (one, two)) in one.chunks_exact(row).zip(two.chunks_exact(row)).enumerate() {
                out.write_rows(pair, y, one, two);
            }
        }
    });
}

simd! {
    fn sigmoid(values: &mut [f32], bias: &[f32]) {
        for (value, bias) in values.iter_mut().zip(bias) {
            *value = 1.0 / (1.0 + crate::math::exp(-(*value + bias)));
        }
    }
}
