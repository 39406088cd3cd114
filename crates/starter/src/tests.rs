//! What the starter answers against the engine's own numbers, and what it leaves.

use twinglyph_core::protocol::{Fault, LARGE_MODEL};
use twinglyph_core::shard::Digest;

use super::*;

const PATH: &str = "models/compact.safetensors";

fn file(path: &str) -> Vec<u8> {
    let assets = concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets/");
    std::fs::read(format!("{assets}{path}")).expect("the file")
}

fn now() -> f64 {
    7.0
}

/// Drawings that differ.
fn drawing(number: usize) -> Bitmap {
    Bitmap::from_fn(|row, column| (row * (number + 1)).abs_diff(column * 3) < 4 + number)
}

fn classes(count: usize) -> Vec<Vec<Bitmap>> {
    (0..count).map(|number| vec![drawing(number)]).collect()
}

fn ask(starter: &mut Starter, id: u32, command: Command) -> Vec<Event> {
    let replies = starter.take(Request { id, command }, now);
    assert!(replies.iter().all(|reply| reply.id == id), "{replies:?}");
    replies.into_iter().map(|reply| reply.event).collect()
}

fn start(preference: DevicePreference) -> Command {
    Command::Start {
        preference,
        model: "compact".to_owned(),
    }
}

fn support(set: u32, count: usize) -> Command {
    let classes = classes(count);
    Command::SetSupport { set, classes }
}

fn query(set: u32, number: usize) -> Command {
    let query = drawing(number);
    Command::Classify { set, query }
}

/// A starter with `compact`.
fn loaded() -> Starter {
    let mut starter = Starter::default();
    let bytes = file(PATH);
    assert!(starter.load(PATH, &bytes, now));
    assert!(
        starter
            .prove(&Digest::of(&bytes).to_string(), now)
            .is_empty()
    );
    starter
}

/// One that has answered [`Command::Start`].
fn started() -> Starter {
    let mut starter = loaded();
    assert_eq!(ask(&mut starter, 1, start(DevicePreference::Auto)).len(), 2);
    starter
}

#[test]
fn the_model_and_the_processor_are_told_of() {
    let mut starter = loaded();
    let cpu = DevicePreference::Only(DeviceKind::Cpu);
    let told = ask(&mut starter, 1, start(cpu));
    let [Event::Model(model), Event::Device(device)] = &told[..] else {
        panic!("{told:?}");
    };
    assert_eq!(
        (model.name.as_str(), model.parameters),
        ("compact", 1_356_843)
    );
    assert_eq!(device.kind, DeviceKind::Cpu);
    assert_eq!(device.reason, DeviceReason::CpuAsked);
}

#[test]
fn rankings_are_those_of_the_networks_scores() {
    let mut starter = started();
    let told = ask(&mut starter, 2, support(5, 20));
    let [
        Event::Support {
            set: 5,
            classes: 20,
            views: 1,
            more: true,
            ..
        },
    ] = &told[..]
    else {
        panic!("{told:?}");
    };
    assert!(!starter.is_done());
    let told = ask(&mut starter, 3, query(5, 7));
    let [
        Event::Ranking {
            set: 5,
            matches,
            views: 1,
            device: DeviceKind::Cpu,
            ..
        },
    ] = &told[..]
    else {
        panic!("{told:?}");
    };
    assert!(starter.is_done());
    assert_eq!((matches.len(), matches[0].class), (20, 7));
    let (network, _) = Residual::read(&file(PATH)).expect("a network");
    let (one, _) = network.embed([&drawing(7)], Views::One);
    let (all, _) = network.embed(&(0..20).map(drawing).collect::<Vec<_>>(), Views::One);
    let scores = network.scores((&one, &all), Views::One);
    for found in matches {
        assert_eq!(found.score, scores[found.class as usize]);
    }
}

#[test]
fn what_comes_before_the_file_is_answered_with_it() {
    let mut starter = Starter::default();
    assert!(ask(&mut starter, 1, start(DevicePreference::Auto)).is_empty());
    assert!(ask(&mut starter, 2, support(1, 3)).is_empty());
    assert!(ask(&mut starter, 3, support(2, 4)).is_empty());
    let told = starter.progress(5, 9);
    assert!(matches!(
        told[..],
        [Reply {
            id: 1,
            event: Event::Progress {
                done: 5,
                total: 9,
                ..
            }
        }]
    ));
    let told = starter.lacks(PATH, "the network failed");
    assert!(matches!(
        &told[..],
        [Reply { id: 1, event: Event::Failed(failure) }]
            if failure.kind == FailureKind::Network && failure.message.contains(PATH)
    ));
    let bytes = file(PATH);
    assert!(starter.load(PATH, &bytes, now));
    assert!(
        ask(&mut starter, 4, query(2, 0)).is_empty(),
        "nothing is shown of what is not proven"
    );
    let told = starter.prove(&Digest::of(&bytes).to_string(), now);
    let ids: Vec<u32> = told.iter().map(|reply| reply.id).collect();
    assert_eq!(ids, [1, 1, 3]);
    assert!(starter.progress(9, 9).is_empty());
    assert_eq!(ask(&mut starter, 5, query(2, 0)).len(), 1);
}

#[test]
fn files_that_are_not_the_shipped_ones_are_left_to_the_engine() {
    let bytes = file(PATH);
    let mut starter = Starter::default();
    assert!(!starter.load("models/other.safetensors", &bytes, now));
    assert!(
        !starter.load("models/deep.safetensors", &bytes, now),
        "another's golden numbers"
    );
    assert!(!starter.load(PATH, &bytes[..bytes.len() - 1], now));
    let large = model_path(LARGE_MODEL).expect("a path");
    assert!(!starter.load(&large, &file(&large), now));
    assert!(starter.load(PATH, &bytes, now));
    assert!(
        starter
            .prove(&Digest::of(b"other").to_string(), now)
            .is_empty()
    );
    assert!(ask(&mut starter, 1, start(DevicePreference::Auto)).is_empty());
}

#[test]
fn a_graphics_device_that_was_asked_for_is_the_engines() {
    let mut starter = loaded();
    let gpu = DevicePreference::Only(DeviceKind::WebGpu);
    assert!(ask(&mut starter, 1, start(gpu)).is_empty());
    assert!(starter.is_done());
}

#[test]
fn after_a_change_it_says_no_more() {
    let changes = [
        Command::UseModel("deep".to_owned()),
        Command::UseDevice(DevicePreference::Auto),
        Command::Fault(Fault::Hang),
        start(DevicePreference::Auto),
    ];
    for change in changes {
        let mut starter = started();
        assert_eq!(ask(&mut starter, 2, support(1, 3)).len(), 1);
        assert!(ask(&mut starter, 3, change).is_empty());
        assert!(starter.is_done());
        assert!(ask(&mut starter, 4, query(1, 0)).is_empty());
    }
}

#[test]
fn what_it_can_not_do_it_leaves_and_goes_on() {
    let mut starter = started();
    assert_eq!(ask(&mut starter, 2, support(1, 3)).len(), 1);
    assert!(ask(&mut starter, 3, Command::ListModels).is_empty());
    assert!(ask(&mut starter, 4, query(2, 0)).is_empty(), "another set");
    assert_eq!(ask(&mut starter, 5, Command::Ping), [Event::Pong]);
    assert_eq!(ask(&mut starter, 6, query(1, 0)).len(), 1);
    assert!(ask(&mut starter, 7, support(3, MOST + 1)).is_empty());
    assert!(
        ask(&mut starter, 8, query(1, 0)).is_empty(),
        "the set is another now"
    );
    assert!(
        ask(&mut starter, 9, support(4, 0)).is_empty(),
        "the engine says what is wrong"
    );
}
