//! The page `#/draw`: the pad, the answer, the support set; writing with characters of one's own;
//! below, what else can be known of the drawing.

use leptos::prelude::*;

use super::answer::Answer;
use super::cells::SupportSheet;
use super::lazy_page::{self, LazyPage};
use super::pad::Pad;
use super::sees::Sees;
use super::stores::{AppState, DrawStore, use_store};
use super::tools::{Invitation, OneOf, Tools};
use crate::client::worker_client::State;
use crate::words::words;

/// Draw on the left, the answer in the middle, the set on the right; on a phone one below the
/// other.
#[component]
pub(super) fn Draw() -> impl IntoView {
    let app = use_store::<AppState>();
    let draw = use_store::<DrawStore>();
    let paper = draw.paper;
    // The part below the answer opens such an address.
    let has_link = location().hash().is_ok_and(|hash| hash.contains("ink"));
    // What is of use with a ranking only doesn't compete with what makes one for the connection.
    let settled = Memo::new(move |settled| {
        has_link || settled == Some(&true) || app.engine.get() != State::Loading
    });
    view! {
        <div class="draw">
            <section class="desk" aria-label=words().common.drawing>
                <h1>{words().draw.title}</h1>
                <Pad paper />
                <Tools />
                <Invitation />
                <Sees />
                <OneOf />
            </section>
            <Answer />
            <SupportSheet />
            <Show when=move || settled.get()>
                <LazyPage fetch=lazy_page::typing />
                <LazyPage fetch=lazy_page::explain />
            </Show>
        </div>
    }
}
