//! What a pressed key asks of the drawing.
//!
//! Letters are meant by what they write where the layout is Latin, with Caps Lock too, else by their
//! place on the keyboard. Fields that take text, and whatever composes it, keep their keys.

/// A press as the browser tells it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Press<'a> {
    /// What the key writes, or its name (`KeyboardEvent.key`).
    pub(crate) key: &'a str,
    /// Its place, as `KeyZ` (`KeyboardEvent.code`).
    pub(crate) code: &'a str,
    /// The control key, or a Mac's command key, is held.
    pub(crate) control: bool,
    /// Shift is held.
    pub(crate) shift: bool,
    /// Alt is held, also as a part of AltGr.
    pub(crate) alt: bool,
    /// It is for somebody else: a field that takes text, an input method, a dialog.
    pub(crate) elsewhere: bool,
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// The last step back.
    Undo,
    /// The last step again.
    Redo,
    /// Blank paper.
    Clear,
}

impl Press<'_> {
    /// What it asks of the drawing.
    #[must_use]
    pub(crate) fn wish(&self) -> Option<Wish> {
        if self.elsewhere || self.alt {
            return None;
        }
        match (self.control, self.shift, self.key) {
            (false, false, "Delete" | "Escape") => Some(Wish::Clear),
            (true, shift, _) => match (self.letter()?, shift) {
                ('z', false) => Some(Wish::Undo),
                ('z', true) | ('y', false) => Some(Wish::Redo),
                _ => None,
            },
            _ => None,
        }
    }

    /// The Latin letter that is meant, as a small one.
    fn letter(&self) -> Option<char> {
        let mut written = self.key.chars();
        match (written.next(), written.next()) {
            // A layout without such a letter at this place, as Dvorak's `;` at that of z, has it elsewhere.
            (Some(key), None) if is_latin(key) => Some(key.to_ascii_lowercase()),
            (Some(_), None) => self.place(),
            _ if self.key == "Unidentified" => self.place(),
            _ => None,
        }
    }

    fn place(&self) -> Option<char> {
        let letter = self.code.strip_prefix("Key")?.chars().next()?;
        Some(letter.to_ascii_lowercase())
    }
}

/// Is it of a Latin layout: a sign of ASCII, or a Latin letter with a mark?
fn is_latin(key: char) -> bool {
    key.is_ascii() || matches!(key, '\u{a0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn with_control(key: &str, code: &str, shift: bool) -> Option<Wish> {
        Press {
            key,
            code,
            control: true,
            shift,
            ..Press::default()
        }
        .wish()
    }

    #[test]
    fn every_layout_can_undo_and_redo() {
        // Latin, with Caps Lock, Russian, Greek, Hebrew, Arabic, Korean, full width, and unknown.
        for key in [
            "z",
            "Z",
            "я",
            "Я",
            "ζ",
            "ז",
            "ئ",
            "ㅋ",
            "ｚ",
            "Unidentified",
        ] {
            assert_eq!(with_control(key, "KeyZ", false), Some(Wish::Undo), "{key}");
            assert_eq!(with_control(key, "KeyZ", true), Some(Wish::Redo), "{key}");
        }
        for key in ["y", "Y", "н", "Υ", "ט"] {
            assert_eq!(with_control(key, "KeyY", false), Some(Wish::Redo), "{key}");
            assert_eq!(with_control(key, "KeyY", true), None, "{key}");
        }
    }

    #[test]
    fn a_latin_letter_is_meant_by_what_it_writes() {
        // QWERTZ, AZERTY, Dvorak, bépo: what stands at a place is not what is meant.
        assert_eq!(with_control("z", "KeyY", false), Some(Wish::Undo));
        assert_eq!(with_control("y", "KeyZ", false), Some(Wish::Redo));
        assert_eq!(with_control("w", "KeyZ", false), None);
        assert_eq!(with_control("z", "KeyW", false), Some(Wish::Undo));
        assert_eq!(with_control(";", "KeyZ", false), None);
        assert_eq!(with_control("z", "Slash", false), Some(Wish::Undo));
        assert_eq!(with_control("à", "KeyZ", false), None);
        assert_eq!(with_control("Dead", "KeyZ", false), None);
        assert_eq!(with_control("Delete", "Delete", false), None);
    }

    #[test]
    fn paper_is_cleared_by_a_key_alone() {
        for key in ["Delete", "Escape"] {
            let press = Press {
                key,
                ..Press::default()
            };
            assert_eq!(press.wish(), Some(Wish::Clear));
            let shift = Press {
                shift: true,
                ..press
            };
            assert_eq!(shift.wish(), None);
        }
    }

    proptest! {
        /// What a field, an input method or AltGr takes asks nothing of the drawing.
        #[test]
        fn a_field_keeps_its_keys(
            key in "\\PC|Delete|Escape|Process",
            code in "Key[A-Z]|",
            control: bool,
            shift: bool,
            alt: bool,
        ) {
            let press = Press { key: &key, code: &code, control, shift, alt, elsewhere: !alt };
            prop_assert_eq!(press.wish(), None);
        }
    }
}
