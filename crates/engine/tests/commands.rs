//! The engine through the commands that the page sends, natively.

#![allow(clippy::unwrap_used)]

mod test_engine;

use burn::tensor::Device;
use test_engine::{TestEngine, builtin_weights, drawings, one_shot};
use twinglyph_core::Bitmap;
use twinglyph_core::protocol::{
    Command, DeviceKind, DevicePreference, Event, FailureKind, Outcome, Scorer, Stage,
};
use twinglyph_nn_burn::weights;

#[track_caller]
fn failure(events: &[Event]) -> FailureKind {
    match events {
        [.., Event::Failed(failure)] => {
            assert!(!failure.message.is_empty());
            failure.kind
        }
        other => panic!("no failure: {other:?}"),
    }
}

#[test]
fn starting_tells_progress_model_and_device() {
    let mut engine = TestEngine::new();
    let start = Command::Start {
        preference: DevicePreference::Auto,
        model: "compact".into(),
    };
    let events = engine.ask(start);
    let length = builtin_weights().len() as u64;
    assert!(events.contains(&Event::Progress {
        stage: Stage::Model,
        done: length,
        total: length
    }));
    let model = events.iter().find_map(|event| match event {
        Event::Model(model) => Some(model.clone()),
        _ => None,
    });
    let model = model.unwrap();
    assert_eq!(
        (model.architecture.as_str(), model.parameters),
        ("compact", 1_356_843)
    );
    // The CPU at once; then what the trial of WebGPU, which this build does not have, gave.
    let devices: Vec<_> = events
        .iter()
        .filter_map(|event| {
            if let Event::Device(report) = event {
                Some(report)
            } else {
                None
            }
        })
        .collect();
    assert_eq!(devices.len(), 2);
    assert!(devices.iter().all(|report| report.kind == DeviceKind::Cpu));
    assert!(matches!(
        devices[1].tried[0].outcome,
        Outcome::Agrees { .. }
    ));
    assert!(matches!(
        devices[1].tried[1].outcome,
        Outcome::Unavailable { .. }
    ));
}

#[test]
fn a_query_is_ranked_as_the_network_scores_it() {
    let mut engine = TestEngine::started();
    let events = engine.support(7, one_shot(1, 0));
    assert!(matches!(
        events[..],
        [Event::Support {
            set: 7,
            classes: 20,
            ..
        }]
    ));

    let query = drawings(1, 1)[3].clone();
    let events = engine.ask(Command::Classify {
        set: 7,
        query: query.clone(),
    });
    let [
        Event::Ranking {
            set: 7,
            matches,
            device: DeviceKind::Cpu,
            ..
        },
    ] = &events[..]
    else {
        panic!("{events:?}");
    };
    let device = Device::flex();
    let (twin, metadata) = weights::read(&builtin_weights(), &device).unwrap();
    let support = twin.embed(twin.batch(&drawings(1, 0), &device));
    let scores = twin.score(&twin.embed(twin.batch([&query], &device)), &support);
    let scores = scores.into_data().try_to_vec::<f32>().unwrap();
    assert_eq!(matches.len(), 20);
    assert!(matches.is_sorted_by(|a, b| a.score >= b.score));
    for found in matches {
        let expected = scores[found.class as usize];
        assert!((found.score - expected).abs() < 1e-4 * expected.abs().max(1.0));
        assert_eq!(
            found.similarity,
            metadata.calibration.similarity(found.score)
        );
    }
}

#[test]
fn the_network_knows_invented_characters_again() {
    let mut engine = TestEngine::started();
    let mut right = 0;
    for seed in 1..=2 {
        engine.support(seed as u32, one_shot(seed, 0));
        for (character, query) in drawings(seed, 1).into_iter().enumerate() {
            let events = engine.ask(Command::Classify {
                set: seed as u32,
                query,
            });
            let [Event::Ranking { matches, .. }] = &events[..] else {
                panic!("{events:?}")
            };
            right += usize::from(matches[0].class as usize == character);
        }
    }
    // Chance is 2 of 40.
    assert!(right >= 28, "{right} of 40");
}

#[test]
fn several_examples_of_a_class_are_averaged() {
    let mut engine = TestEngine::started();
    let (first, second) = (drawings(1, 0), drawings(1, 2));
    let query = drawings(1, 1)[0].clone();
    let mut scores = |classes: Vec<Vec<Bitmap>>| {
        engine.support(1, classes);
        let events = engine.ask(Command::Classify {
            set: 1,
            query: query.clone(),
        });
        let [Event::Ranking { matches, .. }] = &events[..] else {
            panic!("{events:?}")
        };
        let mut matches = matches.clone();
        matches.sort_by_key(|found| found.class);
        matches.iter().map(|found| found.score).collect::<Vec<_>>()
    };
    let one = scores(first.iter().map(|d| vec![d.clone()]).collect());
    let other = scores(second.iter().map(|d| vec![d.clone()]).collect());
    let both = scores(
        first
            .into_iter()
            .zip(second)
            .map(|(a, b)| vec![a, b])
            .collect(),
    );
    for ((a, b), mean) in one.into_iter().zip(other).zip(both) {
        assert!(((a + b) / 2.0 - mean).abs() < 1e-3, "{a} {b} {mean}");
    }
}

#[test]
fn a_query_for_an_old_support_set_is_an_error() {
    let mut engine = TestEngine::started();
    engine.support(1, one_shot(1, 0));
    engine.support(2, one_shot(2, 0));
    let query = drawings(1, 1)[0].clone();
    let events = engine.ask(Command::Classify {
        set: 1,
        query: query.clone(),
    });
    assert_eq!(failure(&events), FailureKind::Support);
    let events = engine.ask(Command::Classify { set: 2, query });
    assert!(matches!(events[..], [Event::Ranking { set: 2, .. }]));
}

#[test]
fn a_bad_support_set_leaves_the_old_one() {
    let mut engine = TestEngine::started();
    engine.support(1, one_shot(1, 0));
    assert_eq!(failure(&engine.support(2, vec![])), FailureKind::Support);
    let events = engine.ask(Command::Classify {
        set: 1,
        query: Bitmap::blank(),
    });
    assert!(matches!(events[..], [Event::Ranking { set: 1, .. }]));
}

#[test]
fn a_bad_model_leaves_the_old_one_at_work() {
    let mut engine = TestEngine::started();
    engine.support(1, one_shot(1, 0));
    let whole = builtin_weights();
    engine
        .host
        .files
        .borrow_mut()
        .insert("models/cut.safetensors".into(), whole[..9000].to_vec());
    // A whole file, with whole numbers, that is not the one that ships by this name.
    let mut other = builtin_weights();
    *other.last_mut().unwrap() ^= 1;
    engine
        .host
        .files
        .borrow_mut()
        .insert("models/compact.safetensors".into(), other);
    let bad = [
        ("compact", FailureKind::Network),
        ("cut", FailureKind::Model),
        ("missing", FailureKind::Network),
        ("../secret", FailureKind::Model),
        ("", FailureKind::Model),
    ];
    for (name, kind) in bad {
        assert_eq!(
            failure(&engine.ask(Command::UseModel(name.into()))),
            kind,
            "{name}"
        );
    }
    let events = engine.ask(Command::Classify {
        set: 1,
        query: drawings(1, 1)[0].clone(),
    });
    assert!(matches!(events[..], [Event::Ranking { .. }]));
}

#[test]
fn commands_before_the_start_are_answered_with_an_error() {
    let mut engine = TestEngine::new();
    assert_eq!(
        failure(&engine.support(1, one_shot(1, 0))),
        FailureKind::Model
    );
    let events = engine.ask(Command::Classify {
        set: 1,
        query: Bitmap::blank(),
    });
    assert_eq!(failure(&events), FailureKind::Model);
    let events = engine.ask(Command::UseDevice(DevicePreference::Auto));
    assert_eq!(failure(&events), FailureKind::Model);
    assert_eq!(engine.ask(Command::Ping), [Event::Pong]);
}

#[test]
fn changing_device_or_model_keeps_the_support_set() {
    let mut engine = TestEngine::started();
    engine.support(1, one_shot(1, 0));
    let events = engine.ask(Command::UseDevice(DevicePreference::Only(
        DeviceKind::WebGpu,
    )));
    // Asked for, not there: the CPU goes on and says why.
    let [.., Event::Device(report)] = &events[..] else {
        panic!("{events:?}")
    };
    assert_eq!(report.kind, DeviceKind::Cpu);
    engine.ask(Command::UseModel("compact".into()));
    let events = engine.ask(Command::Classify {
        set: 1,
        query: drawings(1, 1)[0].clone(),
    });
    assert!(matches!(events[..], [Event::Ranking { .. }]));
}

fn scores(
    engine: &mut TestEngine,
    scorer: Scorer,
    queries: &[Bitmap],
    support: &[Bitmap],
) -> Vec<Event> {
    engine.ask(Command::Score {
        scorer,
        queries: queries.to_vec(),
        support: support.to_vec(),
    })
}

#[test]
fn scores_of_trials_are_those_of_rankings() {
    let mut engine = TestEngine::started();
    engine.support(1, one_shot(1, 0));
    let (support, queries) = (drawings(1, 0), drawings(1, 1));
    let events = scores(&mut engine, Scorer::Network, &queries, &support);
    let [
        ..,
        Event::Progress {
            stage: Stage::Scores,
            done: 40,
            total: 40,
        },
        Event::Scores {
            scores,
            calibration,
            device,
            ..
        },
    ] = &events[..]
    else {
        panic!("{events:?}")
    };
    assert_eq!(*device, DeviceKind::Cpu);
    assert_eq!(scores.len(), 20);
    for (query, row) in queries.iter().zip(scores) {
        let events = engine.ask(Command::Classify {
            set: 1,
            query: query.clone(),
        });
        let [Event::Ranking { matches, .. }] = &events[..] else {
            panic!("{events:?}")
        };
        // Batches of other sizes add in another order, nothing more.
        for one in matches {
            let score = row[one.class as usize];
            assert!((score - one.score).abs() < 1e-3, "{score} {one:?}");
            let similarity = calibration.similarity(score);
            assert!((similarity - one.similarity).abs() < 1e-3);
        }
    }
}

#[test]
fn baselines_score_without_the_network() {
    let mut engine = TestEngine::started();
    let (support, queries) = (drawings(1, 0), drawings(1, 1));
    for scorer in [Scorer::Pixels, Scorer::Hausdorff] {
        let own = scores(&mut engine, scorer, &support, &support);
        let [Event::Scores { scores: own, .. }] = &own[..] else {
            panic!("{own:?}")
        };
        assert!((0..20).all(|at| own[at][at] == 0.0), "{scorer:?}");
        let blank = scores(&mut engine, scorer, &[Bitmap::blank()], &queries);
        assert!(matches!(blank[..], [Event::Scores { .. }]), "{scorer:?}");
    }
}

#[test]
fn senseless_comparisons_are_refused() {
    let mut engine = TestEngine::started();
    let one = drawings(1, 0);
    let many = vec![Bitmap::blank(); 257];
    for (queries, support) in [
        (&one[..0], &one[..]),
        (&one, &[]),
        (&many, &one),
        (&one, &many),
    ] {
        let events = scores(&mut engine, Scorer::Network, queries, support);
        assert_eq!(failure(&events), FailureKind::Scores);
    }
    let mut stopped = TestEngine::new();
    let events = scores(&mut stopped, Scorer::Network, &one, &one);
    assert_eq!(failure(&events), FailureKind::Model);
}
