//! `lab evaluate --exact`: the error rate that N-way trials within alphabets come to, without sampling any.
//!
//! `core::trial::within` draws an alphabet uniformly, then N of its characters in random order, a drawer of the support
//! set, another of the query, and which of the characters is asked. Here all of that is summed over: alphabets weigh the
//! same, and within one all ordered pairs of drawers and all characters. Only the choice of the other N - 1 characters
//! is left, and its sum has a closed form.

use std::error::Error;

use serde_json::{Value, json};
use twinglyph_core::Alphabet;
use twinglyph_core::trial::DrawingRef;

use super::plan::Wide;
use super::report::{Known, Report};
use crate::measure::{Gallery, MeasureError};
use crate::progress::progress;

/// The rate within all alphabets that have N characters: printed and as JSON.
///
/// # Errors
/// When no alphabet has N characters, one has a single drawer, or the device fails.
pub(super) fn run(
    scorer: super::Scorer<'_>,
    report: &Report<'_>,
    ways: usize,
) -> Result<Value, Box<dyn Error>> {
    let wide = Wide::of(report.alphabets, ways)?;
    let mut rates = Vec::with_capacity(wide.places.len());
    for (done, &at) in wide.places.iter().enumerate() {
        let alphabet = &report.alphabets[at];
        let of = format!(
            "{} ({} of {})",
            alphabet.name(),
            done + 1,
            wide.places.len()
        );
        if alphabet.drawers() < 2 {
            return Err(format!("{} has one drawer; trials need two", alphabet.name()).into());
        }
        rates.push((at, within(scorer, (report.alphabets, at), ways, &of)?));
    }
    let title = format!("exact, {}", wide.title());
    let mut value = report.known(&title, &Known { rates });
    value["ways"] = json!(ways);
    report.left_out(&wide.left_out, ways, &mut value);
    Ok(value)
}

/// The rate within one alphabet.
fn within(
    scorer: super::Scorer<'_>,
    (alphabets, at): (&[Alphabet], usize),
    ways: usize,
    of: &str,
) -> Result<f64, MeasureError> {
    let (characters, drawers) = (alphabets[at].characters(), alphabets[at].drawers());
    let by = |drawer| {
        let drawing = move |character| DrawingRef {
            alphabet: at,
            character,
            drawer,
        };
        (0..characters).map(drawing)
    };
    let all = (0..drawers).flat_map(by);
    let [embedding, scoring] = ["embedding", "scores"].map(|part| format!("{of}: {part}"));
    let gallery = Gallery::embed(scorer, alphabets, all, progress(&embedding))?;
    let sides = (0..drawers).map(|drawer| gallery.select(&by(drawer).collect::<Vec<_>>()));
    let sides = sides.collect::<Result<Vec<_>, _>>()?;
    let odds = Odds::new(characters, ways);
    let mut told = progress(&scoring);
    let (mut errors, mut done) = (0.0, 0);
    let pairs = drawers * (drawers - 1) / 2;
    for (first, one) in sides.iter().enumerate() {
        for other in &sides[first + 1..] {
            // The score of two drawings is the same whichever of them is the query (`nn::head`).
            let scores = scorer.0.twin().scores(one, other);
            errors += errors_of(&scores, characters, &odds);
            errors += errors_of(&transposed(&scores, characters), characters, &odds);
            done += 1;
            told(done, pairs);
        }
    }
    Ok(errors / (2 * pairs * characters) as f64)
}

/// Expected errors of a drawer's drawings, one of each character, each as the query: scores `[queries, supports]`.
fn errors_of(scores: &[f32], characters: usize, odds: &Odds) -> f64 {
    let rows = scores.chunks_exact(characters).enumerate();
    rows.map(|(own, row)| {
        let (mut higher, mut equal) = (0, 0);
        for (_, score) in row.iter().enumerate().filter(|&(at, _)| at != own) {
            // As `core::score::best` compares.
            let order = score.total_cmp(&row[own]);
            higher += usize::from(order.is_gt());
            equal += usize::from(order.is_eq());
        }
        odds.error(higher, equal)
    })
    .sum()
}

fn transposed(scores: &[f32], side: usize) -> Vec<f32> {
    let place = |at: usize| scores[at % side * side + at / side];
    (0..scores.len()).map(place).collect()
}

/// How likely a query is answered wrongly, by how many of the alphabet's other characters score higher or as high as
/// its own.
struct Odds {
    /// Of x characters among the R others: how likely all N - 1 that are drawn are of these x,
    /// `C(x, N - 1) / C(R, N - 1)`, for x from 0 to R.
    all_of: Vec<f64>,
    /// N - 1.
    drawn: usize,
}

impl Odds {
    /// Of N-way trials within so many characters, at least N.
    fn new(characters: usize, ways: usize) -> Self {
        let (others, drawn) = (characters.saturating_sub(1), ways.saturating_sub(1));
        let all_of = |x: usize| match x < drawn {
            true => 0.0,
            false => (0..drawn)
                .map(|at| (x - at) as f64 / (others - at) as f64)
                .product(),
        };
        Self {
            all_of: (0..=others).map(all_of).collect(),
            drawn,
        }
    }

    /// With h characters that score higher and t that score as high: an error where one of the h is drawn. Where j of the
    /// t are drawn, the choice is the first of these equals, which the random order makes the right one with 1 / (j + 1).
    /// Summed over j, with r = R - h - t and n = N - 1, the right answers are
    /// `(C(R - h + 1, n + 1) - C(r, n + 1)) / ((t + 1) C(R, n))`; without equals that is `C(R - h, n) / C(R, n)`.
    fn error(&self, higher: usize, equal: usize) -> f64 {
        let others = self.all_of.len() - 1;
        let below_or_equal = others - higher;
        let below = below_or_equal - equal;
        if equal == 0 {
            return 1.0 - self.all_of[below];
        }
        let whole = (below_or_equal + 1) as f64 * self.all_of[below_or_equal];
        // 0 where there are fewer than n + 1.
        let part = below.saturating_sub(self.drawn) as f64 * self.all_of[below];
        let right = (whole - part) / ((self.drawn + 1) * (equal + 1)) as f64;
        // Rounding may leave it beyond by some 1e-16.
        (1.0 - right).clamp(0.0, 1.0)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::network;
    use twinglyph_core::rng::Rng;
    use twinglyph_core::score::best;
    use twinglyph_core::{Bitmap, Set, Views, trial};

    /// Scores of two drawers' drawings, `[query drawer][support drawer][query][support]`, from few values, so that many
    /// are equal.
    type Scores = Vec<Vec<Vec<f32>>>;

    fn scores(drawers: usize, characters: usize, values: u32, rng: &mut Rng) -> Scores {
        let mut matrix = || {
            (0..characters * characters)
                .map(|_| rng.below(values) as f32)
                .collect()
        };
        (0..drawers)
            .map(|_| (0..drawers).map(|_| matrix()).collect())
            .collect()
    }

    fn expected(scores: &Scores, characters: usize, ways: usize) -> f64 {
        let odds = Odds::new(characters, ways);
        let (mut errors, mut questions) = (0.0, 0);
        for (query, row) in scores.iter().enumerate() {
            for matrix in row.iter().enumerate().filter(|(at, _)| *at != query) {
                errors += errors_of(matrix.1, characters, &odds);
                questions += characters;
            }
        }
        errors / questions as f64
    }

    /// All orders of so many of these.
    fn orders(of: &[usize], count: usize) -> Vec<Vec<usize>> {
        if count == 0 {
            return vec![Vec::new()];
        }
        let mut all = Vec::new();
        for &first in of {
            let rest: Vec<usize> = of.iter().copied().filter(|&other| other != first).collect();
            for mut order in orders(&rest, count - 1) {
                order.push(first);
                all.push(order);
            }
        }
        all
    }

    /// Every trial that can be drawn, answered.
    fn enumerated(scores: &Scores, characters: usize, ways: usize) -> f64 {
        let (mut errors, mut trials) = (0u32, 0u32);
        let everything: Vec<usize> = (0..characters).collect();
        for (query, row) in scores.iter().enumerate() {
            for (_, matrix) in row.iter().enumerate().filter(|(at, _)| *at != query) {
                for support in orders(&everything, ways) {
                    for answer in 0..ways {
                        let row = &matrix[support[answer] * characters..];
                        let own: Vec<f32> = support.iter().map(|&class| row[class]).collect();
                        errors += u32::from(best(&own) != answer);
                        trials += 1;
                    }
                }
            }
        }
        f64::from(errors) / f64::from(trials)
    }

    #[test]
    fn it_is_the_mean_over_all_trials_that_can_be_drawn() {
        let mut rng = Rng::new(5);
        for (characters, values) in [(2, 2), (4, 3), (5, 2), (5, 1), (6, 1000), (6, 4)] {
            let scores = scores(3, characters, values, &mut rng);
            for ways in 2..=characters {
                let (own, all) = (
                    expected(&scores, characters, ways),
                    enumerated(&scores, characters, ways),
                );
                assert!(
                    (own - all).abs() < 1e-12,
                    "{characters} {values} {ways}: {own} {all}"
                );
            }
        }
    }

    #[test]
    fn sampled_trials_tend_to_it_with_every_alphabet_weighing_the_same() {
        let mut rng = Rng::new(6);
        let sizes = [5, 9];
        let all = sizes.map(|size| scores(4, size, 12, &mut rng));
        let alphabets = sizes
            .map(|size| Alphabet::from_fn("Test", Set::Invented, size, 4, |_, _| Bitmap::blank()));
        let ways = 4;
        let rates = [0, 1].map(|at| expected(&all[at], sizes[at], ways));
        let mean = (rates[0] + rates[1]) / 2.0;
        let count = 40_000;
        let errors = (0..count).filter(|_| {
            let trial = trial::within(&alphabets, ways, &mut rng).unwrap();
            let query = trial.query;
            let row = query.character * sizes[query.alphabet];
            let score = |class: &DrawingRef| {
                all[query.alphabet][query.drawer][class.drawer][row + class.character]
            };
            best(&trial.support.iter().map(score).collect::<Vec<_>>()) != trial.answer
        });
        let sampled = errors.count() as f64 / f64::from(count);
        // Four standard errors.
        let bound = 4.0 * (mean * (1.0 - mean) / f64::from(count)).sqrt();
        assert!((sampled - mean).abs() < bound, "{sampled} {mean} {rates:?}");
    }

    #[test]
    fn a_score_is_the_same_whichever_drawing_is_the_query() {
        let bars = |turn: usize| {
            let drawing = |at: usize| {
                Bitmap::from_fn(|row, column| {
                    let (row, column) = (row + at * turn, column);
                    (30..36).contains(&(row * (at + 1) % 90)) || (40..45).contains(&column)
                })
            };
            (0..3).map(drawing).collect::<Vec<_>>()
        };
        for (name, views) in [("compact", Views::One), ("deep", Views::Eight)] {
            let (network, _) = network::load(&network::builtin_file(name), &None).unwrap();
            let [one, other] = [bars(7), bars(4)].map(|all| network.embed(&all, views).unwrap());
            let forth = network.twin().scores(&one, &other);
            let back = transposed(&network.twin().scores(&other, &one), 3);
            for (forth, back) in forth.iter().zip(back) {
                assert!((forth - back).abs() < 1e-4, "{name}: {forth} {back}");
            }
        }
    }

    #[test]
    fn large_alphabets_have_finite_odds() {
        let odds = Odds::new(5000, 2500);
        assert_eq!(odds.error(0, 0), 0.0);
        assert_eq!(odds.error(4999, 0), 1.0);
        // Half of the others are drawn, so one that scores higher is among them with 2499 / 4999.
        assert!((odds.error(1, 0) - 2499.0 / 4999.0).abs() < 1e-9);
        assert!((odds.error(0, 1) - 0.5 * 2499.0 / 4999.0).abs() < 1e-9);
    }
}
