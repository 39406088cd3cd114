//! What the bench page measured: do the frameworks compute the same, how long do steps take, and
//! the tables of docs/generated/bench.md; [`inference`] has those of embeddings.
//!
//! Knows figures and text. Refuses to know browsers.

pub mod inference;

use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// Largest relative difference of two frameworks' losses before the first step: they have the same
/// weights and batch.
pub const FIRST: f64 = 1e-3;

/// The same after [`LATER_STEP`] steps, in which roundings have grown.
pub const LATER: f64 = 1e-2;

/// See [`LATER`].
pub const LATER_STEP: usize = 5;

/// Our name on the page.
pub const OURS: &str = "twinglyph";

/// The document's file: the latest figures of each part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// Training steps.
    pub training: Figures,
    /// Embeddings, browser by browser.
    pub inference: Vec<inference::Figures>,
    /// Training steps outside of browsers.
    pub native: Vec<Comparison>,
}

impl Document {
    /// The section of docs/generated/bench.md on inference.
    #[must_use]
    pub fn inference_section(&self) -> String {
        let sections = self.inference.iter().map(inference::Figures::section);
        let sections: Vec<String> = sections.collect();
        format!(
            "Median (quartiles); each side's first calls are left out.\n\n{}",
            sections.join("\n")
        )
    }

    /// The section of docs/generated/bench.md on training outside of browsers.
    #[must_use]
    pub fn native_section(&self) -> String {
        let mut text = format!(
            "Median (quartiles); each side's first steps are left out.\n\n{STEPS_OF_NATIVE}"
        );
        for comparison in &self.native {
            for side in &comparison.sides {
                let ratio = match comparison.ratios().into_iter().find(|at| at.1 == side) {
                    Some((.., ratio)) => ratio.text(2),
                    None => String::new(),
                };
                text.push_str(&format!(
                    "| {} | {} | {} | {ratio} |\n",
                    comparison.network,
                    side.label(),
                    Spread::of(&side.milliseconds).text(1),
                ));
            }
        }
        text
    }
}

/// Head of the table of [`Document::native_section`].
const STEPS_OF_NATIVE: &str = "| network | framework | ms a step | our time by its, step by step |\n\
     |---|---|---|---|\n";

/// Where a section stands in docs/generated/bench.md.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Training steps.
    Training,
    /// Embeddings.
    Inference,
    /// Training steps outside of browsers.
    Native,
}

/// Training steps that one run measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// The browser and its version.
    pub browser: String,
    /// What WebGPU runs on.
    pub adapter: String,
    /// One for each network and set of devices.
    pub comparisons: Vec<Comparison>,
}

/// Steps that were taken in turn by some frameworks on one problem.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// The network.
    pub network: String,
    /// Who took them.
    pub sides: Vec<Side>,
}

/// One framework on one device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Side {
    /// `twinglyph`, `tfjs` or `pytorch`.
    pub framework: String,
    /// `cpu` or `webgpu`.
    pub device: String,
    /// What it says of itself.
    pub name: String,
    /// Milliseconds to be set up, without the first step.
    pub opened: f64,
    /// Milliseconds of each step that does not count.
    pub warm_up: Vec<f64>,
    /// The loss of each step, those of the warm-up among them.
    pub losses: Vec<f64>,
    /// Milliseconds of each step that counts, from its batch to its loss read back.
    pub milliseconds: Vec<f64>,
}

/// Median and quartiles.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// A quarter is below.
    pub low: f64,
    /// Half is below.
    pub median: f64,
    /// A quarter is above.
    pub high: f64,
}

impl Spread {
    /// Of some numbers; of none, not a number.
    #[must_use]
    pub fn of(numbers: &[f64]) -> Self {
        let mut sorted = numbers.to_vec();
        sorted.sort_by(f64::total_cmp);
        let at = |part: f64| {
            let place = part * sorted.len().saturating_sub(1) as f64;
            let (below, above) = (place.floor() as usize, place.ceil() as usize);
            match (sorted.get(below), sorted.get(above)) {
                (Some(below), Some(above)) => below + (above - below) * place.fract(),
                _ => f64::NAN,
            }
        };
        Self {
            low: at(0.25),
            median: at(0.5),
            high: at(0.75),
        }
    }

    fn text(self, digits: usize) -> String {
        let Self { low, median, high } = self;
        format!("{median:.digits$} ({low:.digits$} to {high:.digits$})")
    }
}

impl Side {
    /// Its name in a table.
    fn label(&self) -> &str {
        match self.framework.as_str() {
            OURS => "Twinglyph",
            _ => &self.name,
        }
    }
}

impl Comparison {
    /// Do all sides compute the same? The first side is the measure.
    ///
    /// # Errors
    /// When a loss differs by more than [`FIRST`] or [`LATER`].
    pub fn check(&self) -> Result<()> {
        let Some((first, others)) = self.sides.split_first() else {
            return Ok(());
        };
        for other in others {
            for (step, most) in [(0, FIRST), (LATER_STEP, LATER)] {
                let (Some(a), Some(b)) = (first.losses.get(step), other.losses.get(step)) else {
                    continue;
                };
                let difference = (a - b).abs() / a.abs().max(f64::MIN_POSITIVE);
                // Not a number is no agreement either.
                if difference.is_nan() || difference > most {
                    return Err(Error::Setting(format!(
                        "{}: after {step} steps {} on {} has the loss {a}, {} on {} has {b}: they \
                         don't compute the same, so their times say nothing",
                        self.network, first.framework, first.device, other.framework, other.device
                    )));
                }
            }
        }
        Ok(())
    }

    /// Time of a step of ours by the time of the other's step beside it: each of our sides, with each of the others.
    #[must_use]
    pub fn ratios(&self) -> Vec<(&Side, &Side, Spread)> {
        let ours = self.sides.iter().filter(|side| side.framework == OURS);
        let pairs = ours.flat_map(|ours| {
            self.sides
                .iter()
                .filter(|side| side.framework != OURS)
                .map(move |other| (ours, other))
        });
        pairs
            .map(|(ours, other)| {
                let steps = ours.milliseconds.iter().zip(&other.milliseconds);
                let ratios: Vec<f64> = steps.map(|(ours, other)| ours / other).collect();
                (ours, other, Spread::of(&ratios))
            })
            .collect()
    }
}

impl Figures {
    /// The section of docs/generated/bench.md: a table of steps, and one of ratios.
    #[must_use]
    pub fn section(&self) -> String {
        let mut text = format!(
            "{}, WebGPU on {}. Median (quartiles); each side's first steps are left out.\n\n\
             | network | framework | device | steps | ms a step | first of all |\n\
             |---|---|---|---|---|---|\n",
            self.browser, self.adapter
        );
        for comparison in &self.comparisons {
            for side in &comparison.sides {
                let first = side.warm_up.first().or(side.milliseconds.first());
                text.push_str(&format!(
                    "| `{}` | {} | {} | {} | {} | {:.0} ms |\n",
                    comparison.network,
                    side.label(),
                    side.device,
                    side.milliseconds.len(),
                    Spread::of(&side.milliseconds).text(0),
                    first.copied().unwrap_or(f64::NAN),
                ));
            }
        }
        text.push_str(
            "\n| network | ours on | TensorFlow.js on | ours by it, step by step beside each other |\n\
             |---|---|---|---|\n",
        );
        for comparison in &self.comparisons {
            for (ours, other, ratio) in comparison.ratios() {
                text.push_str(&format!(
                    "| `{}` | {} | {} | {} |\n",
                    comparison.network,
                    ours.device,
                    other.device,
                    ratio.text(3)
                ));
            }
        }
        text
    }
}

impl Place {
    /// A document with this section in the place of the one that was written before.
    ///
    /// # Errors
    /// When the document has no such place.
    pub fn replace(self, document: &str, section: &str) -> Result<String> {
        let part = match self {
            Self::Training => "training",
            Self::Inference => "inference",
            Self::Native => "native",
        };
        let begin = format!("<!-- Written by `cargo xtask bench --only {part}`. -->\n");
        let end = format!("<!-- End of what `cargo xtask bench --only {part}` writes. -->\n");
        let missing = || {
            Error::Setting(format!(
                "docs/generated/bench.md has no place for {part}: {begin}"
            ))
        };
        let (before, rest) = document.split_once(&begin).ok_or_else(missing)?;
        let (_, after) = rest.split_once(&end).ok_or_else(missing)?;
        Ok(format!("{before}{begin}\n{section}\n{end}{after}"))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn side(framework: &str, losses: &[f64], milliseconds: &[f64]) -> Side {
        Side {
            framework: framework.into(),
            device: "webgpu".into(),
            name: framework.into(),
            opened: 1.0,
            warm_up: vec![9.0],
            losses: losses.to_vec(),
            milliseconds: milliseconds.to_vec(),
        }
    }

    fn comparison(losses: &[f64]) -> Comparison {
        Comparison {
            network: "conv4".into(),
            sides: vec![
                side(OURS, &[1.0, 0.9, 0.8, 0.7, 0.6, 0.5], &[2.0, 4.0, 3.0]),
                side("tfjs", losses, &[4.0, 4.0, 4.0]),
            ],
        }
    }

    #[test]
    fn other_losses_are_refused() {
        let check = |losses: &[f64]| comparison(losses).check();
        check(&[1.0005, 0.0, 0.0, 0.0, 0.0, 0.504]).unwrap();
        check(&[1.0]).unwrap();
        assert!(check(&[1.002]).is_err());
        assert!(check(&[f64::NAN]).is_err());
        assert!(check(&[1.0, 0.9, 0.8, 0.7, 0.6, 0.51]).is_err());
    }

    #[test]
    fn ratios_are_taken_step_by_step() {
        let comparison = comparison(&[1.0]);
        let ratios = comparison.ratios();
        assert_eq!(ratios.len(), 1);
        let expected = Spread {
            low: 0.625,
            median: 0.75,
            high: 0.875,
        };
        assert_eq!(ratios[0].2, expected);
        assert!(Spread::of(&[]).median.is_nan());
    }

    #[test]
    fn native_steps_are_compared_with_ours() {
        let document = Document {
            training: Figures {
                browser: String::new(),
                adapter: String::new(),
                comparisons: Vec::new(),
            },
            inference: Vec::new(),
            native: vec![comparison(&[1.0])],
        };
        let section = document.native_section();
        let rows: Vec<&str> = section.lines().skip(4).collect();
        let expected = [
            "| conv4 | Twinglyph | 3.0 (2.5 to 3.5) |  |",
            "| conv4 | tfjs | 4.0 (4.0 to 4.0) | 0.75 (0.62 to 0.88) |",
        ];
        assert_eq!(rows, expected, "{section}");
    }

    #[test]
    fn a_section_replaces_the_one_before() {
        let figures = Figures {
            browser: "Firefox 1".into(),
            adapter: "nothing".into(),
            comparisons: vec![comparison(&[1.0])],
        };
        let section = figures.section();
        assert!(
            section.contains("| `conv4` | tfjs | webgpu | 3 | 4 (4 to 4) | 9 ms |"),
            "{section}"
        );
        assert!(
            section.contains("| `conv4` | webgpu | webgpu | 0.750 (0.625 to 0.875) |"),
            "{section}"
        );
        let begin = "<!-- Written by `cargo xtask bench --only training`. -->\n";
        let end = "<!-- End of what `cargo xtask bench --only training` writes. -->\n";
        let document = format!("before\n{begin}old\n{end}after\n");
        let new = Place::Training.replace(&document, "new\n").unwrap();
        assert_eq!(new, format!("before\n{begin}\nnew\n\n{end}after\n"));
        assert!(Place::Inference.replace(&document, "new").is_err());
    }
}
