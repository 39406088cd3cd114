//! What the page says beside rankings, counted.

use serde_json::{Value, json};
use twinglyph_core::score::{Calibration, Standing, standing};

/// How often it says what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    rankings: u32,
    strangers: u32,
    guesses: u32,
}

impl Told {
    /// Counts a ranking by its classes' scores.
    pub(super) fn add(&mut self, scores: &[f32], calibration: Calibration) {
        let similarities = scores.iter().map(|&score| calibration.similarity(score));
        let similarities: Vec<f32> = similarities.collect();
        self.rankings += 1;
        match standing(&similarities) {
            Standing::Stranger => self.strangers += 1,
            Standing::Guess => self.guesses += 1,
            Standing::Member => {}
        }
    }

    /// Prints a line about these rankings, and gives it as JSON.
    pub(super) fn print(self, title: &str) -> Value {
        let part = |count: u32| f64::from(count) / f64::from(self.rankings.max(1));
        let (strangers, guesses) = (part(self.strangers), part(self.guesses));
        println!(
            "  {title:<34} {:>6.1} % \"probably none of these\" {:>6.1} % \"only a best guess\"",
            strangers * 100.0,
            guesses * 100.0
        );
        json!({"rankings": self.rankings, "none": strangers, "guess": guesses})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_ranking_is_counted_once() {
        let mut told = Told::default();
        let identity = Calibration::IDENTITY;
        for scores in [[5.0, -9.0], [-2.0, -9.0], [-4.0, -4.1]] {
            told.add(&scores, identity);
        }
        let value = told.print("three");
        assert_eq!(value["rankings"], 3);
        assert_eq!(value["none"], value["guess"]);
        assert_eq!(value["none"], 1.0 / 3.0);
    }
}
