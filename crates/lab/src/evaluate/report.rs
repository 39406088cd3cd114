//! How rates are printed and written as JSON: each with Wilson's interval over trials and the bootstrap's over
//! alphabets, and by alphabet where that is asked for.

use serde_json::{Value, json};
use twinglyph_core::Alphabet;
use twinglyph_core::score::{Interval, Tally};

use super::bootstrap;

/// Answers, counted by the alphabet of the query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answers(Vec<Tally>);

impl Answers {
    /// None yet, to questions within so many alphabets.
    pub(super) fn none(alphabets: usize) -> Self {
        Self(vec![Tally::default(); alphabets])
    }

    /// Adds an answer; the alphabet is one of them.
    pub(super) fn add(&mut self, alphabet: usize, right: bool) {
        self.0[alphabet].add(right);
    }

    /// All of them together.
    pub(super) fn total(&self) -> Tally {
        let mut total = Tally::default();
        self.0.iter().for_each(|own| total.merge(*own));
        total
    }

    /// The interval over alphabets.
    pub(super) fn bootstrap(&self) -> Option<Interval> {
        let parts = self.0.iter();
        let parts = parts.map(|own| (f64::from(own.errors()), f64::from(own.trials())));
        bootstrap::interval(&parts.collect::<Vec<_>>())
    }

    /// Errors, trials and both intervals, as JSON.
    pub(super) fn value(&self) -> Value {
        let mut value = summary(self.total());
        value["bootstrap"] = json!(self.bootstrap().map(ends));
        value
    }
}

/// Error rates within alphabets that are known without sampling.
pub(super) struct Known {
    /// Places among all alphabets, and error rates within them, from 0 to 1.
    pub(super) rates: Vec<(usize, f64)>,
}

impl Known {
    /// Each alphabet weighs the same, as trials draw them.
    pub(super) fn mean(&self) -> f64 {
        let sum: f64 = self.rates.iter().map(|(_, rate)| rate).sum();
        sum / self.rates.len().max(1) as f64
    }

    fn bootstrap(&self) -> Option<Interval> {
        let parts = self.rates.iter().map(|&(_, rate)| (rate, 1.0));
        bootstrap::interval(&parts.collect::<Vec<_>>())
    }
}

/// Prints rates, and gives them as JSON.
pub(super) struct Report<'a> {
    pub(super) alphabets: &'a [Alphabet],
    /// Is each rate also given by alphabet?
    pub(super) by_alphabet: bool,
}

/// Columns of a title.
const TITLE: usize = 36;

impl Report<'_> {
    /// No answers yet.
    pub(super) fn answers(&self) -> Answers {
        Answers::none(self.alphabets.len())
    }

    /// The line above rates.
    pub(super) fn head(&self, of: &str) {
        let mut title = of;
        if of.len() > TITLE {
            println!("{of}");
            title = "";
        }
        println!(
            "{title:<TITLE$} {:>15} {:>9}   {:<17} 95 % over alphabets",
            "errors", "rate", "95 % over trials"
        );
    }

    /// A rate: printed and as JSON.
    pub(super) fn rate(&self, title: &str, answers: &Answers) -> Value {
        line(title, answers.total(), answers.bootstrap());
        let mut value = answers.value();
        if !self.by_alphabet {
            return value;
        }
        let mut rows = Vec::new();
        let asked = self.alphabets.iter().zip(&answers.0);
        for (alphabet, own) in asked.filter(|(_, own)| own.trials() > 0) {
            line(&format!("  {}", alphabet.name()), *own, None);
            let mut row = summary(*own);
            row["alphabet"] = json!(alphabet.name());
            rows.push(row);
        }
        value["by_alphabet"] = json!(rows);
        value
    }

    /// A rate that is known without sampling: printed and as JSON.
    pub(super) fn known(&self, title: &str, known: &Known) -> Value {
        let print = |title: &str, rate: f64, over: Option<Interval>| {
            let text = format!(
                "{title:<TITLE$} {:>15} {:>7.3} %   {:<17} {}",
                "of all trials",
                rate * 100.0,
                over.map_or("", |_| "none is sampled"),
                over.map_or(String::new(), percent)
            );
            println!("{}", text.trim_end());
        };
        let (mean, interval) = (known.mean(), known.bootstrap());
        print(title, mean, interval);
        let mut value = json!({"error_rate": mean, "bootstrap": interval.map(ends)});
        if !self.by_alphabet {
            return value;
        }
        let mut rows = Vec::new();
        for &(at, rate) in &known.rates {
            let name = self.alphabets.get(at).map_or("", Alphabet::name);
            print(&format!("  {name}"), rate, None);
            rows.push(json!({"alphabet": name, "error_rate": rate}));
        }
        value["by_alphabet"] = json!(rows);
        value
    }

    /// Says which alphabets a measure leaves out, and notes them in its JSON.
    pub(super) fn left_out(&self, names: &[String], ways: usize, value: &mut Value) {
        if names.is_empty() {
            return;
        }
        println!(
            "  left out, with fewer than {ways} characters: {}",
            names.join(", ")
        );
        value["left_out"] = json!(names);
    }
}

/// Errors, trials and Wilson's interval, as JSON.
pub(crate) fn summary(tally: Tally) -> Value {
    json!({
        "errors": tally.errors(),
        "trials": tally.trials(),
        "error_rate": tally.error_rate(),
        "wilson": ends(tally.error_interval()),
    })
}

/// Both ends of an interval.
pub(super) fn ends(Interval { low, high }: Interval) -> [f64; 2] {
    [low, high]
}

/// An interval of rates, for people.
fn percent(Interval { low, high }: Interval) -> String {
    format!("{:.2} to {:.2} %", low * 100.0, high * 100.0)
}

fn line(title: &str, tally: Tally, over_alphabets: Option<Interval>) {
    let text = format!(
        "{title:<TITLE$} {:>6} of {:>5} {:>7.2} %   {:<17} {}",
        tally.errors(),
        tally.trials(),
        tally.error_rate() * 100.0,
        percent(tally.error_interval()),
        over_alphabets.map_or(String::new(), percent)
    );
    println!("{}", text.trim_end());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_has_both_intervals_and_of_one_alphabet_one() {
        let mut answers = Answers::none(3);
        for _ in 0..10 {
            answers.add(0, true);
        }
        assert_eq!(answers.value()["bootstrap"], Value::Null);
        for right in [false, true] {
            answers.add(2, right);
        }
        let value = answers.value();
        assert_eq!(
            (&value["errors"], &value["trials"]),
            (&json!(1), &json!(12))
        );
        assert_eq!(value["bootstrap"], json!([0.0, 0.5]));
        assert!(value["wilson"][1].as_f64() < Some(0.4));
    }
}
