//! Training steps shared with further workers: the trainer's end, and theirs.
//!
//! Each partner has a copy of the network and computes one part of each batch, round by round ([`Round`]); the trainer
//! computes the parts that nobody has. Who computes a part changes no number of it, so a partner that is late, silent or
//! lost costs a step some time and nothing else.

use std::cell::Cell;
use std::rc::Rc;

use twinglyph_core::Alphabet;
use twinglyph_core::protocol::Drawings;
use twinglyph_core::training::{TrainConfig, sample_part};
use twinglyph_nn::train::CpuLearner;
use twinglyph_nn::{Found, Replica, Round, RoundError, Share};

use crate::messages::{Answer, Question};
use crate::remote::{Answering, OTHER_ANSWER, drawings};
use crate::server::alphabets;
use crate::{Helper, Remote};

/// Starts a further worker on the CPU.
pub type Start = Rc<dyn Fn() -> Remote>;

/// Rests, ten seconds, after which a partner that has not done its round is taken for lost. The leader waits six times
/// as long for the whole step.
const SILENT: u32 = 100;

/// After so many partners were lost, no other is started for a run.
const LOSSES: u32 = 3;

/// The workers beside a trainer.
pub(crate) struct Partners {
    start: Start,
    members: Vec<Member>,
    losses: u32,
    /// Bytes that they have taken.
    memory: Rc<Cell<u64>>,
}

struct Member {
    remote: Remote,
    /// Its answer to [`Question::Join`], until it is there.
    joins: Option<Answering>,
}

/// Why a step was not done with these partners.
enum Failure {
    /// The partner of this number among those of the step is lost.
    Partner(usize, String),
    /// The run can't go on.
    Run(String),
}

impl From<RoundError> for Failure {
    fn from(error: RoundError) -> Self {
        Self::Run(error.to_string())
    }
}

impl Member {
    /// Has it joined the run? `Err` when it can't.
    fn is_ready(&mut self) -> Result<bool, String> {
        let Some(joins) = &mut self.joins else {
            return Ok(true);
        };
        match joins.try_recv() {
            Ok(None) => Ok(false),
            Ok(Some(answer)) => answer.map(|_| {
                self.joins = None;
                true
            }),
            Err(_) => Err("it was ended".to_owned()),
        }
    }
}

impl Partners {
    pub(crate) fn new(start: Start, memory: Rc<Cell<u64>>) -> Self {
        Self {
            start,
            members: Vec::new(),
            losses: 0,
            memory,
        }
    }

    /// Ends all of them; the next step starts others.
    pub(crate) fn end(&mut self) {
        self.members.clear();
        self.memory.set(0);
    }

    /// Learns from the next batch by at most so many workers, those that have joined. Starts those that are missing.
    ///
    /// # Errors
    /// When there is no batch.
    pub(crate) async fn step(
        &mut self,
        learner: &mut CpuLearner,
        training: &[Alphabet],
        workers: usize,
    ) -> Result<usize, String> {
        self.call(learner, training, workers);
        loop {
            let ready = self.ready(workers - 1);
            match self.shared_step(learner, training, &ready).await {
                Ok(drawings) => {
                    learner.finish();
                    let taken = self.members.iter().map(|member| member.remote.memory());
                    self.memory.set(taken.sum());
                    return Ok(drawings);
                }
                // Nothing of the step counts yet: it is begun again by those who are left.
                Err(Failure::Partner(at, error)) => self.lose(ready[at], &error),
                Err(Failure::Run(error)) => return Err(error),
            }
        }
    }

    /// Starts the workers that are missing.
    fn call(&mut self, learner: &CpuLearner, training: &[Alphabet], workers: usize) {
        let config = twinglyph_nn::backend::Learner::config(learner);
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

    fn lose(&mut self, at: usize, error: &str) {
        log::warn!("a worker that shares steps of training: {error}");
        self.members.remove(at);
        self.losses += 1;
    }

    /// A step up to its gradient, by the trainer and these members; how many drawings the batch has.
    async fn shared_step(
        &self,
        learner: &mut CpuLearner,
        training: &[Alphabet],
        members: &[usize],
    ) -> Result<usize, Failure> {
        let run = learner.run();
        let (config, step) = (run.config(), run.steps());
        let remotes: Vec<&Remote> = members.iter().map(|&at| &self.members[at].remote).collect();
        let mut answers: Vec<Answering> = Vec::new();
        let mut own = Share::default();
        // They begin while the trainer draws its images.
        let batch = sample_part(training, config, step, |images| {
            let mut shares = Share::among(images, config.parts as usize, remotes.len() + 1);
            own = shares.remove(0);
            answers.extend(remotes.iter().zip(shares).map(|(remote, share)| {
                remote.tell(Question::Begin {
                    step,
                    share,
                    parameters: run.parameters().to_vec(),
                })
            }));
            own.images()
        });
        let batch = batch.map_err(|error| Failure::Run(error.to_string()))?;
        let remotes = &remotes[..answers.len()];
        let mut round = run.begin(&batch.images, own)?;
        loop {
            let mut found = vec![run.round(&round)?];
            for (at, (remote, answer)) in remotes.iter().zip(answers).enumerate() {
                match remote.wait(answer, SILENT).await {
                    Ok(Answer::Part(of_partner)) => found.push(of_partner),
                    Ok(_) => return Err(Failure::Partner(at, OTHER_ANSWER.to_owned())),
                    Err(error) => return Err(Failure::Partner(at, error)),
                }
            }
            let Some(next) = run.next(&round, found)? else {
                return Ok(2 * batch.classes);
            };
            round = next;
            let ask = |remote: &&Remote| remote.tell(Question::Round(round.clone()));
            answers = remotes.iter().map(ask).collect();
        }
    }
}

/// What a partner has of a run.
pub(crate) struct Joined {
    config: TrainConfig,
    training: Vec<Alphabet>,
    replica: Replica,
}

impl Joined {
    pub(crate) fn new(config: TrainConfig, training: Vec<Drawings>) -> Result<Self, String> {
        Ok(Self {
            replica: Replica::new(config.architecture).map_err(|error| error.to_string())?,
            training: alphabets(training)?,
            config,
        })
    }

    /// The first round of a step.
    pub(crate) fn begin(
        &mut self,
        step: u32,
        share: Share,
        parameters: Vec<f32>,
    ) -> Result<Found, String> {
        let images = share.images();
        let batch = sample_part(&self.training, &self.config, step, |_| images);
        let batch = batch.map_err(|error| error.to_string())?;
        let begun = self.replica.begin(parameters, share, &batch.images);
        begun.map_err(|error| error.to_string())?;
        self.round(&Round::FIRST)
    }

    pub(crate) fn round(&mut self, round: &Round) -> Result<Found, String> {
        self.replica.round(round).map_err(|error| error.to_string())
    }
}
