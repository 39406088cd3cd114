//! Selects that keep to a signal.
//!
//! A select takes a value only once it has the option, and the options may come later: so the
//! value is set again after they changed.

use leptos::html::Select;
use leptos::prelude::*;

/// Sets the select's value whenever `value` or what `options` reads changes, once the document
/// has followed.
pub(super) fn keep_value(
    select: NodeRef<Select>,
    value: impl Fn() -> String + 'static,
    options: impl Fn() + 'static,
) {
    Effect::new(move |_| {
        options();
        let value = value();
        if let Some(select) = select.get() {
            queue_microtask(move || select.set_value(&value));
        }
    });
}
