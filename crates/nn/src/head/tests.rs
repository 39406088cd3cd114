//! The score against its definition in f64, and its gradient against differences of that.

use super::*;
use crate::kernels::Precision;
use twinglyph_core::rng::Rng;

const CHANNELS: usize = 16;
const COMPONENTS: usize = 32;

/// All numbers of an episode, one behind the other.
struct Numbers {
    count: usize,
    values: Vec<f64>,
}

impl Numbers {
    fn new(count: usize, seed: u64) -> Self {
        let mut rng = Rng::new(seed);
        let mut values = vec![4.0, 1.1];
        values.extend((0..9).map(|_| f64::from(0.3 * rng.normal())));
        values.extend((0..COMPONENTS).map(|_| f64::from(0.125 + 0.05 * rng.normal())));
        values.extend((0..2 * count * COMPONENTS).map(|_| f64::from(rng.unit())));
        values.extend((0..2 * count * PLACES * CHANNELS).map(|_| f64::from(0.3 * rng.normal())));
        Self { count, values }
    }

    fn global(image: usize) -> usize {
        11 + COMPONENTS + image * COMPONENTS
    }

    fn local(&self, image: usize) -> usize {
        Self::global(2 * self.count) + image * PLACES * CHANNELS
    }

    fn matching(&self, from: usize, to: usize) -> f64 {
        let place = |image: usize, place: usize| {
            &self.values[self.local(image) + place * CHANNELS..][..CHANNELS]
        };
        let mut sum = 0.0;
        for p in 0..PLACES {
            let mut near = 0.0;
            for o in 0..9 {
                let (row, column) = (p / 6 + o / 3, p % 6 + o % 3);
                if (1..=6).contains(&row) && (1..=6).contains(&column) {
                    let other = (row - 1) * 6 + column - 1;
                    let squares = place(from, p).iter().zip(place(to, other));
                    let distance: f64 = squares.map(|(a, b)| (a - b).powi(2)).sum();
                    near += (self.values[2 + o] - distance).exp();
                }
            }
            sum -= near.ln();
        }
        sum
    }

    fn score(&self, query: usize, support: usize) -> f64 {
        let support = self.count + support;
        let components = (0..COMPONENTS).map(|at| {
            let difference =
                self.values[Self::global(query) + at] - self.values[Self::global(support) + at];
            self.values[11 + at] * difference.abs()
        });
        let matching = self.matching(query, support) + self.matching(support, query);
        self.values[0] - components.sum::<f64>() - self.values[1] * matching / 2.0
    }

    fn loss(&self) -> f64 {
        let n = self.count;
        let scores: Vec<f64> = (0..n * n).map(|at| self.score(at / n, at % n)).collect();
        let mut loss = 0.0;
        for own in 0..n {
            let row: f64 = (0..n).map(|at| scores[own * n + at].exp()).sum();
            let column: f64 = (0..n).map(|at| scores[at * n + own].exp()).sum();
            loss += row.ln() + column.ln() - 2.0 * scores[own * n + own];
        }
        loss / (2 * n) as f64
    }
}

#[test]
fn scores_and_gradients_are_those_of_the_definition() {
    let mut numbers = Numbers::new(3, 1);
    let n = numbers.count;
    let values: Vec<f32> = numbers.values.iter().map(|value| *value as f32).collect();
    let head = Head {
        bias: values[0],
        global_weight: Cow::Borrowed(&values[11..11 + COMPONENTS]),
        local: Some(LocalHead {
            weight: values[1],
            offset: &values[2..11],
        }),
    };
    let side = |first: usize| Side {
        count: n,
        global: &values[Numbers::global(first)..Numbers::global(first + n)],
        local: &values[numbers.local(first)..numbers.local(first + n)],
    };
    let (query, support) = (side(0), side(n));
    let kernel = Kernel::best(Precision::F32);
    let scored = score(kernel, &head, query, &Supports::new(support));
    for q in 0..n {
        for s in 0..n {
            let (got, expected) = (f64::from(scored.of(q)[s]), numbers.score(q, s));
            assert!((got - expected).abs() < 1e-4, "{got} for {expected}");
        }
    }
    let LossGradient { loss, by_score } = scored.loss();
    assert!((f64::from(loss) - numbers.loss()).abs() < 1e-5);
    let gradients = scored.gradients(kernel, &head, query, support, &by_score);
    let local = gradients.local.expect("local matching");
    let mut all = vec![gradients.bias, local.weight];
    all.extend(&local.offset);
    all.extend(&gradients.global_weight);
    all.extend(&gradients.global);
    all.extend(&local.embeddings);
    assert_eq!(all.len(), values.len());
    let mut rng = Rng::new(4);
    let few = (0..40)
        .map(|_| 11 + rng.index(values.len() - 11))
        .collect::<Vec<_>>();
    for at in (0..11).chain(few) {
        let value = numbers.values[at];
        let mut moved = |by: f64| {
            numbers.values[at] = value + by;
            let loss = numbers.loss();
            numbers.values[at] = value;
            loss
        };
        let expected = (moved(1e-5) - moved(-1e-5)) / 2e-5;
        let got = f64::from(all[at]);
        assert!(
            (got - expected).abs() < 1e-4 + 1e-3 * expected.abs(),
            "{at}: {got} for {expected}"
        );
    }
}
