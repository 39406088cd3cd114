//! `lab train --seeds`: runs that differ in their seeds alone, and how far their results differ.

use std::error::Error;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use twinglyph_core::training::TrainConfig;

use super::folder::{FolderError, RunFolder, log};
use super::prepared::{prepare, read_config};
use super::run::End;
use super::validation::Validated;
use super::{Args, Left, diverged, train};
use crate::network;
use crate::out;
use crate::stop::Stop;
use crate::usage::Usage;

/// How many folders an advice names.
const NAMED: usize = 5;

/// The table's file.
const TABLE: &str = "runs.csv";

/// A run of a seed, as it was left.
struct Seed {
    seed: u64,
    folder: PathBuf,
    left: Left,
}

/// What a command that takes one run can be given where a folder holds the runs of several seeds: each run's folder,
/// or this file of it.
pub(crate) fn advice(path: &Path, file: Option<&str>) -> Option<String> {
    let folders = folders(path);
    let named = folders.iter().take(NAMED);
    let path = |folder: &Path| file.map_or(folder.to_owned(), |file| folder.join(file));
    let named: Vec<String> = named
        .map(|(_, folder)| path(folder).display().to_string())
        .collect();
    let more = match folders.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" or one of {more} more"),
    };
    let has = "it has the runs of --seeds, so name that of one";
    (!named.is_empty()).then(|| format!("{has}: {}{more}", named.join(", ")))
}

/// The folders of runs of seeds in a folder, by their seeds.
fn folders(path: &Path) -> Vec<(u64, PathBuf)> {
    let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
    let mut folders: Vec<(u64, PathBuf)> = entries
        .filter_map(|entry| {
            let name = entry.file_name();
            let seed = name.to_str()?.strip_prefix("seed-")?.parse().ok()?;
            let folder = path.join(format!("seed-{seed}"));
            RunFolder::holds_run(&folder).then_some((seed, folder))
        })
        .collect();
    folders.sort();
    folders.dedup();
    folders
}

/// Refuses a folder of runs of seeds as that of a run which is not one of them.
///
/// # Errors
/// When the folder has such runs, and none of its own that could go on.
pub(super) fn refuse(path: &Path) -> Result<(), FolderError> {
    match folders(path).into_iter().next() {
        Some((_, first)) if !RunFolder::holds_run(path) => Err(FolderError::Seeds {
            path: path.to_owned(),
            first: first.display().to_string(),
        }),
        _ => Ok(()),
    }
}

/// How a run was left, by its log.
fn left(log: &str) -> Left {
    let lines = log.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let (mut step, mut end) = (0, None);
    for cells in lines {
        let cell = |at: usize| cells.get(at).copied().unwrap_or_default();
        step = cell(0).parse().unwrap_or(step);
        if cell(1).parse::<f32>().is_ok_and(|loss| !loss.is_finite()) {
            end = Some(End::Diverged);
        }
    }
    Left {
        step,
        end,
        validation: Validated::last(log),
    }
}

/// Trains every seed in its folder, and tells of their last validations and of those of the folder's other seeds. False: a signal ended it before the last one.
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
    let others = folders(&args.out).into_iter();
    let others = others.filter(|(seed, _)| !(config.seed..=last).contains(seed));
    let others: Vec<(u64, PathBuf)> = others.collect();
    for (seed, folder) in &others {
        RunFolder::check(folder, &of(*seed), &prepared.identity)?;
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
    let lost = runs.iter().filter(|run| run.left.end.is_some()).count();
    runs.extend(others.into_iter().map(|(seed, folder)| Seed {
        left: left(&log(&folder)),
        seed,
        folder,
    }));
    runs.sort_by_key(|run| run.seed);
    tell(&runs);
    network::write(&args.out.join(TABLE), table(&runs).as_bytes())?;
    if args.json {
        out::json(&value(&runs));
    }
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
///
/// # Errors
/// When the validations are not alike: two that differ.
fn rates(runs: &[Seed]) -> Result<Vec<f64>, String> {
    let good = runs.iter().filter(|run| run.left.end.is_none());
    let validated: Vec<(u64, Validated)> = good
        .filter_map(|run| Some((run.seed, run.left.validation?)))
        .collect();
    let kind = |(_, one): &(u64, Validated)| (one.step, one.tally.trials(), one.ways);
    let told = |&(seed, one): &(u64, Validated)| {
        let ways = one
            .ways
            .map_or("of unknown ways".to_owned(), |ways| format!("{ways}-way"));
        let (trials, step) = (one.tally.trials(), one.step);
        format!("seed {seed} {trials} trials, {ways}, at step {step}")
    };
    let first = validated.first();
    let other = validated
        .iter()
        .find(|&one| first.is_some_and(|first| kind(first) != kind(one)));
    match first.zip(other) {
        Some((first, other)) => Err(format!(
            "their last validations differ: {}; {}",
            told(first),
            told(other)
        )),
        None => Ok(validated
            .iter()
            .map(|(_, one)| one.tally.error_rate())
            .collect()),
    }
}

fn tell(runs: &[Seed]) {
    println!(
        "{:>6} {:>8} {:>14} {:>9}   {:<17} ways",
        "seed", "step", "errors", "rate", "95 % interval"
    );
    for Seed { seed, left, .. } in runs {
        let step = left.step;
        if left.end.is_some() {
            println!("{seed:>6} {step:>8}   diverged");
            continue;
        }
        let Some(validated) = left.validation else {
            println!("{seed:>6} {step:>8}   no validation");
            continue;
        };
        let Validated {
            step: at, tally, ..
        } = validated;
        let interval = tally.error_interval();
        let interval = format!(
            "{:.2} to {:.2} %",
            interval.low * 100.0,
            interval.high * 100.0
        );
        println!(
            "{seed:>6} {at:>8} {:>5} of {:>5} {:>7.2} %   {interval:<17} {:>4}",
            tally.errors(),
            tally.trials(),
            tally.error_rate() * 100.0,
            validated.ways_cell()
        );
    }
    let rates = match rates(runs) {
        Ok(rates) => rates,
        Err(why) => {
            println!("no mean: {why}");
            return;
        }
    };
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
    let mut text = "seed,step,validation_step,errors,trials,error_rate,diverged,ways\n".to_owned();
    for Seed { seed, left, .. } in runs {
        let validation = match left.validation {
            Some(Validated { step, tally, .. }) => format!(
                "{step},{},{},{}",
                tally.errors(),
                tally.trials(),
                tally.error_rate()
            ),
            None => ",,,".to_owned(),
        };
        let ways = left.validation.map_or(String::new(), |one| one.ways_cell());
        let is_lost = left.end.is_some();
        text.push_str(&format!(
            "{seed},{},{validation},{is_lost},{ways}\n",
            left.step
        ));
    }
    text
}

fn value(runs: &[Seed]) -> Value {
    let seeds = runs.iter().map(|Seed { seed, folder, left }| {
        json!({
            "seed": seed,
            "folder": folder,
            "step": left.step,
            "validation": left.validation.map(|one| one.value()),
            "diverged": left.end.is_some(),
        })
    });
    let rates = rates(runs);
    let (mean, deviation) = rates.as_deref().map_or((None, None), spread);
    json!({
        "runs": seeds.collect::<Vec<_>>(),
        "mean_error_rate": mean,
        "standard_deviation": deviation,
        "why_no_mean": rates.err(),
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
