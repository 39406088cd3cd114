//! The game's signals: the session, the trial on the screen, the network's answer to it.
//!
//! It joins [`crate::session::play`] with alphabets and worker; the components beside it show it.

use std::sync::Arc;

use leptos::ev;
use leptos::prelude::*;
use twinglyph_core::ink::Pen;
use twinglyph_core::protocol::Scorer;
use twinglyph_core::score::best;
use twinglyph_core::trial::{DrawingRef, Trial};
use twinglyph_core::{Bitmap, Set as Part};

use crate::client::now;
use crate::client::worker_client::{Job, Scored};
use crate::reading::INVENTED;
use crate::session::address::Address;
use crate::session::custom_set::lacks_trials;
use crate::session::library::plain_name;
use crate::session::persistence::write_ink;
use crate::session::play::{Answer, Earlier, Named, Session, Source, Spec, day_of};
use crate::session::sheet::Sheet;
use crate::session::support::OWN;
use crate::ui::Route;
use crate::ui::address::replace;
use crate::ui::paper::Paper;
use crate::ui::pause::pause;
use crate::ui::persistence;
use crate::ui::stores::{AlphabetStore, CustomSetStore, ScoreStore, SupportStore, use_store};
use crate::vectorize::outline;
use crate::words::words;

/// How long a character to be drawn from memory is shown, milliseconds: long enough to look at
/// it once.
const SHOWN_FOR: i32 = 2_000;

/// A trial with its drawings and their pictures.
#[derive(Debug)]
pub(super) struct Round {
    /// Its number in the session, from 0.
    pub(super) number: u32,
    /// The examples to choose from.
    pub(super) support: Vec<Named>,
    /// The drawing that is asked for.
    pub(super) query: Named,
    /// Which of the examples is its character.
    pub(super) answer: usize,
    /// The examples' outlines.
    pub(super) outlines: Vec<Arc<str>>,
    /// The query's outline.
    pub(super) asked: Arc<str>,
    bitmaps: Vec<Bitmap>,
    drawing: Bitmap,
}

impl Round {
    /// A trial's drawings, by what names and finds one.
    fn new(
        number: u32,
        trial: &Trial,
        named: impl Fn(DrawingRef) -> Named,
        find: impl Fn(DrawingRef) -> Option<Bitmap>,
    ) -> Result<Self, String> {
        let find =
            |at: DrawingRef| find(at).ok_or_else(|| words().trials.drawing_missing.to_owned());
        let bitmaps = trial.support.iter().map(|&at| find(at));
        let bitmaps = bitmaps.collect::<Result<Vec<_>, _>>()?;
        let drawing = find(trial.query)?;
        Ok(Self {
            number,
            support: trial.support.iter().map(|&at| named(at)).collect(),
            query: named(trial.query),
            answer: trial.answer,
            outlines: bitmaps.iter().map(|one| outline(one).into()).collect(),
            asked: outline(&drawing).into(),
            bitmaps,
            drawing,
        })
    }
}

/// What the network says of a trial.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Verdict {
    /// Its choice among the examples.
    pub(super) choice: usize,
    /// Similarity of each example, 0 to 1.
    pub(super) similarity: Vec<f32>,
}

/// Where a trial is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Its alphabets are fetched.
    Loading,
    /// The character to be drawn is shown.
    Look,
    /// It is being drawn.
    Draw,
    /// The person chooses.
    Ask,
    /// The answer is given.
    Answered,
}

/// Every signal of the game.
#[derive(Clone, Copy)]
pub(super) struct Game {
    pub(super) alphabets: AlphabetStore,
    pub(super) own: CustomSetStore,
    pub(super) support: SupportStore,
    scores: ScoreStore,
    /// Trials and answers.
    pub(super) session: RwSignal<Session>,
    /// Sessions that others took the place of.
    pub(super) earlier: RwSignal<Earlier>,
    /// The trial on the screen.
    pub(super) round: RwSignal<Option<Arc<Round>>>,
    /// Where it is.
    pub(super) phase: RwSignal<Phase>,
    /// The network's answer, hidden until the person's.
    pub(super) verdict: RwSignal<Option<Verdict>>,
    /// The person's choice.
    pub(super) picked: RwSignal<Option<usize>>,
    /// What of the address could not be done, and what went wrong.
    pub(super) told: RwSignal<Vec<String>>,
    /// Where a character is drawn from memory.
    pub(super) paper: Paper,
    generation: StoredValue<u32>,
    since: StoredValue<f64>,
    time: StoredValue<u32>,
}

impl Game {
    /// The game that the address means, or the one that was kept, or a new one.
    pub(super) fn open() -> Self {
        let (alphabets, own) = (use_store::<AlphabetStore>(), use_store::<CustomSetStore>());
        let game = Self {
            alphabets,
            own,
            support: use_store(),
            scores: use_store(),
            session: RwSignal::new(Session::default()),
            earlier: RwSignal::new(Earlier::read(persistence::earlier_trials().as_deref())),
            round: RwSignal::new(None),
            phase: RwSignal::new(Phase::Loading),
            verdict: RwSignal::new(None),
            picked: RwSignal::new(None),
            told: RwSignal::new(Vec::new()),
            paper: Paper::new(
                Sheet::default(),
                RwSignal::new(Pen::OMNIGLOT.diameter),
                |_| {},
            ),
            generation: StoredValue::new(0),
            since: StoredValue::new(0.0),
            time: StoredValue::new(0),
        };
        let kept = Session::read(persistence::trials().as_deref());
        let wish = address();
        // The alphabets decide what can be played, so it begins once they are known.
        let begun = StoredValue::new(false);
        Effect::new(move |_| {
            if begun.get_value()
                || alphabets
                    .library
                    .with(|library| library.listings().is_empty())
            {
                return;
            }
            begun.set_value(true);
            let session = match (&wish, &kept) {
                (None, Some(kept)) => kept.clone(),
                (None, None) => Session::new(Spec {
                    seed: fresh_seed(),
                    ..Spec::default()
                }),
                (Some(wish), kept) => {
                    let (spec, number, told) = Spec::of(wish);
                    game.told.set(told);
                    game.resume(spec, number, kept.as_ref())
                }
            };
            game.begin(session);
        });
        let changed = window_event_listener(ev::hashchange, move |_| game.hear_address());
        on_cleanup(move || changed.remove());
        // What is played is the person's own set as it is.
        Effect::new(move |_| {
            own.editing.track();
            let mut session = game.session.get_untracked();
            let before = session.own;
            let lost = own_session(own, &mut session);
            if begun.get_value() && session.own != before {
                game.told.set(told_lost(lost));
                game.begin(session);
            }
        });
        Effect::new(move |_| {
            persistence::keep_trials(game.session.with(Session::write));
        });
        Effect::new(move |_| {
            persistence::keep_earlier_trials(game.earlier.with(Earlier::write));
        });
        game
    }

    /// A session of these trials: the kept one where it has the same.
    fn resume(self, mut spec: Spec, number: u32, kept: Option<&Session>) -> Session {
        let corrections = self
            .alphabets
            .library
            .with_untracked(|library| spec.fit(library));
        self.told.update(|told| told.extend(corrections));
        let mut session = match kept {
            Some(kept) if kept.spec == spec => kept.clone(),
            kept => {
                if let Some(kept) = kept {
                    self.put_aside(kept.clone());
                }
                self.known(spec)
            }
        };
        session.number = number;
        session
    }

    /// The session of these trials: the one that was left, or a new one.
    fn known(self, spec: Spec) -> Session {
        let mut left = None;
        self.earlier.update(|earlier| left = earlier.take(&spec));
        left.unwrap_or_else(|| Session::new(spec))
    }

    /// Keeps a session that another one takes the place of.
    fn put_aside(self, session: Session) {
        self.earlier.update(|earlier| earlier.put(session));
    }

    /// Plays the session of these trials in the place of the one on the screen.
    fn change_to(self, spec: Spec) {
        self.told.set(Vec::new());
        self.put_aside(self.session.get_untracked());
        let session = self.known(spec);
        self.begin(session);
    }

    /// Goes back to the session that was left last.
    pub(super) fn go_back(self) {
        let mut last = None;
        self.earlier.update(|earlier| last = earlier.take_last());
        if let Some(session) = last {
            self.told.set(Vec::new());
            self.put_aside(self.session.get_untracked());
            self.begin(session);
        }
    }

    fn begin(self, mut session: Session) {
        let corrections = self
            .alphabets
            .library
            .with_untracked(|library| session.spec.fit(library));
        let lost = own_session(self.own, &mut session);
        self.told
            .update(|told| told.extend(corrections.into_iter().chain(told_lost(lost))));
        self.session.set(session);
        self.show();
    }

    /// The person wrote another address.
    fn hear_address(self) {
        let session = self.session.get_untracked();
        let here = session.spec.address(session.number);
        let Some(wish) = address() else {
            // The page's plain address means the trial that it shows.
            write_address(&here);
            return;
        };
        let shown = Address::parse(&format!("?{here}"));
        if wish.pairs().eq(shown.pairs()) || !self.is_open() {
            return;
        }
        let (spec, number, told) = Spec::of(&wish);
        self.told.set(told);
        let session = self.resume(spec, number, Some(&session));
        self.begin(session);
    }

    fn is_open(self) -> bool {
        self.alphabets
            .library
            .with_untracked(|library| !library.listings().is_empty())
    }

    /// Plays other trials, from a new seed.
    pub(super) fn play(self, change: impl FnOnce(&mut Spec)) {
        let mut spec = self.session.with_untracked(|session| session.spec.clone());
        change(&mut spec);
        spec.seed = fresh_seed();
        self.change_to(spec);
    }

    /// Plays the trials of a day, or goes on with them.
    pub(super) fn play_day(self, day: u32) {
        let spec = Spec::of_day(day);
        if self.session.with_untracked(|session| session.spec == spec) {
            return;
        }
        self.change_to(spec);
    }

    /// Goes to a trial of the session.
    pub(super) fn go(self, number: u32) {
        self.session.update(|session| session.number = number);
        self.told.set(Vec::new());
        self.show();
    }

    /// Goes on to the next trial that is not answered.
    pub(super) fn go_on(self) {
        if let Some(number) = self.session.with_untracked(Session::next) {
            self.go(number);
        }
    }

    /// Puts the session's trial on the screen.
    fn show(self) {
        let generation = self.generation.get_value().wrapping_add(1);
        self.generation.set_value(generation);
        self.phase.set(Phase::Loading);
        self.verdict.set(None);
        self.picked.set(None);
        let session = self.session.get_untracked();
        write_address(&session.spec.address(session.number));
        if session.spec.set == Part::Own && untrack(|| self.lack()).is_some() {
            // The page says what is missing.
            self.round.set(None);
            return;
        }
        leptos::task::spawn_local(async move {
            let round = self.round(&session).await;
            if self.generation.get_value() != generation {
                return;
            }
            match round {
                Ok(round) => self.lay_out(Arc::new(round), generation),
                Err(_) if self.gives_way(&session) => {}
                Err(reason) => self.told.update(|told| told.push(reason)),
            }
        });
    }

    /// Where nobody has chosen an alphabet or answered, and the one of the trial can't be had, as without a network,
    /// others take the place of these trials, and the person is told: those of an alphabet of the set that is here, or
    /// of the invented ones.
    fn gives_way(self, session: &Session) -> bool {
        let library = self.alphabets.library;
        let Some(spec) = library.with_untracked(|library| session.spec.instead(library)) else {
            return false;
        };
        if !session.answers.is_empty() || is_day(&session.spec) {
            return false;
        }
        let what = match &spec.source {
            Source::One(name) => plain_name(name),
            _ => {
                let names = INVENTED.map(|(_, name)| name);
                names.join(", ")
            }
        };
        self.told.set(vec![words().trials.instead(&what)]);
        self.session.set(Session::new(spec));
        self.show();
        true
    }

    /// What the person's own set lacks, where it is to be played with.
    pub(super) fn lack(self) -> Option<String> {
        let own = self.session.with(|session| session.spec.set == Part::Own);
        own.then(|| self.own.editing.with(|editing| lacks_trials(editing.set())))
            .flatten()
    }

    /// The trial with its drawings.
    async fn round(self, session: &Session) -> Result<Round, String> {
        if session.spec.set == Part::Own {
            return self.own_round(session);
        }
        let names = self
            .alphabets
            .library
            .with_untracked(|library| session.spec.alphabets(session.number, library));
        let mut alphabets = Vec::with_capacity(names.len());
        for name in names {
            let alphabet = self.alphabets.alphabet(&name).await;
            alphabets.push(alphabet.map_err(|error| words().common.sentence(&error.to_string()))?);
        }
        let trial = session
            .spec
            .trial(session.number, &alphabets)
            .map_err(|error| words().trials.no_trial(&words().refusals.sample(&error)))?;
        let named = |at: DrawingRef| Named {
            alphabet: alphabets
                .get(at.alphabet)
                .map_or(String::new(), |alphabet| alphabet.name().to_owned()),
            character: at.character,
            drawer: at.drawer,
        };
        let find = |at: DrawingRef| at.of(&alphabets).cloned();
        Round::new(session.number, &trial, named, find)
    }

    /// The trial among the person's own characters.
    fn own_round(self, session: &Session) -> Result<Round, String> {
        let editing = self.own.editing;
        let set = editing.with_untracked(|editing| editing.set().clone());
        let trial = session.spec.own_trial(session.number, &set);
        let trial =
            trial.map_err(|error| words().trials.no_trial(&words().refusals.sample(&error)))?;
        let named = |at: DrawingRef| Named {
            alphabet: OWN.to_owned(),
            character: at.character,
            drawer: at.drawer,
        };
        let find = |at: DrawingRef| {
            let class = set.classes.get(at.character)?;
            Some(class.examples.get(at.drawer)?.drawing().clone())
        };
        Round::new(session.number, &trial, named, find)
    }

    fn lay_out(self, round: Arc<Round>, generation: u32) {
        let session = self.session.get_untracked();
        let short = round.support.len() < session.spec.ways;
        if short && session.spec.source != Source::Mixed {
            self.told.update(|told| {
                let count = round.support.len();
                told.push(match session.spec.set {
                    Part::Own => words().trials.short_own(count),
                    _ => words().trials.short(count),
                });
            });
        }
        let given = session.answer(round.number).cloned();
        self.round.set(Some(round.clone()));
        self.since.set_value(now());
        match (given, session.spec.drawn) {
            (Some(answer), _) => {
                let picked = answer.person.as_ref();
                let place = round.support.iter().position(|one| Some(one) == picked);
                self.picked.set(place);
                self.phase.set(Phase::Answered);
                if answer.query.is_some() {
                    self.ask(round.drawing.clone(), generation);
                }
            }
            (None, false) => {
                self.phase.set(Phase::Ask);
                self.ask(round.drawing.clone(), generation);
            }
            (None, true) => {
                self.paper.sheet.set(Sheet::default());
                self.phase.set(Phase::Look);
                leptos::task::spawn_local(async move {
                    pause(SHOWN_FOR).await;
                    if self.generation.get_value() == generation {
                        self.since.set_value(now());
                        self.phase.set(Phase::Draw);
                    }
                });
            }
        }
    }

    /// Asks the network.
    fn ask(self, query: Bitmap, generation: u32) {
        let Some(round) = self.round.get_untracked() else {
            return;
        };
        leptos::task::spawn_local(async move {
            let job = Job {
                scorer: Scorer::Network,
                queries: vec![query],
                support: round.bitmaps.clone(),
            };
            let scored = self.scores.score(job).await;
            if self.generation.get_value() != generation {
                return;
            }
            match scored {
                Ok(scored) => {
                    self.verdict.set(Some(verdict(&scored)));
                    self.close();
                }
                Err(reason) => self.told.update(|told| told.push(reason)),
            }
        });
    }

    /// The person chooses.
    pub(super) fn pick(self, choice: usize) {
        if self.phase.get_untracked() != Phase::Ask {
            return;
        }
        self.time.set_value((now() - self.since.get_value()) as u32);
        self.picked.set(Some(choice));
        self.phase.set(Phase::Answered);
        self.close();
    }

    /// The person has drawn the character.
    pub(super) fn drawn(self) {
        let pen = Pen {
            diameter: self.paper.pen.get_untracked(),
        };
        let bitmap = self.paper.sheet.with_untracked(|sheet| sheet.bitmap(pen));
        let Some(bitmap) = bitmap.filter(|_| self.phase.get_untracked() == Phase::Draw) else {
            return;
        };
        self.time.set_value((now() - self.since.get_value()) as u32);
        self.phase.set(Phase::Answered);
        self.ask(bitmap, self.generation.get_value());
    }

    /// Keeps the answer, once both have given theirs.
    fn close(self) {
        let (Some(round), Some(verdict)) =
            (self.round.get_untracked(), self.verdict.get_untracked())
        else {
            return;
        };
        let drawn = self.session.with_untracked(|session| session.spec.drawn);
        let picked = self.picked.get_untracked();
        if self.phase.get_untracked() != Phase::Answered || (picked.is_none() && !drawn) {
            return;
        }
        let named = |at: usize| round.support.get(at).cloned();
        let (Some(right), Some(network)) = (named(round.answer), named(verdict.choice)) else {
            return;
        };
        let ink = drawn
            .then(|| {
                self.paper
                    .sheet
                    .with_untracked(|sheet| write_ink(sheet.ink()))
            })
            .flatten();
        let answer = Answer {
            trial: round.number,
            ways: round.support.len(),
            query: (!drawn).then(|| round.query.clone()),
            ink,
            right,
            person: picked.and_then(named),
            network,
            similarity: verdict
                .similarity
                .get(verdict.choice)
                .copied()
                .unwrap_or(0.0),
            milliseconds: self.time.get_value(),
        };
        if self
            .session
            .with_untracked(|session| session.answer(answer.trial).is_none())
        {
            self.session.update(|session| session.add(answer));
        }
    }
}

/// Makes a session one of the person's own set as it is now; were there answers to another?
fn own_session(own: CustomSetStore, session: &mut Session) -> bool {
    own.editing
        .with_untracked(|editing| session.fit_own(editing.set()))
}

fn told_lost(lost: bool) -> Vec<String> {
    lost.then(|| words().own.trials_changed.to_owned())
        .into_iter()
        .collect()
}

fn verdict(scored: &Scored) -> Verdict {
    let scores = scored.scores.first().map_or(&[][..], Vec::as_slice);
    Verdict {
        choice: best(scores),
        similarity: scores
            .iter()
            .map(|&score| scored.calibration.similarity(score))
            .collect(),
    }
}

/// The address, where it is one of trials and says which.
fn address() -> Option<Address> {
    let address = Address::parse(&location().hash().ok()?);
    let says = Route::here() == Route::Trials && address.pairs().next().is_some();
    says.then_some(address)
}

/// Names the trial in the address, without a step in the browser's history. Left alone while
/// another page is shown.
fn write_address(query: &str) {
    if Route::here() == Route::Trials {
        // Refused only when called very often; the address is then a trial late.
        replace(&format!("#/trials?{query}"));
    }
}

/// Are these the trials of today, the same for everyone?
fn is_day(spec: &Spec) -> bool {
    *spec == Spec::of_day(day_of(js_sys::Date::now()))
}

/// A seed that nobody has chosen: short enough to be read out.
fn fresh_seed() -> u32 {
    (js_sys::Math::random() * 1e6) as u32
}
