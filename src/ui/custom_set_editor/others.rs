//! Sets beside the person's own: one of somebody else that they look at, and those that were in the place
//! of their own before. Nothing takes the place of their own unasked, nor without a way back.

use leptos::prelude::*;
use twinglyph_core::own::{OwnClass, OwnSet, OwnSetError};

use super::{Editor, NAME_LENGTH, Told};
use crate::session::custom_set_editor::CustomSetEditor;
use crate::ui::persistence::{self, Other};
use crate::words::{language, words};

/// Shows a set from outside, beside the person's own; where they have none, it becomes theirs.
pub(super) fn visit(editor: Editor, set: Result<OwnSet, OwnSetError>) {
    let set = match set {
        Ok(set) => CustomSetEditor::new(set).set().clone(),
        Err(error) => {
            let error = words().refusals.own_set(&error);
            return editor.refuse(words().teach.not_taken(&error));
        }
    };
    // Another tab may have given the person a set since.
    let kept = persistence::own().and_then(|text| OwnSet::from_address(&text).ok());
    let kept = kept.filter(|kept| !kept.classes.is_empty());
    let own = kept.unwrap_or_else(|| editor.own.own_set());
    editor.told.set(None);
    if own.classes.is_empty() && !editor.own.is_visiting() {
        editor.edit(|editing| editing.replace((*set).clone()));
        if editor.told.with_untracked(Option::is_none) {
            editor.tell(words().teach.came);
        }
    } else if own == *set {
        editor.own.leave();
    } else {
        persistence::keep_guest(set.to_address().ok());
        editor.own.look_at((*set).clone());
    }
}

/// Puts another set in the place of the person's own, which is kept among the others. Where there is no
/// room for that, nothing changes.
pub(super) fn put(editor: Editor, set: OwnSet) {
    let own = editor.own.own_set();
    // Where nothing at all is kept, nothing would survive a reload in its place either.
    let lasts = persistence::own().is_some() && !own.classes.is_empty();
    let aside = || {
        let kept = Other {
            text: own.to_address().ok()?,
            changed: persistence::own_changed(),
        };
        Some(persistence::keep_other(kept, None))
    };
    if lasts && aside() != Some(true) {
        return editor.refuse(words().teach.no_room_beside);
    }
    editor.own.leave();
    let Ok(text) = set.to_address() else { return };
    let is_put = editor.teach(|editing| {
        editing.replace(set.clone());
        Ok(())
    });
    if !is_put {
        let kept = Other {
            text: text.clone(),
            changed: Some(js_sys::Date::now()),
        };
        if !persistence::keep_other(kept, None) {
            persistence::keep_guest(Some(text));
            editor.own.look_at(set);
        }
    } else if editor.told.with_untracked(Option::is_none) {
        persistence::forget_other(&text);
        if lasts {
            editor.tell(words().teach.own_beside);
        }
    }
}

/// The same characters without any example and without a name: that of a set is who drew it, where sets come together.
fn undrawn(set: &OwnSet) -> OwnSet {
    let class = |class: &OwnClass| OwnClass {
        name: class.name.clone(),
        examples: Vec::new(),
    };
    OwnSet {
        name: String::new(),
        classes: set.classes.iter().map(class).collect(),
    }
}

/// Takes the examples of a set into the person's own, as drawn by somebody, and says what came of it; false where they
/// did not come in or are not kept.
fn merge(editor: Editor, set: &OwnSet, drawer: &str) -> bool {
    let mut merged = None;
    let is_made = editor.teach(|editing| {
        merged = Some(editing.merge(set, drawer)?);
        Ok(())
    });
    let is_kept = is_made && editor.told.with_untracked(Option::is_none);
    if is_made && !is_kept && persistence::own().is_some() {
        // Without room it would be gone after a reload; as it was it is kept.
        let _ = editor.own.teach(|editing| {
            editing.undo();
            Ok(())
        });
        return false;
    }
    if let (true, Some(merged)) = (is_made, merged) {
        let (examples, classes) = (merged.examples, merged.classes);
        editor.add(&match drawer.trim() {
            "" => words().teach.merged_unnamed(examples, classes),
            named => words().teach.merged(named, examples, classes),
        });
        if merged.known > 0 {
            editor.add(&words().teach.merged_known(merged.known));
        }
        if merged.left_out > 0 {
            editor.add(&words().teach.merged_full(merged.left_out));
        }
    }
    is_kept
}

/// Puts the names of the set that is shown, without drawings, in the place of the person's own.
pub(super) fn redraw(editor: Editor) {
    put(editor, undrawn(&editor.own.shown_set()));
    let is_refused = |told: &Option<Told>| told.as_ref().is_some_and(|told| told.is_refusal);
    if !editor.told.with_untracked(is_refused) {
        editor.tell(words().teach.redraw_now);
    }
}

/// What is to be said of a set of somebody else, and what can be done with it.
#[component]
pub(super) fn Guest() -> impl IntoView {
    let editor = expect_context::<Editor>();
    let own = editor.own;
    let home = move |_| {
        editor.told.set(None);
        editor.own.leave();
    };
    let adopt = move |_| {
        put(editor, (*own.shown_set()).clone());
    };
    let redraw_it = move |_| redraw(editor);
    // Whoever sends a set has called it by their name, or can be named here.
    let drawer = RwSignal::new(String::new());
    Effect::new(move |_| {
        own.home.track();
        drawer.set(
            own.editing
                .with_untracked(|editing| editing.set().name.clone()),
        );
    });
    let join = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let set = own.shown_set();
        own.leave();
        if !merge(editor, &set, &drawer.get_untracked()) {
            // What did not come in, or is not kept, can be added once more.
            persistence::keep_guest(set.to_address().ok());
            own.look_at((*set).clone());
        }
    };
    view! {
        <div class="guest" hidden=move || own.home.with(Option::is_none)>
            <p>{words().teach.guest}</p>
            <p class="run">
                <button class="button" data-testid="teach-home" on:click=home>
                    {words().teach.home}
                </button>
                <button class="button" data-testid="teach-adopt" on:click=adopt>
                    {words().teach.adopt}
                </button>
                <button class="button" data-testid="teach-redraw" on:click=redraw_it>
                    {words().teach.redraw}
                </button>
            </p>
            <form class="run" on:submit=join>
                <label>
                    {words().teach.drawn_by}
                    <input
                        type="text"
                        data-testid="teach-drawer"
                        maxlength=NAME_LENGTH
                        autocomplete="off"
                        prop:value=move || drawer.get()
                        on:input=move |event| drawer.set(event_target_value(&event))
                    />
                </label>
                <button class="button" type="submit" data-testid="teach-merge">
                    {words().teach.merge}
                </button>
            </form>
        </div>
    }
}

/// The sets that were in the place of the person's own before.
#[component]
pub(super) fn Others() -> impl IntoView {
    let editor = expect_context::<Editor>();
    let own = editor.own;
    // Whatever puts one there changes one of these, too.
    let kept = Memo::new(move |_| {
        own.editing.track();
        own.home.track();
        editor.told.track();
        persistence::others()
    });
    let deleted = RwSignal::new(Vec::<Deleted>::new());
    let nothing = move || kept.with(Vec::is_empty) && deleted.with(Vec::is_empty);
    let none = move || nothing() || own.home.with(Option::is_some);
    let rows = move || {
        let kept = kept.get().into_iter();
        kept.filter_map(|kept| other(editor, deleted, kept))
            .collect_view()
    };
    let undelete = move |_| {
        let Some(last) = deleted.with_untracked(|deleted| deleted.last().cloned()) else {
            return;
        };
        let is_back = persistence::keep_other(last.kept, None);
        if is_back {
            deleted.update(|deleted| drop(deleted.pop()));
            editor.told.set(None);
        } else {
            editor.refuse(words().teach.no_room_beside);
        }
    };
    view! {
        <section class="others" aria-label=words().teach.others hidden=none>
            <h2>{words().teach.others}</h2>
            <p class="facts">{words().teach.others_how}</p>
            <p class="remark" hidden=move || deleted.with(Vec::is_empty)>
                <span role="status" data-testid="teach-others-told">
                    {move || deleted.with(|deleted| Some(words().train.deleted(&deleted.last()?.name)))}
                </span>
                " "
                <button class="link" data-testid="teach-undelete" on:click=undelete>
                    {words().train.undelete}
                </button>
            </p>
            <ul>{rows}</ul>
        </section>
    }
}

/// A set that was deleted, to be had back until the page is left; the last one first.
#[derive(Clone)]
struct Deleted {
    /// Its name for people.
    name: String,
    /// The set.
    kept: Other,
}

/// One of them; one that can't be read any more is left alone.
fn other(
    editor: Editor,
    deleted: RwSignal<Vec<Deleted>>,
    kept: Other,
) -> Option<impl IntoView + use<>> {
    let shown = CustomSetEditor::new(OwnSet::from_address(&kept.text).ok()?);
    let set = shown.set().clone();
    let count = set.classes.len();
    let name = if set.name.is_empty() {
        words().alphabet.own_set.to_owned()
    } else {
        set.name.clone()
    };
    let changed = kept.changed.map(day);
    let joined = set.clone();
    let join = move |_| {
        // The set stays on the shelf whatever comes of it.
        merge(editor, &joined, &joined.name);
    };
    let back = move |_| put(editor, (*set).clone());
    let last = Deleted {
        name: name.clone(),
        kept,
    };
    let delete = move |_| {
        persistence::forget_other(&last.kept.text);
        deleted.update(|deleted| deleted.push(last.clone()));
        editor.told.set(None);
    };
    Some(view! {
        <li>
            <bdi class="name" translate="no" title=name.clone()>{name.clone()}</bdi>
            <span class="facts">{words().teach.other(count)}</span>
            <time class="facts">{changed}</time>
            <button class="button" data-testid="teach-before" aria-label=words().teach.bring_back_of(&name) on:click=back>
                {words().teach.bring_back}
            </button>
            <button class="button" data-testid="teach-join" aria-label=words().teach.merge_of(&name) on:click=join>
                {words().teach.merge}
            </button>
            <button class="link" data-testid="teach-delete" aria-label=words().teach.delete_of(&name) on:click=delete>
                {words().train.delete}
            </button>
        </li>
    })
}

/// Day and time as the page's language writes them.
fn day(milliseconds: f64) -> String {
    let date = js_sys::Date::new(&milliseconds.into());
    date.to_locale_string(language().as_str(), &wasm_bindgen::JsValue::UNDEFINED)
        .into()
}
