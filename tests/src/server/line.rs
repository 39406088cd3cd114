//! A slow line: all that is sent shares its rate, and what is asked takes its time to come and go.

use std::io::{Result, Write};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Bytes that go at once, as packets do.
const PIECE: usize = 4 << 10;

/// A line between server and browser.
#[derive(Debug)]
pub(crate) struct Line {
    bytes_a_second: f64,
    round_trip: Duration,
    /// When what was given to it will be through.
    free: Mutex<Instant>,
}

impl Line {
    /// Of this rate, bits a second, and time to and fro.
    pub(crate) fn new(bits: f64, round_trip: Duration) -> Self {
        Self {
            bytes_a_second: bits / 8.0,
            round_trip,
            free: Mutex::new(Instant::now()),
        }
    }

    /// Waits for so many ways to and fro.
    pub(crate) fn travel(&self, trips: u32) {
        std::thread::sleep(self.round_trip * trips);
    }

    /// The stream, over this line.
    pub(crate) fn over<W: Write>(&self, stream: W) -> Slow<'_, W> {
        Slow { line: self, stream }
    }

    /// When so many bytes are through that are given to it now.
    fn through(&self, bytes: usize, now: Instant) -> Instant {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        *free = now.max(*free) + Duration::from_secs_f64(bytes as f64 / self.bytes_a_second);
        *free
    }
}

/// A stream over a [`Line`].
pub(crate) struct Slow<'a, W> {
    line: &'a Line,
    stream: W,
}

impl<W: Write> Write for Slow<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        let piece = bytes.get(..PIECE).unwrap_or(bytes);
        let now = Instant::now();
        let through = self.line.through(piece.len(), now);
        std::thread::sleep(through.saturating_duration_since(now));
        self.stream.write_all(piece)?;
        Ok(piece.len())
    }

    fn flush(&mut self) -> Result<()> {
        self.stream.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_over_a_line_shares_its_rate() {
        let line = Line::new(8000.0, Duration::ZERO);
        let now = Instant::now() + Duration::from_secs(60);
        let second = Duration::from_secs(1);
        assert_eq!(line.through(1000, now), now + second);
        assert_eq!(line.through(2000, now), now + 3 * second);
        // Nothing was given to it for a while.
        let later = now + 10 * second;
        assert_eq!(line.through(500, later), later + second / 2);
    }
}
