//! Names that a person or somebody's file gives: what of them can be shown, and which is free.
//!
//! Names come typed, from files, addresses and file names, so they may hold anything. Knows letters;
//! refuses to know what is named and where it is shown.

use twinglyph_core::own::MAX_NAME;

/// Most marks of one letter: scripts and phonetic writing need three at most.
const MAX_MARKS: usize = 3;

/// The name as it is shown: with each letter as one sign where it can be (NFC), as two that look the same are to
/// be the same; without what can't be seen, what turns the direction of the text around it,
/// and marks piled higher than writing needs; white space is single spaces between words.
#[must_use]
pub(crate) fn shown(name: &str) -> String {
    // What stood between a letter and its mark is gone then.
    normal(&visible(&normal(name)))
}

/// A name in Unicode's form NFC: as browsers have its tables, they need not come with the page.
pub(super) fn normal(name: &str) -> String {
    if name.is_ascii() {
        return name.to_owned();
    }
    #[cfg(target_arch = "wasm32")]
    return js_sys::JsString::from(name).normalize("NFC").into();
    #[cfg(all(test, not(target_arch = "wasm32")))]
    return unicode_normalization::UnicodeNormalization::nfc(name).collect();
    // The page runs nowhere but in browsers.
    #[cfg(not(any(test, target_arch = "wasm32")))]
    return name.to_owned();
}

fn visible(name: &str) -> String {
    let mut shown = String::with_capacity(name.len());
    // What joins or varies a letter counts only between letters, or behind one.
    let mut waiting: Option<char> = None;
    let (mut spaced, mut marks) = (false, 0);
    for letter in name.chars() {
        if is_hidden(letter) {
            continue;
        }
        if letter.is_whitespace() {
            (spaced, waiting) = (true, None);
            continue;
        }
        if is_joiner(letter) {
            if !spaced && !shown.is_empty() {
                waiting = Some(letter);
            }
            continue;
        }
        if is_variation(letter) {
            // Behind another one it would say nothing.
            let varied = shown.chars().next_back().is_none_or(is_variation);
            if !spaced && !varied {
                shown.push(letter);
            }
            continue;
        }
        marks = if is_mark(letter) { marks + 1 } else { 0 };
        if marks > MAX_MARKS {
            continue;
        }
        if spaced && !shown.is_empty() {
            shown.push(' ');
        }
        spaced = false;
        shown.extend(waiting.take());
        shown.push(letter);
    }
    shown
}

/// The name that was wished for, or with the first number from 2 behind it that nobody has. Names that
/// differ in capitals only are one file on some systems, so they count as one.
#[must_use]
pub(crate) fn free<'a>(wished: &str, taken: impl Iterator<Item = &'a str>) -> String {
    let taken: Vec<String> = taken.map(str::to_lowercase).collect();
    let is_free = |name: &String| !taken.contains(&name.to_lowercase());
    let numbered = (2..).map(|number: u32| {
        let ending = format!(" {number}");
        let stem: String = wished.chars().take(MAX_NAME - ending.len()).collect();
        format!("{}{ending}", stem.trim_end())
    });
    let mut names = std::iter::once(wished.to_owned()).chain(numbered);
    // There are more numbers than names.
    names.find(is_free).unwrap_or_default()
}

/// Control characters, marks and overrides of direction, and what has no shape of its own: fillers,
/// zero-width spaces, tags.
pub(super) fn is_hidden(letter: char) -> bool {
    let white_space = matches!(letter, '\t'..='\r' | '\u{85}');
    letter.is_control() && !white_space
        || matches!(letter,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e00ff}' | '\u{e01f0}'..='\u{e0fff}')
}

/// What Persian, the scripts of India and emoji join or part letters with.
pub(super) fn is_joiner(letter: char) -> bool {
    matches!(letter, '\u{200c}' | '\u{200d}')
}

/// What chooses between shapes of the letter before it.
pub(super) fn is_variation(letter: char) -> bool {
    matches!(letter, '\u{180b}'..='\u{180d}' | '\u{180f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Marks above, below and through letters of any script: what towers are built of.
fn is_mark(letter: char) -> bool {
    matches!(letter,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}' | '\u{610}'..='\u{61a}'
        | '\u{64b}'..='\u{65f}' | '\u{6d6}'..='\u{6dc}' | '\u{730}'..='\u{74a}' | '\u{e31}'
        | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}' | '\u{f71}'..='\u{f84}'
        | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}'
        | '\u{3099}' | '\u{309a}' | '\u{a66f}'..='\u{a67d}' | '\u{fe20}'..='\u{fe2f}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_can_not_be_seen_or_turns_the_text_is_left_out() {
        for (name, expected) in [
            ("\u{202e}evil\u{202c}", "evil"),
            ("a\u{2066}b\u{2069}\u{200f}", "ab"),
            ("\u{200b}\u{feff}\u{3164}\u{2800}", ""),
            ("\u{e0041}x\u{ad}y", "xy"),
            ("\u{200d}\u{fe0f}", ""),
            ("a\u{200d}\u{200d}\u{200d}", "a"),
            ("a\n\t b\u{2028}\u{3000}c ", "a b c"),
            ("nul\0\u{1b}[1m", "nul[1m"),
        ] {
            assert_eq!(shown(name), expected, "{name:?}");
        }
    }

    #[test]
    fn what_writing_needs_stays() {
        for name in [
            "あ",
            "ß",
            "🌙",
            "が",
            "שָׁלוֹם",
            "Việt",
            "می\u{200c}خواهم",
            "क्\u{200d}ष",
            "👩\u{200d}👧",
            "🏳\u{fe0f}\u{200d}🌈",
            "葛\u{e0100}",
            "ก็",
            "two words",
        ] {
            assert_eq!(shown(name), normal(name));
        }
    }

    #[test]
    fn letters_are_one_sign_each() {
        for (name, expected) in [
            ("か\u{3099}", "が"),
            ("e\u{301}te\u{301}", "été"),
            ("e\u{200b}\u{301}", "é"),
            ("\u{1112}\u{1161}\u{11ab}", "한"),
        ] {
            assert_eq!(shown(name), expected);
        }
    }

    #[test]
    fn towers_of_marks_are_cut() {
        let tower = format!("Z{}algo", "\u{30d}\u{489}\u{fe25}\u{20dd}".repeat(9));
        assert_eq!(shown(&tower).chars().count(), 5 + MAX_MARKS);
    }

    #[test]
    fn a_taken_name_gets_the_next_number() {
        let taken = ["mine", "mine 2", "Other"];
        let free = |wished: &str| free(wished, taken.into_iter());
        assert_eq!(free("new"), "new");
        assert_eq!(free("mine"), "mine 3");
        assert_eq!(free("OTHER"), "OTHER 2");
        let long = "字".repeat(MAX_NAME);
        let numbered = super::free(&long, std::iter::once(long.as_str()));
        assert!(numbered.ends_with("字 2"), "{numbered}");
        assert_eq!(numbered.chars().count(), MAX_NAME);
    }

    proptest! {
        #[test]
        fn showing_twice_changes_nothing(name in "\\PC*|[a\u{200d}\u{fe0f}\u{301} \u{202e}]{0,12}") {
            let once = shown(&name);
            prop_assert_eq!(shown(&once), once);
        }

        #[test]
        fn any_name_becomes_one_of_the_format(name in prop::collection::vec(any::<char>(), 0..60)) {
            let name: String = name.into_iter().collect();
            prop_assert!(twinglyph_core::own::is_name(&shown(&name)));
        }
    }
}
