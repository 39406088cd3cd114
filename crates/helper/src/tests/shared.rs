//! Steps of training shared with further workers, against those of one alone.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use twinglyph_core::invented;
use twinglyph_core::protocol::{decode, encode};
use twinglyph_core::training::TrainConfig;
use twinglyph_nn::train::Record;
use twinglyph_nn::{CpuAccelerator, Found, weights};

use super::{block, config};
use crate::messages::{Answer, Ask, Question, Update};
use crate::partners::Start;
use crate::{Helper, Local, Remote, Server};

/// What becomes of a further worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Works,
    /// It joins no run.
    Refuses,
    /// Its program never comes.
    Late,
    /// It ends with this question, counted from that to join.
    Ends(u32),
    /// It answers nothing from this question on.
    Silent(u32),
    /// It answers this question with something else.
    Confused(u32),
    /// It finds something else in this round.
    Wrong(u32),
}

/// Starts workers of these fates, one after the other, and counts the rounds that they did.
#[derive(Clone, Default)]
struct Workers {
    started: Rc<Cell<usize>>,
    ended: Rc<Cell<usize>>,
    rounds: Rc<Cell<u32>>,
}

impl Workers {
    fn start(&self, fates: &[Fate]) -> Start {
        let (workers, fates) = (self.clone(), fates.to_vec());
        Rc::new(move || {
            let number = workers.started.get();
            workers.started.set(number + 1);
            workers.worker(fates.get(number).copied().unwrap_or(Fate::Works))
        })
    }

    /// One whose server runs in this thread, each message answered when it is posted.
    fn worker(&self, fate: Fate) -> Remote {
        let server = Server::new(CpuAccelerator::taking(|| 7));
        let asked = Cell::new(0);
        let remote: Rc<RefCell<Option<crate::WeakRemote>>> = Rc::default();
        let hears = remote.clone();
        let rounds = self.rounds.clone();
        let post = move |bytes: &[u8], numbers: &[f32]| {
            let at = asked.replace(asked.get() + 1);
            let remote = hears.borrow().as_ref().and_then(crate::WeakRemote::upgrade);
            let Some(remote) = remote else { return };
            let Ask { id, question } = decode(bytes).unwrap();
            let say = |answer| {
                let memory = 1 << 20;
                let update = Update::Answer { id, answer, memory };
                remote.hear(encode(&update).unwrap().into());
            };
            match fate {
                Fate::Refuses => say(Err("no".to_owned())),
                Fate::Late => {}
                Fate::Ends(when) if at >= when => remote.give_up("it fell".to_owned()),
                Fate::Silent(when) if at >= when => {}
                Fate::Confused(when) if at >= when => say(Ok(Answer::Done)),
                Fate::Wrong(when) if at >= when => say(Ok(Answer::Part(Found::Embeddings {
                    global: vec![1.0],
                    local: Vec::new(),
                }))),
                _ => {
                    let is_round = matches!(question, Question::Round(_));
                    rounds.set(rounds.get() + u32::from(is_round));
                    let message = super::message(bytes, numbers);
                    remote.hear(block(server.take(message)).unwrap().message);
                    server.rest();
                }
            }
        };
        let ended = self.ended.clone();
        let made = Remote::new(
            post,
            move || ended.set(ended.get() + 1),
            || Box::pin(std::future::ready(())),
        );
        *remote.borrow_mut() = Some(made.downgrade());
        made
    }
}

fn in_parts(parts: u32) -> TrainConfig {
    TrainConfig { parts, ..config() }
}

/// The losses of four steps by so many workers, and what the checkpoint holds then.
fn trained(helper: &dyn Helper, config: &TrainConfig, workers: usize) -> Outcome {
    let alphabets = [invented::alphabet(1)];
    let mut run = block(helper.train(config, None, &alphabets)).unwrap();
    let losses = (0..config.steps).map(|_| {
        assert_eq!(block(run.step(workers)), Ok(8));
        block(run.mean_loss()).unwrap().to_bits()
    });
    let losses = losses.collect();
    let record = Record::read(&block(run.checkpoint()).unwrap()).unwrap();
    let (network, _) = weights::tensors(&record.network).unwrap();
    (losses, network, record.moments)
}

type Outcome = (
    Vec<u32>,
    BTreeMap<String, (Vec<usize>, Vec<f32>)>,
    BTreeMap<String, [Vec<f32>; 2]>,
);

fn alone(config: &TrainConfig) -> Outcome {
    trained(&Local::new(CpuAccelerator::default()), config, 1)
}

#[test]
fn further_workers_change_no_number() {
    for (parts, workers) in [(2, 2), (4, 2), (4, 4), (4, 9), (8, 8)] {
        let config = in_parts(parts);
        let started = Workers::default();
        let helper = Local::new(CpuAccelerator::default()).sharing(started.start(&[]));
        assert!(trained(&helper, &config, workers) == alone(&config));
        // No more of them than parts of a batch of four pairs.
        let beside = workers.min(parts as usize) - 1;
        assert_eq!(started.started.get(), beside);
        assert!(started.rounds.get() > 0);
        assert_eq!(started.ended.get(), beside, "the run is over");
        assert!(alone(&config).1 != alone(&in_parts(1)).1, "parts count");
    }
}

#[test]
fn a_remote_trainer_shares_its_steps_too() {
    let config = in_parts(2);
    let started = Workers::default();
    let server = Server::new(CpuAccelerator::default()).sharing(started.start(&[]));
    let (remote, _) = super::served_by(server);
    assert!(trained(&remote, &config, 2) == alone(&config));
    assert!(started.rounds.get() > 0);
}

#[test]
fn workers_that_fail_cost_a_run_nothing_but_time() {
    let config = in_parts(3);
    let expected = alone(&config);
    let mut fates = vec![Fate::Refuses, Fate::Late];
    for at in [0, 1, 2, 9, 30] {
        fates.extend([
            Fate::Ends(at),
            Fate::Silent(at),
            Fate::Confused(at),
            Fate::Wrong(at),
        ]);
    }
    for fate in fates {
        let started = Workers::default();
        let helper = Local::new(CpuAccelerator::default()).sharing(started.start(&[fate]));
        assert!(trained(&helper, &config, 3) == expected, "{fate:?}");
        assert!(started.rounds.get() > 0, "{fate:?}: the other one works");
    }
    let started = Workers::default();
    let helper = Local::new(CpuAccelerator::default()).sharing(started.start(&[Fate::Ends(1); 9]));
    assert!(trained(&helper, &config, 3) == expected);
    assert!(started.started.get() <= 4, "no others are started for ever");
}

#[test]
fn workers_rest_while_the_trainer_is_alone_and_end_when_no_step_comes() {
    let started = Workers::default();
    let helper = Local::new(CpuAccelerator::default()).sharing(started.start(&[]));
    let alphabets = [invented::alphabet(1)];
    let mut run = block(helper.train(&in_parts(2), None, &alphabets)).unwrap();
    block(run.step(1)).unwrap();
    assert_eq!((started.started.get(), helper.memory()), (0, 0));
    block(run.step(2)).unwrap();
    let rounds = started.rounds.get();
    assert!(rounds > 0 && helper.memory() > 0);
    block(run.step(1)).unwrap();
    assert_eq!((started.rounds.get(), started.ended.get()), (rounds, 0));
    run.rest();
    assert_eq!((started.ended.get(), helper.memory()), (1, 0));
    block(run.step(2)).unwrap();
    assert_eq!(started.started.get(), 2);
}

#[test]
fn a_worker_that_is_no_part_of_a_run_says_so() {
    let server = Server::new(CpuAccelerator::default());
    let question = Question::Round(twinglyph_nn::Round::FIRST);
    let answer = block(server.take(encode(&Ask { id: 5, question }).unwrap().into())).unwrap();
    assert!(matches!(
        decode(&answer.message.bytes),
        Ok(Update::Answer {
            id: 5,
            answer: Err(_),
            ..
        })
    ));
}
