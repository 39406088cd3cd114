//! A line in the head of the page, on every page, while a run is under way: how far it is, and a button that pauses it.
//!
//! It is put there from here, as what every visitor fetches knows nothing of runs.

use leptos::portal::Portal;
use leptos::prelude::*;
use twinglyph_core::protocol::TrainControl;

use super::train_page::{Phase, TrainPage};
use crate::words::words;

/// The element that the line is put into.
const HEAD: &str = "header.head";

/// The line.
#[component]
pub(super) fn HeadLine() -> impl IntoView {
    let page = expect_context::<TrainPage>();
    let underway = Memo::new(move |_| {
        page.phase
            .with(|phase| matches!(phase, Phase::Waiting | Phase::Going | Phase::Paused))
    });
    let paused = move || page.phase.with(|phase| *phase == Phase::Paused);
    let is_waiting = move || {
        page.phase.with(|phase| *phase == Phase::Waiting) || page.wished.with(Option::is_some)
    };
    let line = move || {
        let step = page.progress.with(|progress| progress.step);
        words().train.in_head(step, page.steps.get(), paused())
    };
    let mount = document().query_selector(HEAD).ok().flatten();
    mount.map(|mount| {
        view! {
            <Portal mount>
                <p class="learning" data-testid="run-told" hidden=move || !underway.get()>
                    <a href="#/train">{line}</a>
                    <button
                        class="link"
                        data-testid="run-pause"
                        aria-disabled=move || is_waiting().to_string()
                        on:click=move |_| {
                            if !is_waiting() {
                                page.control(if paused() { TrainControl::Resume } else { TrainControl::Pause });
                            }
                        }
                    >
                        {move || if paused() { words().common.go_on } else { words().common.pause }}
                    </button>
                </p>
            </Portal>
        }
    })
}
