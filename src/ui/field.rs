//! Whose a pressed key is: a field that takes text, an input method and a dialog keep theirs.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

/// The `keyCode` of a key that an input method takes. Safari sets it for the key that ends a
/// composition, too, where `isComposing` is false already.
const PROCESSED: u32 = 229;

/// Is this key for somebody else than the page: a field, an input method, or an open dialog?
pub(super) fn is_elsewhere(event: &KeyboardEvent) -> bool {
    // The target itself is the host of a shadow tree, as extensions put into pages.
    let target = event.composed_path().get(0).dyn_into::<Element>();
    let in_field = target.is_ok_and(|element| {
        let field = element.closest(
            "textarea, select, dialog, [role=dialog], [role=textbox], \
             [contenteditable]:not([contenteditable=false]), \
             input:not([type=range], [type=checkbox], [type=radio], [type=button], [type=submit], \
             [type=reset], [type=image], [type=file], [type=color])",
        );
        matches!(field, Ok(Some(_)))
    });
    let in_dialog = || matches!(document().query_selector("dialog[open]"), Ok(Some(_)));
    is_composed(event) || in_field || in_dialog()
}

/// Does an input method take this key?
pub(super) fn is_composed(event: &KeyboardEvent) -> bool {
    event.is_composing() || event.key_code() == PROCESSED
}
