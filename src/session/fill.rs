//! A set that the browser's fonts fill: the characters of a text or a script, their names, and what was left out.
//!
//! Knows code points and names; refuses to know fonts and canvases.

use std::collections::HashSet;
use std::ops::RangeInclusive;

use twinglyph_core::own::{Example, MAX_CLASSES, MAX_NAME, OwnClass, OwnSet, is_name};

use super::names::{is_hidden, is_joiner, is_variation, normal, shown};
use crate::words::words;

/// Characters that are named where fonts lack them; of the others there is the number.
const NAMED: usize = 5;

/// What a page can offer without a table of Unicode: the code points of scripts and of kinds of signs.
macro_rules! scripts {
    ($($script:ident $key:ident: $($range:expr),+;)*) => {
        /// A script, or a kind of signs.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Script {
            $($script),*
        }

        impl Script {
            const ALL: &[Self] = &[$(Self::$script),*];

            /// Its name in the document.
            #[must_use]
            pub(crate) fn key(self) -> &'static str {
                match self {
                    $(Self::$script => stringify!($key)),*
                }
            }

            /// Its name for people.
            #[must_use]
            pub(crate) fn name(self) -> &'static str {
                match self {
                    $(Self::$script => words().fill.$key),*
                }
            }

            fn ranges(self) -> &'static [RangeInclusive<char>] {
                match self {
                    $(Self::$script => &[$($range),+]),*
                }
            }
        }
    };
}

// Letters that differ in size only are one character to the network, which sees each as large as the others: so
// capitals stand apart from small letters, and small kana are left out.
scripts! {
    LatinCapitals latin_capitals: 'A'..='Z';
    LatinSmall latin_small: 'a'..='z';
    GreekCapitals greek_capitals: 'Α'..='Ρ', 'Σ'..='Ω';
    GreekSmall greek_small: 'α'..='ω';
    CyrillicCapitals cyrillic_capitals: 'А'..='Е', 'Ё'..='Ё', 'Ж'..='Я';
    CyrillicSmall cyrillic_small: 'а'..='е', 'ё'..='ё', 'ж'..='я';
    ArmenianCapitals armenian_capitals: 'Ա'..='Ֆ';
    ArmenianSmall armenian_small: 'ա'..='ֆ';
    Georgian georgian: 'ა'..='ჰ';
    Hebrew hebrew: '\u{5D0}'..='\u{5EA}';
    Arabic arabic: '\u{621}'..='\u{63A}', '\u{641}'..='\u{64A}';
    Devanagari devanagari: '\u{904}'..='\u{939}';
    Tamil tamil: '\u{B85}'..='\u{B8A}', '\u{B8E}'..='\u{B90}', '\u{B92}'..='\u{B95}', '\u{B99}'..='\u{B9A}',
        '\u{B9C}'..='\u{B9C}', '\u{B9E}'..='\u{B9F}', '\u{BA3}'..='\u{BA4}', '\u{BA8}'..='\u{BAA}',
        '\u{BAE}'..='\u{BB9}';
    Thai thai: '\u{E01}'..='\u{E2E}';
    Hiragana hiragana: 'あ'..='あ', 'い'..='い', 'う'..='う', 'え'..='え', 'お'..='ぢ', 'つ'..='も', 'や'..='や', 'ゆ'..='ゆ',
        'よ'..='ろ', 'わ'..='ゔ';
    Katakana katakana: 'ア'..='ア', 'イ'..='イ', 'ウ'..='ウ', 'エ'..='エ', 'オ'..='ヂ', 'ツ'..='モ', 'ヤ'..='ヤ', 'ユ'..='ユ',
        'ヨ'..='ロ', 'ワ'..='ヴ';
    Hangul hangul: 'ㄱ'..='ㅣ';
    Bopomofo bopomofo: 'ㄅ'..='ㄩ';
    Radicals radicals: '\u{2F00}'..='\u{2FD5}';
    Cherokee cherokee: '\u{13A0}'..='\u{13F5}';
    Runes runes: '\u{16A0}'..='\u{16EA}';
    Ogham ogham: '\u{1681}'..='\u{169A}';
    Glagolitic glagolitic: '\u{2C00}'..='\u{2C2E}';
    Gothic gothic: '\u{10330}'..='\u{1034A}';
    Tifinagh tifinagh: '\u{2D30}'..='\u{2D67}';
    Phoenician phoenician: '\u{10900}'..='\u{10915}';
    Hieroglyphs hieroglyphs: '\u{13000}'..='\u{1342E}';
    Digits digits: '0'..='9';
    Arrows arrows: '\u{2190}'..='\u{21FF}';
    Operators operators: '\u{2200}'..='\u{22FF}';
    Boxes boxes: '\u{2500}'..='\u{257F}';
    Shapes shapes: '\u{25A0}'..='\u{25FC}', '\u{25FF}'..='\u{25FF}';
    Braille braille: '\u{2801}'..='\u{28FF}';
    Chess chess: '\u{2654}'..='\u{265F}';
    Currencies currencies: '\u{20A0}'..='\u{20BF}';
    Alchemy alchemy: '\u{1F700}'..='\u{1F773}';
    Dominoes dominoes: '\u{1F030}'..='\u{1F093}';
}

impl Script {
    /// Scripts that languages are written in.
    pub(crate) fn letters() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(|one| !one.is_signs())
    }

    /// Kinds of signs.
    pub(crate) fn signs() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(|one| one.is_signs())
    }

    fn is_signs(self) -> bool {
        self as usize >= Self::Digits as usize
    }

    /// The one with this name in the document.
    #[must_use]
    pub(crate) fn of(key: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.key() == key)
    }

    /// Its characters.
    pub(crate) fn characters(self) -> impl Iterator<Item = char> {
        self.ranges().iter().cloned().flatten()
    }
}

/// The characters of a text, each once, in its order; `is_mark` knows the marks of Unicode (general category M).
/// Marks, variations and what is joined to a character are parts of it. Spaces and what can't be seen are none.
#[must_use]
pub(crate) fn characters(text: &str, is_mark: impl Fn(char) -> bool) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    // May the next letter be a part of the last character? Is it joined to it?
    let (mut is_open, mut is_joined) = (false, false);
    for letter in normal(text).chars() {
        if letter == JOINER {
            is_joined = is_open;
            continue;
        }
        if letter.is_whitespace() || is_hidden(letter) || is_noncharacter(letter) {
            (is_open, is_joined) = (false, false);
            continue;
        }
        let is_part =
            is_variation(letter) || is_tone(letter) || !letter.is_ascii() && is_mark(letter);
        match found.last_mut().filter(|_| is_open) {
            Some(last) if is_part || is_joined || is_other_half(last, letter) => {
                last.extend(is_joined.then_some(JOINER));
                last.push(letter);
            }
            _ if is_joiner(letter) || is_variation(letter) => is_open = false,
            _ => {
                found.push(letter.to_string());
                is_open = true;
            }
        }
        is_joined = false;
    }
    let mut seen = HashSet::new();
    found.retain(|character| seen.insert(character.clone()));
    found
}

/// Makes one emoji of several, and one letter of some in scripts of India.
const JOINER: char = '\u{200D}';

/// Colours of skin.
fn is_tone(letter: char) -> bool {
    matches!(letter, '\u{1F3FB}'..='\u{1F3FF}')
}

/// Is it the second letter of a flag?
fn is_other_half(last: &str, letter: char) -> bool {
    let is_flag = |letter: char| matches!(letter, '\u{1F1E6}'..='\u{1F1FF}');
    let mut letters = last.chars();
    is_flag(letter) && letters.next().is_some_and(is_flag) && letters.next().is_none()
}

/// Code points that never are characters.
fn is_noncharacter(letter: char) -> bool {
    let code = u32::from(letter);
    code & 0xFFFE == 0xFFFE || (0xFDD0..=0xFDEF).contains(&code)
}

/// What a font must have glyphs of, each by itself, to draw a character.
pub(crate) fn glyphs_of(character: &str) -> impl Iterator<Item = char> + '_ {
    let is_drawn = |letter: &char| !is_joiner(*letter) && !is_variation(*letter);
    character.chars().filter(is_drawn)
}

/// A character by its code points: `U+16A0`.
fn code(character: &str) -> String {
    let codes: Vec<String> = character
        .chars()
        .map(|letter| format!("U+{:04X}", u32::from(letter)))
        .collect();
    let code: String = codes.join(" ").chars().take(MAX_NAME).collect();
    code.trim_end().to_owned()
}

/// What the browser's fonts made of a character.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Drawn {
    Example(Example),
    /// They have no glyph of it.
    Missing,
    /// Nothing of it is to be seen by itself.
    Blank,
}

/// Characters on their way into a set.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filling {
    /// To be drawn.
    wanted: std::vec::IntoIter<String>,
    all: usize,
    /// Most that may be drawn.
    room: usize,
    drawn: Vec<(String, Example)>,
    /// Characters that the set has under their own names already.
    known: usize,
    missing: Vec<String>,
    blank: usize,
}

impl Filling {
    /// Those of these characters that a set lacks; it takes so many classes.
    #[must_use]
    pub(crate) fn new(mut characters: Vec<String>, set: &OwnSet, most: usize) -> Self {
        let names = names(set);
        let given = characters.len();
        characters.retain(|character| !names.contains(character.as_str()));
        Self {
            known: given - characters.len(),
            all: characters.len(),
            wanted: characters.into_iter(),
            room: most.saturating_sub(set.classes.len()),
            ..Self::default()
        }
    }

    /// Is there nothing to be drawn, as no character was given?
    #[must_use]
    pub(crate) fn is_empty(&self) -> bool {
        self.all == 0 && self.known == 0
    }

    /// The next to be drawn; none where all are, or the set is full.
    #[must_use]
    pub(crate) fn next(&mut self) -> Option<String> {
        (self.drawn.len() < self.room)
            .then(|| self.wanted.next())
            .flatten()
    }

    /// What came of one.
    pub(crate) fn add(&mut self, character: String, drawn: Drawn) {
        match drawn {
            Drawn::Example(example) => self.drawn.push((character, example)),
            Drawn::Missing => self.missing.push(character),
            Drawn::Blank => self.blank += 1,
        }
    }

    /// How far it is, in words.
    #[must_use]
    pub(crate) fn progress(&self) -> String {
        words().fill.drawing(self.all - self.wanted.len(), self.all)
    }

    /// What is drawn, as classes with names that the set does not have.
    #[must_use]
    pub(crate) fn classes(&self, set: &OwnSet) -> Vec<OwnClass> {
        let mut taken = names(set);
        let drawn = self.drawn.iter();
        let named = drawn.map(|(character, example)| {
            let can_be = shown(character) == *character && is_name(character);
            let name = if can_be && taken.insert(character) {
                character.clone()
            } else {
                code(character)
            };
            OwnClass::new(&name, [example.clone()])
        });
        named.collect()
    }

    /// What came in and what did not, in sentences.
    #[must_use]
    pub(crate) fn report(&self) -> String {
        let said = &words().fill;
        let named: Vec<String> = self
            .missing
            .iter()
            .take(NAMED)
            .map(|one| code(one))
            .collect();
        let more = match self.missing.len() - named.len() {
            0 => String::new(),
            count => words().import.and_more(count),
        };
        let named = named.join(words().common.comma);
        let beyond = self.wanted.len();
        let parts = [
            Some(said.added(self.drawn.len())),
            (self.known > 0).then(|| said.known(self.known)),
            (!self.missing.is_empty()).then(|| said.missing(self.missing.len(), &named, &more)),
            (self.blank > 0).then(|| said.blank(self.blank)),
            (beyond > 0).then(|| said.beyond(beyond, MAX_CLASSES)),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        parts.join(said.between)
    }
}

fn names(set: &OwnSet) -> HashSet<&str> {
    let classes = set.classes.iter();
    classes.map(|class| class.name.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use twinglyph_core::Bitmap;

    /// Marks of the scripts that are tried.
    fn is_mark(letter: char) -> bool {
        matches!(letter, '\u{300}'..='\u{36F}' | '\u{591}'..='\u{5C7}' | '\u{93A}'..='\u{93C}' | '\u{93E}'..='\u{94F}'
            | '\u{20D0}'..='\u{20FF}' | '\u{3099}' | '\u{309A}' | '\u{FE00}'..='\u{FE0F}')
    }

    fn of(text: &str) -> Vec<String> {
        characters(text, is_mark)
    }

    fn dot(at: usize) -> Drawn {
        let dot = Bitmap::from_fn(|row, column| row == at % 105 && column == at / 105);
        Drawn::Example(dot.into())
    }

    fn set(names: &[&str]) -> OwnSet {
        OwnSet {
            name: String::new(),
            classes: names
                .iter()
                .map(|name| OwnClass::new(name, [Bitmap::blank()]))
                .collect(),
        }
    }

    #[test]
    fn a_text_has_its_characters_once() {
        for (text, expected) in [
            ("ᚠᚢᚦ", &["ᚠ", "ᚢ", "ᚦ"][..]),
            (" a\tb\na\u{3000}a ", &["a", "b"]),
            ("か\u{3099}が", &["が"]),
            ("x\u{301}y", &["x\u{301}", "y"]),
            ("שָׁ", &["שָׁ"]),
            ("किक", &["कि", "क"]),
            ("👩\u{200D}👧👩🏽", &["👩\u{200D}👧", "👩🏽"]),
            (
                "❤\u{FE0F}1\u{FE0F}\u{20E3}",
                &["❤\u{FE0F}", "1\u{FE0F}\u{20E3}"],
            ),
            ("🇯🇵🇩🇪", &["🇯🇵", "🇩🇪"]),
            ("ی\u{200C}خ\u{200D}", &["ی", "خ"]),
            (
                "\u{FE0F}\u{202E}a\u{AD}\u{FFFF}\u{0}\u{10FFFF}b",
                &["a", "b"],
            ),
            ("", &[]),
        ] {
            let expected: Vec<String> = expected.iter().map(|one| normal(one)).collect();
            assert_eq!(of(text), expected, "{text:?}");
        }
    }

    #[test]
    fn scripts_have_the_characters_that_they_are_known_for() {
        let count = |script: Script| script.characters().count();
        for (script, expected) in [
            (Script::LatinCapitals, 26),
            (Script::GreekCapitals, 24),
            (Script::GreekSmall, 25),
            (Script::CyrillicCapitals, 33),
            (Script::CyrillicSmall, 33),
            (Script::Hebrew, 27),
            (Script::Hiragana, 74),
            (Script::Katakana, 74),
            (Script::Hangul, 51),
            (Script::Ogham, 26),
            (Script::Runes, 75),
            (Script::Cherokee, 86),
            (Script::Georgian, 33),
            (Script::Braille, 255),
            (Script::Dominoes, 100),
        ] {
            assert_eq!(count(script), expected, "{script:?}");
        }
        assert_eq!(
            Script::letters().chain(Script::signs()).count(),
            Script::ALL.len()
        );
        for script in Script::letters().chain(Script::signs()) {
            assert_eq!(Script::of(script.key()), Some(script));
            // No character is lost on its way through the text.
            let text: String = script.characters().collect();
            assert_eq!(of(&text).concat(), normal(&text), "{script:?}");
        }
    }

    #[test]
    fn what_is_left_out_is_counted_and_named() {
        let mut filling = Filling::new(of("abcdefghijk"), &set(&["b"]), 3);
        assert!(!filling.is_empty());
        for (at, expected) in ["a", "c", "d", "e", "f", "g", "h", "i"]
            .into_iter()
            .enumerate()
        {
            let next = filling.next();
            assert_eq!(next.as_deref(), Some(expected));
            let drawn = match expected {
                "a" | "i" => dot(at),
                "c" => Drawn::Blank,
                _ => Drawn::Missing,
            };
            filling.add(expected.to_owned(), drawn);
        }
        // The set is full.
        assert_eq!(filling.next(), None);
        assert_eq!(filling.progress(), words().fill.drawing(8, 10));
        let report = filling.report();
        for part in [
            "2 characters were added",
            "U+0064, U+0065, U+0066, U+0067, U+0068.",
            "2 more",
        ] {
            assert!(report.contains(part), "{part}: {report}");
        }
        let more = Filling {
            missing: of("abcdefgh"),
            ..Filling::default()
        };
        assert!(
            more.report().contains("U+0065, and 3 more."),
            "{}",
            more.report()
        );
    }

    #[test]
    fn a_name_that_is_taken_or_can_not_be_shown_is_the_code_point() {
        let mut filling = Filling::new(of("ᚠa"), &set(&[]), MAX_CLASSES);
        for character in [
            "ᚠ",
            "a",
            "\u{2126}",
            "\u{F900}",
            "x\u{301}\u{302}\u{303}\u{304}",
        ] {
            filling.add(character.to_owned(), dot(1));
        }
        // Somebody named another one so meanwhile.
        let classes = filling.classes(&set(&["a"]));
        let names: Vec<&str> = classes.iter().map(|class| class.name.as_str()).collect();
        let tower = "U+0078 U+0301 U+0302 U+0303 U+0304";
        assert_eq!(names, ["ᚠ", "U+0061", "U+2126", "U+F900", tower]);
    }

    proptest! {
        #[test]
        fn characters_of_any_text_are_found_again(
            text in "\\PC*|[aא\u{301}\u{FE0F}\u{200D}🇯🇵👩🏽कि \u{202E}]{0,16}",
        ) {
            let found = of(&text);
            prop_assert_eq!(&of(&found.join(" ")), &found);
            for one in &found {
                prop_assert!(!one.contains(|letter: char| letter.is_whitespace() || letter.is_control()));
            }
        }

        /// Whatever is typed, whatever the fonts have, and whatever the set is called already.
        #[test]
        fn the_set_takes_all_that_is_drawn(
            text in prop::collection::vec(any::<char>(), 0..60),
            have in prop::collection::vec(0u8..4, 60),
            most in 0usize..50,
        ) {
            let text: String = text.into_iter().collect();
            let set = set(&["a", "b"]);
            let mut filling = Filling::new(of(&text), &set, most);
            let mut at = 0;
            while let Some(character) = filling.next() {
                let drawn = match have[at % have.len()] {
                    0 => Drawn::Missing,
                    1 => Drawn::Blank,
                    _ => dot(at),
                };
                filling.add(character, drawn);
                at += 1;
            }
            let classes = filling.classes(&set);
            prop_assert!(classes.len() <= most.saturating_sub(2));
            let mut names: Vec<&str> = classes.iter().map(|one| one.name.as_str()).collect();
            prop_assert!(names.iter().all(|name| is_name(name) && shown(name) == **name && !name.is_empty()));
            names.sort_unstable();
            names.dedup();
            prop_assert_eq!(names.len(), classes.len());
        }
    }
}
