//! Rankings: which drawing is asked about, when, and when once more.

use std::sync::Arc;

use twinglyph_core::Bitmap;
use twinglyph_core::protocol::{Command, Event, Request, UNASKED};

use super::super::State;
use super::super::tests::{asking, ranked_by, ranking, reply, sent};

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
    let (mut client, id) = asking();
    client.receive(reply(UNASKED, embedded(1, true)));
    client.receive(reply(id, ranked_by(1)));
    // The page can be used, and says that something is still to come.
    assert_eq!(client.state(), State::Busy);
    let question = sent(&client.receive(reply(UNASKED, embedded(8, false))));
    let [Request { id, command }] = &question[..] else {
        panic!("{question:?}")
    };
    assert!(matches!(command, Command::Classify { set: 1, .. }));
    let effects = client.receive(reply(*id, ranked_by(8)));
    assert!(sent(&effects).is_empty());
    assert_eq!(client.state(), State::Ready);
    // Nothing is asked a third time.
    assert!(sent(&client.receive(reply(UNASKED, embedded(8, false)))).is_empty());
}

#[test]
fn a_ranking_that_was_on_its_way_during_the_closer_look_is_asked_for_again() {
    let (mut client, id) = asking();
    assert!(sent(&client.receive(reply(UNASKED, embedded(8, false)))).is_empty());
    let question = sent(&client.receive(reply(id, ranked_by(1))));
    assert_eq!(question.len(), 1);
    let last = client.receive(reply(question[0].id, ranked_by(8)));
    assert!(sent(&last).is_empty());
    assert_eq!(client.state(), State::Ready);
}

#[test]
fn a_drawing_for_which_one_view_is_enough_is_not_ranked_again() {
    let (mut client, id) = asking();
    client.receive(reply(UNASKED, embedded(1, true)));
    client.receive(reply(id, ranking(1)));
    assert!(sent(&client.receive(reply(UNASKED, embedded(8, false)))).is_empty());
    assert_eq!(client.state(), State::Ready);
    // The next one, asked and ranked by one view though there are more.
    let question = sent(&client.classify(2, Bitmap::blank()));
    let effects = client.receive(reply(question[0].id, ranking(1)));
    assert!(sent(&effects).is_empty());
    assert_eq!(client.state(), State::Ready);
}

#[test]
fn a_large_set_is_ranked_by_first_examples_then_by_all() {
    let (mut client, id) = asking();
    client.receive(reply(id, ranked_by(1)));
    let classes = Arc::new(vec![vec![Bitmap::blank(); 2]; 257]);
    let examples = |command: &Command| match command {
        Command::SetSupport { set: 1, classes } => classes.iter().map(Vec::len).sum(),
        _ => 0,
    };
    let sketch = sent(&client.set_support(1, classes));
    assert_eq!(sketch.len(), 1);
    assert_eq!(examples(&sketch[0].command), 257);
    client.classify(9, Bitmap::blank());
    let question = sent(&client.receive(reply(sketch[0].id, embedded(1, false))));
    assert_eq!(question.len(), 1);
    assert!(matches!(question[0].command, Command::Classify { .. }));
    // While somebody draws, they are answered.
    client.classify(10, Bitmap::blank());
    let question = sent(&client.receive(reply(question[0].id, ranked_by(1))));
    assert_eq!(question.len(), 1);
    assert!(matches!(question[0].command, Command::Classify { .. }));
    let whole = sent(&client.receive(reply(question[0].id, ranked_by(1))));
    assert_eq!(whole.len(), 1);
    assert_eq!(examples(&whole[0].command), 514);
    assert_eq!(client.state(), State::Busy);
    let again = sent(&client.receive(reply(whole[0].id, embedded(1, false))));
    assert_eq!(again.len(), 1);
    assert!(matches!(again[0].command, Command::Classify { .. }));
    assert!(sent(&client.receive(reply(again[0].id, ranked_by(1)))).is_empty());
    assert_eq!(client.state(), State::Ready);
}

#[test]
fn a_large_set_goes_whole_where_nothing_is_drawn() {
    let (mut client, id) = asking();
    client.receive(reply(id, ranked_by(1)));
    client.forget();
    let sketch = sent(&client.set_support(1, Arc::new(vec![vec![Bitmap::blank(); 2]; 257])));
    let whole = sent(&client.receive(reply(sketch[0].id, embedded(1, false))));
    assert!(matches!(
        whole[..],
        [Request {
            command: Command::SetSupport { .. },
            ..
        }]
    ));
    assert!(sent(&client.receive(reply(whole[0].id, embedded(1, false)))).is_empty());
}

#[test]
fn a_drawing_that_was_taken_back_is_not_ranked_by_the_closer_look() {
    let (mut client, id) = asking();
    client.receive(reply(id, ranked_by(1)));
    client.forget();
    assert!(sent(&client.receive(reply(UNASKED, embedded(8, false)))).is_empty());
}
