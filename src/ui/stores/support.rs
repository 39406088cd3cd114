//! The support set: which alphabet, drawer and classes are compared with, and what lies on the sheet for it.

mod shown;

pub(crate) use shown::Shown;

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;
use twinglyph_core::Alphabet;
use twinglyph_core::ink::Ink;
use twinglyph_core::protocol::EmbeddingMap;

use super::alphabets::USUAL;
use super::app::Notice;
use super::{AlphabetStore, AppState, CustomSetStore, DrawStore, MapStore};
use crate::client::worker_client::Ranked;
use crate::reading;
use crate::session::example::Example;
use crate::session::library::Listing;
use crate::session::play::Named;
use crate::session::support::{Choice, OWN, SupportSet, Ways};
use crate::shards::FetchError;
use crate::words::words;

/// The support set. What compares with it, the drawing and the map, hears of another one from here.
#[derive(Clone, Copy)]
pub(crate) struct SupportStore {
    app: AppState,
    alphabets: AlphabetStore,
    own: CustomSetStore,
    draw: DrawStore,
    map: MapStore,
    /// What the support set shall be.
    pub(crate) choice: RwSignal<Choice>,
    /// The support set that is.
    pub(crate) shown: RwSignal<Option<Arc<Shown>>>,
    /// Counts the worked examples.
    examples: StoredValue<u32>,
    /// Counts the sets.
    sets: StoredValue<u32>,
    /// The drawing that a trial's answer puts on the sheet, once its alphabet is here.
    opened: StoredValue<Option<Named>>,
}

impl SupportStore {
    /// No support set yet, but what it shall be.
    #[inline(never)]
    pub(super) fn new(
        app: AppState,
        alphabets: AlphabetStore,
        own: CustomSetStore,
        draw: DrawStore,
        map: MapStore,
    ) -> Self {
        Self {
            app,
            alphabets,
            own,
            draw,
            map,
            choice: app.choice,
            shown: RwSignal::new(None),
            examples: StoredValue::new(0),
            sets: StoredValue::new(0),
            opened: StoredValue::new(None),
        }
    }

    /// Asks for the manifest and opens with the alphabet of last time, or the usual one; while the
    /// manifest is late, with an invented one.
    pub(super) fn find_alphabets(self) {
        leptos::task::spawn_local(async {
            // Whoever needs it asks for it again, and tells of its trouble.
            let _ = reading::begin().await;
        });
        let wish = self.chosen_alphabet();
        let meanwhile = Rc::new(RefCell::new(None));
        let (opened, wished) = (meanwhile.clone(), wish.clone());
        let late = move || {
            *opened.borrow_mut() = self.open_with(Vec::new(), wished);
            Notice {
                text: words().notice.list_late.to_owned(),
                retry: false,
            }
        };
        leptos::task::spawn_local(async move {
            let listings = self.alphabets.fetch_list(late).await;
            // What the person chose since then stays.
            let chosen = self.chosen_alphabet();
            let touched = meanwhile.take().is_some_and(|opened| opened != chosen);
            self.open_with(listings, if touched { chosen } else { wish });
        });
    }

    /// Asks for the alphabets again, where they could not be had.
    pub(crate) fn retry(self) {
        if !self.alphabets.has_omniglot() {
            self.find_alphabets();
        }
    }

    /// Opens with the wish or what comes nearest among these alphabets. Gives what that is.
    fn open_with(self, listings: Vec<Listing>, wish: String) -> Option<String> {
        let opening = self.alphabets.fill(listings, &wish);
        let alphabet = if wish == OWN && untrack(|| self.own.has_own()) {
            wish
        } else {
            opening?
        };
        self.choose(Choice {
            alphabet: alphabet.clone(),
            ..self.choice.get_untracked()
        });
        Some(alphabet)
    }

    fn chosen_alphabet(self) -> String {
        self.choice.with_untracked(|choice| choice.alphabet.clone())
    }

    /// Chooses another alphabet; the drawer and the number of classes stay.
    pub(crate) fn choose_alphabet(self, name: String) {
        self.choose(Choice {
            alphabet: name,
            shuffle: 0,
            ..self.choice.get_untracked()
        });
    }

    /// Chooses the drawer of the examples, from 0.
    pub(crate) fn choose_drawer(self, drawer: usize) {
        self.choose(Choice {
            drawer,
            ..self.choice.get_untracked()
        });
    }

    /// Chooses the number of classes.
    pub(crate) fn choose_ways(self, ways: Ways) {
        self.choose(Choice {
            ways,
            ..self.choice.get_untracked()
        });
    }

    /// Chooses other characters of the alphabet.
    pub(crate) fn shuffle(self) {
        let choice = self.choice.get_untracked();
        self.choose(Choice {
            shuffle: choice.shuffle.wrapping_add(1),
            ..choice
        });
    }

    /// Compares with the person's own characters, all of them.
    pub(crate) fn use_own(self) {
        self.choose(Choice {
            alphabet: OWN.to_owned(),
            ways: Ways::Whole,
            ..Choice::default()
        });
    }

    /// Shows a trial's answer on the page of the drawing: its alphabet by the drawer of the
    /// examples, and on the sheet what was asked, a drawing of the data or the person's own.
    pub(crate) fn show_on_sheet(self, right: &Named, query: Option<&Named>, ink: Option<Ink>) {
        self.opened.set_value(query.cloned());
        self.draw.put(ink);
        self.choose(Choice {
            alphabet: right.alphabet.clone(),
            drawer: right.drawer,
            ways: Ways::Whole,
            shuffle: 0,
        });
    }

    /// Puts somebody's drawing on the sheet, which can be taken back, and compares it by its pen with what they chose.
    pub(crate) fn show_drawing(self, ink: Ink, pen: f32, choice: Choice) {
        self.opened.set_value(None);
        self.draw.lay(ink, pen);
        self.choose(choice);
    }

    fn choose(self, choice: Choice) {
        let name = choice.alphabet.clone();
        self.choice.set(choice);
        if name == OWN {
            self.lay_out_own();
            return;
        }
        if let Some(alphabet) = self.alphabets.alphabet_here(&name) {
            self.lay_out(&alphabet);
            return;
        }
        leptos::task::spawn_local(async move {
            match self.alphabets.alphabet(&name).await {
                // Another was chosen meanwhile, or the same once more with success.
                _ if self.chosen_alphabet() != name => {}
                Ok(alphabet) => self.lay_out(&alphabet),
                Err(_) if self.alphabets.alphabet_here(&name).is_some() => {}
                Err(FetchError::Part) if self.shown.with_untracked(Option::is_none) => {
                    // Without it there is nothing to go back to, not even an invented alphabet.
                    self.app.show(Notice {
                        text: words().common.sentence(words().notice.no_reading),
                        retry: true,
                    });
                }
                Err(error) => {
                    self.app.tell(words().notice.kept_all(&error.to_string()));
                    self.stay();
                }
            }
        });
    }

    /// The choice goes back to what is on the page, after an alphabet could not be had.
    fn stay(self) {
        match self.shown.get_untracked() {
            Some(shown) => self.choice.set(shown.set.choice.clone()),
            None => {
                if let Some(name) = self.alphabets.invented() {
                    self.choose_alphabet(name);
                }
            }
        }
    }

    /// Makes the support set of the choice and asks for a ranking against it.
    fn lay_out(self, alphabet: &Alphabet) {
        let choice = self.choice.get_untracked();
        self.put(SupportSet::new(self.next_set(), &choice, alphabet));
        if let Some(query) = self.take_opened(alphabet.name()) {
            let drawing = alphabet.drawing(query.character, query.drawer);
            let class = self.class_of(|shown| {
                let id = query.id();
                shown.set.classes.iter().position(|class| class.id == id)
            });
            if let (Some(class), Some(drawing)) = (class, drawing) {
                self.draw.show(Example {
                    character: query.id(),
                    class,
                    drawing: drawing.clone(),
                });
            }
        } else if !self.draw.is_drawn() {
            self.put_example();
        }
        self.draw.changed();
    }

    /// The support set is what the own set has become, where it is the one in use.
    pub(super) fn follow_own(self) {
        let in_use = self
            .shown
            .with_untracked(|shown| shown.as_ref().is_some_and(|s| s.set.choice.alphabet == OWN));
        if in_use {
            self.lay_out_own();
        }
    }

    /// Makes the support set of the person's own characters; without any, of the usual alphabet.
    fn lay_out_own(self) {
        if !untrack(|| self.own.has_own()) {
            self.choose_alphabet(USUAL.to_owned());
            return;
        }
        let choice = self.choice.get_untracked();
        self.put(SupportSet::own(
            self.next_set(),
            &choice,
            &self.own.shown_set(),
        ));
        if let Some(query) = self.take_opened(OWN) {
            let class = self.class_of(|shown| {
                let mut classes = shown.set.classes.iter();
                classes.position(|class| class.character == query.character)
            });
            if let (Some(class), Some(drawing)) = (class, self.own.example(&query)) {
                self.draw.show(Example {
                    character: self.own.called(&query),
                    class,
                    drawing,
                });
            }
            self.draw.changed();
        } else if self.draw.is_example() {
            // It is of another alphabet.
            self.draw.paper.clear();
        } else {
            self.draw.changed();
        }
    }

    /// The drawing that a trial's answer puts on the sheet, where it is of this alphabet.
    fn take_opened(self, alphabet: &str) -> Option<Named> {
        self.opened
            .try_update_value(|opened| opened.take_if(|one| one.alphabet == alphabet))
            .flatten()
    }

    fn class_of(self, find: impl FnOnce(&Shown) -> Option<usize>) -> Option<usize> {
        self.shown
            .with_untracked(|shown| shown.as_deref().and_then(find))
    }

    /// The number of a set that is made now.
    fn next_set(self) -> u32 {
        self.sets.update_value(|sets| *sets = sets.wrapping_add(1));
        self.sets.get_value()
    }

    /// A set takes the place of the one that is compared with.
    fn put(self, set: SupportSet) {
        let (id, examples) = (set.id, set.examples());
        self.draw.forget();
        self.map.forget();
        self.shown.set(Some(Arc::new(Shown::new(set))));
        self.app.apply(|client| client.set_support(id, examples));
    }

    /// Shows the next worked example on blank paper.
    pub(crate) fn next_example(self) {
        self.draw.wipe();
        self.examples
            .update_value(|number| *number = number.wrapping_add(1));
        self.put_example();
        self.draw.changed();
    }

    /// Puts a worked example on the sheet, if nothing was drawn there.
    fn put_example(self) {
        let number = self.examples.get_value();
        let Some(shown) = self.shown.get_untracked() else {
            return;
        };
        let alphabet = self.alphabets.alphabet_here(&shown.set.choice.alphabet);
        let example = alphabet.and_then(|alphabet| Example::new(&shown.set, &alphabet, number));
        if let Some(example) = example {
            self.draw.show(example);
        }
    }

    /// A ranking; one of a set that another has replaced meanwhile is not shown.
    pub(super) fn hear_ranking(self, ranked: &Ranked) {
        if let Some(shown) = self.shown.get_untracked()
            && shown.set.id == ranked.set
        {
            self.draw.hear_ranking(ranked, &shown.set);
        }
    }

    /// A map, likewise.
    pub(super) fn hear_map(self, set: u32, map: EmbeddingMap) {
        let is_shown = self.shown.with_untracked(|shown| {
            let set_of = shown.as_ref().map(|shown| &shown.set);
            set_of.is_some_and(|own| own.id == set && own.classes.len() == map.points.len())
        });
        if is_shown {
            self.map.show(map);
        }
    }
}
