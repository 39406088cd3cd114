//! Writing with the person's own characters: what is drawn becomes text, one character after the other.
//!
//! A match that was not the best one, picked, is another example of its character.

use leptos::html::Button;
use leptos::prelude::*;
use twinglyph_core::own::Example;
use wasm_bindgen::JsCast;
use web_sys::{HtmlButtonElement, HtmlElement};

use super::stores::{CustomSetStore, DrawStore, SupportStore, use_store};
use super::style::adopt;
use super::{persistence, save};
use crate::session::sheet::Sheet;
use crate::session::support::OWN;
use crate::session::written::Written;
use crate::words::words;

/// Matches that can be written.
const OFFERED: usize = 4;

/// A match: the number of its character in the set, and what it is called.
type Match = Option<(usize, String)>;

/// What the parts of the writing share.
#[derive(Clone, Copy)]
struct Writing {
    own: CustomSetStore,
    written: RwSignal<Written>,
    /// What came of the last press, where there is something to say.
    told: RwSignal<Option<String>>,
    /// Is somebody about to press a match? Then the matches stay what they are.
    aimed: RwSignal<bool>,
}

impl Writing {
    /// Writes a character, or a space.
    fn write(self, name: &str, example: Option<&twinglyph_core::Bitmap>) {
        self.change(|written| written.push(name, example));
    }

    fn change<T>(self, change: impl FnOnce(&mut Written) -> T) -> Option<T> {
        let result = self.written.try_update(change);
        persistence::keep_typed(self.written.with_untracked(Written::write));
        result
    }

    /// Takes the last character back, and the example that it became.
    fn back(self) {
        self.told.set(None);
        if let Some(is_it) = self.change(Written::pop).flatten() {
            let mut is_taken = false;
            let kept = self.own.teach(|editing| {
                is_taken = editing.take_example(is_it);
                Ok(())
            });
            self.told.set(match kept {
                Err(error) => Some(error.to_string()),
                Ok(_) => is_taken.then(|| words().typing.unnoted.to_owned()),
            });
        }
    }
}

/// The line of text and its buttons, where the person's own set is compared with.
#[component]
pub(super) fn Typing() -> impl IntoView {
    adopt(include_str!("../../assets/css/typing.css"));
    let draw = use_store::<DrawStore>();
    let support = use_store::<SupportStore>();
    let writing = Writing {
        own: use_store(),
        written: RwSignal::new(Written::read(persistence::typed().as_deref())),
        told: RwSignal::new(None),
        aimed: RwSignal::new(false),
    };
    let Writing {
        written,
        told,
        aimed,
        ..
    } = writing;
    let seen = Memo::new(move |_| {
        support
            .shown
            .with(|shown| shown.as_ref().is_some_and(|s| s.set.choice.alphabet == OWN))
    });
    // Of another drawing, matches are others; and who draws presses nothing here.
    Effect::new(move |_| {
        aimed.set(false);
        if draw.query.with(Option::is_some) {
            for part in above() {
                let _ = part.style().remove_property("min-height");
            }
        }
    });
    let offers = (0..OFFERED)
        .map(|rank| view! { <Offer rank writing /> })
        .collect_view();
    let empty = move || written.with(Written::is_empty);
    let copy = move |_| {
        let text = written.with_untracked(Written::text);
        leptos::task::spawn_local(async move {
            let said = if save::copy(&text).await {
                words().typing.copied
            } else {
                words().typing.no_copy
            };
            told.set(Some(said.to_owned()));
        });
    };
    view! {
        <section class="typing" aria-label=words().typing.writing hidden=move || !seen.get()>
            <div
                class="offers"
                on:pointerenter=move |_| aimed.set(true)
                on:pointerdown=move |_| aimed.set(true)
                on:pointerleave=move |_| aimed.set(false)
                on:pointercancel=move |_| aimed.set(false)
            >
                {offers}
            </div>
            <div class="run">
                <button class="button" data-testid="type-space" on:click=move |_| writing.write(" ", None)>
                    {words().typing.space}
                </button>
                <button class="button" data-testid="type-back" disabled=empty on:click=move |_| writing.back()>
                    {words().typing.back}
                </button>
                <button class="button" data-testid="type-copy" disabled=empty on:click=copy>
                    {words().typing.copy}
                </button>
            </div>
            <p class="typed" role="status" translate="no" data-testid="typed">
                {move || written.with(Written::text)}
            </p>
            <p class="facts" role="status">
                {move || told.get().unwrap_or_else(|| words().typing.how.to_owned())}
            </p>
        </section>
    }
}

/// The match of a rank, to be written. Its place stays where there is none.
#[component]
fn Offer(rank: usize, writing: Writing) -> impl IntoView {
    let Writing {
        own, told, aimed, ..
    } = writing;
    let draw = use_store::<DrawStore>();
    let support = use_store::<SupportStore>();
    let found = Memo::new(move |_| {
        let class = draw
            .ranking
            .with(|ranking| Some(ranking.as_ref()?.at(rank)?.0))?;
        support.shown.with(|shown| {
            let class = shown.as_ref()?.set.classes.get(class)?;
            Some((class.character, class.name.clone()))
        })
    });
    // Of the same drawing, a match that is about to be pressed stays.
    let offered = Memo::new(move |before: Option<&Match>| match (before, found.get()) {
        (Some(Some(before)), Some(_)) if aimed.get() => Some(before.clone()),
        (_, found) => found,
    });
    let button = NodeRef::<Button>::new();
    let write = move |_| {
        let Some((character, name)) = offered.get_untracked() else {
            return;
        };
        told.set(None);
        let mut example = None;
        if rank > 0
            && let Some(drawing) = draw.paper.sheet.with_untracked(Sheet::taught)
        {
            let kept = own.teach(|editing| editing.add_example(character, drawing.clone()));
            if kept.is_ok() {
                example = Some(drawing);
            }
            told.set(Some(match kept {
                Ok(true) => words().typing.noted(&name),
                Ok(false) => words().typing.no_room.to_owned(),
                Err(error) => error.to_string(),
            }));
        }
        writing.write(&name, example.as_ref().map(Example::drawing));
        let Some(button) = button.get_untracked() else {
            return;
        };
        hold_still(&button);
        draw.paper.clear();
    };
    let name = move || offered.get().map(|(_, name)| name);
    view! {
        <button
            node_ref=button
            class="button"
            class:primary=rank == 0
            disabled=move || offered.with(Option::is_none)
            data-testid=move || offered.with(Option::is_some).then_some("type-match")
            title=name
            on:click=write
        >
            <bdi translate="no">{name}</bdi>
        </button>
    }
}

/// What stands above the writing, and is lower without a drawing.
fn above() -> impl Iterator<Item = HtmlElement> {
    [".draw > .desk", ".draw > .answer"]
        .into_iter()
        .filter_map(|part| document().query_selector(part).ok()??.dyn_into().ok())
}

/// Keeps a button where it is on the screen while the pad is cleared: what is pressed there once more, as by
/// a double click, is the same button. What is above it keeps its height, and what it grows by is scrolled
/// away before it is seen.
fn hold_still(button: &HtmlButtonElement) {
    for part in above() {
        let height = format!("{}px", part.offset_height());
        // Without it the button moves; nothing else is lost.
        let _ = part.style().set_property("min-height", &height);
    }
    let button = button.clone();
    let top = button.get_bounding_client_rect().top();
    request_animation_frame(move || {
        window().scroll_by_with_x_and_y(0.0, button.get_bounding_client_rect().top() - top);
    });
}
