use super::*;
use crate::client::worker_client::State;
use crate::client::worker_client::limits::{ANSWER_LIMIT_LEAST, START_LIMIT, answer_limit};
use crate::client::worker_client::tests::{
    asking, booted, bring_up, classes, is_lost, pass, reply, report, run, sent, up,
};
use twinglyph_core::protocol::{Event, ModelReport, UNASKED};

#[test]
fn silence_replaces_the_worker_and_asks_it_everything_again() {
    let (mut client, _) = asking();
    let effects = pass(&mut client, ANSWER_LIMIT_LEAST + 1_000.0);
    assert!(effects.contains(&Effect::Terminate));
    assert!(effects.contains(&Effect::Spawn));
    assert_eq!(
        effects
            .iter()
            .filter(|effect| matches!(effect, Effect::Tell(Update::Replaced { .. })))
            .count(),
        1
    );
    let support = sent(&bring_up(&mut client));
    assert!(matches!(
        support[0].command,
        Command::SetSupport { set: 1, .. }
    ));
    let question = sent(&client.receive(reply(
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
    let mut client = up();
    let effects = pass(&mut client, PING_EVERY + 1_000.0);
    let ping = sent(&effects);
    assert_eq!(ping[0].command, Command::Ping);
    client.receive(reply(ping[0].id, Event::Pong));
    let effects = pass(&mut client, PING_EVERY + ANSWER_LIMIT_LEAST + 2_000.0);
    assert!(effects.contains(&Effect::Spawn));
}

#[test]
fn a_page_that_slept_does_not_blame_the_worker() {
    let (mut client, _) = asking();
    assert!(client.tick(3_600_000.0).is_empty());
}

#[test]
fn three_crashes_in_a_minute_end_the_attempts_until_a_retry() {
    let mut client = up();
    for crash in 0..CRASHES_MOST {
        let effects = client.crashed("it stopped with an error");
        let respawned = effects.contains(&Effect::Spawn);
        assert_eq!(respawned, crash + 1 < CRASHES_MOST);
    }
    assert_eq!(client.state(), State::Failed);
    assert!(client.crashed("it stopped with an error").is_empty());
    assert!(client.retry().contains(&Effect::Spawn));
    assert_eq!(client.state(), State::Loading);
}

#[test]
fn rare_crashes_never_end_the_attempts() {
    let mut client = up();
    for _ in 0..10 {
        assert!(
            client
                .crashed("it stopped with an error")
                .contains(&Effect::Spawn)
        );
        bring_up(&mut client);
        for _ in 0..60 {
            for request in sent(&pass(&mut client, 1_000.0)) {
                client.receive(reply(request.id, Event::Pong));
            }
        }
    }
}

#[test]
fn a_worker_that_never_boots_is_given_up() {
    let mut client = WorkerClient::new("compact", DevicePreference::Auto);
    client.start();
    pass(&mut client, BOOT_LIMIT * 8.0);
    assert_eq!(client.state(), State::Failed);
}

#[test]
fn a_worker_whose_script_does_not_come_is_told_of_in_five_seconds_and_the_next_has_longer() {
    let mut client = WorkerClient::new("compact", DevicePreference::Auto);
    client.start();
    let first = client.patience();
    assert!(pass(&mut client, 5_000.0).contains(&Effect::Spawn));
    assert!(client.patience() > first);
    assert!(!pass(&mut client, 5_000.0).contains(&Effect::Spawn));
    assert!(pass(&mut client, 5_000.0).contains(&Effect::Spawn));
}

#[test]
fn a_worker_whose_script_runs_is_given_the_time_that_its_module_needs() {
    let mut client = WorkerClient::new("compact", DevicePreference::Auto);
    client.start();
    client.fetching(0, 0);
    assert!(!pass(&mut client, BOOT_LIMIT - 1_000.0).contains(&Effect::Spawn));
    // Its own patience ended with these words.
    assert!(
        client
            .last_words("the connection gave nothing for 4 s")
            .contains(&Effect::Spawn)
    );
    assert!(client.patience() > STALL_LIMIT);
    bring_up(&mut client);
    assert_eq!(client.patience(), STALL_LIMIT);
}

#[test]
fn a_hang_at_the_start_falls_back_to_the_processor() {
    let mut client = WorkerClient::new("compact", DevicePreference::Auto);
    client.start();
    client.receive(booted());
    pass(&mut client, START_LIMIT + 1_000.0);
    let start = sent(&client.receive(booted()));
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
    let (mut client, _) = asking();
    let slow = twinglyph_core::protocol::DeviceReport {
        milliseconds: 400.0,
        ..report(DeviceKind::WebGpu)
    };
    client.receive(reply(UNASKED, Event::Device(slow)));
    assert!(!pass(&mut client, 9_000.0).contains(&Effect::Spawn));
    assert!(pass(&mut client, 2_000.0).contains(&Effect::Spawn));
}

#[test]
fn a_device_that_breaks_the_worker_twice_is_not_used_again() {
    let mut client = WorkerClient::new("compact", DevicePreference::Only(DeviceKind::WebGpu));
    client.start();
    bring_up(&mut client);
    client.receive(reply(UNASKED, Event::Device(report(DeviceKind::WebGpu))));
    let preferences: Vec<DevicePreference> = (0..2)
        .map(|_| {
            client.crashed("it stopped with an error");
            let start = sent(&client.receive(booted()));
            let preference = match start[0].command {
                Command::Start { preference, .. } => preference,
                _ => DevicePreference::Auto,
            };
            let device = report(DeviceKind::WebGpu);
            client.receive(reply(start[0].id, Event::Device(device)));
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
fn told(effects: &[Effect]) -> String {
    let words = effects.iter().map(|effect| match effect {
        Effect::Tell(Update::Replaced { why, instead }) => words().failures.replaced(why, instead),
        Effect::Tell(Update::Failed(_, failure)) => failure.message.clone(),
        _ => String::new(),
    });
    words.collect()
}

fn model(client: &mut WorkerClient, name: &str) {
    let report = ModelReport {
        name: name.to_owned(),
        architecture: "compact".to_owned(),
        parameters: 1,
        views: 1,
        facts: Vec::new(),
    };
    client.receive(reply(UNASKED, Event::Model(report)));
}

#[test]
fn a_model_that_memory_does_not_suffice_for_leaves_the_one_before() {
    let mut client = up();
    model(&mut client, "compact");
    client.use_model("koch");
    let effects = client.out_of_memory();
    assert!(
        told(&effects).contains("compact stays in use"),
        "{effects:?}"
    );
    let start = sent(&client.receive(booted()));
    assert!(matches!(&start[0].command, Command::Start { model, .. } if model == "compact"));
}

#[test]
fn a_run_that_memory_does_not_suffice_for_is_over() {
    let mut client = up();
    model(&mut client, "compact");
    client.set_support(1, classes());
    client.ask(Kind::Training, 4, Command::Train(run()));
    let effects = client.out_of_memory();
    assert!(told(&effects).contains("fewer characters"), "{effects:?}");
    assert!(
        !is_lost(&effects, Kind::Training, 4),
        "it would be begun again"
    );
    assert!(effects.contains(&Effect::Spawn));
}
