use super::*;
use crate::client::worker_client::limits::{
    ANSWER_LIMIT_LEAST, PING_EVERY, SCORES_LIMIT, SUPPORT_LIMIT,
};
use proptest::prelude::*;
use std::sync::Arc;
use twinglyph_core::protocol::{DeviceReport, Match, Outcome, Request, TrainControl, UNASKED};

pub(super) fn report(kind: DeviceKind) -> DeviceReport {
    DeviceReport {
        kind,
        name: "SIMD".to_owned(),
        milliseconds: 6.0,
        reason: twinglyph_core::protocol::DeviceReason::CpuAsked,
        tried: vec![twinglyph_core::protocol::DeviceTrial {
            kind,
            name: String::new(),
            outcome: Outcome::Disagrees { deviation: 1.0 },
        }],
    }
}

pub(super) fn sent(effects: &[Effect]) -> Vec<Request> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Send(request) => Some(request.clone()),
            _ => None,
        })
        .collect()
}

/// The failure that the effects tell this asker.
pub(super) fn failed(effects: &[Effect], kind: Kind, ticket: u64) -> Option<Failure> {
    let asker = Asker { kind, ticket };
    effects.iter().find_map(|effect| match effect {
        Effect::Tell(Update::Failed(told, failure)) if *told == asker => Some(failure.clone()),
        _ => None,
    })
}

pub(super) fn is_lost(effects: &[Effect], kind: Kind, ticket: u64) -> bool {
    effects.contains(&Effect::Tell(Update::Lost(Asker { kind, ticket })))
}

pub(super) fn reply(id: u32, event: Event) -> Reply {
    Reply { id, event }
}

pub(super) fn classes() -> Arc<Vec<Vec<Bitmap>>> {
    Arc::new(vec![vec![Bitmap::blank()]; 3])
}

/// A worker's first word.
pub(super) fn booted() -> Reply {
    let version = VERSION;
    reply(UNASKED, Event::Booted { version })
}

/// Answers a worker's first messages until it has a device; what is done beside telling it to start.
pub(super) fn bring_up(client: &mut WorkerClient) -> Vec<Effect> {
    let mut effects = client.receive(booted());
    let Some(Effect::Send(start)) = effects.first().cloned() else {
        panic!("{effects:?}");
    };
    assert!(matches!(start.command, Command::Start { .. }));
    effects.remove(0);
    effects.extend(client.receive(reply(start.id, Event::Device(report(DeviceKind::Cpu)))));
    effects
}

/// Answers that this set is embedded, as asked by this request.
pub(super) fn embedded(id: u32, set: u32) -> Reply {
    let event = Event::Support {
        set,
        classes: 3,
        views: 1,
        more: false,
        milliseconds: 1.0,
    };
    reply(id, event)
}

#[test]
fn a_set_goes_with_the_order_to_start_and_not_again() {
    let mut client = WorkerClient::new("compact", DevicePreference::Auto);
    client.start();
    client.set_support(1, classes());
    let first = sent(&client.receive(booted()));
    assert!(matches!(first[0].command, Command::Start { .. }));
    assert!(matches!(
        first[1].command,
        Command::SetSupport { set: 1, .. }
    ));
    // Time is counted from when it can begin with it.
    for _ in 0..50 {
        let progress = Event::Progress {
            stage: Stage::Model,
            done: 1,
            total: 2,
        };
        pass(&mut client, 1_000.0);
        client.receive(reply(first[0].id, progress));
    }
    let device = Event::Device(report(DeviceKind::Cpu));
    assert!(sent(&client.receive(reply(first[0].id, device))).is_empty());
    assert!(!pass(&mut client, SUPPORT_LIMIT - 1_000.0).contains(&Effect::Spawn));
    client.receive(embedded(first[1].id, 1));
    let question = sent(&client.classify(1, Bitmap::blank()));
    assert!(matches!(
        question[0].command,
        Command::Classify { set: 1, .. }
    ));
}

#[test]
fn a_set_that_took_the_place_of_an_early_one_is_sent_when_the_worker_is_up() {
    let mut client = WorkerClient::new("compact", DevicePreference::Auto);
    client.start();
    let start = sent(&client.receive(booted()));
    let early = sent(&client.set_support(1, classes()));
    assert!(matches!(
        early[0].command,
        Command::SetSupport { set: 1, .. }
    ));
    assert!(sent(&client.set_support(2, classes())).is_empty());
    let device = Event::Device(report(DeviceKind::Cpu));
    let second = sent(&client.receive(reply(start[0].id, device)));
    assert!(matches!(
        second[0].command,
        Command::SetSupport { set: 2, .. }
    ));
    client.receive(embedded(early[0].id, 1));
    assert!(sent(&client.classify(1, Bitmap::blank())).is_empty());
    let question = sent(&client.receive(embedded(second[0].id, 2)));
    assert!(matches!(
        question[0].command,
        Command::Classify { set: 2, .. }
    ));
}

#[test]
fn only_a_small_file_of_the_app_is_asked_for_ahead() {
    let ahead = |model: &str| WorkerClient::new(model, DevicePreference::Auto).ahead();
    assert_eq!(ahead("deep").as_deref(), Some("models/deep.safetensors"));
    assert_eq!(ahead(LARGE_MODEL), None);
    assert_eq!(ahead("my/own"), None);
}

pub(super) fn up() -> WorkerClient {
    let mut client = WorkerClient::new("compact", DevicePreference::Auto);
    client.start();
    bring_up(&mut client);
    assert_eq!(client.state(), State::Ready);
    client
}

/// A client with an embedded set and one question on its way; the question's id.
pub(super) fn asking() -> (WorkerClient, u32) {
    let mut client = up();
    let support = sent(&client.set_support(1, classes()));
    client.receive(reply(
        support[0].id,
        Event::Support {
            set: 1,
            classes: 3,
            views: 1,
            more: false,
            milliseconds: 1.0,
        },
    ));
    let question = sent(&client.classify(1, Bitmap::blank()));
    let id = question[0].id;
    (client, id)
}

pub(super) fn pass(client: &mut WorkerClient, milliseconds: f64) -> Vec<Effect> {
    let mut effects = Vec::new();
    let mut left = milliseconds;
    while left > 0.0 {
        effects.extend(client.tick(500.0));
        left -= 500.0;
    }
    effects
}

pub(super) fn ranking(set: u32) -> Event {
    Event::Ranking {
        set,
        matches: vec![Match {
            class: 2,
            score: 1.0,
            similarity: 0.7,
        }],
        milliseconds: 1.0,
        views: 1,
        more: false,
        device: DeviceKind::Cpu,
    }
}

/// The same of set 1, by so many views; more may change it where it is by one.
pub(super) fn ranked_by(of: u32) -> Event {
    let mut event = ranking(1);
    if let Event::Ranking { views, more, .. } = &mut event {
        (*views, *more) = (of, of == 1);
    }
    event
}

#[test]
fn a_drawing_made_before_the_worker_is_ready_is_ranked_once_it_is() {
    let mut client = WorkerClient::new("compact", DevicePreference::Auto);
    assert_eq!(client.start()[0], Effect::Spawn);
    assert!(sent(&client.set_support(1, classes())).is_empty());
    assert!(sent(&client.classify(4, Bitmap::blank())).is_empty());
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
    assert_eq!(client.state(), State::Busy);
}

#[test]
fn of_the_drawings_that_wait_only_the_last_is_sent() {
    let (mut client, id) = asking();
    let dot = Bitmap::from_fn(|row, column| row == 1 && column == 1);
    assert!(sent(&client.classify(2, Bitmap::blank())).is_empty());
    assert!(sent(&client.classify(3, dot.clone())).is_empty());
    let effects = client.receive(reply(id, ranking(1)));
    assert!(effects.iter().any(|effect| matches!(
        effect,
        Effect::Tell(Update::Ranking(ranked)) if ranked.ticket == 1
    )));
    let question = sent(&effects);
    assert_eq!(question.len(), 1);
    assert_eq!(
        question[0].command,
        Command::Classify { set: 1, query: dot }
    );
    let effects = client.receive(reply(question[0].id, ranking(1)));
    assert!(effects.iter().any(|effect| matches!(
        effect,
        Effect::Tell(Update::Ranking(ranked)) if ranked.ticket == 3
    )));
    assert_eq!(client.state(), State::Ready);
}

#[test]
fn a_ranking_against_an_old_set_is_not_told() {
    let (mut client, id) = asking();
    client.set_support(2, classes());
    let effects = client.receive(reply(id, ranking(1)));
    assert!(
        !effects
            .iter()
            .any(|effect| matches!(effect, Effect::Tell(Update::Ranking(_))))
    );
}

#[test]
fn a_device_that_cannot_be_had_leaves_the_old_one() {
    let mut client = up();
    let change = sent(&client.use_device(DevicePreference::Only(DeviceKind::WebGpu)));
    assert_eq!(client.state(), State::Loading);
    let effects = client.receive(reply(
        change[0].id,
        Event::Failed(Failure {
            kind: FailureKind::Device,
            message: "there is no WebGPU here".to_owned(),
        }),
    ));
    assert_eq!(client.state(), State::Ready);
    assert!(!effects.contains(&Effect::Terminate));
}

#[test]
fn another_version_is_refused() {
    let mut client = WorkerClient::new("compact", DevicePreference::Auto);
    client.start();
    let effects = client.receive(reply(
        UNASKED,
        Event::Booted {
            version: VERSION + 1,
        },
    ));
    assert!(sent(&effects).is_empty());
    assert_eq!(client.state(), State::Failed);
}

proptest! {
    /// Whatever order things happen in, at most one question is on its way, ids never repeat, and
    /// a question names the set that was embedded last.
    #[test]
    fn one_question_at_a_time(steps in prop::collection::vec(0u8..8, 1..200)) {
        let mut client = WorkerClient::new("compact", DevicePreference::Auto);
        let mut effects = client.start();
        let mut inbox: VecDeque<Request> = VecDeque::new();
        let mut seen = std::collections::HashSet::new();
        let mut set = 0;
        let mut embedded = None;
        for (at, step) in steps.into_iter().enumerate() {
            for effect in effects.drain(..) {
                match effect {
                    Effect::Spawn | Effect::Terminate => {
                        inbox.clear();
                        embedded = None;
                    }
                    Effect::Send(request) => {
                        prop_assert!(seen.insert(request.id));
                        if let Command::Classify { set, .. } = &request.command {
                            prop_assert_eq!(embedded, Some(*set));
                        }
                        inbox.push_back(request);
                        let questions = inbox.iter().filter(|request|
                            matches!(request.command, Command::Classify { .. })).count();
                        prop_assert!(questions <= 1);
                    }
                    Effect::Tell(_) => {}
                }
            }
            effects = match step {
                0 => { set += 1; client.set_support(set, classes()) }
                1 | 2 => client.classify(at as u64, Bitmap::blank()),
                3 => client.crashed("it stopped"),
                4 => client.receive(reply(UNASKED, Event::Booted { version: VERSION })),
                5 => client.tick(500.0),
                _ => match inbox.pop_front() {
                    None => client.retry(),
                    Some(Request { id, command }) => match command {
                        Command::Start { .. } =>
                            client.receive(reply(id, Event::Device(report(DeviceKind::Cpu)))),
                        Command::SetSupport { set, classes } => {
                            embedded = Some(set);
                            let classes = classes.len() as u32;
                            client.receive(reply(id, Event::Support { set, classes, views: 1, more: false, milliseconds: 1.0 }))
                        }
                        Command::Classify { set, .. } => client.receive(reply(id, ranking(set))),
                        _ => client.receive(reply(id, Event::Pong)),
                    },
                },
            };
        }
    }
}

fn job(drawings: usize) -> Command {
    Command::Score {
        scorer: twinglyph_core::protocol::Scorer::Network,
        queries: vec![Bitmap::blank(); drawings],
        support: vec![Bitmap::blank()],
    }
}

fn inspect(ticket: u64) -> Command {
    Command::Inspect {
        ticket,
        query: None,
        others: Vec::new(),
    }
}

fn scores() -> Event {
    Event::Scores {
        scores: vec![vec![1.0]],
        calibration: twinglyph_core::score::Calibration::IDENTITY,
        milliseconds: 5.0,
        device: DeviceKind::Cpu,
    }
}

/// Tickets of the jobs that the effects tell the scores of.
fn scored(effects: &[Effect]) -> Vec<u64> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Tell(Update::Answered(asker, Event::Scores { .. })) => Some(asker.ticket),
            _ => None,
        })
        .collect()
}

#[test]
fn jobs_are_sent_two_at_a_time_in_order() {
    let mut client = up();
    let first = sent(&client.ask(Kind::Scores, 7, job(2)));
    let second = sent(&client.ask(Kind::Scores, 8, job(3)));
    assert!(sent(&client.ask(Kind::Scores, 9, job(4))).is_empty());
    assert_eq!(client.state(), State::Busy);
    // An answer to something else is none.
    assert!(scored(&client.receive(reply(999, scores()))).is_empty());
    let effects = client.receive(reply(first[0].id, scores()));
    assert_eq!(scored(&effects), [7]);
    let third = sent(&effects);
    assert!(matches!(&third[0].command, Command::Score { queries, .. } if queries.len() == 4));
    let effects = client.receive(reply(third[0].id, scores()));
    assert_eq!((scored(&effects), client.state()), (vec![9], State::Busy));
    let effects = client.receive(reply(second[0].id, scores()));
    assert_eq!((scored(&effects), client.state()), (vec![8], State::Ready));
}

#[test]
fn a_job_behind_another_is_not_late_while_that_goes_on() {
    let (mut client, _) = asking();
    let first = sent(&client.ask(Kind::Scores, 7, job(60)));
    client.ask(Kind::Scores, 8, job(60));
    for done in 1..5 {
        assert!(!pass(&mut client, SCORES_LIMIT - 1_000.0).contains(&Effect::Spawn));
        let progress = Event::Progress {
            stage: Stage::Scores,
            done,
            total: 60,
        };
        client.receive(reply(first[0].id, progress));
    }
    assert!(!pass(&mut client, SCORES_LIMIT - 1_000.0).contains(&Effect::Spawn));
    client.receive(reply(first[0].id, scores()));
    assert!(!pass(&mut client, SCORES_LIMIT - 1_000.0).contains(&Effect::Spawn));
    assert!(pass(&mut client, 2_000.0).contains(&Effect::Spawn));
}

#[test]
fn a_job_is_sent_again_to_the_next_worker() {
    let mut client = up();
    let first = sent(&client.ask(Kind::Scores, 7, job(2)));
    client.crashed("it stopped with an error");
    // The dead worker's answer comes too late.
    assert!(scored(&client.receive(reply(first[0].id, scores()))).is_empty());
    let again = sent(&bring_up(&mut client));
    assert!(matches!(again[0].command, Command::Score { .. }));
    let effects = client.receive(reply(again[0].id, scores()));
    assert_eq!(scored(&effects), [7]);
}

#[test]
fn a_job_at_fault_is_told_and_the_next_one_goes() {
    let mut client = up();
    let first = sent(&client.ask(Kind::Scores, 7, job(0)));
    client.ask(Kind::Scores, 8, job(1));
    client.ask(Kind::Scores, 9, job(1));
    let failure = Failure {
        kind: FailureKind::Scores,
        message: "nothing".to_owned(),
    };
    let effects = client.receive(reply(first[0].id, Event::Failed(failure)));
    assert!(failed(&effects, Kind::Scores, 7).is_some_and(|it| it.message == "nothing"));
    assert!(matches!(sent(&effects)[0].command, Command::Score { .. }));
}

#[test]
fn a_lost_device_costs_a_job_nothing() {
    let mut client = up();
    let first = sent(&client.ask(Kind::Scores, 7, job(1)));
    let failure = Failure {
        kind: FailureKind::Device,
        message: "lost".to_owned(),
    };
    let effects = client.receive(reply(first[0].id, Event::Failed(failure)));
    assert!(effects.contains(&Effect::Spawn));
    let again = sent(&bring_up(&mut client));
    assert!(matches!(again[0].command, Command::Score { .. }));
}

#[test]
fn a_long_job_is_not_taken_for_silence_while_it_goes_on() {
    let (mut client, question) = asking();
    let part = sent(&client.ask(Kind::Scores, 7, job(60)));
    for done in 1..5 {
        assert!(!pass(&mut client, SCORES_LIMIT - 1_000.0).contains(&Effect::Spawn));
        let progress = Event::Progress {
            stage: Stage::Scores,
            done,
            total: 5,
        };
        assert!(client.receive(reply(part[0].id, progress)).is_empty());
    }
    client.receive(reply(part[0].id, scores()));
    // The question waited behind it.
    assert!(!pass(&mut client, ANSWER_LIMIT_LEAST - 1_000.0).contains(&Effect::Spawn));
    client.receive(reply(question, ranking(1)));
    sent(&client.ask(Kind::Scores, 8, job(60)));
    assert!(pass(&mut client, SCORES_LIMIT + 1_000.0).contains(&Effect::Spawn));
}

pub(super) fn run() -> Box<twinglyph_core::protocol::TrainStart> {
    use twinglyph_core::training::{Loss, OptimizerConfig, TrainConfig};
    Box::new(twinglyph_core::protocol::TrainStart {
        run: 4,
        config: TrainConfig {
            architecture: twinglyph_core::Architecture::Compact,
            seed: 0,
            steps: 3,
            held_out: Vec::new(),
            invented: Default::default(),
            episode: Default::default(),
            loss: Loss::Episode,
            frozen: Vec::new(),
            augment: Default::default(),
            parts: 1,
            optimizer: OptimizerConfig {
                learning_rate: 1e-3,
                warm_up: 0.0,
                beta_1: 0.9,
                beta_2: 0.99,
                epsilon: 1e-8,
                weight_decay: 0.0,
            },
        },
        from: twinglyph_core::protocol::TrainFrom::Fresh,
        training: Vec::new(),
        held_out: Vec::new(),
        keep_every: 0,
        validate_every: 0,
    })
}

#[test]
fn a_run_waits_for_the_worker_and_is_told_when_it_loses_it() {
    let mut client = WorkerClient::new("compact", DevicePreference::Auto);
    client.start();
    assert!(sent(&client.ask(Kind::Training, 4, Command::Train(run()))).is_empty());
    let begun = sent(&bring_up(&mut client));
    assert!(matches!(begun[0].command, Command::Train(_)));
    // A long step on a graphics device is no silence.
    client.receive(reply(UNASKED, Event::Device(report(DeviceKind::WebGpu))));
    assert!(!pass(&mut client, PING_EVERY + ANSWER_LIMIT + 5_000.0).contains(&Effect::Spawn));
    let effects = client.crashed("it stopped with an error");
    assert!(is_lost(&effects, Kind::Training, 4));
    // The next worker has no run to control.
    bring_up(&mut client);
    assert!(client.control_training(4, TrainControl::Pause).is_empty());
}

#[test]
fn a_run_that_cannot_begin_is_told_and_forgotten() {
    let mut client = up();
    let begun = sent(&client.ask(Kind::Training, 4, Command::Train(run())));
    let failure = Failure {
        kind: FailureKind::Network,
        message: "the model is not there".to_owned(),
    };
    let effects = client.receive(reply(begun[0].id, Event::Failed(failure.clone())));
    assert_eq!(failed(&effects, Kind::Training, 4), Some(failure));
    assert!(!is_lost(&client.crashed("it stopped"), Kind::Training, 4));
}

#[test]
fn a_look_into_the_network_waits_for_a_worker_and_only_the_last_is_asked_for() {
    let mut client = WorkerClient::new("compact", DevicePreference::Auto);
    client.start();
    assert!(sent(&client.ask(Kind::Inspection, 1, inspect(1))).is_empty());
    assert!(sent(&client.ask(Kind::Inspection, 2, inspect(2))).is_empty());
    let asked = sent(&bring_up(&mut client));
    let tickets = asked.iter().filter_map(|request| match request.command {
        Command::Inspect { ticket, .. } => Some(ticket),
        _ => None,
    });
    assert_eq!(tickets.collect::<Vec<_>>(), [2]);
    // What goes wrong there is told, and costs no worker.
    let failure = Failure {
        kind: FailureKind::Model,
        message: "the network can't be looked into".to_owned(),
    };
    let id = asked.last().map_or(UNASKED, |request| request.id);
    let told = client.receive(reply(id, Event::Failed(failure.clone())));
    assert_eq!(failed(&told, Kind::Inspection, 2), Some(failure));
    assert!(!told.contains(&Effect::Spawn) && !told.contains(&Effect::Terminate));
}

#[test]
fn whoever_asks_of_kept_models_hears_of_a_failure_and_of_a_lost_worker() {
    let mut client = up();
    let import = |name: &str| Command::ImportModel {
        name: name.to_owned(),
        bytes: Vec::new(),
    };
    let first = sent(&client.ask(Kind::Models, 0, import("one")))[0].id;
    // None waits for another: the worker takes them in order.
    let second = sent(&client.ask(Kind::Models, 0, import("two")))[0].id;
    let failure = Failure {
        kind: FailureKind::Model,
        message: "it is damaged".to_owned(),
    };
    let told = client.receive(reply(second, Event::Failed(failure.clone())));
    assert_eq!(failed(&told, Kind::Models, 0), Some(failure));
    assert!(is_lost(&client.crashed("it stopped"), Kind::Models, 0));
    // What the dead worker had is not tried again, and what is asked now waits for the next one.
    assert!(sent(&client.ask(Kind::Models, 0, Command::ListModels)).is_empty());
    let asked = sent(&bring_up(&mut client));
    assert!(matches!(asked[..], [Request { id, command: Command::ListModels }] if id > first));
    client.receive(reply(asked[0].id, Event::Models(Vec::new())));
    assert!(!is_lost(&client.crashed("it stopped"), Kind::Models, 0));
}

#[test]
fn a_wish_for_a_run_that_is_refused_is_told_to_who_has_the_run() {
    let mut client = up();
    let begun = sent(&client.ask(Kind::Training, 4, Command::Train(run())))[0].id;
    assert!(
        client.control_training(5, TrainControl::Pause).is_empty(),
        "another run"
    );
    let wish = sent(&client.control_training(4, TrainControl::LearningRate(7.0)))[0].id;
    let failure = Failure {
        kind: FailureKind::Training,
        message: "7 is no learning rate".to_owned(),
    };
    let told = client.receive(reply(wish, Event::Failed(failure.clone())));
    assert_eq!(failed(&told, Kind::Control, 4), Some(failure.clone()));
    // The run goes on, and is its own asker.
    let told = client.receive(reply(begun, Event::Failed(failure.clone())));
    assert_eq!(failed(&told, Kind::Training, 4), Some(failure));
}

#[test]
fn what_nobody_asked_for_is_told_to_nobody_in_particular() {
    let failure = Failure {
        kind: FailureKind::Message,
        message: "no".to_owned(),
    };
    let told = up().receive(reply(UNASKED, Event::Failed(failure.clone())));
    assert_eq!(failed(&told, Kind::Engine, 0), Some(failure));
}

#[test]
fn a_model_chosen_while_another_starts_is_used_next() {
    let mut client = up();
    let starting = sent(&client.use_device(DevicePreference::Auto))[0].id;
    assert!(sent(&client.use_model("deep")).is_empty(), "it starts");
    let loaded = twinglyph_core::protocol::ModelReport {
        name: "compact".to_owned(),
        architecture: "compact".to_owned(),
        parameters: 1,
        views: 1,
        facts: Vec::new(),
    };
    client.receive(reply(starting, Event::Model(loaded)));
    let device = report(DeviceKind::Cpu);
    let next = sent(&client.receive(reply(starting, Event::Device(device))));
    assert_eq!(next[0].command, Command::UseModel("deep".to_owned()));
    assert_eq!(client.state(), State::Loading);
}
