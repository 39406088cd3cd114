//! The large built-in model: fetched on request, believed by its digest, kept, given up.

#![allow(clippy::unwrap_used)]

mod desk;

use std::path::Path;

use desk::{Bench, drawings, one_shot};
use twinglyph_core::protocol::{Command, Event, FailureKind, FetchEnd, Stage, StorageFault};

const ADDRESS: &str = "models/koch.safetensors";
const KEPT: &str = "shipped/koch.safetensors";

fn file() -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/models/koch.safetensors");
    std::fs::read(path).unwrap()
}

fn bench(file: Vec<u8>) -> Bench {
    let bench = Bench::started();
    bench.desk.files.borrow_mut().insert(ADDRESS.into(), file);
    bench
}

fn fetch(bench: &mut Bench) -> FetchEnd {
    let events = bench.ask(Command::Fetch("koch".into()));
    match events.last() {
        Some(Event::Fetched { name, end }) if name == "koch" => end.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_fetched_model_is_kept_and_used_without_the_network() {
    let mut bench = bench(file());
    let events = bench.ask(Command::Fetch("koch".into()));
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

    bench.desk.files.borrow_mut().remove(ADDRESS);
    bench.support(1, one_shot(1, 0));
    let events = bench.ask(Command::UseModel("koch".into()));
    let named = events.iter().any(|event| {
        matches!(event, Event::Model(report) if report.name == "koch" && report.parameters == 38_951_745)
    });
    assert!(named, "{events:?}");
    let events = bench.ask(Command::Classify {
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
    let mut bench = bench(other);
    assert!(matches!(fetch(&mut bench), FetchEnd::Failed(said) if said.contains("koch")));
    let events = bench.ask(Command::UseModel("koch".into()));
    let Some(Event::Failed(failure)) = events.last() else {
        panic!("{events:?}")
    };
    assert_eq!(failure.kind, FailureKind::Network);

    // A file of another version that an earlier visit left is fetched anew.
    bench.desk.put(KEPT, vec![1, 2, 3]);
    bench.desk.files.borrow_mut().insert(ADDRESS.into(), file());
    assert_eq!(fetch(&mut bench), FetchEnd::Kept);
    bench.desk.files.borrow_mut().remove(ADDRESS);
    assert_eq!(fetch(&mut bench), FetchEnd::Kept);
    // It is no model of the person's own.
    assert_eq!(bench.ask(Command::ListModels), [Event::Models(Vec::new())]);
}

#[test]
fn where_storage_is_full_it_is_held_until_the_page_closes() {
    let mut bench = bench(file());
    bench.desk.full.set(true);
    let full = FailureKind::Storage(StorageFault::Full);
    assert!(matches!(fetch(&mut bench), FetchEnd::Held(why) if why.kind == full));
    bench.desk.files.borrow_mut().remove(ADDRESS);
    let events = bench.ask(Command::UseModel("koch".into()));
    assert!(matches!(events.last(), Some(Event::Device(_))));
}

#[test]
fn fetching_is_given_up_and_can_be_begun_again() {
    let mut bench = bench(file());
    bench.desk.slow.set(true);
    bench.begin(Command::Fetch("koch".into()));
    bench.turn();
    bench.begin(Command::StopFetching);
    while bench.turn() {}
    let stopped = bench.heard();
    let end = stopped.iter().find_map(|event| match event {
        Event::Fetched { end, .. } => Some(end.clone()),
        _ => None,
    });
    assert_eq!(end, Some(FetchEnd::Stopped));
    // The next one begins before the one before it has noticed.
    bench.begin(Command::Fetch("koch".into()));
    bench.turn();
    bench.begin(Command::Fetch("koch".into()));
    while bench.turn() {}
    let ends: Vec<FetchEnd> = bench
        .heard()
        .into_iter()
        .filter_map(|event| match event {
            Event::Fetched { end, .. } => Some(end),
            _ => None,
        })
        .collect();
    assert_eq!(ends, [FetchEnd::Stopped, FetchEnd::Kept]);
    let events = bench.ask(Command::Fetch("compact".into()));
    assert!(matches!(events[..], [Event::Failed(_)]), "{events:?}");
}
