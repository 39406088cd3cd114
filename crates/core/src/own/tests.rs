#![allow(clippy::unwrap_used)]

use super::file::{Reader, write_number};
use super::runs::write_runs;
use super::*;
use crate::bitmap::SIDE;
use crate::ink::{Point, Stroke};
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

fn example() -> impl Strategy<Value = Example> {
    let place = (-20.0f32..125.0, -20.0f32..125.0);
    let strokes = prop::collection::vec(prop::collection::vec(place, 1..9), 1..4);
    let drawn = strokes.prop_map(|strokes| {
        let stroke = |places: Vec<(f32, f32)>| Stroke {
            points: places.into_iter().map(|(x, y)| Point::at(x, y)).collect(),
        };
        Example::drawn(&Ink {
            strokes: strokes.into_iter().map(stroke).collect(),
        })
    });
    let example = prop_oneof![drawing().prop_map(Example::from), drawn];
    (example, "|Ada|\\PC{1,9}").prop_map(|(example, drawer)| example.by(&drawer))
}

fn set() -> impl Strategy<Value = OwnSet> {
    let class = ("\\PC{0,12}", prop::collection::vec(example(), 0..4));
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
        for version in [Version::One, Version::Two] {
            if let Ok(set) = OwnSet::decode(&version.file(&body)) {
                prop_assert_eq!(OwnSet::decode(&set.encode().unwrap()).unwrap(), set);
            }
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
    let stroke = |points: [[f32; 2]; 2]| Stroke {
        points: points.map(|[x, y]| Point::at(x, y)).to_vec(),
    };
    let cross = Example::drawn(&Ink {
        strokes: vec![
            stroke([[20.0, 52.0], [85.0, 52.0]]),
            stroke([[52.0, 20.0], [52.0, 85.0]]),
        ],
    });
    let mut set = OwnSet {
        name: "a".to_owned(),
        classes: vec![OwnClass::new("\u{3042}", [cross.clone()])],
    };
    let strokes = [0x48, 0x47, 0x80, 0x8a, 0x84, 0x24, 0x88, 0xf0, 0x11, 0x40];
    let body = |examples: &[u8]| [&[1, b'a'], examples].concat();
    let file = set.encode().unwrap();
    assert_eq!(file[..8], *b"twinset2");
    let class = [0, 1, 3, 0xe3, 0x81, 0x82, 2];
    assert_eq!(file[16..], body(&[&class[..], &strokes].concat()));
    // With a drawer, and an example in pixels.
    set.classes[0].examples = vec![cross.by("Ada"), dot.clone().into()];
    let file = set.encode().unwrap();
    let named = [1, 3, b'A', b'd', b'a', 1, 3, 0xe3, 0x81, 0x82, 5];
    let pixels = [0, 1, 4, 107, 1, 104, 1];
    assert_eq!(
        file[16..],
        body(&[&named[..], &[1, 0], &strokes, &pixels].concat())
    );
    // Format 1 has that example alone.
    let first = [&[1, b'a', 1, 3, 0xe3, 0x81, 0x82, 1], &pixels[2..]].concat();
    set.classes[0].examples.remove(0);
    assert_eq!(OwnSet::decode(&Version::One.file(&first)), Ok(set));
}

#[test]
fn errors_say_what_is_wrong() {
    assert_eq!(OwnSet::decode(b"PK"), Err(OwnSetError::Magic));
    assert_eq!(OwnSet::decode(b"PK\x03\x04 a zip"), Err(OwnSetError::Magic));
    let mut later = OwnSet::default().encode().unwrap();
    later[7] = b'3';
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
    assert!(
        said.contains("at most 2000") && said.contains("2001"),
        "{said}"
    );
    // A count that would take memory before there is anything.
    for (version, body) in [
        (Version::One, &[0, 0xff, 0xff, 0xff, 0x7f][..]),
        (Version::Two, &[0, 0xff, 0xff, 0xff, 0x7f]),
        (Version::Two, &[0, 0, 0xff, 0xff, 0xff, 0x7f]),
        (Version::Two, &[0, 0, 1, 0, 0xff, 0xff, 0xff, 0x7f]),
    ] {
        let said = OwnSet::decode(&version.file(body));
        assert!(matches!(said, Err(OwnSetError::Count { .. })), "{said:?}");
    }
}

#[test]
fn a_small_file_does_not_unfold_into_much_memory() {
    let class = OwnClass::new("", vec![Bitmap::blank(); MAX_EXAMPLES]);
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
    let said = OwnSet::decode(&Version::One.file(&body));
    assert!(matches!(said, Err(OwnSetError::Count { .. })), "{said:?}");
    // And as strokes that take the longest to draw, as many as a file holds: they end at the most points.
    let long = |at: usize| Point::at((at % 2 * 104) as f32, (at % 2 * 104) as f32);
    let long = Example::drawn(&Ink {
        strokes: vec![Stroke {
            points: (0..crate::sketch::MAX_POINTS).map(long).collect(),
        }],
    });
    let set = OwnSet {
        name: String::new(),
        classes: vec![OwnClass::new("", vec![long; MAX_EXAMPLES]); 7],
    };
    let said = set.encode();
    assert!(
        matches!(said, Err(OwnSetError::Count { what: "points", .. })),
        "{said:?}"
    );
}

#[test]
fn a_class_fits_into_an_address() {
    // Twenty characters in the manner of Omniglot's, by one drawer.
    let alphabet = crate::invented::Script::new(1);
    let class = |at: usize| {
        let drawn = Example::drawn(&alphabet.strokes(at, 0));
        OwnClass::new(&format!("rune{at}"), [drawn])
    };
    let set = OwnSet {
        name: "Runes".to_owned(),
        classes: (0..20).map(class).collect(),
    };
    let bytes = set.encode().unwrap().len();
    assert!(bytes <= 620, "{bytes}");
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
