//! Changing the language of the page.

use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::{Desk, persistence};
use crate::words::{Language, words};

impl Desk {
    /// Speaks another language: keeps it and loads the page anew, in which everything is said anew.
    /// Asks before a run of training is interrupted by it.
    pub(crate) fn use_language(self, language: Language) {
        let ask = || window().confirm_with_message(words().head.reload_ends_run);
        if self.learns() && !ask().unwrap_or(false) {
            self.language.notify();
            return;
        }
        self.language.set(Some(language));
        self.keep_settings();
        // The address goes before what is kept; it stays for who lets nothing be kept.
        let is_kept = persistence::settings().language == Some(language);
        let wish = (!is_kept).then_some(language.as_str());
        if let Some(address) = with_parameter("lang", wish) {
            // It fails for an address of another origin only.
            let _ = window().history().and_then(|history| {
                history.replace_state_with_url(&JsValue::NULL, "", Some(&address))
            });
        }
        // It fails for a window that is being closed only.
        let _ = location().reload();
    }
}

/// The page's address with another value of a parameter, or without it.
fn with_parameter(name: &str, value: Option<&str>) -> Option<String> {
    let url = web_sys::Url::new(&location().href().ok()?).ok()?;
    match value {
        Some(value) => url.search_params().set(name, value),
        None => url.search_params().delete(name),
    }
    Some(url.href())
}
