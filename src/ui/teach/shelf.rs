//! The characters of the person's own set: their names, their examples, their order.

use std::sync::Arc;

use leptos::prelude::*;

use super::{Lesson, NAME_LENGTH};
use crate::session::teach::{Teaching, label};
use crate::trace::outline;
use crate::ui::desk::Desk;
use crate::ui::glyph::Glyph;
use crate::ui::icons::{CLEAR, Icon, REDO, UNDO};

/// Arrow up.
const UP: &str = "M12 19V6M6 11.500 12 5.500l6 6";

/// Arrow down.
const DOWN: &str = "M12 5v13M6 12.500l6 6 6-6";

/// The shelf.
#[component]
pub(super) fn Shelf() -> impl IntoView {
    let lesson = expect_context::<Lesson>();
    let teaching = lesson.desk.teaching;
    let count = Memo::new(move |_| teaching.with(|teaching| teaching.set().classes.len()));
    // Rows stay for good: what they have read remembers them (reactive_graph 0.2).
    let rows = Memo::new(move |most: Option<&usize>| count.get().max(most.copied().unwrap_or(0)));
    let name = Memo::new(move |_| teaching.with(|teaching| teaching.set().name.clone()));
    let undo = Memo::new(move |_| teaching.with(Teaching::can_undo));
    let redo = Memo::new(move |_| teaching.with(Teaching::can_redo));
    view! {
        <section class="shelf" aria-label="Your characters">
            <header>
                <label>
                    <span class="visually-hidden">"Name of the set"</span>
                    <input
                        type="text"
                        class="set-name"
                        data-testid="teach-set-name"
                        maxlength=NAME_LENGTH
                        placeholder="Your own characters"
                        prop:value=move || name.get()
                        on:change=move |event| {
                            let called = event_target_value(&event);
                            lesson.teach(|teaching| teaching.rename_set(&called));
                        }
                    />
                </label>
                <button
                    class="tool"
                    data-testid="teach-undo"
                    title="Take the last change back"
                    aria-label="Take the last change of the set back"
                    disabled=move || !undo.get()
                    on:click=move |_| lesson.edit(Teaching::undo)
                >
                    <Icon path=UNDO />
                </button>
                <button
                    class="tool"
                    data-testid="teach-redo"
                    title="Make the change again"
                    aria-label="Make the change of the set again"
                    disabled=move || !redo.get()
                    on:click=move |_| lesson.edit(Teaching::redo)
                >
                    <Icon path=REDO />
                </button>
            </header>
            <p class="facts" hidden=move || { count.get() > 0 }>
                "None yet. What you add stands here, and stays in this browser."
            </p>
            <ol>
                <For each=move || 0..rows.get() key=|at| *at children=|at| view! { <Row at /> } />
            </ol>
        </section>
    }
}

/// One character.
#[component]
fn Row(at: usize) -> impl IntoView {
    let lesson = expect_context::<Lesson>();
    let Desk { teaching, .. } = lesson.desk;
    let class =
        Memo::new(move |_| teaching.with(|teaching| teaching.set().classes.get(at).cloned()));
    let name =
        Memo::new(move |_| class.with(|class| class.as_ref().map(|class| class.name.clone())));
    let called = Memo::new(move |_| {
        class.with(|class| {
            class
                .as_ref()
                .map_or_else(String::new, |class| label(class, at))
        })
    });
    let last = Memo::new(move |_| teaching.with(|teaching| teaching.set().classes.len() <= at + 1));
    let pictures = Memo::new(move |_| {
        class.with(|class| {
            let examples = class.iter().flat_map(|class| &class.examples);
            examples
                .map(|example| outline(example).into())
                .collect::<Vec<Arc<str>>>()
        })
    });
    let blank = move || {
        lesson
            .paper
            .sheet
            .with(crate::session::sheet::Sheet::is_blank)
    };
    let examples = move || {
        let pictures = pictures.get().into_iter().enumerate();
        pictures
            .map(|(number, picture)| {
                let remove = move |_| lesson.edit(|teaching| teaching.remove_example(at, number));
                view! {
                    <button
                        class="example-cell"
                        data-testid="teach-example"
                        title="Take this example away"
                        aria-label=move || format!("Take example {} of {} away", number + 1, called.get())
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
                <span class="visually-hidden">{move || format!("Name of {}", called.get())}</span>
                <input
                    type="text"
                    data-testid="teach-rename"
                    maxlength=NAME_LENGTH
                    placeholder=move || called.get()
                    prop:value=move || name.get().unwrap_or_default()
                    on:change=move |event| {
                        let called = event_target_value(&event);
                        lesson.teach(|teaching| teaching.rename(at, &called));
                    }
                />
            </label>
            <button
                class="link"
                data-testid="teach-more"
                disabled=blank
                on:click=move |_| {
                    lesson.take(|teaching, drawing| teaching.add_example(at, drawing));
                }
            >
                "Add the drawing"
                <span class="visually-hidden">{move || format!(" to {}", called.get())}</span>
            </button>
            <span class="moves">
                <button class="tool" title="Up" aria-label=move || format!("{} one place up", called.get()) disabled=at == 0 on:click=move |_| lesson.edit(|teaching| teaching.shift(at, false))>
                    <Icon path=UP />
                </button>
                <button class="tool" title="Down" aria-label=move || format!("{} one place down", called.get()) disabled=move || last.get() on:click=move |_| lesson.edit(|teaching| teaching.shift(at, true))>
                    <Icon path=DOWN />
                </button>
                <button class="tool" data-testid="teach-remove" title="Remove" aria-label=move || format!("Remove {}", called.get()) on:click=move |_| lesson.edit(|teaching| teaching.remove_class(at))>
                    <Icon path=CLEAR />
                </button>
            </span>
        </li>
    }
}
