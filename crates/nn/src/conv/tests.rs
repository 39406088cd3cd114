//! The three products of a convolution against sums in f64.

use super::*;
use crate::kernels::from_bf16;
use proptest::prelude::{Just, any, prop_assert, prop_oneof, proptest};
use twinglyph_core::rng::Rng;

const IMAGES: usize = 6;

fn random(count: usize, rng: &mut Rng) -> Vec<f32> {
    (0..count).map(|_| from_bf16(bf16(rng.normal()))).collect()
}

fn feature_map(precision: Precision, shape: Shape, values: &[f32]) -> FeatureMap {
    let mut map = FeatureMap::new(precision, shape, IMAGES);
    let mut parts = map.parts(IMAGES);
    for pair in 0..IMAGES / 2 {
        for y in 0..shape.side {
            let row =
                |image: usize| &values[image * shape.values() + y * shape.row()..][..shape.row()];
            parts[0].write_rows(pair, y, row(2 * pair), row(2 * pair + 1));
        }
    }
    map
}

/// Calls with every input value, weight and output value that belong together.
fn each(geometry: Geometry, mut visit: impl FnMut(usize, usize, usize)) {
    let Geometry {
        input,
        out,
        side,
        stride,
        padding,
    } = geometry;
    let output = geometry.output();
    for image in 0..IMAGES {
        for at in 0..output.side * output.side {
            let (y, x) = (at / output.side, at % output.side);
            for tap in 0..side * side {
                let from_y = (y * stride + tap / side).wrapping_sub(padding);
                let from_x = (x * stride + tap % side).wrapping_sub(padding);
                if from_y >= input.side || from_x >= input.side {
                    continue;
                }
                let pixel = (image * input.side + from_y) * input.side + from_x;
                for channel in 0..input.channels {
                    for to in 0..out {
                        visit(
                            pixel * input.channels + channel,
                            (tap * input.channels + channel) * out + to,
                            (image * output.side * output.side + at) * out + to,
                        );
                    }
                }
            }
        }
    }
}

fn far(got: &[f32], expected: &[f64]) -> Option<usize> {
    assert_eq!(got.len(), expected.len());
    got.iter()
        .zip(expected)
        .position(|(got, expected)| (f64::from(*got) - expected).abs() > 1e-3)
}

proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(24))]
    #[test]
    fn products_are_those_of_the_definition(
        (side, stride, padding, map) in prop_oneof![
            Just((3, 1, 1, 6)), Just((3, 2, 1, 6)), Just((3, 1, 1, 3)), Just((3, 2, 1, 3)),
            Just((1, 1, 0, 4)), Just((1, 1, 0, 1)), Just((4, 1, 0, 6)), Just((7, 1, 0, 9)),
            Just((4, 1, 0, 4)), Just((4, 3, 1, 7)), Just((3, 2, 0, 6)), Just((5, 1, 3, 4)),
            Just((2, 2, 1, 5)),
        ],
        extra in 0usize..2,
        channels in 1usize..4,
        out in 1usize..6,
        seed in any::<u64>(),
    ) {
        let geometry = Geometry {
            input: Shape { side: map, channels: channels * 16, border: padding + extra },
            out: out * 16,
            side,
            stride,
            padding,
        };
        let (from, to) = (geometry.input, geometry.output());
        let mut rng = Rng::new(seed);
        let input = random(IMAGES * from.values(), &mut rng);
        let weights = random(geometry.depth() * geometry.out, &mut rng);
        let gradient = random(IMAGES * to.values(), &mut rng);
        let mut results = vec![0f64; gradient.len()];
        let mut of_input = vec![0f64; input.len()];
        let mut of_weights = vec![0f64; weights.len()];
        each(geometry, |i, w, o| {
            results[o] += f64::from(input[i]) * f64::from(weights[w]);
            of_input[i] += f64::from(gradient[o]) * f64::from(weights[w]);
            of_weights[w] += f64::from(input[i]) * f64::from(gradient[o]);
        });
        for precision in [Precision::F32, Precision::Bf16] {
            let mut conv = Conv::new(Kernel::best(precision), geometry);
            conv.pack(&weights, true);
            let input = feature_map(precision, from, &input);
            let gradient = feature_map(precision, to, &gradient);
            let mut got = vec![0f32; results.len()];
            for (part, got) in got.chunks_mut(conv.part * to.values()).enumerate() {
                conv.forward(&input, part * conv.part, got);
            }
            prop_assert!(far(&got, &results).is_none());
            for accumulate in [false, true] {
                let mut got = vec![2f32; of_input.len()];
                for (part, got) in got.chunks_mut(conv.part * from.values()).enumerate() {
                    conv.input_gradient(&gradient, part * conv.part, got, accumulate);
                }
                let before = if accumulate { 2.0 } else { 0.0 };
                let expected: Vec<f64> = of_input.iter().map(|value| value + before).collect();
                prop_assert!(far(&got, &expected).is_none());
            }
            let mut got = vec![3f32; of_weights.len()];
            conv.weight_gradient(&input, &gradient, IMAGES, &mut got);
            prop_assert!(far(&got, &of_weights).is_none());
        }
    }
}
