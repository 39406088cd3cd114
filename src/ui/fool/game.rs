//! The signals of a round: its step, its votes, what people choose from.

use leptos::ev;
use leptos::prelude::*;
use twinglyph_core::sketch::Sketch;

use crate::client::worker_client::State;
use crate::session::drawing_link::{Against, DrawingLink, LinkError};
use crate::session::fool::{self, CANDIDATES, Challenge, Round, Step, Verdict, candidates};
use crate::session::support::{Choice, OWN};
use crate::ui::persistence;
use crate::ui::share_link::here;
use crate::ui::stores::{
    AlphabetStore, AppState, CustomSetStore, DrawStore, SupportStore, use_store,
};
use crate::words::words;

/// What is said above the step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) text: String,
    /// Did something go wrong?
    pub(super) is_refusal: bool,
}

/// What votes are for: the choice of the set, and what its classes are called.
type About = (Choice, Vec<String>);

/// Every signal of the page.
#[derive(Clone, Copy)]
pub(super) struct Game {
    app: AppState,
    pub(super) alphabets: AlphabetStore,
    pub(super) draw: DrawStore,
    pub(super) own: CustomSetStore,
    pub(super) support: SupportStore,
    pub(super) step: RwSignal<Step>,
    pub(super) round: RwSignal<Round>,
    /// The classes to vote for; none before they are known.
    pub(super) grid: RwSignal<Vec<usize>>,
    pub(super) told: RwSignal<Told>,
    /// A drawing of a link whose alphabet is waited for.
    pub(super) awaited: RwSignal<Option<Challenge>>,
    /// The support set, as far as votes depend on it.
    about: Memo<Option<About>>,
    /// That of the round.
    begun_about: StoredValue<Option<About>>,
}

impl Game {
    /// The round that this tab kept, or that the address brings, or a new one.
    pub(super) fn open() -> Self {
        let support = use_store::<SupportStore>();
        let about = Memo::new(move |_| {
            support.shown.with(|shown| {
                let set = &shown.as_ref()?.set;
                let names = set.classes.iter().map(|class| class.id.clone());
                Some((set.choice.clone(), names.collect()))
            })
        });
        let game = Self {
            app: use_store(),
            alphabets: use_store(),
            draw: use_store(),
            own: use_store(),
            support,
            step: RwSignal::new(Step::Draw),
            round: RwSignal::new(Round::default()),
            grid: RwSignal::new(Vec::new()),
            told: RwSignal::new(Told::default()),
            awaited: RwSignal::new(None),
            about,
            begun_about: StoredValue::new(None),
        };
        // Before the kept round: what came last is what the person wants to see.
        game.hear_address();
        let changed = window_event_listener(ev::hashchange, move |_| game.hear_address());
        on_cleanup(move || {
            changed.remove();
            game.draw.silence(false);
        });
        Effect::new(move |_| game.hear_set());
        Effect::new(move |_| game.open_awaited());
        Effect::new(move |_| game.find_candidates());
        game
    }

    /// The set on the page is another one: votes are for classes of the one before.
    fn hear_set(self) {
        let about = self.about.get();
        if self.step.get_untracked() == Step::Draw {
            self.restore();
        } else if about != self.begun_about.get_value() {
            self.go_back();
        }
    }

    /// Goes on with the round that the tab kept, where it is about what is here.
    fn restore(self) {
        let Some((choice, names)) = self.about.get_untracked() else {
            return;
        };
        let kept = persistence::round().zip(self.sketch().ok());
        let Some((text, sketch)) = kept else { return };
        if let Some((step, round)) = fool::kept(&text, &sketch, &choice, names.len()) {
            self.begin(step, round);
        }
    }

    pub(super) fn begin(self, step: Step, round: Round) {
        self.begun_about.set_value(self.about.get_untracked());
        self.grid.set(Vec::new());
        self.round.set(round);
        self.go(step);
    }

    fn go(self, step: Step) {
        self.draw.silence(step == Step::Ask);
        self.step.set(step);
        self.keep();
    }

    /// Keeps the round for a reload.
    fn keep(self) {
        let step = self.step.get_untracked();
        let set = self.about.get_untracked();
        let kept = self.sketch().ok().zip(set).filter(|_| step != Step::Draw);
        persistence::keep_round(kept.and_then(|(sketch, (choice, _))| {
            self.round
                .with_untracked(|round| fool::keep(step, round, &sketch, &choice))
        }));
    }

    /// Says what went well, or goes on.
    pub(super) fn tell(self, text: impl Into<String>) {
        self.told.set(Told {
            text: text.into(),
            is_refusal: false,
        });
    }

    /// Says what went wrong, and what to do.
    pub(super) fn refuse(self, text: impl Into<String>) {
        self.told.set(Told {
            text: text.into(),
            is_refusal: true,
        });
    }

    fn hush(self) {
        self.told.set(Told::default());
    }

    /// The person's drawing as links have it.
    fn sketch(self) -> Result<Sketch, LinkError> {
        self.draw.paper.sheet.with_untracked(|sheet| {
            if sheet.example().is_some() {
                return Err(LinkError::Example);
            }
            if sheet.ink().is_empty() {
                return Err(LinkError::Blank);
            }
            Sketch::of(sheet.ink()).ok_or(LinkError::Points)
        })
    }

    /// People vote on the drawing, as the link has it: the network's answer is to be the same everywhere.
    pub(super) fn ask(self) {
        match self.sketch() {
            Ok(sketch) => {
                self.draw.silence(true);
                self.draw.replace(sketch.ink());
                self.hush();
                self.begin(Step::Ask, Round::default());
            }
            Err(error) => self.refuse(error.to_string()),
        }
    }

    /// More people vote.
    pub(super) fn ask_more(self) {
        self.hush();
        self.go(Step::Ask);
    }

    /// Shows votes and the network's choice.
    pub(super) fn show(self) {
        if self.round.with_untracked(Round::can_show) {
            self.hush();
            self.go(Step::Show);
        }
    }

    /// Somebody draws again; the round is over.
    pub(super) fn go_back(self) {
        self.hush();
        self.begin(Step::Draw, Round::default());
    }

    /// One person's vote for a class.
    pub(super) fn vote(self, class: usize) {
        let is_counted = self.round.try_update(|round| round.vote(class));
        if is_counted == Some(true) {
            self.tell(words().fool.voted(self.votes()));
            self.keep();
        } else {
            self.refuse(words().fool.full);
        }
    }

    /// Takes the last vote back.
    pub(super) fn undo(self) {
        if self.round.try_update(Round::undo).flatten().is_some() {
            self.tell(words().fool.taken_back(self.votes()));
            self.keep();
        }
    }

    fn votes(self) -> usize {
        self.round.with_untracked(|round| round.votes.total()) as usize
    }

    /// The network's choice and its similarity, once it is about what is on the sheet.
    pub(super) fn answer(self) -> Option<(usize, f32)> {
        let is_new = self
            .draw
            .counters
            .with(|counters| counters.query == counters.ranked);
        let best = self.draw.ranking.with(|ranking| ranking.as_ref()?.at(0));
        best.filter(|_| is_new)
    }

    /// That beside the votes.
    pub(super) fn verdict(self) -> Option<(usize, f32, Verdict)> {
        let (class, similarity) = self.answer()?;
        let verdict = self
            .round
            .with(|round| Verdict::new(&round.votes, class, similarity));
        Some((class, similarity, verdict))
    }

    /// What a class is called.
    pub(super) fn name(self, class: usize) -> Option<String> {
        self.support
            .shown
            .with(|shown| Some(shown.as_ref()?.set.classes.get(class)?.name.clone()))
    }

    /// Is the set one that a person made?
    pub(super) fn is_own(self) -> bool {
        self.about.with(|about| {
            about
                .as_ref()
                .is_some_and(|(choice, _)| choice.alphabet == OWN)
        })
    }

    /// Finds what people choose from, once: votes and later rankings move nothing.
    fn find_candidates(self) {
        let step = self.step.get();
        let order = self.draw.ranking.with(|ranking| {
            let order = ranking.as_ref().map(|ranking| ranking.order.clone());
            order.unwrap_or_default()
        });
        let is_failed = self.app.engine.get() == State::Failed;
        let classes = self.about.with(|about| about.as_ref().map(|it| it.1.len()));
        if !self.grid.with(Vec::is_empty) || step != Step::Ask {
            return;
        }
        let Some(classes) = classes else { return };
        if classes <= CANDIDATES || !order.is_empty() || is_failed {
            let grid = self
                .round
                .with_untracked(|round| candidates(&order, &round.votes, classes));
            self.grid.set(grid);
        }
    }

    /// The link to the drawing with its votes.
    ///
    /// # Errors
    /// When there is no drawing, or the link would be too long.
    pub(super) fn link(self) -> Result<String, LinkError> {
        let (choice, _) = self.about.get_untracked().ok_or(LinkError::Against)?;
        let against = if choice.alphabet == OWN {
            Against::Own(Box::new((*self.own.shown_set()).clone()), choice)
        } else {
            Against::Alphabet(choice)
        };
        let challenge = Challenge {
            link: DrawingLink {
                sketch: self.sketch()?,
                pen: self.draw.paper.pen.get_untracked(),
                against,
            },
            votes: self.round.with_untracked(|round| round.votes.clone()),
        };
        Ok(here(&challenge.write()?))
    }
}
