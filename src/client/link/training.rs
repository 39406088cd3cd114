//! Training and kept models: wishes that wait for a worker, and a run that may lose it.

use std::collections::VecDeque;

use twinglyph_core::protocol::{Command, TrainControl, TrainNews, TrainStart};

use super::{Action, Link, News, Phase};

/// What was asked for, and what is on its way.
#[derive(Debug, Default)]
pub(super) struct Training {
    /// Commands that wait for a worker.
    wishes: VecDeque<Command>,
    /// The run that the worker has.
    run: Option<u32>,
}

impl Training {
    /// Does the worker train?
    pub(super) fn is_going(&self) -> bool {
        self.run.is_some()
    }
}

impl Link {
    /// Begins a run; answered by [`News::Training`].
    pub(crate) fn train(&mut self, start: Box<TrainStart>) -> Vec<Action> {
        self.wish(Command::Train(start))
    }

    /// Does something with the run on its way; without one nothing happens.
    pub(crate) fn control_training(&mut self, run: u32, control: TrainControl) -> Vec<Action> {
        if self.training.run == Some(run) {
            self.wish(Command::Control { run, control })
        } else {
            Vec::new()
        }
    }

    /// Asks something of the kept models; answered by [`News::Models`] or [`News::ModelFile`].
    pub(crate) fn ask_models(&mut self, command: Command) -> Vec<Action> {
        self.wish(command)
    }

    fn wish(&mut self, command: Command) -> Vec<Action> {
        let mut out = Vec::new();
        self.training.wishes.push_back(command);
        self.send_wishes(&mut out);
        self.finish(out)
    }

    pub(super) fn send_wishes(&mut self, out: &mut Vec<Action>) {
        while self.phase == Phase::Up
            && let Some(wish) = self.training.wishes.pop_front()
        {
            if let Command::Train(start) = &wish {
                self.training.run = Some(start.run);
            }
            self.send(wish, out);
        }
    }

    pub(super) fn hear_training(&mut self, run: u32, news: TrainNews, out: &mut Vec<Action>) {
        if matches!(news, TrainNews::Ended { .. }) && self.training.run == Some(run) {
            self.training.run = None;
        }
        out.push(Action::Tell(News::Training(run, news)));
    }

    /// The worker is gone, and with it the run.
    pub(super) fn lose_training(&mut self, out: &mut Vec<Action>) {
        if let Some(run) = self.training.run.take() {
            out.push(Action::Tell(News::TrainingLost(run)));
        }
    }
}
