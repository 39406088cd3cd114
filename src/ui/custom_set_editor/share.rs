//! The set as a file and as an address.

use js_sys::Uint8Array;
use leptos::prelude::*;
use twinglyph_core::own::{MAX_BYTES, OwnSet, OwnSetError};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, HtmlInputElement};

use super::pictures::listed;
use super::{Editor, others};
use crate::session::custom_set::set_of;
use crate::session::custom_set_editor::CustomSetEditor;
use crate::session::names::shown;
use crate::ui::address::replace;
use crate::ui::save::save_bytes;
use crate::ui::share_link::{ShareButtons, Shared, here};
use crate::words::words;

/// Most characters of an address: what browsers and the programs that pass addresses on bear.
const MAX_ADDRESS: usize = 16_000;

/// Before the set in an address.
const PARAMETER: &str = "#/teach?set=";

/// Takes the set of the page's address, if it has one: now, and whenever the address changes.
pub(super) fn open_address(editor: Editor) {
    let open = move || {
        let hash = location().hash().unwrap_or_default();
        let Some(text) = set_of(&hash) else {
            return;
        };
        others::visit(editor, OwnSet::from_address(&text));
        // A reload shall not bring it again over what was changed since.
        replace("#/teach");
    };
    open();
    let handle = window_event_listener(leptos::ev::hashchange, move |_| open());
    on_cleanup(move || handle.remove());
}

/// Shows the set of an address that was made here or in another copy of the page; false for any other address.
pub(super) fn open_link(editor: Editor, link: &str) -> bool {
    let hash = link.find('#').and_then(|at| link.get(at..));
    let text = hash.and_then(set_of);
    if let Some(text) = &text {
        others::visit(editor, OwnSet::from_address(text));
    }
    text.is_some()
}

/// Shows the set that a file holds, beside one's own.
async fn open_file(editor: Editor, file: &File) {
    if file.size() > MAX_BYTES as f64 {
        return others::visit(editor, Err(OwnSetError::Large(file.size() as usize)));
    }
    match JsFuture::from(file.array_buffer()).await {
        Ok(buffer) => others::visit(editor, OwnSet::decode(&Uint8Array::new(&buffer).to_vec())),
        Err(_) => editor.refuse(words().teach.not_read(&file.name())),
    }
}

/// Shows the set of one file beside one's own, and takes those of several in.
pub(super) async fn open_files(editor: Editor, files: &[File]) {
    match files {
        [] => {}
        [file] => open_file(editor, file).await,
        _ => merge_files(editor, files).await,
    }
}

/// Takes the sets of several files into the person's own as one change, each as a drawer by the set's name or the
/// file's; what can't be read is named.
async fn merge_files(editor: Editor, files: &[File]) {
    let mut sets = Vec::new();
    let mut refused = Vec::new();
    for file in files {
        let name = file.name();
        if file.size() > MAX_BYTES as f64 {
            let error = words()
                .refusals
                .own_set(&OwnSetError::Large(file.size() as usize));
            refused.push(words().teach.refused(&name, &error));
            continue;
        }
        let bytes = JsFuture::from(file.array_buffer()).await;
        let bytes = bytes.map(|buffer| Uint8Array::new(&buffer).to_vec());
        let stem = name
            .rsplit_once('.')
            .map_or(name.as_str(), |(stem, _)| stem);
        match bytes.map(|bytes| OwnSet::decode(&bytes)) {
            Ok(Ok(set)) if set.name.is_empty() => sets.push((shown(stem), set)),
            Ok(Ok(set)) => sets.push((set.name.clone(), set)),
            Ok(Err(error)) => {
                let error = words().refusals.own_set(&error);
                refused.push(words().teach.refused(&name, &error));
            }
            Err(_) => refused.push(words().teach.not_read(&name)),
        }
    }
    if sets.is_empty() {
        return editor.refuse(refused.join(" "));
    }
    editor.own.leave();
    let (mut examples, mut left_out) = (0, 0);
    let is_made = editor.teach(|editing| {
        // One step for all of them, however many steps the sets are.
        let mut all = (**editing.set()).clone();
        for (drawer, set) in &sets {
            let merged = all.merge(CustomSetEditor::new(set.clone()).set(), drawer);
            examples += merged.examples;
            left_out += merged.left_out;
        }
        editing.replace(all);
        Ok(())
    });
    if is_made {
        editor.add(&words().teach.merged_sets(sets.len(), examples));
        if left_out > 0 {
            editor.add(&words().teach.merged_full(left_out));
        }
        for why in refused {
            editor.add(&why);
        }
    }
}

/// The row of what can be done with the whole set.
#[component]
pub(super) fn Share() -> impl IntoView {
    let editor = expect_context::<Editor>();
    let editing = editor.own.editing;
    let empty = Memo::new(move |_| editing.with(|editing| editing.set().classes.is_empty()));
    let undrawn = Memo::new(move |_| !editor.own.has_own());
    let current = move || editing.with_untracked(|editing| editing.set().clone());
    let save = move |_| {
        let set = current();
        match set.encode() {
            Ok(bytes) => {
                let name = if set.name.is_empty() {
                    "characters"
                } else {
                    &set.name
                };
                save_bytes(
                    &format!("{name}.twinset"),
                    "application/octet-stream",
                    &bytes,
                );
            }
            Err(error) => editor.refuse(words().refusals.own_set(&error)),
        }
    };
    let link = move |()| match current().to_address() {
        Ok(text) if text.len() <= MAX_ADDRESS => Ok(here(&format!("{PARAMETER}{text}"))),
        Ok(text) => Err(words().teach.address_long(text.len())),
        Err(error) => Err(words().refusals.own_set(&error)),
    };
    let shared = Shared {
        link: Callback::new(link),
        track: Callback::new(move |()| editing.track()),
        too_long: Callback::new(move |(bytes, most)| too_long(&current(), bytes, most)),
        empty: empty.into(),
        handle: "teach",
    };
    let open = move |event: leptos::ev::Event| {
        let input: Option<HtmlInputElement> = event.target().and_then(|t| t.dyn_into().ok());
        let Some(input) = input else { return };
        let files = input
            .files()
            .map(|files| listed(&files))
            .unwrap_or_default();
        leptos::task::spawn_local(async move {
            open_files(editor, &files).await;
            // The same file can be chosen again.
            input.set_value("");
        });
    };
    view! {
        <p class="run share">
            <button class="button" data-testid="teach-save" disabled=move || empty.get() on:click=save>
                {words().teach.save}
            </button>
            <label class="button">
                {words().teach.open}
                <input type="file" accept=".twinset" multiple class="visually-hidden" data-testid="teach-open" on:change=open />
            </label>
            <button
                class="button"
                data-testid="teach-redraw-own"
                disabled=move || undrawn.get() || editor.own.home.with(Option::is_some)
                on:click=move |_| others::redraw(editor)
            >
                {words().teach.redraw}
            </button>
            <button
                class="button"
                data-testid="teach-empty"
                disabled=move || empty.get() || editor.own.home.with(Option::is_some)
                on:click=move |_| others::put(editor, OwnSet::default())
            >
                {words().teach.anew}
            </button>
        </p>
        <ShareButtons shared />
    }
}

/// What to leave out of a set whose link has more bytes than a code: drawings in pixels first.
fn too_long(set: &OwnSet, bytes: usize, most: usize) -> String {
    let examples = set.classes.iter().flat_map(|class| &class.examples);
    let pixels = examples.filter(|one| one.sketch().is_none()).count();
    if pixels > 0 {
        return words().teach.code_pixels(bytes, most, pixels);
    }
    let classes = set.classes.len();
    // Characters take about as much each.
    let fit = classes * most / bytes;
    words().teach.code_long(bytes, most, classes - fit)
}
