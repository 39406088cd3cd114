//! Why two drawings are alike: the score unrolled into its terms, and shown on the ink.

use leptos::html::Select;
use leptos::prelude::*;
use twinglyph_core::protocol::PairReport;

use super::Other;
use crate::session::heatmap::{self, Heatmap, occlusion};
use crate::ui::seen::Seen;
use crate::ui::select::keep_value;
use crate::ui::stores::{DrawStore, InspectionStore, SupportStore, use_store};
use crate::words::words;

/// Components of the embedding that are shown one by one.
const COMPONENTS: usize = 10;

/// The comparison with a class that a person picks, the best match before that.
#[component]
pub(super) fn Pair(other: Memo<Option<Other>>, chosen: RwSignal<Option<usize>>) -> impl IntoView {
    let store = use_store::<InspectionStore>();
    let draw = use_store::<DrawStore>();
    let support = use_store::<SupportStore>();
    let select = NodeRef::<Select>::new();
    let names = Memo::new(move |_| {
        support.shown.with(|shown| {
            shown.as_ref().map_or_else(Vec::new, |shown| {
                let classes = shown.set.classes.iter();
                classes.map(|class| class.name.clone()).collect::<Vec<_>>()
            })
        })
    });
    keep_value(
        select,
        move || {
            other.with(|other| {
                other
                    .as_ref()
                    .map_or_else(String::new, |o| o.class.to_string())
            })
        },
        move || names.track(),
    );
    let pick = move |event| {
        if let Ok(class) = event_target_value::<leptos::ev::Event>(&event).parse::<usize>() {
            chosen.set(Some(class));
        }
    };
    let options = move || {
        let names = names.get().into_iter().enumerate();
        names
            .map(|(at, name)| view! { <option value=at.to_string()>{name}</option> })
            .collect_view()
    };
    let pair = Memo::new(move |_| {
        store
            .inspection
            .with(|seen| seen.as_ref()?.pairs.first().cloned())
    });
    let query = Memo::new(move |_| draw.query.get());
    let example = Memo::new(move |_| other.with(|o| o.as_ref().map(|o| o.example.clone())));
    let heatmaps = Memo::new(move |_| pair.with(|pair| pair.as_ref().map(Heats::of)));
    view! {
        <section aria-label=words().network.pair>
            <h2>{words().network.alike}</h2>
            <label class="against">
                {words().network.against}
                <select node_ref=select data-testid="pair-select" on:change=pick>
                    {options}
                </select>
            </label>
            <Show
                when=move || pair.with(Option::is_some)
                fallback=|| view! { <p>{words().network.nothing}</p> }
            >
                // The last answer, pale, until the next one comes.
                <div
                    class="pair"
                    aria-busy=move || store.inspecting.with(Option::is_some).to_string()
                >
                    <Seen
                        drawing=query
                        heatmap=Signal::derive(move || heatmaps.get().map(|heatmaps| heatmaps.occlusion))
                        test="occlusion"
                        caption=words().network.occlusion
                    />
                    <Show when=move || heatmaps.with(|h| h.as_ref().is_some_and(|h| h.local.is_some()))>
                        <Seen
                            drawing=query
                            heatmap=Signal::derive(move || heatmaps.get()?.local.map(|(own, _)| own))
                            test="local-query"
                            caption=words().network.lost_query
                        />
                        <Seen
                            drawing=example
                            heatmap=Signal::derive(move || heatmaps.get()?.local.map(|(_, other)| other))
                            test="local-other"
                            caption=words().network.lost_other
                        />
                    </Show>
                    <Terms pair />
                </div>
            </Show>
        </section>
    }
}

/// The heatmap of a pair's pictures.
#[derive(Clone, Debug, PartialEq)]
struct Heats {
    occlusion: Heatmap,
    local: Option<(Heatmap, Heatmap)>,
}

impl Heats {
    fn of(pair: &PairReport) -> Self {
        Self {
            occlusion: occlusion(pair),
            local: pair.local.as_ref().map(|(query, other)| {
                let side = pair.input_side as usize;
                let most = query.iter().chain(other).copied().fold(f32::MIN, f32::max);
                let lost =
                    |terms: &[f32]| -> Vec<f32> { terms.iter().map(|term| term - most).collect() };
                (
                    heatmap::of_places(&lost(query), side),
                    heatmap::of_places(&lost(other), side),
                )
            }),
        }
    }
}

/// The sum that the score is.
#[component]
fn Terms(pair: Memo<Option<PairReport>>) -> impl IntoView {
    let line = |name: String, value: f32| {
        view! {
            <tr>
                <th scope="row">{name}</th>
                <td>{format!("{value:+.2}")}</td>
            </tr>
        }
    };
    let rows = move || {
        pair.get().map(|pair| {
            let local = pair
                .local
                .as_ref()
                .map(|(query, other)| query.iter().chain(other).sum::<f32>());
            view! {
                {line(words().network.to_begin.to_owned(), pair.bias)}
                {line(
                    words().network.components_differ(pair.global.len()),
                    pair.global.iter().sum(),
                )}
                {local.map(|local| line(words().network.places_fit.to_owned(), local))}
            }
        })
    };
    let components = move || {
        let mut ranked: Vec<(usize, f32)> = pair
            .get()
            .map_or_else(Vec::new, |p| p.global.into_iter().enumerate().collect());
        ranked.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
        let all: f32 = ranked.iter().map(|(_, term)| term.abs()).sum();
        let most = ranked
            .first()
            .map_or(1.0, |(_, term)| term.abs().max(f32::MIN_POSITIVE));
        let shown: f32 = ranked.iter().take(COMPONENTS).map(|(_, t)| t.abs()).sum();
        let part = if all > 0.0 { shown / all * 100.0 } else { 0.0 };
        let bars = ranked.into_iter().take(COMPONENTS).map(|(at, term)| {
            view! {
                <li style=("--similarity", format!("{:.4}", term.abs() / most))>
                    <span class="name">{words().network.component(at)}</span>
                    <span class="bar" aria-hidden="true"></span>
                    <span class="value">{format!("{term:+.3}")}</span>
                </li>
            }
        });
        view! {
            <ol class="components">{bars.collect_view()}</ol>
            <p class="note">{words().network.components_part(COMPONENTS, part)}</p>
        }
    };
    let score = move || pair.with(|p| p.as_ref().map_or(0.0, |p| p.score));
    let similarity = move || pair.with(|p| p.as_ref().map_or(0.0, |p| p.similarity));
    let views = move || pair.with(|p| p.as_ref().map_or(1, |p| p.views));
    let similarity_by = move || match views() {
        1 => words().network.similarity.to_owned(),
        views => words().network.similarity_by(views),
    };
    view! {
        <div class="terms">
            <table data-testid="terms">
                <tbody>{rows}</tbody>
                <tfoot>
                    <tr>
                        <th scope="row">{words().network.score}</th>
                        <td data-testid="pair-score">{move || format!("{:+.2}", score())}</td>
                    </tr>
                    <tr>
                        <th scope="row">{similarity_by}</th>
                        <td data-testid="pair-similarity">{move || format!("{:.2}", similarity())}</td>
                    </tr>
                </tfoot>
            </table>
            <Show when=move || { views() > 1 }>
                <p class="note">
                    {words().network.views_note}
                </p>
            </Show>
            <h3>{words().network.differ_most}</h3>
            {components}
        </div>
    }
}
