//! Batches made on a thread of their own while the network learns, from alphabets given and
//! invented.

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

use twinglyph_core::Alphabet;
use twinglyph_core::invented;
use twinglyph_core::rng::Rng;
use twinglyph_core::training::Invented;
use twinglyph_core::training::{Batch, TrainConfig, sample};
use twinglyph_core::trial::SampleError;

use crate::progress::progress;
use crate::stop::Stop;

/// Batches kept ready: enough that a validation's pause fills them, little memory (1.2 MB each).
const READY: usize = 4;

/// Streams of random numbers that choose each step's invented alphabets, apart from those of the
/// batches, which are numbered by steps.
const POOL_STREAMS: u64 = 1 << 32;

/// Time between two looks at the signals while the first batch is made.
const LOOK: Duration = Duration::from_millis(50);

/// The batches of a run, in order.
pub(crate) struct Pipeline {
    batches: Receiver<Result<Batch, SampleError>>,
    /// The first one, where it has been waited for.
    first: Option<Batch>,
    /// Alphabets that have been invented, and how many there will be.
    invented: (Arc<AtomicUsize>, usize),
}

impl Pipeline {
    /// Starts making the batches of steps `from..to`. Where no alphabets are given that stand for the invented ones,
    /// they are invented first.
    pub(crate) fn start(
        (alphabets, given): (Vec<Alphabet>, Option<Vec<Alphabet>>),
        config: TrainConfig,
        from: u32,
        to: u32,
    ) -> Self {
        let (send, batches) = sync_channel(READY);
        let count = match given {
            Some(_) => 0,
            None => config.invented.alphabets as usize,
        };
        let done = Arc::new(AtomicUsize::new(0));
        let counted = done.clone();
        thread::spawn(move || {
            let seeds = Invented::FIRST_SEED..;
            let invented = seeds.take(count).map(|seed| {
                let alphabet = invented::alphabet(seed);
                counted.fetch_add(1, Ordering::Relaxed);
                alphabet
            });
            let invented = given.unwrap_or_else(|| invented.collect());
            for step in from..to {
                let pool = pool(&alphabets, &invented, &config, step);
                // Nobody takes batches any more when the run has stopped.
                if send.send(sample(&pool, &config, step)).is_err() {
                    break;
                }
            }
        });
        Self {
            batches,
            first: None,
            invented: (done, count),
        }
    }

    /// Waits for the first batch, which takes as long as alphabets are invented, or until a signal asks to stop.
    ///
    /// # Errors
    /// When the alphabets are too small for the config, or there is no batch.
    pub(crate) fn wait(&mut self, stop: &Stop) -> Result<(), Box<dyn Error>> {
        let mut told = progress("inventing alphabets");
        while self.first.is_none() && stop.asked().is_none() {
            match self.batches.recv_timeout(LOOK) {
                Ok(batch) => self.first = Some(batch?),
                Err(RecvTimeoutError::Timeout) => {
                    let (done, count) = &self.invented;
                    told(done.load(Ordering::Relaxed), *count);
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// The next batch.
    ///
    /// # Errors
    /// When the alphabets are too small for the config, or there is no further batch.
    pub(crate) fn next(&mut self) -> Result<Batch, Box<dyn Error>> {
        match self.first.take() {
            Some(batch) => Ok(batch),
            None => Ok(self.batches.recv()??),
        }
    }
}

/// What a step's episode draws its alphabets from: all given ones and some of the invented.
/// Depends on the seed and the step alone, as the batch does.
fn pool<'a>(
    given: &'a [Alphabet],
    invented: &'a [Alphabet],
    config: &TrainConfig,
    step: u32,
) -> Vec<&'a Alphabet> {
    let mut rng = Rng::stream(config.seed, POOL_STREAMS + u64::from(step));
    let chosen = rng.choose(invented.len(), config.invented.at_once as usize);
    let chosen = chosen.into_iter().map(|at| &invented[at]);
    given.iter().chain(chosen).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_step_has_all_given_alphabets_and_its_own_share_of_the_invented() {
        let config = include_bytes!("../../../../configs/beginner.json");
        let mut config = TrainConfig::parse(config).unwrap();
        config.invented.at_once = 2;
        let alphabets: Vec<Alphabet> = (0..7).map(invented::alphabet).collect();
        let (given, invented) = alphabets.split_at(2);
        let names = |step| -> Vec<&str> {
            let pool = pool(given, invented, &config, step);
            pool.iter().map(|alphabet| alphabet.name()).collect()
        };
        let mut seen = std::collections::HashSet::new();
        for step in 0..50 {
            let pool = names(step);
            assert_eq!(pool, names(step));
            assert_eq!(pool.len(), 4);
            assert_eq!(pool[..2], [given[0].name(), given[1].name()]);
            assert_ne!(pool[2], pool[3]);
            seen.extend(pool);
        }
        assert_eq!(seen.len(), 7);
    }
}
