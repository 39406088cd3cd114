//! The gallery: one question at a time, each answered or cancelled; what a worker had is gone with it.

use twinglyph_core::Bitmap;
use twinglyph_core::protocol::{Command, DevicePreference, Event, Failure, FailureKind, Request};

use crate::client::worker_client::tests::{bring_up, reply, sent, up};
use crate::client::worker_client::{Asker, Effect, Kind, NoGallery, Update, WorkerClient};

fn search_gallery(of: u32) -> Command {
    Command::SearchGallery {
        gallery: 1,
        of,
        query: Bitmap::blank(),
    }
}

/// Who is told which answer.
fn told(effects: &[Effect]) -> Vec<(u64, Result<Event, NoGallery>)> {
    let gallery = |asker: &Asker| (asker.kind == Kind::Gallery).then_some(asker.ticket);
    let told = effects.iter().filter_map(|effect| match effect {
        Effect::Tell(Update::Answered(asker, event)) => Some((gallery(asker)?, Ok(event.clone()))),
        Effect::Tell(Update::Lost(asker)) => Some((gallery(asker)?, Err(NoGallery::Gone))),
        Effect::Tell(Update::Failed(asker, failure)) => {
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

fn asked(effects: &[Effect]) -> Request {
    sent(effects).remove(0)
}

#[test]
fn an_answer_goes_to_who_asked() {
    let mut client = up();
    let request = asked(&client.ask(Kind::Gallery, 5, search_gallery(20)));
    assert_eq!(request.command, search_gallery(20));
    let event = Event::GalleryIndexed {
        gallery: 1,
        drawings: 16,
    };
    let effects = client.receive(reply(request.id, event.clone()));
    assert_eq!(told(&effects), [(5, Ok(event.clone()))]);
    // Once.
    assert_eq!(told(&client.receive(reply(request.id, event))), []);
}

#[test]
fn what_went_wrong_is_told_to_who_asked_alone() {
    let mut client = up();
    for (kind, why) in [
        (FailureKind::Gallery, NoGallery::Gone),
        (FailureKind::Scores, NoGallery::Refused("no".to_owned())),
    ] {
        let id = asked(&client.ask(Kind::Gallery, 6, search_gallery(20))).id;
        let effects = client.receive(reply(id, failed(kind)));
        assert_eq!(told(&effects), [(6, Err(why))]);
        let others = |one: &&Effect| matches!(one, Effect::Tell(Update::Failed(..)));
        assert_eq!(effects.iter().filter(others).count(), 1);
    }
}

#[test]
fn a_dead_workers_gallery_is_gone_and_the_next_is_asked_later() {
    let mut client = up();
    client.ask(Kind::Gallery, 7, search_gallery(20));
    let effects = client.crashed("it stopped with an error");
    assert_eq!(told(&effects), [(7, Err(NoGallery::Gone))]);
    assert!(sent(&client.ask(Kind::Gallery, 8, search_gallery(20))).is_empty());
    // Who asks again before there is a worker has given the first up.
    assert_eq!(
        told(&client.ask(Kind::Gallery, 9, search_gallery(21))),
        [(8, Err(NoGallery::Gone))]
    );
    assert_eq!(asked(&bring_up(&mut client)).command, search_gallery(21));
}

#[test]
fn without_a_worker_a_gallery_waits_for_one() {
    let mut client = WorkerClient::new("compact", DevicePreference::Auto);
    client.start();
    assert!(sent(&client.ask(Kind::Gallery, 1, search_gallery(1))).is_empty());
    assert_eq!(asked(&bring_up(&mut client)).command, search_gallery(1));
}
