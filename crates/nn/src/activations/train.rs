//! Forward and backward of a batch, layer by layer, so that several workers can share the batch.
//!
//! Batch norm needs sums over the whole batch at each layer, forward and back. Each [`Activations`] gives the sums of
//! its images and goes on with the totals of all (synchronised batch norm). Refuses to know who sums.

use super::{Activations, Embeddings, LOCAL_SCALE, WRITTEN, affine, by_channels};
use crate::conv::{Conv, Geometry};
use crate::dense::Dense;
use crate::feature_map::{FeatureMap, Part, Shape};
use crate::kernels::Precision;
use crate::network::Network;
use crate::norm::{self, Affine, Statistics};
use crate::par::*;
use crate::pool;
use crate::spec::{LOCAL, Plan};

/// What a training needs besides.
pub(super) struct Backward {
    /// Gradients of the activations; none of the patches.
    gradients: Vec<Vec<f32>>,
    /// Gradients of the results of the convolutions.
    raw: Vec<FeatureMap>,
    dense: Option<FeatureMap>,
    local: Option<FeatureMap>,
    /// Does a gradient of an activation hold something to add to?
    written: Vec<bool>,
}

impl Backward {
    pub(super) fn new(plan: &Plan, precision: Precision, images: usize) -> Self {
        let map = |geometry: Geometry| FeatureMap::new(precision, geometry.output(), images);
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
                .map(|layer| map(layer.geometry))
                .collect(),
            dense: dense.map(|dense| {
                let shape = Shape {
                    side: 1,
                    channels: dense.outputs,
                    border: 0,
                };
                FeatureMap::new(precision, shape, images)
            }),
            local: plan.local.as_ref().map(|local| map(local.geometry)),
            written: vec![false; plan.activations.len()],
        }
    }
}

impl Activations {
    /// Takes a batch's images.
    pub(crate) fn begin(&mut self, network: &Network, images: &[f32]) {
        self.pack(network);
        self.place(network, images);
    }

    /// Layer `at`'s convolution: the sums of its values and of their squares over the images, `[2, channels]`, where a
    /// batch norm follows; else nothing.
    pub(crate) fn convolve(&mut self, network: &Network, at: usize) -> Vec<f64> {
        let normed = network.plan.layers[at].norm.is_some();
        let (conv, input) = (&self.convs[at], &self.maps[at]);
        let shape = conv.geometry.output();
        let parts = self.raw[at].par_chunks_mut(conv.part * shape.values());
        let sums = parts.enumerate().map(|(part, raw)| {
            conv.forward(input, part * conv.part, raw);
            match normed {
                true => norm::moments(shape, raw),
                false => Vec::new(),
            }
        });
        let sums: Vec<norm::Sums> = sums.collect();
        norm::total(&sums)
    }

    /// Layer `at`'s activations, from the totals over a batch of so many images.
    pub(crate) fn normalise(&mut self, network: &Network, at: usize, totals: &[f64], batch: usize) {
        let layer = &network.plan.layers[at];
        self.affine[at] = match &layer.norm {
            None => Affine::of_bias(network.parameter(&layer.conv, "bias")),
            Some(norm) => {
                let Statistics { mean, variance } = norm::statistics(totals, layer.values(batch));
                affine(network, norm, mean, &variance)
            }
        };
        let size = self.convs[at].part;
        self.activate(at, layer, [0, self.images, size]);
    }

    /// Takes the gradients of the images' embeddings back to the last layer, after [`Activations::project`]. Gradients of
    /// parameters on the way but of the dense layer's weights go into `by`.
    pub(crate) fn begin_backward(
        &mut self,
        network: &Network,
        embeddings: Embeddings<'_>,
        by: &mut [f32],
    ) {
        if let Some(mut backward) = self.backward.take() {
            backward.written.fill(false);
            self.project_back(network, &mut backward, embeddings, by);
            self.backward = Some(backward);
        }
    }

    /// Back through the pooling or the addition and the relu of layer `at`: the sums over the images of the gradient,
    /// and of its products with the normalised values, `[2, channels]`.
    pub(crate) fn unmask(&mut self, network: &Network, at: usize) -> Vec<f64> {
        let Some(backward) = &mut self.backward else {
            return Vec::new();
        };
        let layer = &network.plan.layers[at];
        let shape = layer.geometry.output();
        let size = self.convs[at].part;
        let len = size * shape.values();
        let (affine, raw) = (&self.affine[at], &self.raw[at]);
        let activation = &self.maps[at + 1];
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
        norm::total(&sums)
    }

    /// Back through the norm and the convolution of layer `at`, from the totals over a batch of so many images.
    pub(crate) fn convolve_back(
        &mut self,
        network: &Network,
        at: usize,
        totals: &[f64],
        batch: usize,
    ) {
        let Some(backward) = &mut self.backward else {
            return;
        };
        let layer = &network.plan.layers[at];
        let shape = layer.geometry.output();
        let (conv, affine) = (&self.convs[at], &self.affine[at]);
        let of_map = conv.part * self.maps[at + 1].shape.values();
        let count = layer.values(batch);
        let gradient = &backward.gradients[at + 1];
        let parts = backward.raw[at].parts(conv.part).into_par_iter();
        let parts = parts
            .zip(gradient.par_chunks(of_map))
            .zip(self.raw[at].par_chunks(conv.part * shape.values()));
        parts.for_each(|((mut out, gradient), raw)| {
            if layer.pool {
                pool::gradient(shape, affine, totals, count, raw, gradient, &mut out);
            } else {
                norm::normalise_gradient(shape, affine, totals, count, raw, gradient, &mut out);
            }
        });
        if at > 0 {
            let (gradient, written) = (&backward.raw[at], &mut backward.written[at]);
            input_gradient(conv, gradient, &mut backward.gradients[at], written);
        }
    }

    /// The gradient of the weights of layer `at`'s convolution, after [`Activations::convolve_back`].
    pub(crate) fn weight_gradient(&mut self, network: &Network, at: usize, by: &mut [f32]) {
        let Some(backward) = &mut self.backward else {
            return;
        };
        let layer = &network.plan.layers[at];
        let weights = &mut by[network.tensors.range(&layer.conv, "weight")];
        let (conv, gradient) = (&self.convs[at], &backward.raw[at]);
        conv.weight_gradient(&self.maps[at], gradient, self.images, weights);
    }

    /// Values of the dense layer's weights that [`Activations::dense_weights`] hands out at once.
    pub(crate) fn dense_part(&self) -> usize {
        self.dense.as_ref().map_or(1, Dense::part)
    }

    /// Hands out the gradient of the dense layer's weights after [`Activations::convolve_back`]: with each of `parts`
    /// that of the next [`Activations::dense_part`] values.
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
            (&self.dense, gradient, self.maps.last())
        {
            dense.weight_gradient(input, gradient, parts, take);
        }
    }

    fn project_back(
        &mut self,
        network: &Network,
        backward: &mut Backward,
        Embeddings { global, local }: Embeddings<'_>,
        by: &mut [f32],
    ) {
        let plan = &network.plan;
        let end = plan.layers.len();
        backward.written[end] = true;
        if let (Some(dense), Some(planned), Some(map)) =
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
            write(map, &before, planned.outputs);
            let weights = network.parameter(&planned.name, "weight");
            dense.input_gradient(weights, map, &mut backward.gradients[end]);
        } else {
            let shape = self.maps[end].shape;
            let images = backward.gradients[end].chunks_exact_mut(shape.values());
            for (map, global) in images.zip(global.chunks_exact(shape.values())) {
                for (y, row) in map.chunks_exact_mut(shape.row()).enumerate() {
                    by_channels(shape, y, |at, place| row[at] = global[place]);
                }
            }
        }
        if let (Some(conv), Some(planned), Some(map)) =
            (&self.local, &plan.local, &mut backward.local)
        {
            let scaled: Vec<f32> = local.iter().map(|by| by * LOCAL_SCALE).collect();
            bias_gradient(&scaled, &mut by[network.tensors.range(LOCAL, "bias")]);
            write(map, &scaled, planned.geometry.output().row());
            let weights = &mut by[network.tensors.range(LOCAL, "weight")];
            let input = planned.input;
            conv.weight_gradient(&self.maps[input], map, self.images, weights);
            let written = &mut backward.written[input];
            input_gradient(conv, map, &mut backward.gradients[input], written);
        }
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

fn input_gradient(conv: &Conv, gradient: &FeatureMap, input: &mut [f32], written: &mut bool) {
    let accumulate = core::mem::replace(written, true);
    let len = conv.part * conv.geometry.input.values();
    let parts = input.par_chunks_mut(len).enumerate();
    parts.for_each(|(part, input)| {
        conv.input_gradient(gradient, part * conv.part, input, accumulate);
    });
}

/// Writes a batch's values, a row of pixels having `row` of them.
fn write(map: &mut FeatureMap, values: &[f32], row: usize) {
    let image = map.shape.values();
    let parts = map.parts(WRITTEN).into_par_iter();
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
