//! The page's language: heard from the document, changed by the person.
//!
//! `assets/boot/boot.js` decides it before anything is said and writes it into `<html lang>`. A
//! change is kept and the page loaded anew (docs/decisions/0016).

use std::cell::Cell;
use std::rc::Rc;

use leptos::html::Select;
use leptos::prelude::*;
// Leptos' own comes with the mounted page.
use wasm_bindgen_futures::spawn_local;

use super::icons::{Icon, LANGUAGE};
use super::pause::{LATE, pause};
use super::select::keep_value;
use super::stores::{AppState, TrainStore, use_store};
use crate::words::{Language, bring, language, speak, words};

/// Shows the page, speaking as the document does. Another language is a file of its own; where it
/// doesn't come in time, the page is shown in English.
pub(crate) fn open_with(show: fn()) {
    let tag = document()
        .document_element()
        .and_then(|root| root.get_attribute("lang"));
    let wish = tag.as_deref().and_then(Language::of).unwrap_or_default();
    if wish == language() {
        show();
        return;
    }
    let is_shown = Rc::new(Cell::new(false));
    let shown = is_shown.clone();
    let once = move || {
        if shown.replace(true) {
            return;
        }
        if let Some(root) = document().document_element() {
            // It fails only for a name that is no attribute's.
            let _ = root.set_attribute("lang", language().as_str());
        }
        show();
    };
    let late = once.clone();
    spawn_local(async move {
        pause(LATE).await;
        late();
    });
    spawn_local(async move {
        let learnt = bring(wish).await;
        if is_shown.get() {
            return;
        }
        // Where they don't come, the page goes on in English; why is in the browser's log.
        if let Ok(learnt) = learnt {
            speak(learnt);
        }
        once();
    });
}

/// The languages to choose from: an icon, and over it a select that can't be seen.
#[component]
pub(super) fn LanguageSelect() -> impl IntoView {
    let app = use_store::<AppState>();
    let train = use_store::<TrainStore>();
    let options = Language::ALL
        .map(|one| {
            view! {
                <option value=one.as_str() lang=one.as_str() >
                    {one.own_name()}
                </option>
            }
        })
        .collect_view();
    let choose = move |event| {
        if let Some(chosen) = Language::of(&event_target_value(&event)) {
            // A run of training would be interrupted.
            let ask = || window().confirm_with_message(words().head.reload_ends_run);
            if train.is_underway() && !ask().unwrap_or(false) {
                app.show_language_again();
            } else {
                app.use_language(chosen);
            }
        }
    };
    let select = NodeRef::<Select>::new();
    keep_value(
        select,
        || language().as_str().to_owned(),
        move || app.language.track(),
    );
    view! {
        <label class="tool language" title=words().head.language>
            <span class="visually-hidden">{words().head.language}</span>
            <Icon path=LANGUAGE />
            <select node_ref=select data-testid="language-select" on:change=choose>
                {options}
            </select>
        </label>
    }
}
