//! `lab show`: what a weights file, a checkpoint, a config or a run's folder says of itself.

mod report;
mod text;

use std::error::Error;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::network;
use crate::train::seeds;
use report::Report;

/// Files of a run's folder that are shown, and its log.
const FILES: [&str; 4] = [
    "config.json",
    "run.json",
    "checkpoint.safetensors",
    "weights.safetensors",
];
const LOG: &str = "log.csv";

/// Arguments of `lab show`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Weights file, the name of a built-in one, checkpoint, other safetensors, config or other JSON, or a run's folder
    #[arg(value_parser = network::path_or_name)]
    path: PathBuf,
    /// Print a JSON object on the last line, and nothing else
    #[arg(long)]
    json: bool,
}

/// Why there is nothing to show.
#[derive(Debug, thiserror::Error)]
enum ShowError {
    /// The system refuses.
    #[error("{}: {error}", path.display())]
    System {
        /// The file.
        path: PathBuf,
        /// The system's words.
        error: io::Error,
    },
    /// Broken JSON.
    #[error("{}: it begins like JSON, but is none: {error}", path.display())]
    Json {
        /// The file.
        path: PathBuf,
        /// Where it breaks.
        error: String,
    },
    /// Neither JSON nor safetensors.
    #[error(
        "{}: it is neither JSON nor a whole safetensors file ({error}); lab import says how to convert a pickle",
        path.display()
    )]
    Format {
        /// The file.
        path: PathBuf,
        /// Why it is no safetensors file.
        error: String,
    },
    /// Nothing of a run is in it.
    #[error("{} has none of a run's files: {}, {LOG}{}", .0.display(), FILES.join(", "), seeds(.0))]
    Folder(PathBuf),
}

impl ShowError {
    fn system(path: &Path, error: io::Error) -> Self {
        Self::System {
            path: path.to_owned(),
            error,
        }
    }
}

/// What else can be shown of a folder that is no run's.
fn seeds(path: &Path) -> String {
    let advice = seeds::advice(path, None);
    advice.map_or(String::new(), |advice| format!("; {advice}"))
}

/// Shows.
pub(crate) fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    let path = &args.path;
    if !path.is_dir() {
        let report = report::read(path)?;
        match args.json {
            true => println!("{}", serde_json::to_string(&report)?),
            false => text::print(&report),
        }
        return Ok(());
    }
    let files = FILES.iter().map(|name| path.join(name));
    let files = files.filter(|path| path.exists());
    let reports = files.map(|path| report::read(&path));
    let reports = reports.collect::<Result<Vec<Report>, _>>()?;
    let log = log(&path.join(LOG))?;
    if reports.is_empty() && log.is_none() {
        return Err(ShowError::Folder(path.clone()).into());
    }
    if args.json {
        let log = log.map(|log| json!({"lines": log.lines, "last": log.last}));
        println!(
            "{}",
            json!({"kind": "folder", "files": reports, "log": log})
        );
        return Ok(());
    }
    reports.iter().for_each(text::print);
    if let Some(log) = log {
        println!(
            "{}: log of a run, {} lines",
            path.join(LOG).display(),
            log.lines
        );
        println!("  {}\n  {}", text::clean(&log.head), text::clean(&log.last));
    }
    Ok(())
}

/// A run's log.
struct Log {
    /// Lines behind its head.
    lines: usize,
    head: String,
    /// The newest line; the head where there is no other.
    last: String,
}

/// The log in a file, where it is there.
fn log(path: &Path) -> Result<Option<Log>, ShowError> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(ShowError::system(path, error)),
    };
    let count = text.lines().count();
    Ok(Some(Log {
        lines: count.saturating_sub(1),
        head: text.lines().next().unwrap_or_default().to_owned(),
        last: text.lines().last().unwrap_or_default().to_owned(),
    }))
}
