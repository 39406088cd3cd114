//! The pooled norm against its definition in f64, gradients against finite differences, runs against
//! themselves. That a step is Burn's is tested in the bench's crate.

use super::*;
use crate::norm::statistics;
use twinglyph_core::rng::Rng;

const PAIRS: usize = 6;

fn random(count: usize, rng: &mut Rng) -> Vec<f32> {
    (0..count).map(|_| rng.normal()).collect()
}

/// Images of grey noise, smoothed so that neighbours are alike.
fn images(rng: &mut Rng) -> Vec<f32> {
    let mut last = 0.0;
    let values = (0..2 * PAIRS * SIDE * SIDE).map(|_| {
        last = 0.8 * last + 0.3 * rng.normal();
        f32::clamp(last, 0.0, 1.0)
    });
    values.collect()
}

fn signs() -> Vec<f32> {
    (0..PAIRS)
        .map(|pair| if pair % 3 == 0 { 1.0 } else { -1.0 })
        .collect()
}

/// A network whose every number is random.
fn trainer(seed: u64) -> Trainer {
    let mut rng = Rng::new(seed);
    let tensors = tensors();
    let of = |kind, values: Vec<f32>| export(&tensors, kind, &values);
    let mut map = of(Kind::Trained, random(tensors.parameters, &mut rng));
    map.extend(of(Kind::Statistic, vec![1.0; tensors.statistics]));
    for (name, tensor) in &mut map {
        let deviation = match name.rsplit_once('.') {
            Some((owner, "weight")) if owner.ends_with("conv") => {
                (2.0 / (9.0 * CHANNELS as f32)).sqrt()
            }
            _ => 0.3,
        };
        let centre = if name.ends_with("norm.weight") {
            1.0
        } else {
            0.0
        };
        for value in &mut tensor.values {
            *value = centre + deviation * *value;
        }
    }
    Trainer::new(&map, AdamW::default()).expect("conv4")
}

/// The gradient by `z` of the sum of the pooled `relu(norm(z))` weighted by `by`, as it is defined.
fn defined(shape: Shape, affine: &Affine, z: &[f32], by: &[f32]) -> Vec<f64> {
    let (side, channels) = (shape.side, shape.channels);
    let pooled = pool::pooled(side);
    let place =
        |image: usize, y: usize, x: usize, c: usize| ((image * side + y) * side + x) * channels + c;
    let mut g = vec![0f64; z.len()];
    for image in 0..z.len() / shape.values() {
        for (y, x, c) in (0..pooled * pooled * channels).map(|at| {
            (
                at / channels / pooled,
                at / channels % pooled,
                at % channels,
            )
        }) {
            let value = |at: usize| z[at] * affine.scale[c] + affine.shift[c];
            let mut best = place(image, 2 * y, 2 * x, c);
            for (dy, dx) in [(0, 1), (1, 0), (1, 1)] {
                let at = place(image, 2 * y + dy, 2 * x + dx, c);
                if value(at) > value(best) {
                    best = at;
                }
            }
            if value(best) > 0.0 {
                g[best] = f64::from(by[((image * pooled + y) * pooled + x) * channels + c]);
            }
        }
    }
    let count = (z.len() / channels) as f64;
    let normalised =
        |at: usize| f64::from((z[at] - affine.mean[at % channels]) * affine.inverse[at % channels]);
    let sum = |c: usize, value: &dyn Fn(usize) -> f64| {
        (c..z.len()).step_by(channels).map(value).sum::<f64>() / count
    };
    let means: Vec<[f64; 2]> = (0..channels)
        .map(|c| [sum(c, &|at| g[at]), sum(c, &|at| g[at] * normalised(at))])
        .collect();
    (0..z.len())
        .map(|at| {
            let [of_g, of_product] = means[at % channels];
            f64::from(affine.scale[at % channels]) * (g[at] - of_g - normalised(at) * of_product)
        })
        .collect()
}

#[test]
fn norm_relu_and_pooling_go_back_as_they_are_defined() {
    let mut rng = Rng::new(2);
    for (side, border) in [(4, 1), (5, 1), (3, 0)] {
        let shape = shape(side, 16, border);
        let images = 4;
        let mut z = random(images * shape.values(), &mut rng);
        // Equal neighbours: the first of them is meant.
        for at in (0..z.len()).step_by(7) {
            z[at] = 0.5;
        }
        let count = images * side * side;
        let (mean, variance) = statistics(&norm::total(&[norm::moments(shape, &z)]), count);
        let affine = Affine::new(
            mean,
            &variance,
            &random(16, &mut rng),
            &random(16, &mut rng),
        );
        let pooled = pool::pooled(side);
        let by = random(images * pooled * pooled * 16, &mut rng);
        let expected = defined(shape, &affine, &z, &by);

        let sums = norm::total(&[pool::sums(shape, &affine, &z, &by)]);
        let mut plane = Plane::new(Precision::F32, shape, images);
        let mut parts = plane.parts(images);
        pool::gradient(shape, &affine, (&sums, count), &z, &by, &mut parts[0]);
        let mut row = vec![0.0; shape.row()];
        for (at, expected) in expected.chunks_exact(shape.row()).enumerate() {
            plane.read_row(at / side, at % side, &mut row);
            for (got, expected) in row.iter().zip(expected) {
                let error = (f64::from(*got) - expected).abs();
                assert!(error < 1e-5, "{got} for {expected} at side {side}");
            }
        }
    }
}

#[test]
fn gradients_are_those_of_finite_differences() {
    let mut trainer = trainer(3);
    let mut rng = Rng::new(4);
    let (images, signs) = (images(&mut rng), signs());
    trainer.gradient(&images, &signs);
    let (gradient, parameters) = (trainer.gradient.clone(), trainer.parameters.clone());
    let entries = trainer.tensors.entries.clone();
    for entry in entries.iter().filter(|entry| !entry.statistic) {
        let own = &gradient[entry.range.clone()];
        let squares = |values: &[f32]| values.iter().map(|v| f64::from(*v).powi(2)).sum::<f64>();
        let (norm, size) = (
            squares(own).sqrt(),
            squares(&parameters[entry.range.clone()]).sqrt(),
        );
        assert!(norm > 1e-6, "{}", entry.name);
        // Along the gradient. f32's rounding of the loss is about 1e-6; larger steps pass the pooling's
        // corners.
        let step = 3e-5 * size.max(1.0);
        let mut moved = |sign: f64| {
            trainer.parameters.clone_from(&parameters);
            let values = trainer.parameters[entry.range.clone()].iter_mut();
            for (value, g) in values.zip(own) {
                *value += (sign * step * f64::from(*g) / norm) as f32;
            }
            f64::from(trainer.gradient(&images, &signs))
        };
        let got = (moved(1.0) - moved(-1.0)) / (2.0 * step);
        let error = (got - norm).abs();
        assert!(
            error < 0.03 * norm + 2e-6 / step,
            "{}: {got} for {norm}",
            entry.name
        );
    }
}

#[test]
fn a_run_learns_and_threads_change_nothing() {
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.expect("threads").install(|| {
            let mut trainer = trainer(7);
            let (images, signs) = (images(&mut Rng::new(8)), signs());
            let losses: Vec<f32> = (0..5)
                .map(|_| trainer.step(&images, &signs, 1e-3))
                .collect();
            (losses, trainer.tensors())
        })
    };
    let (losses, tensors) = run(1);
    assert!(losses[4] < losses[0], "{losses:?}");
    assert_eq!((losses, tensors), run(3));
}

#[test]
fn tensors_of_another_network_are_refused_by_name() {
    let mut map = trainer(1).tensors();
    map.remove("block3.conv.weight");
    let refused = Trainer::new(&map, AdamW::default()).err();
    assert_eq!(
        refused,
        Some(TensorError::Missing("block3.conv.weight".to_owned()))
    );
}
