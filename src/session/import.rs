//! Many characters at once: folders of pictures, and contact sheets.
//!
//! Says which file is an example of what before any picture is opened.
//! Knows paths, sizes and counts; refuses to know pictures and who reads them.

use std::cmp::Ordering;

use twinglyph_core::own::{MAX_CLASSES, MAX_NAME};
use twinglyph_core::protocol::MAX_SHOTS;
use twinglyph_paper::contact::{ContactError, Said};

use super::file_names::given;
use super::names::shown;
use crate::words::words;

/// Most files that are looked at: a browser keeps some 5 MB, 4,700 drawings of 800 bytes in base64.
pub(crate) const MAX_FILES: usize = 4_000;

/// Most bytes of a file: a phone's photos have 3 to 12 MB.
pub(crate) const MAX_FILE: f64 = 16e6;

/// Most pixels of a picture when it is opened: 100 MB as browsers hold it.
const MAX_OPENED: usize = 25_000_000;

/// Files that are named where they are left out; of the others there is the number.
const NAMED: usize = 5;

/// What becomes of a choice of files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Plan {
    /// Name of each class, and the places of its examples among the files.
    pub(crate) classes: Vec<(String, Vec<usize>)>,
    /// What is left out, and why.
    pub(crate) left_out: LeftOut,
}

/// What did not come in, told in one sentence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct LeftOut(Vec<String>);

impl LeftOut {
    /// One thing more, with its reason.
    pub(crate) fn add(&mut self, what: &str, why: &str) {
        // Dropped folders lie in one without a name.
        let what = what.trim_start_matches('/');
        self.0.push(words().import.one(what, why));
    }

    /// The sentence; none where all came in.
    #[must_use]
    pub(crate) fn sentence(&self) -> Option<String> {
        let (named, others) = self.0.split_at(self.0.len().min(NAMED));
        let more = match others.len() {
            0 => String::new(),
            count => words().import.and_more(count),
        };
        (!named.is_empty()).then(|| {
            words()
                .import
                .left_out(&named.join(words().common.comma), &more)
        })
    }
}

/// What of these files, by path (`folder/sub/file.png`, or a name alone) and bytes, is an example of
/// which class. A file in a sub-folder is of the class named by that; one that lies in the chosen
/// folder itself, or was chosen alone, is a class named by it. In the order of names, numbers in them
/// by their value. What is left out comes behind what is already.
#[must_use]
pub(crate) fn plan(files: &[(String, f64)], left_out: LeftOut) -> Plan {
    let mut plan = Plan {
        left_out,
        ..Plan::default()
    };
    let mut order: Vec<usize> = (0..files.len())
        .filter(|&at| !is_hidden(&files[at].0))
        .collect();
    order.sort_by(|&one, &other| by_name(&files[one].0, &files[other].0));
    for &at in order.iter().skip(MAX_FILES) {
        plan.left_out.add(&files[at].0, words().import.files);
    }
    // A class's folder, or its file where it is one of its own.
    let mut last: Option<&str> = None;
    for &at in order.iter().take(MAX_FILES) {
        let (path, bytes) = &files[at];
        if *bytes > MAX_FILE {
            plan.left_out.add(path, words().import.large);
            continue;
        }
        let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
        let (place, name) = match folder.rsplit_once('/') {
            Some((_, sub)) => (folder, sub),
            None => (path.as_str(), stem(file)),
        };
        if last != Some(place) {
            if plan.classes.len() >= MAX_CLASSES {
                plan.left_out.add(path, words().import.characters);
                continue;
            }
            plan.classes.push((fitting(name), Vec::new()));
            last = Some(place);
        }
        match plan.classes.last_mut() {
            Some((_, examples)) if examples.len() < MAX_SHOTS => examples.push(at),
            _ => plan.left_out.add(path, words().import.examples),
        }
    }
    plan
}

/// What the operating system put there.
fn is_hidden(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.starts_with('.') || name == "Thumbs.db" || name == "desktop.ini"
}

fn stem(file: &str) -> &str {
    file.rsplit_once('.').map_or(file, |(stem, _)| stem)
}

/// The name that a file's or a folder's gives to a character, as the format takes it.
fn fitting(name: &str) -> String {
    let name = shown(name);
    given(&name).chars().take(MAX_NAME).collect()
}

/// Folder before folder, and in it number by number.
fn by_name(one: &str, other: &str) -> Ordering {
    let split = |path: &str| -> (String, String) {
        let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
        (folder.to_owned(), file.to_owned())
    };
    let ((folder, file), (other_folder, other_file)) = (split(one), split(other));
    natural(&folder, &other_folder)
        .then_with(|| natural(&file, &other_file))
        .then_with(|| one.cmp(other))
}

/// `a2` before `a10`.
fn natural(one: &str, other: &str) -> Ordering {
    let (mut one, mut other) = (one, other);
    loop {
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let (a, b) = (digits(one), digits(other));
        if a > 0 && b > 0 {
            let number = |text: &str| text.trim_start_matches('0').to_owned();
            let (x, y) = (number(&one[..a]), number(&other[..b]));
            let order = x.len().cmp(&y.len()).then_with(|| x.cmp(&y));
            if order != Ordering::Equal {
                return order;
            }
            (one, other) = (&one[a..], &other[b..]);
            continue;
        }
        let (mut rest, mut other_rest) = (one.chars(), other.chars());
        match (rest.next(), other_rest.next()) {
            (Some(a), Some(b)) if a == b => (one, other) = (rest.as_str(), other_rest.as_str()),
            (a, b) => return a.cmp(&b),
        }
    }
}

/// The numbers of cells that a person typed: none where a field is empty.
///
/// # Errors
/// [`GridError::Number`] where a field holds anything but a number from 1 on, [`GridError::Rows`] for more
/// rows than a set has characters.
pub(crate) fn said(rows: &str, columns: &str) -> Result<Said, GridError> {
    let number = |text: &str| match text.trim() {
        "" => Ok(None),
        text => match text.parse() {
            Ok(count) if count > 0 => Ok(Some(count)),
            _ => Err(GridError::Number),
        },
    };
    let said = Said {
        rows: number(rows)?,
        columns: number(columns)?,
    };
    if said.rows.is_some_and(|rows| rows > MAX_CLASSES) {
        return Err(GridError::Rows);
    }
    Ok(said)
}

/// Why a picture is no contact sheet, or is not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum GridError {
    /// Too many bytes.
    #[error("{}", words().import.bytes)]
    Bytes,
    /// Too many pixels.
    #[error("{}", words().import.pixels)]
    Pixels,
    /// What was typed is no number of cells.
    #[error("{}", words().import.no_number)]
    Number,
    /// More classes than a set can have.
    #[error("{}", words().import.many_rows)]
    Rows,
    /// Its cells are not found.
    #[error("{}", words().refusals.contact(.0))]
    Cells(#[from] ContactError),
}

/// May a picture of these sides be opened at its full size?
#[must_use]
pub(crate) fn is_openable(width: usize, height: usize) -> bool {
    width
        .checked_mul(height)
        .is_some_and(|pixels| pixels <= MAX_OPENED)
}

/// Bytes at the beginning of a file in which [`png_size`] looks.
const PNG_HEAD: usize = 24;

/// Width and height that a PNG file says of itself: a small file can be a picture that no memory
/// holds. `None` for other files, whose compression can't be as strong.
#[must_use]
pub(crate) fn png_size(head: &[u8]) -> Option<(usize, usize)> {
    let head: &[u8; PNG_HEAD] = head.first_chunk()?;
    let number = |at: usize| {
        let bytes = [head[at], head[at + 1], head[at + 2], head[at + 3]];
        u32::from_be_bytes(bytes) as usize
    };
    // PNG's specification, 5.2 and 11.2.2.
    let is_png = head.starts_with(b"\x89PNG\r\n\x1a\n") && &head[12..16] == b"IHDR";
    is_png.then(|| (number(16), number(20)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn planned(paths: &[&str]) -> Plan {
        let files: Vec<_> = paths.iter().map(|path| ((*path).to_owned(), 1e3)).collect();
        plan(&files, LeftOut::default())
    }

    fn class(name: &str, examples: &[usize]) -> (String, Vec<usize>) {
        (name.to_owned(), examples.to_vec())
    }

    #[test]
    fn sub_folders_are_classes_and_so_are_lone_files() {
        let plan = planned(&[
            "top/b/10.png",
            "top/b/2.png",
            "top/a/x.png",
            "top/.DS_Store",
            "top/c.png",
            "top/b/Thumbs.db",
        ]);
        assert_eq!(
            plan.classes,
            [class("c", &[4]), class("a", &[2]), class("b", &[1, 0])]
        );
        assert_eq!(plan.left_out.sentence(), None);
        // Names alone, as of dropped files.
        let plan = planned(&["ß.jpg", "star.v2.png"]);
        assert_eq!(plan.classes, [class("star.v2", &[1]), class("ß", &[0])]);
    }

    #[test]
    fn names_of_cameras_are_no_names_of_characters() {
        let plan = planned(&["IMG_1234.jpg", "omega.jpg"]);
        assert_eq!(plan.classes, [class("", &[0]), class("omega", &[1])]);
    }

    #[test]
    fn folders_of_one_name_in_two_places_are_two_classes() {
        let plan = planned(&[
            "Omniglot/Korean/character01/0001_01.png",
            "Omniglot/Latin/character01/0002_01.png",
            "Omniglot/Korean/character01/0001_02.png",
        ]);
        assert_eq!(
            plan.classes,
            [class("character01", &[0, 2]), class("character01", &[1])]
        );
    }

    #[test]
    fn what_is_too_much_is_named_and_the_rest_comes_in() {
        let mut files = vec![("t/huge.png".to_owned(), 1e9), ("t/ok.png".to_owned(), 9.0)];
        files.extend((0..MAX_SHOTS + 7).map(|n| (format!("t/many/{n}.png"), 9.0)));
        let plan = plan(&files, LeftOut::default());
        assert_eq!(plan.classes[0], class("ok", &[1]));
        assert_eq!(plan.classes[1].1.len(), MAX_SHOTS);
        let said = plan.left_out.sentence().unwrap_or_default();
        assert!(said.contains("t/huge.png (more than 16 MB)"), "{said}");
        assert!(said.contains("t/many/20.png (more than 20 examples)"));
        assert!(said.ends_with(", and 3 more."), "{said}");
        let files: Vec<_> = (0..MAX_FILES + 2)
            .map(|n| (format!("f{n}.png"), 1.0))
            .collect();
        let plan = super::plan(&files, LeftOut::default());
        assert_eq!(plan.classes.len(), MAX_CLASSES);
        assert_eq!(plan.left_out.0.len(), MAX_FILES + 2 - MAX_CLASSES);
    }

    #[test]
    fn names_fit_the_format() {
        let long = format!("t/{}\u{7}/1.png", "長".repeat(90));
        let plan = planned(&[&long]);
        assert_eq!(plan.classes[0].0, "長".repeat(MAX_NAME));
    }

    #[test]
    fn numbers_of_cells_may_be_left_empty() {
        let numbers = |rows, columns| Ok(Said { rows, columns });
        assert_eq!(said("", " "), numbers(None, None));
        assert_eq!(said("10", " 14 "), numbers(Some(10), Some(14)));
        assert_eq!(said("", "3"), numbers(None, Some(3)));
        for (rows, columns) in [("0", "5"), ("-1", "5"), ("2", "2.5"), ("two", "2")] {
            assert_eq!(said(rows, columns), Err(GridError::Number));
        }
        let many = (MAX_CLASSES + 1).to_string();
        assert_eq!(said(&many, "1"), Err(GridError::Rows));
    }

    #[test]
    fn a_png_tells_its_size_before_it_is_opened() {
        let mut head = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        head.extend_from_slice(&[0, 0, 0x10, 0, 0, 1, 0, 0]);
        assert_eq!(png_size(&head), Some((4_096, 65_536)));
        assert!(!is_openable(4_096, 65_536));
        assert_eq!(png_size(&head[..23]), None);
        head[0] = b'G';
        assert_eq!(png_size(&head), None);
    }

    proptest! {
        #[test]
        fn every_file_is_an_example_once_or_left_out(
            paths in prop::collection::vec("(t/)?([ab]{1,2}/){0,2}[a-c0-9.]{1,4}", 0..60),
        ) {
            let files: Vec<_> = paths.iter().map(|path| (path.clone(), 1.0)).collect();
            let plan = plan(&files, LeftOut::default());
            let mut seen: Vec<usize> =
                plan.classes.iter().flat_map(|(_, examples)| examples.clone()).collect();
            seen.sort_unstable();
            let hidden = paths.iter().filter(|path| is_hidden(path)).count();
            prop_assert_eq!(seen.len() + plan.left_out.0.len() + hidden, files.len());
            seen.dedup();
            prop_assert_eq!(seen.len() + plan.left_out.0.len() + hidden, files.len());
        }

        #[test]
        fn names_have_one_order(names in prop::collection::vec("[a-b0-3]{0,4}", 3)) {
            let [a, b, c] = [0, 1, 2].map(|at| names[at].as_str());
            prop_assert_eq!(by_name(a, b), by_name(b, a).reverse());
            if by_name(a, b).is_le() && by_name(b, c).is_le() {
                prop_assert!(by_name(a, c).is_le());
            }
        }
    }
}
