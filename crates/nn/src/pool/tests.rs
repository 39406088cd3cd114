//! The pooled norm against its definition in f64.

use super::*;
use crate::feature_map::FeatureMap;
use crate::kernels::Precision;
use crate::norm::{Statistics, moments, statistics, total};
use twinglyph_core::rng::Rng;

fn random(count: usize, rng: &mut Rng) -> Vec<f32> {
    (0..count).map(|_| rng.normal()).collect()
}

/// The gradient by `z` of the sum of the pooled `relu(norm(z))`, or `relu(z + bias)`, weighted by `by`, as it
/// is defined.
fn defined(shape: Shape, affine: &Affine, z: &[f32], by: &[f32]) -> Vec<f64> {
    let (side, channels) = (shape.side, shape.channels);
    let pooled = pooled(side);
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
        .map(|c| match affine.normalises {
            true => [sum(c, &|at| g[at]), sum(c, &|at| g[at] * normalised(at))],
            false => [0.0; 2],
        })
        .collect();
    (0..z.len())
        .map(|at| {
            let [of_g, of_product] = means[at % channels];
            f64::from(affine.scale[at % channels]) * (g[at] - of_g - normalised(at) * of_product)
        })
        .collect()
}

#[test]
fn an_image_alone_is_pooled_as_in_a_batch() {
    let mut rng = Rng::new(1);
    let shape = Shape {
        side: 5,
        channels: 16,
        border: 0,
    };
    let to = Shape { side: 2, ..shape };
    let z = random(3 * shape.values(), &mut rng);
    let affine = Affine::of_bias(&random(16, &mut rng));
    let mut map = FeatureMap::new(Precision::F32, to, 4);
    activate(shape, &affine, &z, &mut map.parts(4)[0]);
    let mut row = vec![0.0; to.row()];
    for at in 0..3 * to.values() {
        let (image, y, x, c) = (at / 64, at / 32 % 2, at / 16 % 2, at % 16);
        map.read_row(image, y, &mut row);
        let pixels = [(0, 0), (0, 1), (1, 0), (1, 1)];
        let values = pixels.map(|(dy, dx)| {
            z[image * shape.values() + ((2 * y + dy) * 5 + 2 * x + dx) * 16 + c] + affine.shift[c]
        });
        assert_eq!(row[x * 16 + c], values.into_iter().fold(0.0, f32::max));
    }
}

#[test]
fn norm_or_bias_relu_and_pooling_go_back_as_they_are_defined() {
    let mut rng = Rng::new(2);
    let shapes = [(4, 1), (5, 1), (3, 0)].map(|shape| [(shape, true), (shape, false)]);
    for ((side, border), normalises) in shapes.into_iter().flatten() {
        let shape = Shape {
            side,
            channels: 16,
            border,
        };
        let images = 4;
        let mut z = random(images * shape.values(), &mut rng);
        // Equal neighbours: the first of them is meant.
        for at in (0..z.len()).step_by(7) {
            z[at] = 0.5;
        }
        let count = images * side * side;
        let Statistics { mean, variance } = statistics(&total(&[moments(shape, &z)]), count);
        let (weight, bias) = (random(16, &mut rng), random(16, &mut rng));
        let affine = match normalises {
            true => Affine::new(mean, &variance, &weight, &bias),
            false => Affine::of_bias(&bias),
        };
        let pooled = pooled(side);
        let by = random(images * pooled * pooled * 16, &mut rng);
        let expected = defined(shape, &affine, &z, &by);

        let sums = total(&[sums(shape, &affine, &z, &by)]);
        let mut map = FeatureMap::new(Precision::F32, shape, images);
        let mut parts = map.parts(images);
        gradient(shape, &affine, &sums, count, &z, &by, &mut parts[0]);
        let mut row = vec![0.0; shape.row()];
        for (at, expected) in expected.chunks_exact(shape.row()).enumerate() {
            map.read_row(at / side, at % side, &mut row);
            for (got, expected) in row.iter().zip(expected) {
                let error = (f64::from(*got) - expected).abs();
                assert!(error < 1e-5, "{got} for {expected} at side {side}");
            }
        }
    }
}
