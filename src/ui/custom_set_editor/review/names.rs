//! The drawings that are to be added, and what they are called.

use std::sync::Arc;

use js_sys::{Array, Function, JsString, Reflect};
use leptos::ev::SubmitEvent;
use leptos::html::Input;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

use super::super::{Editor, NAME_LENGTH};
use crate::session::review::Mark;
use crate::ui::glyph::Glyph;
use crate::vectorize::outline;
use crate::words::words;

/// Names for all of them, and a row for each.
#[component]
pub(super) fn Names() -> impl IntoView {
    let photos = expect_context::<Editor>().photos;
    let count = Memo::new(move |_| photos.state.with(|state| state.marks().len()));
    // Rows stay for good: what they have read remembers them (reactive_graph 0.2).
    let rows = Memo::new(move |most: Option<&usize>| count.get().max(most.copied().unwrap_or(0)));
    let all = NodeRef::<Input>::new();
    let give = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(input) = all.get_untracked() else {
            return;
        };
        let names = split(&input.value());
        let named = photos.state.try_update(|state| state.name_in_order(&names));
        photos.said.set(match named {
            Some(Ok(count)) => words().review.named(count),
            Some(Err(error)) => error.to_string(),
            None => return,
        });
    };
    view! {
        <div class="names">
            <form class="in-order" on:submit=give>
                <label>
                    {words().review.names}
                    <input
                        type="text"
                        node_ref=all
                        data-testid="review-names"
                        autocomplete="off"
                        aria-describedby="review-names-how"
                    />
                </label>
                <button class="button" type="submit" data-testid="review-give">{words().review.give}</button>
                <small id="review-names-how">{words().review.names_how}</small>
            </form>
            <ol>
                <For each=move || 0..rows.get() key=|at| *at children=|at| view! { <Row at /> } />
            </ol>
        </div>
    }
}

/// One character.
#[component]
fn Row(at: usize) -> impl IntoView {
    let photos = expect_context::<Editor>().photos;
    let state = photos.state;
    let mark = Memo::new(move |_| state.with(|state| state.marks().get(at).cloned()));
    let number = Memo::new(move |_| state.with(|state| state.number(at)));
    let chosen = Memo::new(move |_| state.with(|state| state.is_chosen(at)));
    let drawing =
        Memo::new(move |_| mark.with(|mark| mark.as_ref().map(|mark| mark.drawn.drawing.clone())));
    let picture = Memo::new(move |_| -> Arc<str> {
        drawing.with(|drawing| drawing.as_ref().map(outline).unwrap_or_default().into())
    });
    let name =
        Memo::new(move |_| mark.with(|mark| mark.as_ref().map(|mark| mark.drawn.name.clone())));
    let flag = move || {
        mark.with(|mark| match mark.as_deref() {
            Some(Mark {
                is_dropped: true, ..
            }) => Some(words().review.out),
            Some(mark) if mark.is_unsure() => Some(words().review.unsure),
            _ => None,
        })
    };
    let label = move || match number.get() {
        Some(number) => words().review.name_of(number),
        None => words().review.name_out.to_owned(),
    };
    view! {
        <li
            hidden=move || mark.with(Option::is_none)
            class:chosen=move || chosen.get()
            data-dropped=move || number.with(Option::is_none).then_some("")
        >
            <span class="number">{move || number.get()}</span>
            <Glyph outline=picture />
            <input
                type="text"
                data-testid=move || mark.with(|mark| mark.as_ref().map(|_| "review-name"))
                aria-label=label
                maxlength=NAME_LENGTH
                autocomplete="off"
                prop:value=move || name.get().unwrap_or_default()
                on:change=move |event| {
                    let called = event_target_value(&event);
                    let renamed = photos.state.try_update(|state| state.rename(at, &called));
                    if let Some(Err(error)) = renamed {
                        photos.said.set(error.to_string());
                    }
                }
            />
            <small>{flag}</small>
        </li>
    }
}

/// Names in order: words where there are spaces between, else letters as people see them.
fn split(text: &str) -> Vec<String> {
    let text = text.trim();
    if text.contains(char::is_whitespace) {
        return text.split_whitespace().map(str::to_owned).collect();
    }
    letters(text).unwrap_or_else(|| text.chars().map(String::from).collect())
}

/// The letters of a text with their marks; `None` in browsers that can't tell them.
fn letters(text: &str) -> Option<Vec<String>> {
    let get = |object: &JsValue, name: &str| Reflect::get(object, &name.into()).ok();
    let segmenter: Function = get(&get(&js_sys::global(), "Intl")?, "Segmenter")?
        .dyn_into()
        .ok()?;
    let segmenter = Reflect::construct(&segmenter, &Array::new()).ok()?;
    let segment: Function = get(&segmenter, "segment")?.dyn_into().ok()?;
    let segments = segment.call1(&segmenter, &JsString::from(text)).ok()?;
    let segments = Array::from(&segments);
    let letters = segments.iter().map(|one| get(&one, "segment")?.as_string());
    letters.collect()
}
