//! What the person's own set is good for beyond being compared with: trials and training, which need
//! second examples of its characters. Knows sets; refuses to know who plays and who trains.

use twinglyph_core::Bitmap;
use twinglyph_core::own::OwnSet;

use super::address::{Address, unescape};
use crate::words::words;

/// Least characters with two examples that can be learned from where every second one is held out:
/// two on each side.
const HALVES: usize = 4;

/// The page that opens sets.
const PAGE: &str = "teach";

/// The parameter of an address that holds one.
const PARAMETER: &str = "set";

/// The set in an address's fragment, as text: whatever else stands there, and what a message puts behind a link, is not
/// read. `None` where there is none.
#[must_use]
pub(crate) fn set_of(fragment: &str) -> Option<String> {
    let address = Address::parse(fragment.strip_prefix('#')?);
    let text = address.digits(PARAMETER)?;
    (address.page == PAGE).then(|| text.to_owned())
}

/// The set in what somebody else's page gives, as text: in a link to any page of the app, in a part of one, or alone.
#[must_use]
pub(crate) fn set_in(text: &str) -> String {
    let text = text.trim();
    let link = match text.contains('=') {
        true => text.to_owned(),
        false => unescape(text),
    };
    let query = link
        .rsplit_once('?')
        .map_or(link.as_str(), |(_, query)| query);
    let address = Address::parse(&format!("?{query}"));
    address.digits(PARAMETER).unwrap_or(text).to_owned()
}

/// Characters of a set that have two examples at least.
#[must_use]
pub(crate) fn twice(set: &OwnSet) -> usize {
    let classes = set.classes.iter();
    classes.filter(|one| one.examples.len() > 1).count()
}

/// What a set lacks to be played with, in words; `None` where it lacks nothing.
#[must_use]
pub(crate) fn lacks_trials(set: &OwnSet) -> Option<String> {
    lacks(set, words().own.trials_take)
}

/// What a set lacks to be learned from, to be held out, or for both, in words.
#[must_use]
pub(crate) fn lacks_training(set: &OwnSet, learned: bool, held_out: bool) -> Option<String> {
    if !learned && !held_out {
        return None;
    }
    if let Some(lack) = lacks(set, words().own.training_takes) {
        return Some(lack);
    }
    let found = twice(set);
    (learned && held_out && found < HALVES).then(|| words().own.halves(HALVES, found))
}

fn lacks(set: &OwnSet, why: &str) -> Option<String> {
    let so_far = match twice(set) {
        0 => words().own.none_has,
        1 => words().own.one_has,
        _ => return None,
    };
    Some(words().own.draw_second(why, so_far))
}

/// The examples that training takes, in words: `3 of your 5 characters, 2 examples of each`.
#[must_use]
pub(crate) fn learnable(set: &OwnSet) -> String {
    let all = set.classes.len();
    match set.alphabet("") {
        Some(alphabet) => words()
            .own
            .learnable(alphabet.characters(), all, alphabet.drawers()),
        None => words().own.none_learnable(all),
    }
}

/// A number that changes with the drawings and their order, and not with names (FNV-1a): answers and
/// runs are of the set that they were begun with.
#[must_use]
pub(crate) fn fingerprint(set: &OwnSet) -> u32 {
    set.classes.iter().fold(BASIS, |hash, class| {
        // The format has 100 examples of a class at most.
        let hash = mix(hash, class.examples.len() as u8);
        let bytes = class.drawings().flat_map(|one| one.as_bytes());
        bytes.fold(hash, |hash, &byte| mix(hash, byte))
    })
}

/// The same of one drawing.
#[must_use]
pub(crate) fn print(drawing: &Bitmap) -> u32 {
    let bytes = drawing.as_bytes().iter();
    bytes.fold(BASIS, |hash, &byte| mix(hash, byte))
}

/// Where FNV-1a begins.
const BASIS: u32 = 0x811c_9dc5;

fn mix(hash: u32, byte: u8) -> u32 {
    (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
}

#[cfg(test)]
mod tests {
    use super::*;
    use twinglyph_core::own::OwnClass;

    fn set(examples: &[usize]) -> OwnSet {
        let dot = |at: usize| Bitmap::from_fn(move |row, column| row == at && column == 3);
        let class = |&count: &usize| OwnClass::new("x", (0..count).map(dot));
        OwnSet {
            name: String::new(),
            classes: examples.iter().map(class).collect(),
        }
    }

    #[test]
    fn a_set_is_found_however_its_link_was_passed_on() {
        for link in [
            "#/teach?set=dHdp-_",
            "#/teach/?set=dHdp-_",
            "#//teach?utm_source=x&set=dHdp-_&lang=ja",
            "#/teach?set=dHdp-_.",
            "#%2Fteach%3Fset%3DdHdp-_",
        ] {
            assert_eq!(set_of(link).as_deref(), Some("dHdp-_"), "{link}");
        }
        for link in [
            "",
            "#/teach",
            "#/teach?sets=a",
            "#/draw?set=a",
            "/teach?set=a",
        ] {
            assert_eq!(set_of(link), None, "{link}");
        }
    }

    #[test]
    fn a_page_that_embeds_may_give_any_link() {
        for text in [
            "dHdp-_",
            " dHdp-_\n",
            "set=dHdp-_",
            "#/teach?set=dHdp-_&lang=ja",
            "https://example.org/app/?lang=ja#/teach?x=1&set=dHdp-_",
            "https://example.org/app/#/draw?set=dHdp-_&ink=AAAA",
            "https://example.org/app/%23%2Fteach%3Fset%3DdHdp-_%26lang%3Dja",
        ] {
            assert_eq!(set_in(text), "dHdp-_", "{text}");
        }
        assert_eq!(
            set_in("https://example.org/app/"),
            "https://example.org/app/"
        );
    }

    #[test]
    fn what_is_missing_is_said() {
        let lack = |examples: &[usize]| lacks_trials(&set(examples)).unwrap_or_default();
        assert!(lack(&[]).contains("So far none has one."));
        assert!(lack(&[1, 3, 1]).contains("So far only one has one."));
        assert_eq!(lack(&[2, 3]), "");
    }

    #[test]
    fn halves_take_twice_as_many_characters() {
        let small = set(&[2, 1, 3, 2]);
        assert_eq!(lacks_training(&set(&[]), false, false), None);
        assert_eq!(lacks_training(&small, true, false), None);
        assert_eq!(lacks_training(&small, false, true), None);
        let both = lacks_training(&small, true, true).unwrap_or_default();
        assert!(both.contains("takes 4") && both.contains("there are 3"));
        assert_eq!(lacks_training(&set(&[2; 4]), true, true), None);
        assert!(lacks_training(&set(&[1; 9]), true, false).is_some());
        assert_eq!(
            learnable(&small),
            "3 of your 4 characters, the first 2 examples of each"
        );
    }

    #[test]
    fn fingerprints_are_of_drawings_and_not_of_names() {
        let mut one = set(&[2, 1]);
        let before = fingerprint(&one);
        one.classes[0].name = "y".to_owned();
        assert_eq!(fingerprint(&one), before);
        assert_ne!(fingerprint(&set(&[1, 2])), before);
        assert_ne!(fingerprint(&set(&[2, 1, 0])), before);
        one.classes.swap(0, 1);
        assert_ne!(fingerprint(&one), before);
    }
}
