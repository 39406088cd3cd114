//! Weights files with packed numbers: what is written comes back, what is wrong is refused by its name.

#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, HashMap};

use proptest::prelude::*;
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use twinglyph_core::Architecture;
use twinglyph_nn::weights::{
    self, Metadata, Precision, WeightsError, check, of_shapes, packed, tensor, tensors,
};

/// A kernel that is packed, one that is too small for it, and a vector.
fn shapes() -> BTreeMap<String, Vec<usize>> {
    let shapes = [
        ("large.weight", vec![16, 31, 3, 3]),
        ("small.weight", vec![4, 5]),
        ("large.bias", vec![16]),
    ];
    shapes.map(|(name, shape)| (name.to_owned(), shape)).into()
}

fn values(name: &str, count: usize) -> Vec<f32> {
    let first = name.len() as f32;
    (0..count)
        .map(|at| (first + at as f32).sin() * 0.3)
        .collect()
}

fn file(bits: u32) -> Vec<u8> {
    let tensors = shapes().into_iter().map(|(name, shape)| {
        let values = values(&name, shape.iter().product());
        (name, shape, values)
    });
    let mut bytes = Vec::new();
    let mut metadata = Metadata::new(Architecture::Compact);
    metadata.facts.insert("note".into(), "of a test".into());
    weights::file(tensors, &metadata, Precision::Packed(bits), &mut bytes).unwrap();
    bytes
}

type Parts = Vec<(String, Dtype, Vec<usize>, Vec<u8>)>;

/// The file of 5 bits with its tensors and entries changed.
fn changed(change: impl FnOnce(&mut Parts, &mut HashMap<String, String>)) -> Vec<u8> {
    let bytes = file(5);
    let (_, header) = SafeTensors::read_metadata(&bytes).unwrap();
    let mut entries = header.metadata().clone().unwrap();
    let whole = SafeTensors::deserialize(&bytes).unwrap();
    let parts = whole.tensors().into_iter();
    let mut parts: Parts = parts
        .map(|(name, view)| {
            (
                name,
                view.dtype(),
                view.shape().to_vec(),
                view.data().to_vec(),
            )
        })
        .collect();
    change(&mut parts, &mut entries);
    let views = parts.iter().map(|(name, dtype, shape, bytes)| {
        (name, TensorView::new(*dtype, shape.clone(), bytes).unwrap())
    });
    safetensors::serialize(views, Some(entries)).unwrap()
}

/// Why all readers of values refuse it.
#[track_caller]
fn refused(bytes: &[u8]) -> WeightsError {
    let error = of_shapes(bytes, &shapes()).unwrap_err();
    assert_eq!(check(bytes, &shapes()), Err(error.clone()));
    assert!(tensors(bytes).is_err());
    error
}

const LARGE: &str = "large.weight";
const ENTRY: &str = "large.weight.packed";
const SCALES: &str = "large.weight.row_scale";

fn part<'a>(parts: &'a mut Parts, name: &str) -> &'a mut (String, Dtype, Vec<usize>, Vec<u8>) {
    parts.iter_mut().find(|part| part.0 == name).unwrap()
}

#[test]
fn a_packed_file_holds_shapes_facts_and_values() {
    for bits in packed::BITS {
        let bytes = file(bits);
        check(&bytes, &shapes()).unwrap();
        let read = of_shapes(&bytes, &shapes()).unwrap();
        let (all, metadata) = tensors(&bytes).unwrap();
        assert_eq!(
            metadata.facts,
            [("note".to_owned(), "of a test".to_owned())].into()
        );
        assert_eq!(weights::peek(&bytes).unwrap(), metadata);
        assert!(all.keys().eq(shapes().keys()));
        for (name, shape) in shapes() {
            assert_eq!(all[&name], (shape, read[&name].clone()));
            assert_eq!(tensor(&bytes, &name).unwrap(), all[&name]);
        }
        let written = values(LARGE, read[LARGE].len());
        let half_step = 0.3 / ((1 << (bits - 1)) as f32 - 1.0) / 2.0;
        let far = written.iter().zip(&read[LARGE]).map(|(a, b)| (a - b).abs());
        // The largest may be cut for finer steps.
        let sum: f32 = far.map(|far| (far / half_step).powi(2)).sum();
        assert!(sum / written.len() as f32 <= 0.5, "{bits}: {sum}");
        assert_eq!(read["large.bias"], values("large.bias", 16));
    }
}

#[test]
fn safetensors_reads_bytes_row_by_row_and_scales() {
    let bytes = file(5);
    let whole = SafeTensors::deserialize(&bytes).unwrap();
    let shape_of = |name: &str| {
        let view = whole.tensor(name).unwrap();
        (view.dtype(), view.shape().to_vec())
    };
    // 279 numbers of 5 bits are 1,395 bits.
    assert_eq!(shape_of(LARGE), (Dtype::U8, vec![16, 175]));
    assert_eq!(shape_of(SCALES), (Dtype::F32, vec![16]));
    assert_eq!(shape_of("small.weight"), (Dtype::F16, vec![4, 5]));
    let (_, header) = SafeTensors::read_metadata(&bytes).unwrap();
    assert_eq!(header.metadata().as_ref().unwrap()[ENTRY], "5 16 31 3 3");
}

#[test]
fn entries_that_do_not_fit_the_bytes_are_refused() {
    for entry in [
        "",
        "5",
        "6 16 31 3 3",
        "4 16 31 3 3",
        "0 16 31 3 3",
        "9 16 31 3 3",
        "5 16 31 3 4",
        "5 32 31 3 3",
        "5 16 31 3 three",
        "5 18446744073709551615 18446744073709551615",
    ] {
        let bytes = changed(|_, entries| {
            entries.insert(ENTRY.into(), entry.into());
        });
        let error = refused(&bytes);
        let expected = WeightsError::Packing {
            name: LARGE.into(),
            entry: Some(entry.into()),
            bytes: vec![16, 175],
        };
        assert_eq!(error, expected);
        assert!(error.to_string().contains(LARGE), "{error}");
    }
    let missing = changed(|_, entries| drop(entries.remove(ENTRY)));
    let error = refused(&missing);
    assert!(
        matches!(error, WeightsError::Packing { entry: None, .. }),
        "{error}"
    );
    // The same numbers in another shape.
    let other = changed(|_, entries| {
        entries.insert(ENTRY.into(), "5 16 93 3 1".into());
    });
    let error = of_shapes(&other, &shapes()).unwrap_err();
    assert!(matches!(error, WeightsError::Shape { .. }), "{error}");
}

#[test]
fn rows_of_another_length_are_refused() {
    let bytes = changed(|parts, _| {
        let (_, _, shape, bytes) = part(parts, LARGE);
        bytes.truncate(16 * 174);
        shape[1] = 174;
    });
    assert!(matches!(refused(&bytes), WeightsError::Packing { .. }));
    let flat = changed(|parts, _| part(parts, LARGE).2 = vec![16 * 175]);
    assert!(matches!(refused(&flat), WeightsError::Packing { .. }));
}

#[test]
fn scales_that_are_missing_wrong_or_not_finite_are_named() {
    let missing = changed(|parts, _| parts.retain(|part| part.0 != SCALES));
    assert_eq!(refused(&missing), WeightsError::Missing(SCALES.into()));
    let few = changed(|parts, _| {
        let (_, _, shape, bytes) = part(parts, SCALES);
        bytes.truncate(60);
        shape[0] = 15;
    });
    assert!(matches!(refused(&few), WeightsError::Shape { name, .. } if name == SCALES));
    let halves = changed(|parts, _| {
        let (_, dtype, _, bytes) = part(parts, SCALES);
        bytes.truncate(32);
        *dtype = Dtype::F16;
    });
    assert!(matches!(refused(&halves), WeightsError::Type { name, .. } if name == SCALES));
    for bad in [f32::NAN, f32::INFINITY] {
        let bytes = changed(|parts, _| {
            part(parts, SCALES).3[4..8].copy_from_slice(&bad.to_le_bytes());
        });
        assert_eq!(refused(&bytes), WeightsError::NotFinite(SCALES.into()));
    }
    // Scales of nothing.
    let extra = changed(|parts, _| {
        let scales = (
            "small.weight.row_scale".into(),
            Dtype::F32,
            vec![4],
            vec![0; 16],
        );
        parts.push(scales);
    });
    let error = of_shapes(&extra, &shapes()).unwrap_err();
    assert_eq!(error, WeightsError::Extra("small.weight.row_scale".into()));
}

#[test]
fn a_cut_file_is_refused_wherever_it_is_cut() {
    let bytes = file(5);
    for part in [0, 7, 8, 100, bytes.len() / 2, bytes.len() - 1] {
        let error = refused(&bytes[..part]);
        assert!(matches!(error, WeightsError::Format(_)), "{part}: {error}");
    }
}

proptest! {
    #[test]
    fn damaged_files_are_refused_or_hold_finite_numbers(
        places in prop::collection::vec((0usize..1 << 20, any::<u8>()), 1..8),
    ) {
        let mut bytes = file(5);
        for (at, byte) in places {
            let at = at % bytes.len();
            bytes[at] = byte;
        }
        let read = of_shapes(&bytes, &shapes());
        prop_assert_eq!(check(&bytes, &shapes()).err(), read.as_ref().err().cloned());
        if let Ok(read) = read {
            for (name, values) in read {
                prop_assert_eq!(values.len(), shapes()[&name].iter().product::<usize>());
                prop_assert!(values.iter().all(|value| value.is_finite()));
            }
        }
    }
}
