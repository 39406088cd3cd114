//! `lab close-calls`: prints core's list of close calls.
//!
//! Needed again when the default network changes; `crates/core/src/close_calls/table.rs` is its output.

use std::error::Error;

use twinglyph_core::Alphabet;
use twinglyph_core::close_calls::{DRAWN, MARGIN, drawn};
use twinglyph_core::early_exit::margin;
use twinglyph_core::score::best;
use twinglyph_core::trial::Trial;

use crate::data::DataArgs;
use crate::measure::Gallery;
use crate::network;
use crate::progress::progress;

/// Arguments of `lab close-calls`.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    data: DataArgs,
}

/// Prints the list.
pub(crate) fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    let alphabets = args.data.evaluation()?.alphabets;
    let trials = (0..DRAWN).map(|number| drawn(number, &alphabets));
    let trials = trials.collect::<Result<Vec<_>, _>>()?;
    let mut close = vec![Vec::new(); alphabets.len()];
    let mut errors = 0;
    for (number, answer) in answers(&alphabets, &trials)?.into_iter().enumerate() {
        if answer.is_close {
            let home = trials[number].query.alphabet;
            close[home].push(number);
            errors += usize::from(!answer.is_right);
        }
    }
    println!("//! The list itself, written by `lab close-calls`.");
    println!("\n#[rustfmt::skip]");
    println!(
        "pub(super) const TABLE: [(&str, &[u16]); {}] = [",
        alphabets.len()
    );
    for (alphabet, numbers) in alphabets.iter().zip(close) {
        println!("    ({:?}, &{numbers:?}),", alphabet.name());
    }
    println!("];\n\npub(super) const NETWORK_ERRORS: u32 = {errors};");
    Ok(())
}

/// The default network's answer.
struct Answer {
    is_close: bool,
    is_right: bool,
}

/// Its answers to these trials, by all views.
fn answers(alphabets: &[Alphabet], trials: &[Trial]) -> Result<Vec<Answer>, Box<dyn Error>> {
    let (network, metadata) = network::load(&network::default_model(), &None)?;
    let scorer = (&network, network.twin().possible(metadata.views));
    let drawings = trials
        .iter()
        .flat_map(|trial| trial.support.iter().copied().chain([trial.query]));
    let gallery = Gallery::embed(scorer, alphabets, drawings, progress("embedding"))?;
    let answer = |trial: &Trial| {
        let scores = gallery.scores(&[trial.query], &trial.support)?;
        let scores = scores.into_iter().next().unwrap_or_default();
        Ok(Answer {
            is_close: margin(&scores).is_some_and(|margin| margin < MARGIN),
            is_right: best(&scores) == trial.answer,
        })
    };
    trials.iter().map(answer).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use twinglyph_core::close_calls;

    #[test]
    fn the_default_network_hesitates_in_trials_of_the_list() {
        let alphabets = DataArgs::default().evaluation().unwrap().alphabets;
        let of = |place: usize| {
            let one = close_calls::at(place).unwrap();
            let home = alphabets.iter().position(|a| a.name() == one.alphabet);
            let home = home.unwrap();
            let mut trial = one.trial(&alphabets[home]).unwrap();
            for drawing in trial.support.iter_mut().chain([&mut trial.query]) {
                drawing.alphabet = home;
            }
            trial
        };
        let trials = [0, close_calls::count() / 2, close_calls::count() - 1].map(of);
        let answers = answers(&alphabets, &trials).unwrap();
        assert!(answers.iter().all(|answer| answer.is_close));
    }
}
