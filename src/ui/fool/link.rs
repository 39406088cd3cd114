//! The link to a round, and what is to be said of a set that came with one.

use leptos::prelude::*;

use super::game::Game;
use crate::session::fool::Step;
use crate::ui::share_link::{ShareButtons, Shared};
use crate::words::words;

/// The link, once there is something to vote on.
#[component]
pub(super) fn Link() -> impl IntoView {
    let game = expect_context::<Game>();
    let shared = Shared {
        link: Callback::new(move |()| game.link().map_err(|error| error.to_string())),
        track: Callback::new(move |()| {
            game.round.track();
            game.step.track();
        }),
        too_long: Callback::new(|(bytes, most)| words().drawing.code_long(bytes, most)),
        empty: Signal::derive(|| false),
        handle: "fool",
    };
    view! {
        <section class="pass-on" hidden=move || game.step.get() == Step::Draw>
            <p>{words().fool.link_how}</p>
            <ShareButtons shared />
        </section>
    }
}

/// Says that the set is somebody else's, and where one's own is.
#[component]
pub(super) fn Guest() -> impl IntoView {
    let game = expect_context::<Game>();
    let is_guest = move || {
        let is_own = game.is_own();
        is_own && game.own.home.with(Option::is_some)
    };
    view! {
        <p class="facts" data-testid="fool-guest" hidden=move || !is_guest()>
            {words().fool.guest}
            <a href="#/teach">{words().fool.back_to_own}</a>
        </p>
    }
}
