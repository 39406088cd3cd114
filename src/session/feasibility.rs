//! What keeps a device from training Koch's network: said before a run begins, not after it broke.
//!
//! Knows numbers that a page can have of its device; refuses to know where they come from. The
//! other networks are small enough for any device that ranks.

use crate::words::words;

/// What is known of the device and of the run that is wanted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Feasibility {
    /// Is the network to start from the one in use? Only then has this device been timed with it.
    pub(crate) in_use: bool,
    /// Time of embedding one drawing on the device in use, milliseconds.
    pub(crate) embedding_ms: f32,
    /// Drawings of a step.
    pub(crate) images: usize,
    /// Memory of the device in gigabytes, as far as the browser says: Chromium does, in powers of
    /// two up to 8.
    pub(crate) memory: Option<f64>,
}

/// Least memory of a device, gigabytes: a run on the CPU with 16 drawings a step took 1.6 GB of the
/// worker's memory (Chromium), and the browser and the rest of the device need theirs.
const LEAST_MEMORY: f64 = 4.0;

/// Forward and back take about three times the work of forward alone.
const STEP: f64 = 3.0;

/// Longest step, seconds: half of what the page waits for one before it takes its worker for dead
/// (`client::worker_client::limits`), as an estimate from one drawing may be wrong by a factor of two.
const LONGEST_STEP: f64 = 30.0;

impl Feasibility {
    /// Why the run can't begin, and what to do; one or two sentences.
    #[must_use]
    pub(crate) fn obstacle(&self) -> Option<String> {
        if !self.in_use {
            return Some(words().train.choose_first.to_owned());
        }
        if let Some(memory) = self.memory.filter(|&memory| memory < LEAST_MEMORY) {
            return Some(words().train.little_memory(memory));
        }
        let seconds = STEP * self.images as f64 * f64::from(self.embedding_ms) / 1000.0;
        (seconds > LONGEST_STEP).then(|| {
            let most = (LONGEST_STEP / seconds * self.images as f64 / 2.0) as usize;
            let advice = if most >= 2 {
                words().train.take_fewer(most)
            } else {
                words().train.start_smaller.to_owned()
            };
            words().train.step_long(self.images, seconds, &advice)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIT: Feasibility = Feasibility {
        in_use: true,
        embedding_ms: 20.0,
        images: 40,
        memory: Some(8.0),
    };

    #[test]
    fn a_strong_device_may_begin_and_one_that_says_nothing_of_its_memory_too() {
        assert_eq!(FIT.obstacle(), None);
        let silent = Feasibility {
            memory: None,
            ..FIT
        };
        assert_eq!(silent.obstacle(), None);
    }

    #[test]
    fn each_obstacle_is_named_with_what_to_do() {
        let said = |feasibility: Feasibility| feasibility.obstacle().unwrap_or_default();
        let elsewhere = Feasibility {
            in_use: false,
            ..FIT
        };
        assert!(said(elsewhere).contains("head of the page"));
        let small = Feasibility {
            memory: Some(2.0),
            ..FIT
        };
        assert!(said(small).contains("2 GB in all"));
        let slow = Feasibility {
            embedding_ms: 500.0,
            ..FIT
        };
        let words = said(slow);
        assert!(words.contains("about 60 s"), "{words}");
        assert!(words.contains("Take 10 characters"), "{words}");
        let advised = Feasibility { images: 20, ..slow };
        assert_eq!(advised.obstacle(), None, "the advice must help");
        let hopeless = Feasibility {
            embedding_ms: 10_000.0,
            ..FIT
        };
        assert!(said(hopeless).contains("compact or deep"));
    }
}
