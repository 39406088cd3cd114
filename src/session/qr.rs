//! A link as a QR code (ISO/IEC 18004), as the outline of its dark modules.
//!
//! Knows texts and modules; refuses to know how the code is shown.

use fast_qr::{ECL, QRBuilder};

/// Most bytes of a text. It needs a code of 137 by 137 modules, the largest that phones read off a board; with more
/// modules each becomes too small.
pub(crate) const MOST: usize = 1_732;

/// Most bytes of a text whose code bears 15 % of it being unreadable, by 77 modules a side; that of a longer one bears
/// 7 %.
const SAFE: usize = 412;

/// Light modules around a code, by the standard.
const QUIET: usize = 4;

/// A code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Code {
    /// Modules of a side, with the light ones around it.
    pub(crate) side: usize,
    /// The dark modules as an SVG path, a unit a module.
    pub(crate) path: String,
}

/// The code of a text; `None` where it has more than [`MOST`] bytes.
#[must_use]
pub(crate) fn code(text: &str) -> Option<Code> {
    if text.len() > MOST {
        return None;
    }
    let level = if text.len() <= SAFE { ECL::M } else { ECL::L };
    let mut builder = QRBuilder::new(text);
    builder.ecl(level);
    let code = builder.build().ok()?;
    let mut path = String::new();
    for row in 0..code.size {
        let dark = |column: usize| column < code.size && code[row][column].value();
        let mut column = 0;
        while column < code.size {
            let length = (column..).take_while(|&column| dark(column)).count();
            if length > 0 {
                let (x, y) = (column + QUIET, row + QUIET);
                path.push_str(&format!("M{x} {y}h{length}v1h-{length}z"));
            }
            column += length + 1;
        }
    }
    Some(Code {
        side: code.size + 2 * QUIET,
        path,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The dark modules of a path.
    fn modules(code: &Code) -> Vec<Vec<bool>> {
        let mut dark = vec![vec![false; code.side]; code.side];
        for run in code.path.split('M').skip(1) {
            let numbers: Vec<usize> = run
                .split(|letter: char| !letter.is_ascii_digit())
                .filter_map(|number| number.parse().ok())
                .collect();
            let [x, y, length, ..] = numbers[..] else {
                panic!("{run}")
            };
            dark[y][x..x + length].fill(true);
        }
        dark
    }

    /// What a reader of its own reads.
    fn read(code: &Code) -> String {
        let dark = modules(code);
        let scale = 3;
        let mut picture = rqrr::PreparedImage::prepare_from_greyscale(
            code.side * scale,
            code.side * scale,
            |x, y| if dark[y / scale][x / scale] { 0 } else { 255 },
        );
        let found = picture.detect_grids();
        assert_eq!(found.len(), 1);
        found[0].decode().unwrap().1
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn every_link_is_read_again(text in "https://[a-z]{3,20}\\.org/#/teach\\?set=[A-Za-z0-9_-]{0,1200}") {
            prop_assert_eq!(read(&code(&text).unwrap()), text);
        }
    }

    #[test]
    fn the_longest_link_has_a_code_and_a_longer_one_has_none() {
        let text = "x".repeat(MOST);
        let longest = code(&text).unwrap();
        assert_eq!(longest.side, 137 + 2 * QUIET);
        assert_eq!(read(&longest), text);
        assert_eq!(code(&"x".repeat(MOST + 1)), None);
        let safe = code(&"x".repeat(SAFE)).unwrap();
        assert_eq!(safe.side, 77 + 2 * QUIET);
    }
}
