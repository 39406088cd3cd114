//! The page `#/compare`: two networks on one drawing, side by side.
//!
//! Its pad is the paper of `#/draw`, and the left column is the ranking of that page. What the right column
//! shows comes from a worker of its own ([`pair`]). Refuses to know how anything is ranked.

mod pair;

use std::sync::Arc;

use leptos::html::Select;
use leptos::prelude::*;
use twinglyph_core::protocol::DeviceKind;
use twinglyph_core::score::Standing;
use twinglyph_core::training::BEGINNER;

use super::answer::loading_words;
use super::builtin_models::model_label;
use super::device::{kind_name, time};
use super::glyph::Glyph;
use super::icons::{CLEAR, Icon, UNDO};
use super::pad::Pad;
use super::select::keep_value;
use super::stores::Loading;
use super::style::adopt;
use crate::client::worker_client::State;
use crate::session::compare::Stage;
use crate::session::ranking::Ranking;
use crate::session::sheet::Sheet;
use crate::words::words;
use pair::{Pair, offered};

/// Matches of each network that are shown.
const SHOWN: usize = 5;

/// The pad, what both say together, and a column for each network.
#[component]
pub(super) fn Compare() -> impl IntoView {
    adopt(include_str!("../../assets/css/compare.css"));
    let pair = Pair::new();
    provide_context(pair);
    view! {
        <div class="compare" data-testid="compare" data-settled=move || pair.is_settled().to_string()>
            <section class="compare-pad" aria-label=words().common.drawing>
                <h1>{words().compare.heading}</h1>
                <p class="facts">{words().compare.lead}</p>
                <Pad paper=pair.draw.paper handle="compare-pad" />
                <Tools />
            </section>
            <section class="compare-answers">
                <Together />
                <div class="sides">
                    <section class="side" aria-label=words().compare.in_use>
                        <InUse />
                        <Matches ranking=pair.draw.ranking handle="compare-left" label=words().compare.matches_left />
                        <LeftState />
                    </section>
                    <section class="side" aria-label=words().compare.beside>
                        <Beside />
                        <Matches ranking=pair.ranking handle="compare-right" label=words().compare.matches_right />
                        <RightState />
                    </section>
                </div>
                <Exchange />
                <p class="facts">{words().compare.certain_how}</p>
            </section>
        </div>
    }
}

/// Undo and clear.
#[component]
fn Tools() -> impl IntoView {
    let paper = expect_context::<Pair>().draw.paper;
    view! {
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
                data-testid="compare-clear"
                aria-label=words().common.clear
                on:click=move |_| paper.clear()
            >
                <Icon path=CLEAR />
            </button>
        </div>
    }
}

/// A model's name in a list.
fn label(name: &str) -> String {
    if name == BEGINNER {
        words().compare.beginner.to_owned()
    } else {
        model_label(name)
    }
}

fn options(names: Vec<String>) -> impl IntoView {
    let option = |name: String| {
        let label = label(&name);
        view! { <option value=name>{label}</option> }
    };
    names.into_iter().map(option).collect_view()
}

/// The choice of the network in use.
#[component]
fn InUse() -> impl IntoView {
    let pair = expect_context::<Pair>();
    let select = NodeRef::<Select>::new();
    let names = Memo::new(move |_| {
        let mut names = offered(pair.models);
        // It is for comparing and training only.
        names.retain(|name| name != BEGINNER);
        names
    });
    keep_value(
        select,
        move || pair.in_use().unwrap_or_default(),
        move || names.track(),
    );
    view! {
        <label class="network">
            {words().compare.in_use}
            <select
                node_ref=select
                data-testid="compare-left-select"
                on:change=move |event| pair.models.use_model(&event_target_value(&event))
            >
                {move || options(names.get())}
            </select>
        </label>
    }
}

/// The choice of the network beside it.
#[component]
fn Beside() -> impl IntoView {
    let pair = expect_context::<Pair>();
    let select = NodeRef::<Select>::new();
    let names = Memo::new(move |_| {
        let mut names = offered(pair.models);
        // One that is not kept any more is still what is chosen.
        let chosen = pair.other.get().filter(|name| !names.contains(name));
        names.extend(chosen);
        names
    });
    keep_value(
        select,
        move || pair.other.get().unwrap_or_default(),
        move || names.track(),
    );
    view! {
        <label class="network">
            {words().compare.beside}
            <select
                node_ref=select
                data-testid="compare-right-select"
                on:change=move |event| pair.choose(event_target_value(&event))
            >
                {move || options(names.get())}
            </select>
        </label>
    }
}

/// The best classes of a network, in order. Rows stay in the document, hidden where there is no class.
#[component]
fn Matches(
    /// The network's ranking.
    ranking: RwSignal<Option<Ranking>>,
    /// Handle for tests.
    handle: &'static str,
    label: &'static str,
) -> impl IntoView {
    let standing = Memo::new(move |_| {
        ranking.with(|ranking| ranking.as_ref().map_or(Standing::Member, Ranking::standing))
    });
    let told = move || match standing.get() {
        Standing::Guess => words().answer.guess.trim(),
        _ => words().answer.none.trim(),
    };
    view! {
        <ol aria-label=label data-testid=handle hidden=move || ranking.with(Option::is_none)>
            {(0..SHOWN).map(|rank| view! { <Row ranking rank handle /> }).collect_view()}
        </ol>
        <p class="facts none" hidden=move || standing.get() == Standing::Member>{told}</p>
    }
}

#[component]
fn Row(ranking: RwSignal<Option<Ranking>>, rank: usize, handle: &'static str) -> impl IntoView {
    let pair = expect_context::<Pair>();
    let found = Memo::new(move |_| ranking.with(|ranking| ranking.as_ref()?.at(rank)));
    let class = Memo::new(move |_| found.get().map(|(class, _)| class));
    let similarity = move || found.get().map_or(0.0, |(_, similarity)| similarity);
    let picture = Signal::derive(move || {
        let outline = pair
            .support
            .shown
            .with(|shown| Some(shown.as_ref()?.outline(class.get()?)));
        outline.unwrap_or_else(|| Arc::from(""))
    });
    let id = move || {
        pair.support
            .shown
            .with(|shown| Some(shown.as_ref()?.set.classes.get(class.get()?)?.id.clone()))
    };
    let name = move || class.get().map(|class| class_name(pair, class));
    view! {
        <li
            hidden=move || class.get().is_none()
            data-testid=move || class.get().map(|_| format!("{handle}-match"))
            data-character=id
            data-similarity=move || format!("{:.4}", similarity())
            style=("--similarity", move || format!("{:.4}", similarity()))
        >
            <Glyph outline=picture />
            <span class="name" translate="no" title=name>{name}</span>
            <span class="similarity">
                <span class="visually-hidden">{words().answer.similar_before}</span>
                {move || format!("{:.2}", similarity())}
                <span class="visually-hidden">{words().answer.similar_after}</span>
            </span>
            <span class="bar" aria-hidden="true"></span>
        </li>
    }
}

/// A class's name for people.
fn class_name(pair: Pair, class: usize) -> String {
    let name = pair
        .support
        .shown
        .with(|shown| Some(shown.as_ref()?.set.classes.get(class)?.name.clone()));
    name.unwrap_or_default()
}

/// The time of the left ranking, or what is waited for.
#[component]
fn LeftState() -> impl IntoView {
    let pair = expect_context::<Pair>();
    let line = move || {
        let app = pair.app;
        if pair.draw.ranking.with(Option::is_some) {
            let device = app
                .device
                .with(|device| device.as_ref().map(|one| one.kind));
            let speed = app.speed.get().map(|(milliseconds, _)| milliseconds);
            return speed
                .zip(device)
                .map_or_else(String::new, |(speed, kind)| took(speed, kind));
        }
        match app.engine.get() {
            State::Failed => words().answer.not_running.to_owned(),
            State::Loading => loading_words(app.loading.get()),
            State::Ready | State::Busy => String::new(),
        }
    };
    view! { <p class="facts" data-testid="compare-left-state" data-state=move || pair.app.engine.get().as_str()>{line}</p> }
}

fn took(milliseconds: f32, kind: DeviceKind) -> String {
    words().compare.took(&time(milliseconds), kind_name(kind))
}

/// The time of the right ranking; else where its network is, and what the person can do about it.
#[component]
fn RightState() -> impl IntoView {
    let pair = expect_context::<Pair>();
    let word = move || {
        pair.stage.with(|stage| match stage {
            Stage::Off => "off",
            Stage::Loading => "loading",
            Stage::Up => "up",
            Stage::Resting => "resting",
            Stage::Cancelled => "cancelled",
            Stage::Failed(_) => "failed",
        })
    };
    let speed = move || {
        pair.speed
            .get()
            .filter(|_| pair.ranking.with(Option::is_some))
    };
    let line = move || match pair.stage.get() {
        Stage::Off if pair.is_same() => words().compare.same.to_owned(),
        Stage::Off => String::new(),
        Stage::Loading => loading_words(pair.loading.get()),
        Stage::Up => speed().map_or_else(String::new, |speed| took(speed, DeviceKind::Cpu)),
        Stage::Resting => words().compare.resting.to_owned(),
        Stage::Cancelled => words().compare.cancelled.to_owned(),
        Stage::Failed(why) => why,
    };
    let part = move || match pair.loading.get()? {
        Loading::Engine(done, total) | Loading::Stage(_, done, total) => {
            (total > 0).then(|| done as f64 / total as f64)
        }
    };
    let loads = move || pair.stage.with(|stage| *stage == Stage::Loading);
    let again = move || match pair.stage.get() {
        Stage::Resting | Stage::Cancelled => Some(words().compare.wake),
        Stage::Failed(_) => Some(words().common.try_again),
        Stage::Off | Stage::Loading | Stage::Up => None,
    };
    let failed = move || pair.stage.with(|stage| matches!(stage, Stage::Failed(_)));
    view! {
        <div class="right-state" data-testid="compare-right-state" data-state=word>
            <p class="facts" hidden=failed>{move || (!failed()).then(line)}</p>
            <p class="remark" role="alert" data-testid="compare-failed">{move || failed().then(line)}</p>
            <Show when=loads>
                <span class="bar" style=("--similarity", move || part().unwrap_or(0.0).to_string())></span>
                <button class="button" data-testid="compare-cancel" on:click=move |_| pair.cancel()>
                    {words().common.cancel}
                </button>
            </Show>
            <Show when=move || again().is_some()>
                <button class="button" data-testid="compare-again" on:click=move |_| pair.again()>
                    {again}
                </button>
            </Show>
        </div>
    }
}

/// Whether both agree, and which is more certain where they don't. A screen reader says it once both answers stay.
#[component]
fn Together() -> impl IntoView {
    let pair = expect_context::<Pair>();
    let says = move || {
        let verdict = pair.verdict()?;
        let [first, second] = verdict.best.map(|class| class_name(pair, class));
        if verdict.agree() {
            return Some((words().compare.agree(&first), String::new()));
        }
        let [left, right] = [pair.in_use()?, pair.other.get()?];
        let differ = words().compare.differ(&left, &first, &right, &second);
        let [one, other] = verdict.certain.map(|certain| 100.0 * certain);
        let certain = match verdict.surer() {
            _ if verdict.is_unsure() => words().compare.unsure.to_owned(),
            Some(0) => words().compare.surer(&left, one, other),
            Some(_) => words().compare.surer(&right, other, one),
            None => words().compare.alike(one.max(other)),
        };
        Some((differ, certain))
    };
    let word = move || {
        let verdict = pair.verdict()?;
        Some(if verdict.agree() { "agree" } else { "differ" })
    };
    let line = move || {
        says().map(|(answers, _)| answers).unwrap_or_else(|| {
            if pair.draw.query.with(Option::is_none) {
                words().compare.draw_first.to_owned()
            } else if pair.is_same() {
                words().compare.same.to_owned()
            } else if pair
                .stage
                .with(|stage| matches!(stage, Stage::Cancelled | Stage::Failed(_)))
            {
                words().compare.one_only.to_owned()
            } else {
                words().compare.waiting.to_owned()
            }
        })
    };
    let spoken = RwSignal::new(String::new());
    Effect::new(move |_| {
        if pair.is_settled()
            && let Some((answers, certain)) = says()
        {
            spoken.set(format!("{answers} {certain}"));
        }
    });
    view! {
        <p
            class="together"
            class:old=move || pair.verdict().is_some() && !pair.is_newest()
            data-testid="compare-together"
            data-verdict=word
        >
            {line}
            <span>{move || says().map(|(_, certain)| certain)}</span>
        </p>
        <p class="visually-hidden" role="status" aria-live="polite" data-testid="compare-spoken">
            {move || spoken.get()}
        </p>
    }
}

/// Swapping the two, and the pair of a trained network and what it was trained from.
#[component]
fn Exchange() -> impl IntoView {
    let pair = expect_context::<Pair>();
    let has_beginner = move || pair.other.with(|name| name.as_deref() == Some(BEGINNER));
    // What it was trained from is known of a network that the person keeps only.
    let trained = Memo::new(move |_| pair.trained());
    view! {
        <p class="run">
            <button
                class="button"
                data-testid="compare-swap"
                disabled=move || has_beginner() || pair.is_same()
                on:click=move |_| pair.swap()
            >
                {words().compare.swap}
            </button>
            <Show when=move || trained.with(Option::is_some)>
                <button
                    class="button"
                    data-testid="compare-trained"
                    on:click=move |_| {
                        if let Some((trained, start)) = trained.get_untracked() {
                            pair.put(&trained, start);
                        }
                    }
                >
                    {move || {
                        trained
                            .get()
                            .map(|(trained, start)| words().compare.before_after(&trained, &start))
                    }}
                </button>
            </Show>
        </p>
        <p class="facts" hidden=move || !has_beginner()>{words().compare.swap_not}</p>
    }
}
