//! The map of embeddings: while somebody looks at it, for the newest drawing, and anew when the support
//! set, its views or the worker are others.

use super::super::tests::{asking, bring_up, classes, reply, sent, up};
use super::*;
use twinglyph_core::protocol::{Event, Failure, FailureKind, Request};

fn dot(at: usize) -> Option<Bitmap> {
    Some(Bitmap::from_fn(|row, column| row == at && column == 1))
}

fn maps(effects: &[Effect]) -> Vec<Request> {
    let mut requests = sent(effects);
    requests.retain(|request| matches!(request.command, Command::Map { .. }));
    requests
}

fn map(set: u32) -> Event {
    Event::Map {
        set,
        map: Box::default(),
    }
}

fn support(set: u32, views: u32) -> Event {
    Event::Support {
        set,
        classes: 3,
        views,
        more: views == 1,
        milliseconds: 1.0,
    }
}

fn told(effects: &[Effect]) -> usize {
    let maps = effects
        .iter()
        .filter(|effect| matches!(effect, Effect::Tell(Update::Map(..))));
    maps.count()
}

#[test]
fn while_a_map_is_on_its_way_only_the_newest_drawing_waits() {
    let (mut client, _) = asking();
    let first = maps(&client.map(dot(1)));
    assert_eq!(
        first[0].command,
        Command::Map {
            set: 1,
            query: dot(1)
        }
    );
    assert!(maps(&client.map(dot(2))).is_empty());
    assert!(maps(&client.map(dot(3))).is_empty());
    let effects = client.receive(reply(first[0].id, map(1)));
    assert_eq!(told(&effects), 1);
    let second = maps(&effects);
    assert_eq!(
        second[0].command,
        Command::Map {
            set: 1,
            query: dot(3)
        }
    );
    let effects = client.receive(reply(second[0].id, map(1)));
    assert_eq!((told(&effects), maps(&effects).len()), (1, 0));
}

#[test]
fn an_old_sets_map_is_not_told_and_the_new_sets_is_asked_for() {
    let (mut client, _) = asking();
    let first = maps(&client.map(None))[0].id;
    let new = sent(&client.set_support(2, classes()))[0].id;
    // It is embedded before the old question is answered.
    assert!(maps(&client.receive(reply(new, support(2, 1)))).is_empty());
    let effects = client.receive(reply(first, map(1)));
    assert_eq!(told(&effects), 0);
    let question = maps(&effects);
    assert_eq!(
        question[0].command,
        Command::Map {
            set: 2,
            query: None
        }
    );
    // Or the worker refused it for that.
    let failed = Event::Failed(Failure {
        kind: FailureKind::Support,
        message: "it is not the current one".to_owned(),
    });
    let newer = sent(&client.set_support(3, classes()))[0].id;
    let effects = client.receive(reply(question[0].id, failed));
    assert!(
        !effects
            .iter()
            .any(|one| matches!(one, Effect::Tell(Update::Failed(..))))
    );
    let question = maps(&client.receive(reply(newer, support(3, 1))));
    assert_eq!(
        question[0].command,
        Command::Map {
            set: 3,
            query: None
        }
    );
}

#[test]
fn more_views_make_another_map() {
    let (mut client, _) = asking();
    let first = maps(&client.map(dot(1)))[0].id;
    client.receive(reply(first, map(1)));
    let again = maps(&client.receive(reply(9, support(1, 8))));
    assert_eq!(
        again[0].command,
        Command::Map {
            set: 1,
            query: dot(1)
        }
    );
}

#[test]
fn a_new_worker_is_asked_again_and_nobody_where_nobody_looks() {
    let (mut client, _) = asking();
    let first = maps(&client.map(dot(1)))[0].id;
    client.crashed("it stopped with an error");
    let set = sent(&bring_up(&mut client));
    let again = maps(&client.receive(reply(set[0].id, support(1, 1))));
    assert_eq!(
        again[0].command,
        Command::Map {
            set: 1,
            query: dot(1)
        }
    );
    // The dead worker's answer comes late.
    assert_eq!(told(&client.receive(reply(first, map(1)))), 0);

    client.stop_mapping();
    let effects = client.receive(reply(again[0].id, map(1)));
    assert_eq!((told(&effects), maps(&effects).len()), (0, 0));
    assert!(maps(&client.receive(reply(9, support(1, 8)))).is_empty());
}

#[test]
fn a_map_waits_for_a_set() {
    let mut client = up();
    assert!(maps(&client.map(dot(1))).is_empty());
    let set = sent(&client.set_support(1, classes()))[0].id;
    assert_eq!(maps(&client.receive(reply(set, support(1, 1)))).len(), 1);
}
