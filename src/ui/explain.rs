//! What else can be known of the drawing, for who asks: the map of the embeddings, and the most
//! similar of all characters. Nothing of it is computed before. Told unasked: what decides between two close candidates,
//! and which characters of the set look alike.
//! And how the drawing is shown to somebody.

mod close_call;
mod look_alikes;
mod map;
mod nearest;
mod open_link;
mod share_drawing;

use leptos::prelude::*;

use close_call::CloseCall;
use look_alikes::LookAlikes;
pub(super) use map::EmbeddingPlane;
use nearest::Nearest;
use share_drawing::{ShareDrawing, Sharing};

use crate::words::words;

/// Two disclosures below the answer, where two networks are compared on the drawing, and a row to pass the drawing on
/// by. A link to a drawing is opened here.
#[component]
pub(super) fn Explain() -> impl IntoView {
    let sharing = Sharing::new();
    open_link::listen(sharing);
    let map_open = RwSignal::new(false);
    view! {
        <section class="explain" aria-label=words().explain.more>
            <CloseCall />
            <LookAlikes map_open />
            <EmbeddingPlane open=map_open />
            <Nearest />
            <p>
                <a href="#/compare" data-testid="compare-link">{words().compare.link}</a>
            </p>
            <ShareDrawing sharing />
        </section>
    }
}

/// Is the `details` element of this event open?
fn is_open(event: &web_sys::Event) -> bool {
    event_target::<web_sys::Element>(event).has_attribute("open")
}
