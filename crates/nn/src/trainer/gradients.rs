//! Losses and gradients of every kind of layer and head against the definition in f64, and its differences.

use super::reference::{self, Numbers, Wanted};
use super::tests::images;
use super::*;
use crate::spec::{Dense, Head, Layer, Local, Spec};
use twinglyph_core::rng::Rng;

const HALF: usize = 4;

const SIGNS: [f32; HALF] = [1.0, -1.0, -1.0, 1.0];

fn layer(name: &str, channels: usize, [kernel, stride, padding]: [usize; 3]) -> Layer {
    Layer {
        name: name.to_owned(),
        channels,
        kernel,
        stride,
        padding,
        norm: None,
        skip: None,
        pool: false,
    }
}

fn dense(components: usize) -> Option<Dense> {
    Some(Dense {
        name: "dense".to_owned(),
        components,
    })
}

/// Koch's form: large and even kernels without padding, biases, pooling that leaves a row, a dense layer.
pub(super) fn small_koch() -> Spec {
    let pooled = |name, channels, kernel| Layer {
        pool: true,
        ..layer(name, channels, [kernel, 1, 0])
    };
    Spec {
        input_side: 25,
        layers: vec![
            pooled("conv1", 16, 6),
            pooled("conv2", 32, 4),
            layer("conv3", 16, [2, 1, 0]),
        ],
        dense: dense(48),
        head: Head::WeightedL1,
    }
}

/// `conv4`'s form: padding, norms, pooling, no dense layer behind more than one pixel.
pub(super) fn small_conv4() -> Spec {
    let block = |at: usize| Layer {
        norm: Some(format!("block{at}.norm")),
        pool: true,
        ..layer(&format!("block{at}.conv"), 16, [3, 1, 1])
    };
    Spec {
        input_side: 14,
        layers: (1..=2).map(block).collect(),
        dense: None,
        head: Head::WeightedL1,
    }
}

/// What neither has: strides, pooling behind a norm and in front of a residual block of biases, local
/// matching.
pub(super) fn mixed() -> Spec {
    Spec {
        input_side: 25,
        layers: vec![
            Layer {
                norm: Some("first.norm".to_owned()),
                pool: true,
                ..layer("first.conv", 16, [4, 2, 1])
            },
            layer("res.conv_a", 16, [3, 1, 1]),
            Layer {
                skip: Some(0),
                ..layer("res.conv_b", 16, [3, 1, 1])
            },
            layer("last", 32, [4, 2, 2]),
        ],
        dense: dense(32),
        head: Head::GlobalLocal(Local {
            layer: 2,
            channels: 16,
        }),
    }
}

/// A network whose every number is off its start.
pub(super) fn trainer(spec: &Spec, loss: Loss) -> Trainer {
    let mut network = Network::new(spec.clone(), 3).expect("a network");
    let mut rng = Rng::new(11);
    for entry in network
        .tensors
        .entries
        .iter()
        .filter(|entry| !entry.statistic)
    {
        let fan_in: usize = entry.shape.iter().skip(1).product();
        let deviation = match entry.decays() {
            true => (1.0 / fan_in as f32).sqrt(),
            false => 0.1,
        };
        let values = &mut network.parameters[entry.range.clone()];
        for value in &mut values[..entry.count()] {
            *value += deviation * rng.normal();
        }
    }
    Trainer::new(network, AdamW::default(), Precision::F32).by(loss)
}

fn numbers(map: TensorMap) -> Numbers {
    let wide = |values: Vec<f32>| values.into_iter().map(f64::from).collect();
    map.into_iter()
        .map(|(name, tensor)| (name, wide(tensor.values)))
        .collect()
}

fn check(spec: &Spec, wanted: Wanted<'_>) {
    let images = images(HALF, spec.input_side, 5);
    let loss = match wanted {
        Wanted::Pairs => Loss::Pairs,
        _ => Loss::Episode,
    };
    let mut trainer = trainer(spec, loss);
    let mut numbers = numbers(trainer.network.to_tensors());
    let got = f64::from(match wanted {
        Wanted::Signs(signs) => trainer.pairs_gradient(&images, signs),
        _ => trainer.gradient(&images, HALF),
    });
    let expected = reference::loss(spec, &numbers, &images, wanted);
    assert!(
        (got - expected).abs() < 2e-5 * expected.max(1.0),
        "{got} for {expected}"
    );

    let whole = trainer.whole_gradient();
    let gradient = export(&trainer.network.tensors, Kind::Trained, &whole);
    let mut rng = Rng::new(17);
    for (name, by) in gradient {
        let by: Vec<f64> = by.values.into_iter().map(f64::from).collect();
        let norm = by.iter().map(|by| by * by).sum::<f64>().sqrt();
        let values = numbers[&name].clone();
        // Along the gradient, along any direction, and of the value whose gradient is largest.
        let along = by.iter().map(|by| by / norm.max(1e-9));
        let random = by
            .iter()
            .map(|_| f64::from(rng.normal()) / (by.len() as f64).sqrt());
        let largest = (0..by.len()).max_by(|&a, &b| by[a].abs().total_cmp(&by[b].abs()));
        let one = (0..by.len()).map(|at| f64::from(u8::from(Some(at) == largest)));
        let directions: [Vec<f64>; 3] = [along.collect(), random.collect(), one.collect()];
        for direction in directions {
            let mut moved = |by: f64| {
                let moved = values
                    .iter()
                    .zip(&direction)
                    .map(|(value, d)| value + by * d);
                numbers.insert(name.clone(), moved.collect());
                reference::loss(spec, &numbers, &images, wanted)
            };
            let step = 1e-6;
            let expected = (moved(step) - moved(-step)) / (2.0 * step);
            let got: f64 = by.iter().zip(&direction).map(|(by, d)| by * d).sum();
            let error = (got - expected).abs();
            assert!(
                error < 1e-3 * norm + 2e-6,
                "{name}: {got} for {expected}, norm {norm}"
            );
        }
        numbers.insert(name, values);
    }
}

#[test]
fn losses_and_gradients_are_those_of_the_definition() {
    for spec in [small_koch(), small_conv4(), mixed()] {
        for wanted in [Wanted::Episode, Wanted::Pairs, Wanted::Signs(&SIGNS)] {
            check(&spec, wanted);
        }
    }
}

#[test]
fn bf16_gradients_are_close_for_every_form() {
    for spec in [small_koch(), small_conv4(), mixed()] {
        let images = images(16, spec.input_side, 7);
        let [exact, half] = [Precision::F32, Precision::Bf16].map(|precision| {
            let mut trainer = trainer(&spec, Loss::Pairs);
            trainer.parts = Parts::new(precision);
            trainer.gradient(&images, 16);
            trainer.whole_gradient()
        });
        let dot = |x: &[f32], y: &[f32]| -> f64 {
            let pairs = x.iter().zip(y);
            pairs.map(|(x, y)| f64::from(*x) * f64::from(*y)).sum()
        };
        let cosine = dot(&exact, &half) / (dot(&exact, &exact) * dot(&half, &half)).sqrt();
        assert!(cosine > 0.98, "{cosine}");
    }
}

/// What a step leaves: losses, weights, and all that a later run needs.
fn run(trainer: &mut Trainer, steps: core::ops::Range<u64>) -> Vec<f32> {
    let side = trainer.network.spec().input_side;
    let steps = steps.map(|step| trainer.step(&images(HALF, side, step), HALF, 1e-3));
    steps.collect()
}

#[test]
fn every_form_learns_is_resumed_and_freezes_and_threads_change_nothing() {
    for spec in [small_koch(), small_conv4(), mixed()] {
        let first_part = spec.parts().expect("parts").swap_remove(0);
        let frozen = |name: &str| name.split('.').next() == Some(first_part.as_str());
        let fresh = || {
            trainer(&spec, Loss::Episode)
                .averaging(0.9)
                .freezing(frozen)
        };
        let runs = [1, 3].map(|threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            pool.expect("threads").install(|| {
                let mut whole = fresh();
                let losses = run(&mut whole, 0..4);
                (losses, whole.network.to_tensors(), whole.state())
            })
        });
        assert!(runs[0] == runs[1]);
        let [(expected, tensors, state), _] = runs;

        let mut first = fresh();
        let mut losses = run(&mut first, 0..2);
        let network = Network::from_tensors(spec.clone(), &first.network().to_tensors());
        let network = network.expect("its own tensors");
        let (optimizer, precision) = (AdamW::default(), Precision::F32);
        let resumed = Trainer::resume(network, optimizer, precision, &first.state(), Some(0.9));
        let mut second = resumed.expect("its own state").freezing(frozen);
        losses.extend(run(&mut second, 2..4));
        assert_eq!(losses, expected);
        assert_eq!(second.network().to_tensors(), tensors);
        assert!(second.state() == state);

        let before = fresh().network().to_tensors();
        for (name, tensor) in &tensors {
            let stays = frozen(name) && !name.contains("running");
            assert_eq!(before[name] == *tensor, stays, "{name}");
        }

        let mut trainer = trainer(&spec, Loss::Pairs);
        let images = images(HALF, spec.input_side, 1);
        let start = trainer.step(&images, HALF, 1e-3);
        let end = (0..60).map(|_| trainer.step(&images, HALF, 1e-3)).last();
        assert!(
            end.is_some_and(|end| end < 0.5 * start),
            "{start} to {end:?}"
        );
    }
}

#[test]
fn scores_of_kochs_form_are_those_of_the_definition() {
    let spec = small_koch();
    let images = images(HALF, spec.input_side, 9);
    let network = trainer(&spec, Loss::Episode).network;
    let expected = reference::scores(&spec, &numbers(network.to_tensors()), &images);
    for precision in [Precision::F32, Precision::Bf16] {
        let embedding = network.embed(&images, precision);
        assert!(embedding.images == 2 * HALF && embedding.local.is_empty());
        let mut embedder = crate::Embedder::new(network.clone(), precision);
        assert_eq!(
            embedder.embed(&images[..25 * 25]).global,
            embedding.global[..48]
        );
        let (query, support) = embedding.split_at(HALF);
        let got = network.score(&query, &crate::Prepared::new(&support));
        let most = if precision == Precision::F32 {
            1e-5
        } else {
            2e-2
        };
        for (got, expected) in got.iter().zip(&expected) {
            let error = (f64::from(*got) - expected).abs();
            assert!(error < most, "{got} for {expected}");
        }
    }
}
