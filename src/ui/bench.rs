//! Taking a measure part by part: start, pause, go on, cancel; how far it is.
//!
//! Parts go to the worker one after another, so that a drawing is ranked in between, and a worker that dies costs little;
//! each is asked for before the one before it is done, so that no core waits for it. A change of the model ends a run:
//! its numbers would be of two networks.

use std::sync::Arc;

use leptos::prelude::*;
use twinglyph_core::{Alphabet, Set as Part};

use crate::client::now;
use crate::session::measure::{Measure, left};
use crate::ui::pause::{breathe, pause};
use crate::ui::stores::{AlphabetStore, AppState, ScoreStore, use_store};
use crate::words::words;

/// Between two looks whether a paused run goes on, milliseconds.
const LOOK: i32 = 100;

/// Where a run is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Run {
    /// None was started.
    #[default]
    Idle,
    /// Alphabets are fetched: so many, of so many.
    Fetching(usize, usize),
    /// Parts are being done.
    Going,
    /// It waits for the person.
    Paused,
    /// All parts are done.
    Done,
    /// It ended before its end, and why.
    Ended(String),
}

/// A measure and its run.
pub(super) struct Bench<M: Measure> {
    alphabets: AlphabetStore,
    app: AppState,
    scores: ScoreStore,
    /// What is measured so far.
    pub(super) measure: RwSignal<Option<M>>,
    /// Where the run is.
    pub(super) run: RwSignal<Run>,
    /// The model that is measured.
    pub(super) model: RwSignal<String>,
    /// Time that the parts took, milliseconds.
    pub(super) elapsed: RwSignal<f64>,
    generation: StoredValue<u32>,
}

impl<M: Measure> Clone for Bench<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M: Measure> Copy for Bench<M> {}

impl<M: Measure> Bench<M> {
    /// A run that none has started.
    pub(super) fn new() -> Self {
        let app = use_store::<AppState>();
        let bench = Self {
            alphabets: use_store(),
            app,
            scores: use_store(),
            measure: RwSignal::new(None),
            run: RwSignal::new(Run::Idle),
            model: RwSignal::new(String::new()),
            elapsed: RwSignal::new(0.0),
            generation: StoredValue::new(0),
        };
        Effect::new(move |_| {
            let now = app
                .model
                .with(|model| model.as_ref().map(|m| m.name.clone()));
            let measured = bench.model.get_untracked();
            if let Some(now) = now
                && bench.is_going()
                && now != measured
            {
                bench.end(words().bench.model_changed(&measured, &now));
            }
        });
        bench
    }

    /// Is a run on its way, paused or not?
    pub(super) fn is_going(self) -> bool {
        self.run.with_untracked(Self::is_underway)
    }

    /// The same of a run that is looked at.
    pub(super) fn is_underway(run: &Run) -> bool {
        matches!(run, Run::Fetching(..) | Run::Going | Run::Paused)
    }

    /// Starts a run, over the evaluation alphabets where the measure is of those; `make` says of what.
    pub(super) fn start(self, make: impl FnOnce(&[Arc<Alphabet>]) -> Result<M, String> + 'static) {
        let generation = self.generation.get_value().wrapping_add(1);
        self.generation.set_value(generation);
        self.measure.set(None);
        self.elapsed.set(0.0);
        self.run.set(Run::Fetching(0, 0));
        leptos::task::spawn_local(async move {
            if let Err(reason) = self.take(generation, make).await
                && self.generation.get_value() == generation
            {
                self.end(reason);
            }
        });
    }

    async fn take(
        self,
        generation: u32,
        make: impl FnOnce(&[Arc<Alphabet>]) -> Result<M, String>,
    ) -> Result<(), String> {
        let is_over = || self.generation.get_value() != generation;
        let alphabets = if M::OF_EVALUATION {
            self.alphabets(generation).await?
        } else {
            Vec::new()
        };
        if is_over() {
            return Ok(());
        }
        let named = |model: &Option<_>| {
            model
                .as_ref()
                .map(|model: &twinglyph_core::protocol::ModelReport| model.name.clone())
        };
        self.model
            .set(self.app.model.with_untracked(named).unwrap_or_default());
        self.measure.set(Some(make(&alphabets)?));
        self.run.set(Run::Going);
        let ask = |ahead: usize| {
            let job = self.measure.with_untracked(|measure| {
                let measure = measure.as_ref()?;
                let part = measure.done() + ahead;
                measure.job(part, &alphabets).transpose()
            });
            job.transpose()
                .map(|job| job.map(|job| self.scores.score(job)))
                .map_err(|missing| words().common.sentence(&missing.to_string()))
        };
        let is_paused = || self.run.get_untracked() == Run::Paused && !is_over();
        let mut ahead = None;
        let mut start = now();
        loop {
            if ahead.is_none() {
                while is_paused() {
                    pause(LOOK).await;
                }
                start = now();
                ahead = ask(0)?;
            }
            let Some(scored) = ahead.take() else { break };
            if !is_paused() {
                ahead = ask(1)?;
            }
            let scored = scored.await?;
            if is_over() {
                return Ok(());
            }
            // The model that a worker starts with is known when its first answer is here.
            if self.model.with_untracked(String::is_empty) {
                self.model
                    .set(self.app.model.with_untracked(named).unwrap_or_default());
            }
            let end = now();
            self.elapsed.update(|elapsed| *elapsed += end - start);
            start = end;
            self.measure.update(|measure| {
                if let Some(measure) = measure {
                    measure.add(&scored);
                }
            });
        }
        self.run.set(Run::Done);
        Ok(())
    }

    /// The evaluation alphabets, fetched one after another.
    async fn alphabets(self, generation: u32) -> Result<Vec<Arc<Alphabet>>, String> {
        let names: Vec<String> = self.alphabets.library.with_untracked(|library| {
            library
                .of(Part::Evaluation)
                .map(|listing| listing.name.clone())
                .collect()
        });
        if names.is_empty() {
            return Err(words().bench.no_evaluation.to_owned());
        }
        let mut alphabets = Vec::with_capacity(names.len());
        for name in &names {
            if self.generation.get_value() != generation {
                break;
            }
            self.run.set(Run::Fetching(alphabets.len(), names.len()));
            let alphabet = self.alphabets.alphabet(name).await;
            alphabets.push(alphabet.map_err(|error| words().common.sentence(&error.to_string()))?);
            breathe().await;
        }
        Ok(alphabets)
    }

    /// Pauses a run after its part, or goes on.
    pub(super) fn toggle(self) {
        self.run.update(|run| match run {
            Run::Going => *run = Run::Paused,
            Run::Paused => *run = Run::Going,
            _ => {}
        });
    }

    /// Ends a run; what is measured so far stays.
    pub(super) fn end(self, reason: String) {
        self.generation
            .update_value(|generation| *generation = generation.wrapping_add(1));
        self.run.set(Run::Ended(reason));
    }
}

/// The buttons of a run, and how far it is.
#[component]
pub(super) fn Controls<M: Measure>(
    bench: Bench<M>,
    /// Stem of the handles for tests, as `runs`.
    name: &'static str,
    /// What the start button says.
    #[prop(into)]
    label: Signal<String>,
    start: Callback<()>,
) -> impl IntoView {
    let underway = Memo::new(move |_| bench.run.with(Bench::<M>::is_underway));
    let parts = move || {
        bench.measure.with(|measure| {
            let measure = measure.as_ref();
            measure.map_or((0, 0), |measure| (measure.done(), measure.parts()))
        })
    };
    let line = move || {
        let (done, all) = parts();
        match bench.run.get() {
            Run::Idle => String::new(),
            Run::Fetching(done, all) => words().bench.fetching(done, all),
            Run::Going => match left(done, all, bench.elapsed.get()) {
                Some(left) => words().bench.part_left(done, all, (left / 1000.0).ceil()),
                None => words().bench.part(done, all),
            },
            Run::Paused => words().bench.paused(done, all),
            Run::Done => words().bench.done(bench.elapsed.get() / 1000.0),
            Run::Ended(reason) => words().bench.ended(&reason, done, all),
        }
    };
    let state = move || {
        bench.run.with(|run| match run {
            Run::Idle => "idle",
            Run::Fetching(..) => "fetching",
            Run::Going => "going",
            Run::Paused => "paused",
            Run::Done => "done",
            Run::Ended(_) => "ended",
        })
    };
    view! {
        <div class="run">
            <button
                class="button"
                data-testid=format!("{name}-start")
                disabled=move || underway.get()
                on:click=move |_| start.run(())
            >
                {label}
            </button>
            <button
                class="button"
                data-testid=format!("{name}-pause")
                hidden=move || !underway.get()
                on:click=move |_| bench.toggle()
            >
                {move || if bench.run.get() == Run::Paused { words().common.go_on } else { words().common.pause }}
            </button>
            <button
                class="button"
                data-testid=format!("{name}-cancel")
                hidden=move || !underway.get()
                on:click=move |_| bench.end(words().bench.cancelled.to_owned())
            >
                {words().common.cancel}
            </button>
            <progress
                max=move || parts().1.max(1).to_string()
                prop:value=move || parts().0 as f64
                hidden=move || bench.run.get() == Run::Idle
                aria-label=words().bench.parts_done
            ></progress>
            <p
                class="facts"
                data-testid=format!("{name}-progress")
                data-state=state
                data-done=move || parts().0.to_string()
                data-parts=move || parts().1.to_string()
            >
                {line}
            </p>
        </div>
    }
}
