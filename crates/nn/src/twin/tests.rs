#![allow(clippy::unwrap_used)]

use super::*;
use crate::{builtin_models, self_test};

fn file(architecture: Architecture) -> Vec<u8> {
    file_of(architecture.as_str())
}

fn file_of(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets/models");
    std::fs::read(format!("{folder}/{name}.safetensors")).unwrap()
}

fn builtin(architecture: Architecture) -> Twin {
    Twin::read(&file(architecture)).unwrap().0
}

#[test]
fn shipped_networks_give_their_golden_numbers() {
    for name in builtin_models::names() {
        let twin = Twin::read(&file_of(name)).unwrap().0;
        let numbers = self_test::numbers(&twin, |embed| embed());
        let deviation = builtin_models::deviation(name, &numbers).unwrap();
        assert!(
            deviation < self_test::TOLERANCE / 10.0,
            "{name}: {deviation}, {:?}",
            self_test::sums(&numbers)
        );
    }
    for architecture in Architecture::ALL {
        assert_eq!(builtin(architecture).architecture(), architecture);
    }
}

#[test]
fn what_every_visit_fetches_has_at_most_1_3_mb() {
    for architecture in [Architecture::Compact, Architecture::Deep] {
        let length = file(architecture).len();
        assert!(length <= 1_300_000, "{architecture:?}: {length}");
    }
}

#[test]
fn a_score_is_the_sum_of_its_terms() {
    let [ring, zigzag] = self_test::drawings();
    for architecture in Architecture::ALL {
        let twin = builtin(architecture);
        for (one, other) in [(&ring, &zigzag), (&ring, &ring)] {
            let [one, other] = [one, other].map(|drawing| twin.embed([drawing], Views::One));
            let score = twin.scores(&one, &other)[0];
            let terms = twin.terms(&one, &other);
            let local = terms.local.unwrap_or_default();
            let local = local.0.iter().chain(&local.1);
            let sum = terms.bias + terms.global.iter().chain(local).sum::<f32>();
            let far = (sum - score).abs() / score.abs().max(1.0);
            assert!(far < 1e-4, "{architecture:?}: {sum} {score}");
        }
    }
}

#[test]
fn maps_are_those_of_the_layer_table() {
    let [ring, _] = self_test::drawings();
    for architecture in Architecture::ALL {
        let twin = builtin(architecture);
        let image = inputs(architecture, [&ring], Views::One);
        let (embedding, maps) = twin.embed_seen(&image);
        assert_eq!(embedding, twin.embed_images(&image));
        let layers = Spec::from(architecture).table().unwrap();
        let with_maps = layers.iter().filter(|layer| layer.output.len() == 3);
        let expected: Vec<_> = with_maps
            .map(|layer| {
                (
                    layer.name.as_str(),
                    layer.output[1],
                    layer.output.iter().product(),
                )
            })
            .collect();
        let found: Vec<_> = maps
            .iter()
            .map(|maps| (maps.layer.as_str(), maps.side, maps.values.len()))
            .collect();
        assert_eq!(found, expected);
        let filters = twin.filters();
        assert_eq!(filters.layer, layers[0].name);
        assert_eq!(filters.values.len() % (filters.side * filters.side), 0);
    }
}

#[test]
fn the_layers_of_a_network_have_the_parameters_of_its_tensors() {
    for architecture in Architecture::ALL {
        let shapes = shapes(architecture);
        let trained = shapes
            .iter()
            .filter(|(name, _)| !name.contains(".running_"));
        let parameters: usize = trained
            .map(|(_, shape)| shape.iter().product::<usize>())
            .sum();
        assert_eq!(parameters, builtin(architecture).parameters());
    }
    assert_eq!(largest_tensor(Architecture::Koch), 9216 * 4096);
}

#[test]
fn a_file_is_checked_as_it_is_read() {
    for architecture in Architecture::ALL {
        let file = file(architecture);
        let shapes = shapes(architecture);
        weights::check(&file, &shapes).unwrap();
        for cut in [0, 7, 100, file.len() - 1] {
            assert!(weights::check(&file[..cut], &shapes).is_err());
            assert!(Twin::read(&file[..cut]).is_err());
        }
        let mut other = shapes.clone();
        other.insert("x".to_owned(), vec![1]);
        let missing = weights::check(&file, &other).unwrap_err();
        assert_eq!(missing, WeightsError::Missing("x".to_owned()));
        other.remove("x");
        other.remove("score.bias");
        let extra = weights::check(&file, &other).unwrap_err();
        assert_eq!(extra, WeightsError::Extra("score.bias".into()));
    }
}

#[test]
fn a_file_that_is_given_away_is_the_same_network() {
    for architecture in Architecture::ALL {
        let (twin, metadata) = Twin::take(file(architecture)).unwrap();
        assert_eq!(metadata.architecture, architecture);
        let [ring, _] = self_test::drawings();
        let image = inputs(architecture, [&ring], Views::One);
        let expected = builtin(architecture).embed_images(&image);
        assert_eq!(twin.embed_images(&image), expected);
    }
    let cut = file(Architecture::Koch)[..1 << 20].to_vec();
    assert!(Twin::take(cut).is_err());
}

#[test]
fn a_dense_layer_of_f32_is_that_of_8_bits() {
    let (tensors, _) = weights::tensors(&file(Architecture::Koch)).unwrap();
    let tensors = tensors.into_iter();
    let map = tensors.map(|(name, (shape, values))| (name, Tensor { shape, values }));
    let whole = Twin::new(Architecture::Koch, &map.collect()).unwrap();
    let drawings = self_test::drawings();
    let both = [&whole, &builtin(Architecture::Koch)].map(|twin| twin.embed(&drawings, Views::One));
    let far = both[0]
        .global()
        .zip(both[1].global())
        .map(|(a, b)| (a - b).abs());
    let far = far.fold(0.0, f32::max);
    assert!(far < 1e-4, "{far}");
}
