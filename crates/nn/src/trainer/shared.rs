//! Steps that several workers share, against steps of one alone.

use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

use super::gradients::{mixed, small_conv4, small_koch, trainer};
use super::tests::images;
use super::*;
use crate::backend::SharedPart;
use crate::spec::Spec;

const HALF: usize = 5;

/// A step by so many workers; a worker that is lost in this round, and whose part the trainer computes then.
fn shared_step(
    trainer: &mut Trainer,
    (images, workers): (&[f32], usize),
    lost: Option<usize>,
) -> f32 {
    let pixels = images.len() / (2 * HALF);
    let shares = Share::among(2 * HALF, trainer.cut, workers);
    let of = |share: &Share| {
        let images_of = share.images();
        &images[images_of.start * pixels..images_of.end * pixels]
    };
    let mut replicas: Vec<Replica> = Vec::new();
    for share in &shares[1..] {
        let mut replica = Replica::new(trainer.network().spec().clone()).expect("a network");
        let begun = replica.begin(trainer.parameters().to_vec(), share.clone(), of(share));
        begun.expect("its share");
        replicas.push(replica);
    }
    let begun = trainer.begin(of(&shares[0]), shares[0].clone());
    let mut round = begun.expect("the first share");
    for number in 0.. {
        if lost == Some(number) {
            return shared_step(trainer, (images, workers - 1), None);
        }
        let mut found = vec![trainer.round(&round).expect("a round")];
        for replica in &mut replicas {
            found.push(replica.round(&round).expect("a round"));
        }
        match trainer.next(&round, found).expect("what was found") {
            Some(next) => round = next,
            None => break,
        }
    }
    trainer.finish(1e-3)
}

fn specs() -> [Spec; 3] {
    [small_koch(), small_conv4(), mixed()]
}

/// Losses, network and state after three steps.
fn run(trainer: &mut Trainer, mut step: impl FnMut(&mut Trainer, &[f32]) -> f32) -> Outcome {
    let side = trainer.network().spec().input_side;
    let losses = (0..3).map(|at| step(trainer, &images(HALF, side, at)));
    (
        losses.collect(),
        trainer.network().to_tensors(),
        trainer.state(),
    )
}

type Outcome = (Vec<f32>, TensorMap, State);

#[test]
fn parts_give_the_same_numbers_whoever_computes_them_and_whoever_is_lost() {
    for spec in specs() {
        for parts in 2..=HALF {
            let fresh = || trainer(&spec, Loss::Episode).averaging(0.9).in_parts(parts);
            let alone = run(&mut fresh(), |trainer, images| {
                trainer.step(images, HALF, 1e-3)
            });
            for workers in 2..=parts + 1 {
                let got = run(&mut fresh(), |trainer, images| {
                    shared_step(trainer, (images, workers), None)
                });
                assert!(got == alone, "{parts} parts, {workers} workers");
            }
            // More and fewer of them, from step to step.
            let mut workers = [1, parts, 2].into_iter();
            let got = run(&mut fresh(), |trainer, images| {
                let workers = workers.next().unwrap_or(1);
                shared_step(trainer, (images, workers), None)
            });
            assert!(got == alone, "{parts} parts, workers that change");
            let last = 2 * spec.layers.len() + 1;
            for lost in [0, 1, spec.layers.len(), last] {
                let got = run(&mut fresh(), |trainer, images| {
                    shared_step(trainer, (images, 2), Some(lost))
                });
                assert!(got == alone, "{parts} parts, one lost in round {lost}");
            }
        }
    }
}

#[test]
fn a_batch_in_parts_is_learned_from_as_in_one() {
    for spec in specs() {
        for loss in [Loss::Episode, Loss::Pairs] {
            let images = images(HALF, spec.input_side, 4);
            let gradient = |parts| {
                let mut trainer = trainer(&spec, loss).in_parts(parts);
                let loss = trainer.gradient(&images, HALF);
                let gradient = trainer.whole_gradient();
                trainer.finish(0.0);
                (loss, gradient, trainer.network().statistics.clone())
            };
            let (loss, whole, statistics) = gradient(1);
            let norm = |of: &[f32]| of.iter().map(|v| f64::from(*v).powi(2)).sum::<f64>().sqrt();
            for parts in 2..=HALF {
                let (got, sum, moved) = gradient(parts);
                assert!(
                    (got - loss).abs() < 1e-5 * loss.max(1.0),
                    "{got} for {loss}"
                );
                for (one, other) in [(&sum, &whole), (&moved, &statistics)] {
                    let differences = one.iter().zip(other.iter()).map(|(a, b)| a - b);
                    let error = norm(&differences.collect::<Vec<f32>>());
                    assert!(error <= 1e-4 * norm(other), "{parts} parts: {error}");
                }
            }
        }
    }
}

#[test]
fn rounds_that_do_not_fit_are_refused_and_the_step_can_be_begun_again() {
    let spec = mixed();
    let images = images(HALF, spec.input_side, 4);
    let mut trainer = trainer(&spec, Loss::Episode).in_parts(2);
    let expected = trainer.gradient(&images, HALF);
    let shares = Share::among(2 * HALF, 2, 2);
    let pixels = spec.input_side * spec.input_side;
    let own = &images[..shares[0].images().len() * pixels];
    let other = &images[own.len()..];

    let mut replica = Replica::new(spec.clone()).expect("a network");
    let parameters = trainer.parameters().to_vec();
    let refused = [
        replica.begin(parameters[1..].to_vec(), shares[1].clone(), other),
        replica.begin(parameters.clone(), shares[1].clone(), &other[1..]),
        replica.begin(
            parameters.clone(),
            Share::among(2 * HALF, 2, 1).remove(0),
            &images,
        ),
        replica.begin(
            parameters.clone(),
            Share {
                parts: HALF + 1,
                ..shares[1].clone()
            },
            other,
        ),
        replica.begin(
            parameters.clone(),
            Share {
                own: 2..3,
                ..shares[1].clone()
            },
            other,
        ),
        replica.begin(parameters.clone(), Share::default(), &[]),
    ];
    assert!(refused.iter().all(Result::is_err), "{refused:?}");
    let forward = |layer, totals| Round::Forward { layer, totals };
    assert!(replica.round(&forward(0, Vec::new())).is_err());
    let totals = vec![0.0; 64];
    let back = Round::Back { layer: 3, totals };
    assert!(replica.round(&back).is_err(), "nothing is begun");

    replica
        .begin(parameters.clone(), shares[1].clone(), other)
        .expect("its share");
    let totals = |count| vec![0.0; count];
    let refused = [
        forward(1, totals(31)),
        forward(2, totals(32)),
        forward(5, totals(0)),
        forward(99, totals(0)),
        Round::Back {
            layer: 99,
            totals: totals(0),
        },
        Round::Back {
            layer: 0,
            totals: totals(0),
        },
        Round::Backward {
            global: vec![0.0; 7],
            local: Vec::new(),
        },
    ];
    for round in refused {
        assert!(replica.round(&round).is_err(), "{round:?}");
    }

    let round = trainer
        .begin(own, shares[0].clone())
        .expect("the first share");
    let found = trainer.round(&round).expect("a round");
    let sums = |sums| Found::Sums {
        sums,
        gradient: Vec::new(),
    };
    let wrong = [
        vec![],
        vec![found.clone(), sums(vec![])],
        vec![found.clone(), sums(vec![totals(3)])],
    ];
    for wrong in wrong {
        assert!(trainer.next(&round, wrong).is_err());
    }
    let embeddings = Found::Embeddings {
        global: vec![0.0],
        local: Vec::new(),
    };
    assert!(
        trainer
            .next(&forward(4, Vec::new()), vec![embeddings])
            .is_err()
    );
    assert!(
        trainer
            .next(
                &Round::Back {
                    layer: 0,
                    totals: Vec::new()
                },
                vec![found; 2]
            )
            .is_err()
    );
    assert_eq!(trainer.gradient(&images, HALF), expected);
}

#[test]
fn a_replica_does_no_round_between_two_steps() {
    let spec = mixed();
    let images = images(HALF, spec.input_side, 4);
    let mut trainer = trainer(&spec, Loss::Episode).in_parts(2);
    let shares = Share::among(2 * HALF, 2, 2);
    let pixels = spec.input_side * spec.input_side;
    let (own, other) = images.split_at(shares[0].images().len() * pixels);
    let mut replica = Replica::new(spec).expect("a network");
    for _ in 0..2 {
        let parameters = trainer.parameters().to_vec();
        let begun = replica.begin(parameters, shares[1].clone(), other);
        begun.expect("its share");
        let mut next = trainer.begin(own, shares[0].clone()).ok();
        while let Some(round) = next {
            let found = [trainer.round(&round), replica.round(&round)];
            replica.catch_up();
            let found = found.map(|found| found.expect("a round")).to_vec();
            next = trainer.next(&round, found).expect("what was found");
            if next.is_none() {
                assert_eq!(replica.round(&round), Err(RoundError::Share));
                assert_eq!(replica.round(&Round::FIRST), Err(RoundError::Share));
            }
        }
        trainer.finish(1e-3);
    }
}

proptest! {
    #[test]
    fn shares_are_the_batch_cut_evenly(half in 1usize..200, parts in 0usize..12, workers in 0usize..12) {
        let shares = Share::among(2 * half, parts, workers);
        prop_assert_eq!(shares.len(), workers.clamp(1, parts.clamp(1, half)));
        let mut next = 0;
        let smallest = half / parts.clamp(1, half) * 2;
        for (at, share) in shares.iter().enumerate() {
            let images = share.images();
            prop_assert_eq!(images.start, next);
            prop_assert!(images.len().is_multiple_of(2));
            prop_assert!(at == 0 || (smallest..=smallest + 2).contains(&images.len()));
            next = images.end;
        }
        prop_assert_eq!(next, 2 * half);
    }
}
