//! Several views of each drawing: one at once, all of them soon after.

#![allow(clippy::unwrap_used)]

mod test_engine;

use burn::tensor::Device;
use test_engine::{TestEngine, builtin_weights, drawings, one_shot};
use twinglyph_core::Views;
use twinglyph_core::protocol::{Command, DeviceKind, DevicePreference, Event, Scorer};
use twinglyph_nn_burn::{Precision, Twin, weights};

/// The built-in weights, said to be looked at by eight views; the network in them.
fn eight() -> (Vec<u8>, Twin) {
    let (twin, mut metadata) = weights::read(&builtin_weights(), &Device::flex()).unwrap();
    metadata.views = Views::Eight;
    let bytes = pollster::block_on(weights::write(&twin, &metadata, Precision::F32)).unwrap();
    (bytes, twin)
}

fn engine() -> (TestEngine, Twin) {
    let (bytes, twin) = eight();
    let mut engine = TestEngine::started();
    let files = &engine.host.files;
    files
        .borrow_mut()
        .insert("models/eight.safetensors".into(), bytes);
    engine.ask(Command::UseModel("eight".into()));
    (engine, twin)
}

/// The scores of a drawing with the first drawings of an invented alphabet, by these views.
fn expected(twin: &Twin, views: Views, at: usize) -> Vec<f32> {
    let device = Device::flex();
    let support = twin.embed_views(&drawings(1, 0), views, &device);
    let query = twin.embed_views([&drawings(1, 1)[at]], views, &device);
    let scores = twin.score(&query, &support).into_data();
    scores.try_to_vec::<f32>().unwrap()
}

fn is_ranked_by(event: &Event, twin: &Twin, by: Views, at: usize) {
    let Event::Ranking { matches, views, .. } = event else {
        panic!("{event:?}")
    };
    assert_eq!(*views, by.count() as u32);
    let expected = expected(twin, by, at);
    assert_eq!(matches.len(), expected.len());
    for found in matches {
        let expected = expected[found.class as usize];
        assert!((found.score - expected).abs() < 1e-4 * expected.abs().max(1.0));
    }
}

fn classify(at: usize) -> Command {
    Command::Classify {
        set: 1,
        query: drawings(1, 1)[at].clone(),
    }
}

#[test]
fn a_drawing_is_ranked_by_one_view_at_once_and_by_all_soon_after() {
    let (mut engine, twin) = engine();
    let told = engine.say(Command::SetSupport {
        set: 1,
        classes: one_shot(1, 0),
    });
    let [Event::Support { views, more, .. }] = told[..] else {
        panic!("{told:?}")
    };
    assert_eq!((views, more), (1, true));
    is_ranked_by(&engine.say(classify(3))[0], &twin, Views::One, 3);
    engine.heard();
    engine.turns(5);
    // Half of the set is embedded, which changes nothing yet.
    assert!(engine.heard().is_empty());
    is_ranked_by(&engine.say(classify(4))[0], &twin, Views::One, 4);
    engine.turns(20);
    let told = engine.heard();
    let refined = told.iter().find_map(|event| match event {
        Event::Support { views, more, .. } => Some((*views, *more)),
        _ => None,
    });
    assert_eq!(refined, Some((8, false)));
    is_ranked_by(&engine.say(classify(3))[0], &twin, Views::Eight, 3);
}

#[test]
fn another_support_set_ends_the_closer_look_at_the_one_before() {
    let (mut engine, _) = engine();
    let set = |set| Command::SetSupport {
        set,
        classes: one_shot(u64::from(set), 0),
    };
    engine.say(set(1));
    engine.turns(3);
    engine.say(set(2));
    engine.turns(30);
    let told = engine.heard();
    let refined: Vec<u32> = told
        .iter()
        .filter_map(|event| match event {
            Event::Support { set, views: 8, .. } => Some(*set),
            _ => None,
        })
        .collect();
    assert_eq!(refined, [2]);
}

#[test]
fn a_large_support_set_is_looked_at_once() {
    let (mut engine, _) = engine();
    let classes = vec![drawings(1, 0)[..15].to_vec(); 18];
    let told = engine.support(1, classes);
    let [.., Event::Support { views, more, .. }] = told[..] else {
        panic!("{told:?}")
    };
    assert_eq!((views, more), (1, false));
}

#[test]
fn the_same_device_keeps_the_closer_look() {
    let (mut engine, twin) = engine();
    engine.support(1, one_shot(1, 0));
    let cpu = DevicePreference::Only(DeviceKind::Cpu);
    let told = engine.ask(Command::UseDevice(cpu));
    assert!(matches!(told[..], [Event::Device(_)]), "{told:?}");
    is_ranked_by(&engine.say(classify(5))[0], &twin, Views::Eight, 5);
}

#[test]
fn trials_are_judged_by_all_views() {
    let (mut engine, twin) = engine();
    let told = engine.ask(Command::Score {
        scorer: Scorer::Network,
        queries: vec![drawings(1, 1)[7].clone()],
        support: drawings(1, 0),
    });
    let Some(Event::Scores { scores, .. }) = told.last() else {
        panic!("{told:?}")
    };
    for (found, expected) in scores[0].iter().zip(expected(&twin, Views::Eight, 7)) {
        assert!((found - expected).abs() < 1e-4 * expected.abs().max(1.0));
    }
}
