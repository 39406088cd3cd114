//! A network as nodes: from an image to its embedding, and from two embeddings to scores.

use twinglyph_nn::spec::{Head, LOCAL, Layer, SCORE};
use twinglyph_nn::weights::Tensors;
use twinglyph_nn::{LOCAL_SCALE, NORM_EPSILON, PLACES, Spec};

use super::OnnxError;
use super::graph::Attribute::{Float, Int, Ints};
use super::graph::{Graph, Value};

/// Width and height of the map of places.
const MAP_SIDE: usize = PLACES.isqrt();

/// The offset of places that are no neighbours: its exponential is 0 beside any other.
const FAR: f32 = -1e30;

/// An embedding in a graph.
pub(super) struct Embedded {
    /// `[images, components]`.
    pub(super) global: Value,
    /// `[images, 36, channels]`, of networks that match locally.
    pub(super) local: Option<Value>,
}

/// A network whose nodes are added to a graph.
pub(super) struct Network<'a> {
    pub(super) spec: &'a Spec,
    pub(super) tensors: &'a Tensors,
}

impl Network<'_> {
    fn tensor(&self, name: &str) -> Result<(&[usize], &[f32]), OnnxError> {
        let tensor = self.tensors.get(name);
        let (shape, values) = tensor.ok_or_else(|| OnnxError::Missing(name.to_owned()))?;
        Ok((shape, values))
    }

    fn weights(&self, graph: &mut Graph, owner: &str, name: &str) -> Result<Value, OnnxError> {
        let name = format!("{owner}.{name}");
        let (shape, values) = self.tensor(&name)?;
        Ok(graph.weights(&name, shape, values))
    }

    /// The embedding of images `[images, 1, side, side]`.
    pub(super) fn embed(&self, graph: &mut Graph, images: &Value) -> Result<Embedded, OnnxError> {
        let mut maps: Vec<Value> = Vec::new();
        for layer in &self.spec.layers {
            let input = maps.last().unwrap_or(images).clone();
            maps.push(self.layer(graph, layer, &input, &maps)?);
        }
        let last = maps.last().unwrap_or(images);
        let flat = graph.node("Flatten", &[last], &[("axis", Int(1))]);
        let global = match &self.spec.dense {
            None => flat,
            Some(dense) => {
                let weight = self.weights(graph, &dense.name, "weight")?;
                let bias = self.weights(graph, &dense.name, "bias")?;
                let sums = graph.node("Gemm", &[&flat, &weight, &bias], &[("transB", Int(1))]);
                graph.node("Sigmoid", &[&sums], &[])
            }
        };
        let local = match &self.spec.head {
            Head::WeightedL1 => None,
            Head::GlobalLocal(local) => {
                let map = maps.get(local.layer);
                let map = map.ok_or_else(|| OnnxError::Missing(LOCAL.to_owned()))?;
                let weight = self.weights(graph, LOCAL, "weight")?;
                let bias = self.weights(graph, LOCAL, "bias")?;
                let sums = graph.node("Conv", &[map, &weight, &bias], &[]);
                let scale = graph.number("local.scale", LOCAL_SCALE);
                let scaled = graph.node("Mul", &[&sums, &scale], &[]);
                // 0 is the length that is there.
                let shape = graph.whole(&[0, local.channels as i64, PLACES as i64]);
                let places = graph.node("Reshape", &[&scaled, &shape], &[]);
                Some(graph.node("Transpose", &[&places], &[("perm", Ints(&[0, 2, 1]))]))
            }
        };
        Ok(Embedded { global, local })
    }

    fn layer(
        &self,
        graph: &mut Graph,
        layer: &Layer,
        input: &Value,
        maps: &[Value],
    ) -> Result<Value, OnnxError> {
        let weight = self.weights(graph, &layer.name, "weight")?;
        let window = [
            ("kernel_shape", Ints(&[layer.kernel; 2])),
            ("pads", Ints(&[layer.padding; 4])),
            ("strides", Ints(&[layer.stride; 2])),
        ];
        let mut map = match &layer.norm {
            None => {
                let bias = self.weights(graph, &layer.name, "bias")?;
                graph.node("Conv", &[input, &weight, &bias], &window)
            }
            Some(norm) => {
                let map = graph.node("Conv", &[input, &weight], &window);
                let mut of = |name| self.weights(graph, norm, name);
                let scale = (of("weight")?, of("bias")?);
                let (mean, variance) = (of("running_mean")?, of("running_var")?);
                let inputs = [&map, &scale.0, &scale.1, &mean, &variance];
                let epsilon = [("epsilon", Float(NORM_EPSILON))];
                graph.node("BatchNormalization", &inputs, &epsilon)
            }
        };
        if let Some(skip) = layer.skip {
            let other = maps.get(skip);
            let other = other.ok_or_else(|| OnnxError::Missing(layer.name.clone()))?;
            map = graph.node("Add", &[&map, other], &[]);
        }
        map = graph.node("Relu", &[&map], &[]);
        if layer.pool {
            let window = [("kernel_shape", Ints(&[2; 2])), ("strides", Ints(&[2; 2]))];
            map = graph.node("MaxPool", &[&map], &window);
        }
        Ok(map)
    }

    /// Scores `[queries, supports]` of all pairs.
    pub(super) fn score(
        &self,
        graph: &mut Graph,
        query: &Embedded,
        support: &Embedded,
    ) -> Result<Value, OnnxError> {
        let (sign, weight) = match self.spec.head {
            Head::WeightedL1 => ("Add", "weight"),
            Head::GlobalLocal(_) => ("Sub", "global_weight"),
        };
        let bias = self.weights(graph, SCORE, "bias")?;
        let weight = self.weights(graph, SCORE, weight)?;
        let (rows, columns) = (graph.whole(&[1]), graph.whole(&[0]));
        let one = graph.node("Unsqueeze", &[&query.global, &rows], &[]);
        let other = graph.node("Unsqueeze", &[&support.global, &columns], &[]);
        let difference = graph.node("Sub", &[&one, &other], &[]);
        let distance = graph.node("Abs", &[&difference], &[]);
        let weighted = graph.node("MatMul", &[&distance, &weight], &[]);
        let global = graph.node(sign, &[&bias, &weighted], &[]);
        match (&query.local, &support.local) {
            (Some(query), Some(support)) => {
                let matched = self.matched(graph, query, support)?;
                Ok(graph.node("Add", &[&global, &matched], &[]))
            }
            _ => Ok(global),
        }
    }

    /// `-gamma (m(q, k) + m(k, q)) / 2` of all pairs (docs/recipe.md, item 3).
    fn matched(
        &self,
        graph: &mut Graph,
        query: &Value,
        support: &Value,
    ) -> Result<Value, OnnxError> {
        let distances = distances(graph, query, support);
        let (_, beta) = self.tensor("score.local_offset")?;
        let (_, gamma) = self.tensor("score.local_weight")?;
        let tables =
            offsets(beta).ok_or_else(|| OnnxError::Missing("score.local_offset".into()))?;
        let names = ["score.offsets_of_query", "score.offsets_of_support"];
        let mut sides = Vec::new();
        // A query's place sums over the support's, the last axis, and the other way round.
        for ((name, table), axis) in names.iter().zip(&tables).zip([3, 2]) {
            let offsets = graph.weights(name, &[PLACES, PLACES], table);
            let near = graph.node("Sub", &[&offsets, &distances], &[]);
            let sums = log_sum_exp(graph, &near, axis);
            let axes = graph.whole(&[2, 3]);
            let keep = [("keepdims", Int(0))];
            sides.push(graph.node("ReduceSum", &[&sums, &axes], &keep));
        }
        let both = graph.node("Add", &sides.iter().collect::<Vec<_>>(), &[]);
        let half = gamma.first().copied().unwrap_or_default() / 2.0;
        let half = graph.number("score.half_local_weight", half);
        Ok(graph.node("Mul", &[&both, &half], &[]))
    }
}

/// Squared distances of all pairs of places of all pairs: `[queries, supports, 36, 36]`.
fn distances(graph: &mut Graph, query: &Value, support: &Value) -> Value {
    let (rows, columns) = (graph.whole(&[1]), graph.whole(&[0]));
    let query = graph.node("Unsqueeze", &[query, &rows], &[]);
    let support = graph.node("Unsqueeze", &[support, &columns], &[]);
    let axis = graph.whole(&[3]);
    let mut norm = |side: &Value| {
        let squares = graph.node("Mul", &[side, side], &[]);
        graph.node("ReduceSum", &[&squares, &axis], &[("keepdims", Int(1))])
    };
    let (of_query, of_support) = (norm(&query), norm(&support));
    let turned = [("perm", Ints(&[0, 1, 3, 2]))];
    let of_support = graph.node("Transpose", &[&of_support], &turned);
    let support = graph.node("Transpose", &[&support], &turned);
    let product = graph.node("MatMul", &[&query, &support], &[]);
    let norms = graph.node("Add", &[&of_query, &of_support], &[]);
    let two = graph.number("two", 2.0);
    let twice = graph.node("Mul", &[&product, &two], &[]);
    graph.node("Sub", &[&norms, &twice], &[])
}

/// The logarithm of the sum of exponentials along an axis, which stays with the length 1: the largest first, so that
/// nothing overflows, whatever a runtime's own operator does.
fn log_sum_exp(graph: &mut Graph, value: &Value, axis: usize) -> Value {
    let along = [("axes", Ints(&[axis])), ("keepdims", Int(1))];
    let largest = graph.node("ReduceMax", &[value], &along);
    let below = graph.node("Sub", &[value, &largest], &[]);
    let powers = graph.node("Exp", &[&below], &[]);
    let axes = graph.whole(&[axis as i64]);
    let sum = graph.node("ReduceSum", &[&powers, &axes], &[("keepdims", Int(1))]);
    let logarithm = graph.node("Log", &[&sum], &[]);
    graph.node("Add", &[&largest, &logarithm], &[])
}

/// Offsets `[36, 36]` of a support's place as the neighbour of a query's, and of a query's as the neighbour of a
/// support's; `None` where there are not nine.
pub(super) fn offsets(beta: &[f32]) -> Option<[Vec<f32>; 2]> {
    let mut tables = [(); 2].map(|()| vec![FAR; PLACES * PLACES]);
    for query in 0..PLACES {
        for support in 0..PLACES {
            // Rows and columns from the query's place to the support's, and 1.
            let row = (support / MAP_SIDE + 1).checked_sub(query / MAP_SIDE);
            let column = (support % MAP_SIDE + 1).checked_sub(query % MAP_SIDE);
            let (Some(row @ 0..3), Some(column @ 0..3)) = (row, column) else {
                continue;
            };
            let offset = 3 * row + column;
            let at = query * PLACES + support;
            tables[0][at] = *beta.get(offset)?;
            tables[1][at] = *beta.get(8 - offset)?;
        }
    }
    Some(tables)
}
