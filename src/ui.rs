//! What is on the screen: one file a page, one file a component.
//!
//! Knows the document and the signals of the [`stores`]; decides nothing about drawings, sets and
//! rankings.
#![allow(
    unreachable_pub,
    reason = "`#[component]` makes its structs of properties public"
)]

mod about;
mod address;
mod alphabet;
mod alphabet_pictures;
mod answer;
mod bench;
mod builtin_models;
mod cells;
mod compare;
mod custom_set_editor;
mod device;
mod draw;
mod embed;
mod explain;
mod fetching;
mod field;
mod figure;
mod fool;
mod glyph;
mod header;
mod icons;
mod language;
mod lazy_page;
mod learn;
mod lessons;
mod network;
mod notice;
mod offline;
mod pad;
mod paint;
mod paper;
mod pause;
mod persistence;
mod persistent_storage;
mod save;
mod seen;
mod sees;
mod select;
mod share_link;
mod slices;
mod stores;
mod style;
mod tools;
mod train;
mod trials;
mod typing;

use leptos::ev;
use leptos::prelude::*;

use crate::session::address::page_of;
use crate::words::words;
use draw::Draw;
use fetching::Fetching;
use header::Header;
pub(crate) use language::open_with;
use lazy_page::{Coming, LazyPage};
use notice::Notices;
use offline::{Newer, Offline};

/// The meta element of the document that is made to be embedded.
const EMBEDDED: &str = "meta[name=twinglyph-embed]";

/// Is this the document that is made to be embedded?
pub(crate) fn is_embedded() -> bool {
    matches!(document().query_selector(EMBEDDED), Ok(Some(_)))
}

/// That of the app's own document where boot.js found it in a frame of another site's page.
const REFUSED: &str = "meta[name=twinglyph-embed][content=refused]";

/// Is the app in a frame where it does nothing?
fn is_refused() -> bool {
    matches!(document().query_selector(REFUSED), Ok(Some(_)))
}

/// Is the document in a frame of another page that may have it there?
pub(crate) fn is_framed() -> bool {
    let parent = window().parent().ok().flatten();
    parent.is_some_and(|parent| parent != window()) && !is_refused()
}

/// The page of that document.
#[component]
pub(crate) fn Embed() -> impl IntoView {
    view! { <LazyPage fetch=lazy_page::frame /> }
}

/// A page of the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// `#/draw`, and whatever is not known.
    Draw,
    /// `#/teach`, with a set as a query.
    Teach,
    /// `#/trials`, with which trial as a query.
    Trials,
    /// `#/train`.
    Train,
    /// `#/network`.
    Network,
    /// `#/about`.
    About,
    /// `#/learn`.
    Learn,
    /// `#/lessons`, which `#/learn` and `#/about` lead to.
    Lessons,
    /// `#/compare`, which `#/draw` and `#/learn` lead to.
    Compare,
    /// `#/fool`, which `#/learn` and `#/about` lead to, with a drawing to vote on as a query.
    Fool,
}

impl Route {
    /// The page that is shown.
    pub(crate) fn here() -> Self {
        let hash = location().hash().unwrap_or_default();
        // Some programs encode all of an address; one that can't be decoded is as it is.
        match js_sys::decode_uri_component(&hash) {
            Ok(decoded) => Self::of(&String::from(decoded)),
            Err(_) => Self::of(&hash),
        }
    }

    /// The page that a decoded fragment means.
    fn of(hash: &str) -> Self {
        match page_of(hash) {
            "teach" => Self::Teach,
            "trials" => Self::Trials,
            "train" => Self::Train,
            "network" => Self::Network,
            "about" => Self::About,
            "learn" => Self::Learn,
            "lessons" => Self::Lessons,
            "compare" => Self::Compare,
            "fool" => Self::Fool,
            _ => Self::Draw,
        }
    }
}

/// The whole page.
#[component]
pub(crate) fn App() -> impl IntoView {
    stores::open();
    provide_context(Offline::listen());
    let route = RwSignal::new(Route::here());
    window_event_listener(ev::hashchange, move |_| {
        let here = Route::here();
        if route.get_untracked() != here {
            // Where the page is shown from, and where the keys go on, is boot.js's.
            route.set(here);
        }
    });
    Effect::new(move |_| {
        document().set_title(match route.get() {
            Route::Draw => words().head.title_draw,
            Route::Teach => words().head.title_teach,
            Route::Trials => words().head.title_trials,
            Route::Train => words().head.title_train,
            Route::Network => words().head.title_network,
            Route::About => words().head.title_about,
            Route::Learn => words().learn.title,
            Route::Lessons => words().head.title_lessons,
            Route::Compare => words().head.title_compare,
            Route::Fool => words().head.title_fool,
        });
    });
    view! {
        // Where it leads is boot.js's: the address's fragment names a page.
        <a class="skip" href="#content">
            {words().head.skip}
        </a>
        <Header route />
        <Notices />
        <Newer />
        <Fetching />
        <div id="content" tabindex="-1">
        <main class="page" hidden=move || route.get() != Route::Draw>
            <Draw />
        </main>
        <Page route of=Route::Trials fetch=lazy_page::trials />
        <Page route of=Route::Teach fetch=lazy_page::custom_set_editor />
        <Page route of=Route::Train fetch=lazy_page::train />
        <Page route of=Route::Network fetch=lazy_page::network stays=false />
        <Page route of=Route::Learn fetch=lazy_page::learn />
        <Page route of=Route::Lessons fetch=lazy_page::lessons stays=false />
        <Page route of=Route::Compare fetch=lazy_page::compare />
        <Page route of=Route::Fool fetch=lazy_page::fool stays=false />
        <Page route of=Route::About fetch=lazy_page::about stays=false />
        </div>
    }
}

/// A page that is made when it is first asked for. Pages stay in the document, so that coming back to them
/// costs nothing and a run goes on while its person draws.
#[component]
fn Page(
    route: RwSignal<Route>,
    /// Its address.
    of: Route,
    /// Fetches it.
    fetch: fn() -> Coming,
    /// Does it stay?
    #[prop(default = true)]
    stays: bool,
) -> impl IntoView {
    let is_there = Memo::new(move |was: Option<&bool>| {
        route.get() == of || stays && was.copied().unwrap_or(false)
    });
    view! {
        <Show when=move || is_there.get()>
            <main class="page" hidden=move || route.get() != of>
                <LazyPage fetch />
            </main>
        </Show>
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Route;
    use crate::words::lessons::pieces;
    use crate::words::words;

    #[test]
    fn lessons_lead_to_pages() {
        let words = &words().lessons;
        let plans = words.plans().into_iter();
        let texts = plans.flat_map(|plan| plan.steps.into_iter().chain([plan.ask, plan.find]));
        let links = texts.chain(words.beginning()).flat_map(pieces);
        let addresses: BTreeSet<_> = links.filter_map(|(_, address)| address).collect();
        let is_page = |address: &str| address == "#/draw" || Route::of(address) != Route::Draw;
        let missing: Vec<_> = addresses
            .iter()
            .copied()
            .filter(|link| !is_page(link))
            .collect();
        assert_eq!(missing, [""; 0], "of {addresses:?}");
    }

    #[test]
    fn unknown_routes_show_the_pad() {
        for hash in ["", "#", "#/", "#/draw", "#/trial", "#/../about/x"] {
            assert_eq!(Route::of(hash), Route::Draw, "{hash}");
        }
        assert_eq!(Route::of("#/about"), Route::About);
        assert_eq!(Route::of("#/learn"), Route::Learn);
        assert_eq!(Route::of("#/lessons"), Route::Lessons);
        assert_eq!(Route::of("#/compare"), Route::Compare);
        assert_eq!(Route::of("#/fool?ink=AA"), Route::Fool);
        assert_eq!(Route::of("#/network"), Route::Network);
        assert_eq!(Route::of("#/about/"), Route::About);
        assert_eq!(Route::of("#/trials?seed=3"), Route::Trials);
        assert_eq!(Route::of("#/teach?set=dHdpbg"), Route::Teach);
        assert_eq!(Route::of("#//teach/?set=dHdpbg"), Route::Teach);
    }
}
