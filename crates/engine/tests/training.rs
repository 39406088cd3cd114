//! Training and kept models through the commands that the page sends, natively.

#![allow(clippy::unwrap_used)]

mod test_engine;

use std::rc::Rc;

use test_engine::runs::{losses, outline, start, update};
use test_engine::{TestEngine, builtin_weights, config, drawings, one_shot};
use twinglyph_core::protocol::{
    Command, Drawings, Event, FailureKind, Scorer, StorageFault, TrainControl, TrainEnd, TrainFrom,
    TrainStart, TrainUpdate,
};
use twinglyph_core::{Architecture, Set, invented};

fn end(update: &[TrainUpdate]) -> Option<TrainEnd> {
    update.iter().find_map(|one| match one {
        TrainUpdate::Ended { end, .. } => Some(end.clone()),
        _ => None,
    })
}

fn failure(events: &[Event]) -> FailureKind {
    match events {
        [.., Event::Failed(failure)] => failure.kind,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_run_tells_of_itself_from_beginning_to_end() {
    let mut engine = TestEngine::started();
    let told = update(&engine.ask(start(1, config(7), TrainFrom::Model("compact".into()))));
    let expected = [
        "began 0",
        "validated 0 by 200",
        "steps 5",
        "kept 5",
        "steps 7",
        "validated 7 by 200",
        "kept 7",
        "Done 7",
    ];
    assert_eq!(outline(&told), expected);
}

#[test]
fn drawings_are_ranked_and_wishes_heard_within_a_step() {
    let mut engine = TestEngine::started();
    engine.support(1, one_shot(1, 0));
    engine.begin(start(1, config(50), TrainFrom::Fresh));
    engine.turns(20);
    let query = drawings(1, 1)[0].clone();
    let events = engine.say(Command::Classify { set: 1, query });
    assert!(
        events
            .iter()
            .any(|event| matches!(event, Event::Ranking { .. }))
    );
    let control = |control| Command::Control { run: 1, control };

    engine.say(control(TrainControl::LearningRate(1e-4)));
    engine.heard();
    // The reading at hand may be of the rate before.
    engine.turns(6);
    engine.heard();
    engine.turns(12);
    let told = update(&engine.heard());
    let rates = told.iter().filter_map(|one| match one {
        TrainUpdate::Steps { rate, .. } => Some(*rate),
        _ => None,
    });
    assert!(
        rates
            .max_by(|a, b| a.total_cmp(b))
            .is_some_and(|rate| rate <= 1e-4),
        "{told:?}"
    );

    engine.say(control(TrainControl::Pause));
    engine.turns(4);
    let told = outline(&update(&engine.heard()));
    assert!(
        told.last().is_some_and(|last| last.starts_with("paused")),
        "{told:?}"
    );
    engine.turns(10);
    assert!(update(&engine.heard()).is_empty());
    engine.say(control(TrainControl::Resume));
    engine.turns(8);
    let told = outline(&update(&engine.heard()));
    assert_eq!(told[0], "resumed");
    assert!(told.iter().any(|one| one.starts_with("steps")), "{told:?}");

    // What was learned is kept for a reload.
    engine.say(control(TrainControl::Cancel));
    engine.turns(4);
    let told = update(&engine.heard());
    assert_eq!(end(&told), Some(TrainEnd::Cancelled));
    assert!(
        outline(&told).iter().any(|one| one.starts_with("kept")),
        "{told:?}"
    );
    let events = engine.say(Command::Control {
        run: 2,
        control: TrainControl::Pause,
    });
    assert_eq!(failure(&events), FailureKind::Training);
    let events = engine.say(control(TrainControl::LearningRate(f64::NAN)));
    assert_eq!(failure(&events), FailureKind::Training);
}

#[test]
fn a_run_that_was_interrupted_goes_on_bit_for_bit() {
    let mut whole = TestEngine::started();
    let whole = update(&whole.ask(start(1, config(12), TrainFrom::Fresh)));
    let mut first = TestEngine::started();
    first.begin(start(1, config(12), TrainFrom::Fresh));
    while !outline(&update(&first.all())).contains(&"kept 5".to_owned()) {
        first.turns(1);
    }
    // The worker is gone; what was kept is there for the next.
    let mut second = TestEngine::with_storage(Rc::clone(&first.host));
    let rest = update(&second.ask(start(2, config(12), TrainFrom::Checkpoint(None))));
    assert_eq!(outline(&rest)[0], "began 5");
    assert_eq!(losses(&rest), losses(&whole)[1..]);
    let other = start(3, config(13), TrainFrom::Checkpoint(None));
    assert_eq!(failure(&second.ask(other)), FailureKind::Training);
}

#[test]
fn a_full_disk_costs_the_checkpoint_not_the_run() {
    let mut engine = TestEngine::started();
    engine.host.full.set(true);
    let told = update(&engine.ask(start(1, config(6), TrainFrom::Fresh)));
    let full = FailureKind::Storage(StorageFault::Full);
    assert!(outline(&told).contains(&format!("not kept: {full:?}")));
    assert_eq!(end(&told), Some(TrainEnd::Done));
}

#[test]
fn a_loss_that_is_no_number_ends_the_run_and_leaves_good_weights() {
    use burn::tensor::Device;
    use twinglyph_engine::Host;
    use twinglyph_nn_burn::{train::Checkpoint, weights};

    let mut engine = TestEngine::started();
    let mut wild = config(30);
    // At this rate nothing moves.
    wild.optimizer.learning_rate = 1e-38;
    wild.optimizer.warm_up = 0.0;
    // A weight moves by the mean of its gradients over the size of the last one alone: out of all
    // bounds where that is nothing, as it is for what lies behind a relu that lets nothing through.
    wild.optimizer.beta_2 = 0.0;
    wild.optimizer.epsilon = 1e-30;
    engine.begin(start(1, wild, TrainFrom::Model("compact".into())));
    let kept = |engine: &TestEngine| outline(&update(&engine.all())).contains(&"kept 5".to_owned());
    while !kept(&engine) {
        assert!(engine.turn(), "{:?}", outline(&update(&engine.all())));
    }
    let checkpoint = |engine: &TestEngine| {
        let kept = engine.host.read_kept("training/checkpoint.safetensors");
        pollster::block_on(kept).unwrap().unwrap()
    };
    let before = checkpoint(&engine);
    engine.say(Command::Control {
        run: 1,
        control: TrainControl::LearningRate(1.0),
    });
    while engine.turn() {}
    let told = update(&engine.heard());
    let expected = ["began 0", "validated 0 by 200", "steps 5", "kept 5"];
    assert_eq!(outline(&told)[..4], expected);
    assert_eq!(end(&told), Some(TrainEnd::Diverged), "{:?}", outline(&told));
    assert!(losses(&told).iter().all(|(_, loss)| loss.is_finite()));
    assert!(checkpoint(&engine) == before);
    let device = Device::flex();
    assert_eq!(Checkpoint::read(&before, &device).unwrap().steps(), 5);

    // What is kept of it is what the network was at the last loss that was a number.
    let events = engine.ask(Command::KeepTrained {
        run: 1,
        name: "wild".into(),
        facts: Vec::new(),
    });
    assert!(matches!(events[..], [Event::Models(_)]), "{events:?}");
    let events = engine.ask(Command::ReadModel("my/wild".into()));
    let [Event::ModelFile { bytes, .. }] = &events[..] else {
        panic!("{events:?}")
    };
    // Refuses numbers that are not finite.
    weights::read(bytes, &device).unwrap();
}

#[test]
fn senseless_runs_are_refused() {
    let mut engine = TestEngine::started();
    let nothing = Command::Train(Box::new(TrainStart {
        run: 1,
        config: config(3),
        from: TrainFrom::Fresh,
        training: Vec::new(),
        held_out: Vec::new(),
        keep_every: 0,
        validate_every: 0,
    }));
    assert_eq!(failure(&engine.ask(nothing)), FailureKind::Training);
    let mut frozen = config(3);
    frozen.frozen = vec!["wings".into()];
    let events = engine.ask(start(1, frozen, TrainFrom::Fresh));
    assert_eq!(failure(&events), FailureKind::Training);
    let mut other = config(3);
    other.architecture = Architecture::Koch;
    let events = engine.ask(start(1, other, TrainFrom::Model("compact".into())));
    assert_eq!(failure(&events), FailureKind::Training);
    let events = engine.ask(start(1, config(3), TrainFrom::Checkpoint(None)));
    assert_eq!(failure(&events), FailureKind::Training);
}

/// The least that a person's own set is learned from: 2 characters with 2 examples each.
#[test]
fn a_run_learns_from_a_persons_own_set_and_says_so() {
    let alphabet = invented::alphabet(4);
    let drawing = |(character, drawer)| alphabet.drawing(character, drawer).unwrap().clone();
    let drawings: Vec<_> = [(0, 0), (0, 1), (1, 0), (1, 1)].map(drawing).to_vec();
    let own = Drawings {
        name: "own".into(),
        set: Set::Own,
        drawers: 2,
        drawings,
    };
    for (run, held_out) in [(1, vec![]), (2, vec![own.clone()])] {
        let mut engine = TestEngine::started();
        let events = engine.ask(Command::Train(Box::new(TrainStart {
            run,
            config: config(2),
            from: TrainFrom::Model("compact".into()),
            training: vec![own.clone()],
            held_out,
            keep_every: 0,
            validate_every: 0,
        })));
        assert_eq!(end(&update(&events)), Some(TrainEnd::Done));
        let events = engine.ask(Command::KeepTrained {
            run,
            name: "mine".into(),
            facts: Vec::new(),
        });
        let [Event::Models(models)] = &events[..] else {
            panic!("{events:?}")
        };
        let data = models[0].facts.iter().find(|(name, _)| name == "data");
        assert_eq!(data.unwrap().1, "drawings of whoever kept it");
    }
}

#[test]
fn similarities_are_fitted_to_the_scores_of_the_run() {
    let mut engine = TestEngine::started();
    engine.ask(start(1, config(5), TrainFrom::Model("compact".into())));
    let (queries, support) = (drawings(20, 1), drawings(20, 0));
    let events = engine.ask(Command::Score {
        scorer: Scorer::Trained(1),
        queries,
        support,
    });
    let Some(Event::Scores {
        scores,
        calibration,
        ..
    }) = events.last()
    else {
        panic!("{events:?}")
    };
    let mut similar = [0, 0];
    for (query, row) in scores.iter().enumerate() {
        let pairs = [query, (query + 1) % row.len()].map(|at| row[at]);
        for (count, score) in similar.iter_mut().zip(pairs) {
            *count += u32::from(calibration.similarity(score) > 0.5);
        }
    }
    assert!(
        similar[0] > 10 && similar[1] < 10,
        "{similar:?} {calibration:?}"
    );

    let events = engine.ask(Command::KeepTrained {
        run: 1,
        name: "mine".into(),
        facts: Vec::new(),
    });
    assert!(
        matches!(events[..], [Event::Models(_)]),
        "{events:?} {calibration:?}"
    );
    let events = engine.ask(Command::ReadModel("my/mine".into()));
    let [Event::ModelFile { bytes, .. }] = &events[..] else {
        panic!("{events:?}")
    };
    let metadata = twinglyph_nn::weights::peek(bytes).unwrap();
    assert_eq!(metadata.calibration, *calibration);
    assert_eq!(metadata.views, twinglyph_core::Views::One);

    // Of fresh weights hardly any two scores differ; they can be kept all the same.
    engine.ask(start(2, config(1), TrainFrom::Fresh));
    let events = engine.ask(Command::KeepTrained {
        run: 2,
        name: "fresh".into(),
        facts: Vec::new(),
    });
    assert!(matches!(events[..], [Event::Models(_)]), "{events:?}");
}

#[test]
fn what_was_learned_is_kept_used_exported_and_deleted() {
    let mut engine = TestEngine::started();
    engine.ask(start(1, config(3), TrainFrom::Model("compact".into())));
    let events = engine.ask(Command::KeepTrained {
        run: 1,
        name: "mine".into(),
        facts: vec![("from".into(), "compact".into())],
    });
    let [Event::Models(models)] = &events[..] else {
        panic!("{events:?}")
    };
    assert_eq!(models[0].name, "my/mine");
    let fact = |name: &str| {
        let found = models[0].facts.iter().find(|(own, _)| own == name);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    assert_eq!(fact("from"), "compact");
    assert!(fact("training").contains("3 of 3 steps, seed 5"));

    let events = engine.ask(Command::UseModel("my/mine".into()));
    let used = events.iter().find_map(|event| match event {
        Event::Model(report) => Some(report.name.clone()),
        _ => None,
    });
    assert_eq!(used.as_deref(), Some("my/mine"));
    engine.support(1, one_shot(1, 0));
    let query = drawings(1, 1)[0].clone();
    let events = engine.ask(Command::Classify { set: 1, query });
    assert!(matches!(events[..], [Event::Ranking { .. }]));

    let events = engine.ask(Command::ReadModel("my/mine".into()));
    let [Event::ModelFile { bytes, .. }] = &events[..] else {
        panic!("{events:?}")
    };
    let events = engine.ask(Command::ImportModel {
        name: "again".into(),
        bytes: bytes.clone(),
    });
    assert!(matches!(&events[..], [Event::Models(models)] if models.len() == 2));
    let events = engine.ask(Command::DeleteModel("my/again".into()));
    assert!(matches!(&events[..], [Event::Models(models)] if models.len() == 1));
    let events = engine.ask(Command::UseModel("my/again".into()));
    assert_eq!(failure(&events), FailureKind::Model);
}

#[test]
fn damaged_files_are_refused_and_leave_everything() {
    let mut engine = TestEngine::started();
    let whole = builtin_weights();
    let mut nan = whole.clone();
    // The first numbers behind the header are f32.
    let header = u64::from_le_bytes(nan[..8].try_into().unwrap());
    nan[8 + header as usize..][..4].copy_from_slice(&f32::NAN.to_le_bytes());
    let bad = [
        (
            "mine",
            whole[..whole.len() / 2].to_vec(),
            FailureKind::Model,
        ),
        ("mine", b"{}".to_vec(), FailureKind::Model),
        ("mine", Vec::new(), FailureKind::Model),
        ("mine", nan, FailureKind::Model),
        ("../mine", whole.clone(), FailureKind::Model),
    ];
    for (name, bytes, kind) in bad {
        let name = name.to_owned();
        let events = engine.ask(Command::ImportModel { name, bytes });
        assert_eq!(failure(&events), kind);
    }
    assert_eq!(engine.ask(Command::ListModels), [Event::Models(Vec::new())]);
    engine.host.full.set(true);
    let events = engine.ask(Command::ImportModel {
        name: "mine".into(),
        bytes: whole,
    });
    assert_eq!(failure(&events), FailureKind::Storage(StorageFault::Full));
}

#[test]
fn whole_models_are_listed_by_their_heads() {
    let mut engine = TestEngine::started();
    engine
        .host
        .put("models/good.safetensors", builtin_weights());
    let read = |engine: &mut TestEngine| {
        let before = engine.host.whole.get();
        let events = engine.ask(Command::ListModels);
        assert!(matches!(&events[..], [Event::Models(_)]), "{events:?}");
        engine.host.whole.get() - before
    };
    assert_eq!(read(&mut engine), 0);
    let cut = builtin_weights()[..50_000].to_vec();
    engine.host.put("models/cut.safetensors", cut);
    assert_eq!(read(&mut engine), 1);
}

#[test]
fn a_kept_file_that_can_not_be_read_has_its_name_until_it_is_deleted() {
    let mut engine = TestEngine::started();
    let bytes = builtin_weights();
    let cut = bytes[..bytes.len() / 2].to_vec();
    let name = "good".to_owned();
    engine.ask(Command::ImportModel { name, bytes });
    engine.host.put("models/bad.safetensors", cut);
    let listed = |events: &[Event]| -> Vec<(String, bool)> {
        let [Event::Models(models)] = events else {
            panic!("{events:?}")
        };
        let told = models.iter();
        told.map(|model| (model.name.clone(), model.fault().is_some()))
            .collect()
    };
    let good = ("my/good".to_owned(), false);
    let events = engine.ask(Command::ListModels);
    assert_eq!(
        listed(&events),
        [("my/bad".to_owned(), true), good.clone()],
        "{events:?}"
    );
    let events = engine.ask(Command::DeleteModel("my/bad".into()));
    assert_eq!(listed(&events), [good]);
}

#[test]
fn the_network_of_a_run_can_be_tried_and_its_checkpoint_forgotten() {
    let mut engine = TestEngine::started();
    let told = update(&engine.ask(start(1, config(6), TrainFrom::Model("compact".into()))));
    let memory = told.iter().find_map(|one| match one {
        TrainUpdate::Steps { memory, .. } => Some(*memory),
        _ => None,
    });
    // As the host has it; nothing lies on a graphics device.
    assert!(memory.is_some_and(|memory| memory.worker > 0 && memory.device == 0));

    let (queries, support) = (drawings(4, 1), drawings(4, 0));
    let mut scores = |scorer| {
        let events = engine.ask(Command::Score {
            scorer,
            queries: queries.clone(),
            support: support.clone(),
        });
        match events.last() {
            Some(Event::Scores { scores, .. }) => Ok(scores.clone()),
            _ => Err(failure(&events)),
        }
    };
    let (learned, builtin) = (scores(Scorer::Trained(1)), scores(Scorer::Network));
    let (learned, builtin) = (learned.unwrap(), builtin.unwrap());
    assert_eq!(scores(Scorer::Untrained(1)), Ok(builtin.clone()));
    assert_eq!(learned.len(), builtin.len());
    assert!(learned != builtin, "six steps changed nothing");
    assert_eq!(scores(Scorer::Trained(2)), Err(FailureKind::Training));

    // Of a run that went on, what it was before is the model that it began with, where that is known.
    let of = |name: Option<&str>| TrainFrom::Checkpoint(name.map(str::to_owned));
    for (run, from) in [
        (4, of(None)),
        (5, of(Some("compact"))),
        (6, of(Some("my/gone"))),
    ] {
        engine.ask(start(run, config(6), from));
        let events = engine.ask(Command::Score {
            scorer: Scorer::Untrained(run),
            queries: queries.clone(),
            support: support.clone(),
        });
        match events.last() {
            Some(Event::Scores { scores, .. }) => assert_eq!((run, scores), (5, &builtin)),
            _ => assert_eq!((failure(&events), run == 5), (FailureKind::Training, false)),
        }
    }

    let events = engine.ask(Command::ForgetCheckpoint);
    assert!(matches!(events[..], [Event::Models(_)]));
    let events = engine.ask(start(3, config(6), TrainFrom::Checkpoint(None)));
    assert_eq!(failure(&events), FailureKind::Training);
}

#[test]
fn steps_go_on_while_a_checkpoint_is_written_and_what_follows_waits_for_it() {
    let mut engine = TestEngine::started();
    engine.host.keeps_for.set(7);
    let told = outline(&update(&engine.ask(start(1, config(12), TrainFrom::Fresh))));
    let at = |what: &str| told.iter().position(|one| one == what).unwrap();
    assert!(at("steps 5") < at("kept 5") && at("kept 5") < at("kept 10"));
    assert!(at("kept 12") < at("Done 12"), "{told:?}");
    engine.host.keeps_for.set(40);
    engine.begin(start(2, config(12), TrainFrom::Fresh));
    while !outline(&update(&engine.all())).contains(&"steps 5".to_owned()) {
        engine.turns(1);
    }
    engine.turns(2);
    let control = TrainControl::Cancel;
    engine.say(Command::Control { run: 2, control });
    engine.begin_beside(Command::ForgetCheckpoint);
    while engine.turn() {}
    assert!(outline(&update(&engine.all())).contains(&"kept 5".to_owned()));
    let events = engine.say(start(3, config(12), TrainFrom::Checkpoint(None)));
    assert_eq!(failure(&events), FailureKind::Training, "it is forgotten");
}
