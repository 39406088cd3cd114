//! Residual networks of `compact`'s form, by their widths and depths.

use serde::{Deserialize, Serialize};

use super::{Dense, Head, Layer, Local, Spec};

/// Width and height of a residual network's input image.
pub const INPUT_SIDE: usize = 48;

/// A width and the residual blocks that have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// Channels, a multiple of 16.
    pub channels: usize,
    /// Residual blocks, each of two 3x3 convolutions.
    pub blocks: usize,
}

/// Widths and depths of a residual network; the default is `compact`. Its [`Spec`] is `Spec::from`: a stem,
/// three halvings, residual blocks between them, a global embedding at the end and a local one of 6x6 places.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Architecture {
    /// At 24x24, 12x12, 6x6 and 3x3 pixels; a 5x5 convolution leads into the first and a 3x3 one
    /// into each other, all of stride 2.
    pub stages: [Stage; 4],
    /// Components of the global embedding, a multiple of 16.
    pub global: usize,
    /// Channels of the local embedding, a multiple of 16.
    pub local: usize,
}

impl Default for Architecture {
    fn default() -> Self {
        let stage = |channels, blocks| Stage { channels, blocks };
        Self {
            stages: [stage(32, 0), stage(64, 1), stage(128, 1), stage(256, 0)],
            global: 256,
            local: 64,
        }
    }
}

impl Architecture {
    /// `compact` with a second residual block behind each.
    #[must_use]
    pub fn deep() -> Self {
        let mut deep = Self::default();
        deep.stages[1].blocks = 2;
        deep.stages[2].blocks = 2;
        deep
    }

    /// Multiply-adds of an image, those of pairs not counted.
    #[must_use]
    pub fn multiply_adds(&self) -> usize {
        Spec::from(self.clone()).multiply_adds()
    }

    /// Trained parameters.
    #[must_use]
    pub fn parameters(&self) -> usize {
        Spec::from(self.clone()).parameters()
    }
}

impl From<Architecture> for Spec {
    fn from(architecture: Architecture) -> Self {
        let mut layers: Vec<Layer> = Vec::new();
        let mut local = 0;
        for (at, stage) in architecture.stages.iter().enumerate() {
            let mut add = |owner: &str, half: &str, kernel, stride, skip| {
                layers.push(Layer {
                    name: format!("{owner}.conv{half}"),
                    channels: stage.channels,
                    kernel,
                    stride,
                    padding: kernel / 2,
                    norm: Some(format!("{owner}.norm{half}")),
                    skip,
                    pool: false,
                });
                layers.len() - 1
            };
            let mut last = match at {
                0 => add("stem", "", 5, 2, None),
                _ => add(&format!("down{at}"), "", 3, 2, None),
            };
            for block in 1..=stage.blocks {
                let owner = match block {
                    1 => format!("res{at}"),
                    _ => format!("res{at}_{block}"),
                };
                add(&owner, "_a", 3, 1, None);
                last = add(&owner, "_b", 3, 1, Some(last));
            }
            if at == 2 {
                local = last;
            }
        }
        Self {
            input_side: INPUT_SIDE,
            layers,
            dense: Some(Dense {
                name: "global".to_owned(),
                components: architecture.global,
            }),
            head: Head::GlobalLocal(Local {
                layer: local,
                channels: architecture.local,
            }),
        }
    }
}
