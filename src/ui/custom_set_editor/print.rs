//! Sheets to print, to be filled in by hand and read back from a photo.
//!
//! The pages lie at the end of the document while they are printed, and styles show nothing else then.

use leptos::html::{Input, Select};
use leptos::prelude::*;
use twinglyph_paper::form::Paper;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

use super::Editor;
use crate::session::library::plain_name;
use crate::session::print::{Asked, usual_paper};
use crate::session::support::OWN;
use crate::ui::alphabet::groups;
use crate::ui::pause::breathe;
use crate::ui::select::keep_value;
use crate::words::words;

/// Value of the select for empty cells; no alphabet has it as its name.
const BLANK: &str = "";

/// What is chosen, and the button.
#[component]
pub(super) fn Print() -> impl IntoView {
    let editor = expect_context::<Editor>();
    let (own, alphabets) = (editor.own, editor.alphabets);
    let select = NodeRef::<Select>::new();
    let has_examples = NodeRef::<Input>::new();
    let what = RwSignal::new(OWN.to_owned());
    let language = window().navigator().language().unwrap_or_default();
    let paper = RwSignal::new(usual_paper(&language));
    let busy = RwSignal::new(false);
    let empty = Memo::new(move |_| own.editing.with(|editing| editing.set().classes.is_empty()));
    let names = Memo::new(move |_| {
        alphabets.library.with(|library| {
            let listings = library.listings().iter();
            listings
                .map(|listing| (listing.set, listing.name.clone()))
                .collect::<Vec<_>>()
        })
    });
    // An empty set can't be printed, whatever was chosen.
    let chosen = Memo::new(move |_| {
        what.with(|what| {
            if what == OWN && empty.get() {
                BLANK.to_owned()
            } else {
                what.clone()
            }
        })
    });
    keep_value(select, move || chosen.get(), move || names.track());
    let alphabets = move || {
        names.with(|names| {
            let groups = groups().into_iter().filter_map(|(set, title, _)| {
                let own = names.iter().filter(|(of, _)| *of == set);
                let options: Vec<_> = own
                    .map(|(_, name)| view! { <option value=name.clone()>{plain_name(name)}</option> })
                    .collect();
                (!options.is_empty()).then(|| view! { <optgroup label=title>{options}</optgroup> })
            });
            groups.collect_view()
        })
    };
    let print = move |_| {
        busy.set(true);
        let with_examples = has_examples
            .get_untracked()
            .is_some_and(|input| input.checked());
        let (what, paper) = (chosen.get_untracked(), paper.get_untracked());
        leptos::task::spawn_local(async move {
            editor.tell(words().print.preparing);
            breathe().await;
            match asked(editor, &what, paper).await {
                Err(error) => editor.refuse(words().print.refused(&error)),
                Ok(asked) => match asked.pages(paper, with_examples) {
                    Err(_) => editor.refuse(words().print.refused(words().print.nothing)),
                    Ok(pages) => {
                        show(paper, &pages);
                        editor.tell(words().print.ready(pages.len()));
                    }
                },
            }
            busy.set(false);
        });
    };
    view! {
        <section class="print-form">
            <h2>{words().print.title}</h2>
            <p class="facts">{words().print.how}</p>
            <div class="run">
                <label>
                    {words().print.what}
                    <select
                        node_ref=select
                        data-testid="print-what"
                        on:change=move |event| what.set(event_target_value(&event))
                    >
                        <option value=OWN disabled=move || empty.get()>
                            {words().alphabet.own_set}
                        </option>
                        <option value=BLANK>{words().print.blank}</option>
                        {alphabets}
                    </select>
                </label>
                <label>
                    {words().print.paper}
                    <select
                        data-testid="print-paper"
                        on:change=move |event| {
                            let letter = event_target_value(&event) == "letter";
                            paper.set(if letter { Paper::Letter } else { Paper::A4 });
                        }
                    >
                        <option value="a4" selected=move || paper.get() == Paper::A4>
                            {words().print.a4}
                        </option>
                        <option value="letter" selected=move || paper.get() == Paper::Letter>
                            {words().print.letter}
                        </option>
                    </select>
                </label>
                <label class="check">
                    <input type="checkbox" checked=true node_ref=has_examples data-testid="print-examples" />
                    {words().print.examples}
                </label>
                <button class="button" data-testid="print-sheet" disabled=move || busy.get() on:click=print>
                    {words().print.print}
                </button>
            </div>
        </section>
    }
}

/// What the person chose, with its drawings; or why it can't be had, in words.
async fn asked(editor: Editor, what: &str, paper: Paper) -> Result<Asked, String> {
    match what {
        BLANK => Ok(Asked::blank(paper)),
        OWN => Ok(editor
            .own
            .editing
            .with_untracked(|editing| Asked::own(editing.set()))),
        name => {
            let alphabet = editor.alphabets.alphabet_once(name).await;
            let alphabet = alphabet.map_err(|error| error.to_string())?;
            Ok(Asked::alphabet(&alphabet, plain_name(name)))
        }
    }
}

/// Puts the pages at the end of the document and prints them; after that they are gone.
fn show(paper: Paper, pages: &[String]) {
    let Some(body) = document().body() else {
        return;
    };
    let Ok(sheets) = document().create_element("div") else {
        return;
    };
    let kind = match paper {
        Paper::A4 => "sheets a4",
        Paper::Letter => "sheets letter",
    };
    sheets.set_class_name(kind);
    // Names in it are escaped by `Page::svg`.
    sheets.set_inner_html(&pages.concat());
    for old in [body.query_selector(".sheets")]
        .into_iter()
        .flatten()
        .flatten()
    {
        old.remove();
    }
    if body.append_child(&sheets).is_err() {
        return;
    }
    let gone = Closure::once_into_js(move || sheets.remove());
    let window: &web_sys::EventTarget = &window();
    let options = web_sys::AddEventListenerOptions::new();
    options.set_once(true);
    let _ = window.add_event_listener_with_callback_and_add_event_listener_options(
        "afterprint",
        gone.unchecked_ref(),
        &options,
    );
    let _ = leptos::prelude::window().print();
}
