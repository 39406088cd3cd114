//! The loss of a batch as it is defined, in f64: plain loops over a spec, independent of the executor.

use std::collections::BTreeMap;

use crate::spec::{Head, Layer, Spec};

/// Numbers of each tensor, as the weights file has them.
pub(super) type Numbers = BTreeMap<String, Vec<f64>>;

/// How scores become a loss.
#[derive(Clone, Copy)]
pub(super) enum Wanted<'a> {
    Episode,
    Pairs,
    Signs(&'a [f32]),
}

/// Maps of a batch, `[images, channels, side, side]`.
struct Maps {
    channels: usize,
    side: usize,
    values: Vec<f64>,
}

impl Maps {
    fn of(&self, image: usize, channel: usize, y: usize, x: usize) -> f64 {
        let at = (image * self.channels + channel) * self.side + y;
        self.values[at * self.side + x]
    }

    fn images(&self) -> usize {
        self.values.len() / (self.channels * self.side * self.side)
    }

    /// Of so many channels and pixels, value by value.
    fn make(
        images: usize,
        channels: usize,
        side: usize,
        value: impl Fn(usize, usize, usize, usize) -> f64,
    ) -> Self {
        let values = (0..images * channels * side * side).map(|at| {
            let (y, x) = (at / side % side, at % side);
            value(
                at / side / side / channels,
                at / side / side % channels,
                y,
                x,
            )
        });
        Self {
            channels,
            side,
            values: values.collect(),
        }
    }
}

fn convolved(maps: &Maps, weights: &[f64], layer: &Layer) -> Maps {
    let Layer {
        kernel,
        stride,
        padding,
        ..
    } = *layer;
    let side = (maps.side + 2 * padding - kernel) / stride + 1;
    let inside = |at: usize| (padding..maps.side + padding).contains(&at);
    Maps::make(maps.images(), layer.channels, side, |image, out, y, x| {
        let mut sum = 0.0;
        for (ky, kx) in (0..kernel * kernel).map(|at| (at / kernel, at % kernel)) {
            let (v, u) = (y * stride + ky, x * stride + kx);
            if inside(v) && inside(u) {
                for input in 0..maps.channels {
                    let weight = ((out * maps.channels + input) * kernel + ky) * kernel + kx;
                    sum += weights[weight] * maps.of(image, input, v - padding, u - padding);
                }
            }
        }
        sum
    })
}

fn normalised(maps: &Maps, weight: &[f64], bias: &[f64]) -> Maps {
    let statistics: Vec<(f64, f64)> = (0..maps.channels)
        .map(|channel| {
            let pixels = maps.side * maps.side;
            let values: Vec<f64> = (0..maps.images() * pixels)
                .map(|at| {
                    let place = at % pixels;
                    maps.of(at / pixels, channel, place / maps.side, place % maps.side)
                })
                .collect();
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            let squares = values.iter().map(|value| (value - mean).powi(2));
            (mean, squares.sum::<f64>() / values.len() as f64)
        })
        .collect();
    Maps::make(
        maps.images(),
        maps.channels,
        maps.side,
        |image, channel, y, x| {
            let (mean, variance) = statistics[channel];
            let value = (maps.of(image, channel, y, x) - mean) / (variance + 1e-5).sqrt();
            value * weight[channel] + bias[channel]
        },
    )
}

/// The 36 places' distances of one image's local map to another's, summed.
fn matching(local: &Maps, offset: &[f64], from: usize, to: usize) -> f64 {
    let mut sum = 0.0;
    for (y, x) in (0..36).map(|at| (at / 6, at % 6)) {
        let near = (0..9).map(|neighbour| {
            let (v, u) = (y + neighbour / 3, x + neighbour % 3);
            if !(1..=6).contains(&v) || !(1..=6).contains(&u) {
                return 0.0;
            }
            let distance = (0..local.channels)
                .map(|c| (local.of(from, c, y, x) - local.of(to, c, v - 1, u - 1)).powi(2));
            (offset[neighbour] - distance.sum::<f64>()).exp()
        });
        sum -= near.sum::<f64>().ln();
    }
    sum
}

/// The scores of one half of the images with the other, `[half, half]`.
pub(super) fn scores(spec: &Spec, numbers: &Numbers, images: &[f32]) -> Vec<f64> {
    let of = |owner: &str, name: &str| numbers[&format!("{owner}.{name}")].as_slice();
    let side = spec.input_side;
    let mut maps: Vec<Maps> = Vec::new();
    let input = Maps {
        channels: 1,
        side,
        values: images.iter().map(|&value| f64::from(value)).collect(),
    };
    for layer in &spec.layers {
        let z = convolved(
            maps.last().unwrap_or(&input),
            of(&layer.name, "weight"),
            layer,
        );
        let z = match &layer.norm {
            Some(norm) => normalised(&z, of(norm, "weight"), of(norm, "bias")),
            None => Maps::make(z.images(), z.channels, z.side, |image, channel, y, x| {
                z.of(image, channel, y, x) + of(&layer.name, "bias")[channel]
            }),
        };
        let active = |image, channel, y, x| {
            let skipped = layer
                .skip
                .map_or(0.0, |skip| maps[skip].of(image, channel, y, x));
            (z.of(image, channel, y, x) + skipped).max(0.0)
        };
        let made = match layer.pool {
            false => Maps::make(z.images(), z.channels, z.side, active),
            true => Maps::make(
                z.images(),
                z.channels,
                z.side / 2,
                |image, channel, y, x| {
                    let pixels = [(0, 0), (0, 1), (1, 0), (1, 1)];
                    let values = pixels.map(|(v, u)| active(image, channel, 2 * y + v, 2 * x + u));
                    values.into_iter().fold(0.0, f64::max)
                },
            ),
        };
        maps.push(made);
    }
    let last = maps.last().expect("a layer");
    let (count, flat) = (last.images(), last.values.len() / last.images());
    let global: Vec<Vec<f64>> = match &spec.dense {
        None => last.values.chunks(flat).map(<[f64]>::to_vec).collect(),
        Some(dense) => {
            let rows = of(&dense.name, "weight");
            let bias = of(&dense.name, "bias");
            let embed = |map: &[f64]| {
                let rows = rows.chunks(flat).zip(bias);
                rows.map(|(row, bias)| {
                    let sum: f64 = row.iter().zip(map).map(|(a, b)| a * b).sum();
                    1.0 / (1.0 + (-sum - bias).exp())
                })
                .collect()
            };
            last.values.chunks(flat).map(embed).collect()
        }
    };
    let distance = |a: usize, b: usize, weights: &[f64]| {
        let components = global[a].iter().zip(&global[b]).zip(weights);
        components.map(|((a, b), w)| w * (a - b).abs()).sum::<f64>()
    };
    let local = match &spec.head {
        Head::WeightedL1 => None,
        Head::GlobalLocal(local) => {
            let from = &maps[local.layer];
            let (weights, bias) = (of("local", "weight"), of("local", "bias"));
            Some(Maps::make(
                count,
                local.channels,
                from.side,
                |image, out, y, x| {
                    let inputs = (0..from.channels)
                        .map(|c| weights[out * from.channels + c] * from.of(image, c, y, x));
                    (inputs.sum::<f64>() + bias[out]) / 8.0
                },
            ))
        }
    };
    let half = count / 2;
    let pairs = (0..half * half).map(|at| (at / half, half + at % half));
    let bias = of("score", "bias")[0];
    pairs
        .map(|(a, b)| match &local {
            None => bias + distance(a, b, of("score", "weight")),
            Some(local) => {
                let offset = of("score", "local_offset");
                let both = matching(local, offset, a, b) + matching(local, offset, b, a);
                let local = of("score", "local_weight")[0] * both / 2.0;
                bias - distance(a, b, of("score", "global_weight")) - local
            }
        })
        .collect()
}

pub(super) fn loss(spec: &Spec, numbers: &Numbers, images: &[f32], wanted: Wanted<'_>) -> f64 {
    let scores = scores(spec, numbers, images);
    let n = (0..).find(|n| n * n == scores.len()).unwrap_or(0);
    let verification = |at: usize, sign: f64| (1.0 + (-sign * scores[at]).exp()).ln();
    let each = (0..n).map(|own| match wanted {
        Wanted::Episode => {
            let row: f64 = (0..n).map(|at| scores[own * n + at].exp()).sum();
            let column: f64 = (0..n).map(|at| scores[at * n + own].exp()).sum();
            (row.ln() + column.ln()) / 2.0 - scores[own * n + own]
        }
        Wanted::Pairs => {
            let neighbour = own * n + (own + n - 1) % n;
            (verification(own * n + own, 1.0) + verification(neighbour, -1.0)) / 2.0
        }
        Wanted::Signs(signs) => verification(own * n + own, f64::from(signs[own])),
    });
    each.sum::<f64>() / n as f64
}
