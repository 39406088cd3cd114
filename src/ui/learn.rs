//! The page `#/learn`: one-shot learning in ten minutes, with the app's own parts in it.
//!
//! Its pad is the paper of `#/draw`, and what it shows is what the stores know; it asks nothing of its
//! own. Refuses to know how anything is computed.

use std::sync::Arc;

use leptos::prelude::*;

use super::explain::EmbeddingPlane;
use super::glyph::Glyph;
use super::icons::{CLEAR, Icon, UNDO};
use super::pad::Pad;
use super::sees::Sees;
use super::stores::{DrawStore, SupportStore, use_store};
use super::style::adopt;
use crate::session::library::plain_name;
use crate::session::sheet::Sheet;
use crate::session::support::OWN;
use crate::words::words;

/// Matches that are named below the pad.
const NAMED: usize = 3;

/// All lessons, one below the other.
#[component]
pub(super) fn Learn() -> impl IntoView {
    adopt(include_str!("../../assets/css/learn.css"));
    let invitation = words().lessons.invitation;
    let game = words().fool.invitation;
    let words = &words().learn;
    view! {
        <article class="learn">
            <h1>{words.heading}</h1>
            <p class="lead">{words.lead}</p>
            <ol class="lessons">
                <Lesson title=words.one_title>
                    <p>{words.one_1}</p>
                    <Examples />
                    <p>{words.one_2}</p>
                </Lesson>
                <Lesson title=words.draw_title>
                    <p>{words.draw_1}</p>
                    <Drawing />
                    <p>{words.draw_2}</p>
                </Lesson>
                <Lesson title=words.sees_title>
                    <p>{words.sees_1}</p>
                    <Sees />
                    <p>{words.sees_2}</p>
                </Lesson>
                <Lesson title=words.twins_title>
                    <p>{words.twins_1}</p>
                    <Similarities />
                    <p>{words.twins_2}</p>
                    <p>{words.map_1}</p>
                    <div class="explain">
                        <EmbeddingPlane />
                    </div>
                </Lesson>
                <Lesson title=words.trial_title>
                    <p>{words.trial_1}</p>
                    <p>{words.trial_2}</p>
                    <Onward to="#/trials" text=words.trial_link />
                </Lesson>
                <Lesson title=words.learn_title>
                    <p>{words.learn_1}</p>
                    <p>{words.learn_2}</p>
                    <Onward to="#/train" text=words.learn_link />
                </Lesson>
                <Lesson title=words.honest_title>
                    <p>{words.honest_1}</p>
                    <p>{words.honest_2}</p>
                    <Onward to="#/trials" text=words.honest_link />
                    <Onward to="#/compare" text=words.honest_compare />
                </Lesson>
                <Lesson title=words.own_title>
                    <p>{words.own_1}</p>
                    <Onward to="#/teach" text=words.own_link />
                </Lesson>
            </ol>
            <div class="further">
                <Onward to="#/lessons" text=invitation />
                <Onward to="#/fool" text=game />
            </div>
        </article>
    }
}

#[component]
fn Lesson(title: &'static str, children: Children) -> impl IntoView {
    view! {
        <li class="lesson" data-testid="lesson">
            <h2>{title}</h2>
            {children()}
        </li>
    }
}

/// Where a lesson goes on.
#[component]
fn Onward(to: &'static str, text: &'static str) -> impl IntoView {
    view! {
        <p>
            <a class="onward" href=to>
                {text}
            </a>
        </p>
    }
}

/// How many classes the support set has.
fn classes(support: SupportStore) -> Memo<usize> {
    Memo::new(move |_| {
        support
            .shown
            .with(|shown| shown.as_ref().map_or(0, |shown| shown.set.classes.len()))
    })
}

/// The picture of a class.
fn pictured(
    support: SupportStore,
    class: impl Fn() -> Option<usize> + Send + Sync + 'static,
) -> Signal<Arc<str>> {
    Signal::derive(move || {
        let class = class();
        support
            .shown
            .with(|shown| Some(shown.as_ref()?.outline(class?)))
            .unwrap_or_else(|| Arc::from(""))
    })
}

/// The support set.
#[component]
fn Examples() -> impl IntoView {
    let support = use_store::<SupportStore>();
    let count = classes(support);
    let caption = move || {
        let alphabet = support.shown.with(|shown| {
            let alphabet = &shown.as_ref()?.set.choice.alphabet;
            Some(if alphabet == OWN {
                words().alphabet.own_set.to_owned()
            } else {
                plain_name(alphabet)
            })
        });
        match alphabet {
            Some(alphabet) => words().learn.set_of(&alphabet, count.get()),
            None => words().learn.no_set.to_owned(),
        }
    };
    view! {
        <figure class="examples">
            <div class="glyphs" aria-hidden="true">
                <For
                    each=move || 0..count.get()
                    key=|class| *class
                    children=move |class| {
                        view! {
                            <span class="example">
                                <Glyph outline=pictured(support, move || Some(class)) />
                            </span>
                        }
                    }
                />
            </div>
            <figcaption>{caption}</figcaption>
        </figure>
    }
}

/// The pad, and the best matches below it.
#[component]
fn Drawing() -> impl IntoView {
    let draw = use_store::<DrawStore>();
    let paper = draw.paper;
    let is_empty = move || draw.ranking.with(Option::is_none);
    view! {
        <div class="drawing">
            <div class="sheet">
                <Pad paper handle="learn-pad" />
                <div class="tools">
                    <button
                        class="tool"
                        aria-label=words().common.undo
                        disabled=move || !paper.sheet.with(Sheet::can_undo)
                        on:click=move |_| paper.undo()
                    >
                        <Icon path=UNDO />
                    </button>
                    <button
                        class="tool"
                        aria-label=words().common.clear
                        on:click=move |_| paper.clear()
                    >
                        <Icon path=CLEAR />
                    </button>
                </div>
            </div>
            <div class="matches" role="status">
                <p hidden=move || !is_empty()>{words().learn.nothing_yet}</p>
                <ol hidden=is_empty>
                    {(0..NAMED)
                        .map(|rank| view! { <Match rank /> })
                        .collect_view()}
                </ol>
            </div>
        </div>
    }
}

/// The class at a rank, its name and its similarity.
fn at_rank(
    draw: DrawStore,
    support: SupportStore,
    rank: usize,
) -> Memo<Option<(usize, String, f32)>> {
    Memo::new(move |_| {
        let (class, similarity) = draw.ranking.with(|ranking| ranking.as_ref()?.at(rank))?;
        let name = support
            .shown
            .with(|shown| Some(shown.as_ref()?.set.classes.get(class)?.name.clone()))?;
        Some((class, name, similarity))
    })
}

#[component]
fn Match(rank: usize) -> impl IntoView {
    let draw = use_store::<DrawStore>();
    let support = use_store::<SupportStore>();
    let found = at_rank(draw, support, rank);
    let class = move || found.get().map(|(class, ..)| class);
    view! {
        <li data-testid="learn-match" hidden=move || found.get().is_none()>
            <Glyph outline=pictured(support, class) />
            <span>
                {move || {
                    found
                        .get()
                        .map(|(_, name, similarity)| words().learn.like(&name, similarity))
                }}
            </span>
        </li>
    }
}

/// A bar for each class, in the order of the ranking.
#[component]
fn Similarities() -> impl IntoView {
    let draw = use_store::<DrawStore>();
    let support = use_store::<SupportStore>();
    let count = classes(support);
    view! {
        <ol class="bars" aria-label=words().learn.bars hidden=move || draw.ranking.with(Option::is_none)>
            <For each=move || 0..count.get() key=|rank| *rank children=|rank| view! { <Bar rank /> } />
        </ol>
        <p class="facts" hidden=move || {
            draw.ranking.with(Option::is_some)
        }>{words().learn.nothing_yet}</p>
    }
}

#[component]
fn Bar(rank: usize) -> impl IntoView {
    let draw = use_store::<DrawStore>();
    let support = use_store::<SupportStore>();
    let found = at_rank(draw, support, rank);
    let class = move || found.get().map(|(class, ..)| class);
    let similarity = move || found.get().map_or(0.0, |(.., similarity)| similarity);
    view! {
        <li
            hidden=move || found.get().is_none()
            style=("--similarity", move || format!("{:.4}", similarity()))
        >
            <span class="height" aria-hidden="true"></span>
            <Glyph outline=pictured(support, class) />
            <span class="visually-hidden">
                {move || {
                    found.get().map(|(_, name, similarity)| words().learn.bar(&name, similarity))
                }}
            </span>
        </li>
    }
}
