//! A drawing as a vector, in the colour of the text around it.

use std::sync::Arc;

use leptos::prelude::*;
use twinglyph_core::bitmap::SIDE;
use twinglyph_core::canonical::Window;

use crate::vectorize::UNITS;

/// A drawing: its outline over the whole sheet, or over the part that `window` shows.
#[component]
pub(super) fn Glyph(
    /// From [`crate::vectorize::outline`].
    #[prop(into)]
    outline: Signal<Arc<str>>,
    /// Shows this part of the sheet.
    #[prop(optional, into)]
    window: Option<Signal<Window>>,
) -> impl IntoView {
    let frame = move || match window {
        Some(window) => frame_of(window.get()),
        None => {
            let side = SIDE as i32 * UNITS;
            format!("0 0 {side} {side}")
        }
    };
    view! {
        <svg class="glyph" viewBox=frame aria-hidden="true">
            <path d=move || outline.get()></path>
        </svg>
    }
}

/// The view box that shows a window of the sheet. A window counts from pixels' centres, an
/// outline from their corners.
pub(super) fn frame_of(window: Window) -> String {
    let units = UNITS as f32;
    let from = |center: f32| ((center + 0.5 - window.half) * units).round();
    let side = (2.0 * window.half * units).round();
    format!(
        "{} {} {side} {side}",
        from(window.center_x),
        from(window.center_y)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_seen_whole() {
        let window = Window {
            center_x: 52.0,
            center_y: 52.0,
            half: 52.5,
        };
        assert_eq!(frame_of(window), "0 0 1050 1050");
    }
}
