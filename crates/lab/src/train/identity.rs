//! What decides a run's result beside its config, as the run's folder keeps it in `run.json`.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use twinglyph_core::training::TrainConfig;

use crate::config::as_json;
use crate::provenance::Program;

/// What of a run can't change between its parts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Identity {
    /// `cpu` or `gpu`.
    pub(super) engine: String,
    /// `f32` or `bf16`: what is multiplied.
    pub(super) precision: String,
    /// Decay of the moving average of the weights, where one is kept.
    pub(super) average: Option<f32>,
    /// Where the weights came from.
    pub(super) begins_from: Origin,
    /// Digest of the alphabets that are learned from.
    pub(super) data: String,
    /// Digest of the alphabets that are held out.
    pub(super) held_out: String,
    /// Digest of the alphabets of a folder that stand for the config's invented ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) invented: Option<String>,
}

/// Where a run's first weights came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Origin {
    /// Drawn from the config's seed.
    Fresh,
    /// A weights file.
    File {
        /// Its path, as it was given.
        path: String,
        /// Its digest.
        sha256: String,
    },
}

/// A part of a run: from a start of the command to its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Session {
    /// Steps that were done when it began.
    pub(super) from_step: u32,
    /// What computed it.
    #[serde(flatten)]
    pub(super) program: Program,
}

/// `run.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Record {
    /// What can't change.
    #[serde(flatten)]
    pub(super) identity: Identity,
    /// The parts of the run, in their order.
    pub(super) sessions: Vec<Session>,
}

impl Identity {
    /// The first difference between the run that a folder holds, `self`, and the one that is asked for: what it is and
    /// which option goes on.
    pub(super) fn difference(&self, asked: &Self) -> Option<String> {
        if self.engine != asked.engine {
            let (is, other) = (&self.engine, &asked.engine);
            return Some(format!(
                "this run computes on the {is}; --device {other} is another run"
            ));
        }
        if self.precision != asked.precision {
            let (is, other) = (&self.precision, &asked.precision);
            return Some(format!(
                "this run computes with {is}; --precision {other} is another run, --precision {is} goes on"
            ));
        }
        if self.average != asked.average {
            let told = |average: Option<f32>| match average {
                Some(decay) => format!("with --average {decay}"),
                None => "without --average".to_owned(),
            };
            let (is, other) = (told(self.average), told(asked.average));
            return Some(format!("this run computes {is}; {other} it is another run"));
        }
        if let Some(difference) = self.begins_from.difference(&asked.begins_from) {
            return Some(difference);
        }
        if self.data != asked.data {
            return Some("this run learns from other drawings than those given".to_owned());
        }
        if self.invented != asked.invented {
            return Some(match (&self.invented, &asked.invented) {
                (None, _) => "this run invents its alphabets; leave --invented-from out".to_owned(),
                (_, None) => {
                    "this run has invented alphabets of a folder; name it by --invented-from"
                        .to_owned()
                }
                _ => {
                    "this run has other invented alphabets than those of --invented-from".to_owned()
                }
            });
        }
        (self.held_out != asked.held_out)
            .then(|| "this run is validated on other drawings than those given".to_owned())
    }
}

impl Origin {
    fn difference(&self, asked: &Self) -> Option<String> {
        match (self, asked) {
            (Self::Fresh, Self::Fresh) => None,
            (Self::File { sha256, .. }, Self::File { sha256: other, .. }) if sha256 == other => {
                None
            }
            (Self::Fresh, Self::File { path, .. }) => Some(format!(
                "this run began with fresh weights; --from-weights {path} is another run"
            )),
            (Self::File { path, .. }, Self::Fresh) => Some(format!(
                "this run began with the weights of {path}; --from-weights {path} goes on"
            )),
            (Self::File { path, .. }, Self::File { path: other, .. }) => Some(format!(
                "this run began with the weights of {path}; those of {other} make another run"
            )),
        }
    }
}

/// The entries in which two configs differ, as `steps: 20 in the folder, 30 asked for`.
pub(super) fn config_differences(kept: &TrainConfig, asked: &TrainConfig) -> Vec<String> {
    let entries = |config: &TrainConfig| {
        let mut entries = Vec::new();
        flatten("", as_json(config), &mut entries);
        entries
    };
    let pairs = entries(kept).into_iter().zip(entries(asked));
    pairs
        .filter(|((_, kept), (_, asked))| kept != asked)
        .map(|((name, kept), (_, asked))| {
            format!("{name}: {kept} in the folder, {asked} asked for")
        })
        .collect()
}

/// The leaves of a tree of JSON objects, by their dotted names.
fn flatten(name: &str, value: Value, entries: &mut Vec<(String, Value)>) {
    let Value::Object(object) = value else {
        entries.push((name.to_owned(), value));
        return;
    };
    for (key, value) in object {
        let below = match name {
            "" => key,
            name => format!("{name}.{key}"),
        };
        flatten(&below, value, entries);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn identity() -> Identity {
        Identity {
            invented: None,
            engine: "cpu".to_owned(),
            precision: "bf16".to_owned(),
            average: None,
            begins_from: Origin::Fresh,
            data: "d".to_owned(),
            held_out: "h".to_owned(),
        }
    }

    #[test]
    fn every_difference_is_told_by_name() {
        let kept = identity();
        assert_eq!(kept.difference(&kept), None);
        type Change = fn(&mut Identity);
        let changes: [(Change, &str); 7] = [
            (|one| one.engine = "gpu".to_owned(), "--device gpu"),
            (|one| one.precision = "f32".to_owned(), "--precision f32"),
            (|one| one.average = Some(0.998), "with --average 0.998"),
            (|one| one.begins_from = file("a", "1"), "--from-weights a"),
            (|one| one.data = String::new(), "learns from other drawings"),
            (
                |one| one.held_out = String::new(),
                "validated on other drawings",
            ),
            (
                |one| one.invented = Some("i".to_owned()),
                "leave --invented-from out",
            ),
        ];
        for (change, told) in changes {
            let mut asked = identity();
            change(&mut asked);
            let difference = kept.difference(&asked).unwrap();
            assert!(difference.contains(told), "{difference}");
            assert!(asked.difference(&kept).is_some());
        }
    }

    fn file(path: &str, sha256: &str) -> Origin {
        Origin::File {
            path: path.to_owned(),
            sha256: sha256.to_owned(),
        }
    }

    #[test]
    fn weights_are_known_by_their_digest_alone() {
        assert_eq!(file("a", "1").difference(&file("b", "1")), None);
        assert!(file("a", "1").difference(&file("a", "2")).is_some());
    }

    #[test]
    fn a_record_survives_json() {
        let record = Record {
            identity: Identity {
                average: Some(0.998),
                begins_from: file("a", "1"),
                ..identity()
            },
            sessions: vec![Session {
                from_step: 7,
                program: Program::this(),
            }],
        };
        let json = serde_json::to_vec(&record).unwrap();
        assert_eq!(serde_json::from_slice::<Record>(&json).unwrap(), record);
    }

    #[test]
    fn configs_differ_by_named_entries() {
        let kept = twinglyph_core::training::proposal();
        let mut asked = kept.clone();
        assert!(config_differences(&kept, &asked).is_empty());
        asked.steps = 7;
        asked.augment.class.rotation = 3.0;
        let told = config_differences(&kept, &asked);
        assert_eq!(told.len(), 2);
        assert!(told[0].starts_with("augment.class.rotation: "), "{told:?}");
        assert!(told[1].ends_with(", 7 asked for"), "{told:?}");
    }
}
