//! One-shot trials to play: which ones, what was answered, who is ahead.
//!
//! A [`Spec`] and a number name a trial exactly, so an address can hold it. It knows alphabets by
//! name and size until their drawings are wanted; refuses to know the document and the worker.

mod earlier;
mod export;
mod outcome;

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use twinglyph_core::alphabet::character_id;
use twinglyph_core::close_calls::{self, CloseCall};
use twinglyph_core::own::OwnSet;
use twinglyph_core::rng::Rng;
use twinglyph_core::score::Tally;
use twinglyph_core::trial::{self, SampleError, Trial};
use twinglyph_core::{Alphabet, Set};

pub(crate) use earlier::Earlier;
pub(crate) use outcome::{Days, day_of, is_played};

use super::address::{Address, escape};
use super::custom_set::fingerprint;
use super::library::{Library, Listing};
use crate::words::words;

/// Trials of a session, as of an official run.
pub(crate) const SESSION: u32 = 20;

/// Numbers of characters on offer.
pub(crate) const WAYS: [usize; 4] = [5, 10, 20, 30];

/// Which trials are played.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Spec {
    /// The part of the data.
    pub(crate) set: Set,
    /// Where the characters of a trial come from.
    pub(crate) source: Source,
    /// Characters to choose from.
    pub(crate) ways: usize,
    /// Is the query drawn by the person, from memory?
    pub(crate) drawn: bool,
    /// Are they close calls ([`close_calls`])? All else but the seed is then as usual.
    pub(crate) hard: bool,
    /// Decides everything else.
    pub(crate) seed: u32,
}

/// Where the characters of a trial come from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Source {
    /// One alphabet of the set, another in each trial.
    #[default]
    Any,
    /// This alphabet.
    One(String),
    /// All alphabets of the set, mixed in each trial.
    Mixed,
}

impl Default for Spec {
    fn default() -> Self {
        Self {
            set: Set::Evaluation,
            source: Source::Any,
            ways: 20,
            drawn: false,
            hard: false,
            seed: 1,
        }
    }
}

/// An address's wish that could not be fulfilled as it stands, in words for the person.
pub(crate) type Correction = String;

impl Spec {
    /// The trials and the number of one (from 0) that an address means, by parameters as
    /// `set=evaluation&alphabet=Tibetan&ways=20&seed=7&trial=3`; what makes no sense becomes the
    /// nearest that does, and is told.
    #[must_use]
    pub(crate) fn of(address: &Address) -> (Self, u32, Vec<Correction>) {
        let mut spec = Self::default();
        let mut number = 0;
        let mut corrections = Vec::new();
        for (name, value) in address.pairs() {
            match name {
                "set" => match set_of(value) {
                    Some(set) => spec.set = set,
                    None => corrections.push(words().trials.no_set(value)),
                },
                "alphabet" if value == "mixed" => spec.source = Source::Mixed,
                "alphabet" if !value.is_empty() => spec.source = Source::One(value.to_owned()),
                "ways" => {
                    let wish = value.parse::<f64>().unwrap_or(f64::NAN);
                    spec.ways = nearest_ways(wish);
                    if wish != spec.ways as f64 {
                        corrections.push(words().trials.no_ways(value, spec.ways));
                    }
                }
                "seed" => match value.parse() {
                    Ok(seed) => spec.seed = seed,
                    Err(_) => {
                        spec.seed = seed_of(value);
                        corrections.push(words().trials.no_seed(value, u32::MAX, spec.seed));
                    }
                },
                "trial" => match value.parse::<u32>() {
                    Ok(trial @ 1..=SESSION) => number = trial - 1,
                    _ => {
                        // What is no number, `nan` among it, becomes 0 by the cast.
                        let wish = value.parse::<f64>().unwrap_or(1.0) as u32;
                        number = wish.clamp(1, SESSION) - 1;
                        corrections.push(words().trials.no_number(SESSION, number + 1));
                    }
                },
                "query" => spec.drawn = value == "drawn",
                "hard" => spec.hard = true,
                // Of another version, perhaps.
                _ => {}
            }
        }
        if spec.hard && spec != Self::hard(spec.seed) {
            spec = Self::hard(spec.seed);
            corrections.push(words().trials.hard_alone.to_owned());
        }
        (spec, number, corrections)
    }

    /// Close calls of this seed.
    #[must_use]
    pub(crate) fn hard(seed: u32) -> Self {
        Self {
            hard: true,
            seed,
            ..Self::default()
        }
    }

    /// The address's query of a trial, its number from 0.
    #[must_use]
    pub(crate) fn address(&self, number: u32) -> String {
        if self.hard {
            return format!("hard&seed={}&trial={}", self.seed, number + 1);
        }
        let alphabet = match &self.source {
            Source::Any => String::new(),
            Source::One(name) => format!("&alphabet={}", escape(name)),
            Source::Mixed => "&alphabet=mixed".to_owned(),
        };
        let drawn = if self.drawn { "&query=drawn" } else { "" };
        format!(
            "set={}{alphabet}&ways={}&seed={}&trial={}{drawn}",
            self.set.as_str(),
            self.ways,
            self.seed,
            number + 1
        )
    }

    /// Makes the spec one that the library has: an alphabet that isn't there, or a set without
    /// alphabets, becomes the nearest, and is told.
    pub(crate) fn fit(&mut self, library: &Library) -> Vec<Correction> {
        let mut corrections = Vec::new();
        if self.hard && close_calls::alphabets().any(|name| library.get(name).is_none()) {
            corrections.push(words().trials.no_hard.to_owned());
            self.hard = false;
        }
        if self.set == Set::Own && self.source == Source::Mixed {
            corrections.push(words().own.no_mix.to_owned());
            self.source = Source::Any;
        }
        if let Source::One(name) = &self.source {
            let same = |listing: &&Listing| plain(&listing.name) == plain(name);
            match library.listings().iter().find(same) {
                Some(listing) => {
                    self.set = listing.set;
                    self.source = Source::One(listing.name.clone());
                }
                None => {
                    corrections.push(words().trials.no_alphabet(name));
                    self.source = Source::Any;
                }
            }
        }
        // Whether the person's own are enough is theirs to change, not the address's.
        if self.set != Set::Own && library.of(self.set).next().is_none() {
            corrections.push(words().trials.no_alphabets(self.set.as_str()));
            self.set = Set::Invented;
            self.source = Source::Any;
        }
        corrections
    }

    /// The trials that take the place of these where the alphabet of one can't be had: of one alphabet of the set that
    /// is here, else of the invented ones, which always are. None where the alphabet was chosen, or is invented, and of
    /// close calls, which have no others like them.
    #[must_use]
    pub(crate) fn instead(&self, library: &Library) -> Option<Self> {
        let is_chosen = self.hard || self.source != Source::Any;
        if is_chosen || matches!(self.set, Set::Invented | Set::Own) {
            return None;
        }
        let here = library.of(self.set).find(|one| one.alphabet.is_some());
        let (set, source) = match here {
            Some(listing) => (self.set, Source::One(listing.name.clone())),
            None => (Set::Invented, Source::Any),
        };
        Some(Self {
            set,
            source,
            ..self.clone()
        })
    }

    /// The alphabets that a trial needs, by name.
    #[must_use]
    pub(crate) fn alphabets(&self, number: u32, library: &Library) -> Vec<String> {
        if self.hard {
            let home = self.close_call(number).map(|one| one.alphabet.to_owned());
            return home.into_iter().collect();
        }
        let names: Vec<String> = library.of(self.set).map(|one| one.name.clone()).collect();
        match &self.source {
            Source::One(name) => vec![name.clone()],
            Source::Mixed => names,
            Source::Any => {
                let at = self.stream(number).index(names.len());
                names.into_iter().nth(at).into_iter().collect()
            }
        }
    }

    /// The trial of this number over the alphabets that [`Spec::alphabets`] names.
    ///
    /// # Errors
    /// When they are too small for any trial.
    pub(crate) fn trial(
        &self,
        number: u32,
        alphabets: &[Arc<Alphabet>],
    ) -> Result<Trial, SampleError> {
        let alphabets: Vec<&Alphabet> = alphabets.iter().map(Arc::as_ref).collect();
        if self.hard {
            let (one, home) = self
                .close_call(number)
                .zip(alphabets.first())
                .ok_or(SampleError::NoAlphabet)?;
            return one.trial(home);
        }
        let mut rng = self.stream(number);
        // The number that chose the alphabet, also where none had to be chosen.
        rng.bits();
        match self.source {
            Source::Mixed => trial::across(&alphabets, self.ways, &mut rng),
            Source::Any | Source::One(_) => trial::within(&alphabets, self.ways, &mut rng),
        }
    }

    /// The trial of this number among the person's own characters; its drawings are places in the
    /// set.
    ///
    /// # Errors
    /// When fewer than 2 of them have 2 examples.
    pub(crate) fn own_trial(&self, number: u32, set: &OwnSet) -> Result<Trial, SampleError> {
        trial::among(&set.examples(), self.ways, &mut self.stream(number))
    }

    /// The close call of this number; `None` beyond a session.
    fn close_call(&self, number: u32) -> Option<CloseCall> {
        let trials = close_calls::some(self.seed.into(), SESSION as usize);
        trials.get(number as usize).copied()
    }

    fn stream(&self, number: u32) -> Rng {
        Rng::stream(self.seed.into(), number.into())
    }
}

fn set_of(word: &str) -> Option<Set> {
    [Set::Evaluation, Set::Background, Set::Invented, Set::Own]
        .into_iter()
        .find(|set| set.as_str() == word)
}

/// The nearest N on offer; the usual one where the wish is no number.
fn nearest_ways(wish: f64) -> usize {
    if wish.is_nan() {
        return 20;
    }
    let mut nearest = WAYS[0];
    for ways in WAYS {
        if (ways as f64 - wish).abs() < (nearest as f64 - wish).abs() {
            nearest = ways;
        }
    }
    nearest
}

/// A seed that any text means, the same each time (FNV-1a).
fn seed_of(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

/// A name as people may write it: letters and digits alone, small.
fn plain(name: &str) -> String {
    let letters = name.chars().filter(|letter| letter.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// One drawing, by names that last longer than a slice of alphabets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Named {
    /// The alphabet's name.
    pub(crate) alphabet: String,
    /// Its character, from 0.
    pub(crate) character: usize,
    /// Its drawer, from 0.
    pub(crate) drawer: usize,
}

impl Named {
    /// Its character's name, as `Korean/character07`.
    #[must_use]
    pub(crate) fn id(&self) -> String {
        character_id(&self.alphabet, self.character)
    }
}

/// An answered trial.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Answer {
    /// Its number in the session, from 0.
    pub(crate) trial: u32,
    /// Characters there were to choose from.
    pub(crate) ways: usize,
    /// What was asked: a drawing of the data,
    pub(crate) query: Option<Named>,
    /// or the person's own, as [`super::persistence::write_ink`] writes it.
    #[serde(default)]
    pub(crate) ink: Option<String>,
    /// The right choice.
    pub(crate) right: Named,
    /// The person's choice; none where the person drew the query.
    pub(crate) person: Option<Named>,
    /// The network's choice.
    pub(crate) network: Named,
    /// The similarity that it gave its choice, 0 to 1.
    pub(crate) similarity: f32,
    /// The person's time to answer, milliseconds.
    pub(crate) milliseconds: u32,
}

impl Answer {
    /// Did the person choose the right one? `None` where there was no choice to make.
    #[must_use]
    pub(crate) fn person_right(&self) -> Option<bool> {
        self.person.as_ref().map(|choice| *choice == self.right)
    }

    /// Does it belong among the wrong answers, whoever gave them?
    #[must_use]
    pub(crate) fn is_wrong(&self) -> bool {
        self.person_right() == Some(false) || !self.network_right()
    }

    /// Did the network?
    #[must_use]
    pub(crate) fn network_right(&self) -> bool {
        self.network == self.right
    }
}

/// A session of trials, and the answers so far.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Session {
    /// Which trials.
    pub(crate) spec: Spec,
    /// The trial that is shown, from 0.
    pub(crate) number: u32,
    /// In the order in which they were given; one a trial at most.
    pub(crate) answers: Vec<Answer>,
    /// Of trials on the person's own set, the [`fingerprint`] of the set that they are of.
    pub(crate) own: Option<u32>,
}

/// How someone did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct PlayerScore {
    /// Right and wrong.
    pub(crate) tally: Tally,
    /// Right answers in a row, up to the last one.
    pub(crate) streak: u32,
    /// The most there were.
    pub(crate) longest: u32,
}

impl Session {
    /// A session that begins at its first trial.
    #[must_use]
    pub(crate) fn new(spec: Spec) -> Self {
        Self {
            spec,
            ..Self::default()
        }
    }

    /// Makes the session one of the person's own set as it is now, where it is of that set: answers to
    /// trials on what it was before are no answers any more, and go. Did any?
    pub(crate) fn fit_own(&mut self, set: &OwnSet) -> bool {
        if self.spec.set != Set::Own {
            self.own = None;
            return false;
        }
        let before = self.own.replace(fingerprint(set));
        if before == self.own {
            return false;
        }
        let had = !self.answers.is_empty();
        self.answers.clear();
        had
    }

    /// A session from kept text; `None` where it is missing, unreadable or impossible.
    #[must_use]
    pub(crate) fn read(text: Option<&str>) -> Option<Self> {
        let session: Self = serde_json::from_str(text?).ok()?;
        let possible = session.number < SESSION
            && session.answers.len() <= SESSION as usize
            && WAYS.contains(&session.spec.ways)
            && (!session.spec.hard || session.spec == Spec::hard(session.spec.seed));
        possible.then_some(session)
    }

    /// The text to keep.
    #[must_use]
    pub(crate) fn write(&self) -> Option<String> {
        serde_json::to_string(self).ok()
    }

    /// The answer to a trial, if it was given.
    #[must_use]
    pub(crate) fn answer(&self, number: u32) -> Option<&Answer> {
        self.answers.iter().find(|answer| answer.trial == number)
    }

    /// Takes an answer; a second one to the same trial is not counted.
    pub(crate) fn add(&mut self, answer: Answer) {
        if self.answer(answer.trial).is_none() {
            self.answers.push(answer);
        }
    }

    /// Are all trials answered?
    #[must_use]
    pub(crate) fn is_over(&self) -> bool {
        self.answers.len() >= SESSION as usize
    }

    /// The trial to go to after this one: the next that is not answered, round the end.
    #[must_use]
    pub(crate) fn next(&self) -> Option<u32> {
        (1..=SESSION)
            .map(|step| (self.number + step) % SESSION)
            .find(|&number| self.answer(number).is_none())
    }

    /// How the person did.
    #[must_use]
    pub(crate) fn person(&self) -> PlayerScore {
        score(self.answers.iter().filter_map(Answer::person_right))
    }

    /// How the network did on all answered trials.
    #[must_use]
    pub(crate) fn network(&self) -> PlayerScore {
        score(self.answers.iter().map(Answer::network_right))
    }

    /// Median time of the person's answers, milliseconds.
    #[must_use]
    pub(crate) fn median_time(&self) -> Option<u32> {
        let mut times: Vec<u32> = self
            .answers
            .iter()
            .filter(|answer| answer.person.is_some())
            .map(|answer| answer.milliseconds)
            .collect();
        times.sort_unstable();
        times.get(times.len() / 2).copied()
    }
}

fn score(answers: impl Iterator<Item = bool>) -> PlayerScore {
    let mut score = PlayerScore {
        tally: Tally::default(),
        streak: 0,
        longest: 0,
    };
    for right in answers {
        score.tally.add(right);
        score.streak = if right { score.streak + 1 } else { 0 };
        score.longest = score.longest.max(score.streak);
    }
    score
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
#[path = "play/tests.rs"]
mod tests;
