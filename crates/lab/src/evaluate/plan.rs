//! Which trials a measure has: drawn by seed from the alphabets that are large enough, and named by what they are.

use twinglyph_core::Alphabet;
use twinglyph_core::rng::Rng;
use twinglyph_core::trial::{self, SampleError, Trial};

use super::args::Args;
use super::chosen::Chosen;
use crate::measure::{MeasureError, official_trials};
use crate::usage::Usage;

/// Most drawings in the support sets of a measure's trials together: some 500 MB.
const MOST_DRAWINGS: u64 = 20_000_000;

/// A measure that is trials.
pub(super) struct Measure {
    /// Its name in JSON.
    pub(super) name: &'static str,
    /// Its name for people.
    pub(super) title: String,
    /// Of its trials; `None` of those that are given one by one.
    pub(super) seed: Option<u64>,
    pub(super) trials: Vec<Trial>,
    /// Alphabets that have fewer than N characters.
    pub(super) left_out: Vec<String>,
}

/// Name of the official trials, whose choices are given one by one: there are always 400.
pub(super) const RUNS: &str = "runs";

/// Why the trials can't be had.
#[derive(Debug, thiserror::Error)]
pub(super) enum PlanError {
    #[error("{0}")]
    Usage(#[from] Usage),
    #[error(transparent)]
    Sample(#[from] SampleError),
    #[error(transparent)]
    Measure(#[from] MeasureError),
}

/// The alphabets that have N characters, among all.
pub(super) struct Wide {
    pub(super) ways: usize,
    /// Their places among all alphabets, at least one.
    pub(super) places: Vec<usize>,
    /// The names of the others.
    pub(super) left_out: Vec<String>,
}

impl Wide {
    /// Of these alphabets.
    ///
    /// # Errors
    /// When none has so many characters.
    pub(super) fn of(alphabets: &[Alphabet], ways: usize) -> Result<Self, Usage> {
        let (places, others): (Vec<usize>, Vec<usize>) =
            (0..alphabets.len()).partition(|&at| alphabets[at].characters() >= ways);
        if places.is_empty() {
            let sizes = || alphabets.iter().map(Alphabet::characters);
            let (least, most) = (sizes().min().unwrap_or(0), sizes().max().unwrap_or(0));
            return Err(Usage(format!(
                "no alphabet has {ways} characters; --ways goes from 2 to {most} within these alphabets, of which \
                 the smallest has {least}"
            )));
        }
        let left_out = others.into_iter().map(|at| alphabets[at].name().to_owned());
        Ok(Self {
            ways,
            left_out: left_out.collect(),
            places,
        })
    }

    /// What trials within these alphabets are called.
    pub(super) fn title(&self) -> String {
        let (some, all) = (self.places.len(), self.places.len() + self.left_out.len());
        let ways = self.ways;
        match some == all {
            true => format!("within alphabets, {ways}-way"),
            false => format!("within {some} of {all} alphabets, {ways}-way"),
        }
    }

    /// Trials within these alphabets.
    ///
    /// # Errors
    /// When an alphabet has one drawer, and when there would be too many drawings.
    pub(super) fn trials(
        &self,
        alphabets: &[Alphabet],
        args: &Args,
    ) -> Result<Vec<Trial>, PlanError> {
        let own: Vec<&Alphabet> = self.places.iter().map(|&at| &alphabets[at]).collect();
        let mut trials = sampled(args, self.ways, |rng| trial::within(&own, self.ways, rng))?;
        // From places among these to places among all.
        for trial in &mut trials {
            for drawing in trial.support.iter_mut().chain([&mut trial.query]) {
                drawing.alphabet = self.places[drawing.alphabet];
            }
        }
        Ok(trials)
    }
}

/// As many trials as are asked for, from the seed that is asked for.
///
/// # Errors
/// When they can't be drawn, and when there would be too many drawings.
pub(super) fn sampled(
    args: &Args,
    ways: usize,
    mut sample: impl FnMut(&mut Rng) -> Result<Trial, SampleError>,
) -> Result<Vec<Trial>, PlanError> {
    let trials = args.trials();
    if u64::from(trials).saturating_mul(ways as u64) > MOST_DRAWINGS {
        let most = MOST_DRAWINGS / ways.max(1) as u64;
        return Err(Usage(format!(
            "{trials} trials of {ways} classes are too many for the memory; --trials may be at most {most} here"
        ))
        .into());
    }
    let mut rng = Rng::new(args.seed());
    let trials = (0..trials).map(|_| sample(&mut rng));
    Ok(trials.collect::<Result<_, _>>()?)
}

/// The trials of all chosen measures that are trials.
///
/// # Errors
/// When the alphabets are too small for them, or are not those of the official trials.
pub(super) fn measures(
    chosen: Chosen,
    args: &Args,
    alphabets: &[Alphabet],
) -> Result<Vec<Measure>, PlanError> {
    let mut measures = Vec::new();
    let ways = args.ways();
    if chosen.mnist {
        measures.push(Measure {
            name: "mnist",
            title: "MNIST digits, 10-way".to_owned(),
            seed: Some(args.seed()),
            trials: sampled(args, 10, |rng| trial::within(alphabets, 10, rng))?,
            left_out: Vec::new(),
        });
    }
    if chosen.runs {
        measures.push(Measure {
            name: RUNS,
            title: "official trials, 20-way".to_owned(),
            seed: None,
            trials: official_trials(alphabets)?,
            left_out: Vec::new(),
        });
    }
    if chosen.within {
        let wide = Wide::of(alphabets, ways)?;
        measures.push(Measure {
            name: "within",
            title: wide.title(),
            seed: Some(args.seed()),
            trials: wide.trials(alphabets, args)?,
            left_out: wide.left_out,
        });
    }
    if chosen.across {
        let characters: usize = alphabets.iter().map(Alphabet::characters).sum();
        if characters < ways {
            return Err(Usage(format!(
                "all alphabets together have {characters} characters; --ways goes from 2 to {characters} across them"
            ))
            .into());
        }
        measures.push(Measure {
            name: "across",
            title: format!("across alphabets, {ways}-way"),
            seed: Some(args.seed()),
            trials: sampled(args, ways, |rng| trial::across(alphabets, ways, rng))?,
            left_out: Vec::new(),
        });
    }
    Ok(measures)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use twinglyph_core::{Bitmap, Set};

    #[test]
    fn only_alphabets_with_n_characters_are_asked() {
        let alphabets = [3, 5, 4].map(|count| {
            let blank = |_, _| Bitmap::blank();
            Alphabet::from_fn(format!("Of{count}"), Set::Evaluation, count, 2, blank)
        });
        let wide = Wide::of(&alphabets, 4).unwrap();
        assert_eq!((&wide.places[..], wide.left_out.len()), (&[1, 2][..], 1));
        assert_eq!(wide.title(), "within 2 of 3 alphabets, 4-way");
        let all = Wide::of(&alphabets, 2).unwrap();
        assert_eq!(all.title(), "within alphabets, 2-way");
        let Err(Usage(text)) = Wide::of(&alphabets, 6) else {
            panic!("no alphabet has 6 characters");
        };
        assert!(text.contains("from 2 to 5"), "{text}");
    }
}
