//! What people and files see of a spec: the layer table, tensors by name, parts that can be frozen.

use super::{Head, LOCAL, Layer, Plan, SCORE, Spec, SpecError, Tensors};
use crate::head::PLACES;

/// A row of the layer table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The part's name in the weights file.
    pub name: String,
    /// What it does, as `conv 3x3 / 2, norm, relu`.
    pub kind: String,
    /// Shape of its output for one image, or for one pair in the head.
    pub output: Vec<usize>,
    /// Trained parameters.
    pub parameters: usize,
    /// Multiply-adds for one image; for one pair in the head.
    pub multiply_adds: usize,
}

/// A tensor of the weights file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TensorShape {
    /// Its name.
    pub name: String,
    /// Convolutions `[out, in, h, w]`, linear layers `[out, in]`, others `[n]`.
    pub shape: Vec<usize>,
    /// Is it trained? A norm's running statistics are not.
    pub trained: bool,
}

/// The part that tensors and layers of this name belong to.
pub(crate) fn part(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}

impl Spec {
    /// The layer table: a row a part, from the image to the score.
    ///
    /// # Errors
    /// When the network can't be computed here.
    pub fn table(&self) -> Result<Vec<Row>, SpecError> {
        self.check()?;
        Ok(self.rows())
    }

    /// All tensors of the weights file.
    ///
    /// # Errors
    /// When the network can't be computed here.
    pub fn tensors(&self) -> Result<Vec<TensorShape>, SpecError> {
        self.check()?;
        let tensors = Tensors::new(self, &Plan::new(self));
        let shapes = tensors.entries.into_iter().map(|entry| TensorShape {
            name: entry.name,
            shape: entry.shape,
            trained: !entry.statistic,
        });
        Ok(shapes.collect())
    }

    /// The parts that a training may freeze, each alone, from the image to the score; a part's tensors are
    /// those whose names start with its own and a dot.
    ///
    /// # Errors
    /// When the network can't be computed here.
    pub fn parts(&self) -> Result<Vec<String>, SpecError> {
        Ok(self.table()?.into_iter().map(|row| row.name).collect())
    }

    /// Trained parameters; 0 of a network that can't be computed here.
    #[must_use]
    pub fn parameters(&self) -> usize {
        let table = self.table().unwrap_or_default();
        table.iter().map(|row| row.parameters).sum()
    }

    /// Multiply-adds of an image, those of pairs not counted; 0 of a network that can't be computed here.
    #[must_use]
    pub fn multiply_adds(&self) -> usize {
        let table = self.table().unwrap_or_default();
        let of_image = table.iter().filter(|row| row.name != SCORE);
        of_image.map(|row| row.multiply_adds).sum()
    }

    /// Of a checked spec.
    fn rows(&self) -> Vec<Row> {
        let plan = Plan::new(self);
        let parameters = |name: &str| {
            let entries = Tensors::new(self, &plan).entries.into_iter();
            let own = entries.filter(|entry| !entry.statistic && part(&entry.name) == name);
            own.map(|entry| entry.count()).sum()
        };
        let mut rows: Vec<Row> = Vec::new();
        let mut channels = 1;
        for (at, layer) in self.layers.iter().enumerate() {
            let (name, map) = (part(&layer.name), plan.activations[at + 1]);
            let convolved = plan.layers[at].geometry.output().side;
            let weights = channels * layer.channels * layer.kernel * layer.kernel;
            let multiply_adds = weights * convolved * convolved;
            channels = layer.channels;
            let own = self.layers.iter().filter(|other| part(&other.name) == name);
            match rows.last_mut().filter(|row| row.name == name) {
                Some(row) => row.multiply_adds += multiply_adds,
                None => rows.push(Row {
                    name: name.to_owned(),
                    kind: kind(&own.collect::<Vec<_>>()),
                    output: Vec::new(),
                    parameters: parameters(name),
                    multiply_adds,
                }),
            }
            if let Some(row) = rows.last_mut() {
                row.output = vec![map.channels, map.side, map.side];
            }
            if let Some(local) = plan.local.as_ref().filter(|local| local.input == at + 1) {
                let shape = local.geometry.output();
                rows.push(Row {
                    name: LOCAL.to_owned(),
                    kind: "conv 1x1, scaled by 1/8".to_owned(),
                    output: vec![shape.channels, shape.side, shape.side],
                    parameters: parameters(LOCAL),
                    multiply_adds: local.geometry.depth() * shape.values(),
                });
            }
        }
        if let Some(dense) = &plan.dense {
            rows.push(Row {
                name: dense.name.clone(),
                kind: "linear, sigmoid".to_owned(),
                output: vec![dense.outputs],
                parameters: parameters(&dense.name),
                multiply_adds: dense.inputs * dense.outputs,
            });
        }
        let components = plan.components();
        let (kind, matching) = match self.head {
            Head::WeightedL1 => ("weighted L1 of a pair", 0),
            // Products of all places with all, which both directions share.
            Head::GlobalLocal(local) => (
                "weighted L1 and local matching of a pair",
                PLACES * PLACES * local.channels,
            ),
        };
        rows.push(Row {
            name: SCORE.to_owned(),
            kind: kind.to_owned(),
            output: vec![1],
            parameters: parameters(SCORE),
            multiply_adds: components + matching,
        });
        rows
    }
}

/// What the layers of a part do: one, or a residual block's.
fn kind(layers: &[&Layer]) -> String {
    let Some(first) = layers.first() else {
        return String::new();
    };
    let kernel = first.kernel;
    let stride = match first.stride {
        1 => String::new(),
        stride => format!(" / {stride}"),
    };
    let norm = if first.norm.is_some() { ", norm" } else { "" };
    let pool = if first.pool { ", pool 2" } else { "" };
    let skip = layers.iter().any(|layer| layer.skip.is_some());
    let skip = if skip { ", skip" } else { "" };
    match layers.len() {
        1 => format!("conv {kernel}x{kernel}{stride}{norm}{skip}, relu{pool}"),
        count => format!("{count} x (conv {kernel}x{kernel}{stride}{norm}){skip}, relu{pool}"),
    }
}
