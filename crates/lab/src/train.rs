//! `lab train`: a training run from a config, with checkpoints, validation and curves.
//!
//! The run's folder belongs to it (`train/folder.rs`). A run whose folder has a checkpoint goes on from it, bit for bit
//! on the CPU. Everything that can be refused is refused before anything is written.

mod facts;
mod folder;
mod identity;
mod learner;
mod pipeline;
mod prepared;
mod run;
pub(crate) mod seeds;
mod validation;

use std::error::Error;
use std::path::{Path, PathBuf};

use serde_json::json;
use twinglyph_core::training::{self, TrainConfig};

use crate::config::{self, Override};
use crate::data::DataArgs;
use crate::network::{self, DeviceName};
use crate::run_log::RunLog;
use crate::stop::Stop;
use crate::{out, ranges};
use folder::RunFolder;
use learner::Products;
use pipeline::Pipeline;
use prepared::{Prepared, prepare, read_config};
use run::{End, Run};
use validation::Validated;

/// Most trials of a validation: all are kept, half a kilobyte each.
const MOST_TRIALS: u32 = 100_000;

/// The trained network's file.
const WEIGHTS: &str = "weights.safetensors";

/// What the help says beside the options.
const HELP: &str = "\
Without options it trains `compact` by configs/compact.json of the checkout, on the processor, from fresh weights, on
Omniglot's background alphabets without those that the config holds out. The same command goes on where a run was left.
Ctrl-C, SIGTERM and SIGHUP stop it with a checkpoint of all steps done, and it ends with 130, 143 or 129. On the
processor a run that was stopped gives the same weights as one that was not.

Files of the folder:
  config.json             the config, with what --set changed
  run.json                what else decides the result: device, precision, average, first weights, digests of the data;
                          and the version, commit and command of each part of the run
  log.csv                 mean loss each 10 steps and at a stop, images a second, errors, trials and ways of each validation
  loss.svg                curve of the loss, drawn anew at each validation and checkpoint
  validation.svg          curve of the errors on the held-out alphabets
  checkpoint.safetensors  the newest checkpoint
  weights.safetensors     the trained network, at the end; its entry `provenance` says how to make it again
  lock                    held while a process computes in the folder
With --seeds, each folder seed-0, seed-1, ... has these, and runs.csv has the last validation of each that is there.

The trials of a validation are all 20-way, or of as many ways as the smallest held-out alphabet has characters, where it
has fewer. Each line of a validation says how many.";

/// Arguments of `lab train`.
#[derive(clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct Args {
    /// Config of the run [default: configs/compact.json of the checkout]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Change an entry of the config, several times: steps=500, optimizer.learning_rate=1e-3, held_out=["Greek"]
    #[arg(long, value_name = "KEY=VALUE", value_parser = config::parse)]
    set: Vec<Override>,
    /// Folder of the run; one with a checkpoint goes on, one with another run is refused
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Number of runs, 1 to 1000, that differ in their seeds, which count from the config's: in folders DIR/seed-0, ...
    #[arg(long, value_name = "N", value_parser = ranges::whole(1, ranges::MOST_SEEDS))]
    seeds: Option<u32>,
    /// Weights file or checkpoint to start from, or the name of a built-in model [default: fresh weights]
    #[arg(long, value_name = "FILE", value_parser = network::model)]
    from_weights: Option<PathBuf>,
    /// Folder of pictures whose alphabets stand for those that the config invents: ALPHABET/CHARACTER/DRAWING.png in it
    #[arg(long, value_name = "DIR")]
    invented_from: Option<PathBuf>,
    /// Steps between checkpoints; 0: only at the end and at a stop
    #[arg(long, value_name = "STEPS", default_value_t = 100)]
    checkpoint_every: u32,
    /// Steps between validations on the held-out alphabets; 0: only at the end [default: 500]
    #[arg(long, value_name = "STEPS")]
    validate_every: Option<u32>,
    /// Trials of a validation, 20-way or of fewer ways; 0: no validation [default: 2000]
    #[arg(long, value_name = "N", value_parser = ranges::whole(0, MOST_TRIALS))]
    validation_trials: Option<u32>,
    /// Stop, with a validation and a checkpoint, when so many steps of the run are done
    #[arg(long, value_name = "STEP", value_parser = ranges::whole(1, u32::MAX))]
    stop_at: Option<u32>,
    /// What the processor multiplies [default: bf16 where it has instructions for it]
    #[arg(long, value_enum)]
    precision: Option<Products>,
    /// Validate and write a moving average of the weights with this decay, from 0 to below 1, as 0.998 (processor only)
    #[arg(long, value_name = "DECAY", value_parser = ranges::decay)]
    average: Option<f32>,
    /// Where to compute
    #[arg(long, value_enum, default_value_t)]
    device: DeviceName,
    #[command(flatten)]
    data: DataArgs,
    /// Print a JSON object, and what people read to standard error
    #[arg(long)]
    json: bool,
}

/// How a run was left.
struct Left {
    /// Steps done.
    step: u32,
    /// What ended it before the step that it was to reach.
    end: Option<End>,
    /// Its last validation.
    validation: Option<Validated>,
}

/// Trains until the runs are done or a signal asks to stop, which leaves a checkpoint.
pub(crate) fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    out::only_json(args.json);
    let stop = Stop::watch("stopping with a checkpoint after this step")?;
    let done = match args.seeds {
        None => single(args, &stop),
        Some(count) => seeds::run(args, count, &stop),
    };
    match (done, stop.asked()) {
        // What was done before the signal was heard is done.
        (Ok(true), _) => Ok(()),
        (Ok(false), Some(signal)) => Stop::exit(signal),
        (done, _) => done.map(|_| ()),
    }
}

/// One run in the folder that is named. False: a signal ended it before its last step.
fn single(args: &Args, stop: &Stop) -> Result<bool, Box<dyn Error>> {
    seeds::refuse(&args.out)?;
    let config = read_config(args)?;
    let prepared = prepare(args, &config)?;
    let Some(left) = train(&prepared, config.clone(), &args.out, stop)? else {
        return Ok(false);
    };
    if left.end == Some(End::Diverged) {
        return Err(diverged(&left, &args.out).into());
    }
    if args.json {
        let value = json!({
            "step": left.step,
            "steps": config.steps,
            "validation": left.validation.map(|one| one.value()),
        });
        match left.end {
            None => out::json(&value),
            // Nobody may be there any more; the exit code is the signal's.
            Some(_) => drop(out::try_print(format_args!("{value}\n"))),
        }
    }
    Ok(left.end.is_none())
}

fn diverged(left: &Left, folder: &Path) -> String {
    let kept = match folder.join(learner::CHECKPOINT).exists() {
        true => format!("the last checkpoint in {} is good", folder.display()),
        false => format!("there is no checkpoint in {} yet", folder.display()),
    };
    format!(
        "the network holds no finite numbers any more at step {}; {kept}; try a lower learning rate in another folder, as --set optimizer.learning_rate=1e-4",
        left.step
    )
}

/// Trains one run in its folder. `None`: a signal asked to stop before anything was written.
fn train(
    prepared: &Prepared,
    config: TrainConfig,
    path: &Path,
    stop: &Stop,
) -> Result<Option<Left>, Box<dyn Error>> {
    RunFolder::check(path, &config, &prepared.identity)?;
    let mut folder = RunFolder::claim(path)?;
    // Another process may have had it meanwhile.
    RunFolder::check(path, &config, &prepared.identity)?;
    let weights = prepared.weights.as_ref();
    let weights = weights.map(|(path, bytes)| (path.as_path(), bytes.as_slice()));
    let learner = learner::open(
        prepared.settings,
        &folder,
        &config,
        weights,
        &prepared.device,
    )?;
    let done = learner.steps();
    let end = prepared.stop_at.unwrap_or(config.steps);
    if done > end {
        return Err(format!(
            "{}: {done} steps are done already, more than --stop-at {end}",
            path.display()
        )
        .into());
    }
    let every = prepared.every;
    let is_at_validation =
        done == end || every.validation > 0 && done.is_multiple_of(every.validation);
    let log = RunLog::parse(&folder.log());
    let mut validated = log.validations.iter();
    let lacks_validation = done > 0
        && is_at_validation
        && !prepared.validation.is_empty()
        && !validated.any(|(step, _)| *step == f64::from(done));
    let is_whole = done < config.steps || path.join(WEIGHTS).exists();
    if done == end && !lacks_validation && is_whole {
        println!("{}: all {done} steps are done", path.display());
        return Ok(Some(Left {
            step: done,
            end: None,
            validation: Validated::last(&folder.log()),
        }));
    }

    let learned = prepared.learned.clone();
    let invented = prepared
        .invented
        .as_ref()
        .map(|data| data.alphabets.clone());
    let mut batches = Pipeline::start((learned, invented), config.clone(), done, end);
    if done < end {
        batches.wait(stop)?;
    }
    if stop.asked().is_some() {
        eprintln!(
            "stopped before the first step; {} is as it was",
            path.display()
        );
        return Ok(None);
    }
    let record = folder.begin(&config, prepared.identity.clone(), done)?;
    if done > 0 {
        eprintln!("going on from step {done} of {}", config.steps);
    }
    let watched = (&prepared.validation, stop);
    let mut run = Run::new((learner, folder), batches, watched, end);
    let ended = pollster::block_on(async {
        if lacks_validation {
            training::Run::validate(&mut run, done == end).await?;
        }
        let ended = training::drive(&mut run, every, end).await?;
        Ok::<_, Box<dyn Error>>(match ended {
            Some(End::Diverged) => ended,
            Some(End::Stopped) => Some(run.leave().await?),
            None if run.has_diverged => Some(End::Diverged),
            None if run.lacks_validation => Some(run.leave().await?),
            None => None,
        })
    })?;
    let step = run.learner.steps();
    if ended == Some(End::Stopped) {
        eprintln!("stopped at step {step}; the same command goes on from there");
    }
    if step == config.steps && ended.is_none() {
        let metadata = facts::metadata(&config, &record, prepared)?;
        let bytes = pollster::block_on(run.learner.snapshot().file(&metadata))?;
        run.folder.keep(WEIGHTS, &bytes)?;
        println!("wrote {}", path.join(WEIGHTS).display());
    }
    Ok(Some(Left {
        step,
        end: ended,
        validation: Validated::last(&run.folder.log()),
    }))
}
