//! The networks' layers and losses in f64, by their definitions, one number at a time.
//!
//! Slow and plain on purpose: what is compared with it must not share its cleverness. Knows no
//! gradients and nothing of Burn.

/// Numbers in a shape, row by row.
#[derive(Clone, Debug)]
pub(crate) struct Array {
    pub(crate) shape: Vec<usize>,
    pub(crate) values: Vec<f64>,
}

impl Array {
    fn from_fn(shape: &[usize], mut value: impl FnMut(&[usize]) -> f64) -> Self {
        let mut at = vec![0; shape.len()];
        let mut values = Vec::new();
        for index in 0..shape.iter().product() {
            let mut rest = index;
            for (place, &length) in at.iter_mut().zip(shape).rev() {
                *place = rest % length;
                rest /= length;
            }
            values.push(value(&at));
        }
        Self {
            shape: shape.to_vec(),
            values,
        }
    }

    pub(crate) fn at(&self, at: &[usize]) -> f64 {
        assert_eq!(at.len(), self.shape.len());
        let index = at.iter().zip(&self.shape).fold(0, |index, (at, length)| {
            assert!(at < length);
            index * length + at
        });
        self.values[index]
    }

    pub(crate) fn map(&self, change: impl Fn(f64) -> f64) -> Self {
        Self {
            shape: self.shape.clone(),
            values: self.values.iter().map(|&value| change(value)).collect(),
        }
    }

    pub(crate) fn plus(&self, other: &Self) -> Self {
        assert_eq!(self.shape, other.shape);
        let values = self.values.iter().zip(&other.values).map(|(a, b)| a + b);
        Self {
            shape: self.shape.clone(),
            values: values.collect(),
        }
    }
}

pub(crate) fn relu(x: &Array) -> Array {
    x.map(|value| value.max(0.0))
}

pub(crate) fn sigmoid(x: &Array) -> Array {
    x.map(|value| 1.0 / (1.0 + (-value).exp()))
}

/// `[batch, in, h, w]`, `[out, in, side, side]`, `[out]`.
pub(crate) fn conv(
    x: &Array,
    kernel: &Array,
    bias: Option<&Array>,
    stride: usize,
    padding: usize,
) -> Array {
    let [batch, channels, height, width] = x.shape[..] else {
        panic!("{:?}", x.shape)
    };
    let (out, side) = (kernel.shape[0], kernel.shape[2]);
    let length = |length: usize| (length + 2 * padding - side) / stride + 1;
    let shape = [batch, out, length(height), length(width)];
    Array::from_fn(&shape, |at| {
        let mut sum = bias.map_or(0.0, |bias| bias.at(&[at[1]]));
        for channel in 0..channels {
            for row in 0..side {
                for column in 0..side {
                    let from = [at[2] * stride + row, at[3] * stride + column];
                    let inside = padding..padding + height;
                    let beside = padding..padding + width;
                    if inside.contains(&from[0]) && beside.contains(&from[1]) {
                        let pixel = x.at(&[at[0], channel, from[0] - padding, from[1] - padding]);
                        sum += pixel * kernel.at(&[at[1], channel, row, column]);
                    }
                }
            }
        }
        sum
    })
}

/// Batch norm of `[batch, channels, h, w]` by the batch's own statistics.
pub(crate) fn norm(x: &Array, weight: &Array, bias: &Array) -> Array {
    /// PyTorch's and Burn's.
    const EPSILON: f64 = 1e-5;
    let area = x.shape[2] * x.shape[3];
    let count = (x.shape[0] * area) as f64;
    let mean_of = |channel: usize, value: &dyn Fn(f64) -> f64| {
        let maps = x.values.chunks(area).skip(channel).step_by(x.shape[1]);
        maps.flatten().map(|&pixel| value(pixel)).sum::<f64>() / count
    };
    let statistics: Vec<(f64, f64)> = (0..x.shape[1])
        .map(|channel| {
            let mean = mean_of(channel, &|pixel| pixel);
            (mean, mean_of(channel, &|pixel| (pixel - mean).powi(2)))
        })
        .collect();
    Array::from_fn(&x.shape, |at| {
        let (mean, variance) = statistics[at[1]];
        let normal = (x.at(at) - mean) / (variance + EPSILON).sqrt();
        normal * weight.at(&[at[1]]) + bias.at(&[at[1]])
    })
}

/// The largest of each 2x2 pixels of `[batch, channels, h, w]`.
pub(crate) fn pool(x: &Array) -> Array {
    let shape = [x.shape[0], x.shape[1], x.shape[2] / 2, x.shape[3] / 2];
    Array::from_fn(&shape, |at| {
        let of = |row, column| x.at(&[at[0], at[1], 2 * at[2] + row, 2 * at[3] + column]);
        of(0, 0).max(of(0, 1)).max(of(1, 0)).max(of(1, 1))
    })
}

/// `[batch, in]`, `[in, out]`, `[out]`.
pub(crate) fn linear(x: &Array, weight: &Array, bias: &Array) -> Array {
    Array::from_fn(&[x.shape[0], weight.shape[1]], |at| {
        let products = (0..x.shape[1]).map(|i| x.at(&[at[0], i]) * weight.at(&[i, at[1]]));
        products.sum::<f64>() + bias.at(&[at[1]])
    })
}

/// `sum_i w_i |q - k|_i` for every two rows.
pub(crate) fn weighted_l1(query: &Array, support: &Array, weight: &Array) -> Array {
    Array::from_fn(&[query.shape[0], support.shape[0]], |at| {
        let terms = (0..weight.shape[0])
            .map(|i| weight.at(&[i]) * (query.at(&[at[0], i]) - support.at(&[at[1], i])).abs());
        terms.sum()
    })
}

/// `(m(q, k) + m(k, q)) / 2` of maps `[drawings, 36, channels]` (docs/recipe.md, item 3).
pub(crate) fn matching(query: &Array, support: &Array, offsets: &Array) -> Array {
    let square = |(one, place): (&Array, [usize; 2]), (other, its): (&Array, [usize; 2])| {
        let difference = |c| one.at(&[place[0], place[1], c]) - other.at(&[its[0], its[1], c]);
        (0..one.shape[2])
            .map(|c| difference(c).powi(2))
            .sum::<f64>()
    };
    let m = |one: &Array, i: usize, other: &Array, j: usize| {
        let mut sum = 0.0;
        for place in 0..36usize {
            let mut near = 0.0;
            for offset in 0..9usize {
                let row = (place / 6 + offset / 3).wrapping_sub(1);
                let column = (place % 6 + offset % 3).wrapping_sub(1);
                if row < 6 && column < 6 {
                    let its = [j, 6 * row + column];
                    let square = square((one, [i, place]), (other, its));
                    near += (offsets.at(&[offset]) - square).exp();
                }
            }
            sum -= near.ln();
        }
        sum
    };
    Array::from_fn(&[query.shape[0], support.shape[0]], |at| {
        let (q, k) = (at[0], at[1]);
        0.5 * (m(query, q, support, k) + m(support, k, query, q))
    })
}

/// Cross-entropy of finding each row's and each column's own, averaged.
pub(crate) fn episode(scores: &Array) -> f64 {
    let classes = scores.shape[0];
    let entropy =
        |own: f64, all: &mut dyn Iterator<Item = f64>| all.map(f64::exp).sum::<f64>().ln() - own;
    let each = (0..classes).map(|i| {
        let own = scores.at(&[i, i]);
        entropy(own, &mut (0..classes).map(|j| scores.at(&[i, j])))
            + entropy(own, &mut (0..classes).map(|j| scores.at(&[j, i])))
    });
    each.sum::<f64>() / (2 * classes) as f64
}

/// Cross-entropy of each with its twin being the same, and of each with the twin before that in
/// the batch, round the end, being another.
pub(crate) fn pairs(scores: &Array) -> f64 {
    let classes = scores.shape[0];
    let each = (0..classes).map(|i| {
        let same = (1.0 + (-scores.at(&[i, i])).exp()).ln();
        if classes == 1 {
            return same;
        }
        same + (1.0 + scores.at(&[i, (i + classes - 1) % classes]).exp()).ln()
    });
    each.sum::<f64>() / (2 * classes) as f64
}
