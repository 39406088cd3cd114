//! The official 400 trials: 20 runs, each within one alphabet, 20 queries against 20 examples.

use std::collections::BTreeMap;
use std::sync::Arc;

use twinglyph_core::protocol::{DeviceKind, Scorer};
use twinglyph_core::runs::{DrawingRef, Run, official};
use twinglyph_core::score::{Tally, best};
use twinglyph_core::{Alphabet, Bitmap};

use super::{Job, Measure, Missing, Scored};
use crate::session::confusion::{Asked, Judged};
use crate::session::play::Named;

/// Embeddings of the whole: 20 examples and 20 queries in each of 20 runs.
pub(crate) const EMBEDDINGS: usize = 800;

/// The runs that are done.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Official {
    scorer: Scorer,
    done: Vec<Part>,
}

impl Default for Official {
    /// Of the loaded model.
    fn default() -> Self {
        Self::of(Scorer::Network)
    }
}

/// One run's answers.
#[derive(Clone, Debug, PartialEq)]
struct Part {
    /// Choice of each query and its similarity.
    choices: Vec<(usize, f32)>,
    milliseconds: f32,
    device: DeviceKind,
}

/// A trial that went wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Wrong {
    /// Number of its run, from 1.
    pub(crate) run: usize,
    /// What was asked.
    pub(crate) query: DrawingRef,
    /// The right choice.
    pub(crate) right: DrawingRef,
    /// The network's.
    pub(crate) chosen: DrawingRef,
    /// The similarity that it gave it, 0 to 1.
    pub(crate) similarity: f32,
}

impl Official {
    /// To be decided by that scorer.
    #[must_use]
    pub(crate) fn of(scorer: Scorer) -> Self {
        Self {
            scorer,
            done: Vec::new(),
        }
    }

    /// Runs that are done, each with its answers.
    fn answered(&self) -> impl Iterator<Item = (usize, &'static Run, &Part)> {
        let runs = official().iter().zip(&self.done);
        runs.enumerate().map(|(at, (run, part))| (at, run, part))
    }

    /// Errors so far.
    #[must_use]
    pub(crate) fn tally(&self) -> Tally {
        let mut all = Tally::default();
        for (_, tally) in self.by_alphabet() {
            all.merge(tally);
        }
        all
    }

    /// Errors so far, alphabet by alphabet, by name.
    #[must_use]
    pub(crate) fn by_alphabet(&self) -> Vec<(&'static str, Tally)> {
        let mut alphabets: BTreeMap<&'static str, Tally> = BTreeMap::new();
        for (_, run, part) in self.answered() {
            for (query, (choice, _)) in run.queries.iter().zip(&part.choices) {
                let tally = alphabets.entry(query.drawing.alphabet).or_default();
                tally.add(*choice == query.answer);
            }
        }
        alphabets.into_iter().collect()
    }

    /// The trials that went wrong, in the official order.
    #[must_use]
    pub(crate) fn wrong(&self) -> Vec<Wrong> {
        let mut wrong = Vec::new();
        for (at, run, part) in self.answered() {
            for (query, &(choice, similarity)) in run.queries.iter().zip(&part.choices) {
                if choice != query.answer
                    && let (Some(right), Some(chosen)) =
                        (run.support.get(query.answer), run.support.get(choice))
                {
                    wrong.push(Wrong {
                        run: at + 1,
                        query: query.drawing,
                        right: *right,
                        chosen: *chosen,
                        similarity,
                    });
                }
            }
        }
        wrong
    }

    /// Every answer so far, right ones too, in the official order.
    #[must_use]
    pub(crate) fn judged(&self) -> Vec<Judged> {
        let named = |one: DrawingRef| Named {
            alphabet: one.alphabet.to_owned(),
            character: one.character.into(),
            drawer: one.drawer.into(),
        };
        let mut judged = Vec::new();
        for (_, run, part) in self.answered() {
            for (query, &(choice, _)) in run.queries.iter().zip(&part.choices) {
                let examples = (run.support.get(query.answer), run.support.get(choice));
                if let (Some(right), Some(chosen)) = examples {
                    judged.push(Judged {
                        asked: Asked::Drawing(named(query.drawing)),
                        right: named(*right),
                        chosen: named(*chosen),
                    });
                }
            }
        }
        judged
    }

    /// Time in the worker so far, milliseconds.
    #[must_use]
    pub(crate) fn milliseconds(&self) -> f32 {
        self.done.iter().map(|part| part.milliseconds).sum()
    }

    /// Where it ran: both, if the device changed on the way.
    #[must_use]
    pub(crate) fn devices(&self) -> Vec<DeviceKind> {
        let mut devices: Vec<DeviceKind> = Vec::new();
        for part in &self.done {
            if !devices.contains(&part.device) {
                devices.push(part.device);
            }
        }
        devices
    }

    /// The choices so far, from 0, by commas, in the official order: those of `lab evaluate --runs
    /// --json`.
    #[must_use]
    pub(crate) fn choices(&self) -> String {
        let choices = self.done.iter().flat_map(|part| &part.choices);
        let choices: Vec<String> = choices.map(|(choice, _)| choice.to_string()).collect();
        choices.join(",")
    }

    /// Every trial as a line of text, with a line of names.
    #[must_use]
    pub(crate) fn csv(&self) -> String {
        let name = |one: &DrawingRef| {
            format!(
                "{}/character{:02}/drawer{:02}",
                one.alphabet,
                one.character + 1,
                one.drawer + 1
            )
        };
        let mut text = String::from("run,query,right,chosen,is_right,similarity\n");
        for (at, run, part) in self.answered() {
            for (query, &(choice, similarity)) in run.queries.iter().zip(&part.choices) {
                let cell = |at: usize| run.support.get(at).map(name).unwrap_or_default();
                text.push_str(&format!(
                    "{},{},{},{},{},{similarity:.4}\n",
                    at + 1,
                    name(&query.drawing),
                    cell(query.answer),
                    cell(choice),
                    choice == query.answer
                ));
            }
        }
        text
    }
}

impl Measure for Official {
    fn parts(&self) -> usize {
        official().len()
    }

    fn done(&self) -> usize {
        self.done.len()
    }

    fn job(&self, part: usize, alphabets: &[Arc<Alphabet>]) -> Result<Option<Job>, Missing> {
        let Some(run) = official().get(part) else {
            return Ok(None);
        };
        let find = |drawing: DrawingRef| -> Result<Bitmap, Missing> {
            alphabets
                .iter()
                .find(|alphabet| alphabet.name() == drawing.alphabet)
                .and_then(|own| own.drawing(drawing.character.into(), drawing.drawer.into()))
                .cloned()
                .ok_or_else(|| Missing(drawing.alphabet.to_owned()))
        };
        let queries = run.queries.iter().map(|query| find(query.drawing));
        Ok(Some(Job {
            scorer: self.scorer,
            queries: queries.collect::<Result<_, _>>()?,
            support: run
                .support
                .iter()
                .map(|&one| find(one))
                .collect::<Result<_, _>>()?,
        }))
    }

    fn add(&mut self, scored: &Scored) {
        let choices = scored.scores.iter().map(|row| {
            let choice = best(row);
            let score = row.get(choice).copied().unwrap_or(f32::NEG_INFINITY);
            (choice, scored.calibration.similarity(score))
        });
        self.done.push(Part {
            choices: choices.collect(),
            milliseconds: scored.milliseconds,
            device: scored.device,
        });
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::tests::scored;
    use super::*;
    use twinglyph_core::Set;

    /// Blank alphabets under the official names.
    fn alphabets() -> Vec<Arc<Alphabet>> {
        let mut names: Vec<&str> = official().iter().map(|r| r.support[0].alphabet).collect();
        names.dedup();
        names.sort_unstable();
        names.dedup();
        names
            .into_iter()
            .map(|name| {
                let drawings = vec![Bitmap::blank(); 55 * 20];
                Arc::new(Alphabet::new(name, Set::Evaluation, 20, drawings).unwrap())
            })
            .collect()
    }

    /// Scores of a scorer that errs on the first `errors` queries of a run.
    fn answers(run: &Run, errors: usize) -> Scored {
        let rows = run.queries.iter().enumerate().map(|(at, query)| {
            let mut row = vec![-1.0; 20];
            let choice = if at < errors {
                (query.answer + 1) % 20
            } else {
                query.answer
            };
            row[choice] = 2.0;
            row
        });
        scored(rows.collect())
    }

    #[test]
    fn errors_are_counted_run_by_run() {
        let (alphabets, mut measure) = (alphabets(), Official::default());
        for (at, run) in official().iter().enumerate() {
            let job = measure.job(measure.done(), &alphabets).unwrap().unwrap();
            assert_eq!((job.queries.len(), job.support.len()), (20, 20));
            measure.add(&answers(run, at % 3));
        }
        assert_eq!(measure.job(measure.done(), &alphabets).unwrap(), None);
        let errors = (0..20).map(|at| at % 3).sum::<u32>();
        assert_eq!(
            (measure.tally().errors(), measure.tally().trials()),
            (errors, 400)
        );
        assert_eq!(measure.wrong().len(), errors as usize);
        assert_eq!(measure.by_alphabet().len(), 10);
        assert_eq!(measure.choices().split(',').count(), 400);
        assert_eq!(measure.csv().lines().count(), 401);
        assert_eq!(measure.csv().matches(",false,").count(), errors as usize);
        let wrong = measure.wrong()[0];
        assert_eq!(
            (wrong.run, wrong.right.character),
            (2, wrong.query.character)
        );
        let judged = measure.judged();
        assert_eq!(judged.len(), 400);
        let wrong = |one: &&Judged| one.right.character != one.chosen.character;
        assert_eq!(judged.iter().filter(wrong).count(), errors as usize);
        assert_eq!(measure.devices(), [DeviceKind::Cpu]);
        assert_eq!(measure.milliseconds(), 200.0);
    }

    #[test]
    fn a_missing_alphabet_is_named() {
        let error = Official::default().job(0, &alphabets()[1..]).unwrap_err();
        assert!(
            error
                .to_string()
                .contains(official()[0].support[0].alphabet)
        );
    }
}
