//! What a page's code says, as bytes, and those bytes as black and white modules.
//!
//! A strip over the page's whole width rather than a QR code: its place is known from the corner marks, so
//! it needs no finder patterns, and a module is 1.4 mm wide where a QR code of as many bytes in the same
//! height has 0.3 mm. Refuses to know how a module is seen on a photo.
//!
//! Bytes: version and kind of names, page number, number of pages, number of cells, names, zeros, CRC-32,
//! parity (a third of all). They run down the columns; every 14 columns two columns are known beforehand.

use super::layout::{CODE_COLUMNS, Layout, Paper};
use super::page::{MAX_CELLS, MAX_NAME, Names, Page};
use super::reed_solomon;

/// Layouts of another version have other places.
const VERSION: u8 = 1;
/// Bytes in front of the names.
const HEAD: usize = 6;
const CHECKSUM: usize = 4;
/// Columns from one pair of known ones to the next.
pub(super) const STEP: usize = 16;

/// Does the column consist of known modules?
pub(super) fn is_known(column: usize) -> bool {
    column % STEP < 2
}

/// Is a known module black? The same rows shifted or turned agree in about half of the modules.
pub(super) fn known(row: usize, column: usize) -> bool {
    noise((row * 2 + column % STEP) as u32 + 7_000) & 1 == 1
}

/// Numbers without a pattern (a step of SplitMix).
fn noise(at: u32) -> u32 {
    let mut value = at.wrapping_add(1).wrapping_mul(0x9e37_79b9);
    value = (value ^ (value >> 16)).wrapping_mul(0x85eb_ca6b);
    value = (value ^ (value >> 13)).wrapping_mul(0xc2b2_ae35);
    value ^ (value >> 16)
}

fn bytes(rows: usize) -> usize {
    let columns = (0..CODE_COLUMNS)
        .filter(|&column| !is_known(column))
        .count();
    columns * rows / 8
}

/// Words of at most 255 bytes, and the parity of each.
fn words(rows: usize) -> (usize, usize) {
    let words = bytes(rows).div_ceil(255);
    // Even, as two bytes repair one.
    (words, bytes(rows) / words / 6 * 2)
}

/// Bytes for names in a code of so many rows.
pub(super) fn room(rows: usize) -> usize {
    let (words, parity) = words(rows);
    bytes(rows) / words * words - words * parity - HEAD - CHECKSUM
}

/// Bytes that these names take.
pub(super) fn size(names: &Names) -> usize {
    match names {
        Names::Explicit(names) => names.iter().map(|name| name.len() + 1).sum(),
        Names::Alphabet { alphabet, .. } => 2 + alphabet.len(),
        Names::Blank(_) => 0,
    }
}

/// CRC-32 as in ISO 3309, of the layout too: a code that is read by another layout is wrong.
fn checksum(layout: Layout, bytes: &[u8]) -> [u8; CHECKSUM] {
    let paper = match layout.paper() {
        Paper::A4 => 0,
        Paper::Letter => 1,
    };
    let all = [paper, layout.code_rows() as u8]
        .into_iter()
        .chain(bytes.iter().copied());
    let crc = all.fold(u32::MAX, |mut crc, byte| {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xedb8_8320 & 0u32.wrapping_sub(crc & 1));
        }
        crc
    });
    (!crc).to_le_bytes()
}

/// The page's code: row by row, is a module black?
pub(super) fn modules(page: &Page) -> Vec<bool> {
    let rows = page.layout.code_rows();
    let (kind, cells) = match &page.names {
        Names::Explicit(names) => (0, names.len()),
        Names::Alphabet { count, .. } => (1, *count),
        Names::Blank(count) => (2, *count),
    };
    let mut data = vec![VERSION << 4 | kind];
    data.extend((page.number as u16).to_le_bytes());
    data.extend((page.pages as u16).to_le_bytes());
    data.push(cells as u8);
    match &page.names {
        Names::Explicit(names) => {
            for name in names {
                data.push(name.len() as u8);
                data.extend(name.as_bytes());
            }
        }
        Names::Alphabet {
            alphabet, first, ..
        } => {
            data.extend((*first as u16).to_le_bytes());
            data.extend(alphabet.as_bytes());
        }
        Names::Blank(_) => {}
    }
    data.resize(HEAD + room(rows), 0);
    data.extend(checksum(page.layout, &data));
    let (words, parity) = words(rows);
    let mut sent = vec![0; bytes(rows)];
    for at in 0..words {
        // Taken in turns: a blot on the paper falls into all of them.
        let mut word: Vec<u8> = data.iter().skip(at).step_by(words).copied().collect();
        word.extend(reed_solomon::parity(&word, parity));
        for (place, byte) in sent.iter_mut().skip(at).step_by(words).zip(word) {
            *place = byte;
        }
    }
    let mut modules = vec![false; rows * CODE_COLUMNS];
    let mut bit = 0;
    for column in 0..CODE_COLUMNS {
        for row in 0..rows {
            modules[row * CODE_COLUMNS + column] = if is_known(column) {
                known(row, column)
            } else {
                let byte = sent.get(bit / 8).copied().unwrap_or(0);
                let black = byte >> (bit % 8) & 1 == 1;
                bit += 1;
                // Whitened: zeros would be a white field.
                black ^ (noise(bit as u32) & 1 == 1)
            };
        }
    }
    modules
}

/// Reads a page from its modules, up to a sixth of the bytes wrong. `None` where it can't be read with
/// certainty.
pub(super) fn read(layout: Layout, modules: &[bool]) -> Option<Page> {
    let rows = layout.code_rows();
    let mut received = vec![0u8; bytes(rows)];
    let mut bit = 0;
    for column in (0..CODE_COLUMNS).filter(|&column| !is_known(column)) {
        for row in 0..rows {
            let black = *modules.get(row * CODE_COLUMNS + column)?;
            let at = bit;
            bit += 1;
            if black ^ (noise(bit as u32) & 1 == 1)
                && let Some(byte) = received.get_mut(at / 8)
            {
                *byte |= 1 << (at % 8);
            }
        }
    }
    let (words, parity) = words(rows);
    let total = HEAD + room(rows) + CHECKSUM;
    let mut data = vec![0; total];
    for at in 0..words {
        let length = bytes(rows) / words;
        let own = received.iter().skip(at).step_by(words);
        let mut word: Vec<u8> = own.take(length).copied().collect();
        reed_solomon::repair(&mut word, parity)?;
        for (place, byte) in data.iter_mut().skip(at).step_by(words).zip(word) {
            *place = byte;
        }
    }
    let (said, sum) = data.split_at_checked(total - CHECKSUM)?;
    if sum != checksum(layout, said) {
        return None;
    }
    parse(layout, said)
}

fn parse(layout: Layout, said: &[u8]) -> Option<Page> {
    let (&[kind, n0, n1, p0, p1, cells], names) = said.split_first_chunk::<HEAD>()?;
    let (number, pages) = (u16::from_le_bytes([n0, n1]), u16::from_le_bytes([p0, p1]));
    let cells = usize::from(cells);
    if kind >> 4 != VERSION || !(1..=layout.capacity()).contains(&cells) {
        return None;
    }
    let is_name = |name: &str| {
        (1..=MAX_NAME).contains(&name.chars().count()) && !name.chars().any(char::is_control)
    };
    let text = |bytes: &[u8]| {
        let text = std::str::from_utf8(bytes).ok()?;
        is_name(text).then(|| text.to_owned())
    };
    let names = match kind & 15 {
        0 => {
            let mut rest = names;
            let mut names = Vec::with_capacity(cells);
            for _ in 0..cells {
                let (&length, behind) = rest.split_first()?;
                let (name, behind) = behind.split_at_checked(usize::from(length))?;
                names.push(text(name)?);
                rest = behind;
            }
            Names::Explicit(names)
        }
        1 => {
            let (&first, alphabet) = names.split_first_chunk::<2>()?;
            let first = usize::from(u16::from_le_bytes(first));
            let end = alphabet.iter().position(|&byte| byte == 0);
            let alphabet = text(&alphabet[..end.unwrap_or(alphabet.len())])?;
            if first > usize::from(u16::MAX) - MAX_CELLS {
                return None;
            }
            Names::Alphabet {
                alphabet,
                first,
                count: cells,
            }
        }
        2 => Names::Blank(cells),
        _ => return None,
    };
    Some(Page {
        layout,
        number: usize::from(number),
        pages: usize::from(pages),
        names,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::form::layout::CODE_ROWS;
    use crate::form::page::pages;
    use proptest::prelude::*;

    fn any_names() -> impl Strategy<Value = Names> {
        let name = "[^\\p{Cc}]{1,60}";
        prop_oneof![
            prop::collection::vec(name, 1..40).prop_map(Names::Explicit),
            prop::collection::vec("[a-zあ-ん]{1,3}", 1..120).prop_map(Names::Explicit),
            (name, 0usize..60_000, 1usize..200).prop_map(|(alphabet, first, count)| {
                Names::Alphabet {
                    alphabet,
                    first,
                    count,
                }
            }),
            (1usize..200).prop_map(Names::Blank),
        ]
    }

    #[test]
    fn names_are_spread_over_pages_evenly() {
        let names = Names::Blank(52);
        let counts: Vec<usize> = pages(Paper::A4, &names)
            .unwrap()
            .iter()
            .map(|page| page.names.len())
            .collect();
        assert_eq!(counts, [28, 24]);
        assert_eq!(pages(Paper::A4, &Names::Blank(49)).unwrap().len(), 1);
    }

    #[test]
    fn the_longest_name_fits() {
        let longest = Names::Explicit(vec!["\u{1F58B}".repeat(MAX_NAME)]);
        let most = CODE_ROWS.iter().map(|&rows| room(rows)).max().unwrap();
        assert!(size(&longest) <= most, "{most}");
        for rows in CODE_ROWS {
            let (words, parity) = words(rows);
            assert!(bytes(rows) / words <= 255 && parity * words * 4 > bytes(rows));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn all_names_come_back_in_order(names in any_names(), letter: bool) {
            let paper = if letter { Paper::Letter } else { Paper::A4 };
            let pages = pages(paper, &names).unwrap();
            let mut back = Vec::new();
            for page in &pages {
                let read = read(page.layout, &modules(page));
                prop_assert_eq!(read.as_ref(), Some(page));
                back.extend((0..page.names.len()).map(|at| page.names.get(at)));
            }
            let given: Vec<_> = (0..names.len()).map(|at| names.get(at)).collect();
            prop_assert_eq!(back, given);
        }

        #[test]
        fn a_tenth_of_the_bytes_may_be_wrong(names in any_names(), from: prop::sample::Index) {
            let page = pages(Paper::A4, &names).unwrap().remove(0);
            let mut seen = modules(&page);
            // A blot over the code's whole height.
            let columns = CODE_COLUMNS / 10;
            let from = from.index(CODE_COLUMNS - columns);
            let rows = page.layout.code_rows();
            for row in 0..rows {
                seen[row * CODE_COLUMNS + from..][..columns].fill(true);
            }
            prop_assert_eq!(read(page.layout, &seen), Some(page));
        }

        #[test]
        fn any_modules_are_borne(
            rows in prop::sample::select(CODE_ROWS.to_vec()),
            seen in prop::collection::vec(any::<bool>(), 0..4000),
        ) {
            prop_assert!(read(Layout::new(Paper::A4, rows), &seen).is_none());
        }
    }
}
