//! The page's language: heard from the document, changed by the person.
//!
//! `assets/boot/boot.js` decides it before anything is said and writes it into `<html lang>`. A
//! change is kept and the page loaded anew (docs/decisions/0016).

use leptos::html::Select;
use leptos::prelude::*;

use super::desk::Desk;
use super::icons::{Icon, LANGUAGE};
use super::select::keep_value;
use crate::words::{Language, language, speak, words};

/// Speaks as the document does.
pub(super) fn follow_document() {
    let tag = document()
        .document_element()
        .and_then(|root| root.get_attribute("lang"));
    speak(tag.as_deref().and_then(Language::of).unwrap_or_default());
}

/// The languages to choose from: an icon, and over it a select that can't be seen.
#[component]
pub(super) fn LanguageSelect() -> impl IntoView {
    let desk = expect_context::<Desk>();
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
            desk.use_language(chosen);
        }
    };
    let select = NodeRef::<Select>::new();
    keep_value(
        select,
        || language().as_str().to_owned(),
        move || desk.language.track(),
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
