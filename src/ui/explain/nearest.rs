//! The most similar of all of Omniglot's characters: a search that is begun by a button, goes on
//! beside everything else, and can be cancelled.
//!
//! The alphabets come once, and the worker keeps their embeddings: asked again, only the drawing is
//! embedded. What is shown and what is done with the answers is [`crate::session::nearest`]'s.

use std::sync::Arc;

use leptos::prelude::*;
use twinglyph_core::protocol::{Command, Scorer};
use twinglyph_core::{Bitmap, Set as Part};

use crate::client::now;
use crate::client::worker_client::{Gallery, Job, NoGallery};
use crate::session::library::{plain_character, plain_name};
use crate::session::measure::left;
use crate::session::nearest::{Example, Found, PART, SHOWN, Search, best, candidates, examples};
use crate::ui::glyph::Glyph;
use crate::ui::pause::{breathe, pause};
use crate::ui::stores::{AlphabetStore, DrawStore, GalleryStore, ScoreStore, use_store};
use crate::vectorize::outline;
use crate::words::words;

/// The gallery is filled anew so often where model, device or worker change on the way.
const ATTEMPTS: usize = 3;

/// How often a search looks whether the one before has ended, milliseconds.
const LOOK: i32 = 50;

/// What the search is at, and what it keeps for the next.
#[derive(Clone, Copy)]
struct Seeker {
    draw: DrawStore,
    alphabets: AlphabetStore,
    scores: ScoreStore,
    /// Where the drawings are that it looks through.
    store: GalleryStore,
    search: RwSignal<Search>,
    /// The drawing that the answer is about.
    asked: RwSignal<Option<Bitmap>>,
    examples: StoredValue<Option<Arc<Vec<Example>>>>,
    /// The gallery's number, and how many drawings it has.
    gallery: StoredValue<(u32, usize)>,
    generation: StoredValue<u32>,
    /// Does a search, the wanted one or one that is cancelled, still wait for an answer?
    busy: StoredValue<bool>,
}

impl Seeker {
    fn new() -> Self {
        Self {
            draw: use_store(),
            alphabets: use_store(),
            scores: use_store(),
            store: use_store(),
            search: RwSignal::new(Search::Idle),
            asked: RwSignal::new(None),
            examples: StoredValue::new(None),
            gallery: StoredValue::new((1, 0)),
            generation: StoredValue::new(0),
            busy: StoredValue::new(false),
        }
    }

    /// Is this search not the one that is wanted any more?
    fn is_over(self, generation: u32) -> bool {
        self.generation.get_value() != generation
    }

    fn start(self) {
        let generation = self.generation.get_value().wrapping_add(1);
        self.generation.set_value(generation);
        self.search.set(Search::Comparing);
        leptos::task::spawn_local(async move {
            // What the gallery has is known when the last answer to the search before is here.
            while self.busy.get_value() {
                pause(LOOK).await;
            }
            if self.is_over(generation) {
                return;
            }
            self.busy.set_value(true);
            let result = self.seek(generation).await;
            self.busy.set_value(false);
            if !self.is_over(generation) {
                self.search.set(result.unwrap_or_else(Search::Ended));
            }
        });
    }

    fn cancel(self) {
        self.generation
            .update_value(|generation| *generation = generation.wrapping_add(1));
        self.search
            .set(Search::Ended(words().explain.cancelled.to_owned()));
    }

    /// Looks for the drawing.
    ///
    /// # Errors
    /// When it can't be done, in a sentence; also when it is over, then in one that nobody reads.
    async fn seek(self, generation: u32) -> Result<Search, String> {
        if self.draw.query.with_untracked(Option::is_none) {
            return Err(words().explain.no_drawing.to_owned());
        }
        let examples = self.examples(generation).await?;
        for _ in 0..ATTEMPTS {
            match self.nearest(generation, &examples).await {
                Ok(found) => return Ok(Search::Done(Arc::new(found), examples.len())),
                // Another network or worker: its gallery is empty.
                Err(NoGallery::Gone) if !self.is_over(generation) => {
                    self.gallery.update_value(|(number, held)| {
                        *number = number.wrapping_add(1);
                        *held = 0;
                    });
                }
                Err(why) => return Err(why.to_string()),
            }
        }
        Err(words().explain.changed.to_owned())
    }

    /// One example of every character there is, fetched alphabet by alphabet.
    async fn examples(self, generation: u32) -> Result<Arc<Vec<Example>>, String> {
        if let Some(examples) = self.examples.get_value() {
            return Ok(examples);
        }
        let names = self.alphabets.library.with_untracked(|library| {
            let omniglot = library.listings().iter();
            let omniglot = omniglot.filter(|one| one.set != Part::Invented);
            omniglot.map(|one| one.name.clone()).collect::<Vec<_>>()
        });
        if names.is_empty() {
            return Err(words().explain.no_omniglot.to_owned());
        }
        let mut all = Vec::new();
        for (done, name) in names.iter().enumerate() {
            if self.is_over(generation) {
                return Err(String::new());
            }
            self.search.set(Search::Fetching(done, names.len()));
            let alphabet = self.alphabets.alphabet_once(name).await;
            let alphabet = alphabet.map_err(|error| words().common.sentence(&error.to_string()))?;
            all.extend(examples(&alphabet));
            breathe().await;
        }
        let all = Arc::new(all);
        self.examples.set_value(Some(all.clone()));
        Ok(all)
    }

    async fn nearest(self, generation: u32, examples: &[Example]) -> Result<Vec<Found>, NoGallery> {
        let over = || NoGallery::Refused(String::new());
        let (start, first) = (now(), self.gallery.get_value().1);
        while self.gallery.get_value().1 < examples.len() {
            if self.is_over(generation) {
                return Err(over());
            }
            let (gallery, held) = self.gallery.get_value();
            // What was there before took no time.
            let left = left(held - first, examples.len() - first, now() - start);
            self.search
                .set(Search::Embedding(held, examples.len(), left));
            let part = examples.iter().skip(held).take(PART);
            let command = Command::IndexGallery {
                gallery,
                after: held as u32,
                drawings: part.map(|one| one.drawing.clone()).collect(),
            };
            if let Gallery::Holds(drawings) = self.store.ask(command).await? {
                self.gallery.set_value((gallery, drawings as usize));
            }
        }
        if self.is_over(generation) {
            return Err(over());
        }
        self.search.set(Search::Comparing);
        // The drawing as it is now, not as it was when the alphabets began to come.
        let query = self.draw.query.get_untracked();
        let query =
            query.ok_or_else(|| NoGallery::Refused(words().explain.no_drawing.to_owned()))?;
        let (gallery, held) = self.gallery.get_value();
        let command = Command::SearchGallery {
            gallery,
            of: held as u32,
            query: query.clone(),
        };
        let matches = match self.store.ask(command).await? {
            Gallery::Nearest(matches) => matches,
            Gallery::Holds(_) => return Err(NoGallery::Gone),
        };
        let near = candidates(examples, &matches);
        let job = Job {
            scorer: Scorer::Network,
            queries: vec![query.clone()],
            support: near.iter().map(|one| one.drawing.clone()).collect(),
        };
        let scored = self.scores.score(job).await.map_err(NoGallery::Refused)?;
        let scores = scored.scores.first().map_or(&[][..], Vec::as_slice);
        if !self.is_over(generation) {
            self.asked.set(Some(query));
        }
        Ok(best(near, scores, scored.calibration))
    }
}

/// The disclosure: the button, how far it is, what was found.
#[component]
pub(super) fn Nearest() -> impl IntoView {
    let seeker = Seeker::new();
    let search = seeker.search;
    let underway = Memo::new(move |_| search.with(Search::is_underway));
    let parts = move || search.with(Search::parts);
    let progress = move || match search.get() {
        Search::Fetching(done, all) => words().explain.fetching(done, all),
        Search::Embedding(done, all, left) => {
            let left = left.map_or_else(String::new, |left| {
                words().explain.left((left / 1000.0).ceil())
            });
            words().explain.embedding_all(done, &thousands(all), &left)
        }
        Search::Comparing => words().explain.comparing.to_owned(),
        Search::Idle | Search::Done(..) | Search::Ended(_) => String::new(),
    };
    let told = move || {
        search.with(|search| match search {
            Search::Done(found, among) => found.first().map_or_else(String::new, |first| {
                words().explain.closest(
                    &number(&first.example),
                    &plain_name(&first.example.alphabet),
                    first.similarity,
                    &thousands(*among),
                )
            }),
            Search::Ended(reason) => reason.clone(),
            _ => String::new(),
        })
    };
    let outdated = move || {
        let found = search.with(|search| !search.found().is_empty());
        found
            && seeker
                .asked
                .with(|asked| seeker.draw.query.with(|query| asked != query))
    };
    view! {
        <details>
            <summary data-testid="nearest-toggle">{words().explain.nearest}</summary>
            <p class="note">{words().explain.nearest_lead}</p>
            <div class="run">
                <button
                    class="button"
                    data-testid="nearest-start"
                    disabled=move || underway.get()
                    on:click=move |_| seeker.start()
                >
                    {words().explain.look}
                </button>
                <button
                    class="button"
                    data-testid="nearest-cancel"
                    hidden=move || !underway.get()
                    on:click=move |_| seeker.cancel()
                >
                    {words().common.cancel}
                </button>
                <progress
                    max=move || parts().1.max(1).to_string()
                    prop:value=move || parts().0 as f64
                    hidden=move || !underway.get()
                    aria-label=words().explain.embedded
                ></progress>
                <p class="facts" data-testid="nearest-progress">
                    {progress}
                </p>
            </div>
            <p
                class="told"
                role="status"
                data-testid="nearest-told"
                data-state=move || {
                    search.with(|search| match search {
                        Search::Idle => "idle",
                        Search::Done(..) => "done",
                        Search::Ended(_) => "ended",
                        _ => "underway",
                    })
                }
            >
                {told}
            </p>
            <p class="facts" hidden=move || !outdated()>
                {words().explain.outdated}
            </p>
            <ol class="found">
                {(0..SHOWN).map(|rank| view! { <Item rank search /> }).collect_view()}
            </ol>
        </details>
    }
}

/// As `1,623`.
fn thousands(number: usize) -> String {
    match (number / 1000, number % 1000) {
        (0, rest) => rest.to_string(),
        (thousands, rest) => format!("{thousands},{rest:03}"),
    }
}

/// A character's number in its alphabet, as `number 07`.
fn number(example: &Example) -> String {
    let name = plain_character(&example.id);
    let number = name.rsplit(' ').next().unwrap_or_default();
    words().explain.number(number)
}

/// What was found at a rank.
#[component]
fn Item(rank: usize, search: RwSignal<Search>) -> impl IntoView {
    let found = Memo::new(move |_| search.with(|search| search.found().get(rank).cloned()));
    let shown = move || found.with(Option::is_some);
    let picture = Signal::derive(move || -> Arc<str> {
        let outline =
            |found: &Option<Found>| found.as_ref().map(|one| outline(&one.example.drawing));
        found.with(outline).unwrap_or_default().into()
    });
    let of = move |tell: fn(&Found) -> String| {
        move || found.with(|found| found.as_ref().map(tell).unwrap_or_default())
    };
    view! {
        <li
            hidden=move || !shown()
            data-testid=move || shown().then_some("nearest-item")
            data-character=of(|found| found.example.id.clone())
        >
            <Glyph outline=picture />
            <span class="name">{of(|found| plain_name(&found.example.alphabet))}</span>
            <span class="facts">
                {of(|found| words().alphabet.similar(&number(&found.example), found.similarity))}
            </span>
        </li>
    }
}
