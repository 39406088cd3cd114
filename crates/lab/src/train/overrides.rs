//! `--set KEY=VALUE`: entries of a config that the command line changes.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use twinglyph_core::training::{ConfigError, TrainConfig, proposal};

use super::identity::as_json;
use crate::nearest::nearest;

/// An entry's dotted name and its value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Override {
    key: String,
    value: Value,
}

/// Why a config can't be made of a file and the command line.
#[derive(Debug, thiserror::Error)]
pub(super) enum OverrideError {
    /// A config has no such entry.
    #[error("--set {key}: a config has no such entry{near}")]
    Unknown {
        /// What was to be set.
        key: String,
        /// What may have been meant.
        near: String,
    },
    /// An entry is set again.
    #[error("--set {0} is there twice; one of them would be ignored")]
    Twice(String),
    /// The file is not JSON.
    #[error("the training config can't be read: {0}")]
    Json(#[from] serde_json::Error),
    /// What comes of it is no config.
    #[error(transparent)]
    Config(#[from] ConfigError),
}

/// `KEY=VALUE` on the command line, the value in JSON; a word without quotes is a text.
///
/// # Errors
/// When it has not that form.
pub(super) fn parse(text: &str) -> Result<Override, String> {
    let (key, value) = text
        .split_once('=')
        .filter(|(key, _)| !key.is_empty())
        .ok_or("it has the form KEY=VALUE, as optimizer.learning_rate=1e-3")?;
    let is_word = |text: &str| text.chars().all(|c| c.is_ascii_alphabetic());
    let value = match serde_json::from_str(value) {
        Ok(value) => value,
        Err(_) if !value.is_empty() && is_word(value) => Value::String(value.to_owned()),
        Err(error) => return Err(format!("the value {value} is no JSON: {error}")),
    };
    let key = key.to_owned();
    Ok(Override { key, value })
}

/// The config in a file's bytes, with these entries changed.
///
/// # Errors
/// When an entry is unknown or set twice, or what comes of it is no config.
pub(super) fn config(file: &[u8], overrides: &[Override]) -> Result<TrainConfig, OverrideError> {
    if overrides.is_empty() {
        return Ok(TrainConfig::parse(file)?);
    }
    let mut config: Value = serde_json::from_slice(file)?;
    let mut known = BTreeSet::new();
    names("", &as_json(&proposal()), &mut known);
    let mut set = BTreeSet::new();
    for Override { key, value } in overrides {
        if !known.contains(key) {
            return Err(OverrideError::Unknown {
                key: key.clone(),
                near: nearest(key, known.iter().map(String::as_str)),
            });
        }
        if !set.insert(key) {
            return Err(OverrideError::Twice(key.clone()));
        }
        put(&mut config, key, value.clone());
    }
    Ok(TrainConfig::parse(&serde_json::to_vec(&config)?)?)
}

/// Dotted names of all entries below a value.
fn names(below: &str, value: &Value, known: &mut BTreeSet<String>) {
    for (key, value) in value.as_object().into_iter().flatten() {
        let name = match below {
            "" => key.clone(),
            below => format!("{below}.{key}"),
        };
        names(&name, value, known);
        known.insert(name);
    }
}

/// Sets the entry of a dotted name; what is between and missing is made.
fn put(config: &mut Value, key: &str, value: Value) {
    let mut at = config;
    for part in key.split('.') {
        if !at.is_object() {
            *at = Value::Object(Map::new());
        }
        at = &mut at[part];
    }
    *at = value;
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const COMPACT: &[u8] = include_bytes!("../../../../configs/compact.json");

    fn set(texts: &[&str]) -> Result<TrainConfig, OverrideError> {
        let overrides: Vec<Override> = texts.iter().map(|text| parse(text).unwrap()).collect();
        config(COMPACT, &overrides)
    }

    #[test]
    fn entries_are_set_and_the_others_stay() {
        let mut expected = TrainConfig::parse(COMPACT).unwrap();
        assert_eq!(set(&[]).unwrap(), expected);
        expected.optimizer.learning_rate = 1e-3;
        expected.held_out = vec!["Greek".to_owned()];
        expected.augment.class.scale = [0.7, 1.3];
        expected.invented.alphabets = 5;
        expected.architecture = twinglyph_core::Architecture::Deep;
        let texts = [
            "optimizer.learning_rate=1e-3",
            "held_out=[\"Greek\"]",
            "augment.class.scale=[0.7,1.3]",
            "invented={\"alphabets\": 5, \"at_once\": 0}",
            "architecture=deep",
        ];
        assert_eq!(set(&texts).unwrap(), expected);
        // An entry whose object the file leaves out.
        let one = set(&["invented.alphabets=5", "invented.at_once=1"]).unwrap();
        assert_eq!((one.invented.alphabets, one.invented.at_once), (5, 1));
    }

    #[test]
    fn what_is_unknown_twice_or_out_of_range_is_refused() {
        let refused = |texts: &[&str]| set(texts).unwrap_err().to_string();
        let told = refused(&["learning_rate=1"]);
        assert!(
            told.ends_with("did you mean optimizer.learning_rate?"),
            "{told}"
        );
        assert!(refused(&["steps=1", "steps=2"]).contains("--set steps is there twice"));
        assert!(refused(&["steps=0"]).contains("steps"));
        assert!(refused(&["steps.more=1"]).contains("no such entry"));
        for text in ["steps", "=1", "steps=", "steps=1x", "held_out=[A]"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
