//! What came of a whole session: who was better where, the hardest trial, a few lines to share; and the sessions of
//! days, which are the same for everyone.

use super::{Answer, SESSION, Session, Spec};

/// Most days whose results are kept.
const DAYS_KEPT: usize = 400;

/// Milliseconds of a day.
const DAY: f64 = 86_400_000.0;

/// Right answers of both in a session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// Trials in which only the network was right.
    pub(crate) network_better: u32,
    /// Those in which only the person was.
    pub(crate) person_better: u32,
    /// All trials in which the person chose.
    pub(crate) trials: u32,
}

impl Session {
    /// The answers in the order of their trials.
    #[must_use]
    pub(crate) fn in_order(&self) -> Vec<&Answer> {
        let mut answers: Vec<&Answer> = self.answers.iter().collect();
        answers.sort_by_key(|answer| answer.trial);
        answers
    }

    /// Who was better in how many trials.
    #[must_use]
    pub(crate) fn outcome(&self) -> Outcome {
        let mut outcome = Outcome::default();
        for answer in &self.answers {
            let Some(person) = answer.person_right() else {
                continue;
            };
            outcome.trials += 1;
            outcome.person_better += u32::from(person && !answer.network_right());
            outcome.network_better += u32::from(!person && answer.network_right());
        }
        outcome
    }

    /// The trial that was hardest: wrong by both before wrong by one, and of equals the one that took the person
    /// longest.
    #[must_use]
    pub(crate) fn hardest(&self) -> Option<&Answer> {
        self.answers.iter().max_by_key(|answer| {
            let wrong = [
                answer.person_right() == Some(false),
                !answer.network_right(),
            ];
            (
                wrong.into_iter().filter(|wrong| *wrong).count(),
                answer.milliseconds,
            )
        })
    }

    /// A row of marks for the person and one for the network, to be sent as text.
    #[must_use]
    pub(crate) fn marks(&self) -> String {
        let mark = |right: bool| if right { '■' } else { '□' };
        let answers = self.in_order();
        let person: String = answers
            .iter()
            .filter_map(|answer| answer.person_right())
            .map(mark)
            .collect();
        let network: String = answers
            .iter()
            .map(|answer| mark(answer.network_right()))
            .collect();
        format!("{person}\n{network}").trim_start().to_owned()
    }
}

impl Spec {
    /// The trials of a day.
    #[must_use]
    pub(crate) fn of_day(day: u32) -> Self {
        Self {
            seed: day,
            ..Self::default()
        }
    }
}

/// The day of a moment (milliseconds since 1970) by the clock of Greenwich: days since 1970.
#[must_use]
pub(crate) fn day_of(now: f64) -> u32 {
    (now / DAY) as u32
}

/// The days whose sessions were played to the end, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Days(Vec<u32>);

impl Days {
    /// Days from kept text; what is no day is left out.
    #[must_use]
    pub(crate) fn read(text: Option<&str>) -> Self {
        let mut days: Vec<u32> = text
            .unwrap_or_default()
            .split(' ')
            .filter_map(|day| day.parse().ok())
            .collect();
        days.sort_unstable();
        days.dedup();
        Self(days)
    }

    /// The text to keep: the last of them.
    #[must_use]
    pub(crate) fn write(&self) -> String {
        let kept = self.0.len().saturating_sub(DAYS_KEPT);
        let days: Vec<String> = self.0[kept..].iter().map(u32::to_string).collect();
        days.join(" ")
    }

    /// Notes a day.
    pub(crate) fn add(&mut self, day: u32) {
        if let Err(place) = self.0.binary_search(&day) {
            self.0.insert(place, day);
        }
    }

    /// Days in a row up to today, or up to yesterday while today's is not played.
    #[must_use]
    pub(crate) fn in_a_row(&self, today: u32) -> u32 {
        let played = |day: &u32| self.0.binary_search(day).is_ok();
        let last = today - u32::from(!played(&today)).min(today);
        (0..=last).rev().take_while(played).count() as u32
    }
}

/// Are there as many answers as a session has trials, all chosen by the person?
#[must_use]
pub(crate) fn is_played(session: &Session) -> bool {
    session.outcome().trials == SESSION
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::Named;
    use super::*;

    fn answer(trial: u32, person: bool, network: bool, milliseconds: u32) -> Answer {
        let named = |character| Named {
            alphabet: "Tibetan".to_owned(),
            character,
            drawer: 0,
        };
        Answer {
            trial,
            ways: 20,
            query: Some(named(0)),
            ink: None,
            right: named(0),
            person: Some(named(usize::from(!person))),
            network: named(usize::from(!network)),
            similarity: 0.5,
            milliseconds,
        }
    }

    fn session() -> Session {
        let mut session = Session::default();
        for trial in (0..SESSION).rev() {
            let (person, network) = (!trial.is_multiple_of(5), trial % 7 != 1);
            session.add(answer(trial, person, network, 100 + trial));
        }
        session
    }

    #[test]
    fn who_was_better_is_counted_trial_by_trial() {
        // The person errs in 0, 5, 10 and 15, the network in 1, 8 and 15.
        let outcome = session().outcome();
        assert_eq!((outcome.network_better, outcome.person_better), (3, 2));
        assert_eq!(outcome.trials, SESSION);
        assert!(is_played(&session()));
        assert_eq!(session().hardest().unwrap().trial, 15);
        let marks = session().marks();
        let rows: Vec<&str> = marks.lines().collect();
        assert_eq!(rows[0], "□■■■■□■■■■□■■■■□■■■■");
        assert_eq!(rows[1], "■□■■■■■■□■■■■■■□■■■■");
        assert_eq!(Session::default().hardest(), None);
    }

    #[test]
    fn of_equally_hard_trials_the_slowest_is_the_hardest() {
        let mut session = Session::default();
        session.add(answer(0, true, true, 900));
        session.add(answer(1, true, true, 1200));
        session.add(answer(2, true, true, 800));
        assert_eq!(session.hardest().unwrap().trial, 1);
        session.add(answer(3, true, false, 100));
        assert_eq!(session.hardest().unwrap().trial, 3);
    }

    #[test]
    fn days_in_a_row_end_where_one_is_missing() {
        assert_eq!(day_of(86_399_999.0), 0);
        let today = day_of(1_796_083_199_000.0);
        assert_eq!(today, 20_787);
        let mut days = Days::read(Some("20784 20786 nonsense 20785 20785 20782"));
        assert_eq!(days.write(), "20782 20784 20785 20786");
        assert_eq!(days.in_a_row(today), 3);
        days.add(today);
        days.add(today);
        assert_eq!(days.in_a_row(today), 4);
        assert_eq!(days.in_a_row(today + 1), 4);
        assert_eq!(days.in_a_row(today + 2), 0);
        assert_eq!(Days::read(None).in_a_row(0), 0);
        assert_eq!(Days::read(Some("0")).in_a_row(0), 1);
    }
}
