//! Signals that ask a long command to stop: Ctrl-C, the end of a job, a terminal that is closed.
//!
//! The first one is only remembered, and the command stops when it asks; a later one ends the process at once. Signals
//! within half a second are one: `timeout` sends two, and so do a terminal and its shell that are closed. A signal that
//! whoever started the process has it ignore, as `nohup` does, stays ignored.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

#[cfg(unix)]
use signal_hook::consts::SIGHUP;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

/// The signals, with their names for people.
#[cfg(unix)]
const SIGNALS: [(i32, &str); 3] = [(SIGINT, "Ctrl-C"), (SIGTERM, "SIGTERM"), (SIGHUP, "SIGHUP")];
#[cfg(not(unix))]
const SIGNALS: [(i32, &str); 2] = [(SIGINT, "Ctrl-C"), (SIGTERM, "SIGTERM")];

/// Time between two looks whether a person is to be told that the signal was heard.
const LOOK: Duration = Duration::from_millis(100);

/// Time in which further signals belong to the first.
const TOGETHER: Duration = Duration::from_millis(500);

/// Whether a signal has asked to stop.
#[derive(Clone, Default)]
pub(crate) struct Stop {
    /// The last signal, 0 before the first.
    signal: Arc<AtomicUsize>,
}

impl Stop {
    /// From now on signals are remembered; the first one is answered on standard error with `answer`.
    ///
    /// # Errors
    /// When the system refuses.
    pub(crate) fn watch(answer: &'static str) -> io::Result<Self> {
        let stop = Self::default();
        // Does a signal end the process?
        let is_second = Arc::new(AtomicBool::new(false));
        for (signal, _) in SIGNALS {
            if is_ignored(signal) {
                continue;
            }
            // In the order in which they happen.
            flag::register_conditional_shutdown(signal, code(signal), is_second.clone())?;
            flag::register_usize(signal, stop.signal.clone(), signal.unsigned_abs() as usize)?;
        }
        let watched = stop.clone();
        // A step can take seconds: the answer comes from elsewhere.
        thread::spawn(move || {
            loop {
                if let Some(signal) = watched.asked() {
                    let name = SIGNALS.iter().find(|(known, _)| *known == signal);
                    let name = name.map_or("signal", |(_, name)| name);
                    eprintln!("\n{name}: {answer}; a second one ends it at once");
                    thread::sleep(TOGETHER);
                    is_second.store(true, Ordering::Relaxed);
                    return;
                }
                thread::sleep(LOOK);
            }
        });
        Ok(stop)
    }

    /// The signal that has asked to stop, if one has.
    pub(crate) fn asked(&self) -> Option<i32> {
        let signal = self.signal.load(Ordering::Relaxed);
        i32::try_from(signal).ok().filter(|&signal| signal != 0)
    }

    /// Ends the process, as a signal asked for.
    pub(crate) fn exit(signal: i32) -> ! {
        std::process::exit(code(signal))
    }
}

/// The exit code of what a signal ended, as shells tell it.
fn code(signal: i32) -> i32 {
    128 + signal
}

/// Was the process started to ignore this signal? Only Linux tells.
fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mut lines = status.lines();
    let mask = lines.find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask >> (signal - 1) & 1 == 1)
}
