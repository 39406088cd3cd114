//! A batch's way through the trunk and back, with the memory that it takes.
//!
//! Every pass is over parts of the batch of a fixed size, in parallel. Refuses to know scores and
//! losses: embeddings go out, and their gradients come in.

use crate::architecture::{INPUT_SIDE, Layer, Plan, STEM_DEPTH, STEM_SIDE};
use crate::conv::Conv;
use crate::kernels::{Kernel, Precision, simd};
use crate::maps::Maps;
use crate::network::Network;
use crate::norm::{self, Affine, MOMENTUM};
use crate::par::*;
use crate::patches::patch_row;
use crate::plane::{Part, Plane};

/// Scale of the local embedding: makes squared distances of untrained maps about 1.
const LOCAL_SCALE: f32 = 0.125;

/// Memory for batches of one size.
pub(crate) struct Pass {
    images: usize,
    training: bool,
    convs: Vec<Conv>,
    global: Conv,
    local: Conv,
    /// Map 0 holds the stem's patches, map `i + 1` the result of layer `i`.
    activations: Vec<Plane>,
    /// Results of the convolutions, `[images, h, w, channels]`, of all layers; where nothing is trained, of
    /// one after the other in the same memory.
    raw: Vec<Vec<f32>>,
    affine: Vec<Affine>,
    global_embedding: Vec<f32>,
    local_embedding: Vec<f32>,
    /// Gradients of the activations; none of the patches.
    gradients: Vec<Vec<f32>>,
    /// Gradients of the results of the convolutions.
    raw_gradients: Vec<Plane>,
    global_gradient: Option<Plane>,
    local_gradient: Option<Plane>,
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
        let gradient =
            |geometry: crate::conv::Geometry| Plane::new(precision, geometry.output(), even);
        let of_training = |values: usize| if training { values } else { 0 };
        Self {
            images,
            training,
            convs: plan
                .layers
                .iter()
                .map(|layer| conv(layer.geometry))
                .collect(),
            global: conv(plan.global),
            local: conv(plan.local),
            activations: plan
                .activations
                .iter()
                .map(|&shape| Plane::new(precision, shape, even))
                .collect(),
            raw: {
                let sizes = plan.layers.iter();
                let sizes = sizes.map(|layer| images * layer.geometry.output().values());
                match training {
                    true => sizes.map(|size| vec![0.0; size]).collect(),
                    false => sizes
                        .max()
                        .map(|size| vec![0.0; size])
                        .into_iter()
                        .collect(),
                }
            },
            affine: vec![Affine::default(); plan.layers.len()],
            global_embedding: vec![0.0; images * plan.global.out],
            local_embedding: vec![0.0; images * plan.local.output().values()],
            gradients: plan
                .activations
                .iter()
                .enumerate()
                .map(|(at, shape)| match at {
                    0 => Vec::new(),
                    _ => vec![0.0; of_training(images * shape.values())],
                })
                .collect(),
            raw_gradients: match training {
                true => plan
                    .layers
                    .iter()
                    .map(|layer| gradient(layer.geometry))
                    .collect(),
                false => Vec::new(),
            },
            global_gradient: training.then(|| gradient(plan.global)),
            local_gradient: training.then(|| gradient(plan.local)),
        }
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
            let (block, part) = layer.conv.split_once('.').unwrap_or((&layer.conv, ""));
            if part != "conv_a" {
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
            if at + 1 == plan.local_input {
                let shape = plan.local.output();
                let pixels = &self.local_embedding[..shape.values()];
                all.push(Maps::new("local", shape.side, shape.channels, pixels));
            }
        }
        all
    }

    /// Takes the network's weights.
    pub(crate) fn pack(&mut self, network: &Network) {
        let training = self.training;
        let layers = &network.plan.layers;
        let mut jobs: Vec<(&mut Conv, &str, bool)> = vec![
            (&mut self.global, "global", training),
            (&mut self.local, "local", training),
        ];
        for (conv, layer) in self.convs.iter_mut().zip(layers) {
            jobs.push((conv, &layer.conv, training && layer.input != 0));
        }
        jobs.into_par_iter().for_each(|(conv, name, backward)| {
            conv.pack(network.parameter(name, "weight"), backward);
        });
    }

    /// Takes the weights that another pass at rest has of the same network.
    pub(crate) fn pack_as(&mut self, other: &Self) {
        self.global.pack_as(&other.global);
        self.local.pack_as(&other.local);
        for (conv, other) in self.convs.iter_mut().zip(&other.convs) {
            conv.pack_as(other);
        }
    }

    /// Embeds up to as many images as there is memory for, by the running statistics.
    pub(crate) fn infer(&mut self, network: &Network, images: &[f32]) {
        self.patches(images);
        for (at, layer) in network.plan.layers.iter().enumerate() {
            self.convolve(at, layer);
            let [mean, variance] = ["running_mean", "running_var"]
                .map(|name| &network.statistics[network.tensors.range(&layer.norm, name)]);
            self.affine[at] = affine(network, layer, mean.to_vec(), variance);
            self.activate(at, layer);
        }
        self.project(network);
    }

    /// Embeds a batch by its own statistics, and moves the running ones.
    pub(crate) fn forward(&mut self, network: &mut Network, images: &[f32]) {
        self.patches(images);
        for at in 0..network.plan.layers.len() {
            let layer = network.plan.layers[at].clone();
            let sums = self.convolve(at, &layer);
            let shape = layer.geometry.output();
            let count = self.images * shape.side * shape.side;
            let (mean, variance) = norm::statistics(&norm::total(&sums), count);
            for (name, batch) in [("running_mean", &mean), ("running_var", &variance)] {
                let running = network.tensors.range(&layer.norm, name);
                let running = &mut network.statistics[running];
                for (running, batch) in running.iter_mut().zip(batch) {
                    *running = *running * (1.0 - MOMENTUM) + batch * MOMENTUM;
                }
            }
            self.affine[at] = affine(network, &layer, mean, &variance);
            self.activate(at, &layer);
        }
        self.project(network);
    }

    /// The patches of the stem's kernel; images that are missing are blank.
    fn patches(&mut self, images: &[f32]) {
        let pixels = INPUT_SIDE * INPUT_SIDE;
        let plane = &mut self.activations[0];
        let row = plane.shape.row();
        let side = plane.shape.side;
        let parts = plane.parts(4).into_par_iter().enumerate();
        parts.for_each(|(part, mut out)| {
            let mut rows = [vec![0.0; row], vec![0.0; row]];
            for pair in 0..out.images() / 2 {
                for y in 0..side {
                    for (at, row) in rows.iter_mut().enumerate() {
                        let first = (4 * part + 2 * pair + at) * pixels;
                        match images.get(first..first + pixels) {
                            Some(image) => {
                                patch_row::<INPUT_SIDE, STEM_SIDE, 2, STEM_DEPTH>(image, y, row);
                            }
                            None => row.fill(0.0),
                        }
                    }
                    let [one, two] = &rows;
                    out.write_rows(pair, y, one, two);
                }
            }
        });
    }

    /// Where among `raw` the result of layer `at` is.
    fn place_of_raw(&self, at: usize) -> usize {
        if self.training { at } else { 0 }
    }

    /// Layer `at`'s convolution; gives the sums of its parts where the batch's own are wanted.
    fn convolve(&mut self, at: usize, layer: &Layer) -> Vec<norm::Sums> {
        let (conv, input) = (&self.convs[at], &self.activations[layer.input]);
        let shape = layer.geometry.output();
        let training = self.training;
        let place = self.place_of_raw(at);
        let raw = &mut self.raw[place][..self.images * shape.values()];
        let parts = raw.par_chunks_mut(conv.part * shape.values());
        let sums = parts.enumerate().map(|(part, raw)| {
            conv.forward(input, part * conv.part, raw);
            match training {
                true => norm::moments(shape, raw),
                false => Vec::new(),
            }
        });
        sums.collect()
    }

    fn activate(&mut self, at: usize, layer: &Layer) {
        let place = self.place_of_raw(at);
        let (before, rest) = self.activations.split_at_mut(at + 1);
        let shape = layer.geometry.output();
        let size = self.convs[at].part;
        let affine = &self.affine[at];
        let parts = rest[0].parts(size).into_par_iter();
        let raw = &self.raw[place][..self.images * shape.values()];
        let parts = parts.zip(raw.par_chunks(size * shape.values()));
        parts.enumerate().for_each(|(part, (mut out, raw))| {
            let skip = layer.skip.map(|skip| (&before[skip], part * size));
            norm::activate(shape, affine, raw, skip, &mut out);
        });
    }

    /// Both embeddings from the maps.
    fn project(&mut self, network: &Network) {
        let plan = &network.plan;
        let last = &self.activations[plan.layers.len()];
        let (global, local) = (&self.global, &self.local);
        let bias = network.parameter("global", "bias");
        let parts = self
            .global_embedding
            .par_chunks_mut(global.part * plan.global.out);
        parts.enumerate().for_each(|(part, out)| {
            global.forward(last, part * global.part, out);
            for out in out.chunks_exact_mut(bias.len()) {
                sigmoid(out, bias);
            }
        });
        let input = &self.activations[plan.local_input];
        let bias = network.parameter("local", "bias");
        let values = plan.local.output().values();
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

    /// The gradients of all parameters of the trunk, into `by`, from those of the embeddings of
    /// the last [`Pass::forward`]; only after one with memory for training.
    pub(crate) fn backward(
        &mut self,
        network: &Network,
        global: &[f32],
        local: &[f32],
        by: &mut [f32],
    ) {
        let mut written = vec![false; self.activations.len()];
        self.project_back(network, global, local, by, &mut written);
        for at in (0..network.plan.layers.len()).rev() {
            let layer = &network.plan.layers[at];
            self.norm_back(network, at, layer, by, &mut written);
            let (conv, gradient) = (&self.convs[at], &self.raw_gradients[at]);
            let weights = &mut by[network.tensors.range(&layer.conv, "weight")];
            conv.weight_gradient(
                &self.activations[layer.input],
                gradient,
                self.images,
                weights,
            );
            if layer.input != 0 {
                let input = &mut self.gradients[layer.input];
                input_gradient(conv, gradient, input, &mut written[layer.input]);
            }
        }
    }

    fn project_back(
        &mut self,
        network: &Network,
        global: &[f32],
        local: &[f32],
        by: &mut [f32],
        written: &mut [bool],
    ) {
        let plan = &network.plan;
        let (Some(global_plane), Some(local_plane)) =
            (&mut self.global_gradient, &mut self.local_gradient)
        else {
            return;
        };
        let components = plan.global.out;
        let before: Vec<f32> = global
            .iter()
            .zip(&self.global_embedding)
            .map(|(by, value)| by * value * (1.0 - value))
            .collect();
        let scaled: Vec<f32> = local.iter().map(|by| by * LOCAL_SCALE).collect();
        for (name, gradient) in [("global", &before), ("local", &scaled)] {
            let bias = &mut by[network.tensors.range(name, "bias")];
            bias.fill(0.0);
            for gradient in gradient.chunks_exact(bias.len()) {
                for (bias, gradient) in bias.iter_mut().zip(gradient) {
                    *bias += gradient;
                }
            }
        }
        write(global_plane, &before, components);
        write(local_plane, &scaled, plan.local.output().row());
        let ends = [
            ("global", &self.global, &*global_plane, plan.layers.len()),
            ("local", &self.local, &*local_plane, plan.local_input),
        ];
        for (name, conv, gradient, input) in ends {
            let weights = &mut by[network.tensors.range(name, "weight")];
            conv.weight_gradient(&self.activations[input], gradient, self.images, weights);
            input_gradient(
                conv,
                gradient,
                &mut self.gradients[input],
                &mut written[input],
            );
        }
    }

    /// Back through the relu, the addition and the norm of a layer.
    fn norm_back(
        &mut self,
        network: &Network,
        at: usize,
        layer: &Layer,
        by: &mut [f32],
        written: &mut [bool],
    ) {
        let shape = layer.geometry.output();
        let size = self.convs[at].part;
        let len = size * shape.values();
        let (affine, raw) = (&self.affine[at], &self.raw[at]);
        let activation = &self.activations[at + 1];
        let (before, rest) = self.gradients.split_at_mut(at + 1);
        let gradient = &mut rest[0];
        let parts = gradient
            .par_chunks_mut(len)
            .zip(raw.par_chunks(len))
            .enumerate();
        let unmask = |(part, (gradient, raw)): (usize, (&mut [f32], &[f32])), skip| {
            let activation = (activation, part * size);
            norm::unmask(shape, affine, raw, activation, gradient, skip)
        };
        let sums: Vec<norm::Sums> = match layer.skip {
            None => parts.map(|part| unmask(part, None)).collect(),
            Some(skip) => {
                let accumulate = core::mem::replace(&mut written[skip], true);
                let skips = before[skip].par_chunks_mut(len);
                let parts = parts.zip(skips);
                parts
                    .map(|(part, skip)| unmask(part, Some((skip, accumulate))))
                    .collect()
            }
        };
        let sums = norm::total(&sums);
        let halves = [("bias", 0), ("weight", shape.channels)];
        for (name, first) in halves {
            let range = network.tensors.range(&layer.norm, name);
            for (by, &sum) in by[range].iter_mut().zip(&sums[first..]) {
                *by = sum as f32;
            }
        }
        let count = self.images * shape.side * shape.side;
        let parts = self.raw_gradients[at].parts(size).into_par_iter();
        let parts = parts.zip(gradient.par_chunks(len)).zip(raw.par_chunks(len));
        parts.for_each(|((mut out, gradient), raw)| {
            norm::normalise_gradient(shape, affine, &sums, count, raw, gradient, &mut out);
        });
    }
}

fn affine(network: &Network, layer: &Layer, mean: Vec<f32>, variance: &[f32]) -> Affine {
    let weight = network.parameter(&layer.norm, "weight");
    Affine::new(
        mean,
        variance,
        weight,
        network.parameter(&layer.norm, "bias"),
    )
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
    let parts = plane.parts(4).into_par_iter();
    let parts = parts.zip(values.par_chunks(4 * image));
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
