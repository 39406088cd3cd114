//! The command line: makes the data, trains and measures the networks.
//!
//! Each command is a module with its arguments and a `run`; this file only tells them apart and
//! turns their errors into exit codes. Refuses to know what the commands do.
//!
//! Exit codes: 0 done, or whoever read the output has gone; 1 failed, with the reason on standard
//! error; 2 wrong arguments; 128 + the signal's number when a signal ended it.

#[macro_use]
mod out;

mod baseline;
#[cfg(feature = "networks")]
mod classify;
#[cfg(feature = "networks")]
mod close_calls;
#[cfg(feature = "networks")]
mod config;
#[cfg(feature = "networks")]
mod data;
#[cfg(feature = "networks")]
mod embed;
#[cfg(feature = "networks")]
mod evaluate;
#[cfg(feature = "networks")]
mod export;
#[cfg(feature = "networks")]
mod file;
#[cfg(feature = "networks")]
mod finetune;
#[cfg(feature = "networks")]
mod import;
#[cfg(feature = "networks")]
mod measure;
#[cfg(feature = "networks")]
mod nearest;
#[cfg(feature = "networks")]
mod network;
#[cfg(feature = "networks")]
mod onnx;
#[cfg(feature = "networks")]
mod plot;
#[cfg(feature = "networks")]
mod progress;
#[cfg(feature = "networks")]
mod provenance;
#[cfg(feature = "networks")]
mod ranges;
#[cfg(feature = "networks")]
mod run_log;
mod runs_table;
mod shards;
#[cfg(feature = "networks")]
mod show;
mod source;
#[cfg(feature = "networks")]
mod stop;
#[cfg(feature = "networks")]
mod summary;
#[cfg(feature = "networks")]
mod train;
#[cfg(feature = "networks")]
mod usage;

use std::error::Error;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// What the help says after the commands.
const HELP: &str = "\
Networks, as --model and configs name them:
  deep      the app's default: residual blocks, a global and a local embedding, eight views of each drawing
  compact   the fast one: fewer layers, one view
  koch      that of Koch, Zemel and Salakhutdinov (2015): 105x105 pixels, one embedding of 4,096 numbers
  beginner  compact, trained on invented characters alone: where the page's proposed run begins (a model, no config)

Results go to standard output, all else to standard error; with --json, standard output is one JSON object.
Exit codes: 0 done, 1 failed, 2 wrong arguments, 130, 143 and 129 a run of training stopped by a signal.
docs/evaluation.md has examples of all commands.";

/// Trains and measures twin networks on Omniglot, and makes the app's data.
#[derive(Parser)]
#[command(name = "lab", version, after_help = HELP)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// What the lab can do.
#[derive(Subcommand)]
enum Command {
    /// Makes the app's shards again from Omniglot's official archives
    Shards(shards::Args),
    /// Measures the two known baselines on the official 400 trials
    Baseline(baseline::Args),
    /// Trains a network from a config, with checkpoints
    #[cfg(feature = "networks")]
    Train(train::Args),
    /// Fine-tunes as the page does, and tries held-out characters before and after
    #[cfg(feature = "networks")]
    Finetune(finetune::Args),
    /// Draws the curves of a training run
    #[cfg(feature = "networks")]
    Plot(plot::Args),
    /// Measures a network: official trials, N-way trials, verification
    #[cfg(feature = "networks")]
    Evaluate(evaluate::Args),
    /// Prints a network's layers, shapes, parameters and multiply-adds
    #[cfg(feature = "networks")]
    Summary(summary::Args),
    /// Prints what a weights file, a checkpoint, a config or a run's folder says of itself
    #[cfg(feature = "networks")]
    Show(show::Args),
    /// Writes weights for shipping: in f16 or fewer bits, with the similarity fitted
    #[cfg(feature = "networks")]
    Export(export::Args),
    /// Makes a weights file of a PyTorch state dict, and fits its similarity
    #[cfg(feature = "networks")]
    Import(import::Args),
    /// Writes embeddings of drawings as NumPy arrays
    #[cfg(feature = "networks")]
    Embed(embed::Args),
    /// Writes a network as an ONNX model, for other runtimes
    #[cfg(feature = "networks")]
    Onnx(onnx::Args),
    /// Ranks the classes of a folder for pictures, or of support sets from standard input
    #[cfg(feature = "networks")]
    Classify(classify::Args),
    /// Makes core's table of the official trials from all_runs.zip
    #[command(hide = true)]
    RunsTable(runs_table::Args),
    /// Makes core's list of close calls: trials in which the default network hesitates
    #[cfg(feature = "networks")]
    #[command(hide = true)]
    CloseCalls(close_calls::Args),
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Shards(args) => shards::run(&args),
        Command::Baseline(args) => baseline::run(&args),
        #[cfg(feature = "networks")]
        Command::Train(args) => train::run(&args),
        #[cfg(feature = "networks")]
        Command::Finetune(args) => finetune::run(&args),
        #[cfg(feature = "networks")]
        Command::Plot(args) => plot::run(&args),
        #[cfg(feature = "networks")]
        Command::Evaluate(args) => evaluate::run(&args),
        #[cfg(feature = "networks")]
        Command::Summary(args) => summary::run(&args),
        #[cfg(feature = "networks")]
        Command::Show(args) => show::run(&args),
        #[cfg(feature = "networks")]
        Command::Export(args) => export::run(&args),
        #[cfg(feature = "networks")]
        Command::Import(args) => import::run(&args),
        #[cfg(feature = "networks")]
        Command::Embed(args) => embed::run(&args),
        #[cfg(feature = "networks")]
        Command::Onnx(args) => onnx::run(&args),
        #[cfg(feature = "networks")]
        Command::Classify(args) => classify::run(&args),
        Command::RunsTable(args) => runs_table::run(&args),
        #[cfg(feature = "networks")]
        Command::CloseCalls(args) => close_calls::run(&args),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("lab: {error}");
            code(error.as_ref())
        }
    }
}

/// The exit code for what went wrong.
fn code(error: &(dyn Error + 'static)) -> ExitCode {
    let mut cause = Some(error);
    while let Some(error) = cause {
        #[cfg(feature = "networks")]
        if error.is::<usage::Usage>() || is_unknown_alphabet(error) {
            return ExitCode::from(2);
        }
        cause = error.source();
    }
    ExitCode::FAILURE
}

/// Is a name on the command line that of no alphabet?
#[cfg(feature = "networks")]
fn is_unknown_alphabet(error: &(dyn Error + 'static)) -> bool {
    let error = error.downcast_ref::<data::DataError>();
    matches!(error, Some(data::DataError::Unknown { .. }))
}
