//! The person's own set: kept in the browser, changed; somebody else's, that they look at.

use std::sync::Arc;

use leptos::ev;
use leptos::prelude::*;
use twinglyph_core::Bitmap;
use twinglyph_core::own::{OwnClass, OwnSet};

use super::{AppState, SupportStore};
use crate::session::custom_set_editor::{CustomSetEditor, EditError, label};
use crate::session::library::plain_character;
use crate::session::play::Named;
use crate::session::support::OWN;
use crate::ui::persistence::{self, Other};
use crate::words::words;

/// The person's own set.
#[derive(Clone, Copy)]
pub(crate) struct CustomSetStore {
    app: AppState,
    /// The person's own set, as they make it, or somebody else's that they look at.
    pub(crate) editing: RwSignal<CustomSetEditor>,
    /// Their own, while they look at somebody else's.
    pub(crate) home: RwSignal<Option<CustomSetEditor>>,
    /// Their own as this tab has last read or written it.
    kept: StoredValue<Option<String>>,
    /// What compares with it.
    follower: StoredValue<Option<SupportStore>>,
}

impl CustomSetStore {
    /// An empty set.
    #[inline(never)]
    pub(super) fn new(app: AppState) -> Self {
        Self {
            app,
            editing: RwSignal::new(CustomSetEditor::default()),
            home: RwSignal::new(None),
            kept: StoredValue::new(None),
            follower: StoredValue::new(None),
        }
    }

    /// From now on the support set hears of its changes.
    pub(super) fn set_follower(self, support: SupportStore) {
        self.follower.set_value(Some(support));
    }

    fn changed(self) {
        if let Some(support) = self.follower.get_value() {
            support.follow_own();
        }
    }

    /// The set that this browser keeps, and what other tabs make of it; before it, the set of somebody
    /// else that this tab looks at.
    pub(super) fn find(self) {
        self.read();
        let guest = persistence::guest().and_then(|text| OwnSet::from_address(&text).ok());
        if let Some(guest) = guest {
            self.look_at(guest);
        }
        let handle = window_event_listener(ev::storage, move |event| {
            if event.key().as_deref().is_some_and(persistence::is_own) {
                self.read();
            }
        });
        on_cleanup(move || handle.remove());
    }

    fn read(self) {
        let text = persistence::own();
        self.kept.set_value(text.clone());
        let Some(text) = text else { return };
        match OwnSet::from_address(&text) {
            Ok(set) if self.is_visiting() => self.home.update(|home| {
                if let Some(home) = home {
                    home.read(set);
                }
            }),
            Ok(set) => {
                self.editing.update(|editing| editing.read(set));
                self.changed();
            }
            Err(error) => {
                persistence::set_own_aside(&text);
                self.app
                    .tell(words().notice.own_unread(&words().refusals.own_set(&error)));
            }
        }
    }

    /// Changes the set; false where this browser has no room to keep it.
    ///
    /// # Errors
    /// When the change can't be made, or another tab has changed the set: then it is shown as it is now.
    pub(crate) fn teach(
        self,
        change: impl FnOnce(&mut CustomSetEditor) -> Result<(), EditError>,
    ) -> Result<bool, EditError> {
        let visiting = self.is_visiting();
        // A page that was away has not heard of it, and would write over it.
        if !visiting && persistence::own().is_some_and(|text| self.kept.get_value() != Some(text)) {
            self.read();
            return Err(EditError::Elsewhere);
        }
        let before = self.editing.with_untracked(|editing| editing.set().clone());
        let after = {
            let mut editing = self.editing.write();
            change(&mut editing)?;
            editing.set().clone()
        };
        if Arc::ptr_eq(&before, &after) {
            return Ok(true);
        }
        let kept = after.to_address().is_ok_and(|text| {
            if visiting {
                // What a person makes of another's set is their work, and outlives the tab.
                let changed = Other {
                    text: text.clone(),
                    changed: Some(js_sys::Date::now()),
                };
                let kept = persistence::keep_other(changed, persistence::guest().as_deref());
                persistence::keep_guest(Some(text));
                return kept;
            }
            let kept = persistence::keep_own(&text);
            if kept {
                self.kept.set_value(Some(text));
            }
            kept
        });
        self.changed();
        Ok(kept)
    }

    /// Is the set that is shown somebody else's?
    pub(crate) fn is_visiting(self) -> bool {
        self.home.with_untracked(Option::is_some)
    }

    /// Shows somebody else's set; the person's own waits.
    pub(crate) fn look_at(self, set: OwnSet) {
        let mut shown = CustomSetEditor::new(set);
        self.editing
            .update(|editing| std::mem::swap(editing, &mut shown));
        self.home.update(|home| {
            home.get_or_insert(shown);
        });
        self.changed();
    }

    /// Back to the person's own set.
    pub(crate) fn leave(self) {
        persistence::keep_guest(None);
        if let Some(home) = self.home.try_update(Option::take).flatten() {
            self.editing.set(home);
            self.changed();
        }
    }

    /// The person's own set, also while they look at somebody else's.
    pub(crate) fn own_set(self) -> OwnSet {
        let home = self
            .home
            .with_untracked(|home| Some((**home.as_ref()?.set()).clone()));
        home.unwrap_or_else(|| (*self.shown_set()).clone())
    }

    /// The set that is shown.
    pub(crate) fn shown_set(self) -> Arc<OwnSet> {
        self.editing.with_untracked(|editing| editing.set().clone())
    }

    /// Is there anything of it to compare with?
    pub(crate) fn has_own(self) -> bool {
        let drawn = |class: &OwnClass| !class.examples.is_empty();
        self.editing
            .with(|editing| editing.set().classes.iter().any(drawn))
    }

    /// What a character, of whatever alphabet, is called.
    pub(crate) fn called(self, named: &Named) -> String {
        if named.alphabet != OWN {
            return plain_character(&named.id());
        }
        self.editing.with_untracked(|editing| {
            let class = editing.set().classes.get(named.character);
            class.map_or_else(String::new, |class| label(class, named.character))
        })
    }

    /// An example by its name.
    pub(super) fn example(self, named: &Named) -> Option<Bitmap> {
        self.editing.with_untracked(|editing| {
            let class = editing.set().classes.get(named.character)?;
            Some(class.examples.get(named.drawer)?.drawing().clone())
        })
    }
}
