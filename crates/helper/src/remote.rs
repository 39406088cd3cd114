//! The leader's end of the messages: a helper in another worker.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::rc::{Rc, Weak};
use std::task::Poll;

use futures_channel::oneshot;
use twinglyph_core::protocol::{Drawings, Obstacle, decode, encode};
use twinglyph_core::training::TrainConfig;
use twinglyph_core::{Alphabet, Bitmap, Views};
use twinglyph_nn::Embedding;
use twinglyph_nn::backend::{Adapter, DeviceError, DeviceTwin, LocalFuture};
use twinglyph_nn::train::CheckpointError;
use twinglyph_nn::weights::{Metadata, WeightsError};

use crate::messages::{Answer, Ask, Message, Question, Update};
use crate::{Helper, TrainingRun};

/// Timeout (rests, one minute) for an answer of a helper, which is then ended: as long as the page waits for one
/// training step.
const SILENT: u32 = 600;

/// The error of an answer of another kind than the question's.
pub(crate) fn other_answer() -> DeviceError {
    DeviceError::new("it gave an answer to another question")
}

/// Sends bytes, and numbers beside them.
type Post = Box<dyn Fn(&[u8], &[f32])>;

type Rest = Box<dyn Fn() -> LocalFuture<'static, ()>>;

type Waiting = oneshot::Sender<Result<Answer, DeviceError>>;

/// An answer on its way.
pub(crate) type Answering = oneshot::Receiver<Result<Answer, DeviceError>>;

/// A helper behind messages. Clones are the same one.
#[derive(Clone)]
pub struct Remote(Rc<Inner>);

struct Inner {
    /// Sends a message to the helper.
    post: Post,
    /// Ends the helper.
    end: Box<dyn Fn()>,
    /// Lets a tenth of a second pass.
    rest: Rest,
    /// Who waits for an answer.
    open: RefCell<BTreeMap<u32, Waiting>>,
    /// The last number of a question, a network or a run.
    last: Cell<u32>,
    found: RefCell<Option<Result<Adapter, Obstacle>>>,
    lost: RefCell<Option<String>>,
    memory: Cell<u64>,
}

/// A helper that its hearer does not keep alive.
pub struct WeakRemote(Weak<Inner>);

impl WeakRemote {
    /// The helper, if anybody still wants it.
    #[must_use]
    pub fn upgrade(&self) -> Option<Remote> {
        self.0.upgrade().map(Remote)
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        (self.end)();
    }
}

impl Remote {
    /// A helper to which messages are posted so, whose answers come by [`Remote::hear`]; `end` ends it for
    /// good, also when nobody wants it any more, `rest` lets a tenth of a second pass.
    pub fn new(
        post: impl Fn(&[u8], &[f32]) + 'static,
        end: impl Fn() + 'static,
        rest: impl Fn() -> LocalFuture<'static, ()> + 'static,
    ) -> Self {
        Self(Rc::new(Inner {
            post: Box::new(post),
            end: Box::new(end),
            rest: Box::new(rest),
            open: RefCell::default(),
            last: Cell::new(0),
            found: RefCell::default(),
            lost: RefCell::default(),
            memory: Cell::new(0),
        }))
    }

    /// The same helper, for who must not keep it alive.
    #[must_use]
    pub fn downgrade(&self) -> WeakRemote {
        WeakRemote(Rc::downgrade(&self.0))
    }

    /// Takes a message of the helper.
    pub fn hear(&self, message: Message) {
        let Message { bytes, numbers } = message;
        match decode(&bytes) {
            Ok(Update::Answer {
                id,
                mut answer,
                memory,
            }) => {
                if let Some(place) = answer.as_mut().ok().and_then(Answer::numbers) {
                    *place = numbers;
                }
                self.0.memory.set(memory);
                // Whoever asked may not wait any more.
                if let Some(waiting) = self.0.open.borrow_mut().remove(&id) {
                    let _ = waiting.send(answer.map_err(|said| DeviceError { said }));
                }
            }
            Ok(Update::Lost(said)) => self.give_up(said),
            Err(error) => self.give_up(error.to_string()),
        }
    }

    /// The helper is gone, or its device: whoever waits for it hears why.
    pub fn give_up(&self, why: String) {
        if self.0.lost.borrow().is_some() {
            return;
        }
        (self.0.end)();
        *self.0.lost.borrow_mut() = Some(why.clone());
        for (_, waiting) in std::mem::take(&mut *self.0.open.borrow_mut()) {
            let _ = waiting.send(Err(DeviceError::new(&why)));
        }
    }

    fn number(&self) -> u32 {
        self.0.last.set(self.0.last.get() + 1);
        self.0.last.get()
    }

    /// Asks without waiting for the answer.
    pub(crate) fn tell(&self, question: Question) -> Answering {
        self.tell_beside(question, &[])
    }

    /// The same, with numbers beside the question.
    pub(crate) fn tell_beside(&self, question: Question, numbers: &[f32]) -> Answering {
        let (sender, receiver) = oneshot::channel();
        if let Some(why) = self.0.lost.borrow().clone() {
            let _ = sender.send(Err(DeviceError { said: why }));
            return receiver;
        }
        let id = self.number();
        match encode(&Ask { id, question }) {
            Ok(message) => {
                self.0.open.borrow_mut().insert(id, sender);
                (self.0.post)(&message, numbers);
            }
            Err(error) => {
                let _ = sender.send(Err(DeviceError::new(error)));
            }
        }
        receiver
    }

    async fn ask(&self, question: Question) -> Result<Answer, DeviceError> {
        let mut answer = self.tell(question);
        let mut patience = pin!(self.rests(SILENT));
        self.wait(&mut answer, patience.as_mut(), "a minute").await
    }

    /// Lets so many tenths of a second pass.
    pub(crate) async fn rests(&self, count: u32) {
        for _ in 0..count {
            (self.0.rest)().await;
        }
    }

    /// The answer to a question that was told. The helper is ended when `patience` is over before that.
    pub(crate) async fn wait(
        &self,
        answer: &mut Answering,
        patience: Pin<&mut impl Future<Output = ()>>,
        how_long: &str,
    ) -> Result<Answer, DeviceError> {
        if let Some(answer) = before(patience, answer).await {
            return answer.unwrap_or_else(|_| Err(DeviceError::new("it was ended")));
        }
        let silent = format!("it said nothing for {how_long}");
        self.give_up(silent.clone());
        Err(DeviceError { said: silent })
    }

    fn twin(&self, number: u32) -> Rc<dyn DeviceTwin> {
        Rc::new(RemoteTwin {
            helper: self.clone(),
            number,
        })
    }

    async fn begin(
        &self,
        number: u32,
        question: Question,
    ) -> Result<Box<dyn TrainingRun>, CheckpointError> {
        match self.ask(question).await? {
            Answer::Run { config, steps } => Ok(Box::new(RemoteRun {
                helper: self.clone(),
                number,
                config: *config,
                steps,
            })),
            _ => Err(other_answer().into()),
        }
    }
}

/// What a future gives; `None` when the other one is over before.
async fn before<T>(
    late: impl Future<Output = ()>,
    future: impl Future<Output = T> + Unpin,
) -> Option<T> {
    let (mut late, mut future) = (pin!(late), pin!(future));
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(value) => Poll::Ready(Some(value)),
        Poll::Pending => late.as_mut().poll(context).map(|()| None),
    })
    .await
}

pub(crate) fn drawings(alphabets: &[Alphabet]) -> Vec<Drawings> {
    alphabets.iter().map(Drawings::from).collect()
}

impl Helper for Remote {
    fn find(&self) -> LocalFuture<'_, Result<Adapter, Obstacle>> {
        Box::pin(async {
            if let Some(said) = self.lost() {
                return Err(Obstacle::Lost { said });
            }
            if let Some(found) = self.0.found.borrow().clone() {
                return found;
            }
            let found = match self.ask(Question::Find).await {
                Ok(Answer::Found(found)) => found.map(|(name, limit)| Adapter { name, limit }),
                answer => {
                    let error = answer.err().unwrap_or_else(other_answer);
                    Err(Obstacle::Failed { said: error.said })
                }
            };
            *self.0.found.borrow_mut() = Some(found.clone());
            found
        })
    }

    fn load<'a>(
        &'a self,
        file: &'a [u8],
    ) -> LocalFuture<'a, Result<Rc<dyn DeviceTwin>, DeviceError>> {
        Box::pin(async move {
            let twin = self.number();
            let file = file.to_vec();
            self.ask(Question::Load { twin, file }).await?;
            Ok(self.twin(twin))
        })
    }

    fn train<'a>(
        &'a self,
        config: &'a TrainConfig,
        from: Option<&'a [u8]>,
        training: &'a [Alphabet],
    ) -> LocalFuture<'a, Result<Box<dyn TrainingRun>, CheckpointError>> {
        Box::pin(async move {
            let run = self.number();
            let question = Question::Train {
                run,
                config: Box::new(config.clone()),
                from: from.map(<[u8]>::to_vec),
                training: drawings(training),
            };
            self.begin(run, question).await
        })
    }

    fn resume<'a>(
        &'a self,
        checkpoint: &'a [u8],
        training: &'a [Alphabet],
    ) -> LocalFuture<'a, Result<Box<dyn TrainingRun>, CheckpointError>> {
        Box::pin(async move {
            let run = self.number();
            let question = Question::Resume {
                run,
                checkpoint: checkpoint.to_vec(),
                training: drawings(training),
            };
            self.begin(run, question).await
        })
    }

    fn lost(&self) -> Option<String> {
        self.0.lost.borrow().clone()
    }

    fn lose(&self) {
        drop(self.tell(Question::Lose));
    }

    fn memory(&self) -> u64 {
        self.0.memory.get()
    }
}

struct RemoteTwin {
    helper: Remote,
    number: u32,
}

impl Drop for RemoteTwin {
    fn drop(&mut self) {
        drop(self.helper.tell(Question::Forget { twin: self.number }));
    }
}

impl DeviceTwin for RemoteTwin {
    fn embed(
        &self,
        drawings: Vec<Bitmap>,
        views: Views,
    ) -> LocalFuture<'_, Result<Embedding, DeviceError>> {
        Box::pin(async move {
            let question = Question::Embed {
                twin: self.number,
                drawings,
                views,
            };
            match self.helper.ask(question).await? {
                Answer::Embedding {
                    images,
                    global,
                    local,
                } => Ok(Embedding {
                    images: images as usize,
                    global,
                    local,
                }),
                _ => Err(other_answer()),
            }
        })
    }

    fn file<'a>(
        &'a self,
        metadata: &'a Metadata,
    ) -> LocalFuture<'a, Result<Vec<u8>, WeightsError>> {
        Box::pin(async move {
            let question = Question::File {
                twin: self.number,
                metadata: metadata.entries(),
            };
            match self.helper.ask(question).await {
                Ok(Answer::File(bytes)) => Ok(bytes),
                answer => {
                    let error = answer.err().unwrap_or_else(other_answer);
                    Err(WeightsError::Device(error))
                }
            }
        })
    }
}

struct RemoteRun {
    helper: Remote,
    number: u32,
    config: TrainConfig,
    steps: u32,
}

impl Drop for RemoteRun {
    fn drop(&mut self) {
        drop(self.helper.tell(Question::End { run: self.number }));
    }
}

impl TrainingRun for RemoteRun {
    fn config(&self) -> &TrainConfig {
        &self.config
    }

    fn steps(&self) -> u32 {
        self.steps
    }

    fn set_learning_rate(&mut self, rate: f64) {
        self.config.optimizer.learning_rate = rate;
        let run = self.number;
        drop(self.helper.tell(Question::Rate { run, rate }));
    }

    fn step(&mut self, workers: usize) -> LocalFuture<'_, Result<usize, DeviceError>> {
        Box::pin(async move {
            let (run, workers) = (self.number, workers as u32);
            match self.helper.ask(Question::Step { run, workers }).await? {
                Answer::Stepped { drawings } => {
                    self.steps += 1;
                    Ok(drawings as usize)
                }
                _ => Err(other_answer()),
            }
        })
    }

    fn rest(&mut self) {
        let run = self.number;
        drop(self.helper.tell(Question::Rest { run }));
    }

    fn mean_loss(&mut self) -> LocalFuture<'_, Result<f32, DeviceError>> {
        Box::pin(async {
            let run = self.number;
            match self.helper.ask(Question::MeanLoss { run }).await? {
                Answer::Loss(loss) => Ok(loss),
                _ => Err(other_answer()),
            }
        })
    }

    fn checkpoint(&mut self) -> LocalFuture<'_, Result<Vec<u8>, CheckpointError>> {
        Box::pin(async {
            let run = self.number;
            match self.helper.ask(Question::Checkpoint { run }).await? {
                Answer::File(bytes) => Ok(bytes),
                _ => Err(other_answer().into()),
            }
        })
    }

    fn snapshot(&self) -> Rc<dyn DeviceTwin> {
        let (run, twin) = (self.number, self.helper.number());
        // Who uses it hears of an error.
        drop(self.helper.tell(Question::Snapshot { run, twin }));
        self.helper.twin(twin)
    }

    fn scores<'a>(
        &'a self,
        queries: &'a [&'a Bitmap],
        support: &'a [&'a Bitmap],
    ) -> LocalFuture<'a, Result<Vec<f32>, DeviceError>> {
        Box::pin(async move {
            let owned = |of: &[&Bitmap]| of.iter().map(|&drawing| drawing.clone()).collect();
            let question = Question::Scores {
                run: self.number,
                queries: owned(queries),
                support: owned(support),
            };
            match self.helper.ask(question).await? {
                Answer::Scores(scores) => Ok(scores),
                _ => Err(other_answer()),
            }
        })
    }
}
