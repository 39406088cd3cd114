use super::*;
use crate::client::link::State;
use crate::client::link::limits::{ANSWER_LIMIT_LEAST, START_LIMIT, answer_limit};
use crate::client::link::tests::{
    asking, booted, bring_up, classes, is_lost, pass, reply, report, run, sent, up,
};
use twinglyph_core::protocol::{Event, ModelReport, UNASKED};

#[test]
fn silence_replaces_the_worker_and_asks_it_everything_again() {
    let (mut link, _) = asking();
    let actions = pass(&mut link, ANSWER_LIMIT_LEAST + 1_000.0);
    assert!(actions.contains(&Action::Terminate));
    assert!(actions.contains(&Action::Spawn));
    assert_eq!(
        actions
            .iter()
            .filter(|action| matches!(action, Action::Tell(News::Replaced(_))))
            .count(),
        1
    );
    let support = sent(&bring_up(&mut link));
    assert!(matches!(
        support[0].command,
        Command::SetSupport { set: 1, .. }
    ));
    let question = sent(&link.receive(reply(
        support[0].id,
        Event::Support {
            set: 1,
            classes: 3,
            views: 1,
            more: false,
            milliseconds: 1.0,
        },
    )));
    assert!(matches!(
        question[0].command,
        Command::Classify { set: 1, .. }
    ));
}

#[test]
fn an_idle_worker_that_hangs_is_noticed() {
    let mut link = up();
    let actions = pass(&mut link, PING_EVERY + 1_000.0);
    let ping = sent(&actions);
    assert_eq!(ping[0].command, Command::Ping);
    link.receive(reply(ping[0].id, Event::Pong));
    let actions = pass(&mut link, PING_EVERY + ANSWER_LIMIT_LEAST + 2_000.0);
    assert!(actions.contains(&Action::Spawn));
}

#[test]
fn a_page_that_slept_does_not_blame_the_worker() {
    let (mut link, _) = asking();
    assert!(link.tick(3_600_000.0).is_empty());
}

#[test]
fn three_crashes_in_a_minute_end_the_attempts_until_a_retry() {
    let mut link = up();
    for crash in 0..CRASHES_MOST {
        let actions = link.crashed("it stopped with an error");
        let respawned = actions.contains(&Action::Spawn);
        assert_eq!(respawned, crash + 1 < CRASHES_MOST);
    }
    assert_eq!(link.state(), State::Failed);
    assert!(link.crashed("it stopped with an error").is_empty());
    assert!(link.retry().contains(&Action::Spawn));
    assert_eq!(link.state(), State::Loading);
}

#[test]
fn rare_crashes_never_end_the_attempts() {
    let mut link = up();
    for _ in 0..10 {
        assert!(
            link.crashed("it stopped with an error")
                .contains(&Action::Spawn)
        );
        bring_up(&mut link);
        for _ in 0..60 {
            for request in sent(&pass(&mut link, 1_000.0)) {
                link.receive(reply(request.id, Event::Pong));
            }
        }
    }
}

#[test]
fn a_worker_that_never_boots_is_given_up() {
    let mut link = Link::new("compact", DevicePreference::Auto);
    link.start();
    pass(&mut link, BOOT_LIMIT * 8.0);
    assert_eq!(link.state(), State::Failed);
}

#[test]
fn a_worker_whose_script_does_not_come_is_told_of_in_five_seconds_and_the_next_has_longer() {
    let mut link = Link::new("compact", DevicePreference::Auto);
    link.start();
    let first = link.patience();
    assert!(pass(&mut link, 5_000.0).contains(&Action::Spawn));
    assert!(link.patience() > first);
    assert!(!pass(&mut link, 5_000.0).contains(&Action::Spawn));
    assert!(pass(&mut link, 5_000.0).contains(&Action::Spawn));
}

#[test]
fn a_worker_whose_script_runs_is_given_the_time_that_its_module_needs() {
    let mut link = Link::new("compact", DevicePreference::Auto);
    link.start();
    link.fetching(0, 0);
    assert!(!pass(&mut link, BOOT_LIMIT - 1_000.0).contains(&Action::Spawn));
    // Its own patience ended with these words.
    assert!(
        link.last_words("the connection gave nothing for 4 s")
            .contains(&Action::Spawn)
    );
    assert!(link.patience() > STALL_LIMIT);
    bring_up(&mut link);
    assert_eq!(link.patience(), STALL_LIMIT);
}

#[test]
fn a_hang_at_the_start_falls_back_to_the_processor() {
    let mut link = Link::new("compact", DevicePreference::Auto);
    link.start();
    link.receive(booted());
    pass(&mut link, START_LIMIT + 1_000.0);
    let start = sent(&link.receive(booted()));
    assert!(matches!(
        start[0].command,
        Command::Start {
            preference: DevicePreference::Only(DeviceKind::Cpu),
            ..
        }
    ));
}

#[test]
fn a_slow_device_is_given_more_time() {
    // Eight views of `deep` on this CPU, of `compact` on lavapipe, and a device of one view.
    for (milliseconds, limit) in [(5.0, 3_000.0), (60.0, 4_800.0), (900.0, 10_000.0)] {
        assert_eq!(answer_limit(milliseconds), limit);
    }
    let (mut link, _) = asking();
    let slow = twinglyph_core::protocol::DeviceReport {
        milliseconds: 400.0,
        ..report(DeviceKind::WebGpu)
    };
    link.receive(reply(UNASKED, Event::Device(slow)));
    assert!(!pass(&mut link, 9_000.0).contains(&Action::Spawn));
    assert!(pass(&mut link, 2_000.0).contains(&Action::Spawn));
}

#[test]
fn a_device_that_breaks_the_worker_twice_is_not_used_again() {
    let mut link = Link::new("compact", DevicePreference::Only(DeviceKind::WebGpu));
    link.start();
    bring_up(&mut link);
    link.receive(reply(UNASKED, Event::Device(report(DeviceKind::WebGpu))));
    let preferences: Vec<DevicePreference> = (0..2)
        .map(|_| {
            link.crashed("it stopped with an error");
            let start = sent(&link.receive(booted()));
            let preference = match start[0].command {
                Command::Start { preference, .. } => preference,
                _ => DevicePreference::Auto,
            };
            let device = report(DeviceKind::WebGpu);
            link.receive(reply(start[0].id, Event::Device(device)));
            preference
        })
        .collect();
    let only = DevicePreference::Only;
    assert_eq!(
        preferences,
        [only(DeviceKind::WebGpu), only(DeviceKind::Cpu)]
    );
}

/// What the page is told in words.
fn told(actions: &[Action]) -> String {
    let words = actions.iter().map(|action| match action {
        Action::Tell(News::Replaced(text)) => text.clone(),
        Action::Tell(News::Failed(_, failure)) => failure.message.clone(),
        _ => String::new(),
    });
    words.collect()
}

fn model(link: &mut Link, name: &str) {
    let report = ModelReport {
        name: name.to_owned(),
        architecture: "compact".to_owned(),
        parameters: 1,
        views: 1,
        facts: Vec::new(),
    };
    link.receive(reply(UNASKED, Event::Model(report)));
}

#[test]
fn a_model_that_memory_does_not_suffice_for_leaves_the_one_before() {
    let mut link = up();
    model(&mut link, "compact");
    link.use_model("koch");
    let actions = link.out_of_memory();
    assert!(
        told(&actions).contains("compact stays in use"),
        "{actions:?}"
    );
    let start = sent(&link.receive(booted()));
    assert!(matches!(&start[0].command, Command::Start { model, .. } if model == "compact"));
}

#[test]
fn a_run_that_memory_does_not_suffice_for_is_over() {
    let mut link = up();
    model(&mut link, "compact");
    link.set_support(1, classes());
    link.ask(Kind::Training, 4, Command::Train(run()));
    let actions = link.out_of_memory();
    assert!(told(&actions).contains("fewer characters"), "{actions:?}");
    assert!(
        !is_lost(&actions, Kind::Training, 4),
        "it would be begun again"
    );
    assert!(actions.contains(&Action::Spawn));
}
