//! Drawing, with the network's answer beside the pad.

use std::sync::Arc;

use leptos::prelude::*;

use super::Waiting;
use super::game::Game;
use crate::session::library::plain_name;
use crate::session::sheet::Sheet;
use crate::session::support::OWN;
use crate::ui::glyph::Glyph;
use crate::ui::icons::{CLEAR, Icon, REDO, UNDO};
use crate::ui::pad::Pad;
use crate::words::words;

/// Matches that are named beside the pad.
const NAMED: usize = 3;

/// The picture of a class.
pub(super) fn picture(
    game: Game,
    class: impl Fn() -> Option<usize> + Send + Sync + 'static,
) -> Signal<Arc<str>> {
    Signal::derive(move || {
        let class = class();
        game.support
            .shown
            .with(|shown| Some(shown.as_ref()?.outline(class?)))
            .unwrap_or_else(|| Arc::from(""))
    })
}

/// The step.
#[component]
pub(super) fn Draw() -> impl IntoView {
    let game = expect_context::<Game>();
    let paper = game.draw.paper;
    let undo = paper.is(Sheet::can_undo);
    let redo = paper.is(Sheet::can_redo);
    let blank = paper.is(Sheet::is_blank);
    let undrawn = paper.is(|sheet| sheet.example().is_some() || sheet.ink().is_empty());
    let no_answer = move || undrawn.get() || game.draw.ranking.with(Option::is_none);
    let count = Memo::new(move |_| {
        let shown = game.support.shown;
        shown.with(|shown| shown.as_ref().map_or(0, |shown| shown.set.classes.len()))
    });
    let how = move || {
        let alphabet = game.support.shown.with(|shown| {
            let alphabet = &shown.as_ref()?.set.choice.alphabet;
            Some(if alphabet == OWN {
                words().alphabet.own_set.to_owned()
            } else {
                plain_name(alphabet)
            })
        });
        alphabet.map(|alphabet| words().fool.draw_how(&alphabet, count.get()))
    };
    view! {
        <p>{how}</p>
        <div class="paper">
            <div class="sheet">
                <Pad paper handle="fool-pad" />
                <div class="tools" role="toolbar" aria-label=words().common.drawing>
                    <button
                        class="tool"
                        data-testid="fool-undo-stroke"
                        aria-label=words().common.undo
                        disabled=move || !undo.get()
                        on:click=move |_| paper.undo()
                    >
                        <Icon path=UNDO />
                    </button>
                    <button
                        class="tool"
                        aria-label=words().common.redo
                        disabled=move || !redo.get()
                        on:click=move |_| paper.redo()
                    >
                        <Icon path=REDO />
                    </button>
                    <button
                        class="tool"
                        aria-label=words().common.clear
                        disabled=move || blank.get()
                        on:click=move |_| paper.clear()
                    >
                        <Icon path=CLEAR />
                    </button>
                </div>
            </div>
            <div class="matches">
                <h3>{words().fool.takes_for}</h3>
                <p class="facts" hidden=move || !undrawn.get()>
                    {words().fool.nothing_yet}
                </p>
                <div hidden=move || undrawn.get() || !no_answer()>
                    <Waiting />
                </div>
                <ol hidden=no_answer>
                    {(0..NAMED).map(|rank| view! { <Match rank /> }).collect_view()}
                </ol>
                <p class="facts" hidden=no_answer>
                    {words().fool.similar_note}
                </p>
                <p class="run">
                    <button
                        class="button primary"
                        data-testid="fool-ask-people"
                        disabled=move || undrawn.get()
                        on:click=move |_| game.ask()
                    >
                        {words().fool.ask}
                    </button>
                </p>
            </div>
        </div>
        <details>
            <summary>{words().fool.examples}</summary>
            <div class="glyphs" aria-hidden="true">
                <For
                    each=move || 0..count.get()
                    key=|class| *class
                    children=move |class| {
                        view! {
                            <span class="example">
                                <Glyph outline=picture(game, move || Some(class)) />
                            </span>
                        }
                    }
                />
            </div>
            <p>
                <a href="#/draw">{words().fool.other_set}</a>
            </p>
        </details>
    }
}

/// A match: its picture, its name, its similarity.
#[component]
fn Match(rank: usize) -> impl IntoView {
    let game = expect_context::<Game>();
    let found = Memo::new(move |_| {
        let ranking = game.draw.ranking;
        ranking.with(|ranking| ranking.as_ref()?.at(rank))
    });
    let class = move || found.get().map(|(class, _)| class);
    let line = move || {
        let (class, similarity) = found.get()?;
        Some(words().fool.is_similar(&game.name(class)?, similarity))
    };
    let similarity = move || found.get().map_or(0.0, |(_, similarity)| similarity);
    view! {
        <li
            data-testid="fool-match"
            data-class=move || class().map(|class| class.to_string())
            hidden=move || class().is_none()
            style=("--similarity", move || format!("{:.4}", similarity()))
        >
            <Glyph outline=picture(game, class) />
            <span class="words" translate="no">
                {line}
                <span class="bar" aria-hidden="true"></span>
            </span>
        </li>
    }
}
