//! The alphabets there are: the list of them, and their drawings, fetched or invented when asked for.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;
use twinglyph_core::invented::CHARACTERS;
use twinglyph_core::shard::Entry;
use twinglyph_core::{Alphabet, Bitmap, Set as Part};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::HtmlImageElement;

use super::app::Notice;
use super::{AppState, CustomSetStore};
use crate::reading::{self, INVENTED};
use crate::session::library::{Library, Listing, plain_name};
use crate::session::play::Named;
use crate::session::support::OWN;
use crate::shards::{self, FetchError};
use crate::ui::pause::{LATE, pause};
use crate::words::words;

/// The alphabet to open with: of the evaluation set, so unseen in training, and handsome.
pub(super) const USUAL: &str = "Tibetan";

/// The alphabets.
#[derive(Clone, Copy)]
pub(crate) struct AlphabetStore {
    app: AppState,
    own: CustomSetStore,
    /// The alphabets there are; none before the manifest came.
    pub(crate) library: RwSignal<Library>,
    /// Is there a sheet of previews?
    pub(crate) previews: RwSignal<bool>,
    entries: StoredValue<Vec<Entry>>,
}

impl AlphabetStore {
    /// No alphabets yet.
    #[inline(never)]
    pub(super) fn new(app: AppState, own: CustomSetStore) -> Self {
        Self {
            app,
            own,
            library: RwSignal::new(Library::default()),
            previews: RwSignal::new(false),
            entries: StoredValue::new(Vec::new()),
        }
    }

    /// Fetches the list of Omniglot's alphabets; empty where it can't be had. Tells what `late` says when it
    /// takes long.
    pub(super) async fn fetch_list(self, late: impl FnOnce() -> Notice + 'static) -> Vec<Listing> {
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
                text: words().notice.invented_meanwhile(&error.to_string()),
                retry: true,
            }),
        }
        listings
    }

    /// Makes the library of these alphabets and the invented ones. Gives which of them to open with: the
    /// wish, or what comes nearest.
    pub(super) fn fill(self, mut listings: Vec<Listing>, wish: &str) -> Option<String> {
        // Their drawings are made when one is chosen.
        listings.extend(INVENTED.map(|(_, name)| Listing {
            name: name.to_owned(),
            set: Part::Invented,
            characters: CHARACTERS,
            preview: None,
            alphabet: None,
        }));
        let library = Library::new(listings);
        let opening = library.opening(wish, USUAL).map(str::to_owned);
        self.library.set(library);
        opening
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
        if let Some(told) = told.take() {
            self.app.take_back(&told);
        }
        value
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

    /// The same where it is in the library.
    pub(super) fn alphabet_here(self, name: &str) -> Option<Arc<Alphabet>> {
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
                    let text = words().notice.late(&plain_name(name));
                    move || Notice { text, retry: false }
                };
                self.telling(late, shards::alphabet(&entry)).await?
            }
        };
        Ok(Arc::new(alphabet))
    }

    /// A drawing by its name, fetched if it isn't here; none where it can't be had.
    pub(crate) async fn drawing(self, named: &Named) -> Option<Bitmap> {
        if named.alphabet == OWN {
            return self.own.example(named);
        }
        let alphabet = self.alphabet(&named.alphabet).await.ok()?;
        alphabet.drawing(named.character, named.drawer).cloned()
    }

    /// Are Omniglot's alphabets there?
    pub(crate) fn has_omniglot(self) -> bool {
        self.library.with_untracked(Library::has_omniglot)
    }

    /// The first invented alphabet.
    pub(super) fn invented(self) -> Option<String> {
        self.library.with_untracked(|library| {
            let mut listings = library.listings().iter();
            let found = listings.find(|listing| listing.set == Part::Invented);
            found.map(|listing| listing.name.clone())
        })
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
