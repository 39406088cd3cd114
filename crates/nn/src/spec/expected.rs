//! The layer tables as a person counts them, against which those of the specs are held.

use twinglyph_core::Architecture;

/// One layer of a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Layer {
    /// Its name in the weights file.
    pub(super) name: &'static str,
    /// What it does, as `conv 3x3 / 2, norm, relu`.
    pub(super) kind: &'static str,
    /// Shape of its output for one image, or for one pair in the head.
    pub(super) output: Vec<usize>,
    /// Trained parameters.
    pub(super) parameters: usize,
    /// Multiply-adds for one image; for one pair in the head.
    pub(super) multiply_adds: usize,
}

/// A convolution with bias or with a norm (`extra` parameters a channel).
fn conv(
    name: &'static str,
    kind: &'static str,
    [input, output]: [usize; 2],
    kernel: usize,
    convolved: usize,
    side: usize,
    extra: usize,
) -> Layer {
    let weights = input * output * kernel * kernel;
    Layer {
        name,
        kind,
        output: vec![output, side, side],
        parameters: weights + extra * output,
        multiply_adds: weights * convolved * convolved,
    }
}

fn residual(name: &'static str, channels: usize, side: usize) -> Layer {
    let one = conv(
        name,
        "2 x (conv 3x3, norm), skip, relu",
        [channels, channels],
        3,
        side,
        side,
        2,
    );
    Layer {
        parameters: 2 * one.parameters,
        multiply_adds: 2 * one.multiply_adds,
        ..one
    }
}

fn compact() -> Vec<Layer> {
    vec![
        conv("stem", "conv 5x5 / 2, norm, relu", [1, 32], 5, 24, 24, 2),
        conv("down1", "conv 3x3 / 2, norm, relu", [32, 64], 3, 12, 12, 2),
        residual("res1", 64, 12),
        conv("down2", "conv 3x3 / 2, norm, relu", [64, 128], 3, 6, 6, 2),
        residual("res2", 128, 6),
        conv("local", "conv 1x1, scaled by 1/8", [128, 64], 1, 6, 6, 1),
        conv("down3", "conv 3x3 / 2, norm, relu", [128, 256], 3, 3, 3, 2),
        Layer {
            name: "global",
            kind: "linear, sigmoid",
            output: vec![256],
            parameters: 2304 * 256 + 256,
            multiply_adds: 2304 * 256,
        },
        Layer {
            name: "score",
            kind: "weighted L1 and local matching of a pair",
            output: vec![1],
            parameters: 256 + 1 + 1 + 9,
            // 36 x 36 products of 64 channels, of which 256 pairs of places are neighbours;
            // both directions share them.
            multiply_adds: 256 + 36 * 36 * 64,
        },
    ]
}

/// `compact` with a second residual block behind each.
fn deep() -> Vec<Layer> {
    let mut layers = compact();
    for (name, behind, channels, side) in [("res1_2", "res1", 64, 12), ("res2_2", "res2", 128, 6)] {
        let at = layers.iter().position(|layer| layer.name == behind);
        layers.insert(at.map_or(0, |at| at + 1), residual(name, channels, side));
    }
    layers
}

/// The layers of a network, from the drawing to the score.
#[must_use]
pub(super) fn layers(architecture: Architecture) -> Vec<Layer> {
    match architecture {
        Architecture::Compact => compact(),
        Architecture::Deep => deep(),
        Architecture::Koch => vec![
            conv("conv1", "conv 10x10, relu, pool 2", [1, 64], 10, 96, 48, 1),
            conv("conv2", "conv 7x7, relu, pool 2", [64, 128], 7, 42, 21, 1),
            conv("conv3", "conv 4x4, relu, pool 2", [128, 128], 4, 18, 9, 1),
            conv("conv4", "conv 4x4, relu", [128, 256], 4, 6, 6, 1),
            Layer {
                name: "dense",
                kind: "linear, sigmoid",
                output: vec![4096],
                parameters: 9216 * 4096 + 4096,
                multiply_adds: 9216 * 4096,
            },
            Layer {
                name: "score",
                kind: "weighted L1 of a pair",
                output: vec![1],
                parameters: 4096 + 1,
                multiply_adds: 4096,
            },
        ],
    }
}
