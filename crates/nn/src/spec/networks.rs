//! The networks of the literature that are computed here besides the residual ones.

use super::{Dense, Head, Layer, Spec};

impl Spec {
    /// Koch, Zemel and Salakhutdinov, *Siamese Neural Networks for One-shot Image Recognition* (2015),
    /// figure 4: 38,951,745 parameters.
    #[must_use]
    pub fn koch() -> Self {
        let layer = |name: &str, channels, kernel, pool| Layer {
            name: name.to_owned(),
            channels,
            kernel,
            stride: 1,
            padding: 0,
            norm: None,
            skip: None,
            pool,
        };
        Self {
            input_side: 105,
            layers: vec![
                layer("conv1", 64, 10, true),
                layer("conv2", 128, 7, true),
                layer("conv3", 128, 4, true),
                layer("conv4", 256, 4, false),
            ],
            dense: Some(Dense {
                name: "dense".to_owned(),
                components: 4096,
            }),
            head: Head::WeightedL1,
        }
    }

    /// The usual small network of few-shot papers: four blocks of a 3x3 convolution, batch norm, relu and
    /// pooling bring 28x28 pixels to 64 values, which Koch's head compares. 112,193 parameters.
    #[must_use]
    pub fn conv4() -> Self {
        let layer = |block: usize| Layer {
            name: format!("block{block}.conv"),
            channels: 64,
            kernel: 3,
            stride: 1,
            padding: 1,
            norm: Some(format!("block{block}.norm")),
            skip: None,
            pool: true,
        };
        Self {
            input_side: 28,
            layers: (1..=4).map(layer).collect(),
            dense: None,
            head: Head::WeightedL1,
        }
    }
}
