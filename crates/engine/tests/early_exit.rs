//! One view of a drawing where that is enough, all of them elsewhere: with the built-in network that has a rule.

#![allow(clippy::unwrap_used)]

mod test_engine;

use test_engine::{TestEngine, drawings, one_shot};
use twinglyph_core::early_exit::{EarlyExit, margin};
use twinglyph_core::protocol::{Command, Event, Match, Scorer};
use twinglyph_core::score::Calibration;
use twinglyph_core::{Bitmap, Views};
use twinglyph_nn::{Twin, builtin_models};

/// The network that is loaded by default, its calibration and its rule.
struct Deep {
    twin: Twin,
    calibration: Calibration,
    rule: EarlyExit,
}

fn deep() -> (TestEngine, Deep) {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../assets/models/deep.safetensors"
    );
    let bytes = std::fs::read(path).unwrap();
    let (twin, metadata) = Twin::read(&bytes).unwrap();
    let mut engine = TestEngine::started();
    let files = &engine.host.files;
    files
        .borrow_mut()
        .insert("models/deep.safetensors".into(), bytes);
    engine.ask(Command::UseModel("deep".into()));
    let deep = Deep {
        twin,
        calibration: metadata.calibration,
        rule: builtin_models::early_exit("deep").unwrap(),
    };
    (engine, deep)
}

impl Deep {
    /// The scores of a drawing with the first drawings of an invented alphabet.
    fn scores(&self, query: &Bitmap, views: Views) -> Vec<f32> {
        let support = self.twin.embed(&drawings(1, 0), views);
        self.twin.scores(&self.twin.embed([query], views), &support)
    }

    fn margin(&self, query: &Bitmap) -> f32 {
        margin(&self.scores(query, Views::One)).unwrap()
    }

    /// A drawing for which one view is enough, and one for which it is not; none near the rule's margin.
    fn clear_and_unclear(&self) -> [Bitmap; 2] {
        let clear = |query: &Bitmap| self.margin(query) > self.rule.margin + 0.1;
        let unclear = |query: &Bitmap| self.margin(query) < self.rule.margin - 0.1;
        let (mut one, mut other) = (drawings(1, 1).into_iter(), drawings(1, 1).into_iter());
        [one.find(clear).unwrap(), other.find(unclear).unwrap()]
    }

    /// These matches are by these views, the scores and what is made of them.
    #[track_caller]
    fn made(&self, matches: &[Match], query: &Bitmap, views: Views) {
        let expected = self.scores(query, views);
        let calibration = match views {
            Views::One => self.rule.calibration,
            Views::Eight => self.calibration,
        };
        assert_eq!(matches.len(), expected.len());
        for found in matches {
            let expected = expected[found.class as usize];
            assert!((found.score - expected).abs() < 1e-4 * expected.abs().max(1.0));
            assert!((found.similarity - calibration.similarity(expected)).abs() < 1e-4);
        }
    }
}

fn support() -> Command {
    Command::SetSupport {
        set: 1,
        classes: one_shot(1, 0),
    }
}

/// A ranking of set 1: its matches, by how many views, and whether more may change it.
#[track_caller]
fn ranked(engine: &mut TestEngine, query: &Bitmap) -> (Vec<Match>, u32, bool) {
    let query = query.clone();
    match &engine.say(Command::Classify { set: 1, query })[..] {
        [
            Event::Ranking {
                matches,
                views,
                more,
                ..
            },
        ] => (matches.clone(), *views, *more),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_clear_drawing_is_ranked_by_one_view_and_an_unclear_one_by_all() {
    let (mut engine, deep) = deep();
    engine.ask(support());
    let [clear, unclear] = deep.clear_and_unclear();
    // The same drawing is seen in the same ways, whatever was ranked before.
    for _ in 0..2 {
        let (matches, views, more) = ranked(&mut engine, &clear);
        assert_eq!((views, more), (1, false));
        deep.made(&matches, &clear, Views::One);
        let (matches, views, more) = ranked(&mut engine, &unclear);
        assert_eq!((views, more), (8, false));
        deep.made(&matches, &unclear, Views::Eight);
    }
}

#[test]
fn more_views_are_to_come_for_an_unclear_drawing_only() {
    let (mut engine, deep) = deep();
    engine.say(support());
    let [clear, unclear] = deep.clear_and_unclear();
    let (before, views, more) = ranked(&mut engine, &clear);
    assert_eq!((views, more), (1, false));
    let (matches, views, more) = ranked(&mut engine, &unclear);
    assert_eq!((views, more), (1, true));
    deep.made(&matches, &unclear, Views::One);
    engine.turns(60);
    let told = engine.heard();
    let refined = |event: &Event| matches!(event, Event::Support { views: 8, .. });
    assert!(told.iter().any(refined), "{told:?}");
    // Nothing of it changes once the support set is embedded by all views.
    assert_eq!(ranked(&mut engine, &clear), (before, 1, false));
    assert_eq!(ranked(&mut engine, &unclear).1, 8);
}

#[test]
fn a_single_class_is_compared_by_all_views() {
    let (mut engine, deep) = deep();
    engine.support(1, one_shot(1, 0).into_iter().take(1).collect());
    let [clear, _] = deep.clear_and_unclear();
    let (_, views, more) = ranked(&mut engine, &clear);
    assert_eq!((views, more), (8, false));
}

#[test]
fn trials_are_judged_by_all_views_however_clear() {
    let (mut engine, deep) = deep();
    let queries = deep.clear_and_unclear();
    let told = engine.ask(Command::Score {
        scorer: Scorer::Network,
        queries: queries.to_vec(),
        support: drawings(1, 0),
    });
    let Some(Event::Scores {
        scores,
        calibration,
        ..
    }) = told.last()
    else {
        panic!("{told:?}")
    };
    assert_eq!(*calibration, deep.calibration);
    for (found, query) in scores.iter().zip(&queries) {
        for (found, expected) in found.iter().zip(deep.scores(query, Views::Eight)) {
            assert!((found - expected).abs() < 1e-4 * expected.abs().max(1.0));
        }
    }
}

#[test]
fn a_pair_is_as_similar_as_in_the_ranking() {
    let (mut engine, deep) = deep();
    engine.ask(support());
    for (query, by) in deep.clear_and_unclear().into_iter().zip([1, 8]) {
        let (matches, views, _) = ranked(&mut engine, &query);
        assert_eq!(views, by);
        let other = drawings(1, 0)[matches[1].class as usize].clone();
        let told = engine.ask(Command::Inspect {
            ticket: 1,
            query: Some(query),
            others: vec![other],
        });
        let Some(Event::Inspection { inspection, .. }) = told.last() else {
            panic!("{told:?}")
        };
        let pair = &inspection.pairs[0];
        assert_eq!(pair.views, by);
        assert!((pair.similarity - matches[1].similarity).abs() < 1e-4);
    }
}

#[test]
fn a_clear_drawing_is_on_the_map_of_all_views() {
    let (mut engine, deep) = deep();
    engine.ask(support());
    let [clear, _] = deep.clear_and_unclear();
    let map = |engine: &mut TestEngine| {
        let query = Some(clear.clone());
        match &engine.ask(Command::Map { set: 1, query })[..] {
            [Event::Map { map, .. }] => map.as_ref().clone(),
            other => panic!("{other:?}"),
        }
    };
    let alone = map(&mut engine);
    assert_eq!(alone.views, 8);
    ranked(&mut engine, &clear);
    assert_eq!(map(&mut engine), alone);
}
