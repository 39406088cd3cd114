//! The answer: the best match laid over the drawing, the next four, and the whole ranking.
//!
//! Every class of the support set is a `match` element, in rank order.

use std::sync::Arc;

use leptos::prelude::*;
use twinglyph_core::canonical::{self, Window};
use twinglyph_core::protocol::Stage;
use twinglyph_core::score::Standing;

use super::glyph::Glyph;
use super::slices::{FIRST, Slices};
use super::stores::{AppState, DrawStore, Loading, Sources, SupportStore, use_store};
use crate::client::worker_client::State;
use crate::session::ranking::Ranking;
use crate::session::support::Class;
use crate::vectorize::outline;
use crate::words::words;

/// Matches shown small beside the best one.
const NEXT: usize = 4;

/// The answer to the drawing.
///
/// Rows stay in the document when the pad is cleared, hidden, and are never removed: what a removed
/// row has read remembers it for ever (reactive_graph 0.2.16), 7 kB each time.
#[component]
pub(super) fn Answer() -> impl IntoView {
    let sources = Sources::of_stores();
    let ranked = Memo::new(move |_| length(sources));
    // The rest is in the document always, its pictures only while they are seen: fifty paths that
    // change places at each ranking are what a ranking costs the page.
    let unfolded = RwSignal::new(false);
    let rest = Slices::new(FIRST, |of| length(of).saturating_sub(NEXT + 1), true);
    view! {
        <section class="answer" aria-label=words().answer.matches data-answered=move || (ranked.get() > 0).to_string()>
            <Overlay />
            <Waiting hidden=Signal::derive(move || ranked.get() > 0) />
            <ol class="best" hidden=move || ranked.get() == 0>
                <Entry sources rank=0 />
            </ol>
            <ol class="next" start="2" hidden=move || { ranked.get() < 2 }>
                <Entry sources rank=1 />
                <Entry sources rank=2 />
                <Entry sources rank=3 />
                <Entry sources rank=NEXT />
            </ol>
            <details
                class="rest"
                hidden=move || { ranked.get() <= NEXT + 1 }
                on:toggle=move |event| {
                    let open = event_target::<web_sys::Element>(&event).has_attribute("open");
                    unfolded.set(open);
                }
            >
                <summary>{move || words().answer.all(ranked.get())}</summary>
                <ol start=(NEXT + 2).to_string()>
                    <For
                        each=move || 0..rest.shown.get()
                        key=|at| *at
                        children=move |at| {
                            view! { <Entry sources=rest.sources(at) rank=NEXT + 1 + at pictured=unfolded /> }
                        }
                    />
                </ol>
            </details>
        </section>
    }
}

/// Classes of the ranking.
fn length(of: Sources) -> usize {
    of.ranking
        .with(|ranking| ranking.as_ref().map_or(0, |ranking| ranking.order.len()))
}

/// The class at a rank and its similarity, as signals that change only when they do.
fn at_rank(of: Sources, rank: usize) -> Memo<Option<(usize, f32)>> {
    Memo::new(move |_| of.ranking.with(|ranking| ranking.as_ref()?.at(rank)))
}

/// One match of the list.
#[component]
fn Entry(
    /// What it shows.
    sources: Sources,
    /// From 0.
    rank: usize,
    /// Does it show its picture?
    #[prop(default = true.into(), into)]
    pictured: Signal<bool>,
) -> impl IntoView {
    let found = at_rank(sources, rank);
    let class = Memo::new(move |_| found.get().map(|(class, _)| class));
    let similarity = move || found.get().map_or(0.0, |(_, similarity)| similarity);
    // Beside the best match's similarity, where its coming and going moves the page least.
    let standing = Memo::new(move |_| {
        let first = sources
            .ranking
            .with(|ranking| ranking.as_ref().map(Ranking::standing));
        first.filter(|_| rank == 0).unwrap_or(Standing::Member)
    });
    let of = move |part: fn(&Class) -> &String| {
        sources.support.with(|shown| {
            let class = shown.as_ref()?.set.classes.get(class.get()?)?;
            Some(part(class).clone())
        })
    };
    let name = move || of(|class| &class.name);
    let picture = Signal::derive(move || {
        if !pictured.get() {
            return Arc::from("");
        }
        sources
            .support
            .with(|shown| Some(shown.as_ref()?.outline(class.get()?)))
            .unwrap_or_else(|| Arc::from(""))
    });
    view! {
        <li
            class="match"
            hidden=move || class.get().is_none()
            data-testid=move || class.get().map(|_| "match")
            data-character=move || of(|class| &class.id)
            data-similarity=move || format!("{:.4}", similarity())
            style=("--similarity", move || format!("{:.4}", similarity()))
        >
            <Glyph outline=picture />
            <span class="name" translate="no" title=name>{name}</span>
            <span class="bar" aria-hidden="true"></span>
            <span class="figure">
                <span class="unit">{words().answer.similar_before}</span>
                <span translate="no">{move || format!("{:.2}", similarity())}</span>
                " "
                <span class="unit">{words().answer.similar_after}</span>
                <span
                    class="none"
                    hidden=move || standing.get() == Standing::Member
                    data-testid=move || match standing.get() {
                        Standing::Member => None,
                        Standing::Guess => Some("guess"),
                        Standing::Stranger => Some("none"),
                    }
                >
                    {move || match standing.get() {
                        Standing::Guess => words().answer.guess,
                        _ => words().answer.none,
                    }}
                </span>
            </span>
        </li>
    }
}

/// The drawing in ink with a class's example in colour over it, both in their own windows, as the
/// network compares them.
#[component]
fn Overlay() -> impl IntoView {
    let draw = use_store::<DrawStore>();
    let support = use_store::<SupportStore>();
    let best = at_rank(Sources::of_stores(), 0);
    let laid = Memo::new(move |_| {
        draw.held
            .get()
            .or_else(|| best.get().map(|(class, _)| class))
    });
    let own = Signal::derive(move || -> Arc<str> {
        draw.query
            .with(|query| query.as_ref().map(outline).unwrap_or_default())
            .into()
    });
    let own_window = Signal::derive(move || {
        draw.query
            .with(|query| canonical::window(&query.clone().unwrap_or_default()))
    });
    let other = Signal::derive(move || {
        support
            .shown
            .with(|shown| Some(shown.as_ref()?.outline(laid.get()?)))
            .unwrap_or_else(|| Arc::from(""))
    });
    let other_window = Signal::derive(move || {
        support
            .shown
            .with(|shown| shown.as_ref()?.window(laid.get()?))
            .unwrap_or(Window {
                center_x: 52.0,
                center_y: 52.0,
                half: 52.5,
            })
    });
    // The held class names itself under the picture, as it is not the first of the list.
    let held = move || {
        let class = draw.held.get()?;
        let name = support
            .shown
            .with(|shown| Some(shown.as_ref()?.set.classes.get(class)?.name.clone()))?;
        let similarity = draw
            .ranking
            .with(|ranking| ranking.as_ref()?.similarity.get(class).copied());
        Some(match similarity {
            Some(similarity) => words().alphabet.similar(&name, similarity),
            None => name,
        })
    };
    view! {
        <figure class="overlay" class:held=move || draw.held.get().is_some()>
            <div class="layers">
                <div class="own">
                    <Glyph outline=own window=own_window />
                </div>
                <div class="other">
                    <Glyph outline=other window=other_window />
                </div>
            </div>
            <figcaption>
                {move || {
                    held()
                        .unwrap_or_else(|| {
                            if best.with(Option::is_some) {
                                words().answer.best_overlaid.to_owned()
                            } else {
                                words().answer.centred.to_owned()
                            }
                        })
                }}
            </figcaption>
        </figure>
    }
}

/// What there is instead of a ranking.
#[component]
fn Waiting(#[prop(into)] hidden: Signal<bool>) -> impl IntoView {
    let app = use_store::<AppState>();
    let draw = use_store::<DrawStore>();
    let line = move || {
        if draw.query.with(Option::is_none) && app.engine.get() != State::Loading {
            return words().answer.draw_first.to_owned();
        }
        match app.engine.get() {
            State::Failed => words().answer.not_running.to_owned(),
            State::Loading => words()
                .answer
                .draw_already(&loading_words(app.loading.get())),
            State::Ready | State::Busy => words().answer.comparing.to_owned(),
        }
    };
    let done = move || match app.loading.get()? {
        Loading::Engine(done, total) | Loading::Stage(_, done, total) => {
            (total > 0).then(|| done as f64 / total as f64)
        }
    };
    view! {
        <div class="waiting" hidden=hidden>
            <p>{line}</p>
            <span
                class="bar"
                hidden=move || app.engine.get() != State::Loading
                style=("--similarity", move || done().unwrap_or(0.0).to_string())
            ></span>
        </div>
    }
}

/// What is loading, in words and bytes.
pub(super) fn loading_words(loading: Option<Loading>) -> String {
    match loading {
        None => words().answer.loading.to_owned(),
        Some(Loading::Engine(done, total)) => words().answer.loading_engine(&bytes(done, total)),
        Some(Loading::Stage(Stage::Model | Stage::Download, done, total)) => {
            words().answer.loading_network(&bytes(done, total))
        }
        Some(Loading::Stage(Stage::Devices, done, total)) => {
            words().answer.trying_devices(done, total)
        }
        Some(Loading::Stage(Stage::Support, done, total)) => {
            words().answer.reading_support(done, total)
        }
        Some(Loading::Stage(Stage::Scores | Stage::Inspection, done, total)) => {
            words().answer.comparing_drawings(done, total)
        }
    }
}

/// Bytes done and in all, in megabytes of a million.
pub(super) fn bytes(done: u64, total: u64) -> String {
    let mega = |bytes: u64| bytes as f64 / 1e6;
    if total == 0 {
        format!("{:.1} MB", mega(done))
    } else {
        words().answer.bytes(mega(done), mega(total))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loading_is_told_in_bytes() {
        assert_eq!(
            loading_words(Some(Loading::Stage(Stage::Model, 1_240_000, 2_700_000))),
            "Loading the network: 1.2 of 2.7 MB."
        );
        assert_eq!(
            loading_words(Some(Loading::Engine(500_000, 0))),
            "Loading the recogniser: 0.5 MB."
        );
    }
}
