//! The straightened paper, with a box around each character.

use leptos::ev::KeyboardEvent;
use leptos::html::Canvas;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, ImageBitmapRenderingContext};

use super::super::Editor;
use super::Photos;
use crate::session::review::{Mark, Review as State};
use crate::words::words;

/// The beginning of the boxes' ids; their place follows.
const ID: &str = "review-box-";

/// Goes on with the keyboard at this box.
pub(super) fn focus(photos: Photos, at: usize) {
    photos.at.set(at);
    let element = document().get_element_by_id(&format!("{ID}{at}"));
    if let Some(element) = element.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
        // It refuses nothing that can take it.
        let _ = element.focus();
    }
}

/// The paper and its boxes.
#[component]
pub(super) fn Boxes() -> impl IntoView {
    let photos = expect_context::<Editor>().photos;
    let state = photos.state;
    let canvas = NodeRef::<Canvas>::new();
    Effect::new(move |_| {
        let (Some(canvas), Some(paper)) = (
            canvas.get(),
            photos.paper.try_update_value(Option::take).flatten(),
        ) else {
            return;
        };
        canvas.set_width(paper.width());
        canvas.set_height(paper.height());
        let context = canvas.get_context("bitmaprenderer").ok().flatten();
        let context = context.and_then(|it| it.dyn_into::<ImageBitmapRenderingContext>().ok());
        if let Some(context) = context {
            context.transfer_from_image_bitmap(&paper);
        }
    });
    let sides = Memo::new(move |_| state.with(State::sides));
    let ratio = move || {
        let (width, height) = sides.get();
        (f64::from(width.max(1)) / f64::from(height.max(1))).to_string()
    };
    let count = Memo::new(move |_| state.with(|state| state.marks().len()));
    // Rows stay for good: what they have read remembers them (reactive_graph 0.2).
    let rows = Memo::new(move |most: Option<&usize>| count.get().max(most.copied().unwrap_or(0)));
    let pressed = move |event: KeyboardEvent| {
        let last = count.get_untracked().saturating_sub(1);
        let at = photos.at.get_untracked();
        let to = match event.key().as_str() {
            "ArrowRight" | "ArrowDown" => (at + 1).min(last),
            "ArrowLeft" | "ArrowUp" => at.saturating_sub(1),
            "Home" => 0,
            "End" => last,
            _ => return,
        };
        event.prevent_default();
        focus(photos, to);
    };
    view! {
        <div class="photo" style:--ratio=ratio role="group" aria-label=words().review.photo on:keydown=pressed>
            <canvas node_ref=canvas data-testid="review-page" aria-hidden="true"></canvas>
            <For each=move || 0..rows.get() key=|at| *at children=|at| view! { <Marked at /> } />
        </div>
    }
}

/// A character's box.
#[component]
fn Marked(at: usize) -> impl IntoView {
    let photos = expect_context::<Editor>().photos;
    let state = photos.state;
    let mark = Memo::new(move |_| state.with(|state| state.marks().get(at).cloned()));
    let number = Memo::new(move |_| state.with(|state| state.number(at)));
    let chosen = Memo::new(move |_| state.with(|state| state.is_chosen(at)));
    let sides = Memo::new(move |_| state.with(State::sides));
    let of_mark =
        move |of: fn(&Mark) -> bool| mark.with(|mark| mark.as_ref().is_some_and(|mark| of(mark)));
    let part = move |from: fn(&twinglyph_paper::Bounds) -> (usize, usize),
                     of: fn((u32, u32)) -> u32| {
        move || {
            let (low, high) = mark.with(|mark| {
                mark.as_ref()
                    .map_or((0, 0), |mark| from(&mark.drawn.character.bounds))
            });
            let whole = f64::from(of(sides.get()).max(1));
            let percent = |side: usize| 100.0 * side as f64 / whole;
            (
                format!("{}%", percent(low)),
                format!("{}%", percent(high.saturating_sub(low))),
            )
        }
    };
    let across = part(|it| (it.left, it.right), |(width, _)| width);
    let down = part(|it| (it.top, it.bottom), |(_, height)| height);
    let label = move || {
        let name = mark.with(|mark| mark.as_ref().map(|mark| mark.drawn.name.clone()));
        let name = name.unwrap_or_default();
        let (shown, state) = match number.get() {
            Some(number) => (
                words().review.marked(number, &name),
                of_mark(Mark::is_unsure).then_some(words().review.unsure),
            ),
            None => (name, Some(words().review.out)),
        };
        let parts = [
            Some(shown.as_str()).filter(|shown| !shown.is_empty()),
            state,
        ];
        parts
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(words().common.comma)
    };
    view! {
        <button
            class="box"
            id=format!("{ID}{at}")
            hidden=move || mark.with(Option::is_none)
            data-testid=move || mark.with(|mark| mark.as_ref().map(|_| "review-box"))
            data-number=move || number.get().map(|number| number.to_string())
            data-sure=move || (!of_mark(Mark::is_unsure)).to_string()
            data-dropped=move || of_mark(|mark| mark.is_dropped).then_some("")
            aria-pressed=move || chosen.get().to_string()
            aria-label=label
            tabindex=move || if photos.at.get() == at { "0" } else { "-1" }
            style:left=move || across().0
            style:width=move || across().1
            style:top=move || down().0
            style:height=move || down().1
            on:focus=move |_| photos.at.set(at)
            on:click=move |_| state.update(|state| state.toggle(at))
        >
            <span class="number" aria-hidden="true">
                {move || number.get()}
                {move || of_mark(Mark::is_unsure).then_some("?")}
            </span>
        </button>
    }
}
