//! The head of the page: its name, its pages, a button for network and device, theme and language.

use leptos::html::Select;
use leptos::prelude::*;

use super::Route;
use super::builtin_models::{USUAL_MODEL, model_label, offered_models};
use super::device::DeviceBadge;
use super::icons::{Icon, THEME};
use super::language::LanguageSelect;
use super::select::keep_value;
use super::stores::{AppState, ModelStore, use_store};
use crate::session::persistence::Theme;
use crate::words::words;

/// The header.
#[component]
pub(super) fn Header(route: RwSignal<Route>) -> impl IntoView {
    let app = use_store::<AppState>();
    let store = use_store::<ModelStore>();
    Effect::new(move |_| {
        if let Some(root) = document().document_element() {
            // It fails only for a name that is no attribute's.
            let _ = root.set_attribute("data-theme", app.theme.get().as_str());
        }
    });
    let turn = move |_| {
        app.use_theme(if is_dark(app) {
            Theme::Light
        } else {
            Theme::Dark
        })
    };
    let select = NodeRef::<Select>::new();
    let kept = move || {
        store.kept.with(|models| {
            models
                .iter()
                .filter(|model| model.fault().is_none())
                .map(|model| model.name.clone())
                .collect::<Vec<_>>()
        })
    };
    let models = move || {
        let shipped = offered_models().map(|stem| (stem.to_owned(), model_label(stem)));
        let kept = kept().into_iter().map(|name| (name.clone(), name));
        shipped
            .into_iter()
            .chain(kept)
            .map(|(name, label)| view! { <option value=name>{label}</option> })
            .collect_view()
    };
    keep_value(
        select,
        move || {
            let name = app
                .model
                .with(|model| model.as_ref().map(|model| model.name.clone()));
            name.unwrap_or_else(|| USUAL_MODEL.to_owned())
        },
        move || drop(kept()),
    );
    view! {
        <header class="head">
            <a class="mark" href="#/draw" aria-label="Twinglyph">
                <svg class="seal" viewBox="0 0 32 32" aria-hidden="true">
                    <rect x="1" y="1" width="30" height="30" rx="3" />
                    <path d="M8 9.500c3 1 4.500 3 4.500 7S11 23 8.500 24M24 9.500c-3 1-4.500 3-4.500 7s1.500 6.500 4 7.500M7 15.800h18" />
                </svg>
                <span class="wordmark" translate="no">"Twinglyph"</span>
            </a>
            <nav aria-label=words().head.pages>
                {link(route, Route::Draw, "#/draw", words().head.draw)}
                {link(route, Route::Teach, "#/teach", words().head.teach)}
                {link(route, Route::Trials, "#/trials", words().head.trials)}
                {link(route, Route::Train, "#/train", words().head.train)}
                {link(route, Route::Network, "#/network", words().head.network)}
                {link(route, Route::Learn, "#/learn", words().head.learn)}
                {link(route, Route::About, "#/about", words().head.about)}
            </nav>
            <div class="engine">
                <DeviceBadge>
                    <label class="override">
                        {words().head.model}
                        <select
                            node_ref=select
                            data-testid="model-select"
                            on:change=move |event| store.use_model(&event_target_value(&event))
                        >
                            {models}
                        </select>
                    </label>
                </DeviceBadge>
                <button
                    class="tool theme"
                    title=words().head.theme
                    aria-label=words().head.change_theme
                    on:click=turn
                >
                    <Icon path=THEME />
                </button>
                <LanguageSelect />
            </div>
        </header>
    }
}

/// A link to a page of the app.
fn link(
    route: RwSignal<Route>,
    page: Route,
    address: &'static str,
    name: &'static str,
) -> impl IntoView {
    view! {
        <a href=address aria-current=move || (route.get() == page).then_some("page")>
            {name}
        </a>
    }
}

/// Is the page dark now?
fn is_dark(app: AppState) -> bool {
    match app.theme.get_untracked() {
        Theme::Dark => true,
        Theme::Light => false,
        Theme::System => window()
            .match_media("(prefers-color-scheme: dark)")
            .ok()
            .flatten()
            .is_some_and(|query| query.matches()),
    }
}
