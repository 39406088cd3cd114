//! What else can be known of the drawing, for who asks: the map of the embeddings, and the most
//! similar of all characters. Nothing of it is computed before. And how it is shown to somebody.

mod map;
mod nearest;
mod open_link;
mod share_drawing;

use leptos::prelude::*;

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
    view! {
        <section class="explain" aria-label=words().explain.more>
            <EmbeddingPlane />
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
