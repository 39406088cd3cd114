//! `lab train --seeds`: runs that differ in their seeds alone, and how far their results differ.

use std::error::Error;
use std::path::PathBuf;

use serde_json::{Value, json};
use twinglyph_core::training::TrainConfig;

use super::folder::RunFolder;
use super::prepared::{prepare, read_config};
use super::run::End;
use super::{Args, Left, diverged, train, validation_value};
use crate::network;
use crate::stop::Stop;
use crate::usage::Usage;

/// The table's file.
const TABLE: &str = "runs.csv";

/// A run of a seed, as it was left.
struct Seed {
    seed: u64,
    folder: PathBuf,
    left: Left,
}

/// Trains every seed in its folder, and tells of their last validations. False: a signal ended it before the last one.
///
/// # Errors
/// When a run is refused or fails; when runs have diverged, after the others are done.
pub(super) fn run(args: &Args, count: u32, stop: &Stop) -> Result<bool, Box<dyn Error>> {
    if RunFolder::holds_run(&args.out) {
        return Err(format!(
            "{} holds a run itself; name another folder with --out for those of --seeds",
            args.out.display()
        )
        .into());
    }
    let config = read_config(args)?;
    let last = config.seed.checked_add(u64::from(count) - 1);
    let beyond = "--seeds: they end beyond the largest number of 64 bits";
    let last = last.ok_or_else(|| Usage(beyond.to_owned()))?;
    let prepared = prepare(args, &config)?;
    let of = |seed| TrainConfig {
        seed,
        ..config.clone()
    };
    let folder = |seed| args.out.join(format!("seed-{seed}"));
    // What is refused is refused before the first run, not after days of it.
    for seed in config.seed..=last {
        RunFolder::check(&folder(seed), &of(seed), &prepared.identity)?;
    }
    let mut runs = Vec::new();
    for seed in config.seed..=last {
        let folder = folder(seed);
        eprintln!("seed {seed}, in {}", folder.display());
        let Some(left) = train(&prepared, of(seed), &folder, stop)? else {
            return Ok(false);
        };
        if left.end == Some(End::Stopped) {
            return Ok(false);
        }
        if left.end == Some(End::Diverged) {
            eprintln!("{}", diverged(&left, &folder));
        }
        runs.push(Seed { seed, folder, left });
    }
    tell(&runs);
    network::write(&args.out.join(TABLE), table(&runs).as_bytes())?;
    if args.json {
        println!("{}", value(&runs));
    }
    let lost = runs.iter().filter(|run| run.left.end.is_some()).count();
    match lost {
        0 => Ok(true),
        lost => Err(format!("{lost} of {count} runs have diverged").into()),
    }
}

/// Mean of the error rates, and the standard deviation of the sample where there are two or more.
fn spread(rates: &[f64]) -> (Option<f64>, Option<f64>) {
    let count = rates.len() as f64;
    let mean = rates.iter().sum::<f64>() / count;
    let squares: f64 = rates.iter().map(|rate| (rate - mean).powi(2)).sum();
    let deviation = (rates.len() > 1).then(|| (squares / (count - 1.0)).sqrt());
    ((!rates.is_empty()).then_some(mean), deviation)
}

/// Error rates of the runs that have a last validation and have not diverged.
fn rates(runs: &[Seed]) -> Vec<f64> {
    let good = runs.iter().filter(|run| run.left.end.is_none());
    good.filter_map(|run| run.left.validation)
        .map(|(_, tally)| tally.error_rate())
        .collect()
}

fn tell(runs: &[Seed]) {
    println!(
        "{:>6} {:>8} {:>14} {:>9}   95 % interval",
        "seed", "step", "errors", "rate"
    );
    for Seed { seed, left, .. } in runs {
        let step = left.step;
        if left.end.is_some() {
            println!("{seed:>6} {step:>8}   diverged");
            continue;
        }
        let Some((at, tally)) = left.validation else {
            println!("{seed:>6} {step:>8}   no validation");
            continue;
        };
        let interval = tally.error_interval();
        println!(
            "{seed:>6} {at:>8} {:>5} of {:>5} {:>7.2} %   {:.2} to {:.2} %",
            tally.errors(),
            tally.trials(),
            tally.error_rate() * 100.0,
            interval.low * 100.0,
            interval.high * 100.0
        );
    }
    let rates = rates(runs);
    if let (Some(mean), deviation) = spread(&rates) {
        let deviation = match deviation {
            Some(deviation) => format!("standard deviation {:.2} %", deviation * 100.0),
            None => "a standard deviation needs two runs".to_owned(),
        };
        println!(
            "mean of {} runs {:.2} %, {deviation}",
            rates.len(),
            mean * 100.0
        );
    }
}

/// The table as a file: a line for each seed, empty cells where there is no validation.
fn table(runs: &[Seed]) -> String {
    let mut text = "seed,step,validation_step,errors,trials,error_rate,diverged\n".to_owned();
    for Seed { seed, left, .. } in runs {
        let validation = match left.validation {
            Some((at, tally)) => format!(
                "{at},{},{},{}",
                tally.errors(),
                tally.trials(),
                tally.error_rate()
            ),
            None => ",,,".to_owned(),
        };
        let is_lost = left.end.is_some();
        text.push_str(&format!("{seed},{},{validation},{is_lost}\n", left.step));
    }
    text
}

fn value(runs: &[Seed]) -> Value {
    let seeds = runs.iter().map(|Seed { seed, folder, left }| {
        json!({
            "seed": seed,
            "folder": folder,
            "step": left.step,
            "validation": left.validation.map(validation_value),
            "diverged": left.end.is_some(),
        })
    });
    let (mean, deviation) = spread(&rates(runs));
    json!({
        "runs": seeds.collect::<Vec<_>>(),
        "mean_error_rate": mean,
        "standard_deviation": deviation,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_needs_as_many_runs_as_it_says() {
        assert_eq!(spread(&[]), (None, None));
        assert_eq!(spread(&[0.5]), (Some(0.5), None));
        let (mean, deviation) = spread(&[0.1, 0.2, 0.3]);
        assert!(mean.is_some_and(|mean| (mean - 0.2).abs() < 1e-12));
        assert!(deviation.is_some_and(|one| (one - 0.1).abs() < 1e-12));
    }
}
