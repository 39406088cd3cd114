//! Under the pad: undo, redo, clear, the pen's width, and another example.

use leptos::prelude::*;

use super::desk::Desk;
use super::icons::{CLEAR, Icon, REDO, UNDO};
use crate::session::keep::PEN_RANGE;
use crate::session::library::plain_character;
use crate::session::sheet::Sheet;
use crate::words::words;

/// The row of tools.
#[component]
pub(super) fn Tools() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let undo = desk.paper.is(Sheet::can_undo);
    let redo = desk.paper.is(Sheet::can_redo);
    let blank = desk.paper.is(Sheet::is_blank);
    let width = move |event| {
        if let Ok(width) = event_target_value::<leptos::ev::Event>(&event).parse() {
            desk.use_pen(width);
        }
    };
    view! {
        <div class="tools" role="toolbar" aria-label=words().common.drawing>
            <button
                class="tool"
                data-testid="undo"
                title=words().draw.undo_key
                aria-label=words().common.undo
                disabled=move || !undo.get()
                on:click=move |_| desk.paper.undo()
            >
                <Icon path=UNDO />
            </button>
            <button
                class="tool"
                data-testid="redo"
                title=words().draw.redo_key
                aria-label=words().common.redo
                disabled=move || !redo.get()
                on:click=move |_| desk.paper.redo()
            >
                <Icon path=REDO />
            </button>
            <button
                class="tool"
                data-testid="clear"
                title=words().draw.clear_key
                aria-label=words().common.clear
                disabled=move || blank.get()
                on:click=move |_| desk.paper.clear()
            >
                <Icon path=CLEAR />
            </button>
            <label class="pen" title=words().draw.pen>
                <span class="visually-hidden">{words().draw.pen}</span>
                <span class="nib thin" aria-hidden="true"></span>
                <input
                    type="range"
                    data-testid="pen-width"
                    min=PEN_RANGE[0].to_string()
                    max=PEN_RANGE[1].to_string()
                    step="0.5"
                    prop:value=move || desk.paper.pen.get().to_string()
                    on:input=width
                />
                <span class="nib thick" aria-hidden="true"></span>
            </label>
        </div>
    }
}

/// One line that invites: to draw over the example, or to draw at all.
#[component]
pub(super) fn Invitation() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let example = Memo::new(move |_| {
        desk.paper.sheet.with(|sheet| {
            let example = sheet.example()?;
            Some(plain_character(&example.character))
        })
    });
    let blank = desk.paper.is(Sheet::is_blank);
    view! {
        <p class="invitation">
            {move || match example.get() {
                Some(name) => words().draw.example(&name),
                None if blank.get() => words().draw.invite.to_owned(),
                None => words().draw.yours.to_owned(),
            }} " "
            <Show when=move || example.with(Option::is_some) || blank.get()>
                <button class="link" data-testid="next-example" on:click=move |_| desk.next_example()>
                    {move || if blank.get() { words().draw.show_example } else { words().draw.another_example }}
                </button>
                " "
                <a class="lesson-link" href="#/learn">{words().learn.invitation}</a>
            </Show>
        </p>
    }
}
