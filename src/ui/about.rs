//! The page `#/about`: what this is, what it isn't, and whose work it stands on.

mod room;

use leptos::prelude::*;

use room::Room;

use super::offline::Kept;
use super::style::adopt;
use crate::words::words;

/// The meta element with the version of the page, which the build fills in.
const VERSION: &str = "meta[name=twinglyph-version]";

/// The version of the page, and its commit where the build knew it.
fn version() -> String {
    let meta = document().query_selector(VERSION).ok().flatten();
    meta.and_then(|meta| meta.get_attribute("content"))
        .unwrap_or_default()
}

/// Short and honest.
#[component]
pub(super) fn About() -> impl IntoView {
    adopt(include_str!("../../assets/css/about.css"));
    view! {
        <article class="about">
            <h1>{words().about.title}</h1>
            <p class="lead">
                {words().about.lead_before}
                <a href="#/draw">{words().about.pad}</a>
                {words().about.lead_after}
            </p>

            <p>
                <a class="onward" href="#/learn">
                    {words().learn.invitation}
                </a>
            </p>
            <p>
                <a class="onward" href="#/lessons">
                    {words().lessons.invitation}
                </a>
            </p>
            <p>
                <a class="onward" href="#/fool">
                    {words().fool.invitation}
                </a>
            </p>

            <h2>{words().about.how}</h2>
            <p>
                {words().about.how_1}
                <em>{words().about.similarity}</em>
                {words().about.how_2}
            </p>
            <p>
                {words().about.idea_1}
                <cite lang="en">"Siamese Neural Networks for One-shot Image Recognition"</cite>
                {words().about.idea_2}
            </p>

            <h2>{words().about.shown}</h2>
            <p>
                {words().about.shown_1}
                <a href="https://github.com/brendenlake/omniglot">"Omniglot"</a>
                {words().about.shown_2}
            </p>

            <h2>{words().about.where_runs}</h2>
            <p>
                {words().about.where_runs_1}
            </p>

            <h2>{words().about.offline}</h2>
            <p>
                {words().about.offline_1}
            </p>
            <Kept />
            <Room />

            <h2>{words().about.errs}</h2>
            <p>
                {words().about.errs_1}
            </p>

            <h2>{words().about.licences}</h2>
            <p>
                {words().about.licences_1}
                <a href="./notices.txt" data-testid="notices">{words().about.notices}</a>
            </p>
            <p data-testid="version">
                {words().about.version}
                {version()}
            </p>
        </article>
    }
}
