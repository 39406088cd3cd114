//! Batches on several cores: the numbers of one core, whatever becomes of the helpers.

#![allow(clippy::unwrap_used)]

mod test_engine;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use test_engine::{Cores, TestEngine, drawings, many, one_shot, scores};
use twinglyph_core::protocol::{Command, Event, Obstacle, Scorer};
use twinglyph_core::training::TrainConfig;
use twinglyph_core::{Alphabet, Bitmap, Views};
use twinglyph_helper::{Helper, Local, TrainingRun};
use twinglyph_nn::backend::{Adapter, DeviceError, DeviceTwin, LocalFuture};
use twinglyph_nn::train::CheckpointError;
use twinglyph_nn::weights::{Metadata, WeightsError};
use twinglyph_nn::{CpuAccelerator, Embedding};

/// What becomes of a helper.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    /// It embeds.
    Works,
    /// It says nothing for a minute when it is given the network, and is ended then.
    NeverLoads,
    /// Its program can't read the network.
    Refuses,
    /// It embeds so many parts, and then fails.
    FailsAfter(u32),
    /// It embeds so many parts, and then says nothing more.
    SilentAfter(u32),
}

/// What was seen of all helpers of a test.
#[derive(Default)]
struct Seen {
    started: Cell<u32>,
    alive: Cell<u32>,
    embedded: Cell<u32>,
}

struct Fated {
    inner: Local<CpuAccelerator>,
    fate: Fate,
    seen: Rc<Seen>,
}

impl Drop for Fated {
    fn drop(&mut self) {
        self.seen.alive.set(self.seen.alive.get() - 1);
    }
}

impl Helper for Fated {
    fn find(&self) -> LocalFuture<'_, Result<Adapter, Obstacle>> {
        self.inner.find()
    }
    fn load<'a>(
        &'a self,
        file: &'a [u8],
    ) -> LocalFuture<'a, Result<Rc<dyn DeviceTwin>, DeviceError>> {
        Box::pin(async move {
            match self.fate {
                Fate::NeverLoads => {
                    for _ in 0..600 {
                        test_engine::pause().await;
                    }
                    Err(DeviceError::new("it said nothing for a minute"))
                }
                Fate::Refuses => Err(DeviceError::new("no")),
                _ => Ok(Rc::new(FatedTwin {
                    inner: self.inner.load(file).await?,
                    fate: self.fate,
                    seen: self.seen.clone(),
                    parts: RefCell::default(),
                }) as Rc<dyn DeviceTwin>),
            }
        })
    }
    fn train<'a>(
        &'a self,
        config: &'a TrainConfig,
        from: Option<&'a [u8]>,
        training: &'a [Alphabet],
    ) -> LocalFuture<'a, Result<Box<dyn TrainingRun>, CheckpointError>> {
        self.inner.train(config, from, training)
    }
    fn resume<'a>(
        &'a self,
        checkpoint: &'a [u8],
        training: &'a [Alphabet],
    ) -> LocalFuture<'a, Result<Box<dyn TrainingRun>, CheckpointError>> {
        self.inner.resume(checkpoint, training)
    }
    fn lost(&self) -> Option<String> {
        None
    }
    fn lose(&self) {}
    fn memory(&self) -> u64 {
        0
    }
}

struct FatedTwin {
    inner: Rc<dyn DeviceTwin>,
    fate: Fate,
    seen: Rc<Seen>,
    parts: RefCell<u32>,
}

impl DeviceTwin for FatedTwin {
    fn embed(
        &self,
        drawings: Vec<Bitmap>,
        views: Views,
    ) -> LocalFuture<'_, Result<Embedding, DeviceError>> {
        Box::pin(async move {
            let part = *self.parts.borrow();
            *self.parts.borrow_mut() += 1;
            match self.fate {
                Fate::FailsAfter(parts) if part >= parts => {
                    return Err(DeviceError::new("it is gone"));
                }
                Fate::SilentAfter(parts) if part >= parts => std::future::pending().await,
                _ => {}
            }
            let embedding = self.inner.embed(drawings, views).await?;
            // An answer takes its time.
            test_engine::pause().await;
            self.seen.embedded.set(self.seen.embedded.get() + 1);
            Ok(embedding)
        })
    }
    fn file<'a>(
        &'a self,
        metadata: &'a Metadata,
    ) -> LocalFuture<'a, Result<Vec<u8>, WeightsError>> {
        self.inner.file(metadata)
    }
}

/// A started engine on so many cores, whose helpers have these fates in their order, the last one again and again.
fn engine(cores: usize, fates: &'static [Fate]) -> (TestEngine, Rc<Seen>) {
    let engine = TestEngine::started();
    let seen = Rc::new(Seen::default());
    let (counts, next) = (seen.clone(), Cell::new(0));
    let helper = move || {
        let at = next.get();
        next.set(at + 1);
        counts.started.set(counts.started.get() + 1);
        counts.alive.set(counts.alive.get() + 1);
        Rc::new(Fated {
            inner: Local::new(CpuAccelerator::default()),
            fate: fates.get(at).or(fates.last()).copied().unwrap(),
            seen: counts.clone(),
        }) as Rc<dyn Helper>
    };
    *engine.host.cores.borrow_mut() = Some(Cores {
        count: cores,
        helper: Box::new(helper),
    });
    (engine, seen)
}

#[test]
fn helpers_change_no_number_whatever_becomes_of_them() {
    let alone = scores(&engine(1, &[Fate::Works]).0.ask(many()));
    let fates: [&'static [Fate]; 7] = [
        &[Fate::Works],
        &[Fate::NeverLoads],
        &[Fate::Refuses],
        &[Fate::FailsAfter(0)],
        &[Fate::FailsAfter(3), Fate::Works],
        &[Fate::SilentAfter(0)],
        &[Fate::SilentAfter(2), Fate::FailsAfter(1), Fate::Works],
    ];
    for fates in fates {
        let (mut engine, _) = engine(3, fates);
        for _ in 0..2 {
            assert_eq!(scores(&engine.ask(many())), alone, "{fates:?}");
        }
    }
}

#[test]
fn every_core_has_its_share_and_is_free_again_after_a_while() {
    let (mut engine, seen) = engine(4, &[Fate::Works]);
    engine.begin(many());
    let mut most = 0;
    while engine.turn() {
        most = most.max(seen.alive.get());
    }
    assert_eq!((most, seen.started.get()), (3, 3));
    // 17 parts, of which the leader has one a turn, each helper some.
    assert!(seen.embedded.get() >= 10, "{}", seen.embedded.get());
    assert_eq!(seen.alive.get(), 0, "all were ended");
    // The next batch has helpers again.
    engine.heard();
    engine.ask(many());
    assert_eq!(seen.started.get(), 6);
}

#[test]
fn a_few_drawings_start_no_helper() {
    let (mut engine, seen) = engine(4, &[Fate::Works]);
    engine.support(1, one_shot(1, 0));
    let query = drawings(1, 1)[0].clone();
    engine.ask(Command::Classify { set: 1, query });
    assert_eq!(seen.started.get(), 0);
}

#[test]
fn batches_that_follow_each_other_are_worth_helpers() {
    let (mut engine, seen) = engine(2, &[Fate::Works]);
    for number in 1..=8 {
        // 40 images.
        engine.begin(Command::Score {
            scorer: Scorer::Network,
            queries: drawings(1, 0),
            support: drawings(1, 1),
        });
        engine.turns(20);
        assert_eq!(seen.started.get(), u32::from(number >= 7), "{number}");
    }
    assert!(seen.embedded.get() > 0);
}

#[test]
fn helpers_of_a_model_that_is_left_are_ended() {
    let (mut engine, seen) = engine(3, &[Fate::Works]);
    engine.begin(many());
    engine.turns(3);
    assert_eq!(seen.alive.get(), 2);
    let told = engine.say(Command::UseModel("compact".into()));
    assert!(told.iter().any(|event| matches!(event, Event::Device(_))));
    // What was asked before is answered all the same.
    while engine.turn() {}
    assert_eq!(scores(&engine.heard()).len(), 130);
    assert_eq!(seen.alive.get(), 0);
}

#[test]
fn helpers_that_are_lost_again_and_again_are_not_replaced() {
    let (mut engine, seen) = engine(2, &[Fate::FailsAfter(1)]);
    for _ in 0..6 {
        engine.ask(many());
    }
    assert_eq!(seen.started.get(), 3);
}

#[test]
fn a_drawing_is_ranked_between_two_parts_of_a_batch() {
    let (mut engine, _) = engine(2, &[Fate::Works]);
    engine.support(1, one_shot(1, 0));
    engine.begin(many());
    engine.turns(2);
    let query = drawings(1, 1)[0].clone();
    let told = engine.say(Command::Classify { set: 1, query });
    assert!(matches!(told[..], [Event::Ranking { .. }]), "{told:?}");
    while engine.turn() {}
    assert_eq!(scores(&engine.heard()).len(), 130);
}

#[test]
fn helpers_rest_while_somebody_draws() {
    let (mut engine, seen) = engine(2, &[Fate::Works]);
    engine.support(1, one_shot(1, 0));
    engine.begin(many());
    engine.turns(4);
    let query = drawings(1, 1)[0].clone();
    engine.say(Command::Classify { set: 1, query });
    let before = seen.embedded.get();
    engine.turns(10);
    // What was on its way comes, and nothing else.
    assert!(seen.embedded.get() <= before + 2);
    while engine.turn() {}
    assert_eq!(scores(&engine.heard()).len(), 130);
}

#[test]
fn a_core_that_is_taken_has_no_helper_any_more() {
    let (mut engine, seen) = engine(3, &[Fate::Works]);
    engine.begin(many());
    engine.turns(3);
    assert_eq!(seen.alive.get(), 2);
    engine.host.cores.borrow_mut().as_mut().unwrap().count = 2;
    engine.begin(many());
    engine.turns(60);
    assert_eq!(seen.alive.get(), 1);
    while engine.turn() {}
}
