//! Looking into a network, natively.

#![allow(clippy::unwrap_used)]

mod test_engine;

use test_engine::{TestEngine, drawings, one_shot};
use twinglyph_core::protocol::{Command, Event, Inspection, Scorer, Stage};
use twinglyph_core::{Bitmap, canonical};

fn inspected(events: &[Event]) -> &Inspection {
    match events {
        [.., Event::Inspection { inspection, .. }] => inspection,
        other => panic!("no inspection: {other:?}"),
    }
}

fn inspect(query: Option<&Bitmap>, others: &[&Bitmap]) -> Command {
    Command::Inspect {
        ticket: 1,
        query: query.cloned(),
        others: others.iter().map(|&other| other.clone()).collect(),
    }
}

#[test]
fn without_drawings_there_are_tables_and_filters() {
    let mut engine = TestEngine::started();
    let events = engine.ask(inspect(None, &[]));
    let seen = inspected(&events);
    assert_eq!(
        (seen.model.as_str(), seen.architecture.as_str()),
        ("compact", "compact")
    );
    let parameters: Vec<(&str, u64)> = seen
        .tables
        .iter()
        .map(|table| {
            let layers = table.layers.iter();
            (
                table.architecture.as_str(),
                layers.map(|l| l.parameters).sum(),
            )
        })
        .collect();
    assert_eq!(
        parameters,
        [
            ("compact", 1_356_843),
            ("deep", 1_726_251),
            ("koch", 38_951_745)
        ]
    );
    assert_eq!(
        (
            seen.filters.layer.as_str(),
            seen.filters.side,
            seen.filters.count()
        ),
        ("stem", 5, 32)
    );
    assert!(seen.maps.is_empty() && seen.pairs.is_empty());
}

#[test]
fn a_drawing_is_followed_through_every_layer_with_maps() {
    let mut engine = TestEngine::started();
    let query = &drawings(1, 0)[0];
    let events = engine.ask(inspect(Some(query), &[]));
    let seen = inspected(&events);
    let shapes: Vec<(&str, u32, usize)> = seen
        .maps
        .iter()
        .map(|maps| (maps.layer.as_str(), maps.side, maps.count()))
        .collect();
    assert_eq!(
        shapes,
        [
            ("stem", 24, 32),
            ("down1", 12, 64),
            ("res1", 12, 64),
            ("down2", 6, 128),
            ("res2", 6, 128),
            ("local", 6, 64),
            ("down3", 3, 256)
        ]
    );
    for maps in &seen.maps {
        // Each layer's least and greatest value are shown as black and white.
        assert!(
            maps.values.contains(&0) && maps.values.contains(&255),
            "{}",
            maps.layer
        );
        assert!(maps.range.0 < maps.range.1);
    }
}

#[test]
fn the_terms_of_a_pair_sum_to_its_score() {
    let mut engine = TestEngine::started();
    let pictures = drawings(1, 0);
    let (query, other) = (&pictures[0], &pictures[5]);
    let events = engine.ask(inspect(Some(query), &[other]));
    let pair = inspected(&events).pairs[0].clone();
    let scored = engine.ask(Command::Score {
        scorer: Scorer::Network,
        queries: vec![query.clone()],
        support: vec![other.clone()],
    });
    let [.., Event::Scores { scores, .. }] = &scored[..] else {
        panic!("{scored:?}")
    };
    let tolerance = 1e-4 * scores[0][0].abs().max(1.0);
    assert!((pair.score - scores[0][0]).abs() < tolerance);
    let (of_query, of_other) = pair.local.clone().unwrap();
    assert_eq!(
        (pair.global.len(), of_query.len(), of_other.len()),
        (256, 36, 36)
    );
    let sum: f32 = pair.global.iter().chain(&of_query).chain(&of_other).sum();
    assert!(
        (pair.bias + sum - pair.score).abs() < tolerance,
        "{} + {sum} is not {}",
        pair.bias,
        pair.score
    );
}

#[test]
fn taking_ink_away_changes_the_score_only_where_there_is_ink() {
    let mut engine = TestEngine::started();
    let query = &drawings(1, 0)[0];
    let events = engine.ask(inspect(Some(query), &[query]));
    let told = events.iter().filter_map(|event| match event {
        Event::Progress {
            stage: Stage::Inspection,
            done,
            total,
        } => Some((*done, *total)),
        _ => None,
    });
    let told: Vec<(u64, u64)> = told.collect();
    assert!(told.last().is_some_and(|(done, total)| done == total));
    let pair = inspected(&events).pairs[0].clone();
    let (patch, stride, side) = (pair.patch as usize, pair.stride as usize, canonical::SIDE);
    assert_eq!((pair.input_side as usize, patch, stride), (side, 8, 4));
    let input = canonical::canonical(query);
    for (at, change) in pair.occlusion.iter().enumerate() {
        let (top, left) = (at / 11 * stride, at % 11 * stride);
        let inked = (top..top + patch)
            .any(|row| input[row * side + left..][..patch].iter().any(|&v| v > 0.0));
        assert!(inked || *change == 0.0, "{at}: {change}");
    }
    // The same drawing is most like itself whole.
    let most = pair.occlusion.iter().copied().fold(0.0, f32::max);
    assert!(most > 0.1, "{most}");
    assert!(pair.similarity > 0.9);
}

#[test]
fn several_are_compared_as_each_alone() {
    let mut engine = TestEngine::started();
    let pictures = drawings(1, 0);
    let (query, others) = (&pictures[0], [&pictures[5], &pictures[7]]);
    let events = engine.ask(inspect(Some(query), &others));
    let together = inspected(&events).pairs.clone();
    assert_eq!(together.len(), 2);
    for (together, other) in together.iter().zip(others) {
        let events = engine.ask(inspect(Some(query), &[other]));
        assert_eq!(
            &inspected(&events).pairs[..],
            core::slice::from_ref(together)
        );
    }
    assert_ne!(together[0].occlusion, together[1].occlusion);
}

#[test]
fn a_blank_drawing_is_looked_at_too() {
    let mut engine = TestEngine::started();
    let support = one_shot(1, 0);
    let events = engine.ask(inspect(Some(&Bitmap::blank()), &[&support[0][0]]));
    let pair = inspected(&events).pairs[0].clone();
    assert!(pair.score.is_finite());
    assert!(pair.occlusion.iter().all(|change| *change == 0.0));
}

#[test]
fn who_asks_again_gets_one_answer() {
    let mut engine = TestEngine::started();
    engine.heard();
    let query = &drawings(1, 0)[0];
    engine.begin(inspect(Some(query), &[query]));
    engine.turns(2);
    engine.begin(Command::Inspect {
        ticket: 2,
        query: None,
        others: Vec::new(),
    });
    engine.turns(40);
    let events = engine.heard();
    let answers = events.iter().filter_map(|event| match event {
        Event::Inspection { ticket, .. } => Some(*ticket),
        _ => None,
    });
    assert_eq!(answers.collect::<Vec<_>>(), [2]);
}
