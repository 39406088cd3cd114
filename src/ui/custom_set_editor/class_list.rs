//! The characters of the person's own set: their names, their examples, their order.

use std::sync::Arc;

use js_sys::Reflect;
use leptos::html::Li;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{DataTransfer, Element, HtmlElement, HtmlInputElement, KeyboardEvent};

use super::look_alikes::{Alike, LookAlikes};
use super::naming::{Naming, name_from};
use super::{Editor, NAME_LENGTH, Next};
use crate::session::custom_set_editor::{CustomSetEditor, label, names_in, twice_named};
use crate::ui::field::is_composed;
use crate::ui::glyph::Glyph;
use crate::ui::icons::{CLEAR, Icon, REDO, UNDO};
use crate::ui::slices::{SLICE, Slices};
use crate::vectorize::outline;
use crate::words::words;

/// Arrow up.
const UP: &str = "M12 19V6M6 11.500 12 5.500l6 6";

/// Arrow down.
const DOWN: &str = "M12 5v13M6 12.500l6 6 6-6";

/// The classes of the set, one row each.
#[component]
pub(super) fn ClassList(alike: LookAlikes) -> impl IntoView {
    let editor = expect_context::<Editor>();
    let editing = editor.own.editing;
    let count = Memo::new(move |_| editing.with(classes));
    // Rows stay for good: what they have read remembers them (reactive_graph 0.2).
    let rows = Slices::new(SLICE, |of| of.editing.with(classes), true);
    let name = Memo::new(move |_| editing.with(|editing| editing.set().name.clone()));
    let twice = Memo::new(move |_| editing.with(|editing| twice_named(editing.set())));
    let undo = Memo::new(move |_| editing.with(CustomSetEditor::can_undo));
    let redo = Memo::new(move |_| editing.with(CustomSetEditor::can_redo));
    view! {
        <section class="shelf" aria-label=words().teach.shelf>
            <header>
                <label>
                    <span class="visually-hidden">{words().teach.set_name}</span>
                    <input
                        type="text"
                        class="set-name"
                        data-testid="teach-set-name"
                        maxlength=NAME_LENGTH
                        placeholder=words().alphabet.own_set
                        prop:value=move || name.get()
                        on:change=move |event| {
                            let called = event_target_value(&event);
                            editor.teach(|editing| editing.rename_set(&called));
                        }
                    />
                </label>
                <button
                    class="tool"
                    data-testid="teach-undo"
                    title=words().teach.undo
                    aria-label=words().teach.undo_set
                    disabled=move || !undo.get()
                    on:click=move |_| editor.edit(CustomSetEditor::undo)
                >
                    <Icon path=UNDO />
                </button>
                <button
                    class="tool"
                    data-testid="teach-redo"
                    title=words().teach.redo
                    aria-label=words().teach.redo_set
                    disabled=move || !redo.get()
                    on:click=move |_| editor.edit(CustomSetEditor::redo)
                >
                    <Icon path=REDO />
                </button>
            </header>
            <p class="remark" role="status" hidden=move || twice.with(Option::is_none) data-testid="teach-twice">
                {move || twice.get().map(|name| words().teach.twice(&name))}
            </p>
            <p class="facts" hidden=move || { count.get() > 0 }>
                {words().teach.none}
            </p>
            <Naming />
            <ol>
                <For
                    each=move || 0..rows.shown.get()
                    key=|at| *at
                    children=move |at| view! { <Row editing=rows.sources(at).editing at /> }
                />
            </ol>
            <Alike alike />
        </section>
    }
}

/// Number of characters.
fn classes(editing: &CustomSetEditor) -> usize {
    editing.set().classes.len()
}

/// One character.
#[component]
fn Row(editing: RwSignal<CustomSetEditor>, at: usize) -> impl IntoView {
    let editor = expect_context::<Editor>();
    let class = Memo::new(move |_| editing.with(|editing| editing.set().classes.get(at).cloned()));
    let name =
        Memo::new(move |_| class.with(|class| class.as_ref().map(|class| class.name.clone())));
    let called = Memo::new(move |_| {
        class.with(|class| {
            class
                .as_ref()
                .map_or_else(String::new, |class| label(class, at))
        })
    });
    let last = Memo::new(move |_| editing.with(classes) <= at + 1);
    let pictures = Memo::new(move |_| {
        class.with(|class| {
            let examples = class.iter().flat_map(|class| &class.examples);
            examples
                .map(|example| (outline(example.drawing()).into(), example.drawer.clone()))
                .collect::<Vec<(Arc<str>, String)>>()
        })
    });
    let blank = move || {
        editor
            .paper
            .sheet
            .with(crate::session::sheet::Sheet::is_blank)
    };
    // A picture that is pressed is chosen; only the button below deletes it.
    let pressed = RwSignal::new(None::<(usize, Arc<str>)>);
    let chosen = Memo::new(move |_| {
        let (number, picture) = pressed.get()?;
        let is_there = |pictures: &Vec<(Arc<str>, String)>| {
            pictures.get(number).is_some_and(|(one, _)| *one == picture)
        };
        pictures.with(is_there).then_some(number)
    });
    let row = NodeRef::<Li>::new();
    let example = move |number: usize| {
        let of = move || pictures.with(|pictures| pictures.get(number).cloned());
        let picture = Signal::derive(move || of().map_or_else(|| Arc::from(""), |one| one.0));
        let drawer = move || of().map(|one| one.1).filter(|drawer| !drawer.is_empty());
        let press = move |_| {
            let again = chosen.get_untracked() == Some(number);
            pressed.set((!again).then(|| (number, picture.get_untracked())));
        };
        view! {
            <button
                class="example-cell"
                data-testid="teach-example"
                title=move || drawer().map(|drawer| words().teach.example_by(&drawer))
                aria-label=move || words().teach.example_of(number + 1, &called.get())
                aria-pressed=move || (chosen.get() == Some(number)).to_string()
                on:click=press
            >
                <Glyph outline=picture />
            </button>
        }
    };
    let delete = move |_| {
        let Some(number) = chosen.get_untracked() else {
            return;
        };
        let name = called.get_untracked();
        pressed.set(None);
        editor.edit(|editing| editing.remove_example(at, number));
        editor.offer(words().teach.example_deleted(number + 1, &name), Next::Undo);
        let set = editor.own.shown_set();
        let left = set.classes.get(at).map_or(0, |class| class.examples.len());
        if let Some(row) = row.get_untracked() {
            focus_near(&row, left.checked_sub(1).map(|last| number.min(last)));
        }
    };
    let remove = move |_| {
        let name = called.get_untracked();
        editor.edit(|editing| editing.remove_class(at));
        editor.offer(words().train.deleted(&name), Next::Undo);
        // The next character stands in this row now; behind the last one there is none.
        let is_last = at >= editor.own.shown_set().classes.len();
        let before = row.get_untracked().filter(|_| is_last);
        if let Some(before) = before.and_then(|row| row.previous_element_sibling()) {
            focus(before.query_selector(".moves > :last-child").ok().flatten());
        }
    };
    let rename = move |called: &str| {
        if editor.teach(|editing| editing.rename(at, called)) {
            let others = editor
                .own
                .editing
                .with_untracked(|editing| editing.nameless(at + 1));
            let names = names_in(called).len().min(others + 1);
            if names > 1 {
                editor.offer(words().teach.one_name(called), Next::Split(at, names));
            }
        }
    };
    view! {
        <li
            node_ref=row
            class="own-character"
            hidden=move || class.with(Option::is_none)
            data-testid=move || class.with(|class| class.as_ref().map(|_| "teach-class"))
            data-name=move || called.get()
        >
            <div class="examples">
                <For each=move || 0..pictures.with(Vec::len) key=|number| *number children=example />
            </div>
            <button
                class="link example-delete"
                data-testid="teach-delete-example"
                hidden=move || chosen.get().is_none()
                aria-label=move || chosen.get().map(|number| words().teach.delete_example(number + 1, &called.get()))
                on:click=delete
            >
                {words().train.delete}
            </button>
            <label>
                <span class="visually-hidden">{move || words().teach.name_of(&called.get())}</span>
                <input
                    type="text"
                    data-testid="teach-rename"
                    enterkeyhint="next"
                    maxlength=NAME_LENGTH
                    placeholder=move || called.get()
                    prop:value=move || name.get().unwrap_or_default()
                    on:change=move |event| rename(&event_target_value(&event))
                    on:keydown=to_next_name
                    on:paste=move |event| paste(editor, at, &event)
                />
            </label>
            <button
                class="link"
                data-testid="teach-more"
                disabled=blank
                on:click=move |_| {
                    editor.take(at, |editing, drawing| editing.add_example(at, drawing));
                }
            >
                {words().teach.more}
                <span class="visually-hidden">{move || words().teach.more_to(&called.get())}</span>
            </button>
            <span class="moves">
                <button class="tool" title=words().teach.up aria-label=move || words().teach.up_of(&called.get()) disabled=at == 0 on:click=move |_| editor.edit(|editing| editing.shift(at, false))>
                    <Icon path=UP />
                </button>
                <button class="tool" title=words().teach.down aria-label=move || words().teach.down_of(&called.get()) disabled=move || last.get() on:click=move |_| editor.edit(|editing| editing.shift(at, true))>
                    <Icon path=DOWN />
                </button>
                <button class="tool" data-testid="teach-remove" title=words().teach.remove aria-label=move || words().teach.remove_of(&called.get()) on:click=remove>
                    <Icon path=CLEAR />
                </button>
            </span>
        </li>
    }
}

/// Enter in a name's field goes on to the next character's name.
fn to_next_name(event: KeyboardEvent) {
    if event.key() != "Enter" || is_composed(&event) {
        return;
    }
    let field: Option<Element> = event.target().and_then(|field| field.dyn_into().ok());
    let row = field.and_then(|field| field.closest("li").ok().flatten());
    let next = row.and_then(|row| row.next_element_sibling());
    let next = next.filter(|row| !row.has_attribute("hidden"));
    let next = next.and_then(|row| row.query_selector("input").ok().flatten());
    if let Some(next) = next.and_then(|field| field.dyn_into::<HtmlInputElement>().ok()) {
        event.prevent_default();
        // It fails only for an element that has gone.
        let _ = next.focus();
        next.select();
    }
}

/// Lines or a table's cells that are pasted into an empty name's field are names in order.
fn paste(editor: Editor, at: usize, event: &web_sys::Event) {
    let held = Reflect::get(event, &"clipboardData".into()).unwrap_or_default();
    let field: Option<HtmlInputElement> = event.target().and_then(|field| field.dyn_into().ok());
    if held.is_falsy() || field.is_none_or(|field| !field.value().is_empty()) {
        return;
    }
    let text = held.unchecked_into::<DataTransfer>().get_data("text/plain");
    let text = text.unwrap_or_default();
    if text.trim().contains(['\n', '\t']) {
        event.prevent_default();
        name_from(editor, at, &text);
    }
}

/// Puts the focus on an example of a row, or on its first button where it has none: what had it is gone.
fn focus_near(row: &Element, example: Option<usize>) {
    let cell = example.and_then(|example| {
        let cells = row.query_selector_all(".example-cell").ok()?;
        cells.get(u32::try_from(example).ok()?)?.dyn_into().ok()
    });
    focus(cell.or_else(|| row.query_selector(".moves > :enabled").ok().flatten()));
}

fn focus(element: Option<Element>) {
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // It fails only for an element that has gone.
        let _ = element.focus();
    }
}
