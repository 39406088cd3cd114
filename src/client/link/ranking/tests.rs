use twinglyph_core::protocol::{Command, Event, Request, UNASKED};

use super::super::State;
use super::super::tests::{asking, ranked_by, reply, sent};

/// A support set embedded by so many views; are there to be more?
fn embedded(views: u32, more: bool) -> Event {
    Event::Support {
        set: 1,
        classes: 3,
        views,
        more,
        milliseconds: 1.0,
    }
}

#[test]
fn a_drawing_is_ranked_again_when_the_closer_look_is_there() {
    let (mut link, id) = asking();
    link.receive(reply(UNASKED, embedded(1, true)));
    link.receive(reply(id, ranked_by(1)));
    // The page can be used, and says that something is still to come.
    assert_eq!(link.state(), State::Busy);
    let question = sent(&link.receive(reply(UNASKED, embedded(8, false))));
    let [Request { id, command }] = &question[..] else {
        panic!("{question:?}")
    };
    assert!(matches!(command, Command::Classify { set: 1, .. }));
    let actions = link.receive(reply(*id, ranked_by(8)));
    assert!(sent(&actions).is_empty());
    assert_eq!(link.state(), State::Ready);
    // Nothing is asked a third time.
    assert!(sent(&link.receive(reply(UNASKED, embedded(8, false)))).is_empty());
}

#[test]
fn a_ranking_that_was_on_its_way_during_the_closer_look_is_asked_for_again() {
    let (mut link, id) = asking();
    assert!(sent(&link.receive(reply(UNASKED, embedded(8, false)))).is_empty());
    let question = sent(&link.receive(reply(id, ranked_by(1))));
    assert_eq!(question.len(), 1);
    let last = link.receive(reply(question[0].id, ranked_by(8)));
    assert!(sent(&last).is_empty());
    assert_eq!(link.state(), State::Ready);
}

#[test]
fn a_drawing_that_was_taken_back_is_not_ranked_by_the_closer_look() {
    let (mut link, id) = asking();
    link.receive(reply(id, ranked_by(1)));
    link.forget();
    assert!(sent(&link.receive(reply(UNASKED, embedded(8, false)))).is_empty());
}
