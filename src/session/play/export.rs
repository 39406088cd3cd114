//! A session as files for who counts on: a table, and JSON.
//!
//! Both say whether the trials were close calls, and the person's rate with its 95 % interval.

use serde::Serialize;
use twinglyph_core::score::Tally;

use super::{Named, Session};

/// Right answers, and the 95 % interval of their rate by Wilson's score.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
struct Rate {
    right: u32,
    trials: u32,
    /// From 0 to 1, as the interval's ends.
    accuracy: f64,
    low: f64,
    high: f64,
}

impl Rate {
    /// `None` without trials.
    fn of(tally: Tally) -> Option<Self> {
        let interval = tally.accuracy_interval();
        (tally.trials() > 0).then(|| Self {
            right: tally.trials() - tally.errors(),
            trials: tally.trials(),
            accuracy: tally.accuracy(),
            low: interval.low,
            high: interval.high,
        })
    }
}

/// A session with what came of it.
#[derive(Serialize)]
struct Export<'a> {
    #[serde(flatten)]
    session: &'a Session,
    /// Are its trials close calls?
    hard: bool,
    person: Option<Rate>,
    network: Option<Rate>,
}

impl Session {
    /// The session as JSON, with the rates of both.
    #[must_use]
    pub(crate) fn json(&self) -> Option<String> {
        let export = Export {
            session: self,
            hard: self.spec.hard,
            person: Rate::of(self.person().tally),
            network: Rate::of(self.network().tally),
        };
        serde_json::to_string(&export).ok()
    }

    /// The answers as a table, a line each, with a line of names.
    #[must_use]
    pub(crate) fn csv(&self) -> String {
        let person = Rate::of(self.person().tally);
        let mut text = String::from(
            "trial,ways,query,right,person,network,person_right,network_right,similarity,milliseconds,\
             hard,person_accuracy,person_low,person_high\n",
        );
        let name = |named: Option<&Named>| {
            named.map_or(String::new(), |one| {
                // Alphabets' names have no commas and no quotes (docs/formats/shard.md).
                format!(
                    "{}/character{:02}/drawer{:02}",
                    one.alphabet,
                    one.character + 1,
                    one.drawer + 1
                )
            })
        };
        // Of the whole session, so the same in each line.
        let of_session = [
            self.spec.hard.to_string(),
            person.map_or(String::new(), |rate| format!("{:.4}", rate.accuracy)),
            person.map_or(String::new(), |rate| format!("{:.4}", rate.low)),
            person.map_or(String::new(), |rate| format!("{:.4}", rate.high)),
        ]
        .join(",");
        for answer in &self.answers {
            let right = answer.person_right();
            let cells = [
                (answer.trial + 1).to_string(),
                answer.ways.to_string(),
                name(answer.query.as_ref()),
                name(Some(&answer.right)),
                name(answer.person.as_ref()),
                name(Some(&answer.network)),
                right.map_or(String::new(), |right| right.to_string()),
                answer.network_right().to_string(),
                format!("{:.4}", answer.similarity),
                answer.milliseconds.to_string(),
                of_session.clone(),
            ];
            text.push_str(&cells.join(","));
            text.push('\n');
        }
        text
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::{Answer, Spec};
    use super::*;

    fn session() -> Session {
        let named = |character| Named {
            alphabet: "Tibetan".to_owned(),
            character,
            drawer: 0,
        };
        let mut session = Session::new(Spec::hard(7));
        for trial in 0..4 {
            session.add(Answer {
                trial,
                ways: 20,
                query: Some(named(3)),
                ink: None,
                right: named(3),
                person: Some(named(if trial == 0 { 4 } else { 3 })),
                network: named(3),
                similarity: 0.5,
                milliseconds: 10,
            });
        }
        session
    }

    #[test]
    fn a_file_of_hard_trials_says_so_with_the_persons_rate() {
        let session = session();
        let value: serde_json::Value = serde_json::from_str(&session.json().unwrap()).unwrap();
        assert_eq!(value["hard"], true);
        assert_eq!(value["person"]["right"], 3);
        assert_eq!(value["person"]["accuracy"], 0.75);
        // Wilson's score of 3 of 4.
        let [low, high] = ["low", "high"].map(|end| value["person"][end].as_f64().unwrap());
        assert!(
            (low - 0.3006).abs() < 1e-4 && (high - 0.9544).abs() < 1e-4,
            "{low} {high}"
        );
        let table = session.csv();
        let mut lines = table.lines();
        let width = lines.next().unwrap().split(',').count();
        for line in lines {
            assert!(line.ends_with(",true,0.7500,0.3006,0.9544"), "{line}");
            assert_eq!(line.split(',').count(), width);
        }
        // What is saved can be read as a session.
        assert_eq!(Session::read(session.json().as_deref()), Some(session));
        // Nobody has a rate before the first answer.
        let none = Session::new(Spec::default()).json().unwrap();
        let none: serde_json::Value = serde_json::from_str(&none).unwrap();
        assert_eq!(
            (&none["hard"], &none["person"]),
            (&false.into(), &serde_json::Value::Null)
        );
    }
}
