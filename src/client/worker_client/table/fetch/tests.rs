//! A large model: it is asked for until it is here or cancelled, whatever becomes of the worker.

use twinglyph_core::protocol::{Command, DevicePreference, Event, FetchEnd, Request, Stage};

use crate::client::worker_client::tests::{asking, bring_up, ranking, reply, sent, up};
use crate::client::worker_client::{Effect, Kind, Update, WorkerClient};

fn fetched(end: FetchEnd) -> Event {
    Event::Fetched {
        name: "koch".to_owned(),
        end,
    }
}

fn is_told_of_fetching(effects: &[Effect], end: &FetchEnd) -> bool {
    effects.contains(&Effect::Tell(Update::Fetched(
        "koch".to_owned(),
        end.clone(),
    )))
}

#[test]
fn fetching_goes_on_beside_rankings_and_ends_once() {
    let (mut client, question) = asking();
    let request = sent(&client.ask(Kind::Fetch, 0, Command::Fetch("koch".into())));
    assert_eq!(request[0].command, Command::Fetch("koch".to_owned()));
    let id = request[0].id;
    let progress = Event::Progress {
        stage: Stage::Download,
        done: 5,
        total: 9,
    };
    let told = client.receive(reply(id, progress));
    let update = Update::Progress(Stage::Download, 5, 9);
    assert!(told.contains(&Effect::Tell(update)));
    let told = client.receive(reply(question, ranking(1)));
    assert!(matches!(told[0], Effect::Tell(Update::Ranking(_))));
    let told = client.receive(reply(id, fetched(FetchEnd::Kept)));
    assert!(is_told_of_fetching(&told, &FetchEnd::Kept));
    let told = client.receive(reply(id, fetched(FetchEnd::Kept)));
    assert!(told.is_empty(), "{told:?}");
}

#[test]
fn what_was_given_up_says_nothing_more() {
    let mut client = up();
    let first = sent(&client.ask(Kind::Fetch, 0, Command::Fetch("koch".into())))[0].id;
    let effects = client.stop_fetching();
    assert_eq!(sent(&effects)[0].command, Command::StopFetching);
    assert!(is_told_of_fetching(&effects, &FetchEnd::Stopped));
    assert!(client.stop_fetching().is_empty());
    // Asked for again before the worker has said that the first is over.
    let second = sent(&client.ask(Kind::Fetch, 0, Command::Fetch("koch".into())))[0].id;
    let progress = Event::Progress {
        stage: Stage::Download,
        done: 5,
        total: 9,
    };
    assert!(client.receive(reply(first, progress)).is_empty());
    let told = client.receive(reply(first, fetched(FetchEnd::Stopped)));
    assert!(told.is_empty(), "{told:?}");
    let told = client.receive(reply(second, fetched(FetchEnd::Kept)));
    assert!(is_told_of_fetching(&told, &FetchEnd::Kept));
}

#[test]
fn a_worker_that_dies_while_it_fetches_is_followed_by_one_that_fetches() {
    let mut client = WorkerClient::new("compact", DevicePreference::Auto);
    client.start();
    assert!(
        sent(&client.ask(Kind::Fetch, 0, Command::Fetch("koch".into()))).is_empty(),
        "there is no worker"
    );
    let is_fetch = |request: &Request| request.command == Command::Fetch("koch".to_owned());
    assert!(sent(&bring_up(&mut client)).iter().any(is_fetch));
    let crashed = client.crashed("it stopped with an error");
    assert!(crashed.contains(&Effect::Spawn));
    assert!(sent(&bring_up(&mut client)).iter().any(is_fetch));
}
