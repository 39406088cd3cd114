//! The bar at the foot of the screen: what came of the last change, what can be done about it at once, and the way to
//! where the set is used.

use std::sync::Arc;

use leptos::prelude::*;
use web_sys::{Element, ScrollIntoViewOptions, ScrollLogicalPosition};

use super::{Editor, Next};
use crate::session::custom_set_editor::CustomSetEditor;
use crate::ui::glyph::Glyph;
use crate::ui::icons::{CLEAR, Icon};
use crate::words::words;

/// Space between a row and the bar, pixels.
const GAP: f64 = 8.0;

/// The bar. It stays in sight, so that whoever presses something sees what comes of it.
#[component]
pub(super) fn Bar() -> impl IntoView {
    let editor = expect_context::<Editor>();
    let told = editor.told;
    let undrawn = Memo::new(move |_| !editor.own.has_own());
    let silent = move || told.with(Option::is_none);
    let picture = Signal::derive(move || {
        told.with(|told| told.as_ref()?.picture.clone())
            .unwrap_or_else(|| Arc::from(""))
    });
    let next = Memo::new(move |_| told.with(|told| told.as_ref()?.next));
    let label = move || match next.get()? {
        Next::Undo => Some(words().common.undo.to_owned()),
        Next::Show(_) => Some(words().teach.show.to_owned()),
        Next::Split(_, count) => Some(words().teach.split_name(count)),
    };
    let go_on = move |_| match next.get_untracked() {
        Some(Next::Undo) => editor.edit(CustomSetEditor::undo),
        Some(Next::Show(at)) => show_row(at),
        Some(Next::Split(at, _)) => {
            let mut given = 0;
            let is_made = editor.teach(|editing| {
                given = editing.split_name(at)?;
                Ok(())
            });
            if is_made {
                editor.offer(words().teach.named(given), Next::Undo);
            }
        }
        None => {}
    };
    let use_it = move |_| {
        editor.support.use_own();
        // Refused nowhere: it is this page's own.
        let _ = location().set_hash("#/draw");
    };
    view! {
        <div class="teach-bar" class:idle=move || silent() && undrawn.get()>
            <span class="taken" hidden=move || picture.with(|picture| picture.is_empty())>
                <Glyph outline=picture />
            </span>
            <p
                class="told"
                class:refused=move || told.with(|told| told.as_ref().is_some_and(|told| told.is_refusal))
                role="status"
                data-testid="teach-told"
            >
                {move || told.get().map(|told| told.text)}
            </p>
            <button class="link" data-testid="teach-next" hidden=move || next.get().is_none() on:click=go_on>
                {label}
            </button>
            <button
                class="tool"
                hidden=silent
                title=words().common.dismiss
                aria-label=words().common.dismiss
                on:click=move |_| told.set(None)
            >
                <Icon path=CLEAR />
            </button>
            <button class="button primary" data-testid="teach-use" hidden=move || undrawn.get() on:click=use_it>
                {words().teach.recognise}
            </button>
        </div>
    }
}

fn found(selector: &str) -> Option<Element> {
    document().query_selector(selector).ok().flatten()
}

/// The row of a character.
fn row(at: usize) -> Option<Element> {
    let rows = document().query_selector_all(".own-character").ok()?;
    let row = rows.get(u32::try_from(at).ok()?)?;
    Some(wasm_bindgen::JsCast::unchecked_into(row))
}

/// Brings a row into sight.
fn show_row(at: usize) {
    if let Some(row) = row(at) {
        let options = ScrollIntoViewOptions::new();
        options.set_block(ScrollLogicalPosition::Nearest);
        row.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// Brings a new row into sight, once it is there; not where a pad that is in sight would leave it: whoever draws one
/// character after the other goes on there.
pub(super) fn show_new_row(at: usize) {
    request_animation_frame(move || {
        request_animation_frame(move || {
            if is_shown_beside_pad(at) {
                show_row(at);
            }
        });
    });
}

/// Is the pad out of sight, or does it stay in sight where this row comes into it?
fn is_shown_beside_pad(at: usize) -> bool {
    let (Some(row), Some(pad)) = (row(at), found("[data-testid=teach-pad]")) else {
        return false;
    };
    let height = window().inner_height().ok();
    let height = height.and_then(|height| height.as_f64()).unwrap_or(0.0);
    let bar = found(".teach-bar").map_or(0.0, |bar| bar.get_bounding_client_rect().height());
    let (row, pad) = (
        row.get_bounding_client_rect(),
        pad.get_bounding_client_rect(),
    );
    let is_seen = pad.bottom() > 0.0 && pad.top() < height - bar;
    let up = (row.bottom() + GAP - (height - bar)).max(0.0);
    !is_seen || row.top() >= 0.0 && up <= pad.top()
}
