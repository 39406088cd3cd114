//! Names within sentences.

use std::fmt::{Display, Formatter, Result, Write as _};

use twinglyph_core::foreign::{MOST, cut};

use crate::session::names::shown;

/// What stands in a sentence, made of what the caller has.
pub(crate) trait Part {
    /// What the caller has.
    type Given;

    fn of(given: Self::Given) -> Self;
}

impl<T: Copy> Part for T {
    type Given = T;

    fn of(given: T) -> T {
        given
    }
}

impl<'a> Part for Name<'a> {
    type Given = &'a str;

    fn of(given: &'a str) -> Self {
        Self(given)
    }
}

/// A name that is not the page's own: a person typed it, or it came with a file or in an address. In a
/// sentence it stands as it is shown, cut where it is long, and apart where its letters run from right to left, so that
/// it can't turn the words around it. File names and what is sent are made of the name itself.
pub(crate) struct Name<'a>(pub(super) &'a str);

impl Display for Name<'_> {
    fn fmt(&self, to: &mut Formatter<'_>) -> Result {
        let name = shown(self.0);
        if !name.contains(runs_left) {
            return cut(&name, MOST, to);
        }
        // First strong isolate, and its end.
        to.write_char('\u{2068}')?;
        cut(&name, MOST, to)?;
        to.write_char('\u{2069}')
    }
}

/// Blocks of Unicode whose letters run from right to left. What overrides directions is not shown.
fn runs_left(letter: char) -> bool {
    matches!(letter,
        '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}'
        | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_from_right_to_left_stand_apart() {
        for name in ["שלום", "my/שלום", "سلام 2", "𐤀", "ﷺ"] {
            assert_eq!(Name(name).to_string(), format!("\u{2068}{name}\u{2069}"));
        }
        for name in ["mine 2", "あ", "ß", "Việt", "🌙"] {
            assert_eq!(Name(name).to_string(), name);
        }
        assert_eq!(Name("\u{202e}evil").to_string(), "evil");
    }

    #[test]
    fn long_names_are_cut() {
        for letter in ["字", "x", "א"] {
            let told = Name(&letter.repeat(60_000)).to_string();
            let letters = told.chars().filter(|one| letter.contains(*one)).count();
            assert!(
                letters == MOST && told.chars().count() <= MOST + 3,
                "{letters}"
            );
        }
    }

    proptest! {
        #[test]
        fn no_name_ends_what_holds_it_apart(name in "\\PC*|[aא\u{2066}-\u{2069}\u{202a}-\u{202e}]{0,12}") {
            let told = Name(&name).to_string();
            let inside = told
                .strip_prefix('\u{2068}')
                .and_then(|rest| rest.strip_suffix('\u{2069}'))
                .unwrap_or(&told);
            prop_assert_eq!(inside, shown(&name));
            prop_assert!(told != inside || !name.contains(runs_left));
        }
    }
}
