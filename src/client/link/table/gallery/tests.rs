//! The gallery: one question at a time, each answered or given up; what a worker had is gone with it.

use twinglyph_core::Bitmap;
use twinglyph_core::protocol::{Command, DevicePreference, Event, Failure, FailureKind, Request};

use crate::client::link::tests::{bring_up, reply, sent, up};
use crate::client::link::{Action, Asker, Kind, Link, News, NoGallery};

fn search_gallery(of: u32) -> Command {
    Command::SearchGallery {
        gallery: 1,
        of,
        query: Bitmap::blank(),
    }
}

/// Who is told which answer.
fn told(actions: &[Action]) -> Vec<(u64, Result<Event, NoGallery>)> {
    let gallery = |asker: &Asker| (asker.kind == Kind::Gallery).then_some(asker.ticket);
    let told = actions.iter().filter_map(|action| match action {
        Action::Tell(News::Answered(asker, event)) => Some((gallery(asker)?, Ok(event.clone()))),
        Action::Tell(News::Lost(asker)) => Some((gallery(asker)?, Err(NoGallery::Gone))),
        Action::Tell(News::Failed(asker, failure)) => {
            Some((gallery(asker)?, Err(NoGallery::from(failure.clone()))))
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
    let request = asked(&link.ask(Kind::Gallery, 5, search_gallery(20)));
    assert_eq!(request.command, search_gallery(20));
    let event = Event::GalleryIndexed {
        gallery: 1,
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
        (FailureKind::Gallery, NoGallery::Gone),
        (FailureKind::Scores, NoGallery::Refused("no".to_owned())),
    ] {
        let id = asked(&link.ask(Kind::Gallery, 6, search_gallery(20))).id;
        let actions = link.receive(reply(id, failed(kind)));
        assert_eq!(told(&actions), [(6, Err(why))]);
        let others = |one: &&Action| matches!(one, Action::Tell(News::Failed(..)));
        assert_eq!(actions.iter().filter(others).count(), 1);
    }
}

#[test]
fn a_dead_workers_gallery_is_gone_and_the_next_is_asked_later() {
    let mut link = up();
    link.ask(Kind::Gallery, 7, search_gallery(20));
    let actions = link.crashed("it stopped with an error");
    assert_eq!(told(&actions), [(7, Err(NoGallery::Gone))]);
    assert!(sent(&link.ask(Kind::Gallery, 8, search_gallery(20))).is_empty());
    // Who asks again before there is a worker has given the first up.
    assert_eq!(
        told(&link.ask(Kind::Gallery, 9, search_gallery(21))),
        [(8, Err(NoGallery::Gone))]
    );
    assert_eq!(asked(&bring_up(&mut link)).command, search_gallery(21));
}

#[test]
fn without_a_worker_a_gallery_waits_for_one() {
    let mut link = Link::new("compact", DevicePreference::Auto);
    link.start();
    assert!(sent(&link.ask(Kind::Gallery, 1, search_gallery(1))).is_empty());
    assert_eq!(asked(&bring_up(&mut link)).command, search_gallery(1));
}
