//! Feature maps and filters as numbers to be shown.

/// The maps of a layer for one image, or the filters of a layer.
#[derive(Clone, Debug, PartialEq)]
pub struct Maps {
    /// The layer's name in the layer table.
    pub layer: String,
    /// Width and height of a map.
    pub side: usize,
    /// `[channels, side, side]`.
    pub values: Vec<f32>,
}

impl Maps {
    /// From pixels, `[side, side, channels]`.
    pub(crate) fn new(layer: &str, side: usize, channels: usize, pixels: &[f32]) -> Self {
        let each = (0..channels).flat_map(|channel| pixels.iter().skip(channel).step_by(channels));
        Self {
            layer: layer.to_owned(),
            side,
            values: each.copied().collect(),
        }
    }
}
