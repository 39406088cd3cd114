//! A drawing under a heatmap: which of its ink speaks for what.

use leptos::html::Canvas;
use leptos::prelude::*;
use twinglyph_core::canonical::canonical;
use twinglyph_core::{Bitmap, bitmap};

use super::paint;
use super::style::adopt;
use crate::session::heatmap::Heatmap;

/// A drawing as the network sees it, under a heatmap.
#[component]
pub(super) fn Seen(
    drawing: Memo<Option<Bitmap>>,
    /// Of the network's input; nothing is shown before it is there.
    heatmap: Signal<Option<Heatmap>>,
    /// Handle for tests.
    test: &'static str,
    #[prop(into)] caption: Signal<String>,
) -> impl IntoView {
    adopt(include_str!("../../assets/css/seen.css"));
    let below = NodeRef::<Canvas>::new();
    let above = NodeRef::<Canvas>::new();
    Effect::new(move |_| {
        let (Some(canvas), Some(heatmap)) = (below.get(), heatmap.get()) else {
            return;
        };
        paint::heatmap(&canvas, &heatmap.values, heatmap.side);
    });
    Effect::new(move |_| {
        let (Some(canvas), Some(heatmap)) = (above.get(), heatmap.get()) else {
            return;
        };
        drawing.with(|drawing| {
            let drawing = drawing.clone().unwrap_or_default();
            // The networks' inputs are the canonical form and the sheet as it is.
            let values = if heatmap.side == bitmap::SIDE {
                twinglyph_core::canonical::plain(&drawing)
            } else {
                canonical(&drawing)
            };
            paint::mosaic(&canvas, &values, heatmap.side, 1, 1);
        });
    });
    view! {
        <figure class="seen">
            <div class="layers">
                <canvas node_ref=below data-testid=test role="img" aria-label=move || caption.get()></canvas>
                <canvas class="ink" node_ref=above aria-hidden="true"></canvas>
            </div>
            <figcaption>{move || caption.get()}</figcaption>
        </figure>
    }
}
