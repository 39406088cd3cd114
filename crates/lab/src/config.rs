//! Configs of training from a file and the command line: `--set KEY=VALUE` changes entries, and whatever is unknown is
//! refused with the nearest name. Numbers are kept as text, so that they keep their last bits.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use serde_json::value::RawValue;
use twinglyph_core::training::{ConfigError, TrainConfig, proposal};

use crate::nearest::nearest;
use crate::usage::Usage;

/// An entry's dotted name and its value, in JSON.
#[derive(Clone, Debug)]
pub(crate) struct Override {
    key: String,
    value: Box<RawValue>,
    /// Both as they were given.
    text: String,
}

/// Why a config can't be made of a file and the command line.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigFileError {
    /// The file has an entry that no config has.
    #[error("{0}")]
    Unknown(String),
    /// The file is not JSON.
    #[error("the training config can't be read: {0}")]
    Json(#[from] serde_json::Error),
    /// The file is no config.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A `--set` is wrong, whatever the file is.
    #[error("{0}")]
    Set(#[from] Usage),
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
    let value = value.trim();
    let is_word = !value.is_empty() && value.chars().all(|c| c.is_ascii_alphabetic());
    let raw = |text: String| RawValue::from_string(text);
    let value = match raw(value.to_owned()) {
        Err(_) if is_word => raw(format!("\"{value}\"")),
        read => read,
    }
    .map_err(|error| format!("the value {value} is no JSON: {error}"))?;
    Ok(Override {
        key: key.to_owned(),
        value,
        text: text.to_owned(),
    })
}

/// The config in a file's bytes, with these entries changed.
///
/// # Errors
/// When an entry is unknown or set twice, or the file or what comes of it is no config.
pub(crate) fn config(file: &[u8], overrides: &[Override]) -> Result<TrainConfig, ConfigFileError> {
    let value: Value = serde_json::from_slice(file)?;
    let (mut known, mut given) = (BTreeSet::new(), BTreeSet::new());
    names("", &as_json(&proposal()), &mut known);
    names("", &value, &mut given);
    let unknown = |key: &String| {
        let near = || nearest(key, known.iter().map(String::as_str));
        (!known.contains(key)).then(|| format!("{key}: a config has no such entry{}", near()))
    };
    if let Some(told) = given.iter().find_map(unknown) {
        return Err(ConfigFileError::Unknown(told));
    }
    let read = serde_json::from_slice::<TrainConfig>(file);
    let kept = read.map_err(|error| ConfigError::Json(error.to_string()))?;
    let (mut config, mut set) = (kept.clone(), BTreeSet::new());
    for one in overrides {
        if let Some(told) = unknown(&one.key) {
            return Err(Usage(format!("--set {told}")).into());
        }
        if !set.insert(&one.key) {
            let told = format!(
                "--set {} is there twice; one of them would be ignored",
                one.key
            );
            return Err(Usage(told).into());
        }
        config = one.apply(&config)?;
    }
    match config.check() {
        Ok(()) => Ok(config),
        Err(error) if kept.check() == Err(error.clone()) => Err(error.into()),
        Err(error) => Err(out_of_range(&error, overrides).into()),
    }
}

impl Override {
    /// The config with this entry changed; numbers may be out of their ranges.
    fn apply(&self, config: &TrainConfig) -> Result<TrainConfig, ConfigFileError> {
        let path: Vec<&str> = self.key.split('.').collect();
        let changed = put(&serde_json::to_string(config)?, &path, &self.value)?;
        let read = serde_json::from_str(changed.get());
        read.map_err(|error| self.misshapen(config, &error).into())
    }

    /// Says what form the entry has, by what the config has there.
    fn misshapen(&self, config: &TrainConfig, error: &serde_json::Error) -> Usage {
        let place = format!("/{}", self.key.replace('.', "/"));
        let now = as_json(config).pointer(&place).cloned().unwrap_or_default();
        let form = match &now {
            Value::Bool(_) => "true or false".to_owned(),
            Value::Number(number) if number.is_f64() => format!("a number, as {now}"),
            Value::Number(_) => format!("a whole number, 0 or more, as {now}"),
            Value::String(text) => format!("a text, as {text}"),
            Value::Array(items) if items.iter().all(Value::is_number) && !items.is_empty() => {
                format!("{} numbers, as {now}", items.len())
            }
            Value::Array(_) if self.key == "frozen" => r#"a list, as ["stem"]"#.to_owned(),
            Value::Array(_) => r#"a list, as ["Greek"]"#.to_owned(),
            Value::Object(_) | Value::Null => format!("an object, as {now}"),
        };
        // The place is one of a text that nobody has written.
        let reason = error.to_string();
        let reason = reason.split(" at line ").next().unwrap_or_default();
        Usage(format!("{self} it must be {form} ({reason})"))
    }
}

impl std::fmt::Display for Override {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(to, "--set {}:", self.text)
    }
}

/// Names the `--set` that a number out of its range comes from, where one sets it.
fn out_of_range(error: &ConfigError, overrides: &[Override]) -> Usage {
    let found = match error {
        ConfigError::Range { name, needed } => {
            let sets = |one: &&Override| {
                let below = name.strip_prefix(one.key.as_str());
                below.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            };
            let set = overrides.iter().rfind(sets);
            set.map(|one| format!("{one} {name} must be {needed}"))
        }
        ConfigError::Json(_) => None,
    };
    Usage(found.unwrap_or_else(|| format!("by --set {error}")))
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

/// The JSON object with another value at the end of a path of names; all else keeps its text.
fn put(object: &str, path: &[&str], value: &RawValue) -> serde_json::Result<Box<RawValue>> {
    let [name, below @ ..] = path else {
        return Ok(value.to_owned());
    };
    let mut entries: BTreeMap<String, Box<RawValue>> = serde_json::from_str(object)?;
    let inner = entries.get(*name).map_or("{}", |inner| inner.get());
    let inner = put(inner, below, value)?;
    entries.insert((*name).to_owned(), inner);
    serde_json::value::to_raw_value(&entries)
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
        for (texts, expected) in [
            (&["steps=0"][..], "--set steps=0: steps must be at least 1"),
            (
                &["seed=3", r#"invented={"alphabets": 1, "at_once": 2}"#],
                r#"--set invented={"alphabets": 1, "at_once": 2}: invented.at_once must be from 0 to invented.alphabets"#,
            ),
            (
                &["episode.characters=1", "episode.alphabets=1"],
                "--set episode.characters=1: episode.characters must be so many",
            ),
        ] {
            let told = refused(texts);
            assert!(told.starts_with(expected), "{told}");
        }
        assert!(refused(&["steps.more=1"]).contains("no such entry"));
        for text in ["steps", "=1", "steps=", "steps=1x", "held_out=[A]"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_value_of_the_wrong_form_is_named_with_the_form_that_is_needed() {
        for (text, expected) in [
            (
                "steps=abc",
                "--set steps=abc: it must be a whole number, 0 or more, as 9000 (",
            ),
            (
                "seed=-1",
                "--set seed=-1: it must be a whole number, 0 or more, as 0 (",
            ),
            (
                "episode=3",
                "--set episode=3: it must be an object, as {\"alphabets\":4,",
            ),
            (
                "held_out=Greek",
                "--set held_out=Greek: it must be a list, as [\"Greek\"] (",
            ),
            (
                "frozen=stem",
                "--set frozen=stem: it must be a list, as [\"stem\"] (",
            ),
            (
                "augment.class.scale=[1]",
                "--set augment.class.scale=[1]: it must be 2 numbers, as [0.9,1.1] (",
            ),
            (
                "optimizer.warm_up=\"1\"",
                "--set optimizer.warm_up=\"1\": it must be a number, as 0.05 (",
            ),
            (
                "episode.symmetries=1",
                "--set episode.symmetries=1: it must be true or false (",
            ),
            (
                "architecture=deeper",
                "--set architecture=deeper: it must be a text, as compact (unknown variant `deeper`, expected",
            ),
        ] {
            // Another one is not to blame.
            let told = set(&["parts=2", text]).unwrap_err();
            assert!(matches!(told, ConfigFileError::Set(_)));
            let told = told.to_string();
            assert!(told.starts_with(expected), "{told}");
            assert!(!told.contains(" column "), "{told}");
        }
    }

    #[test]
    fn a_file_that_is_wrong_is_to_blame_itself() {
        let text = String::from_utf8(COMPACT.to_vec()).unwrap();
        let steps = |value: &str, set: &str| {
            let file = text.replacen("\"steps\": 9000", &format!("\"steps\": {value}"), 1);
            config(file.as_bytes(), &[parse(set).unwrap()])
        };
        let is_of_file = |read: Result<TrainConfig, ConfigFileError>| {
            matches!(read, Err(ConfigFileError::Config(_)))
        };
        assert!(is_of_file(steps("0", "seed=1")));
        assert!(is_of_file(steps("\"many\"", "seed=1")));
        assert_eq!(steps("0", "steps=4").unwrap().steps, 4);
    }

    #[test]
    fn numbers_keep_their_last_bits_beside_an_entry_that_is_set() {
        // 16 and 17 digits, which a reader without care takes a bit off.
        let rates = [
            0.30000000000000004f64,
            1.0 / 3.0,
            0.1234567890123456,
            0.9007199254740993,
        ];
        for rate in rates {
            let mut expected = TrainConfig::parse(COMPACT).unwrap();
            expected.optimizer.learning_rate = rate;
            expected.optimizer.warm_up = rate / 7.0;
            let file = serde_json::to_vec(&expected).unwrap();
            expected.seed = u64::MAX;
            expected.optimizer.beta_1 = rate / 3.0;
            let set = [
                format!("seed={}", u64::MAX),
                format!("optimizer.beta_1={}", rate / 3.0),
            ]
            .map(|text| parse(&text).unwrap());
            assert_eq!(config(&file, &set).unwrap(), expected);
        }
    }
}
