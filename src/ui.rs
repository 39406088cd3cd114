//! What is on the screen: one file a page, one file a component.
//!
//! Knows the document and the signals of [`desk::Desk`]; decides nothing about drawings, sets and
//! rankings.
#![allow(
    unreachable_pub,
    reason = "`#[component]` makes its structs of properties public"
)]

mod about;
mod alphabet;
mod answer;
mod cells;
mod desk;
mod device;
mod draw;
mod glyph;
mod header;
mod icons;
mod notice;
mod pad;
mod paint;
mod sees;
mod select;
mod store;
mod tools;

use leptos::ev;
use leptos::prelude::*;

use about::About;
use desk::Desk;
use draw::Draw;
use header::Header;
use notice::Notices;

/// A page of the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// `#/draw`, and whatever is not known.
    Draw,
    /// `#/about`.
    About,
}

impl Route {
    /// The page that an address's fragment means.
    fn of(hash: &str) -> Self {
        match hash.trim_start_matches('#').trim_matches('/') {
            "about" => Self::About,
            _ => Self::Draw,
        }
    }
}

/// The whole page.
#[component]
pub(crate) fn App() -> impl IntoView {
    let desk = Desk::open();
    provide_context(desk);
    let hash = || Route::of(&location().hash().unwrap_or_default());
    let route = RwSignal::new(hash());
    window_event_listener(ev::hashchange, move |_| route.set(hash()));
    Effect::new(move |_| {
        document().set_title(match route.get() {
            Route::Draw => "Twinglyph: draw a character",
            Route::About => "Twinglyph: about",
        });
    });
    view! {
        <Header route />
        <Notices />
        // The drawing's page stays in the document, so that coming back to it costs nothing.
        <main class="page" hidden=move || route.get() != Route::Draw>
            <Draw />
        </main>
        <Show when=move || route.get() == Route::About>
            <main class="page">
                <About />
            </main>
        </Show>
    }
}

#[cfg(test)]
mod tests {
    use super::Route;

    #[test]
    fn unknown_routes_show_the_pad() {
        for hash in ["", "#", "#/", "#/draw", "#/trials", "#/../about/x"] {
            assert_eq!(Route::of(hash), Route::Draw, "{hash}");
        }
        assert_eq!(Route::of("#/about"), Route::About);
        assert_eq!(Route::of("#/about/"), Route::About);
    }
}
