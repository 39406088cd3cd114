//! The set as a file and as an address, and the way to where it is used.

use js_sys::Uint8Array;
use leptos::prelude::*;
use twinglyph_core::own::{MAX_BYTES, OwnSet, OwnSetError};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, HtmlInputElement};

use super::{Editor, others};
use crate::ui::save::{copy as copy_text, save_bytes};
use crate::words::words;

/// Most characters of an address: what browsers and the programs that pass addresses on bear.
const MAX_ADDRESS: usize = 16_000;

/// Before the set in an address.
const PARAMETER: &str = "#/teach?set=";

/// Takes the set of the page's address, if it has one: now, and whenever the address changes.
pub(super) fn open_address(editor: Editor) {
    let open = move || {
        let hash = location().hash().unwrap_or_default();
        let Some(text) = hash.strip_prefix(PARAMETER) else {
            return;
        };
        others::visit(editor, OwnSet::from_address(text));
        // A reload shall not bring it again over what was changed since.
        if let Ok(history) = window().history() {
            // Refused after too many changes within a short time; then the address stays.
            let _ =
                history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some("#/teach"));
        }
    };
    open();
    let handle = window_event_listener(leptos::ev::hashchange, move |_| open());
    on_cleanup(move || handle.remove());
}

/// Shows the set of an address that was made here or in another copy of the page; false for any other address.
pub(super) fn open_link(editor: Editor, link: &str) -> bool {
    let text = link.split_once(PARAMETER).map(|(_, text)| text);
    if let Some(text) = text {
        others::visit(editor, OwnSet::from_address(text));
    }
    text.is_some()
}

/// Shows the set that a file holds, beside one's own.
pub(super) async fn open_file(editor: Editor, file: &File) {
    if file.size() > MAX_BYTES as f64 {
        return others::visit(editor, Err(OwnSetError::Large(file.size() as usize)));
    }
    match JsFuture::from(file.array_buffer()).await {
        Ok(buffer) => others::visit(editor, OwnSet::decode(&Uint8Array::new(&buffer).to_vec())),
        Err(_) => editor.refuse(words().teach.not_read(&file.name())),
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
    let recognise = move |_| {
        editor.support.use_own();
        // Refused nowhere: it is this page's own.
        let _ = location().set_hash("#/draw");
    };
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
    let address = RwSignal::new(None::<String>);
    // It is of the set as it was.
    Effect::new(move |_| {
        editing.track();
        address.set(None);
    });
    let copy = move |_| match current().to_address() {
        Ok(text) if text.len() <= MAX_ADDRESS => {
            let base = location().href().unwrap_or_default();
            let base = base.split('#').next().unwrap_or_default();
            let text = format!("{base}{PARAMETER}{text}");
            address.set(Some(text.clone()));
            leptos::task::spawn_local(async move {
                let told = if copy_text(&text).await {
                    words().teach.address_copied
                } else {
                    words().teach.address_below
                };
                editor.tell(told);
            });
        }
        Ok(text) => editor.refuse(words().teach.address_long(text.len())),
        Err(error) => editor.refuse(words().refusals.own_set(&error)),
    };
    let open = move |event: leptos::ev::Event| {
        let input: Option<HtmlInputElement> = event.target().and_then(|t| t.dyn_into().ok());
        let Some(input) = input else { return };
        let Some(file) = input.files().and_then(|files| files.get(0)) else {
            return;
        };
        leptos::task::spawn_local(async move {
            open_file(editor, &file).await;
            // The same file can be chosen again.
            input.set_value("");
        });
    };
    view! {
        <p class="run share">
            <button class="button primary" data-testid="teach-use" disabled=move || undrawn.get() on:click=recognise>
                {words().teach.recognise}
            </button>
            <button class="button" data-testid="teach-save" disabled=move || empty.get() on:click=save>
                {words().teach.save}
            </button>
            <label class="button">
                {words().teach.open}
                <input type="file" accept=".twinset" class="visually-hidden" data-testid="teach-open" on:change=open />
            </label>
            <button class="button" data-testid="teach-address" disabled=move || empty.get() on:click=copy>
                {words().teach.copy}
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
        <p class="address" hidden=move || address.with(Option::is_none)>
            <label>
                {words().teach.address}
                <input type="text" readonly data-testid="teach-url" prop:value=move || address.get().unwrap_or_default() />
            </label>
        </p>
    }
}
