//! Configs of training from a file and the command line: `--set KEY=VALUE` changes entries, and whatever is unknown is
//! refused with the nearest name.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use twinglyph_core::training::{ConfigError, TrainConfig, proposal};

use crate::nearest::nearest;

/// An entry's dotted name and its value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Override {
    key: String,
    value: Value,
}

/// Why a config can't be made of a file and the command line.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigFileError {
    /// A config has no such entry.
    #[error("{from}{key}: a config has no such entry{near}")]
    Unknown {
        /// Where it stands: `--set `, or nothing in the file.
        from: &'static str,
        /// Its dotted name.
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
pub(crate) fn parse(text: &str) -> Result<Override, String> {
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
pub(crate) fn config(file: &[u8], overrides: &[Override]) -> Result<TrainConfig, ConfigFileError> {
    let mut config: Value = serde_json::from_slice(file)?;
    let (mut known, mut given) = (BTreeSet::new(), BTreeSet::new());
    names("", &as_json(&proposal()), &mut known);
    names("", &config, &mut given);
    let check = |from, key: &String| match known.contains(key) {
        true => Ok(()),
        false => Err(ConfigFileError::Unknown {
            from,
            key: key.clone(),
            near: nearest(key, known.iter().map(String::as_str)),
        }),
    };
    given.iter().try_for_each(|key| check("", key))?;
    if overrides.is_empty() {
        // From the text: numbers keep their last bits.
        return Ok(TrainConfig::parse(file)?);
    }
    let mut set = BTreeSet::new();
    for Override { key, value } in overrides {
        check("--set ", key)?;
        if !set.insert(key) {
            return Err(ConfigFileError::Twice(key.clone()));
        }
        put(&mut config, key, value.clone());
    }
    Ok(TrainConfig::parse(&serde_json::to_vec(&config)?)?)
}

/// A config as JSON, its numbers as its file has them: an `f32` as a value would have the digits of an `f64`.
pub(crate) fn as_json(config: &TrainConfig) -> Value {
    let text = serde_json::to_string(config);
    // A config is always JSON.
    text.and_then(|text| serde_json::from_str(&text))
        .unwrap_or_default()
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

    const COMPACT: &[u8] = include_bytes!("../../../configs/compact.json");

    fn set(texts: &[&str]) -> Result<TrainConfig, ConfigFileError> {
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
    fn unknown_entries_of_a_file_are_refused_with_the_nearest_name() {
        let text = String::from_utf8(COMPACT.to_vec()).unwrap();
        let text = text.replacen(
            "\"symmetries\"",
            "\"shared_drawer\": true, \"symmetries\"",
            1,
        );
        let told = config(text.as_bytes(), &[]).unwrap_err().to_string();
        let expected = "episode.shared_drawer: a config has no such entry; did you mean episode.shared_drawers?";
        assert_eq!(told, expected);
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
