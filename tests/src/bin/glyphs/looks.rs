//! What browsers draw where their fonts lack a character, and where not, as fixtures: sets whose classes are named by
//! code point and advance width.

use std::path::Path;

use serde_json::{Value, json};
use twinglyph_core::own::{OwnClass, OwnSet};
use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::{Error, Result};

use super::sheet;

/// Noncharacters, which no font has; then what the fonts of Debian's browsers lack (Cherokee, cuneiform, Tamil,
/// Egyptian, private use); what they have; and what has no ink of its own.
const CHARACTERS: &str = "\u{FFFE}\u{FFFF}\u{10FFFE}\u{10FFFF}\u{13A0}\u{13A1}\u{12000}\u{B85}\u{13000}\u{E000}\
    A\u{5D0}\u{3042}\u{4E00}\u{10A0}\u{25A1}i.\u{20}\u{A0}\u{200B}\u{301}";

/// As the page draws to find out: all characters at one size and place.
const LOOK: &str = "const side = 105, canvas = document.createElement('canvas');\
    canvas.width = canvas.height = side;\
    const pen = canvas.getContext('2d', { willReadFrequently: true }); pen.font = '64px sans-serif';\
    return Array.from(arguments[0], one => { pen.clearRect(0, 0, side, side); pen.fillText(one, 20, 84);\
    const { data } = pen.getImageData(0, 0, side, side);\
    return [pen.measureText(one).width,\
    Array.from({ length: side * side }, (_, at) => data[4 * at + 3] < 128 ? ' ' : 'x').join('')]; });";

fn looks(kind: Kind) -> Result<OwnSet> {
    let browser = Browser::open(kind)?;
    let told = browser.session().run(LOOK, &[json!(CHARACTERS)])?;
    let all = told.as_array().into_iter().flatten();
    let class = |(one, look): (char, &Value)| {
        let width = look[0].as_f64().unwrap_or_default();
        let name = format!("{:04X} {width:.3}", u32::from(one));
        OwnClass::new(&name, [sheet(&look[1])])
    };
    Ok(OwnSet {
        name: browser.session().browser(),
        classes: CHARACTERS.chars().zip(all).map(class).collect(),
    })
}

/// Writes a file for each browser into a folder.
pub(crate) fn write(folder: &Path) -> Result<()> {
    for (name, kind) in [
        ("chromium", Kind::ChromiumWithoutGpu),
        ("firefox", Kind::FirefoxLavapipe),
    ] {
        let file = folder.join(format!("{name}.twinset"));
        let trouble = |what: String| Error::Setting(format!("{}: {what}", file.display()));
        let bytes = looks(kind)?.encode();
        let bytes = bytes.map_err(|error| trouble(error.to_string()))?;
        std::fs::write(&file, bytes).map_err(|error| trouble(error.to_string()))?;
    }
    Ok(())
}
