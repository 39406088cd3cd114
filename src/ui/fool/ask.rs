//! The vote: the drawing without the network's answer, and the characters to choose from.

use std::sync::Arc;

use leptos::ev;
use leptos::prelude::*;

use super::Waiting;
use super::draw::picture;
use super::game::Game;
use crate::session::fool::{Round, Step};
use crate::ui::field::is_elsewhere;
use crate::ui::glyph::Glyph;
use crate::vectorize::outline;
use crate::words::words;

/// The key of a candidate.
fn key_of(at: usize) -> Option<char> {
    ('a'..='z').nth(at)
}

/// The drawing as it was compared.
#[component]
pub(super) fn Asked() -> impl IntoView {
    let game = expect_context::<Game>();
    let drawing = Memo::new(move |_| {
        let query = game.draw.query;
        query.with(|query| query.as_ref().map(outline).unwrap_or_default())
    });
    let outline = Signal::derive(move || Arc::<str>::from(drawing.get()));
    view! {
        <div class="asked" role="img" aria-label=words().fool.asked>
            <Glyph outline />
        </div>
    }
}

/// The step.
#[component]
pub(super) fn Ask() -> impl IntoView {
    let game = expect_context::<Game>();
    let pressed = window_event_listener(ev::keydown, move |event| {
        let is_anothers = event.ctrl_key()
            || event.alt_key()
            || event.meta_key()
            || event.repeat()
            || game.step.get_untracked() != Step::Ask
            || is_elsewhere(&event);
        let key = event.key().to_ascii_lowercase();
        let chosen = game.grid.with_untracked(|grid| {
            let mut cells = grid.iter().enumerate();
            let is_meant = |at| key_of(at).is_some_and(|letter| key == letter.to_string());
            cells.find(|(at, _)| is_meant(*at)).map(|(_, class)| *class)
        });
        if let (false, Some(class)) = (is_anothers, chosen) {
            game.vote(class);
        }
    });
    on_cleanup(move || pressed.remove());
    let count = Memo::new(move |_| game.grid.with(Vec::len));
    let votes = move || game.round.with(|round| round.votes.total()) as usize;
    let hidden = Memo::new(move |_| !game.round.with(Round::can_show));
    view! {
        <p>{words().fool.ask_how}</p>
        <div class="vote">
            <div class="sheet">
                <Asked />
                <p data-testid="fool-votes" data-votes=move || votes().to_string()>
                    {move || words().fool.votes(votes())}
                </p>
                <p class="run">
                    <button
                        class="button"
                        data-testid="fool-undo"
                        disabled=move || !game.round.with(Round::can_undo)
                        on:click=move |_| game.undo()
                    >
                        {words().fool.undo}
                    </button>
                    <button
                        class="button primary"
                        data-testid="fool-show-result"
                        disabled=move || hidden.get()
                        on:click=move |_| game.show()
                    >
                        {words().fool.show}
                    </button>
                </p>
                <p class="facts" hidden=move || !hidden.get()>{words().fool.vote_first}</p>
            </div>
            <div>
                <div hidden=move || { count.get() > 0 }>
                    <Waiting />
                </div>
                <ul class="choices" aria-label=words().fool.candidates>
                    <For
                        each=move || 0..count.get()
                        key=|at| *at
                        children=move |at| view! { <Candidate at /> }
                    />
                </ul>
                <p class="facts">{words().fool.keys}</p>
            </div>
        </div>
    }
}

/// A character to vote for.
#[component]
fn Candidate(at: usize) -> impl IntoView {
    let game = expect_context::<Game>();
    let class = Memo::new(move |_| game.grid.with(|grid| grid.get(at).copied()));
    let name = move || class.get().and_then(|class| game.name(class));
    // The alphabet's name is the same in all cells, and a cell of a phone is narrow.
    let short = move || {
        let name = name()?;
        let is_own = game.is_own();
        let last = name.rsplit(' ').next().unwrap_or_default().to_owned();
        Some(if is_own { name } else { last })
    };
    view! {
        <li>
            <button
                class="candidate"
                data-testid="fool-candidate"
                data-class=move || class.get().map(|class| class.to_string())
                aria-label=name
                aria-keyshortcuts=key_of(at).map(String::from)
                on:click=move |event| {
                    // A double press is one person's.
                    if let (Some(class), ..=1) = (class.get_untracked(), event.detail()) {
                        game.vote(class);
                    }
                }
            >
                <Glyph outline=picture(game, move || class.get()) />
                <span class="key" aria-hidden="true">
                    {key_of(at).map(String::from)}
                </span>
                <span class="name" aria-hidden="true" translate="no">
                    {short}
                </span>
            </button>
        </li>
    }
}
