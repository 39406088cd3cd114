//! What the network sees: the drawing as its input, pixel by pixel.

use leptos::html::Canvas;
use leptos::prelude::*;
use twinglyph_core::{Architecture, Bitmap};

use super::paint;
use super::stores::{AppState, DrawStore, use_store};
use crate::words::words;

/// The small picture beside the pad.
#[component]
pub(super) fn Sees() -> impl IntoView {
    let app = use_store::<AppState>();
    let draw = use_store::<DrawStore>();
    let canvas = NodeRef::<Canvas>::new();
    let architecture = Memo::new(move |_| app.architecture());
    Effect::new(move |_| {
        let Some(canvas) = canvas.get() else { return };
        let architecture = architecture.get();
        draw.query.with(|query| {
            let values = architecture.input(query.as_ref().unwrap_or(&Bitmap::blank()));
            paint::network_input(&canvas, &values, architecture.input_side());
        });
    });
    let title = move || {
        let side = architecture.get().input_side();
        let how = match architecture.get() {
            Architecture::Koch => words().draw.as_drawn,
            Architecture::Compact | Architecture::Deep => words().draw.scaled,
        };
        words().draw.pixels(side, how)
    };
    view! {
        <figure class="sees">
            <canvas
                node_ref=canvas
                data-testid="canonical"
                role="img"
                aria-label=words().draw.as_seen
                title=title
            ></canvas>
            <figcaption>{words().draw.sees}</figcaption>
        </figure>
    }
}
