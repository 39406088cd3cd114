//! Models read back by a small reader of protobuf: their structure against the spec, and the tables of local matching
//! against the network's own scores. docs/formats/onnx.md says how to compare with ONNX Runtime.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};

use twinglyph_core::{Architecture, Bitmap, Views};
use twinglyph_nn::spec::TensorShape;

use super::*;

/// The fields of a message: number, and bytes or a number.
fn fields(mut bytes: &[u8]) -> Vec<(u64, Field<'_>)> {
    let mut fields = Vec::new();
    while !bytes.is_empty() {
        let key = varint(&mut bytes);
        let field = match key & 7 {
            0 => Field::Number(varint(&mut bytes)),
            2 => {
                let length = varint(&mut bytes) as usize;
                Field::Bytes(bytes.split_off(..length).unwrap())
            }
            5 => Field::Bytes(bytes.split_off(..4).unwrap()),
            other => panic!("wire type {other}"),
        };
        fields.push((key >> 3, field));
    }
    fields
}

#[derive(Clone, Copy)]
enum Field<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

fn varint(bytes: &mut &[u8]) -> u64 {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let byte = *bytes.split_off_first().unwrap();
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            break;
        }
    }
    value
}

/// All bytes of a field.
fn all(message: &[u8], field: u64) -> Vec<&[u8]> {
    let of = fields(message)
        .into_iter()
        .filter(|(number, _)| *number == field);
    of.map(|(_, value)| match value {
        Field::Bytes(bytes) => bytes,
        Field::Number(number) => panic!("field {field} is the number {number}"),
    })
    .collect()
}

fn texts(message: &[u8], field: u64) -> Vec<String> {
    let all = all(message, field).into_iter();
    all.map(|bytes| String::from_utf8(bytes.to_vec()).unwrap())
        .collect()
}

fn numbers(message: &[u8], field: u64) -> Vec<usize> {
    let of = fields(message)
        .into_iter()
        .filter(|(number, _)| *number == field);
    of.map(|(_, value)| match value {
        Field::Number(number) => number as usize,
        Field::Bytes(_) => panic!("field {field} is bytes"),
    })
    .collect()
}

/// What a declared value is: its name, and its dimensions' lengths or names.
fn declared(graph: &[u8], field: u64) -> Vec<(String, Vec<String>)> {
    let value = |value: &[u8]| {
        let tensor = all(all(value, 2)[0], 1)[0];
        let dimensions = all(all(tensor, 2)[0], 1).into_iter();
        let length = |dimension: &[u8]| match texts(dimension, 2).pop() {
            Some(name) => name,
            None => numbers(dimension, 1)[0].to_string(),
        };
        (texts(value, 1).remove(0), dimensions.map(length).collect())
    };
    all(graph, field).into_iter().map(value).collect()
}

/// Tensors of the spec with numbers that tell them apart.
fn tensors(spec: &Spec) -> (Vec<TensorShape>, Tensors) {
    let shapes = spec.tensors().unwrap();
    let tensors = shapes.iter().enumerate().map(|(at, tensor)| {
        let values = vec![at as f32 + 0.5; tensor.shape.iter().product()];
        (tensor.name.clone(), (tensor.shape.clone(), values))
    });
    let tensors = tensors.collect();
    (shapes, tensors)
}

#[test]
fn a_model_has_the_networks_layers_weights_and_entries() {
    for architecture in Architecture::ALL {
        let spec = Spec::from(architecture);
        let (shapes, tensors) = tensors(&spec);
        let mut metadata = Metadata::new(architecture);
        metadata.facts.insert("note".into(), "of a test".into());
        let side = spec.input_side.to_string();
        for part in [Part::Twin, Part::Embedding, Part::Scorer] {
            let file = model(part, &metadata, &tensors).unwrap();
            assert_eq!(file, model(part, &metadata, &tensors).unwrap());
            assert_eq!(numbers(&file, 1), [8]);
            assert_eq!(numbers(all(&file, 8)[0], 2), [17]);
            let entries: BTreeMap<String, String> = all(&file, 14)
                .into_iter()
                .map(|entry| (texts(entry, 1).remove(0), texts(entry, 2).remove(0)))
                .collect();
            assert_eq!(entries["architecture"], architecture.as_str());
            assert_eq!(entries["note"], "of a test");
            let graph = all(&file, 7)[0];

            // Weights keep their names, shapes and numbers; those of the head's tables are worked in.
            let mut known = BTreeSet::new();
            let mut own = 0;
            for tensor in all(graph, 5) {
                let name = texts(tensor, 8).remove(0);
                if let Some((shape, values)) = tensors.get(&name) {
                    own += 1;
                    assert_eq!(numbers(tensor, 1), *shape);
                    assert_eq!(all(tensor, 9)[0].len(), 4 * values.len());
                    assert_eq!(all(tensor, 9)[0][..4], values[0].to_le_bytes());
                }
                assert!(known.insert(name));
            }
            let of_head = |tensor: &&TensorShape| tensor.name.starts_with("score.");
            let head = shapes.iter().filter(of_head).count();
            let tables = shapes
                .iter()
                .filter(|tensor| tensor.name.starts_with("score.local_"));
            let tables = tables.count();
            let expected = match part {
                Part::Twin => shapes.len() - tables,
                Part::Embedding => shapes.len() - head,
                Part::Scorer => head - tables,
            };
            assert_eq!(own, expected, "{architecture:?} {part:?}");

            // Each node reads what is there before it.
            let inputs = declared(graph, 11);
            known.extend(inputs.iter().map(|(name, _)| name.clone()));
            let mut operators: BTreeMap<String, usize> = BTreeMap::new();
            for node in all(graph, 1) {
                assert!(texts(node, 1).iter().all(|input| known.contains(input)));
                assert!(known.insert(texts(node, 2).remove(0)));
                *operators.entry(texts(node, 4).remove(0)).or_default() += 1;
            }
            let outputs = declared(graph, 12);
            assert!(outputs.iter().all(|(name, _)| known.contains(name)));

            let is_local = matches!(spec.head, Head::GlobalLocal(_));
            let branches = match part {
                Part::Twin => 2,
                Part::Embedding => 1,
                Part::Scorer => 0,
            };
            let convolutions = branches * (spec.layers.len() + usize::from(is_local));
            assert_eq!(operators.get("Conv").copied().unwrap_or(0), convolutions);
            let pools = spec.layers.iter().filter(|layer| layer.pool).count();
            assert_eq!(
                operators.get("MaxPool").copied().unwrap_or(0),
                branches * pools
            );
            let norms = spec
                .layers
                .iter()
                .filter(|layer| layer.norm.is_some())
                .count();
            let found = operators.get("BatchNormalization").copied();
            assert_eq!(found.unwrap_or(0), branches * norms);
            let scores = (
                "scores".to_owned(),
                vec!["queries".to_owned(), "supports".to_owned()],
            );
            match part {
                Part::Embedding => {
                    assert_eq!(inputs[0].1, ["images", "1", &side, &side]);
                    assert_eq!(outputs.len(), 1 + usize::from(is_local));
                    assert_eq!(outputs[0].0, "global");
                }
                Part::Twin => {
                    assert_eq!(inputs[0].1, ["queries", "1", &side, &side]);
                    assert_eq!(inputs[1].1, ["supports", "1", &side, &side]);
                    assert_eq!(outputs, [scores]);
                }
                Part::Scorer => {
                    assert_eq!(inputs.len(), 2 * (1 + usize::from(is_local)));
                    assert_eq!(outputs, [scores]);
                }
            }
        }
    }
}

#[test]
fn a_tensor_that_is_missing_is_named() {
    let spec = Spec::from(Architecture::Compact);
    let (_, mut tensors) = tensors(&spec);
    tensors.remove("down1.norm.bias");
    let metadata = Metadata::new(Architecture::Compact);
    let error = model(Part::Twin, &metadata, &tensors).unwrap_err();
    assert_eq!(error, OnnxError::Missing("down1.norm.bias".into()));
}

#[test]
fn the_tables_of_local_matching_give_the_networks_scores() {
    let file = crate::source::checkout().join("assets/models/compact.safetensors");
    let bytes = std::fs::read(file).unwrap();
    let (twin, _) = Twin::read(&bytes).unwrap();
    let (tensors, _) = weights::tensors(&bytes).unwrap();
    let of = |name: &str| &tensors[name].1;
    let drawings = [3, 40].map(|from| {
        Bitmap::from_fn(|row, column| (from..from + 9).contains(&column) && row > from && row < 80)
    });
    let [query, support] = drawings
        .each_ref()
        .map(|drawing| twin.embed([drawing], Views::One));
    let expected = twin.scores(&query, &support)[0];

    let differences = query
        .global()
        .zip(support.global())
        .zip(of("score.global_weight"));
    let global: f32 = differences
        .map(|((one, other), weight)| weight * (one - other).abs())
        .sum();
    let [query, support] = [query, support].map(|side| side.local().collect::<Vec<_>>());
    let channels = query.len() / PLACES;
    let tables = layers::offsets(of("score.local_offset")).unwrap();
    let mut matched = 0.0;
    for (table, turned) in tables.iter().zip([false, true]) {
        for place in 0..PLACES {
            let neighbours = (0..PLACES).map(|other| {
                let (q, s) = if turned {
                    (other, place)
                } else {
                    (place, other)
                };
                let one = &query[q * channels..][..channels];
                let pairs = one.iter().zip(&support[s * channels..][..channels]);
                let distance: f32 = pairs.map(|(a, b)| (a - b) * (a - b)).sum();
                (table[q * PLACES + s] - distance).exp()
            });
            matched += neighbours.sum::<f32>().ln();
        }
    }
    let score = of("score.bias")[0] - global + of("score.local_weight")[0] / 2.0 * matched;
    assert!((score - expected).abs() < 1e-3, "{score} {expected}");
}
