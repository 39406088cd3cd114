//! Sides that take steps in turn, what is told of each, and another framework as a side: a process of its own,
//! which prints its name, then for each line that it is given one number.
//!
//! It knows no framework but by what the process answers.

use std::error::Error;
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

/// Steps that a side takes in a round and that count: some in a row, so that its threads are awake and its
/// memory is in the caches, as in a run.
pub const STEPS: usize = 10;

/// Steps before them that don't count.
const WARM_UP: usize = 2;

/// One step of a side: the number that it gives.
pub type Step = Box<dyn FnMut() -> Result<f64, Box<dyn Error>>>;

/// Takes the steps of all sides, in rounds of which the first does not count.
///
/// # Errors
/// When a step fails.
pub fn take_turns(sides: &mut [(Side, Step)], rounds: usize) -> Result<(), Box<dyn Error>> {
    for round in 0..rounds {
        for (side, step) in &mut *sides {
            for of_round in 0..WARM_UP + STEPS {
                let start = Instant::now();
                let number = step()?;
                side.took(number, since(start), round == 0 || of_round < WARM_UP);
            }
        }
    }
    Ok(())
}

/// Milliseconds since then.
#[must_use]
pub fn since(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1e3
}

/// What is told of a side: an entry of docs/generated/bench.json.
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

    /// How it is called.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0["name"].as_str().unwrap_or_default()
    }

    /// The number that its first step gave; not a number before it.
    #[must_use]
    pub fn first(&self) -> f64 {
        self.0["losses"][0].as_f64().unwrap_or(f64::NAN)
    }

    /// How long its steps took that count, the shortest first.
    #[must_use]
    pub fn milliseconds(&self) -> Vec<f64> {
        let all = self.0["milliseconds"].as_array().into_iter().flatten();
        let mut all: Vec<f64> = all.filter_map(Value::as_f64).collect();
        all.sort_by(f64::total_cmp);
        all
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
