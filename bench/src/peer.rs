//! Another framework in a process of its own, which waits for its turn, and what is told of each side.
//!
//! The process prints its name, then for each line that it is given one number. It knows no framework but
//! by what the process answers.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Instant;

use serde_json::{Value, json};

/// Why a process can't be measured.
#[derive(Debug, thiserror::Error)]
pub enum PeerError {
    /// It could not be started or talked to.
    #[error("the other framework's process can't be talked to: {0}")]
    Process(#[from] std::io::Error),
    /// It ended, or has no input or output.
    #[error("the other framework's process ended; what it said is above")]
    Ended,
    /// It answered something else than a number.
    #[error("the other framework answered {0:?} where a number was due")]
    Answer(String),
}

/// Milliseconds since then.
#[must_use]
pub fn since(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1e3
}

/// What is told of a side: an entry of docs/bench.json.
pub struct Side(Value);

impl Side {
    /// A side that has taken no step; `opened` is how many milliseconds it took to get ready.
    #[must_use]
    pub fn new(framework: &str, device: &str, name: &str, opened: f64) -> Self {
        Self(json!({
            "framework": framework, "device": device, "name": name, "opened": opened,
            "warm_up": [], "losses": [], "milliseconds": [],
        }))
    }

    /// A step: the number that it gave, and how long it took.
    pub fn took(&mut self, loss: f64, milliseconds: f64, warms_up: bool) {
        let list = if warms_up { "warm_up" } else { "milliseconds" };
        for (list, value) in [("losses", loss), (list, milliseconds)] {
            if let Some(list) = self.0[list].as_array_mut() {
                list.push(json!(value));
            }
        }
    }

    /// All of it.
    #[must_use]
    pub fn told(self) -> Value {
        self.0
    }
}

/// A framework in a process of its own.
pub struct Peer {
    child: Child,
    turns: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Peer {
    /// Starts `python script arguments... file`, which reads the file before it says its name.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start(
        (python, script): (&str, &str),
        arguments: &[&str],
        file: &Path,
    ) -> Result<Self, PeerError> {
        let mut child = Command::new(python)
            .arg(script)
            .args(arguments)
            .arg(file)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let (Some(turns), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(PeerError::Ended);
        };
        Ok(Self {
            child,
            turns,
            answers: BufReader::new(answers),
        })
    }

    /// What it calls itself, which it says once, when it is ready.
    ///
    /// # Errors
    /// When it ends before.
    pub fn name(&mut self) -> Result<String, PeerError> {
        self.answer()
    }

    /// Its turn: the number that it gives.
    ///
    /// # Errors
    /// When it gives none.
    pub fn step(&mut self) -> Result<f64, PeerError> {
        writeln!(self.turns)?;
        self.turns.flush()?;
        let answer = self.answer()?;
        answer.parse().map_err(|_| PeerError::Answer(answer))
    }

    fn answer(&mut self) -> Result<String, PeerError> {
        let mut line = String::new();
        match self.answers.read_line(&mut line)? {
            0 => Err(PeerError::Ended),
            _ => Ok(line.trim().to_owned()),
        }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // Gone already, where the script failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
