//! Which character of Unicode each character of some of Omniglot's alphabets is, and the fonts that have them.
//!
//! Found by looking at the drawings.

use twinglyph_core::Set;

/// A font as the browser knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Font {
    pub(crate) name: &'static str,
    /// The `font` of a canvas, but its size.
    pub(crate) weight: u32,
    pub(crate) family: &'static str,
}

const SANS: Font = Font {
    name: "DejaVu Sans",
    weight: 400,
    family: "DejaVu Sans",
};

const BOLD: Font = Font {
    name: "DejaVu Sans Bold",
    weight: 700,
    family: "DejaVu Sans",
};

const LIGHT: Font = Font {
    name: "DejaVu Sans ExtraLight",
    weight: 200,
    family: "DejaVu Sans",
};

const SERIF: Font = Font {
    name: "DejaVu Serif",
    weight: 400,
    family: "DejaVu Serif",
};

const GOTHIC: Font = Font {
    name: "IPAGothic",
    weight: 400,
    family: "IPAGothic",
};

/// The browser makes it of [`GOTHIC`].
const GOTHIC_BOLD: Font = Font {
    name: "IPAGothic, made bold",
    weight: 700,
    family: "IPAGothic",
};

/// An alphabet whose characters Unicode has.
pub(crate) struct Written {
    /// As Omniglot spells it.
    pub(crate) alphabet: &'static str,
    pub(crate) set: Set,
    /// A character for each of the alphabet's, in its order; [`UNKNOWN`] where there is none.
    pub(crate) characters: &'static str,
    /// Those that have all of its characters.
    pub(crate) fonts: &'static [Font],
}

/// Stands for a character that is left out.
pub(crate) const UNKNOWN: char = '?';

pub(crate) const ALL: [Written; 6] = [
    Written {
        alphabet: "Japanese_(hiragana)",
        set: Set::Background,
        // The last three are the small ka and ke, which nothing tells from the large ones, and one that is not sure.
        characters: "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわゐゑをんゔ???",
        fonts: &[GOTHIC, GOTHIC_BOLD],
    },
    Written {
        alphabet: "Japanese_(katakana)",
        set: Set::Background,
        // Omniglot has no ke.
        characters: "アイウエオカキクコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヰヱヲン",
        fonts: &[GOTHIC, GOTHIC_BOLD],
    },
    Written {
        alphabet: "Latin",
        set: Set::Background,
        characters: "abcdefghijklmnopqrstuvwxyz",
        fonts: &[SANS, SERIF, LIGHT, BOLD],
    },
    Written {
        alphabet: "Greek",
        set: Set::Background,
        characters: "αβγδεζηθικλμνξοπρστυφχψω",
        fonts: &[SANS, SERIF, LIGHT, BOLD],
    },
    Written {
        alphabet: "Hebrew",
        set: Set::Background,
        characters: "אבגדהוזחטיכלמנסעפצקרשת",
        fonts: &[SANS, BOLD],
    },
    Written {
        alphabet: "Old_Church_Slavonic_(Cyrillic)",
        set: Set::Evaluation,
        // The fonts lack the second zemlya and the monograph uk.
        characters: "аБВГДЕЖЅЗ?ИІКЛМНОПРСТѸ?ФХѠЦЧШЩЪѢЮꙖѦѨѪѬѮѰѲѴѤЋѾ",
        fonts: &[SANS, BOLD],
    },
];
