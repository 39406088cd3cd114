//! The characters of the person's own set: their names, their examples, their order.

use std::sync::Arc;

use leptos::prelude::*;

use super::{Editor, NAME_LENGTH};
use crate::session::custom_set_editor::{CustomSetEditor, label, twice_named};
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
pub(super) fn ClassList() -> impl IntoView {
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
            <ol>
                <For
                    each=move || 0..rows.shown.get()
                    key=|at| *at
                    children=move |at| view! { <Row editing=rows.sources(at).editing at /> }
                />
            </ol>
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
    let examples = move || {
        let pictures = pictures.get().into_iter().enumerate();
        pictures
            .map(|(number, (picture, drawer))| {
                let title = match drawer.as_str() {
                    "" => words().teach.take_away.to_owned(),
                    named => words().teach.take_away_by(named),
                };
                let remove = move |_| editor.edit(|editing| editing.remove_example(at, number));
                view! {
                    <button
                        class="example-cell"
                        data-testid="teach-example"
                        title=title
                        aria-label=move || words().teach.take_away_of(number + 1, &called.get())
                        on:click=remove
                    >
                        <Glyph outline=picture />
                    </button>
                }
            })
            .collect_view()
    };
    view! {
        <li
            class="own-character"
            hidden=move || class.with(Option::is_none)
            data-testid=move || class.with(|class| class.as_ref().map(|_| "teach-class"))
            data-name=move || called.get()
        >
            <div class="examples">{examples}</div>
            <label>
                <span class="visually-hidden">{move || words().teach.name_of(&called.get())}</span>
                <input
                    type="text"
                    data-testid="teach-rename"
                    maxlength=NAME_LENGTH
                    placeholder=move || called.get()
                    prop:value=move || name.get().unwrap_or_default()
                    on:change=move |event| {
                        let called = event_target_value(&event);
                        editor.teach(|editing| editing.rename(at, &called));
                    }
                />
            </label>
            <button
                class="link"
                data-testid="teach-more"
                disabled=blank
                on:click=move |_| {
                    editor.take(|editing, drawing| editing.add_example(at, drawing));
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
                <button class="tool" data-testid="teach-remove" title=words().teach.remove aria-label=move || words().teach.remove_of(&called.get()) on:click=move |_| editor.edit(|editing| editing.remove_class(at))>
                    <Icon path=CLEAR />
                </button>
            </span>
        </li>
    }
}
