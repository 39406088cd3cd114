//! The shelf: one question at a time, each answered or given up; what a worker had is gone with it.

use twinglyph_core::Bitmap;
use twinglyph_core::protocol::{Command, DevicePreference, Event, Failure, FailureKind, Request};

use crate::client::link::tests::{bring_up, reply, sent, up};
use crate::client::link::{Action, Asker, Kind, Link, News, NoShelf};

fn browse(of: u32) -> Command {
    Command::Browse {
        shelf: 1,
        of,
        query: Bitmap::blank(),
    }
}

/// Who is told which answer.
fn told(actions: &[Action]) -> Vec<(u64, Result<Event, NoShelf>)> {
    let shelf = |asker: &Asker| (asker.kind == Kind::Shelf).then_some(asker.ticket);
    let told = actions.iter().filter_map(|action| match action {
        Action::Tell(News::Answered(asker, event)) => Some((shelf(asker)?, Ok(event.clone()))),
        Action::Tell(News::Lost(asker)) => Some((shelf(asker)?, Err(NoShelf::Gone))),
        Action::Tell(News::Failed(asker, failure)) => {
            Some((shelf(asker)?, Err(NoShelf::from(failure.clone()))))
        }
        _ => None,
    });
    told.collect()
}

fn failed(kind: FailureKind) -> Event {
    Event::Failed(Failure {
        kind,
        message: "no".to_owned(),
    })
}

fn asked(actions: &[Action]) -> Request {
    sent(actions).remove(0)
}

#[test]
fn an_answer_goes_to_who_asked() {
    let mut link = up();
    let request = asked(&link.ask(Kind::Shelf, 5, browse(20)));
    assert_eq!(request.command, browse(20));
    let event = Event::Shelved {
        shelf: 1,
        drawings: 16,
    };
    let actions = link.receive(reply(request.id, event.clone()));
    assert_eq!(told(&actions), [(5, Ok(event.clone()))]);
    // Once.
    assert_eq!(told(&link.receive(reply(request.id, event))), []);
}

#[test]
fn what_went_wrong_is_told_to_who_asked_alone() {
    let mut link = up();
    for (kind, why) in [
        (FailureKind::Shelf, NoShelf::Gone),
        (FailureKind::Scores, NoShelf::Refused("no".to_owned())),
    ] {
        let id = asked(&link.ask(Kind::Shelf, 6, browse(20))).id;
        let actions = link.receive(reply(id, failed(kind)));
        assert_eq!(told(&actions), [(6, Err(why))]);
        let others = |one: &&Action| matches!(one, Action::Tell(News::Failed(..)));
        assert_eq!(actions.iter().filter(others).count(), 1);
    }
}

#[test]
fn a_dead_workers_shelf_is_gone_and_the_next_is_asked_later() {
    let mut link = up();
    link.ask(Kind::Shelf, 7, browse(20));
    let actions = link.crashed("it stopped with an error");
    assert_eq!(told(&actions), [(7, Err(NoShelf::Gone))]);
    assert!(sent(&link.ask(Kind::Shelf, 8, browse(20))).is_empty());
    // Who asks again before there is a worker has given the first up.
    assert_eq!(
        told(&link.ask(Kind::Shelf, 9, browse(21))),
        [(8, Err(NoShelf::Gone))]
    );
    assert_eq!(asked(&bring_up(&mut link)).command, browse(21));
}

#[test]
fn without_a_worker_a_shelf_waits_for_one() {
    let mut link = Link::new("compact", DevicePreference::Auto);
    link.start();
    assert!(sent(&link.ask(Kind::Shelf, 1, browse(1))).is_empty());
    assert_eq!(asked(&bring_up(&mut link)).command, browse(1));
}
