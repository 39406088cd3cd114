//! What a run has told so far: losses, answers on held-out characters, what it has changed.
//!
//! Knows updates of the worker; refuses to know the document.

use serde::{Deserialize, Serialize};
use twinglyph_core::plot::{Axis, Mark, Place, Plot, Series};
use twinglyph_core::protocol::{Memory, TrainUpdate};
use twinglyph_core::score::Tally;

use super::Form;
use crate::words::words;

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
    Plot {
        title: words().train.by_step(label),
        x: Axis::counting(words().train.steps_axis, steps),
        y: Axis {
            label: label.to_owned(),
            range: (0.0, most),
            ticks: (0..=5).map(|at| most * f64::from(at) / 5.0).collect(),
        },
        series: vec![Series {
            name: label.to_owned(),
            mark,
            places,
        }],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn steps_are_marked_at_whole_numbers() {
        let plot = plot("loss", 0.7, Mark::Line, Vec::new(), 6);
        assert_eq!(plot.x.ticks, [0.0, 2.0, 4.0, 6.0]);
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
}
