//! Names for many characters at once, in the order in which they stand.

use leptos::html::Textarea;
use leptos::prelude::*;

use super::{Editor, Next};
use crate::session::custom_set_editor::names_in;
use crate::words::words;

/// Fewer characters without a name are named one by one.
const FEW: usize = 2;

/// The field for names, where several characters have none.
#[component]
pub(super) fn Naming() -> impl IntoView {
    let editor = expect_context::<Editor>();
    let nameless = Memo::new(move |_| editor.own.editing.with(|editing| editing.nameless(0)));
    let field = NodeRef::<Textarea>::new();
    let name = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if let Some(field) = field.get_untracked()
            && let Some(left) = name_from(editor, 0, &field.value())
        {
            field.set_value(&left.join(" "));
        }
    };
    view! {
        <form class="naming" on:submit=name hidden=move || { nameless.get() < FEW }>
            <label>
                {words().teach.naming}
                <textarea
                    rows="1"
                    node_ref=field
                    data-testid="teach-names"
                    autocomplete="off"
                    placeholder=words().teach.naming_example
                ></textarea>
            </label>
            <button class="button" type="submit" data-testid="teach-name-them">
                {words().teach.name_them}
            </button>
            <small>{move || words().teach.naming_how(nameless.get())}</small>
        </form>
    }
}

/// Names the characters from a place on that have no name by a text; the names that are left, or none where nothing was
/// named.
pub(super) fn name_from(editor: Editor, at: usize, text: &str) -> Option<Vec<String>> {
    let mut names = names_in(text);
    let mut given = 0;
    let is_made = editor.teach(|editing| {
        given = editing.name_in_order(at, &names)?;
        Ok(())
    });
    if !is_made || given == 0 {
        return None;
    }
    let left = names.split_off(given);
    editor.offer(words().teach.named(given), Next::Undo);
    if !left.is_empty() {
        editor.add(&words().teach.names_left(left.len()));
    }
    Some(left)
}
