//! `lab train`: a training run from a config, with checkpoints, validation and a curve.
//!
//! The run's folder holds `config.json`, `log.csv` (a line each ten steps and each validation),
//! `checkpoint.safetensors` (the newest) and at the end `weights.safetensors`. A run whose folder has a checkpoint goes on from it, bit for bit
//! on the CPU.

mod folder;
mod learner;
mod pipeline;

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use crate::measure::Gallery;
use serde_json::json;
use twinglyph_core::rng::Rng;
use twinglyph_core::score::Tally;
use twinglyph_core::training::{self, Intervals, TrainConfig};
use twinglyph_core::trial::{self, Trial};
use twinglyph_core::{Alphabet, Views};
use twinglyph_nn::Twin;
use twinglyph_nn::backend::Learner;
use twinglyph_nn::weights::Metadata;

use crate::data::{Data, DataArgs, Origin};
use crate::network::{self, DeviceName, Network};
use folder::RunFolder;
use learner::Products;
use pipeline::Pipeline;

/// Steps whose losses are read back and logged together: reading each would make a GPU wait.
const LOGGED: u32 = 10;

/// Seed of the validation trials, the same for all runs so that they compare.
const VALIDATION_SEED: u64 = 1;

/// Arguments of `lab train`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Config of the run
    #[arg(long, value_name = "FILE", default_value = "configs/compact.json")]
    config: PathBuf,
    /// Folder of the run; one with a checkpoint goes on
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Weights to start from instead of fresh ones
    #[arg(long, value_name = "FILE")]
    from_weights: Option<PathBuf>,
    /// Steps between checkpoints
    #[arg(long, default_value_t = 100)]
    checkpoint_every: u32,
    /// Steps between validations on the held-out alphabets
    #[arg(long, default_value_t = 500)]
    validate_every: u32,
    /// Trials of a validation
    #[arg(long, default_value_t = 2000)]
    validation_trials: u32,
    /// Stop, with a checkpoint, when so many steps are done
    #[arg(long, value_name = "STEP")]
    stop_at: Option<u32>,
    /// What the processor multiplies [default: bf16 where it has instructions for it]
    #[arg(long, value_enum)]
    precision: Option<Products>,
    /// Validate and write a moving average of the weights with this decay, as 0.998 (processor only)
    #[arg(long, value_name = "DECAY", value_parser = decay)]
    average: Option<f32>,
    /// Where to compute
    #[arg(long, value_enum, default_value_t)]
    device: DeviceName,
    #[command(flatten)]
    data: DataArgs,
    /// Print a JSON object on the last line
    #[arg(long)]
    json: bool,
}

/// A run on its way.
struct Run {
    learner: Box<dyn Learner>,
    batches: Pipeline,
    folder: RunFolder,
    /// Does a graphics device compute it?
    on_device: bool,
    held_out: Vec<Alphabet>,
    trials: Vec<Trial>,
    /// Ctrl-C was pressed.
    stop: Arc<AtomicBool>,
    /// The step that it began with, and the one that it ends at.
    first: u32,
    end: u32,
    start: Instant,
    /// Images that it has learned from.
    images: usize,
}

/// What ends a run early.
enum End {
    Stopped,
    Diverged,
}

impl training::Run for Run {
    type End = End;
    type Error = Box<dyn Error>;

    fn steps(&self) -> u32 {
        self.learner.steps()
    }

    async fn ready(&mut self) -> Result<Option<End>, Self::Error> {
        Ok(self.stop.load(Ordering::Relaxed).then_some(End::Stopped))
    }

    async fn step(&mut self) -> Result<(), Self::Error> {
        let batch = self.batches.next()?;
        self.images += 2 * batch.classes;
        self.learner.step(batch);
        Ok(())
    }

    async fn loss(&mut self) -> Result<Option<End>, Self::Error> {
        let loss = self.learner.mean_loss().await?;
        let step = self.learner.steps();
        let seconds = self.start.elapsed().as_secs_f64();
        let per_second = self.images as f64 / seconds;
        let left = seconds / f64::from(step - self.first) * f64::from(self.end - step);
        self.folder.log_loss(step, loss, per_second)?;
        eprint!(
            "\rstep {step} of {}  loss {loss:.4}  {per_second:.0} images/s  {} left   ",
            self.end,
            minutes(left)
        );
        Ok((!loss.is_finite()).then_some(End::Diverged))
    }

    async fn validate(&mut self, _: bool) -> Result<(), Self::Error> {
        if self.trials.is_empty() {
            return Ok(());
        }
        let trained = (self.learner.as_ref(), self.on_device);
        let tally = measure(trained, &self.held_out, &self.trials).await?;
        let step = self.learner.steps();
        self.folder.log_validation(step, tally)?;
        let interval = tally.error_interval();
        println!(
            "\rstep {step}: {:.2} % errors on held-out alphabets ({:.2} to {:.2} %)          ",
            tally.error_rate() * 100.0,
            interval.low * 100.0,
            interval.high * 100.0
        );
        Ok(())
    }

    async fn keep(&mut self) -> Result<(), Self::Error> {
        learner::keep(self.learner.as_ref(), &self.folder).await
    }
}

/// Trains until the run is done or Ctrl-C asks to stop, which leaves a checkpoint.
pub(crate) fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    let stop = Arc::new(AtomicBool::new(false));
    let asked = stop.clone();
    ctrlc::set_handler(move || {
        if asked.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
        eprintln!("\nstopping after this step; Ctrl-C again stops at once");
    })?;

    let device = args.device.open()?;
    let config = std::fs::read(&args.config)
        .map_err(|error| format!("{}: {error}", args.config.display()))?;
    let config = TrainConfig::parse(&config)
        .map_err(|error| format!("{}: {error}", args.config.display()))?;
    let data = args.data.background()?;
    let origin = data.origin.clone();
    let (training, held_out) = split(data, &config)?;
    let metadata = metadata(&config, &origin, &training);
    let folder = RunFolder::open(&args.out, &config)?;
    let from = args
        .from_weights
        .as_ref()
        .map(|path| std::fs::read(path).map_err(|error| format!("{}: {error}", path.display())));
    let settings = (args.precision, args.average);
    let learner = learner::open(settings, &folder, &config, from.transpose()?, &device)?;
    if learner.steps() > 0 {
        println!("going on from step {} of {}", learner.steps(), config.steps);
    }

    let trials = validation_trials(&held_out, args.validation_trials)?;
    let end = args
        .stop_at
        .map_or(config.steps, |stop| stop.min(config.steps));
    let batches = Pipeline::start(training, config.clone(), learner.steps(), end);
    let every = Intervals {
        loss: LOGGED,
        validation: args.validate_every,
        checkpoint: args.checkpoint_every,
    };
    let mut run = Run {
        first: learner.steps(),
        end,
        start: Instant::now(),
        images: 0,
        on_device: device.is_some(),
        learner,
        batches,
        folder,
        held_out,
        trials,
        stop,
    };
    let ended = pollster::block_on(training::drive(&mut run, every, end))?;
    let Run {
        learner, folder, ..
    } = run;
    match ended {
        None => {}
        Some(End::Stopped) => {
            pollster::block_on(learner::keep(learner.as_ref(), &folder))?;
            println!(
                "\nstopped at step {}; the same command goes on from there",
                learner.steps()
            );
        }
        Some(End::Diverged) => {
            return Err(format!(
                "the loss is no number any more at step {}; the last checkpoint in {} is good, lower the learning rate",
                learner.steps(),
                args.out.display()
            )
            .into());
        }
    }
    if learner.steps() == config.steps {
        let path = args.out.join("weights.safetensors");
        let bytes = pollster::block_on(learner.snapshot().file(&metadata))?;
        network::write(&path, &bytes)?;
        println!("wrote {}", path.display());
    }
    if args.json {
        println!(
            "{}",
            json!({"step": learner.steps(), "steps": config.steps})
        );
    }
    Ok(())
}

fn metadata(config: &TrainConfig, origin: &Origin, learned: &[Alphabet]) -> Metadata {
    let mut metadata = Metadata::new(config.architecture);
    let [data, trained_on] = origin.facts(learned, &config.held_out, config.invented.alphabets);
    let facts = [
        data,
        trained_on,
        (
            "training",
            format!("lab train, {} steps, seed {}", config.steps, config.seed),
        ),
    ];
    metadata
        .facts
        .extend(facts.map(|(name, value)| (name.to_owned(), value)));
    metadata
}

/// The alphabets to train on and those held out.
fn split(
    data: Data,
    config: &TrainConfig,
) -> Result<(Vec<Alphabet>, Vec<Alphabet>), Box<dyn Error>> {
    let (held_out, training) = data.split(&config.held_out).map_err(|error| {
        format!("held_out of the config: {error}; name some of these, or none by []")
    })?;
    Ok((training, held_out))
}

fn validation_trials(held_out: &[Alphabet], count: u32) -> Result<Vec<Trial>, Box<dyn Error>> {
    if held_out.is_empty() {
        return Ok(Vec::new());
    }
    let mut rng = Rng::new(VALIDATION_SEED);
    let trials = (0..count).map(|_| trial::within(held_out, 20, &mut rng));
    Ok(trials.collect::<Result<_, _>>()?)
}

/// By one view, as it is trained: a validation is taken often.
async fn measure(
    (learner, on_device): (&dyn Learner, bool),
    alphabets: &[Alphabet],
    trials: &[Trial],
) -> Result<Tally, Box<dyn Error>> {
    let drawings = trials
        .iter()
        .flat_map(|t| t.support.iter().copied().chain([t.query]));
    let snapshot = learner.snapshot();
    let metadata = Metadata::new(learner.config().architecture);
    let file = snapshot.file(&metadata).await?;
    let device = on_device.then_some(snapshot);
    let network = Network::new(Twin::read(&file)?.0, device);
    let gallery = Gallery::embed((&network, Views::One), alphabets, drawings, |_, _| {})?;
    let mut tally = Tally::default();
    for trial in trials {
        tally.add(gallery.choose(trial)? == trial.answer);
    }
    Ok(tally)
}

fn decay(text: &str) -> Result<f32, String> {
    match text.parse::<f32>() {
        Ok(decay) if (0.0..1.0).contains(&decay) => Ok(decay),
        _ => Err("a decay is a number from 0 to below 1".to_owned()),
    }
}

fn minutes(seconds: f64) -> String {
    let minutes = (seconds / 60.0).ceil() as u64;
    if minutes >= 60 {
        format!("{} h {} min", minutes / 60, minutes % 60)
    } else {
        format!("{minutes} min")
    }
}
