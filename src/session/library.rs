//! The alphabets there are and those that are at hand.
//!
//! Knows names and drawings; refuses to know where they come from.

use std::sync::Arc;

use twinglyph_core::{Alphabet, Set};

use crate::words::words;

/// An alphabet that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Listing {
    /// Its name as Omniglot spells it.
    pub(crate) name: String,
    /// Its part of the data.
    pub(crate) set: Set,
    /// Number of characters.
    pub(crate) characters: usize,
    /// Its place in the sheet of previews, where it has one.
    pub(crate) preview: Option<usize>,
    /// Its drawings, once they are here.
    pub(crate) alphabet: Option<Arc<Alphabet>>,
}

/// All alphabets, in the order in which they are offered: evaluation, background, invented.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Library {
    listings: Vec<Listing>,
}

impl Library {
    /// A library of these alphabets, put in order. Of two with one name the first stays.
    #[must_use]
    pub(crate) fn new(listings: Vec<Listing>) -> Self {
        let mut kept: Vec<Listing> = Vec::with_capacity(listings.len());
        for listing in listings {
            if kept.iter().all(|other| other.name != listing.name) {
                kept.push(listing);
            }
        }
        // Stable, so that the manifest's order stays within a group.
        kept.sort_by_key(|listing| match listing.set {
            Set::Evaluation => 0,
            Set::Background => 1,
            Set::Invented => 2,
            // No alphabet of the library is the person's own.
            Set::Own => 3,
        });
        Self { listings: kept }
    }

    /// Every alphabet in order.
    #[must_use]
    pub(crate) fn listings(&self) -> &[Listing] {
        &self.listings
    }

    /// The alphabets of one part of the data.
    pub(crate) fn of(&self, set: Set) -> impl Iterator<Item = &Listing> {
        self.listings
            .iter()
            .filter(move |listing| listing.set == set)
    }

    /// The alphabet of this name.
    #[must_use]
    pub(crate) fn get(&self, name: &str) -> Option<&Listing> {
        self.listings.iter().find(|listing| listing.name == name)
    }

    /// Does any come from Omniglot?
    #[must_use]
    pub(crate) fn has_omniglot(&self) -> bool {
        self.listings
            .iter()
            .any(|listing| listing.set != Set::Invented)
    }

    /// Puts an alphabet's drawings beside its listing; a name that isn't listed is ignored.
    pub(crate) fn fill(&mut self, alphabet: Arc<Alphabet>) {
        if let Some(listing) = self
            .listings
            .iter_mut()
            .find(|listing| listing.name == alphabet.name())
        {
            listing.characters = alphabet.characters();
            listing.alphabet = Some(alphabet);
        }
    }

    /// The name to open with: the wish where it is listed, else `usual`, else the first.
    #[must_use]
    pub(crate) fn opening<'a>(&'a self, wish: &'a str, usual: &'a str) -> Option<&'a str> {
        [wish, usual]
            .into_iter()
            .find(|name| self.get(name).is_some())
            .or_else(|| self.listings.first().map(|listing| listing.name.as_str()))
    }
}

/// An alphabet's name for people: `Japanese (katakana)` for `Japanese_(katakana)`.
#[must_use]
pub(crate) fn plain_name(name: &str) -> String {
    words().alphabet.name(name)
}

/// A character's name for people: `Korean 07` for `Korean/character07`.
#[must_use]
pub(crate) fn plain_character(id: &str) -> String {
    match id.split_once("/character") {
        Some((alphabet, number)) => format!("{} {number}", plain_name(alphabet)),
        None => plain_name(id),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use twinglyph_core::Bitmap;

    fn listing(name: &str, set: Set) -> Listing {
        Listing {
            name: name.to_owned(),
            set,
            characters: 20,
            preview: None,
            alphabet: None,
        }
    }

    #[test]
    fn groups_come_in_order_and_keep_theirs() {
        let library = Library::new(vec![
            listing("i", Set::Invented),
            listing("b2", Set::Background),
            listing("b1", Set::Background),
            listing("e", Set::Evaluation),
            listing("b1", Set::Invented),
        ]);
        let names: Vec<&str> = library
            .listings()
            .iter()
            .map(|listing| listing.name.as_str())
            .collect();
        assert_eq!(names, ["e", "b2", "b1", "i"]);
        assert_eq!(library.opening("b1", "e"), Some("b1"));
        assert_eq!(library.opening("gone", "e"), Some("e"));
        assert_eq!(library.opening("gone", "gone"), Some("e"));
        assert!(library.has_omniglot());
    }

    #[test]
    fn drawings_find_their_listing() {
        let mut library = Library::new(vec![listing("a", Set::Invented)]);
        assert!(!library.has_omniglot());
        let alphabet = |name: &str| {
            Arc::new(Alphabet::new(name, Set::Invented, 1, vec![Bitmap::blank(); 3]).unwrap())
        };
        library.fill(alphabet("other"));
        library.fill(alphabet("a"));
        assert_eq!(library.get("a").unwrap().characters, 3);
        assert_eq!(library.listings().len(), 1);
    }

    #[test]
    fn names_are_plain() {
        assert_eq!(plain_name("Japanese_(katakana)"), "Japanese (katakana)");
        assert_eq!(plain_character("Korean/character07"), "Korean 07");
    }
}
