//! `lab embed`: arrays that a reader of NumPy's format takes, with the network's own numbers.
#![cfg(feature = "networks")]
#![allow(clippy::unwrap_used)]

mod files;

use std::fs;
use std::path::Path;

use files::{Folder, checkout, lab, text};
use twinglyph_core::Views;
use twinglyph_nn::Twin;

/// The smallest evaluation alphabet: 20 characters and drawers.
const NAME: &str = "Angelic";

/// Shape and numbers of an array.
fn array(path: &Path) -> (Vec<usize>, Vec<f32>) {
    let bytes = fs::read(path).unwrap();
    let rest = bytes.strip_prefix(b"\x93NUMPY\x01\x00").unwrap();
    let (length, rest) = rest.split_first_chunk().unwrap();
    let (header, data) = rest.split_at(u16::from_le_bytes(*length).into());
    assert_eq!((bytes.len() - data.len()) % 64, 0);
    let header = std::str::from_utf8(header).unwrap();
    assert!(
        header.starts_with("{'descr': '<f4', 'fortran_order': False, "),
        "{header}"
    );
    let (_, shape) = header.split_once("'shape': (").unwrap();
    let (shape, _) = shape.split_once(')').unwrap();
    let lengths = shape.split(", ").filter(|length| !length.is_empty());
    let shape: Vec<usize> = lengths.map(|length| length.parse().unwrap()).collect();
    let (numbers, rest) = data.as_chunks();
    assert!(rest.is_empty());
    let values: Vec<f32> = numbers
        .iter()
        .map(|bytes| f32::from_le_bytes(*bytes))
        .collect();
    assert_eq!(shape.iter().product::<usize>(), values.len());
    (shape, values)
}

#[test]
fn arrays_have_the_networks_numbers_and_a_line_a_row() {
    let folder = Folder::new("embed");
    let model = checkout("assets/models/compact.safetensors");
    let (twin, _) = Twin::read(&fs::read(&model).unwrap()).unwrap();
    let alphabet = files::alphabet(NAME);
    for (name, views, inner) in [("one", Views::One, &[][..]), ("eight", Views::Eight, &[8])] {
        let out = folder.file(&format!("{name}.npy"));
        let count = views.count().to_string();
        let args = ["embed", "--model", text(&model), "--out", text(&out)];
        let args = args
            .into_iter()
            .chain(["--alphabets", NAME, "--views", &count]);
        let done = lab(args.chain(["--local", "--inputs"]));
        assert_eq!(done.code, Some(0), "{}", done.told);
        let rows = alphabet.drawings().len();
        let shape = |last: &[usize]| [&[rows], inner, last].concat();
        let (of_global, global) = array(&out);
        let (of_local, local) = array(&out.with_extension("local.npy"));
        let (of_inputs, inputs) = array(&out.with_extension("inputs.npy"));
        assert_eq!(of_global, shape(&[256]));
        assert_eq!(of_local, shape(&[36, 64]));
        assert_eq!(of_inputs, shape(&[48, 48]));
        // The last drawing, which no other follows in its batch.
        let last = alphabet.drawings().last().unwrap();
        let near = |part: &[f32], own: Vec<f32>| {
            let pairs = part[part.len() - own.len()..].iter().zip(&own);
            pairs
                .into_iter()
                .all(|(one, other)| (one - other).abs() < 1e-4)
        };
        let embedded = twin.embed([last], views);
        assert!(near(&global, embedded.global().collect()));
        assert!(near(&local, embedded.local().collect()));
        assert!(near(&inputs, views.inputs(twin.architecture(), last)));
        let table = fs::read_to_string(out.with_extension("csv")).unwrap();
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines.len(), 1 + rows);
        assert_eq!(lines[0], "row,set,alphabet,character,drawer");
        assert_eq!(lines[22], "21,evaluation,Angelic,2,2");
    }
    // Nothing is replaced unasked, the arrays beside the first neither.
    fs::remove_file(folder.file("one.npy")).unwrap();
    let out = folder.file("one.npy");
    let done = lab(["embed", "--model", text(&model), "--out", text(&out)]);
    assert_eq!(done.code, Some(1));
    assert!(
        done.told.contains("one.csv is there already"),
        "{}",
        done.told
    );
}

#[test]
fn what_cannot_be_embedded_is_told_and_leaves_nothing() {
    let folder = Folder::new("embed-wrong");
    let koch = checkout("assets/models/koch.safetensors");
    for (name, more, code, part) in [
        ("a.csv", &[][..], 1, "not named *.npy"),
        (
            "a.npy",
            &["--alphabets", "Klingon"],
            2,
            "Klingon is no alphabet",
        ),
        (
            "a.npy",
            &["--local", "--model", text(&koch)],
            1,
            "koch has no local embedding",
        ),
        ("a.npy", &["--views", "2"], 2, "1 view or by 8"),
        (
            "a.npy",
            &["--background", "--alphabets", NAME],
            2,
            "cannot be used with",
        ),
    ] {
        let out = folder.file(name);
        let done = lab(["embed", "--out", text(&out)].iter().chain(more).copied());
        assert_eq!(done.code, Some(code), "{done:?}");
        assert!(done.told.contains(part), "{}", done.told);
    }
    assert_eq!(folder.names(), [""; 0]);
}
