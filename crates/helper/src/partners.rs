//! Training steps shared with further workers: the trainer's end, and theirs.
//!
//! Each partner has a copy of the network and computes one part of each batch, round by round ([`Round`]); the trainer
//! computes the parts that nobody has. Who computes a part changes no number of it, so a partner that is late, silent
//! or lost costs a step some time and nothing else.

use std::cell::Cell;
use std::pin::pin;
use std::rc::Rc;

use twinglyph_core::Alphabet;
use twinglyph_core::protocol::Drawings;
use twinglyph_core::training::{Batch, TrainConfig, sample_part};
use twinglyph_nn::backend::{DeviceError, SharedPart, SharedRun};
use twinglyph_nn::{Found, Round, RoundError, Share};

use crate::messages::{Answer, Question};
use crate::remote::{Answering, drawings, other_answer};
use crate::server::alphabets;
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
    /// The trainer's own share.
    own: Share,
    /// Its images.
    batch: Batch,
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
            losses: 0,
            memory,
        }
    }

    /// Ends all of them; the next step starts others.
    pub(crate) fn end(&mut self) {
        self.begun = None;
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
            let drawings = 2 * begun.batch.classes;
            match self.shared_step(run, begun).await {
                Ok(()) => {
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
        &self,
        run: &dyn SharedRun,
        training: &[Alphabet],
        members: &[usize],
    ) -> Result<Begun, DeviceError> {
        let (config, step) = (run.config(), run.steps());
        let mut partners = Vec::new();
        let mut own = Share::default();
        // They begin while the trainer draws its images.
        let batch = sample_part(training, config, step, |images| {
            let mut shares = Share::among(images, config.parts as usize, members.len() + 1);
            own = shares.remove(0);
            partners.extend(members.iter().zip(shares).map(|(&at, share)| {
                let remote = &self.members[at].remote;
                let begin = Question::Begin { step, share };
                (at, remote.tell_beside(begin, run.parameters()))
            }));
            own.images()
        });
        Ok(Begun {
            step,
            partners,
            own,
            batch: batch.map_err(DeviceError::new)?,
        })
    }

    /// A step up to its gradient.
    async fn shared_step(&self, run: &mut dyn SharedRun, begun: Begun) -> Result<(), Failure> {
        let Begun {
            own,
            batch,
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
        let mut round = run.begin(&batch.images, own)?;
        loop {
            let mut found = vec![run.round(&round)?];
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

/// What a partner has of a run.
pub(crate) struct Joined {
    config: TrainConfig,
    training: Vec<Alphabet>,
    part: Box<dyn SharedPart>,
    /// The step that was begun last, and its share.
    last: Option<(u32, Share)>,
    /// Is it done?
    is_over: bool,
    /// The images of the same share of the step after it.
    ahead: Option<Batch>,
}

impl Joined {
    pub(crate) fn new(
        part: Box<dyn SharedPart>,
        config: TrainConfig,
        training: Vec<Drawings>,
    ) -> Result<Self, DeviceError> {
        Ok(Self {
            part,
            training: alphabets(training)?,
            config,
            last: None,
            is_over: false,
            ahead: None,
        })
    }

    /// The first round of a step.
    pub(crate) fn begin(
        &mut self,
        step: u32,
        share: Share,
        parameters: Vec<f32>,
    ) -> Result<Found, DeviceError> {
        let ahead = self.ahead.take();
        let is_next = |(last, of): &(u32, Share)| *last + 1 == step && *of == share;
        let batch = match ahead.filter(|_| self.last.as_ref().is_some_and(is_next)) {
            Some(batch) => batch,
            None => self.images(step, &share)?,
        };
        self.last = Some((step, share.clone()));
        self.is_over = false;
        let begun = self.part.begin(parameters, share, &batch.images);
        begun.map_err(DeviceError::new)?;
        self.round(&Round::FIRST)
    }

    pub(crate) fn round(&mut self, round: &Round) -> Result<Found, DeviceError> {
        self.is_over = matches!(round, Round::Back { layer: 0, .. });
        self.part.round(round).map_err(DeviceError::new)
    }

    /// Draws the images of the next step, while the trainer ends this one.
    pub(crate) fn look_ahead(&mut self) {
        if !std::mem::take(&mut self.is_over) {
            return;
        }
        if let Some((last, share)) = &self.last {
            self.ahead = self.images(last + 1, share).ok();
        }
    }

    fn images(&self, step: u32, share: &Share) -> Result<Batch, DeviceError> {
        let batch = sample_part(&self.training, &self.config, step, |_| share.images());
        batch.map_err(DeviceError::new)
    }
}
