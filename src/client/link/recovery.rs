//! What is done about a worker that is silent, dies, or has no memory left.

use twinglyph_core::protocol::{Command, DeviceKind, DevicePreference, Failure, FailureKind};

use super::limits::{
    BOOT_LIMIT, CRASH_WINDOW, CRASHES_MOST, LONGEST_TICK, PING_EVERY, SCORES_LIMIT, START_LIMIT,
    STEP_LIMIT, SUPPORT_LIMIT,
};
use super::{Action, Flight, Link, News, Phase};

/// What a run of training is told that there was no memory for.
const RUN_TOO_LARGE: &str = "There is not enough memory for this run. Take fewer characters a batch, \
    fewer alphabets or a smaller network; the last checkpoint is kept.";

impl Link {
    /// The worker died or spoke nonsense; `why` is a clause for people, as "it stopped with an
    /// error".
    pub(crate) fn crashed(&mut self, why: &str) -> Vec<Action> {
        let mut out = Vec::new();
        match self.phase {
            Phase::Down => {}
            Phase::Booting { .. } => self.replace("it could not be loaded", &mut out),
            Phase::Starting(_) | Phase::Up => self.replace(why, &mut out),
        }
        self.finish(out)
    }

    /// The worker said why it stops, before its program runs or after.
    pub(crate) fn last_words(&mut self, words: &str) -> Vec<Action> {
        match self.phase {
            Phase::Booting { .. } => {
                let mut out = Vec::new();
                self.replace(&format!("it could not be loaded ({words})"), &mut out);
                self.finish(out)
            }
            _ => self.crashed(&format!("it stopped ({words})")),
        }
    }

    /// The worker had no memory left. What it was about to do is not tried again.
    pub(crate) fn out_of_memory(&mut self) -> Vec<Action> {
        let mut out = Vec::new();
        if self.phase == Phase::Down {
            return out;
        }
        if let Some(run) = self.training.take() {
            let told = News::NoTraining(run, RUN_TOO_LARGE.to_owned());
            out.push(Action::Tell(told));
        }
        let before = self.loaded.clone().filter(|loaded| *loaded != self.model);
        let why = match before {
            Some(before) => {
                let wanted = std::mem::replace(&mut self.model, before.clone());
                format!("there is not enough memory for {wanted}, so {before} goes on")
            }
            None => "there was no memory left; close other pages if it happens again".to_owned(),
        };
        self.replace(&why, &mut out);
        self.finish(out)
    }

    /// So many milliseconds passed.
    pub(crate) fn tick(&mut self, milliseconds: f64) -> Vec<Action> {
        let mut out = Vec::new();
        self.clock += milliseconds.clamp(0.0, LONGEST_TICK);
        let late = |flight: Option<Flight>, limit: f64| {
            flight.is_some_and(|flight| self.clock - flight.since > limit)
        };
        match self.phase {
            Phase::Down => {}
            Phase::Booting { since } => {
                if self.clock - since > self.boot_limit {
                    self.boot_limit *= 2.0;
                    self.replace("it did not load in time", &mut out);
                }
            }
            Phase::Starting(flight) => {
                if late(Some(flight), START_LIMIT) {
                    // A driver that hangs once hangs again; the processor does not.
                    self.preference = DevicePreference::Only(DeviceKind::Cpu);
                    self.replace(
                        "it hung while trying devices, so the processor is used",
                        &mut out,
                    );
                }
            }
            Phase::Up => {
                // Everything waits behind a step of training, which is long on a slow device.
                let patience = if self.training.is_going() {
                    STEP_LIMIT
                } else {
                    0.0
                };
                // Everything else waits in the worker behind a part of a run of trials.
                let silent = match self.scoring.flight() {
                    Some(flight) => late(Some(flight), SCORES_LIMIT + patience),
                    None => {
                        late(
                            self.asked.map(|(flight, _)| flight),
                            self.answer_limit + patience,
                        ) || late(self.embedding, SUPPORT_LIMIT + patience)
                            || (self.embedding.is_none()
                                && late(self.pinged, self.answer_limit + patience))
                    }
                };
                if silent {
                    self.replace("it stopped answering", &mut out);
                } else if self.is_idle() && self.clock - self.heard > PING_EVERY {
                    self.pinged = Some(self.send(Command::Ping, &mut out));
                }
            }
        }
        self.finish(out)
    }

    pub(super) fn spawn(&mut self, out: &mut Vec<Action>) {
        self.phase = Phase::Booting { since: self.clock };
        self.lose_worker(out);
        self.capable = false;
        self.heard = self.clock;
        self.waiting.clone_from(&self.last);
        out.push(Action::Spawn);
    }

    /// Ends the worker and starts another, or gives up where that has not helped; `why` is a clause.
    pub(super) fn replace(&mut self, why: &str, out: &mut Vec<Action>) {
        self.crashes.push_back(self.clock);
        while self
            .crashes
            .front()
            .is_some_and(|&at| self.clock - at > CRASH_WINDOW)
        {
            self.crashes.pop_front();
        }
        // Boots that run into their limit are too far apart to meet in the window.
        let hopeless = self.boot_limit > BOOT_LIMIT * 4.0;
        if self.crashes.len() >= CRASHES_MOST || hopeless {
            let message = format!(
                "The recogniser could not be kept running: {why}. The drawing is kept. Try \
                 again, or choose another device."
            );
            self.give_up(&message, out);
            return;
        }
        // A device that breaks the worker whenever it is used breaks it once more.
        let again = self.crashes.len() + 1 == CRASHES_MOST;
        let instead = if again && self.device == Some(DeviceKind::WebGpu) {
            self.preference = DevicePreference::Only(DeviceKind::Cpu);
            " The processor is used from now on."
        } else {
            ""
        };
        out.push(Action::Terminate);
        out.push(Action::Tell(News::Replaced(format!(
            "The recogniser was started anew: {why}.{instead} Nothing drawn is lost."
        ))));
        self.spawn(out);
    }

    /// What the worker had been asked and told is gone with it.
    fn lose_worker(&mut self, out: &mut Vec<Action>) {
        self.asked = None;
        self.embedding = None;
        self.embedded = None;
        self.pinged = None;
        self.scoring.again();
        self.mapping.again();
        self.lose_shelf(out);
        self.lose_training(out);
        self.lose_fetching();
    }

    /// There will be no worker until the person asks for one.
    pub(super) fn give_up(&mut self, message: &str, out: &mut Vec<Action>) {
        self.phase = Phase::Down;
        self.lose_worker(out);
        out.push(Action::Terminate);
        out.push(Action::Tell(News::Failed(Failure {
            kind: FailureKind::Device,
            message: message.to_owned(),
        })));
    }
}

#[cfg(test)]
mod tests;
