//! The page `#/fool`: somebody draws, people vote on what they read, and the network's choice is shown beside it.
//!
//! Its pad is the paper of `#/draw`, its classes are the support set, its ranking is the store's. Refuses to know how
//! votes are counted and links are written: [`crate::session::fool`] does.

mod ask;
mod draw;
mod game;
mod link;
mod opening;
mod result;

use leptos::html::Section;
use leptos::prelude::*;

use super::stores::{AppState, DrawStore, use_store};
use super::style::adopt;
use crate::client::worker_client::State;
use crate::session::fool::Step;
use crate::words::words;
use game::Game;

/// The page.
#[component]
pub(super) fn Fool() -> impl IntoView {
    // The pictures of the ink that decides are those of that page.
    adopt(include_str!("../../assets/css/network.css"));
    adopt(include_str!("../../assets/css/fool.css"));
    let game = Game::open();
    provide_context(game);
    let words = &words().fool;
    view! {
        <article class="fool">
            <h1>{words.heading}</h1>
            <p class="lead">{words.lead}</p>
            <p
                class="told"
                class:refused=move || game.told.with(|told| told.is_refusal)
                role="status"
                data-testid="fool-told"
            >
                {move || game.told.get().text}
            </p>
            <link::Guest />
            <Part of=Step::Draw test="fool-draw" title=words.draw>
                <draw::Draw />
            </Part>
            <Part of=Step::Ask test="fool-ask" title=words.ask_title>
                <ask::Ask />
            </Part>
            <Part of=Step::Show test="fool-show" title=words.show_title>
                <result::Outcome />
            </Part>
            <link::Link />
        </article>
    }
}

/// What is seen in one step of a round. The focus goes there with the step.
#[component]
fn Part(of: Step, test: &'static str, title: &'static str, children: Children) -> impl IntoView {
    let game = expect_context::<Game>();
    let section = NodeRef::<Section>::new();
    Effect::new(move |before: Option<Step>| {
        let step = game.step.get();
        if before.is_some_and(|before| before != step)
            && step == of
            && let Some(section) = section.get_untracked()
        {
            // What is hidden takes no focus.
            request_animation_frame(move || {
                // It fails only for an element that has gone.
                let _ = section.focus();
            });
        }
        step
    });
    view! {
        <section
            node_ref=section
            tabindex="-1"
            data-testid=test
            aria-label=title
            hidden=move || game.step.get() != of
        >
            <h2>{title}</h2>
            {children()}
        </section>
    }
}

/// What there is instead of the network's answer.
#[component]
fn Waiting() -> impl IntoView {
    let app = use_store::<AppState>();
    let draw = use_store::<DrawStore>();
    let line = move || match app.engine.get() {
        _ if draw.query.with(Option::is_none) => words().fool.nothing_yet,
        State::Failed => words().answer.not_running,
        State::Loading => words().answer.loading,
        State::Ready | State::Busy => words().answer.comparing,
    };
    view! { <p class="facts" data-testid="fool-waiting">{line}</p> }
}
