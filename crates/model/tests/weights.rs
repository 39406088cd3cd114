//! The weights file: what is written is read back; what is wrong is refused by name.

#![allow(clippy::unwrap_used)]

use std::collections::HashMap;

use burn::tensor::Device;
use proptest::prelude::{any, prop, prop_assert, proptest};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use twinglyph_core::Bitmap;
use twinglyph_core::score::Calibration;
use twinglyph_model::weights;
use twinglyph_model::{Architecture, Metadata, Precision, Twin, WeightsError};

fn compact_file(precision: Precision) -> Vec<u8> {
    let device = Device::flex();
    device.seed(5);
    let twin = Twin::new(Architecture::Compact, &device);
    let mut metadata = Metadata::new(Architecture::Compact);
    metadata.calibration = Calibration {
        temperature: 1.5,
        offset: 3.25,
    };
    metadata.facts.insert("trained_on".into(), "nothing".into());
    pollster::block_on(weights::write(&twin, &metadata, precision)).unwrap()
}

/// The file taken apart, changed and put together again.
fn changed(
    change: impl FnOnce(&mut Vec<(String, Dtype, Vec<usize>, Vec<u8>)>, &mut HashMap<String, String>),
) -> Vec<u8> {
    let bytes = compact_file(Precision::F32);
    let (_, header) = SafeTensors::read_metadata(&bytes).unwrap();
    let mut metadata = header.metadata().clone().unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let mut tensors: Vec<_> = file
        .tensors()
        .into_iter()
        .map(|(name, view)| {
            (
                name,
                view.dtype(),
                view.shape().to_vec(),
                view.data().to_vec(),
            )
        })
        .collect();
    change(&mut tensors, &mut metadata);
    let views = tensors
        .iter()
        .map(|(name, dtype, shape, data)| {
            (
                name.as_str(),
                TensorView::new(*dtype, shape.clone(), data).unwrap(),
            )
        })
        .collect::<Vec<_>>();
    safetensors::serialize(views, Some(metadata)).unwrap()
}

fn refused(bytes: &[u8]) -> WeightsError {
    weights::read(bytes, &Device::flex()).expect_err("the file should be refused")
}

#[test]
fn f32_files_are_read_back_bit_for_bit() {
    let bytes = compact_file(Precision::F32);
    let (twin, metadata) = weights::read(&bytes, &Device::flex()).unwrap();
    assert_eq!(
        metadata.calibration,
        Calibration {
            temperature: 1.5,
            offset: 3.25
        }
    );
    assert_eq!(metadata.facts["trained_on"], "nothing");
    let again = pollster::block_on(weights::write(&twin, &metadata, Precision::F32)).unwrap();
    let (one, other) = (
        SafeTensors::deserialize(&bytes).unwrap(),
        SafeTensors::deserialize(&again).unwrap(),
    );
    assert_eq!(one.len(), 48);
    for name in one.names() {
        assert!(
            one.tensor(name).unwrap().data() == other.tensor(name).unwrap().data(),
            "{name}"
        );
    }
}

#[test]
fn f16_files_are_half_as_large_and_score_nearly_the_same() {
    let (full, half) = (compact_file(Precision::F32), compact_file(Precision::F16));
    assert!(half.len() < full.len() * 51 / 100);
    let device = Device::flex();
    let drawings = [
        Bitmap::from_fn(|row, column| row == column),
        Bitmap::from_fn(|row, _| row > 50),
    ];
    let score = |bytes: &[u8]| {
        let (twin, _) = weights::read(bytes, &device).unwrap();
        let embedding = twin.embed(twin.batch(&drawings, &device));
        twin.score(&embedding, &embedding)
            .into_data()
            .try_to_vec::<f32>()
            .unwrap()
    };
    for (a, b) in score(&full).into_iter().zip(score(&half)) {
        assert!((a - b).abs() < 0.02 * a.abs().max(1.0), "{a} {b}");
    }
}

#[test]
fn a_linear_layer_is_kept_as_pytorch_keeps_it() {
    let bytes = compact_file(Precision::F32);
    let file = SafeTensors::deserialize(&bytes).unwrap();
    assert_eq!(file.tensor("global.weight").unwrap().shape(), [256, 2304]);
    assert_eq!(file.tensor("stem.norm.weight").unwrap().shape(), [32]);
}

#[test]
fn a_missing_tensor_is_named() {
    let bytes = changed(|tensors, _| tensors.retain(|t| t.0 != "res1.conv_a.weight"));
    assert_eq!(
        refused(&bytes),
        WeightsError::Missing("res1.conv_a.weight".into())
    );
}

#[test]
fn an_extra_tensor_is_named() {
    let bytes = changed(|tensors, _| {
        tensors.push(("surprise".into(), Dtype::F32, vec![1], vec![0; 4]));
    });
    assert_eq!(refused(&bytes), WeightsError::Extra("surprise".into()));
}

#[test]
fn a_tensor_of_another_shape_is_named() {
    let bytes = changed(|tensors, _| {
        let tensor = tensors.iter_mut().find(|t| t.0 == "global.weight").unwrap();
        tensor.2.reverse();
    });
    let (found, expected) = (vec![2304, 256], vec![256, 2304]);
    let name = "global.weight".into();
    assert_eq!(
        refused(&bytes),
        WeightsError::Shape {
            name,
            found,
            expected
        }
    );
}

#[test]
fn numbers_that_are_not_finite_are_named() {
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let bytes = changed(|tensors, _| {
            let tensor = tensors.iter_mut().find(|t| t.0 == "local.bias").unwrap();
            tensor.3[..4].copy_from_slice(&bad.to_le_bytes());
        });
        assert_eq!(
            refused(&bytes),
            WeightsError::NotFinite("local.bias".into())
        );
    }
}

#[test]
fn other_types_and_architectures_are_refused() {
    let bytes = changed(|tensors, _| {
        let tensor = tensors.iter_mut().find(|t| t.0 == "score.bias").unwrap();
        tensor.1 = Dtype::I32;
    });
    let name = "score.bias".into();
    assert_eq!(
        refused(&bytes),
        WeightsError::Type {
            name,
            found: "I32".into()
        }
    );

    let bytes = changed(|_, metadata| {
        metadata.insert("architecture".into(), "transformer".into());
    });
    assert_eq!(
        refused(&bytes),
        WeightsError::Architecture(Some("transformer".into()))
    );
    // A compact file that says koch.
    let bytes = changed(|_, metadata| {
        metadata.insert("architecture".into(), "koch".into());
    });
    assert!(matches!(refused(&bytes), WeightsError::Extra(_)));
    let bytes = changed(|_, metadata| {
        metadata.insert("temperature".into(), "-1".into());
    });
    assert!(matches!(refused(&bytes), WeightsError::Metadata { .. }));
}

#[test]
fn a_cut_file_is_refused_wherever_it_is_cut() {
    let bytes = compact_file(Precision::F16);
    for part in [0, 1, 7, 8, 100, bytes.len() / 2, bytes.len() - 1] {
        assert!(
            matches!(refused(&bytes[..part]), WeightsError::Format(_)),
            "cut at {part}"
        );
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_are_refused_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(weights::read(&bytes, &Device::flex()).is_err());
    }
}
