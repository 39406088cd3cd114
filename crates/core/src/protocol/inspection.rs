//! What the page can see of a network: its layers, its filters, what a drawing becomes in them, and
//! what makes two drawings alike.

use serde::{Deserialize, Serialize};

/// A row of the layer table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayerReport {
    /// Its name in the weights file.
    pub name: String,
    /// What it does, as `conv 3x3 / 2, norm, relu`.
    pub kind: String,
    /// Shape of its output for one image, or for one pair in the head.
    pub output: Vec<u32>,
    /// Trained parameters.
    pub parameters: u64,
    /// Multiply-adds for one image; for one pair in the head.
    pub multiply_adds: u64,
}

/// The layer table of a network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayerTable {
    /// The network's name, as `compact`.
    pub architecture: String,
    /// From the drawing to the score.
    pub layers: Vec<LayerReport>,
}

/// Square maps of one layer, one after another, row by row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Maps {
    /// The layer's name in the weights file.
    pub layer: String,
    /// Width and height of a map.
    pub side: u32,
    /// Values from 0 for the layer's least to 255 for its greatest.
    pub values: Vec<u8>,
    /// What 0 and 255 stand for.
    pub range: (f32, f32),
}

impl Maps {
    /// Number of maps.
    #[must_use]
    pub fn count(&self) -> usize {
        let side = self.side as usize;
        self.values.len() / (side * side).max(1)
    }
}

/// Why two drawings have the score that they have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PairReport {
    /// The network's raw score by one view of each drawing.
    pub score: f32,
    /// The similarity by all views, as rankings have it.
    pub similarity: f32,
    /// How many views the model has.
    pub views: u32,
    /// What the score is without any difference.
    pub bias: f32,
    /// What each component of the weighted L1 distance adds to the score.
    pub global: Vec<f32>,
    /// Where the network matches locally: what each place of the query adds, then each place of the
    /// other drawing, square maps row by row. With the bias and `global` they sum to the score.
    pub local: Option<(Vec<f32>, Vec<f32>)>,
    /// How the score falls where a patch of the query's ink is taken away: a square of patches of
    /// the network's input, row by row. Negative where it rises.
    pub occlusion: Vec<f32>,
    /// Width and height of the network's input in pixels.
    pub input_side: u32,
    /// Width and height of a patch in pixels; the first lies in the upper left corner.
    pub patch: u32,
    /// Pixels from one patch to the next.
    pub stride: u32,
}

/// What can be seen of the network in use.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Inspection {
    /// The model's name.
    pub model: String,
    /// Which network it is, as `compact`.
    pub architecture: String,
    /// The tables of all networks there are.
    pub tables: Vec<LayerTable>,
    /// The first layer's filters.
    pub filters: Maps,
    /// What the query becomes in each layer that has maps; none without a query.
    pub maps: Vec<Maps>,
    /// The comparisons with the other drawings, in their order; none without a query.
    pub pairs: Vec<PairReport>,
}
