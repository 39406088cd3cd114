//! A plot with its table, to be looked at, read out, and saved.

use leptos::prelude::*;
use twinglyph_core::plot::{Palette, Plot, SIZE};

use super::save::{save_png, save_text};
use super::style::adopt;
use crate::words::words;

/// Pixels a unit in saved pictures: sharp in print at a hand's width.
const SCALE: f64 = 3.0;

/// A plot; the table that says the same is the component's child.
#[component]
pub(super) fn Figure(
    /// What is drawn.
    #[prop(into)]
    plot: Signal<Plot>,
    /// Stem of the files' names.
    name: &'static str,
    children: Children,
) -> impl IntoView {
    adopt(include_str!("../../assets/css/figure.css"));
    let picture = move || plot.with(|plot| plot.svg(&Palette::PAGE));
    let file = move || plot.with_untracked(|plot| plot.svg(&Palette::FILE));
    view! {
        <figure class="figure">
            // The text is this crate's own, its words escaped.
            <div class="plot" data-testid=format!("plot-{name}") inner_html=picture></div>
            <figcaption>
                <button
                    class="link"
                    data-testid=format!("{name}-svg")
                    on:click=move |_| save_text(&format!("{name}.svg"), "image/svg+xml", &file())
                >
                    {words().bench.as_svg}
                </button>
                " "
                <button
                    class="link"
                    data-testid=format!("{name}-png")
                    on:click=move |_| save_png(&format!("{name}.png"), &file(), SIZE, SCALE)
                >
                    {words().bench.as_png}
                </button>
                <details>
                    <summary>{words().bench.table}</summary>
                    {children()}
                </details>
            </figcaption>
        </figure>
    }
}
