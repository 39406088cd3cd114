//! The large built-in model: fetched on request, believed by its digest, kept, cancelled.

#![allow(clippy::unwrap_used)]

mod test_engine;

use std::path::Path;

use test_engine::{TestEngine, drawings, one_shot};
use twinglyph_core::protocol::{Command, Event, FailureKind, FetchEnd, Stage, StorageFault};

const ADDRESS: &str = "models/koch.safetensors";
const KEPT: &str = "shipped/koch.safetensors";

fn file() -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/models/koch.safetensors");
    std::fs::read(path).unwrap()
}

fn engine(file: Vec<u8>) -> TestEngine {
    let engine = TestEngine::started();
    engine.host.files.borrow_mut().insert(ADDRESS.into(), file);
    engine
}

fn fetch(engine: &mut TestEngine) -> FetchEnd {
    let events = engine.ask(Command::Fetch("koch".into()));
    match events.last() {
        Some(Event::Fetched { name, end }) if name == "koch" => end.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_fetched_model_is_kept_and_used_without_the_network() {
    let mut engine = engine(file());
    let events = engine.ask(Command::Fetch("koch".into()));
    let [
        Event::Progress {
            stage: Stage::Download,
            total,
            ..
        },
        ..,
        Event::Fetched { end, .. },
    ] = &events[..]
    else {
        panic!("{events:?}")
    };
    assert_eq!((*total, end), (file().len() as u64, &FetchEnd::Kept));

    engine.host.files.borrow_mut().remove(ADDRESS);
    engine.support(1, one_shot(1, 0));
    let events = engine.ask(Command::UseModel("koch".into()));
    let named = events.iter().any(|event| {
        matches!(event, Event::Model(report) if report.name == "koch" && report.parameters == 38_951_745)
    });
    assert!(named, "{events:?}");
    let events = engine.ask(Command::Classify {
        set: 1,
        query: drawings(1, 1)[0].clone(),
    });
    let [Event::Ranking { matches, .. }] = &events[..] else {
        panic!("{events:?}")
    };
    assert_eq!(matches.len(), 20);
    assert!(matches.iter().all(|one| one.score.is_finite()));
}

#[test]
fn what_is_not_the_file_is_neither_used_nor_kept() {
    let mut other = file();
    *other.last_mut().unwrap() ^= 1;
    let mut engine = engine(other);
    assert!(matches!(fetch(&mut engine), FetchEnd::Failed(said) if said.contains("koch")));
    let events = engine.ask(Command::UseModel("koch".into()));
    let Some(Event::Failed(failure)) = events.last() else {
        panic!("{events:?}")
    };
    assert_eq!(failure.kind, FailureKind::Network);

    // A file of another version that an earlier visit left is fetched anew.
    engine.host.put(KEPT, vec![1, 2, 3]);
    engine
        .host
        .files
        .borrow_mut()
        .insert(ADDRESS.into(), file());
    assert_eq!(fetch(&mut engine), FetchEnd::Kept);
    engine.host.files.borrow_mut().remove(ADDRESS);
    assert_eq!(fetch(&mut engine), FetchEnd::Kept);
    // It is no model of the person's own.
    assert_eq!(engine.ask(Command::ListModels), [Event::Models(Vec::new())]);
}

#[test]
fn where_storage_is_full_it_is_held_until_the_page_closes() {
    let mut engine = engine(file());
    engine.host.full.set(true);
    let full = FailureKind::Storage(StorageFault::Full);
    assert!(matches!(fetch(&mut engine), FetchEnd::Held(why) if why.kind == full));
    engine.host.files.borrow_mut().remove(ADDRESS);
    let events = engine.ask(Command::UseModel("koch".into()));
    assert!(matches!(events.last(), Some(Event::Device(_))));
}

#[test]
fn fetching_is_given_up_and_can_be_begun_again() {
    let mut engine = engine(file());
    engine.host.slow.set(true);
    engine.begin(Command::Fetch("koch".into()));
    engine.turn();
    engine.begin(Command::StopFetching);
    while engine.turn() {}
    let stopped = engine.heard();
    let end = stopped.iter().find_map(|event| match event {
        Event::Fetched { end, .. } => Some(end.clone()),
        _ => None,
    });
    assert_eq!(end, Some(FetchEnd::Stopped));
    // The next one begins before the one before it has noticed.
    engine.begin(Command::Fetch("koch".into()));
    engine.turn();
    engine.begin(Command::Fetch("koch".into()));
    while engine.turn() {}
    let ends: Vec<FetchEnd> = engine
        .heard()
        .into_iter()
        .filter_map(|event| match event {
            Event::Fetched { end, .. } => Some(end),
            _ => None,
        })
        .collect();
    assert_eq!(ends, [FetchEnd::Stopped, FetchEnd::Kept]);
    let events = engine.ask(Command::Fetch("compact".into()));
    assert!(matches!(events[..], [Event::Failed(_)]), "{events:?}");
}
