//! The page's few icons, drawn as strokes in the colour of the text around them.

use leptos::prelude::*;

/// Curved arrow to the left.
pub(super) const UNDO: &str = "M9 7 4.5 11.5 9 16M5 11.5h9a5 5 0 0 1 0 10h-3";

/// Curved arrow to the right.
pub(super) const REDO: &str = "M15 7l4.5 4.5L15 16M19 11.5h-9a5 5 0 0 0 0 10h3";

/// A sheet crossed out.
pub(super) const CLEAR: &str = "M6 6l12 12M18 6 6 18";

/// Two arrows that cross.
pub(super) const SHUFFLE: &str = "M3.5 7H7c4 0 6 10 10 10h3.5M17.5 14l3 3-3 3M3.5 17H7c1.4 0 2.5-1.2 3.5-2.8M13.4 9.900\
    c1-1.700 2.200-2.900 3.600-2.900h3.500M17.5 4l3 3-3 3";

/// A character of the East and a letter of the West.
pub(super) const LANGUAGE: &str = "M2.500 5.500h10M7.500 3v2.500M10.800 5.500c-.7 4-3.500 7.300-8 9.300M4.500 5.500c1 3.500 3.500 6.800 7.300 8.800M12 20.500l4.700-11 4.700 11M13.600 17h6.200";

/// A half-dark disc.
pub(super) const THEME: &str = "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 4v16";

/// Four cells.
pub(super) const CELLS: &str = "M5 5h5.500v5.500H5zM13.500 5H19v5.500h-5.500zM5 13.500h5.500V19H5zM13.500 13.500H19V19h-5.500z";

/// An icon of 24x24 units.
#[component]
pub(super) fn Icon(
    /// Its path.
    path: &'static str,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
            <path d=path></path>
        </svg>
    }
}
