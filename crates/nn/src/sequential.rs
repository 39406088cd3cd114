//! Inference of a plain sequence of convolutions, each with a bias and a relu, pooled or not, and a linear layer
//! behind them: Koch's network, and the small ones of few-shot papers with their norms folded.
//!
//! It is a network of such layers for those who have numbers, and no weights file. Refuses to know networks by
//! their names, files and gradients.

use crate::embedder::Embedder;
use crate::kernels::Precision;
use crate::network::Network;
use crate::rows8::Rows8;
use crate::spec::{Dense, Head, Layer, SCORE, Spec};
use crate::tensors::{Tensor, TensorMap};

/// A convolution of stride 1 with bias and relu.
#[derive(Clone, Debug)]
pub struct ConvLayer {
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

/// A network that can't be computed here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SequentialError {
    /// A convolution does not fit its map, its weights are not as many as its shape has, or its outputs
    /// are no multiple of 16.
    #[error(
        "convolution {0} of the network does not fit: its outputs must be a multiple of 16, its weights as many as it has, its map as large as its kernel"
    )]
    Layer(usize),
    /// The linear layer, or what takes its place, does not fit the last map.
    #[error(
        "the network's linear layer does not fit the map before it; its outputs must be a multiple of 16"
    )]
    Dense,
}

/// A network with its numbers packed and memory for a batch.
pub struct Sequential(Embedder);

/// Owner of a linear layer's tensors.
const DENSE: &str = "dense";

impl Sequential {
    /// The network for images of this width and height; `dense` is a layer's weights, its rows taking the
    /// last map channel by channel, and its bias.
    ///
    /// # Errors
    /// When a layer does not fit the one before it.
    pub fn new(
        side: usize,
        layers: Vec<ConvLayer>,
        dense: Option<(Rows8, Vec<f32>)>,
    ) -> Result<Self, SequentialError> {
        let planned = |(at, layer): (usize, &ConvLayer)| Layer {
            name: at.to_string(),
            channels: layer.bias.len(),
            kernel: layer.side,
            stride: 1,
            padding: layer.padding,
            norm: None,
            skip: None,
            pool: layer.pool,
        };
        let spec = Spec {
            input_side: side,
            layers: layers.iter().enumerate().map(planned).collect(),
            dense: dense.as_ref().map(|(_, bias)| Dense {
                name: DENSE.to_owned(),
                components: bias.len(),
            }),
            head: Head::WeightedL1,
        };
        let of_part = |name: &str| match name.split('.').next().unwrap_or(name).parse() {
            Ok(at) => SequentialError::Layer(at),
            Err(_) => SequentialError::Dense,
        };
        let shapes = spec.tensors().map_err(|error| of_part(&error.part))?;
        let (rows, mut bias) = dense.unzip();
        let mut layers: Vec<(Vec<f32>, Vec<f32>)> = layers
            .into_iter()
            .map(|layer| (layer.weights, layer.bias))
            .collect();
        let mut map = TensorMap::new();
        for tensor in shapes {
            let count: usize = tensor.shape.iter().product();
            let values = match tensor.name.split_once('.') {
                Some((DENSE, "weight")) => continue,
                Some((DENSE, _)) => bias.take().unwrap_or_default(),
                // Nothing is compared.
                Some((SCORE, _)) => vec![0.0; count],
                Some((at, name)) => {
                    let layer = at.parse().ok().and_then(|at: usize| layers.get_mut(at));
                    let layer = layer.map(|(weights, bias)| match name {
                        "weight" => core::mem::take(weights),
                        _ => core::mem::take(bias),
                    });
                    layer.unwrap_or_default()
                }
                None => Vec::new(),
            };
            if values.len() != count {
                return Err(of_part(&tensor.name));
            }
            let shape = tensor.shape;
            map.insert(tensor.name, Tensor { shape, values });
        }
        let embedder = match rows {
            Some(rows) => Embedder::with_rows(spec, &map, rows),
            None => Network::from_tensors(spec, &map)
                .map(|network| Embedder::new(network, Precision::F32)),
        };
        embedder.map(Self).map_err(|_| SequentialError::Dense)
    }

    /// Images `[n, side, side]` to what the linear layer makes of them, `[n, outputs]`, each 0 to 1; to
    /// the last maps, channel by channel, where there is none. What is left over of an image is not
    /// looked at.
    #[must_use]
    pub fn embed(&mut self, images: &[f32]) -> Vec<f32> {
        self.0.embed(images).global
    }
}

#[cfg(test)]
mod tests;
