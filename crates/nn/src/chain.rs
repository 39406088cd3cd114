//! A chain of convolutions at rest, each with a bias and a relu, pooled or not, and a linear layer
//! behind them: Koch's network, and the small ones of few-shot papers.
//!
//! Each convolution is taken the way that multiplies least. Refuses to know networks by their names,
//! files and gradients.

mod dense;
mod direct;
mod map;

use crate::conv::Geometry;
use crate::kernels::{Kernel, Precision};
use crate::par::*;
use crate::plane::Shape;
use crate::rows8::Rows8;
use crate::spectral::{Spectral, Tiles};
use crate::way::Way;
use crate::winograd::Winograd;
use dense::Dense;
use direct::Direct;
use map::{Filter, settle};

/// Images taken at once: spectra of more would not stay in a cache, and the kernels' are read once for
/// all of them.
const TOGETHER: usize = 8;

/// A convolution of stride 1 with bias and relu.
#[derive(Clone, Debug)]
pub struct Link {
    /// `[outputs, inputs, side, side]`.
    pub weights: Vec<f32>,
    /// One an output; a norm behind the convolution is to be folded into both.
    pub bias: Vec<f32>,
    /// Width and height of the kernel.
    pub side: usize,
    /// Zeros around the map.
    pub padding: usize,
    /// Does the largest of each 2x2 pixels stay? A last odd row or column does not.
    pub pool: bool,
}

/// A chain that can't be computed here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// A convolution does not fit its map, its weights are not as many as its shape has, or its outputs
    /// are no multiple of 16.
    #[error(
        "convolution {0} of the chain does not fit: its outputs must be a multiple of 16, its weights as many as it has, its map as large as its kernel"
    )]
    Link(usize),
    /// The linear layer does not fit the last map.
    #[error("the chain's linear layer does not fit the map before it")]
    Dense,
}

enum Convolution {
    Direct(Direct),
    Spectral(Spectral),
    /// With memory for its results.
    Winograd(Winograd, Vec<f32>),
}

struct Step {
    convolution: Convolution,
    bias: Vec<f32>,
    pool: bool,
    /// Of the map that it makes.
    shape: Shape,
    maps: Vec<f32>,
}

/// A chain with its numbers packed and memory for a batch.
pub struct Chain {
    input: Shape,
    images: Vec<f32>,
    steps: Vec<Step>,
    dense: Option<Dense>,
}

impl Chain {
    /// The chain for images of this width and height; `dense` is a layer's weights, its rows taking the
    /// last map channel by channel, and its bias.
    ///
    /// # Errors
    /// When a layer does not fit the one before it.
    pub fn new(
        side: usize,
        links: Vec<Link>,
        dense: Option<(Rows8, Vec<f32>)>,
    ) -> Result<Self, ChainError> {
        let kernel = Kernel::best(Precision::F32);
        let border = |at: usize| links.get(at).map_or(0, |link| link.padding);
        let mut shape = Shape {
            side,
            channels: 1,
            border: border(0),
        };
        let input = shape;
        let mut steps = Vec::with_capacity(links.len());
        for (at, link) in links.iter().enumerate() {
            let outputs = link.bias.len();
            let filter = Filter {
                weights: &link.weights,
                outputs,
                side: link.side,
                padding: link.padding,
            };
            let fits = link.weights.len() == outputs * shape.channels * link.side * link.side;
            let output = filter
                .output_side(shape.side)
                .filter(|_| fits && outputs > 0);
            let output = output.ok_or(ChainError::Link(at))?;
            let convolution = convolution(kernel, shape, &filter);
            let next = Shape {
                side: if link.pool { output / 2 } else { output },
                channels: outputs,
                border: border(at + 1),
            };
            steps.push(Step {
                convolution: convolution.ok_or(ChainError::Link(at))?,
                bias: link.bias.clone(),
                pool: link.pool,
                shape: next,
                maps: Vec::new(),
            });
            shape = next;
        }
        let dense = match dense {
            None => None,
            Some((rows, bias)) => {
                let map = [shape.channels, shape.side * shape.side];
                Some(Dense::new(rows, bias, map).ok_or(ChainError::Dense)?)
            }
        };
        Ok(Self {
            input,
            images: Vec::new(),
            steps,
            dense,
        })
    }

    /// Images `[n, side, side]` to what the linear layer makes of them, `[n, outputs]`, each 0 to 1; to
    /// the last maps, channel by channel, where there is none. What is left over of an image is not
    /// looked at.
    #[must_use]
    pub fn embed(&mut self, images: &[f32]) -> Vec<f32> {
        let pixels = self.input.side * self.input.side;
        let mut result = Vec::new();
        let whole = images.len() / pixels.max(1) * pixels;
        for images in images[..whole].chunks((TOGETHER * pixels).max(1)) {
            result.extend(self.embed_some(images, images.len() / pixels));
        }
        result
    }

    fn embed_some(&mut self, images: &[f32], count: usize) -> Vec<f32> {
        place(images, self.input, &mut self.images);
        let mut maps: &[f32] = &self.images;
        let mut shape = self.input;
        for step in &mut self.steps {
            let tiles = match &mut step.convolution {
                Convolution::Direct(direct) => direct.forward(maps, count),
                Convolution::Spectral(spectral) => spectral.forward(maps, count),
                Convolution::Winograd(winograd, results) => {
                    by_winograd(winograd, maps, shape, count, results)
                }
            };
            shape = step.shape;
            step.maps.resize(count * shape.bordered(), 0.0);
            settle(&tiles, &step.bias, step.pool, shape, &mut step.maps);
            maps = &step.maps;
        }
        match &mut self.dense {
            Some(dense) => dense.forward(maps),
            None => channel_by_channel(maps, shape),
        }
    }
}

/// The way of a convolution that multiplies least.
fn convolution(kernel: Kernel, input: Shape, filter: &Filter<'_>) -> Option<Convolution> {
    let geometry = Geometry {
        input,
        out: filter.outputs,
        side: filter.side,
        stride: 1,
        padding: filter.padding,
    };
    let places = filter.side * filter.side;
    let weight = |place, from, to| filter.weights[(to * input.channels + from) * places + place];
    match Way::new(kernel, &geometry) {
        Way::Direct => Direct::new(kernel, input, filter).map(Convolution::Direct),
        Way::Winograd(mut winograd) => {
            winograd.pack(weight);
            Some(Convolution::Winograd(winograd, Vec::new()))
        }
        Way::Spectral(mut spectral) => {
            spectral.pack(weight);
            Some(Convolution::Spectral(*spectral))
        }
    }
}

/// The results of some maps, each as one tile.
fn by_winograd<'a>(
    winograd: &Winograd,
    maps: &[f32],
    input: Shape,
    images: usize,
    results: &'a mut Vec<f32>,
) -> Tiles<'a> {
    let (side, channels) = winograd.result();
    let (values, part) = (side * side * channels, winograd.part());
    results.resize(images * values, 0.0);
    let parts = results.par_chunks_mut(part * values);
    let parts = parts.zip(maps.par_chunks(part * input.bordered()));
    parts.for_each(|(results, maps)| winograd.forward(maps, results));
    Tiles {
        values: results,
        channels,
        step: side,
        across: 1,
    }
}

/// Images as maps of this shape, whose border stays what it was: zeros.
fn place(images: &[f32], shape: Shape, maps: &mut Vec<f32>) {
    let pixels = shape.side * shape.side;
    maps.resize(images.len() / pixels * shape.bordered(), 0.0);
    let maps = maps.chunks_exact_mut(shape.bordered());
    for (image, map) in images.chunks_exact(pixels).zip(maps) {
        for (y, row) in image.chunks_exact(shape.side).enumerate() {
            map[shape.at(y)..][..shape.side].copy_from_slice(row);
        }
    }
}

/// Maps without a border, `[channels, pixels]` each.
fn channel_by_channel(maps: &[f32], shape: Shape) -> Vec<f32> {
    let mut values = Vec::with_capacity(maps.len());
    for map in maps.chunks_exact(shape.values().max(1)) {
        for channel in 0..shape.channels {
            values.extend(map.iter().skip(channel).step_by(shape.channels));
        }
    }
    values
}

#[cfg(test)]
mod tests;
