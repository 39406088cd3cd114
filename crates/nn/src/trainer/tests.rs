//! Gradients against finite differences, and runs against themselves.

use super::*;
use crate::network::Prepared;
use crate::spec::{Architecture, Entry, INPUT_SIDE, Stage};
use twinglyph_core::rng::Rng;

const CLASSES: usize = 4;

/// What no score, or no difference of scores, depends on: rounding is all its gradient.
const FREE: [&str; 2] = ["local.bias", "score.bias"];

fn small() -> Architecture {
    let stage = |channels, blocks| Stage { channels, blocks };
    Architecture {
        stages: [stage(16, 1), stage(16, 1), stage(32, 2), stage(16, 1)],
        global: 32,
        local: 16,
    }
}

/// Images of a few strokes; the two of a class differ a little.
pub(super) fn images(classes: usize, side: usize, seed: u64) -> Vec<f32> {
    let mut rng = Rng::new(seed);
    let strokes: Vec<[f32; 12]> = (0..classes)
        .map(|_| core::array::from_fn(|_| rng.uniform(4.0, 44.0) * side as f32 / 48.0))
        .collect();
    let mut images = Vec::new();
    for _ in 0..2 {
        for strokes in &strokes {
            let moved = 2.0 * side as f32 / 48.0;
            let strokes = strokes.map(|at| at + rng.uniform(-moved, moved));
            images.extend((0..side * side).map(|at| {
                let (x, y) = ((at % side) as f32, (at / side) as f32);
                let distances = strokes.chunks_exact(4).map(|stroke| {
                    let (along_x, along_y) = (stroke[2] - stroke[0], stroke[3] - stroke[1]);
                    let length = along_x * along_x + along_y * along_y;
                    let part = ((x - stroke[0]) * along_x + (y - stroke[1]) * along_y) / length;
                    let part = part.clamp(0.0, 1.0);
                    (x - stroke[0] - part * along_x).hypot(y - stroke[1] - part * along_y)
                });
                let nearest = distances.fold(f32::INFINITY, f32::min);
                (2.5 - nearest).clamp(0.0, 1.0)
            }));
        }
    }
    images
}

fn trainer(architecture: Architecture, precision: Precision, seed: u64) -> Trainer {
    let network = Network::new(architecture, seed).expect("architecture");
    Trainer::new(network, AdamW::default(), precision)
}

fn loss_at(trainer: &Trainer, parameters: Vec<f32>, images: &[f32]) -> f64 {
    let mut network = trainer.network.clone();
    network.parameters = parameters;
    let mut moved = Trainer::new(network, AdamW::default(), Precision::F32);
    f64::from(moved.gradient(images, CLASSES))
}

fn trained(trainer: &Trainer) -> Vec<Entry> {
    let entries = trainer.network.tensors.entries.iter();
    entries.filter(|entry| !entry.statistic).cloned().collect()
}

#[test]
fn gradients_are_those_of_finite_differences() {
    let mut trainer = trainer(small(), Precision::F32, 3);
    let images = images(CLASSES, INPUT_SIDE, 5);
    // Off the start, where offsets are all the same and norms do nothing.
    let mut rng = Rng::new(11);
    for entry in trained(&trainer) {
        if !entry.decays() {
            for value in &mut trainer.network.parameters[entry.range] {
                *value += 0.1 * rng.normal();
            }
        }
    }
    trainer.gradient(&images, CLASSES);
    let gradient = trainer.whole_gradient();
    for entry in trained(&trainer) {
        let own = &gradient[entry.range.clone()];
        let norm = own
            .iter()
            .map(|g| f64::from(*g).powi(2))
            .sum::<f64>()
            .sqrt();
        assert!(
            norm > 1e-6 || FREE.contains(&entry.name.as_str()),
            "{}",
            entry.name
        );
        if norm <= 1e-6 {
            continue;
        }
        let size = trainer.network.parameters[entry.range.clone()]
            .iter()
            .map(|value| f64::from(*value).powi(2))
            .sum::<f64>()
            .sqrt();
        // Along the gradient, and along any direction.
        for random in [false, true] {
            let mut direction: Vec<f64> = match random {
                false => own.iter().map(|g| f64::from(*g)).collect(),
                true => own
                    .iter()
                    .map(|g| {
                        f64::from(*g) / norm + f64::from(rng.normal()) / (own.len() as f64).sqrt()
                    })
                    .collect(),
            };
            if entry.name == "stem.conv.weight" {
                // What lies behind the file's values is no parameter.
                direction[25 * 16..].fill(0.0);
            }
            let length = direction.iter().map(|d| d * d).sum::<f64>().sqrt();
            let expected: f64 = direction
                .iter()
                .zip(own)
                .map(|(d, g)| d * f64::from(*g))
                .sum::<f64>()
                / length;
            // f32's rounding of the loss is about 1e-5.
            let step = 3e-4 * size.max(1.0);
            let moved = |sign: f64| {
                let mut parameters = trainer.network.parameters.clone();
                for (value, d) in parameters[entry.range.clone()].iter_mut().zip(&direction) {
                    *value += (sign * step * d / length) as f32;
                }
                loss_at(&trainer, parameters, &images)
            };
            let got = (moved(1.0) - moved(-1.0)) / (2.0 * step);
            let error = (got - expected).abs();
            assert!(
                error < 0.02 * norm + 2e-5 / step,
                "{}: {got} by differences, {expected} by the gradient, norm {norm}",
                entry.name
            );
        }
    }
}

#[test]
fn bf16_gradients_are_close() {
    let images = images(16, INPUT_SIDE, 7);
    let gradients = [Precision::F32, Precision::Bf16].map(|precision| {
        let mut trainer = trainer(Architecture::default(), precision, 1);
        trainer.gradient(&images, 16);
        (trainer.whole_gradient(), trained(&trainer))
    });
    let [(exact, entries), (half, _)] = gradients;
    let cosine = |x: &[f32], y: &[f32]| {
        let dot = |x: &[f32], y: &[f32]| -> f64 {
            x.iter()
                .zip(y)
                .map(|(x, y)| f64::from(*x) * f64::from(*y))
                .sum()
        };
        dot(x, y) / (dot(x, x) * dot(y, y)).sqrt()
    };
    assert!(cosine(&exact, &half) > 0.99);
    for entry in entries
        .iter()
        .filter(|entry| !FREE.contains(&entry.name.as_str()))
    {
        let cosine = cosine(&exact[entry.range.clone()], &half[entry.range.clone()]);
        assert!(cosine > 0.98, "{}: {cosine}", entry.name);
    }
}

fn run(trainer: &mut Trainer, steps: core::ops::Range<u64>) -> Vec<f32> {
    steps
        .map(|step| trainer.step(&images(CLASSES, INPUT_SIDE, step), CLASSES, 1e-3))
        .collect()
}

#[test]
fn threads_change_no_bit() {
    for precision in [Precision::F32, Precision::Bf16] {
        let runs = [1, 2, 3].map(|threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            pool.expect("threads").install(|| {
                let mut trainer = trainer(small(), precision, 2);
                let losses = run(&mut trainer, 0..3);
                (losses, trainer.network.to_tensors())
            })
        });
        assert!(runs[0] == runs[1] && runs[0] == runs[2]);
    }
}

#[test]
fn a_resumed_run_equals_an_uninterrupted_one() {
    let precision = Precision::Bf16;
    let mut whole = trainer(small(), precision, 2).averaging(0.9);
    let mut expected = run(&mut whole, 0..5);
    let mut first = trainer(small(), precision, 2).averaging(0.9);
    let mut losses = run(&mut first, 0..2);
    let network = Network::from_tensors(small(), &first.network().to_tensors()).expect("tensors");
    let state = first.state();
    let resumed = Trainer::resume(network, AdamW::default(), precision, &state, Some(0.9));
    let mut second = resumed.expect("state");
    losses.extend(run(&mut second, 2..5));
    assert_eq!(losses, expected);
    assert_eq!(second.state(), whole.state());
    assert_eq!(second.network().to_tensors(), whole.network().to_tensors());
    expected.dedup();
    assert_eq!(expected.len(), 5, "steps change the loss");
}

#[test]
fn training_lowers_the_loss_and_validation_follows() {
    let mut trainer = trainer(small(), Precision::Bf16, 4).averaging(0.5);
    let images = images(CLASSES, INPUT_SIDE, 1);
    let first = trainer.step(&images, CLASSES, 2e-3);
    let last = (0..60).map(|_| trainer.step(&images, CLASSES, 2e-3)).last();
    assert!(
        last.is_some_and(|last| last < 0.2 * first),
        "{first} to {last:?}"
    );
    let network = trainer.averaged().expect("kept");
    let half = images.len() / 2;
    let [one, two] =
        [&images[..half], &images[half..]].map(|images| network.embed(images, Precision::F32));
    let scores = network.score(&one, &Prepared::new(&two));
    for own in 0..CLASSES {
        let row = &scores[own * CLASSES..][..CLASSES];
        assert!(
            row.iter()
                .enumerate()
                .all(|(at, score)| at == own || *score < row[own])
        );
    }
}

#[test]
fn foreign_tensors_are_refused() {
    let network = Network::new(small(), 0).expect("architecture");
    let mut map = network.to_tensors();
    let stem = map.remove("stem.norm.weight").expect("there");
    let missing = Network::from_tensors(small(), &map).err();
    assert_eq!(
        missing,
        Some(TensorError::Missing("stem.norm.weight".to_owned()))
    );
    map.insert("stem.norm.weight".to_owned(), stem.clone());
    map.insert("extra".to_owned(), stem);
    let extra = Network::from_tensors(small(), &map).err();
    assert_eq!(extra, Some(TensorError::Extra("extra".to_owned())));
    assert!(Network::from_tensors(Architecture::default(), &network.to_tensors()).is_err());
}
