//! Parts of runs on their way to the worker and back: one at a time, in order, none lost when the
//! worker is replaced.

use std::collections::VecDeque;
use std::sync::Arc;

use twinglyph_core::Bitmap;
use twinglyph_core::protocol::{Command, DeviceKind, Failure, FailureKind, Judge};
use twinglyph_core::score::Calibration;

use super::{Action, Flight, Link, News, Phase};

/// Drawings to be compared: a part of a run of trials.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Job {
    /// Who compares.
    pub(crate) judge: Judge,
    /// Every one of these
    pub(crate) queries: Vec<Bitmap>,
    /// with every one of these.
    pub(crate) support: Vec<Bitmap>,
}

/// How alike they are.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Scored {
    /// As given to [`Link::score`].
    pub(crate) ticket: u64,
    /// Raw scores, query by query; higher is more alike.
    pub(crate) scores: Vec<Vec<f32>>,
    /// Makes similarities of them.
    pub(crate) calibration: Calibration,
    /// Time in the worker, milliseconds.
    pub(crate) milliseconds: f32,
    /// Where it ran.
    pub(crate) device: DeviceKind,
}

/// Jobs that wait, the first of them perhaps at the worker.
#[derive(Debug, Default)]
pub(super) struct Scoring {
    jobs: VecDeque<(u64, Arc<Job>)>,
    flight: Option<Flight>,
}

impl Scoring {
    /// The request on its way.
    pub(super) fn flight(&self) -> Option<Flight> {
        self.flight
    }

    /// The worker is gone: the job that it had is sent again.
    pub(super) fn again(&mut self) {
        self.flight = None;
    }
}

impl Link {
    /// Asks for the scores of a job; answered by [`News::Scores`] or [`News::NoScores`].
    pub(crate) fn score(&mut self, ticket: u64, job: Arc<Job>) -> Vec<Action> {
        let mut out = Vec::new();
        self.scoring.jobs.push_back((ticket, job));
        self.send_job(&mut out);
        self.finish(out)
    }

    pub(super) fn send_job(&mut self, out: &mut Vec<Action>) {
        if self.phase != Phase::Up || self.scoring.flight.is_some() {
            return;
        }
        if let Some((_, job)) = self.scoring.jobs.front() {
            let Job {
                judge,
                queries,
                support,
            } = job.as_ref().clone();
            let command = Command::Score {
                judge,
                queries,
                support,
            };
            self.scoring.flight = Some(self.send(command, out));
        }
    }

    /// Part of a job is done.
    pub(super) fn scoring_goes_on(&mut self, id: u32) {
        if let Some(flight) = &mut self.scoring.flight
            && flight.id == id
        {
            flight.since = self.clock;
        }
    }

    pub(super) fn scored(
        &mut self,
        id: u32,
        (scores, calibration, milliseconds, device): (Vec<Vec<f32>>, Calibration, f32, DeviceKind),
        out: &mut Vec<Action>,
    ) {
        if let Some(ticket) = self.take_job(id) {
            out.push(Action::Tell(News::Scores(Scored {
                ticket,
                scores,
                calibration,
                milliseconds,
                device,
            })));
            self.send_job(out);
        }
    }

    /// Was this the failure of a job? A lost device's is not: the next worker gets the job again.
    pub(super) fn not_scored(&mut self, id: u32, failure: &Failure, out: &mut Vec<Action>) -> bool {
        if failure.kind == FailureKind::Device {
            return false;
        }
        let Some(ticket) = self.take_job(id) else {
            return false;
        };
        out.push(Action::Tell(News::NoScores(
            ticket,
            failure.message.clone(),
        )));
        self.send_job(out);
        true
    }

    /// The ticket of the job that this request was; the job is done.
    fn take_job(&mut self, id: u32) -> Option<u64> {
        self.scoring.flight.filter(|flight| flight.id == id)?;
        self.scoring.flight = None;
        // What waited behind it in the worker begins only now.
        let clock = self.clock;
        let waiting = [
            self.asked.as_mut().map(|(flight, _)| flight),
            self.embedding.as_mut(),
            self.pinged.as_mut(),
        ];
        for flight in waiting.into_iter().flatten() {
            flight.since = clock;
        }
        self.scoring.jobs.pop_front().map(|(ticket, _)| ticket)
    }
}
