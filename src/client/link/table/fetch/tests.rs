//! A large model: it is asked for until it is here or given up, whatever becomes of the worker.

use twinglyph_core::protocol::{Command, DevicePreference, Event, FetchEnd, Request, Stage};

use crate::client::link::tests::{asking, bring_up, ranking, reply, sent, up};
use crate::client::link::{Action, Kind, Link, News};

fn fetched(end: FetchEnd) -> Event {
    Event::Fetched {
        name: "koch".to_owned(),
        end,
    }
}

fn is_told_of_fetching(actions: &[Action], end: &FetchEnd) -> bool {
    actions.contains(&Action::Tell(News::Fetched("koch".to_owned(), end.clone())))
}

#[test]
fn fetching_goes_on_beside_rankings_and_ends_once() {
    let (mut link, question) = asking();
    let request = sent(&link.ask(Kind::Fetch, 0, Command::Fetch("koch".into())));
    assert_eq!(request[0].command, Command::Fetch("koch".to_owned()));
    let id = request[0].id;
    let progress = Event::Progress {
        stage: Stage::Download,
        done: 5,
        total: 9,
    };
    let told = link.receive(reply(id, progress));
    let news = News::Progress(Stage::Download, 5, 9);
    assert!(told.contains(&Action::Tell(news)));
    let told = link.receive(reply(question, ranking(1)));
    assert!(matches!(told[0], Action::Tell(News::Ranking(_))));
    let told = link.receive(reply(id, fetched(FetchEnd::Kept)));
    assert!(is_told_of_fetching(&told, &FetchEnd::Kept));
    let told = link.receive(reply(id, fetched(FetchEnd::Kept)));
    assert!(told.is_empty(), "{told:?}");
}

#[test]
fn what_was_given_up_says_nothing_more() {
    let mut link = up();
    let first = sent(&link.ask(Kind::Fetch, 0, Command::Fetch("koch".into())))[0].id;
    let actions = link.stop_fetching();
    assert_eq!(sent(&actions)[0].command, Command::StopFetching);
    assert!(is_told_of_fetching(&actions, &FetchEnd::Stopped));
    assert!(link.stop_fetching().is_empty());
    // Asked for again before the worker has said that the first is over.
    let second = sent(&link.ask(Kind::Fetch, 0, Command::Fetch("koch".into())))[0].id;
    let progress = Event::Progress {
        stage: Stage::Download,
        done: 5,
        total: 9,
    };
    assert!(link.receive(reply(first, progress)).is_empty());
    let told = link.receive(reply(first, fetched(FetchEnd::Stopped)));
    assert!(told.is_empty(), "{told:?}");
    let told = link.receive(reply(second, fetched(FetchEnd::Kept)));
    assert!(is_told_of_fetching(&told, &FetchEnd::Kept));
}

#[test]
fn a_worker_that_dies_while_it_fetches_is_followed_by_one_that_fetches() {
    let mut link = Link::new("compact", DevicePreference::Auto);
    link.start();
    assert!(
        sent(&link.ask(Kind::Fetch, 0, Command::Fetch("koch".into()))).is_empty(),
        "there is no worker"
    );
    let is_fetch = |request: &Request| request.command == Command::Fetch("koch".to_owned());
    assert!(sent(&bring_up(&mut link)).iter().any(is_fetch));
    let crashed = link.crashed("it stopped with an error");
    assert!(crashed.contains(&Action::Spawn));
    assert!(sent(&bring_up(&mut link)).iter().any(is_fetch));
}
