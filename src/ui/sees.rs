//! What the network sees: the drawing in its canonical form, pixel by pixel.

use leptos::html::Canvas;
use leptos::prelude::*;
use twinglyph_core::Bitmap;
use twinglyph_core::canonical::{SIDE, canonical};

use super::desk::Desk;
use super::paint;

/// The small picture beside the pad.
#[component]
pub(super) fn Sees() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let canvas = NodeRef::<Canvas>::new();
    Effect::new(move |_| {
        let Some(canvas) = canvas.get() else { return };
        desk.query.with(|query| {
            let values = canonical(query.as_ref().unwrap_or(&Bitmap::blank()));
            paint::canonical_form(&canvas, &values);
        });
    });
    view! {
        <figure class="sees">
            <canvas
                node_ref=canvas
                data-testid="canonical"
                role="img"
                aria-label="The drawing as the network sees it"
                title=format!("{SIDE} by {SIDE} pixels, centred and scaled")
            ></canvas>
            <figcaption>"What the network sees"</figcaption>
        </figure>
    }
}
