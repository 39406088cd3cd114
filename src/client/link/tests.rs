use super::*;
use crate::client::link::limits::{ANSWER_LIMIT_LEAST, PING_EVERY, SCORES_LIMIT, SUPPORT_LIMIT};
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

pub(super) fn sent(actions: &[Action]) -> Vec<Request> {
    actions
        .iter()
        .filter_map(|action| match action {
            Action::Send(request) => Some(request.clone()),
            _ => None,
        })
        .collect()
}

/// The failure that the actions tell this asker.
pub(super) fn failed(actions: &[Action], kind: Kind, ticket: u64) -> Option<Failure> {
    let asker = Asker { kind, ticket };
    actions.iter().find_map(|action| match action {
        Action::Tell(News::Failed(told, failure)) if *told == asker => Some(failure.clone()),
        _ => None,
    })
}

pub(super) fn is_lost(actions: &[Action], kind: Kind, ticket: u64) -> bool {
    actions.contains(&Action::Tell(News::Lost(Asker { kind, ticket })))
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
pub(super) fn bring_up(link: &mut Link) -> Vec<Action> {
    let mut actions = link.receive(booted());
    let Some(Action::Send(start)) = actions.first().cloned() else {
        panic!("{actions:?}");
    };
    assert!(matches!(start.command, Command::Start { .. }));
    actions.remove(0);
    actions.extend(link.receive(reply(start.id, Event::Device(report(DeviceKind::Cpu)))));
    actions
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
    let mut link = Link::new("compact", DevicePreference::Auto);
    link.start();
    link.set_support(1, classes());
    let first = sent(&link.receive(booted()));
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
        pass(&mut link, 1_000.0);
        link.receive(reply(first[0].id, progress));
    }
    let device = Event::Device(report(DeviceKind::Cpu));
    assert!(sent(&link.receive(reply(first[0].id, device))).is_empty());
    assert!(!pass(&mut link, SUPPORT_LIMIT - 1_000.0).contains(&Action::Spawn));
    link.receive(embedded(first[1].id, 1));
    let question = sent(&link.classify(1, Bitmap::blank()));
    assert!(matches!(
        question[0].command,
        Command::Classify { set: 1, .. }
    ));
}

#[test]
fn a_set_that_took_the_place_of_an_early_one_is_sent_when_the_worker_is_up() {
    let mut link = Link::new("compact", DevicePreference::Auto);
    link.start();
    let start = sent(&link.receive(booted()));
    let early = sent(&link.set_support(1, classes()));
    assert!(matches!(
        early[0].command,
        Command::SetSupport { set: 1, .. }
    ));
    assert!(sent(&link.set_support(2, classes())).is_empty());
    let device = Event::Device(report(DeviceKind::Cpu));
    let second = sent(&link.receive(reply(start[0].id, device)));
    assert!(matches!(
        second[0].command,
        Command::SetSupport { set: 2, .. }
    ));
    link.receive(embedded(early[0].id, 1));
    assert!(sent(&link.classify(1, Bitmap::blank())).is_empty());
    let question = sent(&link.receive(embedded(second[0].id, 2)));
    assert!(matches!(
        question[0].command,
        Command::Classify { set: 2, .. }
    ));
}

#[test]
fn only_a_small_file_of_the_app_is_asked_for_ahead() {
    let ahead = |model: &str| Link::new(model, DevicePreference::Auto).ahead();
    assert_eq!(ahead("deep").as_deref(), Some("models/deep.safetensors"));
    assert_eq!(ahead(LARGE_MODEL), None);
    assert_eq!(ahead("my/own"), None);
}

pub(super) fn up() -> Link {
    let mut link = Link::new("compact", DevicePreference::Auto);
    link.start();
    bring_up(&mut link);
    assert_eq!(link.state(), State::Ready);
    link
}

/// A link with an embedded set and one question on its way; the question's id.
pub(super) fn asking() -> (Link, u32) {
    let mut link = up();
    let support = sent(&link.set_support(1, classes()));
    link.receive(reply(
        support[0].id,
        Event::Support {
            set: 1,
            classes: 3,
            views: 1,
            more: false,
            milliseconds: 1.0,
        },
    ));
    let question = sent(&link.classify(1, Bitmap::blank()));
    let id = question[0].id;
    (link, id)
}

pub(super) fn pass(link: &mut Link, milliseconds: f64) -> Vec<Action> {
    let mut actions = Vec::new();
    let mut left = milliseconds;
    while left > 0.0 {
        actions.extend(link.tick(500.0));
        left -= 500.0;
    }
    actions
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
    let mut link = Link::new("compact", DevicePreference::Auto);
    assert_eq!(link.start()[0], Action::Spawn);
    assert!(sent(&link.set_support(1, classes())).is_empty());
    assert!(sent(&link.classify(4, Bitmap::blank())).is_empty());
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
    assert_eq!(link.state(), State::Busy);
}

#[test]
fn of_the_drawings_that_wait_only_the_last_is_sent() {
    let (mut link, id) = asking();
    let dot = Bitmap::from_fn(|row, column| row == 1 && column == 1);
    assert!(sent(&link.classify(2, Bitmap::blank())).is_empty());
    assert!(sent(&link.classify(3, dot.clone())).is_empty());
    let actions = link.receive(reply(id, ranking(1)));
    assert!(actions.iter().any(|action| matches!(
        action,
        Action::Tell(News::Ranking(ranked)) if ranked.ticket == 1
    )));
    let question = sent(&actions);
    assert_eq!(question.len(), 1);
    assert_eq!(
        question[0].command,
        Command::Classify { set: 1, query: dot }
    );
    let actions = link.receive(reply(question[0].id, ranking(1)));
    assert!(actions.iter().any(|action| matches!(
        action,
        Action::Tell(News::Ranking(ranked)) if ranked.ticket == 3
    )));
    assert_eq!(link.state(), State::Ready);
}

#[test]
fn a_ranking_against_an_old_set_is_not_told() {
    let (mut link, id) = asking();
    link.set_support(2, classes());
    let actions = link.receive(reply(id, ranking(1)));
    assert!(
        !actions
            .iter()
            .any(|action| matches!(action, Action::Tell(News::Ranking(_))))
    );
}

#[test]
fn a_device_that_cannot_be_had_leaves_the_old_one() {
    let mut link = up();
    let change = sent(&link.use_device(DevicePreference::Only(DeviceKind::WebGpu)));
    assert_eq!(link.state(), State::Loading);
    let actions = link.receive(reply(
        change[0].id,
        Event::Failed(Failure {
            kind: FailureKind::Device,
            message: "there is no WebGPU here".to_owned(),
        }),
    ));
    assert_eq!(link.state(), State::Ready);
    assert!(!actions.contains(&Action::Terminate));
}

#[test]
fn another_version_is_refused() {
    let mut link = Link::new("compact", DevicePreference::Auto);
    link.start();
    let actions = link.receive(reply(
        UNASKED,
        Event::Booted {
            version: VERSION + 1,
        },
    ));
    assert!(sent(&actions).is_empty());
    assert_eq!(link.state(), State::Failed);
}

proptest! {
    /// Whatever order things happen in, at most one question is on its way, ids never repeat, and
    /// a question names the set that was embedded last.
    #[test]
    fn one_question_at_a_time(steps in prop::collection::vec(0u8..8, 1..200)) {
        let mut link = Link::new("compact", DevicePreference::Auto);
        let mut actions = link.start();
        let mut inbox: VecDeque<Request> = VecDeque::new();
        let mut seen = std::collections::HashSet::new();
        let mut set = 0;
        let mut embedded = None;
        for (at, step) in steps.into_iter().enumerate() {
            for action in actions.drain(..) {
                match action {
                    Action::Spawn | Action::Terminate => {
                        inbox.clear();
                        embedded = None;
                    }
                    Action::Send(request) => {
                        prop_assert!(seen.insert(request.id));
                        if let Command::Classify { set, .. } = &request.command {
                            prop_assert_eq!(embedded, Some(*set));
                        }
                        inbox.push_back(request);
                        let questions = inbox.iter().filter(|request|
                            matches!(request.command, Command::Classify { .. })).count();
                        prop_assert!(questions <= 1);
                    }
                    Action::Tell(_) => {}
                }
            }
            actions = match step {
                0 => { set += 1; link.set_support(set, classes()) }
                1 | 2 => link.classify(at as u64, Bitmap::blank()),
                3 => link.crashed("it stopped"),
                4 => link.receive(reply(UNASKED, Event::Booted { version: VERSION })),
                5 => link.tick(500.0),
                _ => match inbox.pop_front() {
                    None => link.retry(),
                    Some(Request { id, command }) => match command {
                        Command::Start { .. } =>
                            link.receive(reply(id, Event::Device(report(DeviceKind::Cpu)))),
                        Command::SetSupport { set, classes } => {
                            embedded = Some(set);
                            let classes = classes.len() as u32;
                            link.receive(reply(id, Event::Support { set, classes, views: 1, more: false, milliseconds: 1.0 }))
                        }
                        Command::Classify { set, .. } => link.receive(reply(id, ranking(set))),
                        _ => link.receive(reply(id, Event::Pong)),
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
        other: None,
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

/// Tickets of the jobs that the actions tell the scores of.
fn scored(actions: &[Action]) -> Vec<u64> {
    actions
        .iter()
        .filter_map(|action| match action {
            Action::Tell(News::Answered(asker, Event::Scores { .. })) => Some(asker.ticket),
            _ => None,
        })
        .collect()
}

#[test]
fn jobs_are_sent_one_at_a_time_in_order() {
    let mut link = up();
    let first = sent(&link.ask(Kind::Scores, 7, job(2)));
    assert!(sent(&link.ask(Kind::Scores, 8, job(3))).is_empty());
    assert_eq!(link.state(), State::Busy);
    // An answer to something else is none.
    assert!(scored(&link.receive(reply(999, scores()))).is_empty());
    let actions = link.receive(reply(first[0].id, scores()));
    assert_eq!(scored(&actions), [7]);
    let second = sent(&actions);
    assert!(matches!(&second[0].command, Command::Score { queries, .. } if queries.len() == 3));
    let actions = link.receive(reply(second[0].id, scores()));
    assert_eq!((scored(&actions), link.state()), (vec![8], State::Ready));
}

#[test]
fn a_job_is_sent_again_to_the_next_worker() {
    let mut link = up();
    let first = sent(&link.ask(Kind::Scores, 7, job(2)));
    link.crashed("it stopped with an error");
    // The dead worker's answer comes too late.
    assert!(scored(&link.receive(reply(first[0].id, scores()))).is_empty());
    let again = sent(&bring_up(&mut link));
    assert!(matches!(again[0].command, Command::Score { .. }));
    let actions = link.receive(reply(again[0].id, scores()));
    assert_eq!(scored(&actions), [7]);
}

#[test]
fn a_job_at_fault_is_told_and_the_next_one_goes() {
    let mut link = up();
    let first = sent(&link.ask(Kind::Scores, 7, job(0)));
    link.ask(Kind::Scores, 8, job(1));
    let failure = Failure {
        kind: FailureKind::Scores,
        message: "nothing".to_owned(),
    };
    let actions = link.receive(reply(first[0].id, Event::Failed(failure)));
    assert!(failed(&actions, Kind::Scores, 7).is_some_and(|it| it.message == "nothing"));
    assert!(matches!(sent(&actions)[0].command, Command::Score { .. }));
}

#[test]
fn a_lost_device_costs_a_job_nothing() {
    let mut link = up();
    let first = sent(&link.ask(Kind::Scores, 7, job(1)));
    let failure = Failure {
        kind: FailureKind::Device,
        message: "lost".to_owned(),
    };
    let actions = link.receive(reply(first[0].id, Event::Failed(failure)));
    assert!(actions.contains(&Action::Spawn));
    let again = sent(&bring_up(&mut link));
    assert!(matches!(again[0].command, Command::Score { .. }));
}

#[test]
fn a_long_job_is_not_taken_for_silence_while_it_goes_on() {
    let (mut link, question) = asking();
    let part = sent(&link.ask(Kind::Scores, 7, job(60)));
    for done in 1..5 {
        assert!(!pass(&mut link, SCORES_LIMIT - 1_000.0).contains(&Action::Spawn));
        let progress = Event::Progress {
            stage: Stage::Scores,
            done,
            total: 5,
        };
        assert!(link.receive(reply(part[0].id, progress)).is_empty());
    }
    link.receive(reply(part[0].id, scores()));
    // The question waited behind it.
    assert!(!pass(&mut link, ANSWER_LIMIT_LEAST - 1_000.0).contains(&Action::Spawn));
    link.receive(reply(question, ranking(1)));
    sent(&link.ask(Kind::Scores, 8, job(60)));
    assert!(pass(&mut link, SCORES_LIMIT + 1_000.0).contains(&Action::Spawn));
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
    let mut link = Link::new("compact", DevicePreference::Auto);
    link.start();
    assert!(sent(&link.ask(Kind::Training, 4, Command::Train(run()))).is_empty());
    let begun = sent(&bring_up(&mut link));
    assert!(matches!(begun[0].command, Command::Train(_)));
    // A long step on a graphics device is no silence.
    link.receive(reply(UNASKED, Event::Device(report(DeviceKind::WebGpu))));
    assert!(!pass(&mut link, PING_EVERY + ANSWER_LIMIT + 5_000.0).contains(&Action::Spawn));
    let actions = link.crashed("it stopped with an error");
    assert!(is_lost(&actions, Kind::Training, 4));
    // The next worker has no run to control.
    bring_up(&mut link);
    assert!(link.control_training(4, TrainControl::Pause).is_empty());
}

#[test]
fn a_run_that_cannot_begin_is_told_and_forgotten() {
    let mut link = up();
    let begun = sent(&link.ask(Kind::Training, 4, Command::Train(run())));
    let failure = Failure {
        kind: FailureKind::Network,
        message: "the model is not there".to_owned(),
    };
    let actions = link.receive(reply(begun[0].id, Event::Failed(failure.clone())));
    assert_eq!(failed(&actions, Kind::Training, 4), Some(failure));
    assert!(!is_lost(&link.crashed("it stopped"), Kind::Training, 4));
}

#[test]
fn a_look_into_the_network_waits_for_a_worker_and_only_the_last_is_asked_for() {
    let mut link = Link::new("compact", DevicePreference::Auto);
    link.start();
    assert!(sent(&link.ask(Kind::Inspection, 1, inspect(1))).is_empty());
    assert!(sent(&link.ask(Kind::Inspection, 2, inspect(2))).is_empty());
    let asked = sent(&bring_up(&mut link));
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
    let told = link.receive(reply(id, Event::Failed(failure.clone())));
    assert_eq!(failed(&told, Kind::Inspection, 2), Some(failure));
    assert!(!told.contains(&Action::Spawn) && !told.contains(&Action::Terminate));
}

#[test]
fn whoever_asks_of_kept_models_hears_of_a_failure_and_of_a_lost_worker() {
    let mut link = up();
    let import = |name: &str| Command::ImportModel {
        name: name.to_owned(),
        bytes: Vec::new(),
    };
    let first = sent(&link.ask(Kind::Models, 0, import("one")))[0].id;
    // None waits for another: the worker takes them in order.
    let second = sent(&link.ask(Kind::Models, 0, import("two")))[0].id;
    let failure = Failure {
        kind: FailureKind::Model,
        message: "it is damaged".to_owned(),
    };
    let told = link.receive(reply(second, Event::Failed(failure.clone())));
    assert_eq!(failed(&told, Kind::Models, 0), Some(failure));
    assert!(is_lost(&link.crashed("it stopped"), Kind::Models, 0));
    // What the dead worker had is not tried again, and what is asked now waits for the next one.
    assert!(sent(&link.ask(Kind::Models, 0, Command::ListModels)).is_empty());
    let asked = sent(&bring_up(&mut link));
    assert!(matches!(asked[..], [Request { id, command: Command::ListModels }] if id > first));
    link.receive(reply(asked[0].id, Event::Models(Vec::new())));
    assert!(!is_lost(&link.crashed("it stopped"), Kind::Models, 0));
}

#[test]
fn a_wish_for_a_run_that_is_refused_is_told_to_who_has_the_run() {
    let mut link = up();
    let begun = sent(&link.ask(Kind::Training, 4, Command::Train(run())))[0].id;
    assert!(
        link.control_training(5, TrainControl::Pause).is_empty(),
        "another run"
    );
    let wish = sent(&link.control_training(4, TrainControl::LearningRate(7.0)))[0].id;
    let failure = Failure {
        kind: FailureKind::Training,
        message: "7 is no learning rate".to_owned(),
    };
    let told = link.receive(reply(wish, Event::Failed(failure.clone())));
    assert_eq!(failed(&told, Kind::Control, 4), Some(failure.clone()));
    // The run goes on, and is its own asker.
    let told = link.receive(reply(begun, Event::Failed(failure.clone())));
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
    let mut link = up();
    let starting = sent(&link.use_device(DevicePreference::Auto))[0].id;
    assert!(sent(&link.use_model("deep")).is_empty(), "it starts");
    let loaded = twinglyph_core::protocol::ModelReport {
        name: "compact".to_owned(),
        architecture: "compact".to_owned(),
        parameters: 1,
        views: 1,
        facts: Vec::new(),
    };
    link.receive(reply(starting, Event::Model(loaded)));
    let device = report(DeviceKind::Cpu);
    let next = sent(&link.receive(reply(starting, Event::Device(device))));
    assert_eq!(next[0].command, Command::UseModel("deep".to_owned()));
    assert_eq!(link.state(), State::Loading);
}
