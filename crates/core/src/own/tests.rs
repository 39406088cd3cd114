#![allow(clippy::unwrap_used)]

use super::*;
use proptest::prelude::*;

fn drawing() -> impl Strategy<Value = Bitmap> {
    // Strokes, as people draw them, and noise, as files may have it.
    prop_oneof![
        (0usize..105, 0usize..105, 1usize..9).prop_map(|(x, y, width)| {
            Bitmap::from_fn(|row, column| row.abs_diff(y) < width || column.abs_diff(x) < width)
        }),
        any::<u64>().prop_map(|seed| {
            Bitmap::from_fn(|row, column| {
                (seed.wrapping_mul((row * SIDE + column) as u64 | 1) >> 60) < 4
            })
        }),
        Just(Bitmap::blank()),
        Just(Bitmap::from_fn(|_, _| true)),
    ]
}

fn set() -> impl Strategy<Value = OwnSet> {
    let class = ("\\PC{0,12}", prop::collection::vec(drawing(), 0..4));
    let class = class.prop_map(|(name, examples)| OwnClass { name, examples });
    ("\\PC{0,12}", prop::collection::vec(class, 0..5))
        .prop_map(|(name, classes)| OwnSet { name, classes })
}

proptest! {
    #[test]
    fn a_set_comes_back(set in set()) {
        let file = set.encode().unwrap();
        prop_assert_eq!(OwnSet::decode(&file).unwrap(), set.clone());
        let address = set.to_address().unwrap();
        prop_assert!(address.bytes().all(|byte| DIGITS.contains(&byte)));
        prop_assert_eq!(OwnSet::from_address(&address).unwrap(), set);
    }

    #[test]
    fn runs_are_those_of_single_pixels(drawing in drawing()) {
        let ink = |at: usize| drawing.get(at / SIDE, at % SIDE);
        let differs = |at: usize| ink(at) != (at >= SIDE && ink(at - SIDE));
        let mut runs = vec![0];
        let mut kind = false;
        for at in 0..SIDE * SIDE {
            if differs(at) != kind {
                kind = !kind;
                runs.push(0);
            }
            *runs.last_mut().unwrap() += 1;
        }
        if !kind {
            runs.pop();
        }
        let mut expected = Vec::new();
        for number in std::iter::once(runs.len()).chain(runs) {
            write_number(&mut expected, number);
        }
        let mut bytes = Vec::new();
        write_runs(&mut bytes, &drawing);
        prop_assert_eq!(&bytes, &expected);
        prop_assert_eq!(Reader(&bytes).runs().unwrap(), drawing);
    }

    #[test]
    fn a_changed_or_cut_file_is_refused(set in set(), place in any::<prop::sample::Index>()) {
        let file = set.encode().unwrap();
        let at = place.index(file.len());
        prop_assert!(OwnSet::decode(&file[..at]).is_err());
        let mut changed = file;
        changed[at] ^= 1;
        prop_assert!(OwnSet::decode(&changed).is_err());
    }

    #[test]
    fn anything_behind_a_right_digest_is_borne(body in prop::collection::vec(any::<u8>(), 0..400)) {
        if let Ok(set) = OwnSet::decode(&OwnSet::with_head(&body)) {
            prop_assert_eq!(OwnSet::decode(&set.encode().unwrap()).unwrap(), set);
        }
    }

    #[test]
    fn any_address_is_borne(text in "[A-Za-z0-9_=+/-]{0,80}|\\PC{0,40}") {
        prop_assert!(OwnSet::from_address(&text).is_err());
    }
}

#[test]
fn the_bytes_are_those_of_the_documentation() {
    // docs/formats/set.md walks through this file.
    let mut dot = Bitmap::blank();
    dot.set(1, 2, true);
    let set = OwnSet {
        name: "a".to_owned(),
        classes: vec![OwnClass {
            name: "\u{3042}".to_owned(),
            examples: vec![dot],
        }],
    };
    let body = [1, b'a', 1, 3, 0xe3, 0x81, 0x82, 1, 4, 107, 1, 104, 1];
    assert_eq!(set.encode().unwrap()[HEAD..], body);
    assert_eq!(&set.encode().unwrap()[..8], MAGIC);
}

#[test]
fn errors_say_what_is_wrong() {
    assert_eq!(OwnSet::decode(b"PK"), Err(OwnSetError::Magic));
    assert_eq!(OwnSet::decode(b"PK\x03\x04 a zip"), Err(OwnSetError::Magic));
    let mut later = OwnSet::default().encode().unwrap();
    later[7] = b'2';
    assert_eq!(OwnSet::decode(&later), Err(OwnSetError::Version));
    let class = OwnClass {
        name: "two\nlines".to_owned(),
        examples: Vec::new(),
    };
    let set = OwnSet {
        name: String::new(),
        classes: vec![class; 1],
    };
    assert!(matches!(set.encode(), Err(OwnSetError::Name(_))));
    let set = OwnSet {
        name: String::new(),
        classes: vec![OwnClass::default(); MAX_CLASSES + 1],
    };
    let said = set.encode().unwrap_err().to_string();
    assert!(said.contains("1000") && said.contains("1001"), "{said}");
    // A count that would take memory before there is anything.
    let body = [0, 0xff, 0xff, 0xff, 0x7f];
    let said = OwnSet::decode(&OwnSet::with_head(&body));
    assert!(matches!(said, Err(OwnSetError::Count { .. })), "{said:?}");
}

#[test]
fn a_small_file_does_not_unfold_into_much_memory() {
    let class = OwnClass {
        name: String::new(),
        examples: vec![Bitmap::blank(); MAX_EXAMPLES],
    };
    let mut set = OwnSet {
        name: String::new(),
        classes: vec![class.clone(); MAX_DRAWINGS / MAX_EXAMPLES],
    };
    assert_eq!(OwnSet::decode(&set.encode().unwrap()).unwrap(), set);
    set.classes.push(class);
    assert!(matches!(set.encode(), Err(OwnSetError::Count { .. })));
    // The same as a stranger writes it: classes without names, of 100 blank drawings each.
    let mut body = vec![0];
    write_number(&mut body, MAX_CLASSES);
    for _ in 0..MAX_CLASSES {
        body.extend([0, MAX_EXAMPLES as u8]);
        body.extend([0; MAX_EXAMPLES]);
    }
    let said = OwnSet::decode(&OwnSet::with_head(&body));
    assert!(matches!(said, Err(OwnSetError::Count { .. })), "{said:?}");
}

#[test]
fn a_drawing_takes_some_hundred_bytes() {
    // Two crossing strokes, five pixels wide.
    let cross =
        Bitmap::from_fn(|row, column| row.abs_diff(column) < 4 || (row + column).abs_diff(104) < 4);
    let mut bytes = Vec::new();
    write_runs(&mut bytes, &cross);
    assert!(bytes.len() < 900, "{}", bytes.len());
}
