//! `lab evaluate --csv`: a line a trial, for whoever wants to count in other ways.

use std::error::Error;
use std::path::Path;

use serde::Serialize;
use twinglyph_core::Alphabet;

use super::answered::Answer;
use super::plan::Measure;
use crate::network;

/// A line. Trials, classes, characters and drawers are counted from 0.
#[derive(Serialize)]
struct Line<'a> {
    measure: &'a str,
    /// Of the query.
    alphabet: &'a str,
    /// Empty where the trials are given one by one.
    seed: Option<u64>,
    /// Of the trial within its measure.
    number: usize,
    query_character: usize,
    query_drawer: usize,
    /// Of the right class's example.
    support_drawer: Option<usize>,
    ways: usize,
    /// The right class's place in the support set.
    answer: usize,
    /// The chosen class's place.
    choice: usize,
    choice_alphabet: &'a str,
    choice_character: Option<usize>,
    right: bool,
    answer_score: f32,
    /// The best score among the other classes.
    best_other_score: f32,
    /// Of the chosen class.
    similarity: f32,
}

/// Writes all answers.
///
/// # Errors
/// When the file can't be written.
pub(super) fn write(
    path: &Path,
    alphabets: &[Alphabet],
    answers: &[(&Measure, Vec<Answer>)],
) -> Result<(), Box<dyn Error>> {
    let mut table = csv::Writer::from_writer(Vec::new());
    let mut lines = 0;
    for (measure, answers) in answers {
        for (number, (trial, answer)) in measure.trials.iter().zip(answers).enumerate() {
            let name = |at: usize| alphabets.get(at).map_or("", Alphabet::name);
            let (right, chosen) = (
                trial.support.get(trial.answer),
                trial.support.get(answer.choice),
            );
            table.serialize(Line {
                measure: measure.name,
                alphabet: name(trial.query.alphabet),
                seed: measure.seed,
                number,
                query_character: trial.query.character,
                query_drawer: trial.query.drawer,
                support_drawer: right.map(|right| right.drawer),
                ways: trial.support.len(),
                answer: trial.answer,
                choice: answer.choice,
                choice_alphabet: chosen.map_or("", |chosen| name(chosen.alphabet)),
                choice_character: chosen.map(|chosen| chosen.character),
                right: answer.choice == trial.answer,
                answer_score: answer.right_score,
                best_other_score: answer.other_score,
                similarity: answer.similarity,
            })?;
            lines += 1;
        }
    }
    network::write(path, &table.into_inner()?)?;
    println!("wrote {} ({lines} trials)", path.display());
    Ok(())
}
