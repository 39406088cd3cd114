//! The training step of `conv4`, the usual small network of few-shot papers.
//!
//! Four blocks of a 3x3 convolution, batch norm, relu and 2x2 max pooling bring 28x28 pixels to 64 values;
//! Koch's head judges pairs: the logit is a weighted sum of the values' distances. Forward, backward and
//! AdamW in f32, the parts of a batch in parallel. Refuses to know files and alphabets.

mod pool;

use crate::architecture::{Order, Tensors};
use crate::conv::{Conv, Geometry};
use crate::kernels::{Kernel, Precision};
use crate::norm::{self, Affine, MOMENTUM};
use crate::optimizer::{AdamW, Moments};
use crate::par::*;
use crate::patches::patch_row;
use crate::plane::{Plane, Shape};
use crate::tensors::{Kind, TensorError, TensorMap, export, import, no_extra};

/// Width and height of an input image.
pub const SIDE: usize = 28;

/// Channels of every block, and values of an embedding.
pub const CHANNELS: usize = 64;

/// Blocks, after which a map is one pixel.
const BLOCKS: usize = 4;

/// Width and height of a kernel.
const KERNEL: usize = 3;

/// Values of a patch of the first block, rounded up to whole tiles.
const PATCH: usize = 16;

/// Images of a part when images become patches, and when gradients are written.
const SOME: usize = 4;

/// `conv4` in training.
pub struct Trainer {
    tensors: Tensors,
    parameters: Vec<f32>,
    statistics: Vec<f32>,
    optimizer: AdamW,
    /// Where the parameters lie, and whether weight decay moves them.
    moved: Vec<(core::ops::Range<usize>, bool)>,
    moments: Moments,
    gradient: Vec<f32>,
    steps: u32,
    blocks: Vec<Block>,
    /// Images that the blocks have memory for.
    images: usize,
}

/// A block with its memory.
struct Block {
    name: String,
    conv: Conv,
    input: Plane,
    /// Result of the convolution, `[images, h, w, channels]`.
    raw: Vec<f32>,
    affine: Affine,
    raw_gradient: Plane,
    /// Gradient of the input, `[images, h, w, channels]`; of the first block's nobody asks.
    input_gradient: Vec<f32>,
}

fn geometry(block: usize) -> Geometry {
    let side = SIDE >> block;
    let (input, side) = match block {
        // Patches, of which the kernel takes one at a time.
        0 => (shape(side, PATCH, 0), 1),
        _ => (shape(side, CHANNELS, 1), KERNEL),
    };
    Geometry {
        input,
        out: CHANNELS,
        side,
        stride: 1,
    }
}

fn shape(side: usize, channels: usize, border: usize) -> Shape {
    Shape {
        side,
        channels,
        border,
    }
}

fn name(block: usize) -> String {
    format!("block{}", block + 1)
}

fn tensors() -> Tensors {
    let mut tensors = Tensors::default();
    for block in 0..BLOCKS {
        let (name, geometry) = (name(block), geometry(block));
        let inputs = if block == 0 { 1 } else { CHANNELS };
        let kernels = [CHANNELS, inputs, KERNEL, KERNEL];
        let length = geometry.depth() * CHANNELS;
        tensors.add(
            &format!("{name}.conv"),
            "weight",
            &kernels,
            Order::Conv,
            length,
        );
        tensors.add_norm(&format!("{name}.norm"), CHANNELS);
    }
    tensors.add("score", "weight", &[CHANNELS], Order::Same, CHANNELS);
    tensors.add("score", "bias", &[1], Order::Same, 1);
    tensors
}

impl Trainer {
    /// The network with these weights and statistics, that has done no step.
    ///
    /// # Errors
    /// When the tensors are not `conv4`'s.
    pub fn new(map: &TensorMap, optimizer: AdamW) -> Result<Self, TensorError> {
        let tensors = tensors();
        no_extra(&tensors, map)?;
        let parameters = import(&tensors, Kind::Trained, map)?;
        let statistics = import(&tensors, Kind::Statistic, map)?;
        let entries = tensors.entries.iter().filter(|entry| !entry.statistic);
        let moved = entries
            .map(|entry| (entry.range.clone(), entry.decays()))
            .collect();
        let zeros = || vec![0.0; parameters.len()];
        Ok(Self {
            optimizer,
            moved,
            moments: Moments {
                first: zeros(),
                second: zeros(),
            },
            gradient: zeros(),
            steps: 0,
            blocks: Vec::new(),
            images: 0,
            tensors,
            parameters,
            statistics,
        })
    }

    /// The weights and statistics of now.
    #[must_use]
    pub fn tensors(&self) -> TensorMap {
        let mut map = export(&self.tensors, Kind::Trained, &self.parameters);
        map.extend(export(&self.tensors, Kind::Statistic, &self.statistics));
        map
    }

    /// Learns from pairs and gives the loss before the step, the mean cross-entropy of verification:
    /// `images` is `[2 * pairs, 28, 28]`, first one image of each pair, then the other of each; `signs`
    /// is 1 where a pair is of one character, else -1.
    ///
    /// # Panics
    /// When there are not that many images, or no pair.
    pub fn step(&mut self, images: &[f32], signs: &[f32], rate: f64) -> f32 {
        let loss = self.gradient(images, signs);
        self.steps += 1;
        for moved in &self.moved {
            self.optimizer.step(
                moved.clone(),
                &mut self.parameters,
                &self.gradient,
                &mut self.moments,
                (self.steps, rate),
            );
        }
        loss
    }

    /// The loss of a batch of pairs; its gradient is left in `self.gradient`.
    fn gradient(&mut self, images: &[f32], signs: &[f32]) -> f32 {
        let count = 2 * signs.len();
        assert!(count > 0 && images.len() == count * SIDE * SIDE);
        if self.images != count {
            self.blocks = (0..BLOCKS).map(|at| Block::new(at, count)).collect();
            self.images = count;
        }
        for block in &mut self.blocks {
            let weights = self
                .tensors
                .range(&format!("{}.conv", block.name), "weight");
            block.conv.pack(&self.parameters[weights], true);
        }
        let embedding = self.forward(images);
        let (loss, by) = self.judge(&embedding, signs);
        self.backward(&by);
        loss
    }

    /// `[images, 28, 28]` to embeddings `[images, 64]`, by the batch's own statistics; the running ones
    /// move.
    fn forward(&mut self, images: &[f32]) -> Vec<f32> {
        patches(images, &mut self.blocks[0].input);
        let mut end = Plane::new(Precision::F32, shape(1, CHANNELS, 0), self.images);
        for at in 0..BLOCKS {
            let (block, rest) = self.blocks[at..].split_at_mut(1);
            let block = &mut block[0];
            let owner = format!("{}.norm", block.name);
            let (mean, variance) = block.convolve(self.images);
            for (name, batch) in [("running_mean", &mean), ("running_var", &variance)] {
                let running = &mut self.statistics[self.tensors.range(&owner, name)];
                for (running, batch) in running.iter_mut().zip(batch) {
                    *running = *running * (1.0 - MOMENTUM) + batch * MOMENTUM;
                }
            }
            let [weight, bias] =
                ["weight", "bias"].map(|name| &self.parameters[self.tensors.range(&owner, name)]);
            block.affine = Affine::new(mean, &variance, weight, bias);
            block.activate(rest.first_mut().map_or(&mut end, |next| &mut next.input));
        }
        let mut embedding = vec![0.0; self.images * CHANNELS];
        for (image, values) in embedding.chunks_exact_mut(CHANNELS).enumerate() {
            end.read_row(image, 0, values);
        }
        embedding
    }

    /// The loss of embeddings, and its gradient by them; that by the head's weights is left in
    /// `self.gradient`.
    fn judge(&mut self, embedding: &[f32], signs: &[f32]) -> (f32, Vec<f32>) {
        let (first, second) = embedding.split_at(embedding.len() / 2);
        let [of_weight, of_bias] = ["weight", "bias"].map(|name| self.tensors.range("score", name));
        let weight = &self.parameters[of_weight.clone()];
        let bias = self.parameters[of_bias.start];
        let mut by = vec![0.0; embedding.len()];
        let (by_first, by_second) = by.split_at_mut(first.len());
        let (mut by_weight, mut by_bias, mut loss) = ([0f32; CHANNELS], 0f32, 0f64);
        let pairs = first
            .chunks_exact(CHANNELS)
            .zip(second.chunks_exact(CHANNELS));
        let by_pairs = by_first
            .chunks_exact_mut(CHANNELS)
            .zip(by_second.chunks_exact_mut(CHANNELS));
        for (((one, two), (by_one, by_two)), &sign) in pairs.zip(by_pairs).zip(signs) {
            let distances = one.iter().zip(two).zip(weight);
            let logit: f32 = distances.map(|((a, b), w)| w * (a - b).abs()).sum();
            let signed = f64::from(sign * (logit + bias));
            // ln(1 + exp(-signed)) where neither overflows.
            loss += (-signed.abs()).exp().ln_1p() + (-signed).max(0.0);
            let by_logit = -sign / (1.0 + signed.exp() as f32) / signs.len() as f32;
            by_bias += by_logit;
            for at in 0..CHANNELS {
                let difference = one[at] - two[at];
                by_weight[at] += by_logit * difference.abs();
                // The slope of a distance of nothing counts as 0, as in other frameworks.
                let direction = if difference == 0.0 {
                    0.0
                } else {
                    difference.signum()
                };
                by_one[at] = by_logit * weight[at] * direction;
                by_two[at] = -by_one[at];
            }
        }
        self.gradient[of_weight].copy_from_slice(&by_weight);
        self.gradient[of_bias].copy_from_slice(&[by_bias]);
        ((loss / signs.len() as f64) as f32, by)
    }

    /// The gradients of the blocks' parameters from that of the embeddings.
    fn backward(&mut self, by_embedding: &[f32]) {
        for at in (0..BLOCKS).rev() {
            let (before, after) = self.blocks.split_at_mut(at + 1);
            let block = &mut before[at];
            let by = after.first().map(|next| next.input_gradient.as_slice());
            let sums = block.norm_back(by.unwrap_or(by_embedding), self.images);
            let owner = format!("{}.norm", block.name);
            for (name, sums) in [("bias", &sums[..CHANNELS]), ("weight", &sums[CHANNELS..])] {
                let range = self.tensors.range(&owner, name);
                for (by, &sum) in self.gradient[range].iter_mut().zip(sums) {
                    *by = sum as f32;
                }
            }
            let weights = self
                .tensors
                .range(&format!("{}.conv", block.name), "weight");
            block.conv.weight_gradient(
                &block.input,
                &block.raw_gradient,
                self.images,
                &mut self.gradient[weights],
            );
            if at > 0 {
                block.convolve_back();
            }
        }
    }
}

impl Block {
    fn new(at: usize, images: usize) -> Self {
        let geometry = geometry(at);
        let (input, output) = (geometry.input, geometry.output());
        let of_input = if at == 0 { 0 } else { images * input.values() };
        Self {
            name: name(at),
            conv: Conv::new(Kernel::best(Precision::F32), geometry),
            input: Plane::new(Precision::F32, input, images),
            raw: vec![0.0; images * output.values()],
            affine: Affine::default(),
            raw_gradient: Plane::new(Precision::F32, output, images),
            input_gradient: vec![0.0; of_input],
        }
    }

    fn output(&self) -> Shape {
        self.conv.geometry.output()
    }

    /// Values of the batch that a channel has.
    fn count(&self, images: usize) -> usize {
        images * self.output().side * self.output().side
    }

    /// Values of a part of the result, and of what it is pooled to.
    fn part(&self) -> [usize; 2] {
        let shape = self.output();
        let side = pool::pooled(shape.side);
        [shape.values(), side * side * shape.channels].map(|values| self.conv.part * values)
    }

    /// The convolution's result; its mean and variance over the batch, one a channel.
    fn convolve(&mut self, images: usize) -> (Vec<f32>, Vec<f32>) {
        let ([len, _], shape, count) = (self.part(), self.output(), self.count(images));
        let (conv, input) = (&self.conv, &self.input);
        let parts = self.raw.par_chunks_mut(len).enumerate();
        let sums: Vec<norm::Sums> = parts
            .map(|(part, raw)| {
                conv.forward(input, part * conv.part, raw);
                norm::moments(shape, raw)
            })
            .collect();
        norm::statistics(&norm::total(&sums), count)
    }

    /// The pooled map from the result.
    fn activate(&self, out: &mut Plane) {
        let parts = out.parts(self.conv.part).into_par_iter();
        parts
            .zip(self.raw.par_chunks(self.part()[0]))
            .for_each(|(mut out, raw)| pool::activate(self.output(), &self.affine, raw, &mut out));
    }

    /// The gradient of the result from that of the pooled map; the sums over the batch that are the
    /// gradients of the norm's bias and weight, `[2, channels]`.
    fn norm_back(&mut self, by: &[f32], images: usize) -> Vec<f64> {
        let ([len, of_pooled], shape, count) = (self.part(), self.output(), self.count(images));
        let affine = &self.affine;
        let parts = self.raw.par_chunks(len).zip(by.par_chunks(of_pooled));
        let sums: Vec<norm::Sums> = parts
            .map(|(raw, by)| pool::sums(shape, affine, raw, by))
            .collect();
        let sums = norm::total(&sums);
        let parts = self.raw_gradient.parts(self.conv.part).into_par_iter();
        let parts = parts
            .zip(self.raw.par_chunks(len))
            .zip(by.par_chunks(of_pooled));
        parts.for_each(|((mut out, raw), by)| {
            pool::gradient(shape, affine, (&sums, count), raw, by, &mut out);
        });
        sums
    }

    /// The gradient of the input from that of the result.
    fn convolve_back(&mut self) {
        let conv = &self.conv;
        let len = conv.part * conv.geometry.input.values();
        let parts = self.input_gradient.par_chunks_mut(len).enumerate();
        parts.for_each(|(part, input)| {
            conv.input_gradient(&self.raw_gradient, part * conv.part, input, false);
        });
    }
}

/// The patches of the first block's kernel.
fn patches(images: &[f32], plane: &mut Plane) {
    let row = plane.shape.row();
    let parts = plane.parts(SOME).into_par_iter();
    let parts = parts.zip(images.par_chunks(SOME * SIDE * SIDE));
    parts.for_each(|(mut out, images)| {
        let mut rows = [vec![0.0; row], vec![0.0; row]];
        for (pair, images) in images.chunks_exact(2 * SIDE * SIDE).enumerate() {
            for y in 0..SIDE {
                for (image, row) in images.chunks_exact(SIDE * SIDE).zip(&mut rows) {
                    patch_row::<SIDE, KERNEL, 1, PATCH>(image, y, row);
                }
                let [one, two] = &rows;
                out.write_rows(pair, y, one, two);
            }
        }
    });
}

#[cfg(all(test, not(target_family = "wasm")))]
mod tests;
