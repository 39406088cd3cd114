//! The page `#/trials`: trials to play against the network, and the measures of the network.

mod confusion;
mod curve;
mod game;
mod official;
mod play;
mod standing;
mod verify;

use leptos::prelude::*;

use super::desk::Desk;
use game::Game;

/// Play above, measures below.
#[component]
pub(super) fn Trials() -> impl IntoView {
    let desk = expect_context::<Desk>();
    provide_context(Game::open(desk));
    view! {
        <div class="trials-page">
            <h1>"You against the network"</h1>
            <p class="lead">
                "One character above, a choice below, each drawn once by another hand. Which is the same? The evaluation and the invented alphabets are new to the network, too; the background ones it was trained on."
            </p>
            <play::Play />
            <standing::Score />
            <standing::Wrongs />
            <confusion::OfSession />
            <h1 class="part">"Measure the network"</h1>
            <official::OfficialRuns />
            <curve::Curve />
            <verify::Verification />
        </div>
    }
}
