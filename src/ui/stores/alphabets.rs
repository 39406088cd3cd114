//! Finding the alphabets, fetching one when it is chosen, and making the support set of it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;
use twinglyph_core::ink::Ink;
use twinglyph_core::invented::CHARACTERS;
use twinglyph_core::{Alphabet, Set as Part};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::HtmlImageElement;

use super::{Desk, Notice, Shown};
use crate::reading::{self, INVENTED};
use crate::session::example::Example;
use crate::session::library::{Library, Listing, plain_name};
use crate::session::play::Named;
use crate::session::sheet::Sheet;
use crate::session::support::{Choice, OWN, SupportSet, Ways};
use crate::shards::{self, FetchError};
use crate::ui::pause::{LATE, pause};
use crate::words::words;

/// The alphabet to open with: of the evaluation set, so unseen in training, and handsome.
pub(super) const USUAL: &str = "Tibetan";

impl Desk {
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
                text: words().desk.list_late.to_owned(),
                retry: false,
            }
        };
        leptos::task::spawn_local(async move {
            let mut listings = Vec::new();
            match self.telling(late, shards::manifest()).await {
                Ok(manifest) => {
                    for (at, entry) in manifest.alphabets().iter().enumerate() {
                        listings.push(Listing {
                            name: entry.name.clone(),
                            set: entry.set,
                            characters: entry.characters,
                            preview: Some(at),
                            alphabet: None,
                        });
                    }
                    self.entries.set_value(manifest.alphabets().to_vec());
                    self.find_previews();
                }
                // The page says so where the alphabet is chosen; what an alphabet lacks is told when
                // one is.
                Err(FetchError::Missing(_) | FetchError::Part) => {}
                Err(error) => self.app.show(Notice {
                    text: words().desk.invented_meanwhile(&error.to_string()),
                    retry: true,
                }),
            }
            // What the person chose since then stays.
            let chosen = self.chosen_alphabet();
            let touched = meanwhile.take().is_some_and(|opened| opened != chosen);
            self.open_with(listings, if touched { chosen } else { wish });
        });
    }

    /// Makes the library of these alphabets and the invented ones, and opens with the wish or what comes
    /// nearest. Gives what that is.
    fn open_with(self, mut listings: Vec<Listing>, wish: String) -> Option<String> {
        // Their drawings are made when one is chosen.
        listings.extend(INVENTED.map(|(_, name)| Listing {
            name: name.to_owned(),
            set: Part::Invented,
            characters: CHARACTERS,
            preview: None,
            alphabet: None,
        }));
        let library = Library::new(listings);
        let opening = library.opening(&wish, USUAL).map(str::to_owned);
        self.library.set(library);
        let alphabet = if wish == OWN && untrack(|| self.has_own()) {
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

    /// Waits for something, and tells what `late` says when it takes long; that is taken back when it
    /// comes.
    async fn telling<T>(
        self,
        late: impl FnOnce() -> Notice + 'static,
        file: impl Future<Output = T>,
    ) -> T {
        let is_here = Rc::new(Cell::new(false));
        let told = Rc::new(RefCell::new(None));
        let (came, tells) = (is_here.clone(), told.clone());
        leptos::task::spawn_local(async move {
            pause(LATE).await;
            if !came.get() {
                let notice = late();
                *tells.borrow_mut() = Some(notice.clone());
                self.app.show(notice);
            }
        });
        let value = file.await;
        is_here.set(true);
        let told = told.take();
        if told.is_some() && self.app.notice.with_untracked(|notice| *notice == told) {
            self.app.dismiss();
        }
        value
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

    /// Shows a trial's answer on the page of the drawing: its alphabet by the drawer of the
    /// examples, and on the sheet what was asked, a drawing of the data or the person's own.
    pub(crate) fn show_on_sheet(self, right: &Named, query: Option<&Named>, ink: Option<Ink>) {
        self.opened.set_value(query.cloned());
        match ink {
            Some(ink) => self.paper.sheet.set(Sheet::with_ink(ink)),
            None => self.paper.sheet.set(Sheet::default()),
        }
        self.choose(Choice {
            alphabet: right.alphabet.clone(),
            drawer: right.drawer,
            ways: Ways::Whole,
            shuffle: 0,
        });
    }

    pub(super) fn choose(self, choice: Choice) {
        let name = choice.alphabet.clone();
        self.choice.set(choice);
        if name == OWN {
            self.lay_out_own();
            return;
        }
        if let Some(alphabet) = self.alphabet_here(&name) {
            self.lay_out(&alphabet);
            return;
        }
        leptos::task::spawn_local(async move {
            match self.alphabet(&name).await {
                Ok(alphabet) => self.arrived(&alphabet),
                // Another was chosen meanwhile, or the same once more with success.
                Err(_) if self.chosen_alphabet() != name || self.is_here(&name) => {}
                Err(FetchError::Part) if self.support.with_untracked(Option::is_none) => {
                    // Without it there is nothing to go back to, not even an invented alphabet.
                    self.app.show(Notice {
                        text: words().common.sentence(words().desk.no_reading),
                        retry: true,
                    });
                }
                Err(error) => {
                    self.app.tell(words().desk.kept_all(&error.to_string()));
                    self.stay();
                }
            }
        });
    }

    /// An alphabet's drawings: from the library, by invention, or from the server.
    ///
    /// # Errors
    /// When it can't be had.
    pub(crate) async fn alphabet(self, name: &str) -> Result<Arc<Alphabet>, FetchError> {
        if let Some(alphabet) = self.alphabet_here(name) {
            return Ok(alphabet);
        }
        let alphabet = self.alphabet_once(name).await?;
        self.library
            .update(|library| library.fill(alphabet.clone()));
        Ok(alphabet)
    }

    fn alphabet_here(self, name: &str) -> Option<Arc<Alphabet>> {
        self.library
            .with_untracked(|library| library.get(name)?.alphabet.clone())
    }

    /// The same for who wants a part of it only: the library doesn't keep it.
    ///
    /// # Errors
    /// When it can't be had.
    pub(crate) async fn alphabet_once(self, name: &str) -> Result<Arc<Alphabet>, FetchError> {
        if let Some(alphabet) = self.alphabet_here(name) {
            return Ok(alphabet);
        }
        let seed = INVENTED.iter().find(|(_, invented)| *invented == name);
        let alphabet = match seed.map(|&(seed, _)| seed) {
            Some(seed) => reading::invented(seed).await?,
            None => {
                let entry = self
                    .entries
                    .with_value(|entries| entries.iter().find(|entry| entry.name == name).cloned());
                let entry = entry.ok_or_else(|| FetchError::Missing(name.to_owned()))?;
                let late = {
                    let text = words().desk.late(&plain_name(name));
                    move || Notice { text, retry: false }
                };
                self.telling(late, shards::alphabet(&entry)).await?
            }
        };
        Ok(Arc::new(alphabet))
    }

    fn is_here(self, name: &str) -> bool {
        self.library.with_untracked(|library| {
            let listing = library.get(name);
            listing.is_some_and(|listing| listing.alphabet.is_some())
        })
    }

    /// An alphabet's drawings are here.
    fn arrived(self, alphabet: &Alphabet) {
        // Another may have been chosen meanwhile.
        if self
            .choice
            .with_untracked(|choice| choice.alphabet == alphabet.name())
        {
            self.lay_out(alphabet);
        }
    }

    /// The choice goes back to what is on the page, after an alphabet could not be had.
    fn stay(self) {
        match self.support.get_untracked() {
            Some(shown) => self.choice.set(shown.set.choice.clone()),
            None => {
                let invented = self.library.with_untracked(|library| {
                    library
                        .listings()
                        .iter()
                        .find(|listing| listing.set == Part::Invented)
                        .map(|listing| listing.name.clone())
                });
                if let Some(name) = invented {
                    self.choose_alphabet(name);
                }
            }
        }
    }

    /// Makes the support set of the choice and asks for a ranking against it.
    fn lay_out(self, alphabet: &Alphabet) {
        let choice = self.choice.get_untracked();
        self.put_support(SupportSet::new(self.next_set(), &choice, alphabet));
        let drawn = self
            .paper
            .sheet
            .with_untracked(|sheet| sheet.example().is_none() && sheet.can_undo());
        let opened = self
            .opened
            .get_value()
            .filter(|one| one.alphabet == alphabet.name());
        if let Some(query) = opened {
            self.opened.set_value(None);
            self.put_query(&query, alphabet);
        } else if !drawn {
            self.put_example();
        }
        self.changed();
    }

    /// The number of a set that is made now.
    pub(super) fn next_set(self) -> u32 {
        self.sets.update_value(|sets| *sets = sets.wrapping_add(1));
        self.sets.get_value()
    }

    /// A set takes the place of the one that is compared with.
    pub(super) fn put_support(self, set: SupportSet) {
        let (id, examples) = (set.id, set.examples());
        self.ranking.set(None);
        self.map.forget();
        self.held.set(None);
        self.support.set(Some(Arc::new(Shown::new(set))));
        self.app.client(|client| client.set_support(id, examples));
    }

    /// Puts a drawing of the alphabet on the sheet.
    fn put_query(self, query: &Named, alphabet: &Alphabet) {
        let id = query.id();
        let class = self.support.with_untracked(|shown| {
            let classes = &shown.as_ref()?.set.classes;
            classes.iter().position(|class| class.id == id)
        });
        let drawing = alphabet.drawing(query.character, query.drawer);
        if let (Some(class), Some(drawing)) = (class, drawing) {
            let example = Example {
                character: id,
                class,
                drawing: drawing.clone(),
            };
            self.paper
                .sheet
                .update(|sheet| sheet.show(Arc::new(example)));
        }
    }

    /// Finds out whether there is a sheet of previews.
    fn find_previews(self) {
        let Ok(image) = HtmlImageElement::new() else {
            return;
        };
        let loaded = Closure::once_into_js(move || self.previews.set(true));
        image.set_onload(Some(loaded.unchecked_ref()));
        image.set_src(shards::PREVIEW);
    }
}
