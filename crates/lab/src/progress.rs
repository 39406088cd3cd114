//! Progress on standard error: one line that is rewritten on a terminal, elsewhere a line now and then.

use std::io::{IsTerminal, stderr};
use std::time::{Duration, Instant};

/// Time between two lines where there is no terminal.
const BETWEEN: Duration = Duration::from_secs(30);

/// Time between two texts of the line on a terminal.
const REWRITTEN: Duration = Duration::from_millis(100);

/// The line of something that takes long.
pub(crate) struct Line {
    is_terminal: bool,
    /// When something was told last.
    told: Option<Instant>,
    /// Characters that stand on the terminal's line.
    width: usize,
}

impl Line {
    /// A line on which nothing stands.
    pub(crate) fn new() -> Self {
        Self {
            is_terminal: stderr().is_terminal(),
            told: None,
            width: 0,
        }
    }

    /// As [`Line::new`], and where there is no terminal nothing is told of what is soon over.
    pub(crate) fn patient() -> Self {
        Self {
            told: Some(Instant::now()),
            ..Self::new()
        }
    }

    /// Tells how far it is, where it is time for that.
    pub(crate) fn tell(&mut self, text: impl FnOnce() -> String) {
        let between = if self.is_terminal { REWRITTEN } else { BETWEEN };
        let is_first = self.is_terminal && self.width == 0;
        if !is_first && self.told.is_some_and(|told| told.elapsed() < between) {
            return;
        }
        self.told = Some(Instant::now());
        let text = text();
        if self.is_terminal {
            let width = text.chars().count();
            eprint!("\r{text}{:w$}", "", w = self.width.saturating_sub(width));
            self.width = width;
        } else {
            eprintln!("{text}");
        }
    }

    /// Leaves the terminal's line free for other words.
    pub(crate) fn clear(&mut self) {
        if self.width > 0 {
            eprint!("\r{:w$}\r", "", w = self.width);
            self.width = 0;
        }
    }
}

/// What is on the terminal's line goes with what told it.
impl Drop for Line {
    fn drop(&mut self) {
        self.clear();
    }
}

/// Tells on standard error how far something is, in whole percent: on a terminal as it goes, elsewhere each half minute.
pub(crate) fn progress(what: &str) -> impl FnMut(usize, usize) {
    let what = what.to_owned();
    let mut line = Line::patient();
    let mut last = usize::MAX;
    move |done, total| {
        let percent = done * 100 / total.max(1);
        if done >= total {
            line.clear();
        } else if percent != last {
            last = percent;
            line.tell(|| format!("{what}: {percent} %"));
        }
    }
}
