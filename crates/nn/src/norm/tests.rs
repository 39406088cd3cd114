//! The norm and its surroundings against their definition in f64.

use super::*;
use crate::kernels::Precision;
use twinglyph_core::rng::Rng;

const IMAGES: usize = 4;
const SHAPE: Shape = Shape {
    side: 3,
    channels: 16,
    border: 1,
};

fn random(count: usize, rng: &mut Rng) -> Vec<f32> {
    (0..count).map(|_| rng.normal()).collect()
}

/// `relu(norm(z) + skip)`.
fn defined(z: &[f64], weight: &[f32], bias: &[f32], skip: &[f32]) -> Vec<f64> {
    let channels = SHAPE.channels;
    let count = (z.len() / channels) as f64;
    let channel = |c: usize| z.iter().skip(c).step_by(channels);
    let statistics: Vec<(f64, f64)> = (0..channels)
        .map(|c| {
            let mean = channel(c).sum::<f64>() / count;
            let variance = channel(c).map(|z| (z - mean).powi(2)).sum::<f64>() / count;
            (mean, (variance + 1e-5).sqrt())
        })
        .collect();
    z.iter()
        .enumerate()
        .map(|(at, z)| {
            let c = at % channels;
            let (mean, deviation) = statistics[c];
            let value = (z - mean) / deviation * f64::from(weight[c]) + f64::from(bias[c]);
            (value + f64::from(skip[at])).max(0.0)
        })
        .collect()
}

fn feature_map(values: &[f32]) -> FeatureMap {
    let mut map = FeatureMap::new(Precision::F32, SHAPE, IMAGES);
    let mut parts = map.parts(IMAGES);
    let row =
        |image: usize, y: usize| &values[image * SHAPE.values() + y * SHAPE.row()..][..SHAPE.row()];
    for pair in 0..IMAGES / 2 {
        for y in 0..SHAPE.side {
            parts[0].write_rows(pair, y, row(2 * pair, y), row(2 * pair + 1, y));
        }
    }
    map
}

fn read(map: &FeatureMap) -> Vec<f32> {
    let mut values = vec![0f32; IMAGES * SHAPE.values()];
    for (at, row) in values.chunks_exact_mut(SHAPE.row()).enumerate() {
        map.read_row(at / SHAPE.side, at % SHAPE.side, row);
    }
    values
}

#[test]
fn results_and_gradients_are_those_of_the_definition() {
    let mut rng = Rng::new(3);
    let count = IMAGES * SHAPE.values();
    let z: Vec<f32> = random(count, &mut rng)
        .iter()
        .map(|z| 2.0 * z + 0.7)
        .collect();
    let skip = random(count, &mut rng);
    let (weight, bias) = (random(16, &mut rng), random(16, &mut rng));
    let by = random(count, &mut rng);
    let exact: Vec<f64> = z.iter().map(|z| f64::from(*z)).collect();

    // In two parts, as a batch is.
    let half = count / 2;
    let sums: Vec<Sums> = z.chunks(half).map(|z| moments(SHAPE, z)).collect();
    let pixels = IMAGES * SHAPE.side * SHAPE.side;
    let Statistics { mean, variance } = statistics(&total(&sums), pixels);
    let affine = Affine::new(mean, &variance, &weight, &bias);
    let skipped = feature_map(&skip);
    let mut out = FeatureMap::new(Precision::F32, SHAPE, IMAGES);
    for (part, mut out) in out.parts(2).into_iter().enumerate() {
        activate(
            SHAPE,
            &affine,
            &z[part * half..][..half],
            Some((&skipped, 2 * part)),
            &mut out,
        );
    }
    let expected = defined(&exact, &weight, &bias, &skip);
    for (got, expected) in read(&out).iter().zip(&expected) {
        assert!((f64::from(*got) - expected).abs() < 1e-5);
    }

    let mut gradient = by.clone();
    let mut of_skip = vec![1f32; count];
    let parts = gradient
        .chunks_mut(half)
        .zip(of_skip.chunks_mut(half))
        .enumerate();
    let sums: Vec<Sums> = parts
        .map(|(part, (gradient, of_skip))| {
            let (z, first) = (&z[part * half..][..half], 2 * part);
            unmask(
                SHAPE,
                &affine,
                z,
                (&out, first),
                gradient,
                Some((of_skip, true)),
            )
        })
        .collect();
    let sums = total(&sums);
    let mut of_z = FeatureMap::new(Precision::F32, SHAPE, IMAGES);
    for (part, mut of_z) in of_z.parts(2).into_iter().enumerate() {
        let (z, gradient) = (&z[part * half..][..half], &gradient[part * half..][..half]);
        normalise_gradient(SHAPE, &affine, &sums, pixels, z, gradient, &mut of_z);
    }
    let of_z = read(&of_z);

    let loss = |z: &[f64], weight: &[f32], bias: &[f32], skip: &[f32]| -> f64 {
        let results = defined(z, weight, bias, skip);
        results
            .iter()
            .zip(&by)
            .map(|(value, by)| value * f64::from(*by))
            .sum()
    };
    for at in (0..count).step_by(7) {
        let moved = |by: f64| {
            let mut z = exact.clone();
            z[at] += by;
            loss(&z, &weight, &bias, &skip)
        };
        let expected = (moved(1e-6) - moved(-1e-6)) / 2e-6;
        assert!(
            (f64::from(of_z[at]) - expected).abs() < 1e-4,
            "{at}: {} for {expected}",
            of_z[at]
        );
        let passed = if expected_is_active(&exact, &weight, &bias, &skip, at) {
            by[at]
        } else {
            0.0
        };
        assert!((of_skip[at] - 1.0 - passed).abs() < 1e-6);
    }
    for c in 0..16 {
        // 2^-10: exact in f32.
        let step = 0.000_976_562_5;
        for (of_bias, sum) in [(true, sums[c]), (false, sums[16 + c])] {
            let moved = |by: f32| {
                let (mut weight, mut bias) = (weight.clone(), bias.clone());
                if of_bias {
                    bias[c] += by
                } else {
                    weight[c] += by
                }
                loss(&exact, &weight, &bias, &skip)
            };
            let expected = (moved(step) - moved(-step)) / (2.0 * f64::from(step));
            assert!((sum - expected).abs() < 5e-3, "{c}: {sum} for {expected}");
        }
    }
}

fn expected_is_active(z: &[f64], weight: &[f32], bias: &[f32], skip: &[f32], at: usize) -> bool {
    defined(z, weight, bias, skip)[at] > 0.0
}
