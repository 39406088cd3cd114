//! Characters of the person's own set that look alike to the network, and a way to draw them once more.
//!
//! The set is compared with itself beside everything else, a while after the last change of its drawings.

use std::sync::Arc;

use leptos::prelude::*;
use twinglyph_core::Bitmap;
use twinglyph_core::look_alikes::{LookAlikes as Pair, MOST, look_alikes};
use twinglyph_core::own::{Example, OwnSet};
use twinglyph_core::protocol::Scorer;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::Editor;
use crate::client::worker_client::Job;
use crate::session::custom_set_editor::label;
use crate::ui::glyph::Glyph;
use crate::ui::pause::pause;
use crate::ui::stores::{AppState, ScoreStore, use_store};
use crate::vectorize::outline;
use crate::words::words;

/// Pairs that are shown.
const SHOWN: usize = 4;

/// So long (ms) after a change the set is compared: who draws one character after the other is let go on.
const REST: i32 = 1_200;

/// Examples of a class from which another one is not asked for.
const ENOUGH: usize = 2;

/// A character that is drawn once more: its place, and its first example, by which it is known.
type Again = RwSignal<Option<(usize, Example)>>;

/// The drawings of each character.
type Drawings = Vec<Vec<Bitmap>>;

fn drawings(set: &OwnSet) -> Drawings {
    let of = set
        .classes
        .iter()
        .map(|class| class.drawings().cloned().collect());
    of.collect()
}

/// The pairs, and below the pad what a person draws once more.
#[derive(Clone, Copy)]
pub(super) struct LookAlikes {
    editor: Editor,
    scores: ScoreStore,
    pairs: RwSignal<Vec<Pair>>,
    again: Again,
    generation: StoredValue<u32>,
}

impl LookAlikes {
    /// Compares the set with itself after each change of its drawings, and by each network.
    pub(super) fn watch(editor: Editor) -> Self {
        let own = Self {
            editor,
            scores: use_store(),
            pairs: RwSignal::new(Vec::new()),
            again: RwSignal::new(None),
            generation: StoredValue::new(0),
        };
        let app = use_store::<AppState>();
        let model = Memo::new(move |_| {
            app.model
                .with(|model| model.as_ref().map(|one| one.name.clone()))
        });
        let drawn = Memo::new(move |_| editor.own.editing.with(|editing| drawings(editing.set())));
        Effect::new(move |before: Option<Drawings>| {
            let is_ready = model.with(Option::is_some);
            let drawings = drawn.get();
            // What was said of other drawings goes at once; the rest stays until it is compared again.
            let same = |class: u32| {
                let at = class as usize;
                let before = before.as_ref().and_then(|before| before.get(at));
                before.is_some() && before == drawings.get(at)
            };
            own.pairs
                .update(|pairs| pairs.retain(|pair| pair.classes.into_iter().all(same)));
            own.generation
                .update_value(|number| *number = number.wrapping_add(1));
            if is_ready {
                leptos::task::spawn_local(own.compare(drawings.clone()));
            }
            drawings
        });
        own
    }

    async fn compare(self, drawings: Drawings) {
        let generation = self.generation.get_value();
        let is_over = move || self.generation.try_get_value() != Some(generation);
        pause(REST).await;
        let shots: Vec<usize> = drawings.iter().map(Vec::len).collect();
        let all: Vec<Bitmap> = drawings.into_iter().flatten().collect();
        if is_over() {
            return;
        }
        if !(2..=MOST).contains(&all.len()) {
            self.pairs.try_set(Vec::new());
            return;
        }
        let job = Job {
            scorer: Scorer::Network,
            queries: all.clone(),
            support: all,
        };
        // Without an answer there is nothing to say.
        let Ok(scored) = self.scores.score(job).await else {
            return;
        };
        if !is_over() {
            let scores = scored.scores.concat();
            self.pairs
                .try_set(look_alikes(&shots, &scores, scored.calibration));
        }
    }

    /// The character that is drawn once more, while it is there.
    fn wanted(self) -> Option<(usize, String)> {
        let (at, first) = self.again.get()?;
        self.editor.own.editing.with(|editing| {
            let class = editing.set().classes.get(at)?;
            (class.examples.first() == Some(&first)).then(|| (at, label(class, at)))
        })
    }

    /// Goes to the pad to draw a character once more.
    fn draw(self, at: usize) {
        let set = self.editor.own.shown_set();
        let first = set.classes.get(at).and_then(|class| class.examples.first());
        self.again.set(first.map(|first| (at, first.clone())));
        let pad = document()
            .query_selector("[data-testid=teach-pad]")
            .ok()
            .flatten();
        if let Some(pad) = pad.and_then(|pad| pad.dyn_into::<HtmlElement>().ok()) {
            pad.scroll_into_view();
            // It fails only for an element that has gone.
            let _ = pad.focus();
        }
    }
}

/// The characters that look alike.
#[component]
pub(super) fn Alike(alike: LookAlikes) -> impl IntoView {
    let pairs = alike.pairs;
    let more = move || pairs.with(Vec::len).saturating_sub(SHOWN);
    view! {
        <div class="teach-alike" data-testid="teach-alike" hidden=move || pairs.with(Vec::is_empty)>
            <p class="remark" role="status">
                {move || pairs.with(|pairs| !pairs.is_empty()).then_some(words().teach.alike)}
            </p>
            <ul>
                {(0..SHOWN).map(|rank| view! { <Row rank alike /> }).collect_view()}
            </ul>
            <p class="facts" hidden=move || { more() == 0 }>{move || words().explain.alike_more(more())}</p>
        </div>
    }
}

/// The pair at a rank.
#[component]
fn Row(rank: usize, alike: LookAlikes) -> impl IntoView {
    let pair = Memo::new(move |_| alike.pairs.with(|pairs| pairs.get(rank).copied()));
    let editing = alike.editor.own.editing;
    let place = move |side: usize| {
        pair.get()
            .map_or(usize::MAX, |pair| pair.classes[side] as usize)
    };
    let name = move |side: usize| {
        let at = place(side);
        editing.with(|editing| {
            let class = editing.set().classes.get(at);
            class.map_or_else(String::new, |class| label(class, at))
        })
    };
    let side = move |side: usize| {
        let class = Memo::new(move |_| {
            editing.with(|editing| editing.set().classes.get(place(side)).cloned())
        });
        let picture = Signal::derive(move || -> Arc<str> {
            class.with(|class| {
                let drawing = class.as_ref().and_then(|class| class.drawings().next());
                drawing.map(outline).unwrap_or_default().into()
            })
        });
        let enough = move || {
            class.with(|class| {
                class
                    .as_ref()
                    .is_none_or(|class| class.examples.len() >= ENOUGH)
            })
        };
        (
            view! { <Glyph outline=picture /> },
            view! {
                <button
                    class="link"
                    data-testid="teach-alike-draw"
                    hidden=enough
                    on:click=move |_| alike.draw(place(side))
                >
                    {move || words().teach.draw_again(&name(side))}
                </button>
            },
        )
    };
    let ((first, draw_first), (second, draw_second)) = (side(0), side(1));
    let told = move || {
        let pair = pair.get()?;
        Some(
            words()
                .explain
                .alike_pair(&name(0), &name(1), pair.similarity),
        )
    };
    view! {
        <li
            hidden=move || pair.with(Option::is_none)
            data-testid=move || pair.with(Option::is_some).then_some("teach-alike-pair")
            data-classes=move || pair.get().map(|pair| format!("{} {}", pair.classes[0], pair.classes[1]))
        >
            <span class="hand-pair" aria-hidden="true">{first} {second}</span>
            <span>{told}</span>
            {draw_first} {draw_second}
        </li>
    }
}

/// Below the pad, while a character is drawn once more: which one, and the button that adds the drawing.
#[component]
pub(super) fn DrawAgain(alike: LookAlikes) -> impl IntoView {
    let editor = alike.editor;
    let wanted = Memo::new(move |_| alike.wanted());
    let name = move || wanted.get().map_or_else(String::new, |(_, name)| name);
    let blank = editor.paper.is(crate::session::sheet::Sheet::is_blank);
    let add = move |_| {
        if let Some((at, _)) = wanted.get_untracked()
            && editor.take(at, |editing, drawing| editing.add_example(at, drawing))
        {
            alike.again.set(None);
        }
    };
    view! {
        <p class="draw-again" role="status" hidden=move || wanted.with(Option::is_none)>
            <span data-testid="teach-again">{move || wanted.get().map(|(_, name)| words().teach.draw_it(&name))}</span>
            <button class="button primary" data-testid="teach-again-add" disabled=move || blank.get() on:click=add>
                {move || words().teach.add_again(&name())}
            </button>
            <button class="link" on:click=move |_| alike.again.set(None)>{words().common.cancel}</button>
        </p>
    }
}
