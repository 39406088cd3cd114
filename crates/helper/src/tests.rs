#![allow(clippy::unwrap_used)]

use std::cell::RefCell;
use std::future::Future;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use twinglyph_core::protocol::Obstacle;
use twinglyph_core::training::TrainConfig;
use twinglyph_core::{Architecture, Views, invented};
use twinglyph_nn::backend::{Adapter, DeviceError, DeviceTwin, Learner, LocalFuture};
use twinglyph_nn::train::CheckpointError;
use twinglyph_nn::weights::Metadata;
use twinglyph_nn::{CpuAccelerator, Twin, Values, self_test};

use crate::{Helper, Local, Message, Remote, Server};

mod shared;

fn file() -> Vec<u8> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../assets/models/compact.safetensors"
    );
    std::fs::read(path).unwrap()
}

fn config() -> TrainConfig {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../configs/compact.json");
    let mut config = TrainConfig::parse(&std::fs::read(path).unwrap()).unwrap();
    (config.seed, config.steps) = (3, 4);
    (config.episode.alphabets, config.episode.characters) = (1, 4);
    config
}

/// A remote helper whose server runs in this thread, each message answered when it is posted.
fn connected() -> (Remote, Rc<RefCell<u32>>) {
    served_by(Server::new(CpuAccelerator::default()))
}

fn served_by(server: Server<CpuAccelerator>) -> (Remote, Rc<RefCell<u32>>) {
    let server = Rc::new(server);
    let ended = Rc::new(RefCell::new(0));
    let remote: Rc<RefCell<Option<crate::WeakRemote>>> = Rc::default();
    let (hears, counts) = (remote.clone(), ended.clone());
    let helper = Remote::new(
        move |bytes, numbers| {
            let answer = block(server.take(message(bytes, numbers))).unwrap();
            let hears = hears.borrow();
            if let Some(remote) = hears.as_ref().and_then(crate::WeakRemote::upgrade) {
                remote.hear(answer.message);
                server.rest();
            }
        },
        move || *counts.borrow_mut() += 1,
        || Box::pin(std::future::pending()),
    );
    *remote.borrow_mut() = Some(helper.downgrade());
    (helper, ended)
}

fn message(bytes: &[u8], numbers: &[f32]) -> Message {
    Message {
        bytes: bytes.to_vec(),
        numbers: numbers.to_vec(),
    }
}

fn block<T>(future: impl Future<Output = T>) -> T {
    pollster::block_on(future)
}

#[test]
fn a_remote_helper_embeds_as_a_local_one() {
    let (remote, _) = connected();
    let local = Local::new(CpuAccelerator::default());
    let found: Vec<_> = [&remote as &dyn Helper, &local]
        .into_iter()
        .map(|helper| {
            assert!(block(helper.find()).is_ok());
            let twin = block(helper.load(&file())).unwrap();
            block(twin.embed(self_test::drawings().to_vec(), Views::One)).unwrap()
        })
        .collect();
    assert_eq!(found[0], found[1]);
    let (twin, _) = Twin::read(&file()).unwrap();
    let both = Values::new(&found[0], Views::One);
    assert!(twinglyph_nn::builtin_models::passes_self_test(
        "compact",
        &self_test::numbers_of(&twin, &both)
    ));
}

/// All that is told of a run: losses, scores, the checkpoint's and the network's bytes.
fn trained(helper: &dyn Helper) -> (Vec<f32>, Vec<f32>, Vec<u8>, Vec<u8>) {
    let alphabets = [invented::alphabet(1), invented::alphabet(2)];
    let drawing = |character| alphabets[0].drawing(character, 0).unwrap();
    let mut run = block(helper.train(&config(), Some(&file()), &alphabets)).unwrap();
    let mut losses = Vec::new();
    for _ in 0..2 {
        assert_eq!(block(run.step(1)), Ok(8));
        losses.push(block(run.mean_loss()).unwrap());
    }
    let checkpoint = block(run.checkpoint()).unwrap();
    let mut again = block(helper.resume(&checkpoint, &alphabets)).unwrap();
    assert_eq!((again.steps(), run.steps()), (2, 2));
    for run in [&mut run, &mut again] {
        run.set_learning_rate(1e-4);
        block(run.step(1)).unwrap();
    }
    let loss = block(run.mean_loss()).unwrap();
    assert_eq!(block(again.mean_loss()).unwrap().to_bits(), loss.to_bits());
    losses.push(loss);
    let scores = block(run.scores(&[drawing(0), drawing(1)], &[drawing(2)])).unwrap();
    assert_eq!(scores.len(), 2);
    let network = run.snapshot();
    let metadata = Metadata::new(Architecture::Compact);
    let bytes = block(network.file(&metadata)).unwrap();
    (losses, scores, numbers(&checkpoint), numbers(&bytes))
}

/// The numbers behind a file's header, whose entries have no order.
fn numbers(file: &[u8]) -> Vec<u8> {
    let header = u64::from_le_bytes(file[..8].try_into().unwrap()) as usize;
    file[8 + header..].to_vec()
}

#[test]
fn a_remote_run_is_a_local_one_bit_for_bit() {
    let (remote, _) = connected();
    let (one, other) = (
        trained(&remote),
        trained(&Local::new(CpuAccelerator::default())),
    );
    assert_eq!((one.0, one.1), (other.0, other.1));
    // The network's weights file within the checkpoint has a header of its own.
    assert_eq!(one.2.len(), other.2.len());
    assert!(one.3 == other.3);
}

#[test]
fn what_a_helper_refuses_is_told() {
    let (remote, _) = connected();
    assert!(block(remote.load(b"nothing")).is_err());
    let mut frozen = config();
    frozen.frozen = vec!["wings".to_owned()];
    let alphabets = [invented::alphabet(1)];
    let refused = block(remote.train(&frozen, None, &alphabets)).err();
    let said = refused.unwrap().to_string();
    assert!(said.contains("freezes wings"), "{said}");
    assert!(block(remote.resume(b"nothing", &alphabets)).is_err());
}

#[test]
fn a_helper_that_ends_is_told_to_all_who_wait_and_ended_once() {
    let posted = Rc::new(RefCell::new(0));
    let ended = Rc::new(RefCell::new(0));
    let (counts, ends) = (posted.clone(), ended.clone());
    let remote = Remote::new(
        move |_, _| *counts.borrow_mut() += 1,
        move || *ends.borrow_mut() += 1,
        || Box::pin(std::future::pending()),
    );
    let mut search = pin!(remote.find());
    let mut context = Context::from_waker(Waker::noop());
    assert!(search.as_mut().poll(&mut context).is_pending());
    remote.give_up("it fell".to_owned());
    let Poll::Ready(found) = search.as_mut().poll(&mut context) else {
        panic!("nobody waits for what is gone")
    };
    assert_eq!(
        found,
        Err(Obstacle::Failed {
            said: "it fell".to_owned()
        })
    );
    assert_eq!(remote.lost().as_deref(), Some("it fell"));
    let refused = block(remote.load(b"")).err();
    assert_eq!(refused, Some(DeviceError::new("it fell")));
    assert_eq!((*posted.borrow(), *ended.borrow()), (1, 1));
}

#[test]
fn a_silent_helper_is_given_up_and_one_that_nobody_wants_is_ended() {
    let ended = Rc::new(RefCell::new(0));
    let ends = ended.clone();
    let silent = Remote::new(
        |_, _| (),
        move || *ends.borrow_mut() += 1,
        || Box::pin(std::future::ready(())),
    );
    assert!(block(silent.load(b"")).is_err());
    assert!(silent.lost().is_some());
    let (remote, ended) = connected();
    let twin = block(remote.load(&file())).unwrap();
    drop(remote);
    assert_eq!(*ended.borrow(), 0, "its network is still wanted");
    drop(twin);
    assert_eq!(*ended.borrow(), 1);
}

/// A device that is lost when it is told so.
#[derive(Default)]
struct Fragile(RefCell<Option<String>>);

impl twinglyph_nn::backend::Accelerator for Fragile {
    fn find(&self) -> LocalFuture<'_, Result<Adapter, Obstacle>> {
        Box::pin(std::future::ready(Err(Obstacle::NoAdapter)))
    }
    fn load<'a>(&'a self, _: &'a [u8]) -> LocalFuture<'a, Result<Rc<dyn DeviceTwin>, DeviceError>> {
        Box::pin(std::future::ready(Err(DeviceError::new("no"))))
    }
    fn train<'a>(
        &'a self,
        _: TrainConfig,
        _: Option<&'a [u8]>,
    ) -> LocalFuture<'a, Result<Box<dyn Learner>, CheckpointError>> {
        Box::pin(std::future::ready(Err(CheckpointError::Network)))
    }
    fn resume<'a>(
        &'a self,
        _: &'a [u8],
    ) -> LocalFuture<'a, Result<Box<dyn Learner>, CheckpointError>> {
        Box::pin(std::future::ready(Err(CheckpointError::Network)))
    }
    fn lost(&self) -> Option<String> {
        self.0.borrow().clone()
    }
    fn lose(&self) {
        *self.0.borrow_mut() = Some("as asked".to_owned());
    }
    fn memory(&self) -> u64 {
        7
    }
}

#[test]
fn a_server_tells_of_a_lost_device() {
    let server = Rc::new(Server::new(Fragile::default()));
    let remote: Rc<RefCell<Option<Remote>>> = Rc::default();
    let (hears, asks) = (remote.clone(), server.clone());
    let post = move |bytes: &[u8], numbers: &[f32]| {
        let answer = block(asks.take(message(bytes, numbers))).unwrap();
        let hears = hears.borrow().clone();
        hears.unwrap().hear(answer.message);
    };
    let helper = Remote::new(post, || (), || Box::pin(std::future::pending()));
    *remote.borrow_mut() = Some(helper.clone());
    assert_eq!(block(helper.find()), Err(Obstacle::NoAdapter));
    assert_eq!(helper.memory(), 7);
    assert!(server.lost().is_none());
    helper.lose();
    helper.hear(server.lost().unwrap());
    assert_eq!(helper.lost().as_deref(), Some("as asked"));
    remote.take();
}
