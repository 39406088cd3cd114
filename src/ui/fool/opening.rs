//! Opens the drawing of a link, to be voted on.

use leptos::prelude::*;
use twinglyph_core::own::{OwnClass, OwnSet};

use super::game::Game;
use crate::session::custom_set_editor::CustomSetEditor;
use crate::session::drawing_link::Against;
use crate::session::fool::{Challenge, PAGE, Round, Step};
use crate::session::library::{Library, plain_name};
use crate::session::support::OWN;
use crate::ui::address::replace;
use crate::ui::persistence;
use crate::words::words;

impl Game {
    /// Takes the drawing of the page's address, if it has one.
    pub(super) fn hear_address(self) {
        match Challenge::parse(&location().hash().unwrap_or_default()) {
            Ok(None) => return,
            Ok(Some(challenge)) => {
                self.tell(words().fool.waiting);
                self.awaited.set(Some(challenge));
            }
            Err(error) => self.refuse(error.to_string()),
        }
        // A reload shall not bring it again over the votes that were given since.
        replace(PAGE);
    }

    /// Opens the drawing of a link once its alphabet is known: before, the page would choose another set later.
    pub(super) fn open_awaited(self) {
        let Some(challenge) = self.awaited.get() else {
            return;
        };
        let found = self.alphabets.library.with(|library| {
            let characters = match &challenge.link.against {
                Against::Own(set, _) if !library.listings().is_empty() => Some(drawn(set)),
                Against::Own(..) => None,
                Against::Alphabet(choice) => Some(library.get(&choice.alphabet)?.characters),
            };
            characters.map(|count| challenge.link.against.choice().ways.of(count))
        });
        match found {
            None if !self.alphabets.library.with(Library::has_omniglot) => return,
            None => {
                let name = plain_name(&challenge.link.against.choice().alphabet);
                self.refuse(words().drawing.no_alphabet(&name));
            }
            Some(classes) if !challenge.votes.fit(classes) => {
                self.refuse(words().fool.votes_astray);
            }
            Some(_) => leptos::task::spawn_local(self.open_challenge(challenge)),
        }
        self.awaited.set(None);
    }

    /// Opens the drawing of a link. Nothing changes before all of it is here.
    async fn open_challenge(self, challenge: Challenge) {
        let choice = challenge.link.against.choice().clone();
        if choice.alphabet != OWN && self.alphabets.alphabet(&choice.alphabet).await.is_err() {
            // The page may have gone meanwhile.
            if self.step.try_get_untracked().is_some() {
                let name = plain_name(&choice.alphabet);
                self.refuse(words().drawing.no_alphabet(&name));
            }
            return;
        }
        if self.step.try_get_untracked().is_none() {
            return;
        }
        let has_votes = self.round.with_untracked(|round| round.votes.total() > 0);
        // A browser that can't ask keeps the round.
        if has_votes
            && !window()
                .confirm_with_message(words().fool.give_up_votes)
                .unwrap_or(false)
        {
            return self.tell(words().fool.votes_kept);
        }
        self.draw.silence(true);
        self.step.set(Step::Draw);
        if let Against::Own(set, _) = &challenge.link.against {
            self.visit((**set).clone());
        }
        let link = &challenge.link;
        self.support
            .show_drawing(link.sketch.ink(), link.pen, choice);
        self.begin(Step::Ask, Round::linked(challenge.votes));
        self.tell(words().fool.sent);
    }

    /// Shows somebody else's set beside the person's own.
    fn visit(self, set: OwnSet) {
        let set = CustomSetEditor::new(set).set().clone();
        if self.own.own_set() == *set {
            self.own.leave();
        } else if self.own.shown_set() != set {
            persistence::keep_guest(set.to_address().ok());
            self.own.look_at((*set).clone());
        }
    }
}

/// Number of a set's classes that can be compared with.
fn drawn(set: &OwnSet) -> usize {
    let is_drawn = |class: &&OwnClass| !class.examples.is_empty();
    set.classes.iter().filter(is_drawn).count()
}
