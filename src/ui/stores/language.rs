//! Changing the language of the page.

use leptos::prelude::*;

use super::{Desk, persistence};
use crate::ui::address::set_parameter;
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
        set_parameter("lang", wish);
        // It fails for a window that is being closed only.
        let _ = location().reload();
    }
}
