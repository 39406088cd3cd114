//! A run of training as the person asks for it, and what it has told so far.
//!
//! The form becomes the config that the worker, the lab and the batch on the page share. It knows
//! alphabets by name; refuses to know the worker and the document.

mod progress;

use std::sync::Arc;

use crate::words::words;
use serde::{Deserialize, Serialize};
use twinglyph_core::augment::{self, Spread};
use twinglyph_core::episode;
use twinglyph_core::training::{BEGINNER, Loss, OptimizerConfig, TrainConfig, halves, proposal};
use twinglyph_core::{Alphabet, Architecture};

pub(crate) use progress::{KeptRun, Outcome, Progress, Validation};

use super::library::plain_name;
use super::support::OWN;

/// Most steps of a run on the page: a night of the slowest device here.
pub(crate) const MOST_STEPS: u32 = 20_000;

/// Parts of `compact`, and the further block that `deep` has behind one, in the order of their
/// layers; freezing keeps the first ones.
const PARTS: [(&str, Option<&str>); 5] = [
    ("stem", None),
    ("down1", None),
    ("res1", Some("res1_2")),
    ("down2", None),
    ("res2", Some("res2_2")),
];

/// What a run shall be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Form {
    /// The model to start from; empty for fresh weights.
    pub(crate) from: String,
    /// Names of the alphabets to learn from.
    pub(crate) alphabets: Vec<String>,
    /// Names of those to hold out; none given means the same as are learned from. Of an alphabet
    /// that is in both, every second character is held out.
    pub(crate) held_out: Option<Vec<String>>,
    /// What is learned from a batch.
    pub(crate) loss: Loss,
    /// Highest learning rate.
    pub(crate) rate: f64,
    /// Number of steps.
    pub(crate) steps: u32,
    /// Characters of a batch, each drawn twice.
    pub(crate) characters: usize,
    /// Are drawings distorted?
    pub(crate) distorted: bool,
    /// How many of the network's first parts keep their weights.
    pub(crate) frozen: usize,
    /// Decides batches and fresh weights.
    pub(crate) seed: u32,
    /// Of a run that was begun with the person's own set, its fingerprint.
    pub(crate) own: Option<u32>,
}

impl Default for Form {
    fn default() -> Self {
        let proposal = proposal();
        let episode = proposal.episode;
        Self {
            from: BEGINNER.to_owned(),
            alphabets: Vec::new(),
            held_out: None,
            loss: proposal.loss,
            rate: proposal.optimizer.learning_rate,
            steps: proposal.steps,
            characters: episode.alphabets * episode.characters,
            distorted: true,
            frozen: 0,
            seed: 1,
            own: None,
        }
    }
}

/// Highest learning rate and steps that suit a start from this model: one that has learned already is moved little.
fn usual(from: &str) -> (f64, u32) {
    match from {
        BEGINNER | "" => (proposal().optimizer.learning_rate, proposal().steps),
        _ => (3e-4, 150),
    }
}

impl Form {
    /// A form from kept text; the usual one where it is missing or not readable.
    #[must_use]
    pub(crate) fn read(text: Option<&str>) -> Self {
        text.and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default()
    }

    /// Starts from another model; rate and steps that nobody has changed become those that suit it.
    pub(crate) fn start_from(&mut self, model: String) {
        let (before, now) = (usual(&self.from), usual(&model));
        if self.rate == before.0 {
            self.rate = now.0;
        }
        if self.steps == before.1 {
            self.steps = now.1;
        }
        self.from = model;
    }

    /// Names of the alphabets that are held out, wholly or by every second character.
    #[must_use]
    pub(crate) fn held_out(&self) -> &[String] {
        self.held_out.as_deref().unwrap_or(&self.alphabets)
    }

    /// Every alphabet that the run needs, each once.
    #[must_use]
    pub(crate) fn needed(&self) -> Vec<String> {
        let mut names = self.alphabets.clone();
        let others = self.held_out().iter();
        names.extend(
            others
                .filter(|name| !self.alphabets.contains(name))
                .cloned(),
        );
        names
    }

    /// Is the person's own set learned from, and is it held out?
    #[must_use]
    pub(crate) fn takes_own(&self) -> [bool; 2] {
        [&self.alphabets[..], self.held_out()].map(|names| names.iter().any(|name| name == OWN))
    }

    /// Learns from an alphabet, or no longer.
    pub(crate) fn learn(&mut self, name: &str, wanted: bool) {
        choose(&mut self.alphabets, name, wanted);
    }

    /// Holds an alphabet out, or no longer.
    pub(crate) fn hold_out(&mut self, name: &str, wanted: bool) {
        let mut held_out = self.held_out().to_vec();
        choose(&mut held_out, name, wanted);
        self.held_out = Some(held_out);
    }

    /// What is learned of these alphabets, and what is held out.
    #[must_use]
    pub(crate) fn split(&self, alphabets: &[Arc<Alphabet>]) -> [Vec<Alphabet>; 2] {
        let [mut learned, mut held_out] = [Vec::new(), Vec::new()];
        for alphabet in alphabets {
            let is_in = |names: &[String]| names.iter().any(|name| name == alphabet.name());
            match (is_in(&self.alphabets), is_in(self.held_out())) {
                (true, true) => {
                    let [one, other] = halves(alphabet);
                    learned.extend(one);
                    held_out.extend(other);
                }
                (true, false) => learned.push(alphabet.as_ref().clone()),
                (false, true) => held_out.push(alphabet.as_ref().clone()),
                (false, false) => {}
            }
        }
        [learned, held_out]
    }

    /// What keeps the run from beginning, one sentence.
    #[must_use]
    pub(crate) fn problem(&self) -> Option<&'static str> {
        if self.alphabets.is_empty() {
            Some(words().train.choose_one)
        } else if !(self.rate > 0.0 && self.rate <= 0.1) {
            Some(words().train.rate_range)
        } else if self.steps == 0 || self.steps > MOST_STEPS {
            Some(words().train.steps_range)
        } else if !(2..=128).contains(&self.characters) {
            Some(words().train.characters_range)
        } else {
            None
        }
    }

    /// The config of the run for a network.
    #[must_use]
    pub(crate) fn config(&self, architecture: Architecture) -> TrainConfig {
        let alphabets = self.alphabets.len().clamp(1, 4);
        let augment = if self.distorted {
            augment::Settings::default()
        } else {
            augment::Settings {
                class: Spread::NONE,
                image: Spread::NONE,
                stroke_width: [0.0, 0.0],
            }
        };
        let first = &PARTS[..self.frozen.min(PARTS.len())];
        let frozen: Vec<&str> = match architecture {
            Architecture::Compact => first.iter().map(|(part, _)| *part).collect(),
            Architecture::Deep => first
                .iter()
                .flat_map(|(part, further)| [Some(*part), *further])
                .flatten()
                .collect(),
            Architecture::Koch => Vec::new(),
        };
        let proposal = proposal();
        TrainConfig {
            architecture,
            seed: self.seed.into(),
            steps: self.steps,
            episode: episode::Settings {
                alphabets,
                characters: self.characters.div_ceil(alphabets),
                ..proposal.episode
            },
            loss: self.loss,
            frozen: frozen.into_iter().map(str::to_owned).collect(),
            augment,
            optimizer: OptimizerConfig {
                learning_rate: self.rate,
                ..proposal.optimizer
            },
            ..proposal
        }
    }
}

/// An alphabet's name for people.
#[must_use]
pub(crate) fn called(name: &str) -> String {
    match name {
        OWN => words().trials.own.to_owned(),
        _ => plain_name(name),
    }
}

/// Puts a name into a list, or takes it out.
fn choose(names: &mut Vec<String>, name: &str, wanted: bool) {
    names.retain(|other| other != name);
    if wanted {
        names.push(name.to_owned());
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use twinglyph_core::invented;

    #[test]
    fn alphabets_are_learned_held_out_or_both() {
        let alphabets: Vec<Arc<Alphabet>> = [1, 2, 3]
            .map(|seed| Arc::new(invented::alphabet(seed)))
            .to_vec();
        let name = |at: usize| alphabets[at].name().to_owned();
        let mut form = Form::default();
        form.learn(&name(0), true);
        form.learn(&name(1), true);
        let characters = |form: &Form| {
            form.split(&alphabets)
                .map(|part| part.iter().map(Alphabet::characters).collect::<Vec<_>>())
        };
        // As it begins: half of each is held out.
        assert_eq!(characters(&form), [vec![10, 10], vec![10, 10]]);
        form.hold_out(&name(1), false);
        form.hold_out(&name(2), true);
        assert_eq!(characters(&form), [vec![10, 20], vec![10, 20]]);
        assert_eq!(form.needed(), [name(0), name(1), name(2)]);
        form.learn(&name(0), false);
        assert_eq!(characters(&form), [vec![20], vec![20, 20]]);
    }

    #[test]
    fn ones_own_characters_are_one_more_alphabet() {
        let own = invented::alphabet(4);
        let own = Alphabet::new(OWN, twinglyph_core::Set::Own, 20, own.drawings().to_vec());
        let alphabets = [Arc::new(invented::alphabet(1)), Arc::new(own.unwrap())];
        let mut form = Form::default();
        assert_eq!(form.takes_own(), [false, false]);
        form.learn(alphabets[0].name(), true);
        form.learn(OWN, true);
        assert_eq!(form.takes_own(), [true, true]);
        form.hold_out(OWN, false);
        assert_eq!(form.takes_own(), [true, false]);
        let [learned, held_out] = form.split(&alphabets);
        assert_eq!((learned.len(), held_out.len()), (2, 1));
        assert_eq!(called(OWN), "your own characters");
        assert_eq!(called("Old_script"), "Old script");
    }

    #[test]
    fn the_form_becomes_a_config_that_the_lab_reads() {
        let form = Form {
            alphabets: vec!["a".into(), "b".into()],
            frozen: 2,
            ..Form::default()
        };
        assert_eq!(form.problem(), None);
        let config = form.config(Architecture::Compact);
        assert_eq!(config.episode.alphabets * config.episode.characters, 20);
        assert_eq!(config.frozen, ["stem", "down1"]);
        let deeper = Form {
            frozen: 3,
            ..form.clone()
        };
        let config_of_deep = deeper.config(Architecture::Deep);
        assert_eq!(config_of_deep.frozen, ["stem", "down1", "res1", "res1_2"]);
        let json = serde_json::to_string(&config).unwrap();
        assert_eq!(TrainConfig::parse(json.as_bytes()).unwrap(), config);
        assert!(Form::default().problem().is_some());
        let fast = Form {
            rate: f64::NAN,
            ..form
        };
        assert!(fast.problem().is_some());
    }

    proptest! {
        #[test]
        fn any_kept_text_is_borne(text in ".{0,80}") {
            let _ = Form::read(Some(&text));
        }
    }
}
