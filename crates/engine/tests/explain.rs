//! The map of embeddings and the gallery, natively.

#![allow(clippy::unwrap_used)]

mod test_engine;

use burn::tensor::Device;
use test_engine::{TestEngine, builtin_weights, drawings, one_shot};
use twinglyph_core::Bitmap;
use twinglyph_core::look_alikes::{self, LookAlikes};
use twinglyph_core::pca::Pca;
use twinglyph_core::protocol::{
    Command, EmbeddingMap, Event, FailureKind, MAX_FOUND, MAX_INDEXED, Match,
};
use twinglyph_nn_burn::weights;

fn map(engine: &mut TestEngine, set: u32, query: Option<&Bitmap>) -> EmbeddingMap {
    let query = query.cloned();
    match &engine.ask(Command::Map { set, query })[..] {
        [Event::Map { set: own, map }] if *own == set => map.as_ref().clone(),
        other => panic!("no map: {other:?}"),
    }
}

#[track_caller]
fn failure(events: &[Event]) -> FailureKind {
    match events {
        [.., Event::Failed(failure)] => failure.kind,
        other => panic!("no failure: {other:?}"),
    }
}

/// Embeddings of drawings by the built-in network on Burn, a row each.
fn embeddings(drawings: &[Bitmap]) -> Vec<Vec<f32>> {
    let device = Device::flex();
    let (twin, _) = weights::read(&builtin_weights(), &device).unwrap();
    let global = twin.embed(twin.batch(drawings, &device)).global;
    let width = global.dims()[1];
    let numbers = global.into_data().try_to_vec::<f32>().unwrap();
    numbers.chunks(width).map(<[f32]>::to_vec).collect()
}

#[test]
fn a_map_is_that_of_the_networks_embeddings() {
    let mut engine = TestEngine::started();
    engine.support(3, one_shot(1, 0));
    let expected = Pca::fit(&embeddings(&drawings(1, 0))).unwrap();
    let query = drawings(1, 1)[4].clone();
    let found = map(&mut engine, 3, Some(&query));
    let near = |one: [f32; 2], other: [f64; 2]| {
        let far = (f64::from(one[0]) - other[0]).hypot(f64::from(one[1]) - other[1]);
        assert!(far < 1e-2, "{one:?} {other:?}");
    };
    assert_eq!(found.points.len(), 20);
    for (point, expected) in found.points.iter().zip(expected.points()) {
        near(*point, *expected);
    }
    let place = expected.project(&embeddings(&[query])[0]).unwrap();
    near(found.query.unwrap(), place);
    near(found.shares, expected.shares());
    assert_eq!((found.components, found.views), (256, 1));
}

#[test]
fn a_map_names_the_classes_that_look_alike() {
    let mut engine = TestEngine::started();
    // One drawing stands in the set twice.
    let mut classes = one_shot(1, 0);
    classes.push(vec![drawings(1, 0)[4].clone()]);
    engine.support(3, classes);
    let found = map(&mut engine, 3, None);
    let is_it = |one: &&LookAlikes| one.classes == [4, 20];
    let twice = found.alike.iter().find(is_it).unwrap();
    assert!(twice.similarity >= look_alikes::ALIKE && twice.similarity <= 1.0);
    let similar = found.alike.iter().map(|one| one.similarity);
    assert!(similar.rev().is_sorted());
    let query = drawings(1, 1)[2].clone();
    assert_eq!(map(&mut engine, 3, Some(&query)).alike, found.alike);
    // The set without it has the other pairs.
    engine.support(4, one_shot(1, 0));
    let alone = map(&mut engine, 4, None);
    let others = found.alike.iter().filter(|one| one.classes[1] < 20);
    assert_eq!(alone.alike.len(), others.count());
    // Large sets are not compared with themselves.
    let many = vec![vec![drawings(1, 0)[4].clone()]; look_alikes::MOST + 1];
    engine.support(5, many);
    assert_eq!(map(&mut engine, 5, None).alike, []);
}

#[test]
fn a_drawing_moves_on_a_map_that_stays() {
    let mut engine = TestEngine::started();
    engine.support(3, one_shot(1, 0));
    let empty = map(&mut engine, 3, None);
    assert_eq!(empty.query, None);
    let queries = drawings(1, 1);
    let one = map(&mut engine, 3, Some(&queries[0]));
    let other = map(&mut engine, 3, Some(&queries[1]));
    assert_eq!((&one.points, one.shares), (&empty.points, empty.shares));
    assert_eq!(other.points, empty.points);
    assert_ne!(one.query, other.query);
    // The drawing that was ranked just now is where it would be without.
    engine.ask(Command::Classify {
        set: 3,
        query: queries[0].clone(),
    });
    assert_eq!(map(&mut engine, 3, Some(&queries[0])), one);
    assert_eq!(map(&mut engine, 3, Some(&queries[1])), other);
    // An example lies where its class does.
    let example = drawings(1, 0)[7].clone();
    let [x, y] = map(&mut engine, 3, Some(&example)).query.unwrap();
    let [a, b] = empty.points[7];
    assert!((x - a).hypot(y - b) < 1e-3);
}

#[test]
fn another_set_has_another_map_and_an_old_ones_is_refused() {
    let mut engine = TestEngine::started();
    let question = |set| Command::Map { set, query: None };
    assert_eq!(failure(&engine.ask(question(3))), FailureKind::Support);
    engine.support(3, one_shot(1, 0));
    let before = map(&mut engine, 3, None);
    engine.support(4, one_shot(2, 0));
    assert_ne!(map(&mut engine, 4, None).points, before.points);
    assert_eq!(failure(&engine.ask(question(3))), FailureKind::Support);
    // Of a single class too.
    engine.support(5, one_shot(1, 0).into_iter().take(1).collect());
    let single = map(&mut engine, 5, None);
    assert_eq!((single.points, single.shares), (vec![[0.0; 2]], [0.0; 2]));
}

fn index_gallery(engine: &mut TestEngine, after: u32, drawings: &[Bitmap]) -> Vec<Event> {
    engine.ask(Command::IndexGallery {
        gallery: 1,
        after,
        drawings: drawings.to_vec(),
    })
}

fn search_gallery(engine: &mut TestEngine, of: u32, query: &Bitmap) -> Vec<Event> {
    engine.ask(Command::SearchGallery {
        gallery: 1,
        of,
        query: query.clone(),
    })
}

#[test]
fn a_gallery_ranks_as_a_support_set_does_and_leaves_it_alone() {
    let mut engine = TestEngine::started();
    engine.support(3, one_shot(1, 0));
    let all: Vec<Bitmap> = [1, 2].iter().flat_map(|&seed| drawings(seed, 0)).collect();
    let mut after = 0;
    for part in all.chunks(MAX_INDEXED) {
        let events = index_gallery(&mut engine, after, part);
        after += part.len() as u32;
        let told = Event::GalleryIndexed {
            gallery: 1,
            drawings: after,
        };
        assert_eq!(events, [told]);
    }
    let query = drawings(2, 1)[5].clone();
    let events = search_gallery(&mut engine, after, &query);
    let [Event::GallerySearched { matches, .. }] = &events[..] else {
        panic!("{events:?}");
    };
    assert_eq!(matches.len(), MAX_FOUND);

    // The support set is what it was.
    let classify = |set| Command::Classify {
        set,
        query: query.clone(),
    };
    assert!(matches!(
        engine.ask(classify(3))[..],
        [Event::Ranking { set: 3, .. }]
    ));
    let classes = all.iter().map(|drawing| vec![drawing.clone()]).collect();
    engine.support(4, classes);
    let events = engine.ask(classify(4));
    let [
        Event::Ranking {
            matches: ranked, ..
        },
    ] = &events[..]
    else {
        panic!("{events:?}");
    };
    let named = |matches: &[Match]| -> Vec<u32> { matches.iter().map(|m| m.class).collect() };
    assert_eq!(named(matches), named(&ranked[..MAX_FOUND]));
    for (one, other) in matches.iter().zip(ranked) {
        assert!((one.similarity - other.similarity).abs() < 1e-5);
    }
    // And the gallery is still there.
    assert!(matches!(
        search_gallery(&mut engine, after, &query)[..],
        [Event::GallerySearched { .. }]
    ));
}

#[test]
fn a_gallery_that_is_not_as_the_page_thinks_is_refused() {
    let mut engine = TestEngine::started();
    let some = drawings(1, 0);
    assert_eq!(
        failure(&search_gallery(&mut engine, 20, &some[0])),
        FailureKind::Gallery
    );
    assert_eq!(
        failure(&index_gallery(&mut engine, 20, &some)),
        FailureKind::Gallery
    );
    assert_eq!(
        failure(&index_gallery(&mut engine, 0, &[])),
        FailureKind::Scores
    );
    let many = vec![some[0].clone(); MAX_INDEXED + 1];
    assert_eq!(
        failure(&index_gallery(&mut engine, 0, &many)),
        FailureKind::Scores
    );
    assert_eq!(
        failure(&index_gallery(&mut engine, 4090, &some)),
        FailureKind::Scores
    );

    index_gallery(&mut engine, 0, &some);
    assert_eq!(
        failure(&index_gallery(&mut engine, 5, &some)),
        FailureKind::Gallery
    );
    assert_eq!(
        failure(&search_gallery(&mut engine, 5, &some[0])),
        FailureKind::Gallery
    );
    let other = Command::SearchGallery {
        gallery: 2,
        of: 20,
        query: some[0].clone(),
    };
    assert_eq!(failure(&engine.ask(other)), FailureKind::Gallery);
    assert!(matches!(
        search_gallery(&mut engine, 20, &some[0])[..],
        [Event::GallerySearched { .. }]
    ));

    // Another model's embeddings are no good to this one, not even the same model's once more.
    engine.ask(Command::UseModel("compact".to_owned()));
    assert_eq!(
        failure(&search_gallery(&mut engine, 20, &some[0])),
        FailureKind::Gallery
    );
    index_gallery(&mut engine, 0, &some);
    assert!(matches!(
        search_gallery(&mut engine, 20, &some[0])[..],
        [Event::GallerySearched { .. }]
    ));
}
