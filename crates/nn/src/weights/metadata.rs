//! What a weights file says of itself.

use std::collections::{BTreeMap, HashMap};

use twinglyph_core::protocol::ModelReport;
use twinglyph_core::score::Calibration;
use twinglyph_core::{Architecture, Views};

use super::{WeightsError, packed};
use crate::Spec;
use crate::tensors::by_name;

/// The header of a weights file.
#[derive(Clone, Debug, PartialEq)]
pub struct Metadata {
    /// Which network.
    pub architecture: Architecture,
    /// Similarity from scores.
    pub calibration: Calibration,
    /// How many ways its drawings are looked at; the calibration is of scores by these.
    pub views: Views,
    /// Further entries in their own words, as `trained_on`, `official_errors`.
    pub facts: BTreeMap<String, String>,
}

/// The fact that says how to make the file again: JSON for tools, not told to people.
pub const PROVENANCE: &str = "provenance";

const ARCHITECTURE: &str = "architecture";
const TEMPERATURE: &str = "temperature";
const OFFSET: &str = "offset";
const VIEWS: &str = "views";

/// What the entries may hold: beyond, every similarity is 0 or 1.
const TEMPERATURES: &str = "a number above 0, from 0.001 to 1000";
const OFFSETS: &str = "a number from -1000 to 1000";
const COUNTS: &str = "1 or 8";

impl Metadata {
    /// Metadata of a network of which nothing else is known.
    #[must_use]
    pub fn new(architecture: Architecture) -> Self {
        Self {
            architecture,
            calibration: Calibration::IDENTITY,
            views: Views::One,
            facts: BTreeMap::new(),
        }
    }

    /// From the header's entries.
    ///
    /// # Errors
    /// When there are none of a network, or one is wrong.
    pub fn parse(entries: Option<&HashMap<String, String>>) -> Result<Self, WeightsError> {
        let entries = entries.ok_or(WeightsError::NoArchitecture)?;
        let name = entries.get(ARCHITECTURE);
        let name = name.ok_or(WeightsError::NoArchitecture)?;
        let architecture =
            Architecture::from_name(name).ok_or_else(|| WeightsError::Architecture(name.into()))?;
        let wrong = |name: &str, value: &str, needed| WeightsError::Metadata {
            name: name.into(),
            value: value.into(),
            needed,
        };
        let number = |name, missing, (least, most), needed| match entries.get(name) {
            None => Ok(missing),
            Some(value) => match value.parse::<f32>() {
                Ok(number) if (least..=most).contains(&number) => Ok(number),
                _ => Err(wrong(name, value, needed)),
            },
        };
        let calibration = Calibration {
            temperature: number(TEMPERATURE, 1.0, Calibration::TEMPERATURES, TEMPERATURES)?,
            offset: number(OFFSET, 0.0, Calibration::OFFSETS, OFFSETS)?,
        };
        let views = match entries.get(VIEWS) {
            None => Views::One,
            Some(value) => {
                let known = value.parse().ok().and_then(Views::from_count);
                known.ok_or_else(|| wrong(VIEWS, value, COUNTS))?
            }
        };
        let facts = entries
            .iter()
            .filter(|(name, _)| !Self::is_own(name))
            .map(|(name, value)| (name.clone(), value.clone()));
        let facts = by_name(facts);
        Ok(Self {
            architecture,
            calibration,
            views,
            facts,
        })
    }

    /// Has the header an entry of this name that is no fact?
    #[must_use]
    pub fn is_own(name: &str) -> bool {
        [ARCHITECTURE, TEMPERATURE, OFFSET, VIEWS].contains(&name) || packed::is_entry(name)
    }

    /// What the page is told of the model of this name.
    #[must_use]
    pub fn report(&self, name: &str) -> ModelReport {
        let facts = self.facts.iter().filter(|(name, _)| *name != PROVENANCE);
        ModelReport {
            name: name.to_owned(),
            architecture: self.architecture.as_str().to_owned(),
            parameters: Spec::from(self.architecture).parameters() as u64,
            views: self.views.count() as u32,
            facts: facts
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
        }
    }

    /// The header's entries.
    #[must_use]
    pub fn entries(&self) -> HashMap<String, String> {
        let mut entries: HashMap<String, String> = self
            .facts
            .iter()
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        entries.insert(ARCHITECTURE.into(), self.architecture.as_str().into());
        entries.insert(TEMPERATURE.into(), self.calibration.temperature.to_string());
        entries.insert(OFFSET.into(), self.calibration.offset.to_string());
        if self.views != Views::One {
            entries.insert(VIEWS.into(), self.views.count().to_string());
        }
        entries
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_says_of_itself_is_quoted_and_cut() {
        let long = "x".repeat(60_000);
        let told = |entries: &[(&str, &str)]| {
            let entries = entries
                .iter()
                .map(|&(name, value)| (name.into(), value.into()));
            let entries: HashMap<String, String> = entries.collect();
            let error = Metadata::parse(Some(&entries)).err();
            error.map_or_else(String::new, |error| error.to_string())
        };
        for entries in [
            &[(ARCHITECTURE, long.as_str())][..],
            &[(ARCHITECTURE, "compact"), (TEMPERATURE, &long)],
            &[(ARCHITECTURE, "compact"), (VIEWS, &long)],
        ] {
            let told = told(entries);
            assert!(told.contains("\"xxx") && told.len() < 400, "{told}");
        }
        let nameless = told(&[]);
        assert!(nameless.contains("no architecture"), "{nameless}");
        let other = told(&[(ARCHITECTURE, "resnet")]);
        assert!(
            other.contains("\"resnet\"") && !other.contains("Some"),
            "{other}"
        );
    }

    #[test]
    fn people_are_told_all_facts_but_the_provenance() {
        let mut metadata = Metadata::new(Architecture::Compact);
        for name in ["data", PROVENANCE, "training"] {
            metadata.facts.insert(name.to_owned(), "{}".to_owned());
        }
        let report = metadata.report("mine");
        let names: Vec<&str> = report.facts.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["data", "training"]);
        assert!(metadata.entries().contains_key(PROVENANCE));
    }
}
