//! The page `#/network`: what the network is made of, what the drawing becomes in it, and what
//! makes two drawings alike.
//!
//! It asks the worker when it is opened and when what it shows has changed, and shows the answer;
//! it computes nothing of a network's.

mod layers;
mod maps;
mod pair;

use std::sync::Arc;

use leptos::prelude::*;
use twinglyph_core::Bitmap;

use super::stores::{AppState, DrawStore, InspectionStore, SupportStore, use_store};
use super::style::adopt;
use crate::words::words;
use layers::Layers;
use maps::{Filters, Way};
use pair::Pair;

/// The class that the drawing is compared with: its place in the support set, its example, its name.
#[derive(Clone, Debug, PartialEq)]
struct Other {
    class: usize,
    example: Bitmap,
    name: Arc<str>,
}

/// The page.
#[component]
pub(super) fn Network() -> impl IntoView {
    adopt(include_str!("../../assets/css/network.css"));
    let app = use_store::<AppState>();
    let store = use_store::<InspectionStore>();
    let draw = use_store::<DrawStore>();
    let support = use_store::<SupportStore>();
    let chosen = RwSignal::new(None::<usize>);
    let best = Memo::new(move |_| {
        draw.ranking
            .with(|ranking| Some(ranking.as_ref()?.at(0)?.0))
    });
    let other = Memo::new(move |_| {
        support.shown.with(|shown| {
            let shown = shown.as_ref()?;
            let class = chosen.get().or_else(|| best.get())?;
            let found = shown.set.classes.get(class)?;
            Some(Other {
                class,
                example: found.example.clone(),
                name: found.name.as_str().into(),
            })
        })
    });
    Effect::new(move |_| {
        // A worker that took another's place, or another model, is to be asked again.
        app.model.track();
        let example = other.with(|other| other.as_ref().map(|other| other.example.clone()));
        store.inspect(draw.query.get(), example.into_iter().collect());
    });
    view! {
        <article class="network">
            <h1>{words().network.title}</h1>
            <p class="lead">
                {words().network.lead}
            </p>
            <Progress />
            <Show when=move || store.inspection.with(Option::is_some)>
                <Pair other chosen />
                <Way />
                <Filters />
                <Layers />
            </Show>
        </article>
    }
}

/// How far the worker is.
#[component]
fn Progress() -> impl IntoView {
    let store = use_store::<InspectionStore>();
    let line = move || match store.inspecting.get() {
        Some((done, total)) if total > 0 => words().network.looking_at(done, total),
        Some(_) => words().network.looking.to_owned(),
        None => String::new(),
    };
    view! {
        <p class="looking" role="status" data-testid="inspecting">
            {line}
        </p>
    }
}
