//! A helper's end of the messages: questions in, updates out, one question after the other.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use twinglyph_core::protocol::{Drawings, decode, encode};
use twinglyph_core::{Alphabet, Bitmap};
use twinglyph_nn::backend::{Accelerator, DeviceError, DeviceTwin};
use twinglyph_nn::train::CheckpointError;
use twinglyph_nn::weights::Metadata;

use crate::joined::Joined;
use crate::messages::{Answer, Ask, Message, Question, Update};
use crate::partners::Start;
use crate::{Helper, Local, TrainingRun};

/// The answer to a message.
pub struct Answered {
    /// For the leader.
    pub message: Message,
    /// Is it a failure? Then the device may be lost, which is to be told before.
    pub is_failure: bool,
}

/// What a helper has for its leader.
pub struct Server<A> {
    helper: Local<A>,
    twins: RefCell<BTreeMap<u32, Rc<dyn DeviceTwin>>>,
    runs: RefCell<BTreeMap<u32, Box<dyn TrainingRun>>>,
    joined: RefCell<Option<Joined>>,
}

impl<A: Accelerator> Server<A> {
    /// A helper by this backend.
    #[must_use]
    pub fn new(accelerator: A) -> Self {
        Self {
            helper: Local::new(accelerator),
            twins: RefCell::default(),
            runs: RefCell::default(),
            joined: RefCell::default(),
        }
    }

    /// With further workers, started so when steps of training are to be shared.
    #[must_use]
    pub fn sharing(mut self, start: Start) -> Self {
        self.helper = self.helper.sharing(start);
        self
    }

    /// The update that the device was lost, if it was.
    #[must_use]
    pub fn lost(&self) -> Option<Message> {
        Some(encode(&Update::Lost(self.helper.lost()?)).ok()?.into())
    }

    /// The answer to a message; `None` where the message makes no sense. Messages are to be handed over one at a time.
    pub async fn take(&self, message: Message) -> Option<Answered> {
        let Message { bytes, numbers } = message;
        let Ask { id, question } = match decode(&bytes) {
            Ok(ask) => ask,
            Err(error) => {
                log::error!("a message to a helper: {error}");
                return None;
            }
        };
        let answer = self.answer(question, numbers).await;
        let mut answer = answer.map_err(|error| error.said);
        let beside = answer.as_mut().ok().and_then(Answer::numbers);
        let numbers = beside.map(std::mem::take).unwrap_or_default();
        let memory = self.helper.memory();
        let is_failure = answer.is_err();
        let bytes = encode(&Update::Answer { id, answer, memory }).ok()?;
        let message = Message { bytes, numbers };
        Some(Answered {
            message,
            is_failure,
        })
    }

    /// Does what can be done between two questions.
    pub fn rest(&self) {
        if let Some(joined) = &mut *self.joined.borrow_mut() {
            joined.catch_up();
        }
    }

    async fn answer(&self, question: Question, numbers: Vec<f32>) -> Result<Answer, DeviceError> {
        Ok(match question {
            Question::Find => {
                let found = self.helper.find().await;
                Answer::Found(found.map(|adapter| (adapter.name, adapter.limit)))
            }
            Question::Load { twin, file } => {
                let loaded = self.helper.load(&file).await?;
                self.keep(twin, loaded)
            }
            Question::Embed {
                twin,
                drawings,
                views,
            } => {
                let embedding = self.twin(twin)?.embed(drawings, views).await?;
                Answer::Embedding {
                    images: embedding.images as u32,
                    global: embedding.global,
                    local: embedding.local,
                }
            }
            Question::File { twin, metadata } => {
                let metadata = Metadata::parse(Some(&metadata)).map_err(DeviceError::new)?;
                let file = self.twin(twin)?.file(&metadata).await;
                Answer::File(file.map_err(DeviceError::new)?)
            }
            Question::Forget { twin } => {
                self.twins.borrow_mut().remove(&twin);
                Answer::Done
            }
            Question::Train {
                run,
                config,
                from,
                training,
            } => {
                let training = alphabets(training)?;
                let begun = self.helper.train(&config, from.as_deref(), &training).await;
                self.begin(run, begun)?
            }
            Question::Resume {
                run,
                checkpoint,
                training,
            } => {
                let training = alphabets(training)?;
                let begun = self.helper.resume(&checkpoint, &training).await;
                self.begin(run, begun)?
            }
            Question::Rate { run, rate } => {
                let mut runs = self.runs.borrow_mut();
                let run = runs.get_mut(&run).ok_or_else(no_run)?;
                run.set_learning_rate(rate);
                Answer::Done
            }
            Question::Step { run, workers } => {
                let mut taken = self.take_run(run)?;
                let stepped = taken.step(workers as usize).await;
                self.runs.borrow_mut().insert(run, taken);
                Answer::Stepped {
                    drawings: stepped? as u32,
                }
            }
            Question::MeanLoss { run } => {
                let mut taken = self.take_run(run)?;
                let loss = taken.mean_loss().await;
                self.runs.borrow_mut().insert(run, taken);
                Answer::Loss(loss?)
            }
            Question::Checkpoint { run } => {
                let mut taken = self.take_run(run)?;
                let bytes = taken.checkpoint().await;
                self.runs.borrow_mut().insert(run, taken);
                Answer::File(bytes.map_err(DeviceError::new)?)
            }
            Question::Snapshot { run, twin } => {
                let snapshot = {
                    let runs = self.runs.borrow();
                    runs.get(&run).ok_or_else(no_run)?.snapshot()
                };
                self.keep(twin, snapshot)
            }
            Question::Scores {
                run,
                queries,
                support,
            } => {
                let taken = self.take_run(run)?;
                let [queries, support] = [&queries, &support].map(|of| of.iter().collect());
                let (queries, support): (Vec<&Bitmap>, Vec<&Bitmap>) = (queries, support);
                let scores = taken.scores(&queries, &support).await;
                self.runs.borrow_mut().insert(run, taken);
                Answer::Scores(scores?)
            }
            Question::End { run } => {
                self.runs.borrow_mut().remove(&run);
                Answer::Done
            }
            Question::Rest { run } => {
                let mut runs = self.runs.borrow_mut();
                runs.get_mut(&run).ok_or_else(no_run)?.rest();
                Answer::Done
            }
            Question::Join { config, training } => {
                let part = self.helper.join(config.architecture)?;
                *self.joined.borrow_mut() = Some(Joined::new(part, *config, training)?);
                Answer::Done
            }
            Question::Begin { step, share } => {
                let mut joined = self.joined.borrow_mut();
                let joined = joined.as_mut().ok_or_else(no_run)?;
                Answer::Part(joined.begin(step, share, numbers)?)
            }
            Question::Round(round) => {
                let mut joined = self.joined.borrow_mut();
                Answer::Part(joined.as_mut().ok_or_else(no_run)?.round(&round)?)
            }
            Question::Lose => {
                self.helper.lose();
                Answer::Done
            }
        })
    }

    fn keep(&self, twin: u32, network: Rc<dyn DeviceTwin>) -> Answer {
        self.twins.borrow_mut().insert(twin, network);
        Answer::Done
    }

    fn twin(&self, twin: u32) -> Result<Rc<dyn DeviceTwin>, DeviceError> {
        let twins = self.twins.borrow();
        let twin = twins.get(&twin).cloned();
        twin.ok_or_else(|| DeviceError::new("it has no such network"))
    }

    fn take_run(&self, run: u32) -> Result<Box<dyn TrainingRun>, DeviceError> {
        let taken = self.runs.borrow_mut().remove(&run);
        taken.ok_or_else(no_run)
    }

    fn begin(
        &self,
        run: u32,
        begun: Result<Box<dyn TrainingRun>, CheckpointError>,
    ) -> Result<Answer, DeviceError> {
        let begun = begun.map_err(DeviceError::new)?;
        let answer = Answer::Run {
            config: Box::new(begun.config().clone()),
            steps: begun.steps(),
        };
        self.runs.borrow_mut().insert(run, begun);
        Ok(answer)
    }
}

fn no_run() -> DeviceError {
    DeviceError::new("it has no such run")
}

pub(crate) fn alphabets(drawings: Vec<Drawings>) -> Result<Vec<Alphabet>, DeviceError> {
    let alphabets = drawings.into_iter().map(Alphabet::try_from);
    let alphabets: Result<_, _> = alphabets.collect();
    alphabets.map_err(DeviceError::new)
}
