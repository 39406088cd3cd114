//! Sessions that another one took the place of: each can be gone on with.

use super::{Session, Spec};

/// Most sessions that are kept.
const MOST: usize = 8;

/// Sessions with answers, the one that was left last at the end.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Earlier(Vec<Session>);

impl Earlier {
    /// Sessions from kept text, a line each; what can't be read is left out.
    #[must_use]
    pub(crate) fn read(text: Option<&str>) -> Self {
        let lines = text.unwrap_or_default().lines();
        Self(lines.filter_map(|line| Session::read(Some(line))).collect())
    }

    /// The text to keep.
    #[must_use]
    pub(crate) fn write(&self) -> String {
        let lines: Vec<String> = self.0.iter().filter_map(Session::write).collect();
        lines.join("\n")
    }

    /// Is there none?
    #[must_use]
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Puts one at the end; one without an answer is no loss.
    pub(crate) fn put(&mut self, session: Session) {
        if session.answers.is_empty() {
            return;
        }
        self.0.retain(|other| other.spec != session.spec);
        self.0.push(session);
        let more = self.0.len().saturating_sub(MOST);
        self.0.drain(..more);
    }

    /// Takes the one of these trials out.
    pub(crate) fn take(&mut self, spec: &Spec) -> Option<Session> {
        let place = self.0.iter().position(|session| session.spec == *spec)?;
        Some(self.0.remove(place))
    }

    /// Takes the one out that was left last.
    pub(crate) fn take_last(&mut self) -> Option<Session> {
        self.0.pop()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::{Answer, Named};
    use super::*;

    fn session(seed: u32, answers: u32) -> Session {
        let named = Named {
            alphabet: "Tibetan".to_owned(),
            character: 0,
            drawer: 0,
        };
        let mut session = Session::new(Spec {
            seed,
            ..Spec::default()
        });
        for trial in 0..answers {
            session.add(Answer {
                trial,
                ways: 20,
                query: Some(named.clone()),
                ink: None,
                right: named.clone(),
                person: Some(named.clone()),
                network: named.clone(),
                similarity: 0.5,
                milliseconds: 1,
            });
        }
        session
    }

    #[test]
    fn sessions_with_answers_are_kept_and_each_once() {
        let mut earlier = Earlier::default();
        earlier.put(session(1, 0));
        assert!(earlier.is_empty());
        earlier.put(session(1, 2));
        earlier.put(session(2, 1));
        earlier.put(session(1, 3));
        let mut read = Earlier::read(Some(&format!("{}\nnonsense", earlier.write())));
        assert_eq!(read, earlier);
        assert_eq!(read.take(&session(2, 0).spec).unwrap().answers.len(), 1);
        assert_eq!(read.take(&session(2, 0).spec), None);
        assert_eq!(read.take_last().unwrap().answers.len(), 3);
        assert_eq!(read.take_last(), None);
        for seed in 0..20 {
            earlier.put(session(seed, 1));
        }
        assert_eq!(earlier.0.len(), MOST);
        assert_eq!(earlier.take_last().unwrap().spec.seed, 19);
    }
}
