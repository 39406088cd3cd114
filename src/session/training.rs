//! A run of training as the person asks for it, and what it has told so far.
//!
//! The form becomes the config that the worker, the lab and the batch on the page share. It knows
//! alphabets by name; refuses to know the worker and the document.

use std::sync::Arc;

use crate::words::words;
use serde::{Deserialize, Serialize};
use twinglyph_core::augment::{self, Spread};
use twinglyph_core::episode;
use twinglyph_core::plot::{Axis, Mark, Place, Plot, Series};
use twinglyph_core::protocol::{Memory, TrainUpdate};
use twinglyph_core::score::Tally;
use twinglyph_core::training::{BEGINNER, Loss, OptimizerConfig, TrainConfig, halves, proposal};
use twinglyph_core::{Alphabet, Architecture};

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
        if (self.rate, self.steps) == before {
            (self.rate, self.steps) = now;
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

/// Standard deviations that a difference of two rates exceeds by chance once in twenty times.
const TWO_SIDED: f64 = 1.96;

/// What a run has changed, in percentage points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Outcome {
    /// More is right than before, by more than chance.
    Better(f64),
    /// Less is right than before, by more than chance.
    Worse(f64),
    /// The difference could be chance.
    Same,
}

/// Answers to the trials on held-out characters at one moment of a run.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Validation {
    /// Steps done.
    pub(crate) step: u32,
    /// Right and wrong answers.
    pub(crate) tally: Tally,
    /// The choice in each trial that is shown, 0 where it is right.
    pub(crate) chosen: Vec<u32>,
}

/// What is kept of a run while it can go on from a checkpoint.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct KeptRun {
    /// The form that it was begun with.
    #[serde(flatten)]
    pub(crate) form: Form,
    /// What was told of the network before its first step.
    #[serde(default)]
    pub(crate) before: Option<TrainUpdate>,
}

impl KeptRun {
    /// From kept text; `None` where there is none, or none that can be read.
    #[must_use]
    pub(crate) fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

/// What a run has told.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Progress {
    /// Steps done.
    pub(crate) step: u32,
    /// Step and mean loss.
    pub(crate) losses: Vec<(u32, f32)>,
    /// Answers on held-out characters, in the order of steps.
    pub(crate) validations: Vec<Validation>,
    /// Images a second, last.
    pub(crate) images_per_second: f32,
    /// Learning rate, last.
    pub(crate) rate: f64,
    /// Memory in use, last.
    pub(crate) memory: Memory,
    /// Step of the checkpoint that is kept.
    pub(crate) kept: Option<u32>,
}

impl Progress {
    /// Adds an update of the run.
    pub(crate) fn add(&mut self, update: &TrainUpdate) {
        match update {
            TrainUpdate::Began { step, .. } => {
                // What was told after the checkpoint will be told again.
                self.step = *step;
                self.losses.retain(|(at, _)| at <= step);
                self.validations.retain(|one| one.step < *step);
            }
            TrainUpdate::Steps {
                step,
                loss,
                rate,
                images_per_second,
                memory,
            } => {
                self.memory = *memory;
                self.step = *step;
                self.losses.push((*step, *loss));
                self.rate = *rate;
                self.images_per_second = *images_per_second;
            }
            TrainUpdate::Validated {
                step,
                errors,
                trials,
                chosen,
            } => {
                if let Ok(tally) = Tally::new(*errors, *trials) {
                    self.validations.push(Validation {
                        step: *step,
                        tally,
                        chosen: chosen.clone(),
                    });
                }
            }
            TrainUpdate::Kept { step } => self.kept = Some(*step),
            TrainUpdate::Paused { step } | TrainUpdate::Ended { step, .. } => self.step = *step,
            TrainUpdate::NotKept { .. } | TrainUpdate::Resumed => {}
        }
    }

    /// Accuracy before the first step.
    #[must_use]
    pub(crate) fn before(&self) -> Option<Tally> {
        self.validations.first().map(|one| one.tally)
    }

    /// Accuracy last, if any step was done before it.
    #[must_use]
    pub(crate) fn after(&self) -> Option<Tally> {
        self.validations
            .last()
            .filter(|one| one.step > 0)
            .map(|one| one.tally)
    }

    /// What the run has changed on held-out characters, if it was tried on them before and after.
    #[must_use]
    pub(crate) fn outcome(&self) -> Option<Outcome> {
        let (before, after) = self.before().zip(self.after())?;
        let variance =
            |tally: Tally| tally.accuracy() * tally.error_rate() / f64::from(tally.trials().max(1));
        let gain = after.accuracy() - before.accuracy();
        let chance = TWO_SIDED * (variance(before) + variance(after)).sqrt();
        Some(if gain > chance {
            Outcome::Better(100.0 * gain)
        } else if gain < -chance {
            Outcome::Worse(-100.0 * gain)
        } else {
            Outcome::Same
        })
    }

    /// Time left of so many steps of so many images, seconds.
    #[must_use]
    pub(crate) fn left(&self, steps: u32, images: usize) -> Option<f64> {
        let speed = f64::from(self.images_per_second);
        let left = f64::from(steps.saturating_sub(self.step)) * images as f64;
        (speed > 0.0).then(|| left / speed)
    }

    /// Loss by step.
    #[must_use]
    pub(crate) fn loss_plot(&self, steps: u32) -> Plot {
        let most = self
            .losses
            .iter()
            .map(|(_, loss)| *loss)
            .fold(0.5, f32::max);
        let places = self.losses.iter().map(|&(step, loss)| Place {
            x: step.into(),
            y: loss.into(),
            interval: None,
        });
        plot(
            words().train.loss,
            f64::from(most).ceil(),
            Mark::Line,
            places.collect(),
            steps,
        )
    }

    /// Right answers on held-out characters by step.
    #[must_use]
    pub(crate) fn accuracy_plot(&self, steps: u32) -> Plot {
        let places = self.validations.iter().map(|one| {
            let interval = one.tally.accuracy_interval();
            Place {
                x: one.step.into(),
                y: one.tally.accuracy() * 100.0,
                interval: Some((interval.low * 100.0, interval.high * 100.0)),
            }
        });
        let label = words().train.right_held;
        plot(label, 100.0, Mark::Disc, places.collect(), steps)
    }
}

fn plot(label: &str, most: f64, mark: Mark, places: Vec<Place>, steps: u32) -> Plot {
    let axis = |label: &str, most: f64| Axis {
        label: label.to_owned(),
        range: (0.0, most),
        ticks: (0..=5).map(|at| most * f64::from(at) / 5.0).collect(),
    };
    Plot {
        title: words().train.by_step(label),
        x: axis(words().train.steps_axis, steps.max(1).into()),
        y: axis(label, most),
        series: vec![Series {
            name: label.to_owned(),
            mark,
            places,
        }],
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use twinglyph_core::invented;

    /// A run that was right so often of so many before and after.
    fn tried(before: (u32, u32), after: (u32, u32)) -> Option<Outcome> {
        let mut progress = Progress::default();
        for (step, (right, trials)) in [(0, before), (10, after)] {
            progress.add(&TrainUpdate::Validated {
                step,
                errors: trials - right,
                trials,
                chosen: Vec::new(),
            });
        }
        progress.outcome()
    }

    #[test]
    fn what_a_run_changed_is_told_from_chance() {
        let better = tried((758, 1000), (813, 1000));
        assert!(matches!(better, Some(Outcome::Better(points)) if (points - 5.5).abs() < 1e-9));
        assert_eq!(tried((966, 1000), (964, 1000)), Some(Outcome::Same));
        assert_eq!(tried((90, 100), (95, 100)), Some(Outcome::Same));
        assert!(matches!(
            tried((95, 100), (70, 100)),
            Some(Outcome::Worse(_))
        ));
        assert_eq!(tried((400, 400), (400, 400)), Some(Outcome::Same));
        // Not tried after the first step.
        let mut progress = Progress::default();
        progress.add(&TrainUpdate::Validated {
            step: 0,
            errors: 1,
            trials: 20,
            chosen: vec![0],
        });
        assert_eq!(progress.outcome(), None);
    }

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

    #[test]
    fn news_after_a_checkpoint_are_told_again_only_once() {
        let mut progress = Progress::default();
        let steps = |step| TrainUpdate::Steps {
            step,
            loss: 1.0,
            rate: 1e-3,
            images_per_second: 20.0,
            memory: Memory::default(),
        };
        let device = twinglyph_core::protocol::DeviceKind::Cpu;
        progress.add(&TrainUpdate::Began { step: 0, device });
        for step in [5, 10, 15] {
            progress.add(&steps(step));
        }
        progress.add(&TrainUpdate::Began { step: 10, device });
        progress.add(&steps(15));
        let told: Vec<u32> = progress.losses.iter().map(|(step, _)| *step).collect();
        assert_eq!(told, [5, 10, 15]);
        assert_eq!(progress.left(25, 40), Some(20.0));
    }

    proptest! {
        #[test]
        fn any_kept_text_is_borne(text in ".{0,80}") {
            let _ = Form::read(Some(&text));
        }
    }
}
