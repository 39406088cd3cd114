//! Trials on the held-out alphabets while a run is on its way.

use std::error::Error;
use std::fmt::{self, Display, Formatter};

use serde_json::{Value, json};
use twinglyph_core::rng::Rng;
use twinglyph_core::score::Tally;
use twinglyph_core::trial::{self, SampleError, Trial};
use twinglyph_core::{Alphabet, Views};
use twinglyph_nn::Twin;
use twinglyph_nn::backend::Learner;
use twinglyph_nn::weights::Metadata;

use crate::measure::Gallery;
use crate::network::Network;
use crate::progress::progress;
use crate::run_log::RunLog;
use crate::stop::Stop;

/// Seed of the trials, the same for all runs so that they compare.
const SEED: u64 = 1;

/// Most characters of a support set.
const MOST_WAYS: usize = 20;

/// A validation as the log has it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Validated {
    /// Steps that were done.
    pub(super) step: u32,
    pub(super) tally: Tally,
    /// Characters of each support set, where the log says it.
    pub(super) ways: Option<usize>,
}

/// The trials of every validation of a run.
pub(super) struct Validation {
    held_out: Vec<Alphabet>,
    trials: Vec<Trial>,
    /// Characters of each support set.
    ways: usize,
    /// Does a graphics device embed?
    on_device: bool,
}

impl Validated {
    /// The last one in a log's text.
    pub(super) fn last(log: &str) -> Option<Self> {
        let (step, tally) = RunLog::parse(log).last_validation()?;
        let mut rows = log.lines().map(|line| line.split(',').collect::<Vec<_>>());
        let is_validation = |row: &Vec<&str>| row.get(3).is_some_and(|errors| !errors.is_empty());
        let row = rows.rfind(is_validation);
        let ways = row.and_then(|row| row.get(5)?.trim().parse().ok());
        Some(Self { step, tally, ways })
    }

    /// Its line of the log.
    pub(super) fn line(&self) -> String {
        let (step, ways) = (self.step, self.ways_cell());
        let (errors, trials) = (self.tally.errors(), self.tally.trials());
        format!("{step},,,{errors},{trials},{ways}")
    }

    /// The number of ways for a table; empty where nobody knows it.
    pub(super) fn ways_cell(&self) -> String {
        self.ways.map_or(String::new(), |ways| ways.to_string())
    }

    /// As JSON.
    pub(super) fn value(&self) -> Value {
        let mut value = crate::evaluate::summary(self.tally);
        value["step"] = json!(self.step);
        value["ways"] = json!(self.ways);
        value
    }
}

impl Display for Validated {
    fn fmt(&self, to: &mut Formatter<'_>) -> fmt::Result {
        let Self { step, tally, .. } = self;
        let rate = tally.error_rate() * 100.0;
        let [low, high] = {
            let interval = tally.error_interval();
            [interval.low * 100.0, interval.high * 100.0]
        };
        write!(
            to,
            "step {step}: {rate:.2} % errors ({low:.2} to {high:.2} %) "
        )?;
        match self.ways {
            Some(ways) => write!(to, "in {ways}-way trials on held-out alphabets"),
            None => write!(to, "on held-out alphabets"),
        }
    }
}

impl Validation {
    /// So many trials on these alphabets, none where there are no alphabets; all with as many ways, 20 or as many as
    /// the smallest alphabet has characters.
    ///
    /// # Errors
    /// When the alphabets are too small for them.
    pub(super) fn new(
        held_out: Vec<Alphabet>,
        count: u32,
        on_device: bool,
    ) -> Result<Self, SampleError> {
        if let Some(small) = held_out.iter().find(|one| one.characters() < 2) {
            let of = format!("the held-out alphabet {}", small.name());
            return Err(SampleError::Characters { of });
        }
        let smallest = held_out.iter().map(Alphabet::characters).min();
        let ways = smallest.unwrap_or(MOST_WAYS).min(MOST_WAYS);
        let mut rng = Rng::new(SEED);
        let count = if held_out.is_empty() { 0 } else { count };
        let trials = (0..count).map(|_| trial::within(&held_out, ways, &mut rng));
        Ok(Self {
            trials: trials.collect::<Result<_, _>>()?,
            ways,
            held_out,
            on_device,
        })
    }

    /// Characters of each trial's support set.
    pub(super) fn ways(&self) -> usize {
        self.ways
    }

    /// Is there nothing to try?
    pub(super) fn is_empty(&self) -> bool {
        self.trials.is_empty()
    }

    /// Tries the network as it is: by one view, as it is trained, as a validation is taken often. `None` when a signal
    /// asked to stop meanwhile.
    ///
    /// # Errors
    /// When the network holds a number that is not finite, or the device does not give its numbers.
    pub(super) async fn take(
        &self,
        learner: &dyn Learner,
        stop: &Stop,
    ) -> Result<Option<Tally>, Box<dyn Error>> {
        let drawings = self
            .trials
            .iter()
            .flat_map(|t| t.support.iter().copied().chain([t.query]));
        let snapshot = learner.snapshot();
        let metadata = Metadata::new(learner.config().architecture);
        let file = snapshot.file(&metadata).await?;
        let device = self.on_device.then_some(snapshot);
        let network = Network::new(Twin::read(&file)?.0, device);
        let mut told = progress("validation");
        let go_on = |done, total| {
            told(done, total);
            stop.asked().is_none()
        };
        let scorer = (&network, Views::One);
        let gallery = Gallery::embed_while(scorer, &self.held_out, drawings, go_on)?;
        let Some(gallery) = gallery else {
            return Ok(None);
        };
        let mut tally = Tally::default();
        for trial in &self.trials {
            if stop.asked().is_some() {
                return Ok(None);
            }
            tally.add(gallery.choose(trial)? == trial.answer);
        }
        Ok(Some(tally))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use twinglyph_core::{Set, invented};

    /// An alphabet of so many characters.
    fn alphabet(characters: usize) -> Alphabet {
        let invented = invented::alphabet(1);
        let drawers = invented.drawers();
        let drawings = invented.drawings()[..characters * drawers].to_vec();
        Alphabet::new(
            format!("of {characters}"),
            Set::Background,
            drawers,
            drawings,
        )
        .unwrap()
    }

    #[test]
    fn all_trials_have_as_many_ways() {
        for (sizes, ways) in [(&[20, 20][..], 20), (&[20, 6], 6), (&[2], 2)] {
            let held_out = sizes.iter().map(|&size| alphabet(size)).collect();
            let validation = Validation::new(held_out, 30, false).unwrap();
            assert_eq!(validation.ways(), ways);
            let trials = validation.trials.iter();
            assert!(trials.clone().count() == 30 && !validation.is_empty());
            for trial in trials {
                assert_eq!(trial.support.len(), ways);
            }
        }
        // Also where no trial would be of it.
        let small = vec![alphabet(20), alphabet(1)];
        let Err(error) = Validation::new(small, 0, false) else {
            unreachable!("an alphabet of one character has no trial");
        };
        assert!(error.to_string().contains("alphabet of 1 "), "{error}");
    }

    #[test]
    fn a_log_gives_its_last_validation_with_its_ways() {
        let validated = Validated {
            step: 20,
            tally: Tally::new(3, 40).unwrap(),
            ways: Some(6),
        };
        let log = format!(
            "step,loss\n10,,,2,40,6\n{}\n30,1.5,2.0,,,\n",
            validated.line()
        );
        assert_eq!(Validated::last(&log), Some(validated));
        // A log that lacks the ways.
        let unsaid = Validated::last("20,,,3,40\n").unwrap();
        assert_eq!((unsaid.ways, unsaid.tally), (None, validated.tally));
        assert_eq!(Validated::last(""), None);
    }
}
