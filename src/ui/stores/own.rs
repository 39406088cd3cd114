//! The person's own set: kept in the browser, compared with, changed.

use std::sync::Arc;

use leptos::ev;
use leptos::prelude::*;
use twinglyph_core::Bitmap;
use twinglyph_core::own::{OwnClass, OwnSet};

use super::Desk;
use super::alphabets::USUAL;
use crate::session::example::Example;
use crate::session::library::plain_character;
use crate::session::play::Named;
use crate::session::support::{Choice, OWN, SupportSet, Ways};
use crate::session::teach::{TeachError, Teaching, label};
use crate::ui::persistence;
use crate::words::words;

impl Desk {
    /// The set that this browser keeps, and what other tabs make of it; before it, the set of somebody
    /// else that this tab looks at.
    pub(super) fn find_own(self) {
        self.read_own();
        let guest = persistence::guest().and_then(|text| OwnSet::from_address(&text).ok());
        if let Some(guest) = guest {
            self.look_at(guest);
        }
        let handle = window_event_listener(ev::storage, move |event| {
            if event.key().as_deref().is_some_and(persistence::is_own) {
                self.read_own();
            }
        });
        on_cleanup(move || handle.remove());
    }

    fn read_own(self) {
        let text = persistence::own();
        self.own_kept.set_value(text.clone());
        let Some(text) = text else { return };
        match OwnSet::from_address(&text) {
            Ok(set) if self.is_visiting() => self.home.update(|home| {
                if let Some(home) = home {
                    home.read(set);
                }
            }),
            Ok(set) => {
                self.teaching.update(|teaching| teaching.read(set));
                self.follow_own();
            }
            Err(error) => {
                persistence::set_own_aside(&text);
                self.app
                    .tell(words().desk.own_unread(&words().refusals.own_set(&error)));
            }
        }
    }

    /// Changes the set; false where this browser has no room to keep it.
    ///
    /// # Errors
    /// When the change can't be made, or another tab has changed the set: then it is shown as it is now.
    pub(crate) fn teach(
        self,
        change: impl FnOnce(&mut Teaching) -> Result<(), TeachError>,
    ) -> Result<bool, TeachError> {
        let visiting = self.is_visiting();
        // A page that was away has not heard of it, and would write over it.
        if !visiting
            && persistence::own().is_some_and(|text| self.own_kept.get_value() != Some(text))
        {
            self.read_own();
            return Err(TeachError::Elsewhere);
        }
        let before = self
            .teaching
            .with_untracked(|teaching| teaching.set().clone());
        let after = {
            let mut teaching = self.teaching.write();
            change(&mut teaching)?;
            teaching.set().clone()
        };
        if Arc::ptr_eq(&before, &after) {
            return Ok(true);
        }
        let kept = after.to_address().is_ok_and(|text| {
            if visiting {
                // What a person makes of another's set is their work, and outlives the tab.
                let kept = persistence::keep_other(&text, persistence::guest().as_deref());
                persistence::keep_guest(Some(text));
                return kept;
            }
            let kept = persistence::keep_own(&text);
            if kept {
                self.own_kept.set_value(Some(text));
            }
            kept
        });
        self.follow_own();
        Ok(kept)
    }

    /// Is the set that is shown somebody else's?
    pub(crate) fn is_visiting(self) -> bool {
        self.home.with_untracked(Option::is_some)
    }

    /// Shows somebody else's set; the person's own waits.
    pub(crate) fn look_at(self, set: OwnSet) {
        let mut shown = Teaching::new(set);
        self.teaching
            .update(|teaching| std::mem::swap(teaching, &mut shown));
        self.home.update(|home| {
            home.get_or_insert(shown);
        });
        self.follow_own();
    }

    /// Is there anything of the person's own to compare with?
    pub(crate) fn has_own(self) -> bool {
        self.teaching.with(|teaching| has_example(teaching.set()))
    }

    /// Compares with the person's own characters, all of them.
    pub(crate) fn use_own(self) {
        self.choose(Choice {
            alphabet: OWN.to_owned(),
            ways: Ways::Whole,
            ..Choice::default()
        });
    }

    /// What a character is called.
    pub(crate) fn called(self, named: &Named) -> String {
        if named.alphabet != OWN {
            return plain_character(&named.id());
        }
        self.teaching.with_untracked(|teaching| {
            let class = teaching.set().classes.get(named.character);
            class.map_or_else(String::new, |class| label(class, named.character))
        })
    }

    /// A drawing by its name, fetched if it isn't here; none where it can't be had.
    pub(crate) async fn drawing(self, named: &Named) -> Option<Bitmap> {
        if named.alphabet == OWN {
            return self.own_example(named);
        }
        let alphabet = self.alphabet(&named.alphabet).await.ok()?;
        alphabet.drawing(named.character, named.drawer).cloned()
    }

    fn own_example(self, named: &Named) -> Option<Bitmap> {
        self.teaching.with_untracked(|teaching| {
            let class = teaching.set().classes.get(named.character)?;
            class.examples.get(named.drawer).cloned()
        })
    }

    /// The support set is what the own set has become, where it is the one in use.
    pub(crate) fn follow_own(self) {
        let in_use = self
            .support
            .with_untracked(|shown| shown.as_ref().is_some_and(|s| s.set.choice.alphabet == OWN));
        if in_use {
            self.lay_out_own();
        }
    }

    /// Puts an example of the person's own on the sheet.
    fn put_own_query(self, query: &Named) {
        let class = self.support.with_untracked(|shown| {
            let mut classes = shown.as_ref()?.set.classes.iter();
            classes.position(|class| class.character == query.character)
        });
        if let (Some(class), Some(drawing)) = (class, self.own_example(query)) {
            let example = Example {
                character: self.called(query),
                class,
                drawing,
            };
            self.paper
                .sheet
                .update(|sheet| sheet.show(Arc::new(example)));
        }
    }

    /// Makes the support set of the person's own characters; without any, of the usual alphabet.
    pub(super) fn lay_out_own(self) {
        if !untrack(|| self.has_own()) {
            self.choose_alphabet(USUAL.to_owned());
            return;
        }
        let own = self
            .teaching
            .with_untracked(|teaching| teaching.set().clone());
        let choice = self.choice.get_untracked();
        self.put_support(SupportSet::own(self.next_set(), &choice, &own));
        if let Some(query) = self.opened.get_value().filter(|one| one.alphabet == OWN) {
            self.opened.set_value(None);
            self.put_own_query(&query);
            self.changed();
            return;
        }
        let example = self
            .paper
            .sheet
            .with_untracked(|sheet| sheet.example().is_some());
        if example {
            // It is of another alphabet.
            self.paper.clear();
        } else {
            self.changed();
        }
    }
}

fn has_example(set: &OwnSet) -> bool {
    let drawn = |class: &OwnClass| !class.examples.is_empty();
    set.classes.iter().any(drawn)
}
