//! Training, kept models and looking into the network: wishes that wait for a worker, and a run
//! that may lose it.

use std::collections::VecDeque;

use twinglyph_core::Bitmap;
use twinglyph_core::protocol::{
    Command, Failure, FailureKind, TrainControl, TrainNews, TrainStart,
};

use super::{Action, Link, News, Phase};

/// What was asked for, and what is on its way.
#[derive(Debug, Default)]
pub(super) struct Training {
    /// Commands that wait for a worker.
    wishes: VecDeque<Command>,
    /// The run that the worker has, and the request that began it.
    run: Option<(u32, u32)>,
}

impl Training {
    /// Does the worker train?
    pub(super) fn is_going(&self) -> bool {
        self.run.is_some()
    }

    /// The run that the worker has, which it has no more.
    pub(super) fn take(&mut self) -> Option<u32> {
        self.run.take().map(|(run, _)| run)
    }
}

impl Link {
    /// Begins a run; answered by [`News::Training`].
    pub(crate) fn train(&mut self, start: Box<TrainStart>) -> Vec<Action> {
        self.wish(Command::Train(start))
    }

    /// Does something with the run on its way; without one nothing happens.
    pub(crate) fn control_training(&mut self, run: u32, control: TrainControl) -> Vec<Action> {
        if self.training.run.is_some_and(|(own, _)| own == run) {
            self.wish(Command::Control { run, control })
        } else {
            Vec::new()
        }
    }

    /// Asks something of the kept models; answered by [`News::Models`] or [`News::ModelFile`].
    pub(crate) fn ask_models(&mut self, command: Command) -> Vec<Action> {
        self.wish(command)
    }

    /// Asks what can be seen of the network; answered by [`News::Inspection`]. What was asked
    /// before and still waits for a worker is forgotten.
    pub(crate) fn inspect(
        &mut self,
        ticket: u64,
        query: Option<Bitmap>,
        other: Option<Bitmap>,
    ) -> Vec<Action> {
        let others = |wish: &Command| !matches!(wish, Command::Inspect { .. });
        self.training.wishes.retain(others);
        self.wish(Command::Inspect {
            ticket,
            query,
            other,
        })
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
            let run = match &wish {
                Command::Train(start) => Some(start.run),
                _ => None,
            };
            let request = self.send(wish, out).id;
            if let Some(run) = run {
                self.training.run = Some((run, request));
            }
        }
    }

    pub(super) fn hear_training(&mut self, run: u32, news: TrainNews, out: &mut Vec<Action>) {
        let own = self.training.run.is_some_and(|(own, _)| own == run);
        if own && matches!(news, TrainNews::Ended { .. }) {
            self.training.run = None;
        }
        out.push(Action::Tell(News::Training(run, news)));
    }

    /// Was this the failure of a run to begin, for another reason than a lost device?
    pub(super) fn not_begun(&mut self, id: u32, failure: &Failure, out: &mut Vec<Action>) -> bool {
        match self.training.run {
            Some((run, request)) if request == id && failure.kind != FailureKind::Device => {
                self.training.run = None;
                out.push(Action::Tell(News::NoTraining(run, failure.clone())));
                true
            }
            _ => false,
        }
    }

    /// The worker is gone, and with it the run.
    pub(super) fn lose_training(&mut self, out: &mut Vec<Action>) {
        if let Some(run) = self.training.take() {
            out.push(Action::Tell(News::TrainingLost(run)));
        }
    }
}
