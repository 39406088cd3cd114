//! Training steps shared with further workers: the trainer's end.
//!
//! Each partner has a copy of the network and computes one part of each batch, round by round ([`twinglyph_nn::Round`]); the trainer
//! computes the parts that nobody has. Who computes a part changes no number of it, so a partner that is late, silent
//! or lost costs a step some time and nothing else.

use std::cell::Cell;
use std::pin::pin;
use std::rc::Rc;

use twinglyph_core::Alphabet;
use twinglyph_core::training::TrainConfig;
use twinglyph_nn::backend::{DeviceError, SharedRun};
use twinglyph_nn::{RoundError, Share};

use crate::ahead::Ahead;
use crate::messages::{Answer, Question};
use crate::remote::{Answering, drawings, other_answer};
use crate::{Helper, Remote};

/// Starts a further worker on the CPU.
pub type Start = Rc<dyn Fn() -> Remote>;

/// Timeout (rests, 20 s) for a partner's part of a step. The leader waits three times as long for the step.
const SILENT: u32 = 200;

/// Lost partners after which no other is started for a run.
const LOSSES: u32 = 3;

/// The workers beside a trainer.
pub(crate) struct Partners {
    start: Start,
    members: Vec<Member>,
    /// The next step.
    begun: Option<Begun>,
    /// The trainer's images of the step after it.
    ahead: Option<Ahead>,
    losses: u32,
    /// Bytes that they have taken.
    memory: Rc<Cell<u64>>,
}

struct Member {
    remote: Remote,
    /// Its answer to [`Question::Join`], until it is there.
    joins: Option<Answering>,
}

/// A step that is begun: by the partners while the trainer does what comes between two steps.
struct Begun {
    step: u32,
    /// Those that take part, by their numbers among the members, with their answers to [`Question::Begin`].
    partners: Vec<(usize, Answering)>,
    /// The trainer's own share, and its images.
    own: Share,
    images: Vec<f32>,
}

/// Why a step was not done with these partners.
enum Failure {
    /// The member of this number is lost.
    Partner(usize, DeviceError),
    /// The run can't go on.
    Run(DeviceError),
}

impl From<RoundError> for Failure {
    fn from(error: RoundError) -> Self {
        Self::Run(DeviceError::new(error))
    }
}

impl Member {
    /// Has it joined the run? `Err` when it can't.
    fn is_ready(&mut self) -> Result<bool, DeviceError> {
        let Some(joins) = &mut self.joins else {
            return Ok(true);
        };
        match joins.try_recv() {
            Ok(None) => Ok(false),
            Ok(Some(answer)) => answer.map(|_| {
                self.joins = None;
                true
            }),
            Err(_) => Err(DeviceError::new("it was ended")),
        }
    }
}

impl Partners {
    pub(crate) fn new(start: Start, memory: Rc<Cell<u64>>) -> Self {
        Self {
            start,
            members: Vec::new(),
            begun: None,
            ahead: None,
            losses: 0,
            memory,
        }
    }

    /// Ends all of them; the next step starts others.
    pub(crate) fn end(&mut self) {
        (self.begun, self.ahead) = (None, None);
        self.members.clear();
        self.memory.set(0);
    }

    /// Learns from the next batch by at most so many workers, those that have joined. Starts those that are missing.
    ///
    /// # Errors
    /// When there is no batch.
    pub(crate) async fn step(
        &mut self,
        run: &mut dyn SharedRun,
        training: &[Alphabet],
        workers: usize,
    ) -> Result<usize, DeviceError> {
        self.call(run.config(), training, workers);
        loop {
            let ready = self.ready(workers - 1);
            let of_step = |begun: &Begun| {
                let partners = begun.partners.iter().map(|(at, _)| *at);
                begun.step == run.steps() && partners.eq(ready.iter().copied())
            };
            let begun = match self.begun.take().filter(of_step) {
                Some(begun) => begun,
                None => self.begin(run, training, &ready)?,
            };
            let drawings = begun.own.batch;
            let workers = begun.partners.len() + 1;
            let mut ahead = Ahead::of_trainer(training, run.config(), begun.step + 1, workers)?;
            match self.shared_step(run, begun, &mut ahead).await {
                Ok(()) => {
                    self.ahead = Some(ahead);
                    run.finish();
                    if run.steps() < run.config().steps {
                        self.begun = Some(self.begin(run, training, &ready)?);
                    }
                    let taken = self.members.iter().map(|member| member.remote.memory());
                    self.memory.set(taken.sum());
                    return Ok(drawings);
                }
                // Nothing of the step counts yet: it is begun again by those who are left.
                Err(Failure::Partner(at, error)) => self.lose(at, &error),
                Err(Failure::Run(error)) => return Err(error),
            }
        }
    }

    /// Starts the workers that are missing.
    fn call(&mut self, config: &TrainConfig, training: &[Alphabet], workers: usize) {
        let wanted = workers.min(config.parts as usize) - 1;
        while self.members.len() < wanted && self.losses < LOSSES {
            let remote = (self.start)();
            let joins = remote.tell(Question::Join {
                config: Box::new(config.clone()),
                training: drawings(training),
            });
            self.members.push(Member {
                remote,
                joins: Some(joins),
            });
        }
    }

    /// The numbers of at most so many members that have joined.
    fn ready(&mut self, most: usize) -> Vec<usize> {
        let mut ready = Vec::new();
        let mut at = 0;
        while at < self.members.len() && ready.len() < most {
            match self.members[at].is_ready() {
                Ok(is_ready) => {
                    ready.extend(is_ready.then_some(at));
                    at += 1;
                }
                Err(error) => self.lose(at, &error),
            }
        }
        ready
    }

    fn lose(&mut self, at: usize, error: &DeviceError) {
        log::warn!("a worker that shares steps of training: {error}");
        self.members.remove(at);
        self.begun = None;
        self.losses += 1;
    }

    /// Begins the next step with these members.
    ///
    /// # Errors
    /// When there is no batch.
    fn begin(
        &mut self,
        run: &dyn SharedRun,
        training: &[Alphabet],
        members: &[usize],
    ) -> Result<Begun, DeviceError> {
        let (step, workers) = (run.steps(), members.len() + 1);
        let ahead = self.ahead.take();
        let Ahead { shares, batch, .. } = match ahead.filter(|ahead| ahead.is_of(step, workers)) {
            Some(ahead) => ahead,
            None => Ahead::of_trainer(training, run.config(), step, workers)?,
        };
        let mut shares = shares.into_iter();
        let own = shares.next().unwrap_or_default();
        let partners = members.iter().zip(shares).map(|(&at, share)| {
            let remote = &self.members[at].remote;
            let begin = Question::Begin { step, share };
            (at, remote.tell_beside(begin, run.parameters()))
        });
        Ok(Begun {
            step,
            partners: partners.collect(),
            own,
            images: batch.finish().images,
        })
    }

    /// A step up to its gradient. The images of the next step are drawn while messages travel.
    async fn shared_step(
        &self,
        run: &mut dyn SharedRun,
        begun: Begun,
        ahead: &mut Ahead,
    ) -> Result<(), Failure> {
        let Begun {
            own,
            images,
            mut partners,
            ..
        } = begun;
        let members = &self.members;
        let mut patience = pin!(async {
            if let Some(first) = members.first() {
                first.remote.rests(SILENT).await;
            }
        });
        let mut wait = async |at: usize, answer: &mut Answering| {
            let remote = &members[at].remote;
            let answer = remote.wait(answer, patience.as_mut(), "20 s").await;
            answer.map_err(|error| Failure::Partner(at, error))
        };
        let other = |at| Failure::Partner(at, other_answer());
        let mut round = run.begin(&images, own)?;
        loop {
            let mut found = vec![run.round(&round)?];
            run.catch_up();
            ahead.draw_behind(&round);
            for (at, answer) in &mut partners {
                match wait(*at, answer).await? {
                    Answer::Part(of_partner) => found.push(of_partner),
                    _ => return Err(other(*at)),
                }
            }
            let next = run
                .next(&round, found)
                .map_err(|error| match partners.first() {
                    // What the trainer found is of this round.
                    Some((at, _)) => Failure::Partner(*at, DeviceError::new(error)),
                    None => error.into(),
                });
            let Some(next) = next? else {
                return Ok(());
            };
            round = next;
            for (at, answer) in &mut partners {
                let remote = &members[*at].remote;
                *answer = remote.tell(Question::Round(round.clone()));
            }
        }
    }
}

impl Drop for Partners {
    fn drop(&mut self) {
        self.memory.set(0);
    }
}
