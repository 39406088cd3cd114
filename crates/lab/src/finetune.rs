//! `lab finetune`: a run as the page proposes it, from several seeds, tried on held-out characters before and after.
//!
//! Of each alphabet every second character is learned from and the others are held out, as on the page, with the same
//! trials.

use std::error::Error;
use std::path::PathBuf;

use serde_json::{Value, json};
use twinglyph_core::Alphabet;
use twinglyph_core::training::{
    Answers, BEGINNER, HeldOut, PROPOSED, ROUNDS, TrainConfig, halves, proposal, sample,
};
use twinglyph_nn::Precision;
use twinglyph_nn::backend::Learner;
use twinglyph_nn::train::{CpuLearner, Settings};

use crate::config;
use crate::data::DataArgs;
use crate::evaluate::summary;
use crate::network;
use crate::out;
use crate::progress::progress;
use crate::ranges;

/// Arguments of `lab finetune`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Weights file to start from, or the name of a built-in one [default: beginner]
    #[arg(long, value_name = "FILE", value_parser = network::model)]
    model: Option<PathBuf>,
    /// Config of the run [default: what the page proposes]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Alphabets, by comma: half of each is learned from, half is held out [default: those that the page proposes, or
    /// all of --data]
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    alphabets: Option<Vec<String>>,
    /// Number of runs, with the seeds from 1 on; 0 only tries the weights as they are
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = ranges::whole(0, ranges::MOST_SEEDS))]
    seeds: u32,
    #[command(flatten)]
    data: DataArgs,
    /// Print a JSON object, and what people read to standard error
    #[arg(long)]
    json: bool,
}

/// Trains and tries.
pub(crate) fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    out::only_json(args.json);
    let path = args.model.clone();
    let path = path.unwrap_or_else(|| network::builtin_file(BEGINNER));
    let named = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let bytes = std::fs::read(&path).map_err(|error| named(&error))?;
    let config = match &args.config {
        None => proposal(),
        Some(path) => {
            let named = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
            let text = std::fs::read(path).map_err(|error| named(&error))?;
            config::config(&text, &[]).map_err(|error| named(&error))?
        }
    };
    let (learned, held_out) = split(args)?;
    let held_out = HeldOut::new(held_out)?;
    let settings = Settings {
        // As in a browser.
        precision: Precision::F32,
        average: None,
    };

    let begin = |seed| {
        let config = TrainConfig {
            seed,
            ..config.clone()
        };
        CpuLearner::new(config, settings, Some(&bytes)).map_err(|error| named(&error))
    };
    let before = answer(&begin(1)?, &held_out)?;
    tell("before", &before);
    let mut runs: Vec<Value> = Vec::new();
    for seed in 1..=u64::from(args.seeds) {
        let mut learner = begin(seed)?;
        let mut told = progress("step");
        while learner.steps() < config.steps {
            let batch = sample(&learned, learner.config(), learner.steps())?;
            learner.step(batch);
            told(learner.steps() as usize, config.steps as usize);
        }
        let after = answer(&learner, &held_out)?;
        tell(&format!("after, seed {seed}"), &after);
        runs.push(json!({"seed": seed, "after": value(&after)}));
    }
    if args.json {
        out::json(&json!({"before": value(&before), "runs": runs}));
    }
    Ok(())
}

/// Halves of the named alphabets: to learn from, and held out.
fn split(args: &Args) -> Result<(Vec<Alphabet>, Vec<Alphabet>), Box<dyn Error>> {
    let all = args.data.all()?;
    let names = match &args.alphabets {
        Some(names) => names.clone(),
        None if args.data.is_folder() => all.names().map(str::to_owned).collect(),
        None => PROPOSED.map(str::to_owned).to_vec(),
    };
    let mut halved = (Vec::new(), Vec::new());
    // In the order of the names, which says the alphabets of each episode.
    for (at, name) in names.iter().enumerate() {
        if names[..at].contains(name) {
            return Err(format!("--alphabets has {name} twice").into());
        }
        let [learned, held_out] = halves(all.alphabet(name)?);
        halved.0.extend(learned);
        halved.1.extend(held_out);
    }
    Ok(halved)
}

/// The answers of what has been learned so far.
fn answer(learner: &CpuLearner, held_out: &HeldOut) -> Result<Answers, Box<dyn Error>> {
    let mut answers = Answers::default();
    for (at, group) in held_out.rounds(ROUNDS).enumerate() {
        let [queries, support] =
            [&group.queries, &group.support].map(|side| held_out.bitmaps(side));
        let scores = pollster::block_on(learner.scores(&queries, &support))?;
        answers.add(held_out, at, &scores);
    }
    Ok(answers)
}

fn tell(when: &str, answers: &Answers) {
    let interval = answers.tally.accuracy_interval();
    println!(
        "{when:<20} {:>6.1} % of {} right ({:.1} to {:.1} %)",
        100.0 * answers.tally.accuracy(),
        answers.tally.trials(),
        100.0 * interval.low,
        100.0 * interval.high
    );
}

fn value(answers: &Answers) -> Value {
    let mut value = summary(answers.tally);
    value["chosen"] = json!(answers.chosen);
    value
}
