//! The same trials on held-out characters before, during and after a run: each answer turns right or wrong as the
//! network learns, and can be opened.

use std::sync::Arc;

use leptos::prelude::*;

use super::train_page::{ShownTrial, TrainPage};
use crate::session::training::{Progress, Validation};
use crate::ui::glyph::Glyph;
use crate::words::words;

/// The mosaic, once there are answers.
#[component]
pub(super) fn Mosaic() -> impl IntoView {
    let page = expect_context::<TrainPage>();
    let opened = RwSignal::new(None::<usize>);
    Effect::new(move |_| {
        page.shown.track();
        opened.set(None);
    });
    let line = move || {
        page.progress.with(|progress| {
            let [before, now] = [progress.validations.first(), progress.validations.last()];
            let count = |one: &Validation| one.chosen.iter().filter(|at| **at == 0).count();
            let (before, now) = (before?, now?);
            let of = now.chosen.len();
            Some(match now.step {
                0 => words().train.shown_before(count(before), of),
                step => words().train.shown_now(count(before), count(now), of, step),
            })
        })
    };
    let is_there = move || {
        page.shown.with(|shown| !shown.is_empty())
            && page
                .progress
                .with(|progress| !progress.validations.is_empty())
    };
    let trials = move || {
        page.shown
            .get()
            .iter()
            .enumerate()
            .map(|(at, trial)| view! { <Tile at trial=trial.clone() opened /> })
            .collect_view()
    };
    view! {
        <Show when=is_there>
            <section class="mosaic" aria-label=words().train.shown_title>
                <h2>{words().train.shown_title}</h2>
                <p class="facts" data-testid="mosaic-line">{line}</p>
                <ol data-testid="mosaic">{trials}</ol>
                <Opened opened />
            </section>
        </Show>
    }
}

/// What was chosen in a trial, before and last.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Choices {
    before: Option<u32>,
    now: Option<u32>,
}

fn choices(page: TrainPage, at: usize) -> Memo<Choices> {
    Memo::new(move |_| {
        page.progress.with(|progress| {
            let of = |one: Option<&Validation>| one?.chosen.get(at).copied();
            Choices {
                before: of(progress.validations.first()),
                now: of(progress.validations.last()),
            }
        })
    })
}

/// The outline of a choice.
fn outline_of(trial: &ShownTrial, choice: Option<u32>) -> Arc<str> {
    let choice = choice.and_then(|choice| trial.choices.get(choice as usize));
    choice.cloned().unwrap_or_else(|| Arc::from(""))
}

/// One trial: what is asked above, what is answered below.
#[component]
fn Tile(at: usize, trial: ShownTrial, opened: RwSignal<Option<usize>>) -> impl IntoView {
    let page = expect_context::<TrainPage>();
    let choices = choices(page, at);
    let right = move || choices.get().now == Some(0);
    let was_right = move || choices.get().before == Some(0);
    let begun = move || {
        let after = |progress: &Progress| progress.after().is_some();
        page.progress.with(after)
    };
    let query = Signal::stored(trial.query.clone());
    let answer = Signal::derive(move || outline_of(&trial, choices.get().now));
    view! {
        <li>
            <button
                class="tile"
                class:right=right
                class:turned=move || right() != was_right()
                data-testid="mosaic-trial"
                data-chosen=move || choices.get().now.map(|choice| choice.to_string())
                data-before=move || choices.get().before.map(|choice| choice.to_string())
                aria-label=move || match begun() {
                    true => words().train.shown_one(at + 1, was_right(), right()),
                    false => words().train.shown_first(at + 1, right()),
                }
                aria-expanded=move || (opened.get() == Some(at)).to_string()
                on:click=move |_| opened.update(|opened| {
                    *opened = (*opened != Some(at)).then_some(at);
                })
            >
                <Glyph outline=query />
                <Glyph outline=answer />
                <span class="sign" aria-hidden="true">{move || if right() { "✓" } else { "✗" }}</span>
            </button>
        </li>
    }
}

/// The trial that was opened: what was asked, what was chosen before and now, and all choices.
#[component]
fn Opened(opened: RwSignal<Option<usize>>) -> impl IntoView {
    let page = expect_context::<TrainPage>();
    move || {
        let at = opened.get()?;
        let trial = page.shown.with(|shown| shown.get(at).cloned())?;
        let choices = choices(page, at);
        let figure = |outline: Signal<Arc<str>>, caption: &'static str| {
            view! {
                <figure>
                    <Glyph outline />
                    <figcaption>{caption}</figcaption>
                </figure>
            }
        };
        let (of_before, of_now) = (trial.clone(), trial.clone());
        let before = Signal::derive(move || outline_of(&of_before, choices.get().before));
        let now = Signal::derive(move || outline_of(&of_now, choices.get().now));
        let right = Signal::stored(outline_of(&trial, Some(0)));
        let others = trial
            .choices
            .iter()
            .map(|outline| view! { <li><Glyph outline=Signal::stored(outline.clone()) /></li> })
            .collect_view();
        Some(view! {
            <div class="opened" data-testid="mosaic-opened">
                <div class="figures-row">
                    {figure(Signal::stored(trial.query.clone()), words().trials.asked)}
                    {figure(right, words().trials.right)}
                    {figure(before, words().train.chosen_before)}
                    {figure(now, words().train.chosen_now)}
                </div>
                <p class="facts">{words().train.shown_choices(trial.choices.len())}</p>
                <ol class="choices">{others}</ol>
            </div>
        })
    }
}
