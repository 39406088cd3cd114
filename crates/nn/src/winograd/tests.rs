//! Results against the definition in f64, tiles that reach over the end included.

use super::*;
use crate::kernels::Precision;
use twinglyph_core::rng::Rng;

/// Sums of the definition, and of the magnitudes of their terms.
fn definition(
    shape: Shape,
    maps: &[f32],
    weights: &[f32],
    outputs: usize,
    side: usize,
    padding: usize,
) -> Vec<(f64, f64)> {
    let lead = shape.border - padding;
    let mut all = Vec::new();
    for map in maps.chunks_exact(shape.bordered()) {
        for (y, x) in (0..side).flat_map(|y| (0..side).map(move |x| (y, x))) {
            for output in 0..outputs {
                let (mut sum, mut size) = (0.0, 0.0);
                for place in 0..KERNEL * KERNEL {
                    let (ky, kx) = (place / KERNEL + y + lead, place % KERNEL + x + lead);
                    for input in 0..shape.channels {
                        let value = map[(ky * shape.outer_side() + kx) * shape.channels + input];
                        let weight = weights[(place * shape.channels + input) * outputs + output];
                        let term = f64::from(value) * f64::from(weight);
                        sum += term;
                        size += term.abs();
                    }
                }
                all.push((sum, size));
            }
        }
    }
    all
}

#[test]
fn results_are_those_of_the_definition() {
    let mut rng = Rng::new(3);
    for (side, padding, border) in [
        (4, 1, 1),
        (6, 1, 2),
        (6, 1, 1),
        (7, 1, 1),
        (10, 0, 0),
        (12, 1, 1),
        (13, 1, 1),
        (14, 0, 1),
    ] {
        let (channels, outputs, images) = (16, 32, 3);
        let inner = side + KERNEL - 1 - 2 * padding;
        let shape = Shape {
            side: inner,
            channels,
            border,
        };
        let mut maps = vec![0.0; images * shape.bordered()];
        for map in maps.chunks_exact_mut(shape.bordered()) {
            for y in 0..inner {
                map[shape.at(y)..][..shape.row()].fill_with(|| rng.normal());
            }
        }
        let weights: Vec<f32> = (0..KERNEL * KERNEL * channels * outputs)
            .map(|_| rng.normal())
            .collect();
        let expected = definition(shape, &maps, &weights, outputs, side, padding);
        for kernel in [
            Kernel::best(Precision::F32),
            Kernel::portable(Precision::F32),
        ] {
            let made = Winograd::new(kernel, shape, outputs, padding, side);
            let Some(mut winograd) = made else {
                panic!("{side} is worth it");
            };
            winograd.pack(|place, input, output| {
                weights[(place * channels + input) * outputs + output]
            });
            let mut found = vec![f32::NAN; expected.len()];
            winograd.forward(&maps, &mut found);
            // Tiles of 4x4 round 4e-6 of their terms at most here, those of 2x2 2e-7.
            for (found, (sum, size)) in found.iter().zip(&expected) {
                assert!((f64::from(*found) - sum).abs() <= 1e-5 * size, "{side}");
            }
        }
    }
}

#[test]
fn an_image_is_the_same_alone_and_in_a_batch() {
    let shape = Shape {
        side: 7,
        channels: 16,
        border: 1,
    };
    let kernel = Kernel::best(Precision::F32);
    let Some(mut winograd) = Winograd::new(kernel, shape, 16, 1, 7) else {
        panic!("it is worth it");
    };
    winograd.pack(|place, input, output| ((place + 3 * input + 5 * output) % 11) as f32 - 5.0);
    let mut rng = Rng::new(9);
    let maps: Vec<f32> = (0..11 * shape.bordered()).map(|_| rng.normal()).collect();
    let values = 7 * 7 * 16;
    let mut together = vec![0.0; 11 * values];
    winograd.forward(&maps, &mut together);
    for (map, expected) in maps
        .chunks_exact(shape.bordered())
        .zip(together.chunks_exact(values))
    {
        let mut alone = vec![0.0; values];
        winograd.forward(map, &mut alone);
        assert_eq!(alone, expected);
    }
}

#[test]
fn what_it_can_not_do_it_refuses() {
    let kernel = Kernel::best(Precision::F32);
    let shape = |channels, border| Shape {
        side: 12,
        channels,
        border,
    };
    let is_some = |shape, outputs, side| Winograd::new(kernel, shape, outputs, 1, side).is_some();
    assert!(is_some(shape(16, 1), 16, 12));
    assert!(!is_some(shape(1, 1), 16, 12));
    assert!(!is_some(shape(16, 1), 24, 12));
    // Without a border nothing pads, and results lie where no map is.
    assert!(!is_some(shape(16, 0), 16, 12));
    assert!(!is_some(shape(16, 1), 16, 13));
    // A pixel alone is 9 products a pair of channels, or 16.
    assert!(!is_some(shape(16, 1), 16, 1));
}
