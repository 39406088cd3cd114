//! Filters and feature maps as pictures: the least value of a layer is paper, the greatest ink.

use leptos::html::Canvas;
use leptos::prelude::*;
use twinglyph_core::protocol::Maps;

use crate::ui::paint;
use crate::ui::stores::{InspectionStore, use_store};
use crate::words::words;

/// Most maps of a layer that are painted; deeper layers have more, and nobody looks at them all.
const MOST: usize = 64;

/// Squares of a picture side by side.
const COLUMNS: usize = 16;

/// The drawing's way through the layers.
#[component]
pub(super) fn Way() -> impl IntoView {
    let store = use_store::<InspectionStore>();
    let layers = Memo::new(move |_| {
        store.inspection.with(|seen| {
            seen.as_ref()
                .map_or_else(Vec::new, |seen| seen.maps.clone())
        })
    });
    let pictures = move || {
        let layers = layers.get().into_iter();
        layers
            .map(|maps| {
                let (count, side) = (maps.count(), maps.side);
                let shown = if count > MOST {
                    words().network.maps_first(MOST, count, side)
                } else {
                    words().network.maps(count, side)
                };
                let caption = words().network.maps_of(&maps.layer, &shown, &range(&maps));
                let layer = maps.layer.clone();
                view! {
                    <figure class="maps" data-testid="maps" data-layer=layer>
                        <Mosaic maps />
                        <figcaption>{caption}</figcaption>
                    </figure>
                }
            })
            .collect_view()
    };
    view! {
        <section aria-label=words().network.feature_maps>
            <h2>{words().network.becomes}</h2>
            <Show
                when=move || layers.with(|layers| !layers.is_empty())
                fallback=|| {
                    view! {
                        <p>
                            {words().network.no_drawing}<a href="#/draw">{words().network.pad}</a>{words().network.no_drawing_after}
                        </p>
                    }
                }
            >
                <p class="note">
                    {words().network.maps_note}
                </p>
                <div class="way">{pictures}</div>
            </Show>
        </section>
    }
}

/// The filters of the first layer.
#[component]
pub(super) fn Filters() -> impl IntoView {
    let store = use_store::<InspectionStore>();
    let filters = Memo::new(move |_| {
        store
            .inspection
            .with(|seen| seen.as_ref().map(|seen| seen.filters.clone()))
    });
    let picture = move || {
        filters.get().map(|maps| {
            let caption = words()
                .network
                .filters(maps.count(), maps.side, &range(&maps));
            view! {
                <figure class="maps filters" data-testid="filters">
                    <Mosaic maps />
                    <figcaption>{caption}</figcaption>
                </figure>
            }
        })
    };
    view! {
        <section aria-label=words().network.filters_region>
            <h2>{words().network.looks_first}</h2>
            <p class="note">
                {words().network.filters_note}
            </p>
            {picture}
        </section>
    }
}

fn range(maps: &Maps) -> String {
    let (least, greatest) = maps.range;
    words().network.range(least, greatest)
}

/// Square maps side by side, a pixel apart.
#[component]
fn Mosaic(maps: Maps) -> impl IntoView {
    let canvas = NodeRef::<Canvas>::new();
    let label = words()
        .network
        .pictures(maps.count().min(MOST), &maps.layer);
    Effect::new(move |_| {
        if let Some(canvas) = canvas.get() {
            let (values, side) = apart(&maps);
            paint::mosaic(&canvas, &values, side, COLUMNS, MOST);
        }
    });
    view! { <canvas node_ref=canvas role="img" aria-label=label></canvas> }
}

/// The maps with a line of nothing to the right of each and below it, and their side with it.
fn apart(maps: &Maps) -> (Vec<f32>, usize) {
    let side = maps.side as usize;
    let mut values = Vec::with_capacity(maps.count().min(MOST) * (side + 1) * (side + 1));
    for map in maps.values.chunks_exact((side * side).max(1)).take(MOST) {
        for line in map.chunks_exact(side) {
            values.extend(line.iter().map(|&value| f32::from(value) / 255.0));
            values.push(0.0);
        }
        values.extend(std::iter::repeat_n(0.0, side + 1));
    }
    (values, side + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_stand_a_pixel_apart() {
        let maps = Maps {
            layer: "stem".to_owned(),
            side: 2,
            values: vec![0, 255, 255, 0, 255, 255, 255, 255],
            range: (-1.0, 1.0),
        };
        let (values, side) = apart(&maps);
        assert_eq!(side, 3);
        let first = [0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0];
        assert_eq!(values[..9], first);
        assert_eq!(values.len(), 18);
    }
}
