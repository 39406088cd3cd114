//! Under the pad: undo, redo, clear, the pen's width, and another example.

use std::sync::Arc;

use leptos::prelude::*;

use super::glyph::Glyph;
use super::icons::{CLEAR, Icon, REDO, UNDO};
use super::paper::Paper;
use super::stores::{DrawStore, SupportStore, use_store};
use crate::session::library::plain_character;
use crate::session::persistence::PEN_RANGE;
use crate::session::sheet::Sheet;
use crate::words::words;

/// The row of tools.
#[component]
pub(super) fn Tools() -> impl IntoView {
    let draw = use_store::<DrawStore>();
    let paper = draw.paper;
    let width = move |event| {
        if let Ok(width) = event_target_value::<leptos::ev::Event>(&event).parse() {
            draw.use_pen(width);
        }
    };
    view! {
        <div class="tools" role="toolbar" aria-label=words().common.drawing>
            {tool(paper, "undo", [words().draw.undo_key, words().common.undo], UNDO, |sheet| !sheet.can_undo(), Paper::undo)}
            {tool(paper, "redo", [words().draw.redo_key, words().common.redo], REDO, |sheet| !sheet.can_redo(), Paper::redo)}
            {tool(paper, "clear", [words().draw.clear_key, words().common.clear], CLEAR, Sheet::is_blank, Paper::clear)}
            <label class="pen" title=words().draw.pen>
                <span class="visually-hidden">{words().draw.pen}</span>
                <span class="nib thin" aria-hidden="true"></span>
                <input
                    type="range"
                    data-testid="pen-width"
                    min=PEN_RANGE[0].to_string()
                    max=PEN_RANGE[1].to_string()
                    step="0.5"
                    prop:value=move || draw.paper.pen.get().to_string()
                    on:input=width
                />
                <span class="nib thick" aria-hidden="true"></span>
            </label>
        </div>
    }
}

/// A button that changes the drawing, where it can.
fn tool(
    paper: Paper,
    handle: &'static str,
    [title, label]: [&'static str; 2],
    path: &'static str,
    is_useless: fn(&Sheet) -> bool,
    act: fn(Paper),
) -> impl IntoView {
    let useless = paper.is(is_useless);
    view! {
        <button
            class="tool"
            data-testid=handle
            title=title
            aria-label=label
            disabled=move || useless.get()
            on:click=move |_| act(paper)
        >
            <Icon path />
        </button>
    }
}

/// One line that invites: to draw over the example, or to draw at all.
#[component]
pub(super) fn Invitation() -> impl IntoView {
    let draw = use_store::<DrawStore>();
    let support = use_store::<SupportStore>();
    let example = Memo::new(move |_| {
        draw.paper.sheet.with(|sheet| {
            let example = sheet.example()?;
            Some(plain_character(&example.character))
        })
    });
    let blank = draw.paper.is(Sheet::is_blank);
    view! {
        <p class="invitation">
            {move || match example.get() {
                Some(name) => words().draw.example(&name),
                None if blank.get() => words().draw.invite.to_owned(),
                None => words().draw.yours.to_owned(),
            }} " "
            <Show when=move || example.with(Option::is_some) || blank.get()>
                <button class="link" data-testid="next-example" on:click=move |_| support.next_example()>
                    {move || if blank.get() { words().draw.show_example } else { words().draw.another_example }}
                </button>
                " "
                <a class="lesson-link" href="#/learn">{words().learn.invitation}</a>
            </Show>
        </p>
    }
}

/// Characters that are shown to be drawn.
const SHOWN: usize = 6;

/// The first characters of the support set, for phones, where the set itself lies below the screen. Who reads the page
/// aloud finds them there.
#[component]
pub(super) fn OneOf() -> impl IntoView {
    let draw = use_store::<DrawStore>();
    let shown = use_store::<SupportStore>().shown;
    let drawn = draw
        .paper
        .is(|sheet| sheet.example().is_none() && !sheet.is_blank());
    let glyph = move |class| {
        let outline = Signal::derive(move || {
            let outline = shown.with(|shown| Some(shown.as_ref()?.outline(class)));
            outline.unwrap_or_else(|| Arc::from(""))
        });
        view! { <Glyph outline /> }
    };
    view! {
        <p class="one-of" aria-hidden="true" data-testid="one-of" hidden=move || drawn.get()>
            <span>{words().draw.one_of}</span>
            {(0..SHOWN).map(glyph).collect_view()}
        </p>
    }
}
