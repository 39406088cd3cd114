//! An ONNX graph under construction: nodes, initialisers, inputs and outputs. Knows no networks.

use std::collections::BTreeSet;

use super::protobuf::Message;

/// Version of the format, and of the operators, whose axes are attributes in `ReduceMax` and inputs in `ReduceSum`.
const IR_VERSION: u64 = 8;
const OPSET: u64 = 17;

/// `TensorProto.DataType`.
const FLOAT: u64 = 1;
const INT64: u64 = 7;

/// The name of a value in a graph.
pub(super) type Value = String;

/// An attribute of a node.
pub(super) enum Attribute<'a> {
    Int(usize),
    Ints(&'a [usize]),
    Float(f32),
}

/// Length of a dimension.
#[derive(Clone, Copy, Debug)]
pub(super) enum Length {
    Is(usize),
    /// Any, by this name.
    Any(&'static str),
}

/// A graph.
#[derive(Debug, Default)]
pub(super) struct Graph {
    message: Message,
    nodes: usize,
    known: BTreeSet<Value>,
}

impl Graph {
    /// Adds to the message, which is a builder.
    fn add(&mut self, with: impl FnOnce(Message) -> Message) {
        self.message = with(std::mem::take(&mut self.message));
    }

    fn initializer(&mut self, name: &str, (kind, shape): (u64, &[usize]), bytes: &[u8]) -> Value {
        if self.known.insert(name.to_owned()) {
            let tensor = Message::default().integers(1, shape).integer(2, kind);
            let tensor = tensor.text(8, name).bytes(9, bytes);
            self.add(|graph| graph.message(5, &tensor));
        }
        name.to_owned()
    }

    /// Numbers that come with the graph; those of a name that it has already are not added again.
    pub(super) fn weights(&mut self, name: &str, shape: &[usize], values: &[f32]) -> Value {
        let bytes: Vec<u8> = values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        self.initializer(name, (FLOAT, shape), &bytes)
    }

    /// A number that comes with the graph.
    pub(super) fn number(&mut self, name: &str, value: f32) -> Value {
        self.weights(name, &[], &[value])
    }

    /// Whole numbers that come with the graph, as axes or a shape.
    pub(super) fn whole(&mut self, values: &[i64]) -> Value {
        let words: Vec<String> = values.iter().map(ToString::to_string).collect();
        let name = format!("whole_{}", words.join("_"));
        let bytes: Vec<u8> = values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        self.initializer(&name, (INT64, &[values.len()]), &bytes)
    }

    /// Adds a node, and gives its output.
    pub(super) fn node(
        &mut self,
        operator: &str,
        inputs: &[&Value],
        attributes: &[(&str, Attribute<'_>)],
    ) -> Value {
        let name = format!("{operator}_{}", self.nodes);
        self.add_node((operator, name), inputs, attributes)
    }

    /// Gives a value the name of an output.
    pub(super) fn rename(&mut self, value: &Value, name: &str) {
        self.add_node(("Identity", name.to_owned()), &[value], &[]);
    }

    fn add_node(
        &mut self,
        (operator, name): (&str, Value),
        inputs: &[&Value],
        attributes: &[(&str, Attribute<'_>)],
    ) -> Value {
        self.nodes += 1;
        let mut node = Message::default();
        for input in inputs {
            node = node.text(1, input);
        }
        node = node.text(2, &name).text(3, &name).text(4, operator);
        for (name, value) in attributes {
            let attribute = Message::default().text(1, name);
            // The last is `AttributeProto.AttributeType`.
            let attribute = match *value {
                Attribute::Float(value) => attribute.float(2, value).integer(20, 1),
                Attribute::Int(value) => attribute.integer(3, value as u64).integer(20, 2),
                Attribute::Ints(values) => attribute.integers(8, values).integer(20, 7),
            };
            node = node.message(5, &attribute);
        }
        self.add(|graph| graph.message(1, &node));
        name
    }

    /// An input of f32.
    pub(super) fn input(&mut self, name: &str, shape: &[Length]) -> Value {
        self.declare(11, name, shape);
        name.to_owned()
    }

    /// An output of f32; a node must give it.
    pub(super) fn output(&mut self, name: &str, shape: &[Length]) {
        self.declare(12, name, shape);
    }

    fn declare(&mut self, field: u64, name: &str, shape: &[Length]) {
        let mut dimensions = Message::default();
        for length in shape {
            let dimension = match *length {
                Length::Is(length) => Message::default().integer(1, length as u64),
                Length::Any(name) => Message::default().text(2, name),
            };
            dimensions = dimensions.message(1, &dimension);
        }
        let tensor = Message::default().integer(1, FLOAT).message(2, &dimensions);
        let value = Message::default().message(1, &tensor);
        let value = Message::default().text(1, name).message(2, &value);
        self.add(|graph| graph.message(field, &value));
    }

    /// The file of the model: the graph of this name with what the model says of itself.
    pub(super) fn file<'a>(
        self,
        name: &str,
        documentation: &str,
        entries: impl IntoIterator<Item = (&'a String, &'a String)>,
    ) -> Vec<u8> {
        let graph = self.message.text(2, name);
        let operators = Message::default().text(1, "").integer(2, OPSET);
        let mut model = Message::default()
            .integer(1, IR_VERSION)
            .text(2, "lab")
            .text(3, env!("CARGO_PKG_VERSION"))
            .text(6, documentation)
            .message(7, &graph)
            .message(8, &operators);
        for (name, value) in entries {
            let entry = Message::default().text(1, name).text(2, value);
            model = model.message(14, &entry);
        }
        model.into_bytes()
    }
}
