//! The page `#/trials`: trials to play against the network, and the measures of the network.

mod confusion;
mod curve;
mod ending;
mod game;
mod official;
mod play;
mod scoreboard;
mod verify;

use leptos::prelude::*;

use super::style::adopt;
use crate::words::words;
use game::Game;

/// Play above, measures below.
#[component]
pub(super) fn Trials() -> impl IntoView {
    adopt(include_str!("../../assets/css/trials.css"));
    provide_context(Game::open());
    view! {
        <div class="trials-page">
            <h1>{words().trials.title}</h1>
            <p class="lead">
                {words().trials.lead}
            </p>
            <play::Play />
            <div class="so-far">
                <ending::Ending />
                <scoreboard::Score />
                <scoreboard::Wrongs />
                <confusion::OfSession />
            </div>
            <h1 class="part">{words().trials.measure}</h1>
            <official::OfficialRuns />
            <curve::Curve />
            <verify::Verification />
        </div>
    }
}
