//! The folder of a run: its config, log and newest checkpoint. Knows nothing of what learns.

use std::error::Error;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use twinglyph_core::score::Tally;
use twinglyph_core::training::TrainConfig;

use crate::network;

const HEADER: &str = "step,loss,images_per_second,validation_errors,validation_trials";

/// An open run folder.
pub(crate) struct RunFolder {
    path: PathBuf,
}

impl RunFolder {
    /// Opens a folder for a run, and makes it where it isn't there.
    ///
    /// # Errors
    /// When it holds a run of another config, or can't be written.
    pub(crate) fn open(path: &Path, config: &TrainConfig) -> Result<Self, Box<dyn Error>> {
        let file = path.join("config.json");
        match fs::read(&file) {
            Ok(bytes) if TrainConfig::parse(&bytes)? == *config => {}
            Ok(_) => {
                return Err(format!(
                    "{} holds a run of another config; name another folder with --out",
                    path.display()
                )
                .into());
            }
            Err(_) => network::write(&file, serde_json::to_string_pretty(config)?.as_bytes())?,
        }
        Ok(Self {
            path: path.to_owned(),
        })
    }

    fn log(&self) -> PathBuf {
        self.path.join("log.csv")
    }

    /// A file of the folder, where it is there.
    pub(crate) fn read(&self, file: &str) -> Option<Vec<u8>> {
        fs::read(self.path.join(file)).ok()
    }

    /// Cuts the log back to what was there when `done` steps were.
    ///
    /// # Errors
    /// When it can't be written.
    pub(crate) fn cut_log(&self, done: u32) -> Result<(), Box<dyn Error>> {
        let log = fs::read_to_string(self.log()).unwrap_or_default();
        let step = |line: &&str| {
            line.split(',')
                .next()
                .and_then(|step| step.parse::<u32>().ok())
        };
        let kept = log
            .lines()
            .filter(|line| step(line).is_some_and(|step| step <= done));
        let mut text = format!("{HEADER}\n");
        for line in kept {
            text.push_str(line);
            text.push('\n');
        }
        network::write(&self.log(), text.as_bytes())
    }

    /// Writes a file in the place of the one before.
    ///
    /// # Errors
    /// When it can't be written.
    pub(crate) fn keep(&self, file: &str, bytes: &[u8]) -> Result<(), Box<dyn Error>> {
        network::write(&self.path.join(file), bytes)
    }

    /// Logs the mean loss since the last entry.
    ///
    /// # Errors
    /// When the log can't be written.
    pub(crate) fn log_loss(
        &mut self,
        step: u32,
        loss: f32,
        rate: f64,
    ) -> Result<(), Box<dyn Error>> {
        self.append(&format!("{step},{loss},{rate:.1},,"))
    }

    /// Logs a validation.
    ///
    /// # Errors
    /// When the log can't be written.
    pub(crate) fn log_validation(&mut self, step: u32, tally: Tally) -> Result<(), Box<dyn Error>> {
        self.append(&format!("{step},,,{},{}", tally.errors(), tally.trials()))
    }

    fn append(&self, line: &str) -> Result<(), Box<dyn Error>> {
        let mut log = OpenOptions::new()
            .append(true)
            .create(true)
            .open(self.log())?;
        Ok(writeln!(log, "{line}")?)
    }
}
