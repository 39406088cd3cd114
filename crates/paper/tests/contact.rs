//! Contact sheets of many kinds give the drawings of their cells.
#![allow(missing_docs, clippy::unwrap_used)]

#[path = "contact/generator.rs"]
mod generator;
#[path = "contact/measure.rs"]
mod measure;

use generator::{Look, alphabets, sheet};
use measure::is_right;
use proptest::prelude::*;
use twinglyph_core::bitmap::SIDE;
use twinglyph_core::rng::Rng;
use twinglyph_core::{Alphabet, Bitmap};
use twinglyph_paper::Gray;
use twinglyph_paper::contact::{ContactError, Said, read};

/// Sheets of each kind.
const SHEETS: usize = 4;

/// Which sheets are made: others with another number in `CONTACT_SEED`.
fn drawn() -> u64 {
    let said = std::env::var("CONTACT_SEED").ok();
    said.and_then(|said| said.parse().ok()).unwrap_or(0)
}

/// Is what the kind does not say shown by the sheet?
#[derive(Clone, Copy, PartialEq)]
enum Told {
    Both,
    Nothing,
}

type Kind = (&'static str, Told, fn(&mut Look, &mut Rng));

fn ruled(look: &mut Look) {
    (look.between, look.around) = (true, true);
    look.fill = 0.9;
}

const KINDS: &[Kind] = &[
    ("even", Told::Both, |look, _| {
        look.cell = look.cell.map(f32::round)
    }),
    ("uneven sides", Told::Both, |_, _| {}),
    ("thin lines", Told::Both, |look, _| {
        ruled(look);
        look.line.0 = 1.0;
    }),
    ("thick lines", Told::Both, |look, rng| {
        ruled(look);
        look.line.0 = rng.uniform(4.0, 7.0);
        look.fill = 0.85;
    }),
    ("grey lines", Told::Both, |look, rng| {
        ruled(look);
        look.line.1 = rng.uniform(0.5, 0.85);
    }),
    ("lines between", Told::Both, |look, _| {
        ruled(look);
        look.around = false;
    }),
    ("border", Told::Both, |look, _| {
        look.around = true;
        look.fill = 0.95;
    }),
    ("frame outside", Told::Both, |look, rng| {
        let apart = rng.uniform(5.0, 30.0);
        look.frame = Some(apart);
        look.margins = [apart + 8.0; 4];
    }),
    ("margins", Told::Both, |look, rng| {
        look.margins = std::array::from_fn(|_| rng.uniform(0.0, 90.0));
        look.fill = 0.95;
    }),
    ("margins left, above", Told::Both, |look, rng| {
        look.margins = [rng.uniform(30.0, 150.0), rng.uniform(30.0, 150.0), 0.0, 0.0];
    }),
    ("margins and lines", Told::Both, |look, rng| {
        ruled(look);
        look.margins = std::array::from_fn(|_| rng.uniform(5.0, 120.0));
    }),
    ("turned", Told::Both, |look, rng| {
        look.turn = rng.uniform(-5.0, 5.0);
        look.grows = true;
        look.fill = 0.95;
    }),
    ("turned in place", Told::Both, |look, rng| {
        look.turn = rng.uniform(-5.0, 5.0);
        look.margins = [0.06 * look.cell[0] * look.columns.max(look.rows) as f32; 4];
    }),
    ("turned, lines", Told::Both, |look, rng| {
        ruled(look);
        look.turn = rng.uniform(-5.0, 5.0);
        look.grows = true;
    }),
    ("noise, jpeg", Told::Both, |look, rng| {
        (look.grain, look.blur, look.jpeg) = (rng.uniform(2.0, 8.0), rng.uniform(0.5, 1.2), true);
        look.shadow = 0.3;
    }),
    ("noise, jpeg, lines", Told::Both, |look, rng| {
        ruled(look);
        (look.grain, look.blur, look.jpeg) = (rng.uniform(2.0, 8.0), rng.uniform(0.5, 1.2), true);
        look.shadow = 0.3;
    }),
    ("all, turned, lines", Told::Both, |look, rng| {
        ruled(look);
        (look.grain, look.blur, look.jpeg) = (rng.uniform(2.0, 6.0), rng.uniform(0.5, 1.0), true);
        look.shadow = 0.2;
        look.turn = rng.uniform(-5.0, 5.0);
        look.margins = std::array::from_fn(|_| rng.uniform(60.0, 120.0));
        look.line.1 = rng.uniform(0.1, 0.6);
        look.blank = 0.1;
    }),
    ("blank cells", Told::Both, |look, rng| {
        look.blank = rng.uniform(0.1, 0.4)
    }),
    ("blank cells, lines", Told::Both, |look, rng| {
        ruled(look);
        look.blank = rng.uniform(0.1, 0.7);
    }),
    ("lines, nothing said", Told::Nothing, |look, rng| {
        ruled(look);
        look.margins = std::array::from_fn(|_| rng.uniform(0.0, 60.0));
        look.turn = rng.uniform(-3.0, 3.0);
        look.grows = true;
    }),
    ("lines between, nothing said", Told::Nothing, |look, _| {
        ruled(look);
        look.around = false;
    }),
    ("gaps, nothing said", Told::Nothing, |look, rng| {
        look.margins = std::array::from_fn(|_| rng.uniform(0.0, 60.0));
        look.fill = 0.75;
        // Of few drawings the gaps between their strokes are as clear as those between cells.
        (look.rows, look.columns) = (look.rows.max(6), look.columns.max(6));
    }),
];

/// A sheet's numbers: from 2 x 5 to 20 x 20, its cells from 60 to 160 pixels.
fn look(at: usize, rng: &mut Rng) -> Look {
    let (rows, columns) = match at {
        0 => (2, 5),
        1 => (20, 20),
        2 => (10, 14),
        _ => (2 + rng.index(18), 3 + rng.index(17)),
    };
    let most = (1_900.0 / rows.max(columns) as f32).min(160.0);
    let width = rng.uniform(60.0, most.max(70.0));
    Look::plain(rows, columns, [width, width * rng.uniform(1.0, 1.25)])
}

/// A sheet that was read.
struct Tried {
    right: usize,
    all: usize,
    is_sure: bool,
    how: String,
}

fn tried(alphabets: &[Alphabet], kind: &Kind, at: usize) -> Tried {
    let (name, told, change) = kind;
    let seed = name.bytes().fold(at as u64, |seed, byte| {
        seed.wrapping_mul(31) ^ u64::from(byte)
    });
    let mut rng = Rng::stream(seed, drawn());
    let mut look = look(at, &mut rng);
    change(&mut look, &mut rng);
    let fitting: Vec<&Alphabet> = alphabets
        .iter()
        .filter(|one| one.characters() >= look.rows)
        .collect();
    let alphabet = fitting[rng.index(fitting.len())];
    let made = sheet(alphabet, &look, &mut rng);
    let said = match told {
        Told::Both => Said {
            rows: Some(look.rows),
            columns: Some(look.columns),
        },
        Told::Nothing => Said::default(),
    };
    let how = format!(
        "{}x{} of {}, {}x{} px, {:.2} degrees",
        look.rows,
        look.columns,
        alphabet.name(),
        made.picture.width,
        made.picture.height,
        look.turn
    );
    let of = |right: usize, is_sure: bool, what: String| Tried {
        right,
        all: made.cells.len(),
        is_sure,
        how: format!("{how}: {what}"),
    };
    match read(&made.picture, said) {
        Err(error) => of(0, false, error.to_string()),
        Ok(read) if (read.rows, read.columns) != (look.rows, look.columns) => {
            let what = format!("{} x {} cells", read.rows, read.columns);
            of(0, read.is_sure, what)
        }
        Ok(read) => {
            let pairs = read.cells.iter().zip(&made.cells).enumerate();
            let is_wrong = |(at, (found, drawn)): (usize, (&Option<Bitmap>, &Option<Bitmap>))| {
                (!is_right(found.as_ref(), drawn.as_ref())).then_some(at)
            };
            let wrong: Vec<usize> = pairs.filter_map(is_wrong).collect();
            let few = &wrong[..wrong.len().min(12)];
            let right = made.cells.len() - wrong.len();
            of(right, read.is_sure, format!("wrong {few:?}"))
        }
    }
}

#[test]
fn sheets_of_every_kind_give_their_drawings() {
    let alphabets = alphabets();
    let (mut right, mut all, mut unsure) = (0, 0, 0);
    let (mut below, mut misled) = (Vec::new(), Vec::new());
    for kind in KINDS {
        let (mut of_kind, mut cells) = (0, 0);
        for at in 0..SHEETS {
            let tried = tried(&alphabets, kind, at);
            of_kind += tried.right;
            cells += tried.all;
            unsure += usize::from(!tried.is_sure);
            if tried.right < tried.all || !tried.is_sure {
                let sure = if tried.is_sure { "sure" } else { "unsure" };
                println!(
                    "    {} of {}, {sure}: {}",
                    tried.right, tried.all, tried.how
                );
            }
            if tried.is_sure && tried.right * 10 < tried.all * 8 {
                misled.push(tried.how);
            }
        }
        let part = of_kind as f32 / cells as f32;
        println!(
            "{:30} {of_kind:5} of {cells:5} {:.1} %",
            kind.0,
            100.0 * part
        );
        (right, all) = (right + of_kind, all + cells);
        if part < 0.95 {
            below.push(kind.0);
        }
    }
    let part = right as f32 / all as f32;
    println!(
        "{right} of {all}: {:.2} %, {unsure} sheets unsure",
        100.0 * part
    );
    assert!(below.is_empty() && part >= 0.98, "{part}: {below:?}");
    assert!(misled.is_empty(), "{misled:?}");
}

/// How many of the drawings a change leaves right.
fn still_right(alphabets: &[Alphabet], change: impl Fn(&Bitmap, &Bitmap) -> Bitmap) -> f32 {
    let drawings = alphabets.iter().flat_map(|alphabet| {
        let pair = |at: usize| Some((alphabet.drawing(at, 3)?, alphabet.drawing(at + 1, 3)?));
        (0..alphabet.characters().min(10)).filter_map(pair)
    });
    let right: Vec<bool> = drawings
        .map(|(one, next)| is_right(Some(&change(one, next)), Some(one)))
        .collect();
    right.iter().filter(|&&right| right).count() as f32 / right.len() as f32
}

#[test]
fn pieces_of_lines_and_of_neighbours_are_wrong() {
    let alphabets = alphabets();
    let with = |one: &Bitmap, more: &dyn Fn(usize, usize) -> bool| {
        Bitmap::from_fn(|row, column| one.get(row, column) || more(row, column))
    };
    assert_eq!(still_right(&alphabets, |one, _| one.clone()), 1.0);
    let line = still_right(&alphabets, |one, _| with(one, &|_, x| x < 2));
    let piece = still_right(&alphabets, |one, _| {
        with(one, &|y, x| x < 2 && (30..60).contains(&y))
    });
    // A stroke of the next cell that reaches into this one, and half of the drawing missing.
    let neighbour = still_right(&alphabets, |one, next| {
        with(one, &|y, x| x >= 85 && next.get(y, x - 60))
    });
    let half = still_right(&alphabets, |one, _| {
        Bitmap::from_fn(|y, x| y < 52 && one.get(y, x))
    });
    let other = still_right(&alphabets, |_, next| next.clone());
    println!("line {line} piece {piece} neighbour {neighbour} half {half} other {other}");
    for right in [line, piece, neighbour, half, other] {
        assert!(right < 0.05, "{line} {piece} {neighbour} {half} {other}");
    }
}

#[test]
fn the_apps_own_sheets_come_back_bit_for_bit() {
    for alphabet in alphabets().iter().filter(|one| one.characters() >= 50) {
        let (rows, columns) = (alphabet.characters(), alphabet.drawers());
        let width = columns * SIDE;
        let ink = |at: usize| {
            let (y, x) = (at / width, at % width);
            alphabet
                .drawing(y / SIDE, x / SIDE)
                .unwrap()
                .get(y % SIDE, x % SIDE)
        };
        let pixels = (0..width * rows * SIDE).map(|at| if ink(at) { 0 } else { 255 });
        let picture = Gray {
            width,
            height: rows * SIDE,
            pixels: pixels.collect(),
        };
        let drawn: Vec<Option<Bitmap>> = alphabet
            .drawings()
            .iter()
            .map(|one| (!one.is_blank()).then(|| one.clone()))
            .collect();
        for said in [
            Said::default(),
            Said {
                rows: Some(rows),
                columns: None,
            },
        ] {
            let read = read(&picture, said).unwrap();
            assert_eq!((read.rows, read.columns), (rows, columns));
            assert!(read.is_sure && read.cells == drawn, "{}", alphabet.name());
        }
    }
}

#[test]
fn numbers_that_the_lines_contradict_are_refused_with_what_they_show() {
    let alphabets = alphabets();
    let mut rng = Rng::new(3);
    let mut look = Look::plain(9, 14, [80.0, 80.0]);
    ruled(&mut look);
    look.margins = [20.0; 4];
    let made = sheet(&alphabets[3], &look, &mut rng);
    let said = Said {
        rows: Some(10),
        columns: Some(14),
    };
    let error = read(&made.picture, said).unwrap_err();
    assert_eq!(
        error,
        ContactError::Lines {
            said,
            rows: Some(9),
            columns: Some(14),
        }
    );
    let told = error.to_string();
    assert!(
        told.contains("10 x 14") && told.contains("9 x 14"),
        "{told}"
    );
}

#[test]
fn numbers_that_cut_through_drawings_are_no_success() {
    let alphabets = alphabets();
    let mut rng = Rng::new(5);
    let made = sheet(&alphabets[5], &Look::plain(5, 10, [90.0, 90.0]), &mut rng);
    for (rows, columns) in [(10, 5), (7, 10), (5, 9), (6, 11)] {
        let said = Said {
            rows: Some(rows),
            columns: Some(columns),
        };
        match read(&made.picture, said) {
            Ok(sheet) => assert!(!sheet.is_sure, "{rows} x {columns}"),
            Err(error) => assert!(matches!(error, ContactError::Crossed { .. }), "{error}"),
        }
    }
}

#[test]
fn half_of_the_rows_is_no_certain_number() {
    let alphabets = alphabets();
    let mut rng = Rng::new(6);
    let mut look = Look::plain(12, 10, [90.0, 90.0]);
    look.fill = 0.8;
    let made = sheet(&alphabets[5], &look, &mut rng);
    let said = |rows, columns| Said {
        rows: Some(rows),
        columns: Some(columns),
    };
    assert!(read(&made.picture, said(12, 10)).is_ok_and(|sheet| sheet.is_sure));
    for (rows, columns) in [(6, 10), (12, 5), (6, 5), (4, 10)] {
        let sheet = read(&made.picture, said(rows, columns));
        assert!(
            !sheet.is_ok_and(|sheet| sheet.is_sure),
            "{rows} x {columns}"
        );
    }
}

#[test]
fn blank_sheets_and_broken_pictures_are_refused() {
    let blank = Gray {
        width: 300,
        height: 200,
        pixels: vec![230; 60_000],
    };
    assert_eq!(read(&blank, Said::default()), Err(ContactError::Blank));
    let short = Gray {
        width: 300,
        height: 200,
        pixels: vec![230; 59_999],
    };
    assert_eq!(read(&short, Said::default()), Err(ContactError::Size));
    let said = Said {
        rows: Some(100),
        columns: None,
    };
    assert_eq!(read(&blank, said), Err(ContactError::Small));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_picture_and_numbers_are_borne(
        width in 1usize..160, height in 1usize..160, seed in any::<u64>(), shades in 1u32..256,
        rows in prop::option::of(0usize..30), columns in prop::option::of(0usize..30),
        bars in prop::collection::vec((any::<bool>(), 0usize..160, 1usize..6), 0..20),
    ) {
        let mut rng = Rng::new(seed);
        let barred = |x: usize, y: usize| {
            bars.iter().any(|&(down, at, thick)| (at..at + thick).contains(if down { &x } else { &y }))
        };
        let pixels = (0..width * height)
            .map(|at| {
                if barred(at % width, at / width) {
                    return 30;
                }
                255 - ((rng.unit().powi(4) * shades as f32) as u32).min(255) as u8
            })
            .collect();
        let picture = Gray { width, height, pixels };
        if let Ok(sheet) = read(&picture, Said { rows, columns }) {
            prop_assert_eq!(sheet.cells.len(), sheet.rows * sheet.columns);
            prop_assert!(rows.is_none_or(|rows| rows == sheet.rows));
            prop_assert!(columns.is_none_or(|columns| columns == sheet.columns));
            prop_assert!(sheet.cells.iter().flatten().all(|one| !one.is_blank()));
            prop_assert_eq!(sheet.lines.len(), sheet.rows + sheet.columns + 2);
            let ends = sheet.lines.iter().flat_map(|line| [line.from, line.to]).flatten();
            prop_assert!(ends.into_iter().all(f32::is_finite));
        }
    }
}
