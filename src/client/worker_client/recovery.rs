//! What is done about a worker that is silent, dies, or has no memory left.

use twinglyph_core::protocol::{Command, DeviceKind, DevicePreference, Failure, FailureKind};

use super::limits::{
    BOOT_LIMIT, CRASH_WINDOW, CRASHES_MOST, LONGEST_TICK, PING_EVERY, STALL_LIMIT, STALLS_MOST,
    STEP_LIMIT,
};
use super::table::{Asker, Kind, NOBODY};
use super::{Effect, Phase, Update, WorkerClient};
use crate::words::words;

impl WorkerClient {
    /// The worker died or spoke nonsense; `why` is a clause for people, as "it stopped with an
    /// error".
    pub(crate) fn crashed(&mut self, why: &str) -> Vec<Effect> {
        let mut out = Vec::new();
        match self.phase {
            Phase::Down => {}
            Phase::Booting { .. } => self.replace(words().failures.not_loaded, &mut out),
            Phase::Starting | Phase::Up => self.replace(why, &mut out),
        }
        self.finish(out)
    }

    /// The worker said why it stops, before its program runs or after.
    pub(crate) fn last_words(&mut self, last: &str) -> Vec<Effect> {
        if matches!(self.phase, Phase::Booting { .. }) {
            let mut out = Vec::new();
            self.stall_limit *= 2.0;
            self.replace(&words().failures.not_loaded_why(last), &mut out);
            return self.finish(out);
        }
        self.crashed(&words().failures.stopped_why(last))
    }

    /// The worker had no memory left. What it was about to do is not tried again.
    pub(crate) fn out_of_memory(&mut self) -> Vec<Effect> {
        let mut out = Vec::new();
        if self.phase == Phase::Down {
            return out;
        }
        if let Some(ticket) = self.table.pending(Kind::Training) {
            self.table.end(Kind::Training, self.clock);
            let failure = Failure {
                kind: FailureKind::Device,
                message: words().failures.run_too_large.to_owned(),
            };
            let kind = Kind::Training;
            out.push(Effect::Tell(Update::Failed(
                Asker { kind, ticket },
                failure,
            )));
        }
        let before = self.loaded.clone().filter(|loaded| *loaded != self.model);
        let why = match before {
            Some(before) => {
                let wanted = std::mem::replace(&mut self.model, before.clone());
                words().failures.no_memory_for(&wanted, &before)
            }
            None => words().failures.no_memory.to_owned(),
        };
        self.replace(&why, &mut out);
        self.finish(out)
    }

    /// So many milliseconds passed.
    pub(crate) fn tick(&mut self, milliseconds: f64) -> Vec<Effect> {
        let mut out = Vec::new();
        self.clock += milliseconds.clamp(0.0, LONGEST_TICK);
        match self.phase {
            Phase::Down => {}
            Phase::Booting { since, runs } => {
                let limit = if runs { BOOT_LIMIT } else { self.stall_limit };
                if self.clock - since > limit {
                    self.stall_limit *= 2.0;
                    self.replace(words().failures.late, &mut out);
                }
            }
            Phase::Starting | Phase::Up => {
                // On a graphics device all but rankings wait behind a step of training, which may be long.
                let trains = self.table.is_pending(Kind::Training);
                let more = if trains && self.device == Some(DeviceKind::WebGpu) {
                    STEP_LIMIT
                } else {
                    0.0
                };
                match self.table.late(self.clock, self.answer_limit, more) {
                    Some(Kind::Engine) => {
                        // A driver that hangs once hangs again; the processor does not.
                        self.preference = DevicePreference::Only(DeviceKind::Cpu);
                        self.replace(words().failures.hung, &mut out);
                    }
                    Some(_) => self.replace(words().failures.silent, &mut out),
                    None => self.ping(&mut out),
                }
            }
        }
        self.finish(out)
    }

    /// Asks an idle worker for a sign of life.
    fn ping(&mut self, out: &mut Vec<Effect>) {
        let is_idle = !self.table.is_busy() && !self.table.is_pending(Kind::Ping);
        if self.phase == Phase::Up && is_idle && self.clock - self.heard > PING_EVERY {
            self.post(Kind::Ping, 0, Command::Ping, out);
        }
    }

    pub(super) fn spawn(&mut self, out: &mut Vec<Effect>) {
        self.phase = Phase::Booting {
            since: self.clock,
            runs: false,
        };
        self.lose_worker(out);
        self.capable = false;
        self.heard = self.clock;
        out.push(Effect::Spawn);
    }

    /// Ends the worker and starts another, or gives up where that has not helped; `why` is a clause.
    pub(super) fn replace(&mut self, why: &str, out: &mut Vec<Effect>) {
        self.crashes.push_back(self.clock);
        while self
            .crashes
            .front()
            .is_some_and(|&at| self.clock - at > CRASH_WINDOW)
        {
            self.crashes.pop_front();
        }
        // Boots that run into their limit are too far apart to meet in the window.
        let hopeless = self.stall_limit > STALL_LIMIT * STALLS_MOST;
        if self.crashes.len() >= CRASHES_MOST || hopeless {
            let message = words().failures.given_up(why);
            self.give_up(&message, out);
            return;
        }
        // A device that breaks the worker whenever it is used breaks it once more.
        let again = self.crashes.len() + 1 == CRASHES_MOST;
        let instead = if again && self.device == Some(DeviceKind::WebGpu) {
            self.preference = DevicePreference::Only(DeviceKind::Cpu);
            words().failures.processor_now
        } else {
            ""
        };
        out.push(Effect::Terminate);
        out.push(Effect::Tell(Update::Replaced {
            why: why.to_owned(),
            instead,
        }));
        self.spawn(out);
    }

    /// What the worker had been asked and told is gone with it.
    fn lose_worker(&mut self, out: &mut Vec<Effect>) {
        self.table.restart(true, out);
        self.lose_support();
    }

    /// There will be no worker until the person asks for one.
    pub(super) fn give_up(&mut self, message: &str, out: &mut Vec<Effect>) {
        self.phase = Phase::Down;
        self.lose_worker(out);
        out.push(Effect::Terminate);
        let failure = Failure {
            kind: FailureKind::Device,
            message: message.to_owned(),
        };
        out.push(Effect::Tell(Update::Failed(NOBODY, failure)));
    }
}

#[cfg(test)]
mod tests;
