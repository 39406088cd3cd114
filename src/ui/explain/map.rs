//! The map of the support set's embeddings, with the drawing on it as it is drawn.
//!
//! Asks the worker while it is open, and shows what [`crate::session::scatter`] lays out.

use std::sync::Arc;

use leptos::prelude::*;

use super::is_open;
use crate::session::scatter::{Scatter, WIDTH, kept};
use crate::ui::glyph::frame_of;
use crate::ui::slices::{FIRST, Slices};
use crate::ui::stores::{DrawStore, MapStore, Sources, SupportStore, use_store};
use crate::ui::style::adopt;
use crate::vectorize::outline;
use crate::words::words;

/// Classes that the drawing is joined with.
const JOINED: usize = 3;

/// The disclosure.
#[component]
pub(in crate::ui) fn EmbeddingPlane(
    /// Is it looked at?
    #[prop(default = RwSignal::new(false))]
    open: RwSignal<bool>,
) -> impl IntoView {
    adopt(include_str!("../../../assets/css/explain.css"));
    let store = use_store::<MapStore>();
    let draw = use_store::<DrawStore>();
    Effect::new(move |_| {
        if open.get() {
            store.ask(draw.query.get());
        }
    });
    // The picture is made when it is first looked at, and stays.
    let ever = Memo::new(move |was: Option<&bool>| open.get() || was.copied().unwrap_or(false));
    let toggle = move |event: web_sys::Event| {
        let is_open = is_open(&event);
        open.set(is_open);
        if !is_open {
            store.stop();
        }
    };
    let scatter = Memo::new(move |_| {
        let scatter = |map: &Option<Arc<_>>| map.as_ref().map(|map| Scatter::of(map));
        open.get().then(|| store.map.with(scatter)).flatten()
    });
    let shares = move || {
        store.map.with(|map| {
            let map = map.as_ref()?;
            let views = match map.views {
                1 => String::new(),
                views => words().explain.by_views(views),
            };
            let kept = kept(map.shares);
            Some(words().explain.embedding(&kept, map.components, &views))
        })
    };
    let beyond =
        move || scatter.with(|scatter| scatter.as_ref().is_some_and(|scatter| scatter.beyond));
    view! {
        <details on:toggle=toggle>
            <summary data-testid="map-toggle">{words().explain.map}</summary>
            <p class="note">{words().explain.map_lead}</p>
            <p class="facts" role="status" hidden=move || scatter.with(Option::is_some)>
                {move || if open.get() { words().explain.map_comes } else { "" }}
            </p>
            <figure hidden=move || scatter.with(Option::is_none)>
                <Show when=move || ever.get()>
                    <Picture scatter />
                </Show>
                <figcaption class="note">
                    <span data-testid="map-shares">{shares}</span>
                    {words().explain.map_flat}
                    <span hidden=move || {
                        !beyond()
                    }>{words().explain.map_beyond}</span>
                </figcaption>
            </figure>
        </details>
    }
}

/// The picture.
#[component]
fn Picture(scatter: Memo<Option<Scatter>>) -> impl IntoView {
    let draw = use_store::<DrawStore>();
    let support = use_store::<SupportStore>();
    // Points stay, hidden, as rows of the answer do: what a removed row has read remembers it.
    let count = |of: Sources| {
        of.map
            .with(|map| map.as_ref().map_or(0, |map| map.points.len()))
    };
    let points = Slices::new(FIRST, count, true);
    let frame = move || {
        let height =
            scatter.with(|scatter| scatter.as_ref().map_or(WIDTH, |scatter| scatter.height));
        format!("0 0 {WIDTH} {height:.0}")
    };
    let nearest = Memo::new(move |_| {
        draw.ranking.with(|ranking| {
            let order = ranking.as_ref().map(|ranking| ranking.order.iter());
            order.map_or_else(Vec::new, |order| order.copied().take(JOINED).collect())
        })
    });
    let label = move || {
        let names = support.shown.with(|shown| {
            let classes = shown.as_ref().map(|shown| &shown.set.classes);
            let name = |&class: &usize| Some(classes?.get(class)?.name.clone());
            nearest.with(|nearest| nearest.iter().filter_map(name).collect::<Vec<_>>())
        });
        let count =
            scatter.with(|scatter| scatter.as_ref().map_or(0, |scatter| scatter.points.len()));
        if names.is_empty() {
            words().explain.map_without(count)
        } else {
            words()
                .explain
                .map_of(count, &names.join(words().common.comma))
        }
    };
    let lines = (0..JOINED)
        .map(|rank| {
            let ends = Memo::new(move |_| {
                let class = nearest.with(|nearest| nearest.get(rank).copied())?;
                scatter.with(|scatter| {
                    let scatter = scatter.as_ref()?;
                    Some((scatter.query?, *scatter.points.get(class)?))
                })
            });
            let end = move |of: fn(([f32; 2], [f32; 2])) -> f32| {
                move || format!("{:.1}", ends.get().map_or(0.0, of))
            };
            view! {
                <line
                    class:first=rank == 0
                    hidden=move || ends.with(Option::is_none)
                    x1=end(|ends| ends.0[0])
                    y1=end(|ends| ends.0[1])
                    x2=end(|ends| ends.1[0])
                    y2=end(|ends| ends.1[1])
                ></line>
            }
        })
        .collect_view();
    view! {
        <svg class="plane" data-testid="embedding-map" role="img" viewBox=frame aria-label=label>
            {lines}
            <For each=move || 0..points.shown.get() key=|class| *class children=move |class| {
                view! { <Point sources=points.sources(class) class scatter nearest /> }
            } />
            <Query scatter />
        </svg>
    }
}

/// A class at its place.
#[component]
fn Point(
    /// What it shows.
    sources: Sources,
    /// Its number in the support set.
    class: usize,
    /// Where everything is drawn.
    scatter: Memo<Option<Scatter>>,
    /// The classes that the drawing is joined with.
    nearest: Memo<Vec<usize>>,
) -> impl IntoView {
    let place = Memo::new(move |_| {
        // The plot is the same for all points; each follows it when its sources have the map.
        sources.map.track();
        scatter.with_untracked(|scatter| {
            let scatter = scatter.as_ref()?;
            let (place, label) = (*scatter.points.get(class)?, *scatter.labels.get(class)?);
            Some((
                place,
                [label[0] - place[0], label[1] - place[1]],
                scatter.glyph,
            ))
        })
    });
    let shown = move || place.with(Option::is_some);
    let id = Memo::new(move |_| {
        sources.support.with(|set| {
            let class = set.as_ref()?.set.classes.get(class)?;
            Some(class.id.clone())
        })
    });
    let picture = move || {
        sources.support.with(|set| {
            let outline = set.as_ref().map(|set| set.outline(class));
            outline.unwrap_or_else(|| Arc::from(""))
        })
    };
    let frame = move || {
        sources.support.with(|set| {
            let window = set.as_ref().and_then(|set| set.window(class));
            window.map(frame_of)
        })
    };
    let is_near = Memo::new(move |_| nearest.with(|nearest| nearest.contains(&class)));
    let aside = move |axis: usize| {
        move || {
            place
                .get()
                .map(|(_, aside, _)| format!("{:.1}", aside[axis]))
        }
    };
    let label = move || place.get().map(|(_, aside, _)| moved(aside));
    let glyph = move |times: f32| {
        move || {
            place
                .get()
                .map(|(_, _, glyph)| format!("{:.1}", times * glyph))
        }
    };
    view! {
        <g
            class="point"
            class:near=move || is_near.get()
            hidden=move || !shown()
            data-testid=move || shown().then_some("map-point")
            data-character=move || id.get()
            transform=move || place.get().map(|(place, _, _)| moved(place))
        >
            <line x2=aside(0) y2=aside(1)></line>
            <circle class="dot" r="7"></circle>
            <g transform=label>
                <circle r=glyph(0.5)></circle>
                <svg x=glyph(-0.45) y=glyph(-0.45) width=glyph(0.9) height=glyph(0.9) viewBox=frame>
                    <path d=picture></path>
                </svg>
            </g>
        </g>
    }
}

/// The drawing.
#[component]
fn Query(scatter: Memo<Option<Scatter>>) -> impl IntoView {
    let draw = use_store::<DrawStore>();
    let place = Memo::new(move |_| {
        scatter.with(|scatter| {
            let scatter = scatter.as_ref()?;
            Some((scatter.query?, scatter.glyph))
        })
    });
    let shown = move || place.with(Option::is_some);
    let picture = move || {
        if !shown() {
            return String::new();
        }
        draw.query
            .with(|query| query.as_ref().map(outline).unwrap_or_default())
    };
    let frame = move || {
        let window = |query: &Option<_>| {
            let query = query.as_ref()?;
            Some(frame_of(twinglyph_core::canonical::window(query)))
        };
        shown().then(|| draw.query.with(window)).flatten()
    };
    let glyph = move |times: f32| {
        move || {
            place
                .get()
                .map(|(_, glyph)| format!("{:.1}", times * glyph))
        }
    };
    view! {
        <g
            class="query"
            hidden=move || !shown()
            data-testid=move || shown().then_some("map-query")
            transform=move || place.get().map(|(place, _)| moved(place))
        >
            <circle r=glyph(0.72)></circle>
            <svg x=glyph(-0.5) y=glyph(-0.5) width=glyph(1.0) height=glyph(1.0) viewBox=frame>
                <path d=picture></path>
            </svg>
        </g>
    }
}

fn moved([x, y]: [f32; 2]) -> String {
    format!("translate({x:.1} {y:.1})")
}
