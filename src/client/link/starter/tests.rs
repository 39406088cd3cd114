use twinglyph_core::Bitmap;
use twinglyph_core::protocol::{
    Command, DeviceKind, DevicePreference, Event, Failure, FailureKind,
};

use super::super::limits::{ANSWER_LIMIT_LEAST, BOOT_LIMIT, CRASHES_MOST, STALL_LIMIT};
use super::super::tests::{booted, classes, embedded, pass, ranked_by, reply, report, sent};
use super::super::{Action, Link, News, State};

/// A link whose worker's starter has a device and this support set.
fn by_starter() -> Link {
    let mut link = Link::new("compact", DevicePreference::Auto);
    link.start();
    link.set_support(1, classes());
    let first = sent(&link.receive(booted(true)));
    link.receive(reply(first[0].id, Event::Device(report(DeviceKind::Cpu))));
    link.receive(embedded(first[1].id, 1));
    link
}

#[test]
fn it_is_for_the_processor_and_a_model_that_can_be_asked_for_ahead() {
    let begins = |model: &str, preference| Link::new(model, preference).begins_with_starter();
    assert!(begins("deep", DevicePreference::Auto));
    assert!(begins("deep", DevicePreference::Only(DeviceKind::Cpu)));
    assert!(!begins("deep", DevicePreference::Only(DeviceKind::WebGpu)));
    assert!(!begins("koch", DevicePreference::Auto));
    assert!(!begins("my/own", DevicePreference::Auto));
}

#[test]
fn rankings_of_the_starter_are_shown_and_the_engine_goes_on_from_them() {
    let mut link = by_starter();
    let question = sent(&link.classify(7, Bitmap::blank()));
    assert!(matches!(
        question[0].command,
        Command::Classify { set: 1, .. }
    ));
    let ranked = reply(question[0].id, ranked_by(1));
    let told = link.receive(ranked);
    assert!(
        told.iter()
            .any(|action| matches!(action, Action::Tell(News::Ranking(_))))
    );
    assert_eq!(link.state(), State::Busy, "the engine is still to come");
    // The engine says so, and answers the order to start and the set once more.
    assert!(sent(&link.receive(booted(false))).is_empty());
    link.receive(reply(1, Event::Device(report(DeviceKind::WebGpu))));
    let eight = Event::Support {
        set: 1,
        classes: 3,
        views: 8,
        more: false,
        milliseconds: 1.0,
    };
    let again = sent(&link.receive(reply(2, eight)));
    assert!(matches!(again[0].command, Command::Classify { set: 1, .. }));
    link.receive(reply(again[0].id, ranked_by(8)));
    assert_eq!(link.state(), State::Ready);
}

#[test]
fn a_map_is_asked_of_the_engine_only() {
    let mut link = by_starter();
    assert!(sent(&link.map(None)).is_empty());
    link.receive(booted(false));
    let asked = sent(&link.receive(embedded(2, 1)));
    assert!(matches!(asked[0].command, Command::Map { set: 1, .. }));
}

#[test]
fn an_engine_that_comes_slowly_after_its_starter_is_waited_for() {
    let mut link = by_starter();
    sent(&link.classify(1, Bitmap::blank()));
    for _ in 0..20 {
        link.fetching(1, 2);
        let actions = pass(&mut link, 5_000.0);
        assert!(sent(&actions).is_empty() && !actions.contains(&Action::Spawn));
    }
    link.receive(booted(false));
    assert!(!pass(&mut link, ANSWER_LIMIT_LEAST - 1_000.0).contains(&Action::Spawn));
    assert!(pass(&mut link, 2_000.0).contains(&Action::Spawn));
}

#[test]
fn an_engine_that_does_not_come_after_its_starter_is_asked_for_again_with_more_patience() {
    let mut link = by_starter();
    assert!(pass(&mut link, BOOT_LIMIT + 1_000.0).contains(&Action::Spawn));
    let mut link = by_starter();
    let stalled = "the connection gave nothing for 4 s";
    assert!(link.last_words(stalled).contains(&Action::Spawn));
    assert!(link.patience() > STALL_LIMIT);
    // Another starter is no sign that the engine comes.
    let start = sent(&link.receive(booted(true)));
    link.receive(reply(start[0].id, Event::Device(report(DeviceKind::Cpu))));
    assert!(link.patience() > STALL_LIMIT);
    link.receive(booted(false));
    assert_eq!(link.patience(), STALL_LIMIT);
}

#[test]
fn an_engine_that_never_comes_after_its_starter_is_given_up() {
    let mut link = by_starter();
    for _ in 0..CRASHES_MOST {
        pass(&mut link, BOOT_LIMIT * 2.0);
        link.last_words("the connection gave nothing");
        let start = sent(&link.receive(booted(true)));
        if let Some(start) = start.first() {
            link.receive(reply(start.id, Event::Device(report(DeviceKind::Cpu))));
        }
    }
    assert_eq!(link.state(), State::Failed);
}

#[test]
fn an_engine_that_cannot_begin_after_its_starter_is_given_up() {
    let mut link = by_starter();
    link.receive(booted(false));
    let failure = Failure {
        kind: FailureKind::Model,
        message: "the file is damaged".to_owned(),
    };
    link.receive(reply(1, Event::Failed(failure.clone())));
    assert_eq!(link.state(), State::Failed);
    // Later it would be the failure of something else.
    let mut link = by_starter();
    link.receive(booted(false));
    link.receive(reply(1, Event::Device(report(DeviceKind::Cpu))));
    link.receive(reply(1, Event::Failed(failure)));
    assert_ne!(link.state(), State::Failed);
}
