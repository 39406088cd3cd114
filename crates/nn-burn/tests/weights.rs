//! The weights file: what is written is read back; what is wrong is refused by name.

#![allow(clippy::unwrap_used)]

use std::collections::HashMap;

use burn::tensor::Device;
use proptest::prelude::{any, prop, prop_assert, proptest};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use twinglyph_core::Bitmap;
use twinglyph_core::score::Calibration;
use twinglyph_nn_burn::weights;
use twinglyph_nn_burn::{Architecture, Metadata, Precision, Twin, WeightsError};

fn compact_file(precision: Precision) -> Vec<u8> {
    let twin = Twin::fresh(Architecture::Compact, 5, &Device::flex());
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
    changed_from(&compact_file(Precision::F32), change)
}

fn changed_from(
    bytes: &[u8],
    change: impl FnOnce(&mut Vec<(String, Dtype, Vec<usize>, Vec<u8>)>, &mut HashMap<String, String>),
) -> Vec<u8> {
    let (_, header) = SafeTensors::read_metadata(bytes).unwrap();
    let mut metadata = header.metadata().clone().unwrap();
    let file = SafeTensors::deserialize(bytes).unwrap();
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

/// The int8 file's dense matrices by name: numbers, and each row's scale.
fn int8_changed(change: impl FnOnce(&mut Vec<(String, Dtype, Vec<usize>, Vec<u8>)>)) -> Vec<u8> {
    changed_from(&compact_file(Precision::I8), |tensors, _| change(tensors))
}

#[test]
fn int8_files_are_a_quarter_as_large_and_every_value_is_within_half_a_step_of_its_row() {
    let (full, small) = (compact_file(Precision::F32), compact_file(Precision::I8));
    assert!(small.len() < full.len() * 27 / 100);
    let (twin, _) = weights::read(&small, &Device::flex()).unwrap();
    let metadata = Metadata::new(Architecture::Compact);
    let back = pollster::block_on(weights::write(&twin, &metadata, Precision::F32)).unwrap();
    let (full, back) = (
        SafeTensors::deserialize(&full).unwrap(),
        SafeTensors::deserialize(&back).unwrap(),
    );
    let values = |file: &SafeTensors<'_>, name: &str| -> Vec<f32> {
        let tensor = file.tensor(name).unwrap();
        let (chunks, _) = tensor.data().as_chunks();
        chunks
            .iter()
            .map(|&bytes| f32::from_le_bytes(bytes))
            .collect()
    };
    for (name, view) in full.tensors() {
        let (before, after) = (values(&full, &name), values(&back, &name));
        if view.shape().len() == 1 {
            assert_eq!(before, after, "{name}");
            continue;
        }
        let length = before.len() / view.shape()[0];
        for (before, after) in before.chunks(length).zip(after.chunks(length)) {
            let largest = before
                .iter()
                .fold(0f32, |most, value| most.max(value.abs()));
            for (before, after) in before.iter().zip(after) {
                assert!((before - after).abs() <= largest / 127.0 * 0.501, "{name}");
            }
        }
    }
}

#[test]
fn int8_without_its_scales_or_with_wrong_ones_is_refused_by_name() {
    const SCALES: &str = "global.weight.row_scale";
    let bytes = int8_changed(|tensors| tensors.retain(|tensor| tensor.0 != SCALES));
    assert_eq!(refused(&bytes), WeightsError::Missing(SCALES.into()));

    let scales = |tensors: &mut Vec<(String, Dtype, Vec<usize>, Vec<u8>)>| {
        tensors
            .iter()
            .position(|tensor| tensor.0 == SCALES)
            .unwrap()
    };
    let bytes = int8_changed(|tensors| {
        let at = scales(tensors);
        tensors[at].2 = vec![128];
        tensors[at].3.truncate(512);
    });
    assert!(matches!(refused(&bytes), WeightsError::Shape { name, .. } if name == SCALES));
    let bytes = int8_changed(|tensors| {
        let at = scales(tensors);
        tensors[at].3[..4].copy_from_slice(&f32::NAN.to_le_bytes());
    });
    assert_eq!(refused(&bytes), WeightsError::NotFinite(SCALES.into()));
    // A scale so large that a value is none any more.
    let bytes = int8_changed(|tensors| {
        let at = scales(tensors);
        tensors[at].3[..4].copy_from_slice(&f32::MAX.to_le_bytes());
    });
    assert_eq!(
        refused(&bytes),
        WeightsError::NotFinite("global.weight".into())
    );
    // Scales of what is no int8 tensor.
    let bytes = changed(|tensors, _| {
        tensors.push((SCALES.into(), Dtype::F32, vec![256], vec![0; 1024]));
    });
    assert_eq!(refused(&bytes), WeightsError::Extra(SCALES.into()));
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
        WeightsError::Architecture("transformer".into())
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
