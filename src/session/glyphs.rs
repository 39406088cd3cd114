//! Characters as the browser's fonts draw them: which of them the fonts have, and how large one is drawn.
//!
//! Knows pictures and widths; refuses to know canvases. No browser tells whether a font has a character. For one that
//! none has, Chromium draws the same picture whatever the character is, and Firefox a box with the number of the
//! character's code point. Both do so for noncharacters, which no font has, so that a character can be compared with
//! these.

use twinglyph_core::Bitmap;
use twinglyph_core::bitmap::SIDE;

/// Noncharacters of Unicode. The first two have four digits in Firefox's boxes, the others six.
pub(crate) const NONCHARACTERS: [char; 4] = ['\u{FFFE}', '\u{FFFF}', '\u{10FFFE}', '\u{10FFFF}'];

/// The size (px) of the font that looks are drawn in, and where on the sheet the baseline begins: any will do at which
/// characters and their boxes are on the sheet.
pub(crate) const LOOK_SIZE: f64 = 64.0;

/// See [`LOOK_SIZE`].
pub(crate) const LOOK_AT: [f64; 2] = [20.0, 84.0];

/// Longer side of a glyph (px), as of most of Omniglot's drawings.
const LONGER_SIDE: f64 = 65.0;

/// Most size (px) of a font: a dot stays a dot.
const LARGEST: f64 = 120.0;

/// Widths (px) are the same up to here.
const SAME_WIDTH: f64 = 0.05;

/// A character as the browser draws it, all in the same font, size and place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Look {
    /// Ink where at least half of a pixel is covered.
    pub(crate) picture: Bitmap,
    /// The advance width, as `measureText` tells it.
    pub(crate) width: f64,
}

/// What the browser's fonts have for a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Glyph {
    /// A glyph.
    There,
    /// None: what is drawn only says so.
    Missing,
    /// None to look at by itself: a space, or a mark that stands on another character.
    Blank,
}

/// What the fonts have for a character, by the looks of it and of [`NONCHARACTERS`].
#[must_use]
pub(crate) fn glyph(look: &Look, noncharacters: &[Look]) -> Glyph {
    // A mark has no width: it is drawn over the character before it.
    if look.picture.is_blank() || look.width < SAME_WIDTH {
        return Glyph::Blank;
    }
    // Where noncharacters differ from each other, the frame around the number is what they have in common.
    let differ = noncharacters
        .windows(2)
        .any(|pair| pair[0].picture != pair[1].picture);
    let is_like = |other: &Look| {
        let same_picture = look.picture == other.picture
            || differ && frame(&look.picture) == frame(&other.picture);
        (look.width - other.width).abs() < SAME_WIDTH && same_picture
    };
    if noncharacters.iter().any(is_like) {
        Glyph::Missing
    } else {
        Glyph::There
    }
}

/// The ink on the four sides of the box around a picture's ink. Digits inside touch none of them.
fn frame(picture: &Bitmap) -> Vec<(usize, usize)> {
    let (mut top, mut left, mut bottom, mut right) = (SIDE, SIDE, 0, 0);
    for (row, column) in picture.ink() {
        (top, left) = (top.min(row), left.min(column));
        (bottom, right) = (bottom.max(row), right.max(column));
    }
    let is_outer = |&(row, column): &(usize, usize)| {
        [top, bottom].contains(&row) || [left, right].contains(&column)
    };
    picture.ink().filter(is_outer).collect()
}

/// How far a glyph reaches from where it is written, as `measureText` tells it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Reach {
    /// `actualBoundingBoxLeft`.
    pub(crate) left: f64,
    /// `actualBoundingBoxRight`.
    pub(crate) right: f64,
    /// `actualBoundingBoxAscent`.
    pub(crate) ascent: f64,
    /// `actualBoundingBoxDescent`.
    pub(crate) descent: f64,
}

/// How a glyph is drawn on a sheet of 105 pixels to become an example.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Placement {
    /// Size of the font (px).
    pub(crate) size: f64,
    /// Where it is written, from the left.
    pub(crate) x: f64,
    /// Where its baseline is, from the top.
    pub(crate) y: f64,
}

/// The placement of a glyph in the middle of the sheet, as large as Omniglot's drawings, by its reach in a font of this
/// size (px); `None` of one without ink.
#[must_use]
pub(crate) fn placement(reach: Reach, size: f64) -> Option<Placement> {
    let (width, height) = (reach.left + reach.right, reach.ascent + reach.descent);
    let longer = width.max(height);
    // Also false for what is no number.
    if !(longer > 0.0 && longer.is_finite() && size > 0.0) {
        return None;
    }
    let by = (LONGER_SIDE / longer).min(LARGEST / size);
    let middle = SIDE as f64 / 2.0;
    Some(Placement {
        size: size * by,
        x: middle + (reach.left - reach.right) / 2.0 * by,
        y: middle + (reach.ascent - reach.descent) / 2.0 * by,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use twinglyph_core::own::OwnSet;

    /// What `glyphs looks` of the end-to-end tests wrote: each class is named by code point and width.
    const BROWSERS: [&[u8]; 2] = [
        include_bytes!("glyphs/chromium.twinset"),
        include_bytes!("glyphs/firefox.twinset"),
    ];

    fn looks(file: &[u8]) -> Vec<(char, Look)> {
        let classes = OwnSet::decode(file).unwrap().classes.into_iter();
        let look = classes.map(|mut class| {
            let (code, width) = class.name.split_once(' ').unwrap();
            let code = u32::from_str_radix(code, 16).unwrap();
            let look = Look {
                picture: class.examples.remove(0).drawing().clone(),
                width: width.parse().unwrap(),
            };
            (char::from_u32(code).unwrap(), look)
        });
        look.collect()
    }

    #[test]
    fn both_browsers_are_understood() {
        for file in BROWSERS {
            let looks = looks(file);
            let known = |one: char| looks.iter().find(|look| look.0 == one).unwrap().1.clone();
            let noncharacters = NONCHARACTERS.map(known);
            let of = |wanted: Glyph| -> String {
                let all = looks.iter();
                let are = all.filter(|(_, look)| glyph(look, &noncharacters) == wanted);
                are.map(|&(one, _)| one).collect()
            };
            assert_eq!(of(Glyph::There), "Aאあ一Ⴀ□i.");
            let missing = of(Glyph::Missing);
            assert_eq!(missing, "\u{FFFE}\u{FFFF}\u{10FFFE}\u{10FFFF}ᎠᎡ𒀀அ𓀀\u{E000}");
            assert_eq!(of(Glyph::Blank), " \u{A0}\u{200B}\u{301}");
        }
    }

    /// Chromium's picture of a missing glyph is a box too.
    #[test]
    fn another_picture_of_the_same_width_is_there() {
        let looks = looks(BROWSERS[0]);
        let noncharacters: Vec<Look> = looks.iter().take(4).map(|look| look.1.clone()).collect();
        let mut other = noncharacters[0].clone();
        other.picture.set(60, 40, !other.picture.get(60, 40));
        assert_eq!(glyph(&other, &noncharacters), Glyph::There);
        assert_eq!(glyph(&other, &[]), Glyph::There);
    }

    #[test]
    fn a_glyph_is_in_the_middle_and_a_dot_stays_small() {
        let reach = |left, right, ascent, descent| Reach {
            left,
            right,
            ascent,
            descent,
        };
        let placement = |reach| placement(reach, 100.0);
        let tall = placement(reach(-10.0, 40.0, 80.0, 50.0)).unwrap();
        assert_eq!(tall.size, 50.0);
        // From 5 to 20 behind where it is written, and from 40 above the baseline to 25 below it.
        assert_eq!([tall.x + 5.0, tall.x + 20.0], [45.0, 60.0]);
        assert_eq!([tall.y - 40.0, tall.y + 25.0], [20.0, 85.0]);
        let dot = placement(reach(-10.0, 22.0, 12.0, 0.0)).unwrap();
        assert_eq!(dot.size, LARGEST);
        assert_eq!(placement(reach(0.0, 0.0, 0.0, 0.0)), None);
        assert_eq!(placement(reach(f64::NAN, 0.0, f64::NAN, 0.0)), None);
    }
}
