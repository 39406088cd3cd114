//! The maps and convolutions of a checked spec.

use super::{Head, Spec};
use crate::conv::Geometry;
use crate::feature_map::Shape;
use crate::im2col::Im2col;

/// A layer with the convolution that computes it. It reads the map of its own number and makes the next one.
#[derive(Clone, Debug)]
pub(crate) struct Planned {
    /// Owner of the convolution's tensors.
    pub(crate) conv: String,
    /// Owner of the norm's tensors.
    pub(crate) norm: Option<String>,
    pub(crate) geometry: Geometry,
    /// Map that is added.
    pub(crate) skip: Option<usize>,
    pub(crate) pool: bool,
}

impl Planned {
    /// Values of each channel of the convolution's result over so many images.
    pub(crate) fn values(&self, images: usize) -> usize {
        let side = self.geometry.output().side;
        images * side * side
    }
}

/// The dense layer behind the last map.
#[derive(Clone, Debug)]
pub(crate) struct PlannedDense {
    pub(crate) name: String,
    pub(crate) inputs: usize,
    pub(crate) outputs: usize,
    /// Pixels of the map before it is flattened.
    pub(crate) places: usize,
}

/// The local embedding's convolution.
#[derive(Clone, Debug)]
pub(crate) struct PlannedLocal {
    pub(crate) geometry: Geometry,
    /// Map that it reads.
    pub(crate) input: usize,
}

/// The layers of a network and the maps between them.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// What the first layer's kernel sees; its convolution is a product over these patches.
    pub(crate) im2col: Im2col,
    /// The first layer's convolution of the image itself.
    pub(crate) image: Geometry,
    pub(crate) layers: Vec<Planned>,
    /// Map 0 holds the patches, map `i + 1` the result of layer `i`.
    pub(crate) activations: Vec<Shape>,
    pub(crate) dense: Option<PlannedDense>,
    pub(crate) local: Option<PlannedLocal>,
}

impl Plan {
    /// Of a spec that was checked.
    pub(crate) fn new(spec: &Spec) -> Self {
        let first = spec.layers.first();
        let im2col = Im2col {
            side: spec.input_side,
            kernel: first.map_or(1, |layer| layer.kernel),
            stride: first.map_or(1, |layer| layer.stride),
            padding: first.map_or(0, |layer| layer.padding),
        };
        let image = Geometry {
            input: Shape {
                side: im2col.side,
                channels: 1,
                border: im2col.padding,
            },
            out: first.map_or(0, |layer| layer.channels),
            side: im2col.kernel,
            stride: im2col.stride,
            padding: im2col.padding,
        };
        let mut activations = vec![Shape {
            side: im2col.output_side(),
            channels: im2col.depth(),
            border: 0,
        }];
        let mut layers = Vec::new();
        for (at, layer) in spec.layers.iter().enumerate() {
            let (side, stride, padding) = match at {
                0 => (1, 1, 0),
                _ => (layer.kernel, layer.stride, layer.padding),
            };
            let geometry = Geometry {
                input: activations[at],
                out: layer.channels,
                side,
                stride,
                padding,
            };
            let convolved = geometry.output().side;
            activations.push(Shape {
                side: if layer.pool { convolved / 2 } else { convolved },
                channels: layer.channels,
                border: spec.layers.get(at + 1).map_or(0, |next| next.padding),
            });
            layers.push(Planned {
                conv: layer.name.clone(),
                norm: layer.norm.clone(),
                geometry,
                skip: layer.skip.map(|skip| skip + 1),
                pool: layer.pool,
            });
        }
        let end = activations[layers.len()];
        let dense = spec.dense.as_ref().map(|dense| PlannedDense {
            name: dense.name.clone(),
            inputs: end.values(),
            outputs: dense.components,
            places: end.side * end.side,
        });
        let local = match &spec.head {
            Head::WeightedL1 => None,
            Head::GlobalLocal(local) => Some(PlannedLocal {
                geometry: Geometry {
                    input: activations[local.layer + 1],
                    out: local.channels,
                    side: 1,
                    stride: 1,
                    padding: 0,
                },
                input: local.layer + 1,
            }),
        };
        Self {
            im2col,
            image,
            layers,
            activations,
            dense,
            local,
        }
    }

    /// Components of the global embedding.
    pub(crate) fn components(&self) -> usize {
        let end = &self.activations[self.layers.len()];
        self.dense
            .as_ref()
            .map_or(end.values(), |dense| dense.outputs)
    }

    /// Values of an image's local embedding.
    pub(crate) fn local_values(&self) -> usize {
        let local = self.local.as_ref();
        local.map_or(0, |local| local.geometry.output().values())
    }

    /// Values of an image in the largest result of a convolution.
    pub(crate) fn largest(&self) -> usize {
        let results = self.layers.iter();
        let results = results.map(|layer| layer.geometry.output().values());
        results.max().unwrap_or(0)
    }

    /// Pixels of an input image.
    pub(crate) fn pixels(&self) -> usize {
        self.im2col.side * self.im2col.side
    }
}
