//! Embeddings that were measured: do the frameworks give the same numbers, how long do calls take, and
//! their tables. Knows figures and text. Refuses to know browsers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{OURS, Spread};
use crate::{Error, Result};

/// Largest difference of a number from ours on the CPU, by the largest of all numbers (or 1, where
/// all are below). Sums of a few thousand products in another order differ by 1e-5; a GPU's own
/// `exp` by less than 1e-4; a norm, a bias or an order of channels that is wrong by more than 1e-2.
pub const DIFFERENCE: f64 = 1e-3;

/// What one browser measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// The browser and its version.
    pub browser: String,
    /// What WebGPU runs on, where it was measured.
    pub adapter: Option<String>,
    /// One for each network, set of devices and number of images.
    pub comparisons: Vec<Comparison>,
}

/// Calls that some frameworks were given in turn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// The network.
    pub network: String,
    /// Images in each call.
    pub images: u32,
    /// The largest of the first side's numbers.
    pub largest: f64,
    /// Who was called.
    pub sides: Vec<Side>,
}

/// One framework on one device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Side {
    /// `twinglyph`, `tfjs` or `ort`.
    pub framework: String,
    /// `cpu`, `wasm` or `webgpu`.
    pub device: String,
    /// Threads on the processor.
    pub threads: u32,
    /// What it says of itself.
    pub name: String,
    /// Milliseconds from the weights' bytes to a network.
    pub opened: f64,
    /// Milliseconds of each call that does not count.
    pub warm_up: Vec<f64>,
    /// Milliseconds of each call that counts, from the images to the numbers read back.
    pub milliseconds: Vec<f64>,
    /// The largest difference of any call's numbers from the first side's.
    pub difference: f64,
    /// Why it does not run here.
    pub reason: Option<String>,
}

impl Side {
    fn is_ours(&self) -> bool {
        self.framework == OURS
    }

    fn median(&self) -> f64 {
        Spread::of(&self.milliseconds).median
    }

    /// What it is called in a table.
    fn title(&self) -> &str {
        match self.framework.as_str() {
            OURS => "Twinglyph",
            _ if !self.name.is_empty() => &self.name,
            "tfjs" => "TensorFlow.js",
            "ort" => "ONNX Runtime Web",
            other => other,
        }
    }
}

/// What may be compared with what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// The processor, one thread.
    OneThread,
    /// The processor, any number of threads.
    Threads,
    /// WebGPU.
    Gpu,
}

impl Class {
    const ALL: [Self; 3] = [Self::OneThread, Self::Threads, Self::Gpu];

    fn has(self, side: &Side) -> bool {
        let gpu = side.device == "webgpu";
        match self {
            Self::OneThread => !gpu && side.threads == 1,
            Self::Threads => !gpu,
            Self::Gpu => gpu,
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::OneThread => "CPU, 1 thread",
            Self::Threads => "CPU, threads allowed",
            Self::Gpu => "WebGPU",
        }
    }
}

impl Comparison {
    /// Do all sides that run give the same numbers? The first one, the measure, must.
    ///
    /// # Errors
    /// When one differs by more than [`DIFFERENCE`], or the first does not run.
    pub fn check(&self) -> Result<()> {
        let Self {
            network, images, ..
        } = self;
        if let Some(reason) = self.sides.first().and_then(|side| side.reason.as_ref()) {
            return Err(Error::Setting(format!("{network}: {reason}")));
        }
        for side in self.sides.iter().filter(|side| side.reason.is_none()) {
            let Side {
                framework, device, ..
            } = side;
            let far = side.difference / self.largest.max(1.0);
            // Not a number is no agreement either.
            if far.is_nan() || far > DIFFERENCE {
                return Err(Error::Setting(format!(
                    "{network}, {images} images: {framework} on {device} is off by {} where the \
                     largest number is {}: they don't compute the same, so their times say nothing",
                    side.difference, self.largest
                )));
            }
        }
        Ok(())
    }

    /// Our fastest side and the fastest other of a class, and our time by the other's, call by call
    /// beside each other.
    #[must_use]
    pub fn ratio(&self, class: Class) -> Option<(&Side, &Side, Spread)> {
        let fastest = |ours: bool| {
            self.sides
                .iter()
                .filter(|side| side.is_ours() == ours && class.has(side))
                .filter(|side| side.reason.is_none() && !side.milliseconds.is_empty())
                .min_by(|one, other| one.median().total_cmp(&other.median()))
        };
        let (ours, other) = (fastest(true)?, fastest(false)?);
        let calls = ours.milliseconds.iter().zip(&other.milliseconds);
        let ratios: Vec<f64> = calls.map(|(ours, other)| ours / other).collect();
        Some((ours, other, Spread::of(&ratios)))
    }
}

impl Figures {
    /// Their part of docs/generated/bench.md: a table of calls, one of ratios, and who does not run.
    #[must_use]
    pub fn section(&self) -> String {
        let on = self
            .adapter
            .as_ref()
            .map_or(String::new(), |adapter| format!(", WebGPU on {adapter}"));
        let mut text = format!(
            "### {}{on}\n\n\
             | network | images | framework | device | threads | calls | ms a call | first call |\n\
             |---|---|---|---|---|---|---|---|\n",
            self.browser
        );
        for comparison in &self.comparisons {
            let sides = comparison.sides.iter().filter(|side| side.reason.is_none());
            for side in sides {
                let first = side.warm_up.first().copied().unwrap_or(f64::NAN);
                text.push_str(&format!(
                    "| `{}` | {} | {} | {} | {} | {} | {} | {first:.0} ms |\n",
                    comparison.network,
                    comparison.images,
                    side.title(),
                    side.device,
                    side.threads,
                    side.milliseconds.len(),
                    Spread::of(&side.milliseconds).text(digits(side.median())),
                ));
            }
        }
        text.push_str(
            "\n| network | images | where | ours, ms | the fastest other | its ms | ours by it, call \
             by call |\n|---|---|---|---|---|---|---|\n",
        );
        for comparison in &self.comparisons {
            for class in Class::ALL {
                let Some((ours, other, ratio)) = comparison.ratio(class) else {
                    continue;
                };
                text.push_str(&format!(
                    "| `{}` | {} | {} | {:.*}{} | {}, {} | {:.*} | {} |\n",
                    comparison.network,
                    comparison.images,
                    class.title(),
                    digits(ours.median()),
                    ours.median(),
                    workers(ours),
                    other.title(),
                    threads(other),
                    digits(other.median()),
                    other.median(),
                    ratio.text(2),
                ));
            }
        }
        let missing = self.missing();
        if !missing.is_empty() {
            text.push_str("\nNot here:\n\n");
        }
        for (side, networks) in missing {
            text.push_str(&format!("- {side}: {}\n", networks.join(", ")));
        }
        text
    }

    /// Who does not run, with the reason, and the networks and numbers of images.
    fn missing(&self) -> BTreeMap<String, Vec<String>> {
        let mut missing = BTreeMap::<_, Vec<String>>::new();
        for comparison in &self.comparisons {
            for side in &comparison.sides {
                let Some(reason) = &side.reason else { continue };
                let reason = reason.lines().next().unwrap_or_default();
                let (title, device) = (side.title(), &side.device);
                let name = format!("{title} on {device}, {}, \"{reason}\"", threads(side));
                let (network, images) = (&comparison.network, comparison.images);
                let networks = missing.entry(name).or_default();
                networks.push(format!("`{network}` of {images}"));
            }
        }
        missing
    }
}

/// Digits behind the point that a time's noise leaves.
fn digits(milliseconds: f64) -> usize {
    if milliseconds < 10.0 { 2 } else { 0 }
}

/// What is said behind our time.
fn workers(side: &Side) -> String {
    match side.threads {
        1 => String::new(),
        workers => format!(", {workers} workers"),
    }
}

fn threads(side: &Side) -> String {
    match side.threads {
        1 => "1 thread".into(),
        threads => format!("{threads} threads"),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn side(framework: &str, device: &str, threads: u32, milliseconds: &[f64]) -> Side {
        Side {
            framework: framework.into(),
            device: device.into(),
            threads,
            name: String::new(),
            opened: 1.0,
            warm_up: vec![9.0],
            milliseconds: milliseconds.to_vec(),
            difference: 1e-5,
            reason: None,
        }
    }

    fn comparison() -> Comparison {
        let mut broken = side("ort", "webgpu", 1, &[]);
        broken.reason = Some("no such device\nat a.js".into());
        Comparison {
            network: "koch".into(),
            images: 20,
            largest: 2.0,
            sides: vec![
                side(OURS, "cpu", 1, &[2.0, 4.0, 3.0]),
                side(OURS, "cpu", 2, &[1.0, 2.0, 1.5]),
                side("tfjs", "wasm", 1, &[9.0, 9.0, 9.0]),
                side("ort", "wasm", 1, &[4.0, 4.0, 4.0]),
                side("ort", "wasm", 2, &[2.0, 2.0, 2.0]),
                broken,
            ],
        }
    }

    #[test]
    fn ours_is_held_against_the_fastest_of_its_class() {
        let comparison = comparison();
        let (_, other, ratio) = comparison.ratio(Class::OneThread).unwrap();
        assert_eq!((other.framework.as_str(), ratio.median), ("ort", 0.75));
        let (_, other, ratio) = comparison.ratio(Class::Threads).unwrap();
        assert_eq!((other.threads, ratio.median), (2, 0.75));
        assert_eq!(comparison.ratio(Class::Gpu), None);
    }

    #[test]
    fn other_numbers_are_refused_and_other_frameworks_may_not_run() {
        let mut comparison = comparison();
        comparison.check().unwrap();
        comparison.sides[3].difference = 0.0021;
        assert!(comparison.check().is_err());
        comparison.sides[3].difference = f64::NAN;
        assert!(comparison.check().is_err());
        comparison.sides[3].difference = 0.0;
        comparison.sides[0].reason = Some("no memory".into());
        assert!(comparison.check().is_err());
    }

    #[test]
    fn a_section_has_calls_ratios_and_reasons() {
        let figures = Figures {
            browser: "Firefox 1".into(),
            adapter: Some("nothing".into()),
            comparisons: vec![comparison()],
        };
        let section = figures.section();
        for line in [
            "### Firefox 1, WebGPU on nothing\n",
            "| `koch` | 20 | ONNX Runtime Web | wasm | 2 | 3 | 2.00 (2.00 to 2.00) | 9 ms |\n",
            "| `koch` | 20 | CPU, 1 thread | 3.00 | ONNX Runtime Web, 1 thread | 4.00 | 0.75 (0.62 to \
             0.88) |\n",
            "| `koch` | 20 | CPU, threads allowed | 1.50, 2 workers | ONNX Runtime Web, 2 threads | 2.00 \
             | 0.75 (0.62 to 0.88) |\n",
            "- ONNX Runtime Web on webgpu, 1 thread, \"no such device\": `koch` of 20\n",
        ] {
            assert!(section.contains(line), "{line} is not in {section}");
        }
        assert!(!section.contains("| WebGPU |"), "{section}");
    }
}
