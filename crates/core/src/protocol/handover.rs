//! What the engine must hear when it takes over from its starter.
//!
//! The starter has answered some of what the page said, and the engine knows of none of it. It hears
//! everything again but what later messages have made void, in the order in which it was said; answers that the
//! page has had already it passes over by their ids. Refuses to know how messages are kept meanwhile.

use super::{Command, Request};

/// The messages that count of all that were said to the starter.
#[must_use]
pub fn condensed(said: Vec<Request>) -> Vec<Request> {
    let last = |is: fn(&Command) -> bool| said.iter().rposition(|request| is(&request.command));
    let last_set = last(|command| matches!(command, Command::SetSupport { .. }));
    let last_query = last(|command| matches!(command, Command::Classify { .. }));
    let set_of = |at: Option<usize>| match at.map(|at| &said[at].command) {
        Some(Command::SetSupport { set, .. }) => Some(*set),
        _ => None,
    };
    let set = set_of(last_set);
    let counts = |at: usize, command: &Command| match command {
        Command::SetSupport { .. } => Some(at) == last_set,
        // One is on its way at most, and an older set's is not asked any more.
        Command::Classify { set: of, .. } => {
            Some(at) == last_query && Some(at) > last_set && Some(*of) == set
        }
        Command::Ping => false,
        _ => true,
    };
    let counts: Vec<bool> = (said.iter().enumerate())
        .map(|(at, request)| counts(at, &request.command))
        .collect();
    let said = said.into_iter().zip(counts);
    said.filter_map(|(request, counts)| counts.then_some(request))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Bitmap;
    use crate::protocol::DevicePreference;

    fn ids(commands: Vec<Command>) -> Vec<u32> {
        let said = (1..).zip(commands);
        let said = said.map(|(id, command)| Request { id, command });
        let condensed = condensed(said.collect());
        condensed.into_iter().map(|request| request.id).collect()
    }

    fn start() -> Command {
        Command::Start {
            preference: DevicePreference::Auto,
            model: "deep".to_owned(),
        }
    }

    fn set(set: u32) -> Command {
        let classes = Vec::new();
        Command::SetSupport { set, classes }
    }

    fn query(set: u32) -> Command {
        let query = Bitmap::blank();
        Command::Classify { set, query }
    }

    #[test]
    fn the_last_set_and_its_last_drawing_count() {
        let said = vec![start(), set(1), query(1), set(2), query(2), query(2)];
        assert_eq!(ids(said), [1, 4, 6]);
        assert_eq!(ids(vec![start(), set(1), query(1), set(2)]), [1, 4]);
        assert_eq!(ids(vec![start(), Command::Ping]), [1]);
        assert!(ids(Vec::new()).is_empty());
    }

    #[test]
    fn what_the_starter_left_stays_in_its_order() {
        let other = Command::UseModel("compact".to_owned());
        let said = vec![
            start(),
            Command::ListModels,
            set(1),
            query(1),
            other,
            set(1),
            Command::StopFetching,
        ];
        assert_eq!(ids(said), [1, 2, 5, 6, 7]);
    }
}
