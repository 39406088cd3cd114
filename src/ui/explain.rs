//! What else can be known of the drawing, for who asks: the map of the embeddings, and the most
//! similar of all characters. Nothing of it is computed before.

mod map;
mod nearest;

use leptos::prelude::*;

pub(super) use map::EmbeddingPlane;
use nearest::Nearest;

use crate::words::words;

/// Two disclosures below the answer, and where two networks are compared on the drawing.
#[component]
pub(super) fn Explain() -> impl IntoView {
    view! {
        <section class="explain" aria-label=words().explain.more>
            <EmbeddingPlane />
            <Nearest />
            <p>
                <a href="#/compare" data-testid="compare-link">{words().compare.link}</a>
            </p>
        </section>
    }
}

/// Is the `details` element of this event open?
fn is_open(event: &web_sys::Event) -> bool {
    event_target::<web_sys::Element>(event).has_attribute("open")
}
